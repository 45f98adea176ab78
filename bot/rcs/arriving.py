"""Logos and heroes that come in: kept, looked at, mended, and the mended one taken: one function, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.outbox import FILE, Telling, tell
from bot.delivery.transition import transition
from bot.rcs import drafts
from bot.rcs.fields import AgentFields
from bot.rcs.findings import Finding, passes
from bot.rcs.picture_rules import SPECS, Look, judge
from bot.rcs.rules import PICTURE_MOVES, PictureStatus
from bot.rcs.steps import COMPARED, LOOK
from bot.rcs.tables import AgentDraft, AgentPicture
from bot.registrations.companies import Arrival
from bot.storage.database import Tx
from bot.storage.files import StoredFile
from bot.storage.statements import add_once, held


def add_picture(tx: Tx, who: Who, draft_id: str, what: str, arrival: Arrival) -> AgentPicture:
    """A picture came: keep it in its place of the draft, and have it looked at. The same file comes in once."""
    draft = drafts.locked(tx, who, draft_id)
    picture = AgentPicture(
        id=tx.new_id(),
        account_id=draft.account_id,
        draft_id=draft.id,
        what=what,
        slack_file_id=arrival.slack_file_id,
        name=arrival.name,
        size=arrival.size,
        uploaded_by=who.user_id,
        uploaded_at=tx.now,
    )
    if add_once(tx, picture):
        soon(tx, LOOK, picture.id)
    else:
        same = (AgentPicture.slack_file_id == arrival.slack_file_id, AgentPicture.what == what)
        wanted = select(AgentPicture).where(AgentPicture.draft_id == draft.id, *same)
        picture = tx.session.scalars(wanted).one()
        if picture.status == PictureStatus.REFUSED:
            _move(tx, picture, PictureStatus.FETCHING, "asked_again", by=who.user_id, trouble="")
            soon(tx, LOOK, picture.id)
    places = {**(draft.data.get("pictures") or {}), what: picture.id}
    drafts.save(tx, who, draft.id, {"pictures": places}, draft.step)
    return picture


def remove_picture(tx: Tx, who: Who, draft_id: str, what: str) -> AgentDraft:
    """Take a picture out of the draft; a second time changes nothing."""
    draft = drafts.locked(tx, who, draft_id)
    places = {name: id_ for name, id_ in (draft.data.get("pictures") or {}).items() if name != what}
    return drafts.save(tx, who, draft.id, {"pictures": places}, draft.step)


def picture_fetched(tx: Tx, picture_id: str, stored: StoredFile) -> None:
    """The file is ours now, and is about to be looked at."""
    picture = held(tx, AgentPicture, picture_id)
    if picture.status == PictureStatus.FETCHING:
        kept = {"stored_key": stored.key, "size": stored.size, "sha256": stored.sha256}
        _move(tx, picture, PictureStatus.CHECKING, "fetched", by=None, **kept)


@dataclass(frozen=True)
class Looked:
    """What came of looking at a picture. ``mended``: key, size, look and words of the mended one, where there is."""

    look: Look
    mended: Mapping[str, Any]
    compared_key: str | None


def picture_looked_at(tx: Tx, picture_id: str, looked: Looked) -> None:
    """It was measured: it is fine, or a mended one is offered."""
    picture = held(tx, AgentPicture, picture_id)
    if picture.status != PictureStatus.CHECKING:
        return
    found = list(judge(SPECS[picture.what], looked.look))
    to = PictureStatus.FINE if passes(found) else PictureStatus.BAD
    values = {"findings": as_rows(found), "mended": dict(looked.mended), "compared_key": looked.compared_key}
    _move(tx, picture, to, "looked_at", by=None, **values)
    if looked.compared_key:  # beside each other, where only the one who sent it sees them
        tell(tx, Telling(COMPARED, picture.id, picture.uploaded_by, FILE, picture.account_id))


def picture_refused(tx: Tx, picture_id: str, sentence: str) -> None:
    """It cannot be looked at; the sentence says why, and the way out."""
    picture = held(tx, AgentPicture, picture_id)
    if picture.status in {PictureStatus.FETCHING, PictureStatus.CHECKING}:
        _move(tx, picture, PictureStatus.REFUSED, "refused", by=None, because=sentence, trouble=sentence)


def take_mended(tx: Tx, who: Who, draft_id: str, picture_id: str) -> AgentPicture:
    """Send the mended one in place of what came; a second time changes nothing. Raises NotFound."""
    drafts.locked(tx, who, draft_id)
    load(tx, AgentPicture, picture_id, who, what="That picture")
    picture = held(tx, AgentPicture, picture_id)
    if picture.mended and not picture.uses_mended:
        found = as_rows(judge(SPECS[picture.what], Look.from_json(picture.mended["look"])))
        _move(tx, picture, PictureStatus.FINE, "mended", by=who.user_id, uses_mended=True, findings=found)
        draft = drafts.locked(tx, who, draft_id)
        draft.version, draft.updated_at = draft.version + 1, tx.now
        drafts.look_again(tx, draft)
    return picture


def brand_of(tx: Tx, picture: AgentPicture) -> str:
    """The colour of the draft that a picture is in; empty when there is none."""
    draft = tx.session.get(AgentDraft, picture.draft_id)
    return AgentFields.of(draft.data).brand if draft else ""


def as_rows(findings: Sequence[Finding] | Any) -> list[dict[str, Any]]:
    """Findings as a row keeps them."""
    return [asdict(finding) for finding in findings]


def _move(tx: Tx, picture: AgentPicture, to: PictureStatus, act: str, *, by: str | None, **more: Any) -> None:
    transition(tx, picture, to, moves=PICTURE_MOVES, act=f"rcs:picture:{act}", by=by, **more)
