"""What the request form shows and keeps at each step: one function, one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.rcs import arriving, drafts, judging
from bot.rcs.fields import PICTURES
from bot.rcs.findings import Finding
from bot.rcs.sight import Sight, sight_of
from bot.rcs.tables import Agent, AgentDraft
from bot.registrations.companies import Arrival
from bot.registrations.wizard import place_of
from bot.storage.database import Tx
from bot.tickets.tables import Ticket

P = ParamSpec("P")
UseCase = Callable[..., Sight]
ASIDE = ("color.contrast", "name.ssir")
"""What has a button that mends it, on the page itself: no words at the field are needed."""


@dataclass(frozen=True)
class Typed:
    """What a page holds: values by their field's name, and files by ``logo`` and ``hero``."""

    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Sequence[Arrival]] = field(default_factory=dict)


def start(tx: Tx, who: Who, channel: str | None) -> Sight:
    """The draft that the person worked on last, or a new one; its ticket's thread will be in ``channel``, if linked."""
    return sight_of(tx, drafts.latest(tx, who) or drafts.begin(tx, who, place_of(tx, who, channel)))


def start_anew(tx: Tx, who: Who, draft_id: str, channel: str | None) -> Sight:
    """Throw a draft away and begin another."""
    there = load(tx, AgentDraft, draft_id, who, what="That draft").channel
    drafts.discard(tx, who, draft_id)
    return sight_of(tx, drafts.begin(tx, who, place_of(tx, who, channel) if channel else there))


def fix(tx: Tx, who: Who, agent_id: str) -> Sight:
    """A draft filled in from an agent that has something to mend."""
    return sight_of(tx, drafts.fix(tx, who, agent_id))


def look(tx: Tx, who: Who, draft_id: str) -> Sight:
    """A draft as it stands. Raises NotFound, DraftEnded."""
    draft = load(tx, AgentDraft, draft_id, who, what="That draft")
    if draft.ended_at is not None:
        raise drafts.DraftEnded(ended=draft.step)
    return sight_of(tx, draft)


def keep(tx: Tx, who: Who, draft_id: str, typed: Typed, step: str, *, onward: str = "") -> Sight:
    """Keep what a page holds. ``onward``: the next step, taken when nothing on this page would be refused."""
    for what, files in typed.files.items():
        if what in PICTURES and files:
            arriving.add_picture(tx, who, draft_id, what, files[0])
    sight = sight_of(tx, drafts.save(tx, who, draft_id, typed.values, step))
    return go(tx, who, draft_id, onward) if onward and not left(sight, step) else sight


def go(tx: Tx, who: Who, draft_id: str, step: str) -> Sight:
    """To another step."""
    return sight_of(tx, drafts.save(tx, who, draft_id, {}, step))


def left(sight: Sight, step: str) -> list[Finding]:
    """What is wrong with the page itself, to be told at its fields. Pictures are looked at later, so are pages."""
    if step == "brand":
        found = list(judging.brand_findings(sight.asked, sight.ssir))
    elif step == "contact":
        found = [*judging.page_findings(sight.asked, ()), *judging.contact_findings(sight.asked)]
    else:
        return []
    return [each for each in found if not each.ok and each.level == "error"]


def take(tx: Tx, who: Who, draft_id: str, name: str, value: str) -> Sight:
    """Take what was proposed for a field: a colour's shade, or Singapore's name."""
    draft = drafts.locked(tx, who, draft_id)
    if name not in {"color", "name"}:
        raise ValueError(name)
    return sight_of(tx, drafts.save(tx, who, draft_id, {name: value}, draft.step))


def visit_again(tx: Tx, who: Who, draft_id: str) -> Sight:
    """Visit the pages once more: they may be there by now."""
    draft = drafts.locked(tx, who, draft_id)
    draft.checked, draft.findings = "", []
    drafts.look_again(tx, draft)
    return sight_of(tx, draft)


def take_mended(tx: Tx, who: Who, draft_id: str, picture_id: str) -> Sight:
    """Take the mended picture."""
    arriving.take_mended(tx, who, draft_id, picture_id)
    return look(tx, who, draft_id)


def remove_picture(tx: Tx, who: Who, draft_id: str, what: str) -> Sight:
    """Take a picture out."""
    return sight_of(tx, arriving.remove_picture(tx, who, draft_id, what))


def remember_view(tx: Tx, who: Who, draft_id: str, view_id: str) -> None:
    """In which modal the draft is open: it is drawn again when a check ends."""
    draft = load(tx, AgentDraft, draft_id, who, what="That draft")
    if draft.view_id != view_id:
        draft.view_id = view_id


def open_in(tx: Tx, draft_id: str) -> tuple[Sight, str] | None:
    """A draft that is open in a modal, and that modal's id; None where it is not, or has ended."""
    draft = tx.session.get(AgentDraft, draft_id)
    if draft is None or draft.ended_at is not None or not draft.view_id:
        return None
    return sight_of(tx, draft), draft.view_id


def within(
    tx: Tx,
    who: Who,
    view_id: str,
    use_case: Callable[Concatenate[Tx, Who, P], Sight],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Sight:
    """One of these from an open modal, which is remembered."""
    sight = use_case(tx, who, *args, **kwargs)
    if sight.draft.view_id != view_id:
        sight.draft.view_id = view_id
        tx.session.flush()
    return sight


@dataclass(frozen=True)
class Receipt:
    """What a request came to, for the last page."""

    agent: Agent
    ticket: Ticket


def receipt(tx: Tx, agent_id: str) -> Receipt:
    """What a request of a moment ago came to."""
    agent = tx.session.get_one(Agent, agent_id)
    return Receipt(agent, tx.session.get_one(Ticket, agent.ticket_id))
