"""A request as a person looks at it: what was typed, what came, what was found, and what keeps it from being sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.delivery.outbox import find
from bot.rcs import drafts, judging
from bot.rcs.fields import PAGES, PICTURES, AgentFields, pages_hash, preview_hash
from bot.rcs.findings import Finding, passes
from bot.rcs.rules import PictureStatus
from bot.rcs.steps import COMPARED, DRAFT_PREVIEW, shown_key
from bot.rcs.tables import Agent, AgentDraft, AgentPicture
from bot.storage.database import Tx

_UNDER_WAY = frozenset({PictureStatus.FETCHING, PictureStatus.CHECKING})


@dataclass(frozen=True)
class Sight:
    """A draft with everything around it.

    ``pending``: what is still being looked at (``logo``, ``hero``, ``privacy``, ``terms``). ``ssir`` are the account's
    sender IDs in Singapore. ``files``: Slack's ids of what the person was sent: ``logo`` and ``hero`` beside their
    mended ones, ``preview``. ``agent`` is the one that it mends.
    """

    draft: AgentDraft
    asked: AgentFields
    pictures: Mapping[str, AgentPicture]
    findings: Sequence[Finding]
    pending: Sequence[str]
    ssir: Sequence[str]
    files: Mapping[str, str]
    agent: Agent | None

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent in."""
        return not self.pending and passes(self.findings) and bool(self.asked.markets)

    @property
    def is_drawable(self) -> bool:
        """Whether both pictures are there and can be used: then the agent is drawn on a phone."""
        return can_be_drawn(self.pictures)

    @property
    def awaited(self) -> bool:
        """Whether a picture is still on its way to the person."""
        compared = [what for what, one in self.pictures.items() if one.compared_key and not one.uses_mended]
        return any(what not in self.files for what in [*compared, *(["preview"] if self.draft.preview_key else [])])

    def of(self, *starts: str) -> list[Finding]:
        """The findings whose names begin so."""
        return [each for each in self.findings if each.check.partition(".")[0] in starts]


def sight_of(tx: Tx, draft: AgentDraft) -> Sight:
    """A draft as it stands now."""
    tx.session.flush()
    asked, pictures = AgentFields.of(draft.data), drafts.pictures_in(tx, draft)
    names = judging.ssir_names(tx, draft.account_id)
    is_visited = draft.checked == pages_hash(asked)
    visited = [judging.from_row(row) for row in draft.findings] if is_visited else []
    pending = [what for what, one in pictures.items() if one.status in _UNDER_WAY]
    found = judging.findings_of(asked, pictures, visited, names)
    wrong = {each.check.partition(".")[0] for each in found if each.check.endswith(".format") and not each.ok}
    pending += [] if is_visited else [what for what in PAGES if what not in wrong]
    return Sight(
        draft=draft,
        asked=asked,
        pictures=pictures,
        findings=found,
        pending=pending,
        ssir=names,
        files=_files(tx, draft, pictures),
        agent=tx.session.get(Agent, draft.agent_id) if draft.agent_id else None,
    )


def can_be_drawn(pictures: Mapping[str, AgentPicture]) -> bool:
    """Whether both pictures can be used."""
    return len(pictures) == len(PICTURES) and all(one.status == PictureStatus.FINE for one in pictures.values())


def preview_name(asked: AgentFields, pictures: Mapping[str, AgentPicture]) -> str:
    """Names the preview of a draft as it stands."""
    return preview_hash(asked, [shown_key(each) for each in pictures.values()])


def _files(tx: Tx, draft: AgentDraft, pictures: Mapping[str, AgentPicture]) -> dict[str, str]:
    """What was sent to the person in Slack, and can be shown in a modal therefore."""
    told = {what: (COMPARED, one.id) for what, one in pictures.items() if one.compared_key and not one.uses_mended}
    if draft.preview_key:
        told["preview"] = (DRAFT_PREVIEW, preview_message(draft))
    found: dict[str, str] = {}
    for what, (kind, key) in told.items():
        message = find(tx, kind, key, draft.user_id)
        if message and message.file_id and message.shown_at:
            found[what] = message.file_id
    return found


def preview_message(draft: AgentDraft) -> str:
    """The key of the message that shows a draft's preview: another one for each picture."""
    name = str(draft.preview_key or "").rpartition("/")[2].removesuffix(".png").removeprefix("preview-")
    return f"{draft.id}:{name}"
