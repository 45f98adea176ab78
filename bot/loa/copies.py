"""A signed copy of a letter came: it is kept as it came, and it is accepted, refused, or looked at by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.errors import DeskError
from bot.loa import moving
from bot.loa.moving import CHECK, Held, copies_of, held_letter, settle
from bot.loa.rules import SIGNABLE, TAKES_COPIES, CopyStatus, LetterStatus, SigningStatus, Way
from bot.loa.tables import Letter, SignedCopy
from bot.registrations import decision
from bot.registrations.companies import Arrival
from bot.registrations.decision import Decision
from bot.registrations.rules import Act, OperatorStatus
from bot.registrations.steps import rows_of
from bot.registrations.tables import OperatorRow
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.files import StoredFile

_COMING = (CopyStatus.FETCHING, CopyStatus.CHECKING)


class DownloadFirst(DeskError):
    """{number} was not downloaded yet, so this is not its signed copy. Take it with *Sign LOA*, and sign that."""


class NotToBeSigned(DeskError):
    """{number} cannot be signed now: {why}."""


@dataclass(frozen=True)
class Outcome:
    """What a look at a copy came to. ``trouble`` says in a sentence why it was refused."""

    verdict: str
    findings: Sequence[dict[str, Any]]
    kind: str = ""
    pages: int = 0
    clean_key: str | None = None
    clean_sha256: str | None = None
    crop_key: str | None = None
    trouble: str = ""
    stored: StoredFile | None = field(default=None)


def copy_came(tx: Tx, who: Who, letter_id: str, arrival: Arrival, source: str) -> SignedCopy:
    """Somebody sent a signed copy: in the form, or in the thread. From the same ``source`` it comes once.

    Raises NotFound, DownloadFirst, NotToBeSigned.
    """
    load(tx, Letter, letter_id, who, what="That letter")
    there = held_letter(tx, letter_id)
    letter = there.letter
    before = tx.session.scalars(select(SignedCopy).where(SignedCopy.source == source)).one_or_none()
    if before is not None:
        return before
    if letter.status not in TAKES_COPIES | {LetterStatus.ACCEPTED}:
        raise NotToBeSigned(number=letter.number, why=why_not(letter))
    if letter.downloaded_at is None and letter.status != LetterStatus.ACCEPTED:
        raise DownloadFirst(number=letter.number)
    copy = new_copy(
        tx, letter, Way.WET, status=CopyStatus.FETCHING, source=source, by=who.user_id, name=arrival.name,
        size=arrival.size, slack_file_id=arrival.slack_file_id,
    )  # fmt: skip
    if letter.status in SIGNABLE:
        moving.move(tx, letter, LetterStatus.CHECKING, "checking", by=who.user_id, facts={"from_staff": who.is_staff})
        settle(tx, there.submission, [there.registration], who)
    soon(tx, CHECK, copy.id)
    return copy


def why_not(letter: Letter) -> str:
    """Why a letter cannot be signed as it stands."""
    return {
        LetterStatus.DRAWING: "it is still being drawn",
        LetterStatus.STUCK: "it could not be drawn yet",
        LetterStatus.TO_RELEASE: "we look at it first",
        LetterStatus.SUPERSEDED: "another version took its place, or it is not needed any more",
        LetterStatus.CHECKING: "a signed copy is being checked",
        LetterStatus.DOUBTFUL: "a colleague of ours looks at a signed copy",
    }.get(LetterStatus(letter.status), "it was accepted already")


def new_copy(tx: Tx, letter: Letter, way: str, **values: Any) -> SignedCopy:
    """The next signed copy of a letter."""
    number = _next_number(tx, letter.id)
    copy = SignedCopy(
        id=tx.new_id(), account_id=letter.account_id, letter_id=letter.id, number=number, way=way, came_at=tx.now,
        **values,
    )  # fmt: skip
    tx.session.add(copy)
    tx.session.flush()
    about, facts = (SignedCopy.__tablename__, copy.id), {"letter": letter.number, "copy": copy.number, "way": way}
    account_id, by = letter.account_id, values.get("by") or None
    record(tx, subject=about, act="loa:copy:came", actor=by, account_id=account_id, facts=facts)
    return copy


def _next_number(tx: Tx, letter_id: str) -> int:
    """Of the next signed copy of a letter, which is held."""
    last = tx.session.scalar(select(func.max(SignedCopy.number)).where(SignedCopy.letter_id == letter_id))
    return (last or 0) + 1


def moved_to(tx: Tx, copy_id: str, number: str) -> SignedCopy | None:
    """Its QR code says that it is another letter of the same account, which awaits one: it belongs there.

    None where there is no such letter.
    """
    copy = tx.session.get_one(SignedCopy, copy_id)
    other = tx.session.scalars(
        select(Letter).where(Letter.number == number, Letter.account_id == copy.account_id)
    ).one_or_none()
    if other is None or other.id == copy.letter_id or other.status not in TAKES_COPIES or not other.downloaded_at:
        return None
    before, there = held_letter(tx, copy.letter_id), held_letter(tx, other.id)
    copy.letter_id, copy.number = other.id, _next_number(tx, other.id)
    tx.session.flush()
    about, facts = (SignedCopy.__tablename__, copy.id), {"before": before.letter.number, "letter": number}
    record(tx, subject=about, act="loa:copy:recognised", actor=None, account_id=copy.account_id, facts=facts)
    _stand(tx, before)
    if there.letter.status in SIGNABLE:
        moving.move(tx, there.letter, LetterStatus.CHECKING, "checking", by=copy.by)
        settle(tx, there.submission, [there.registration])
    return copy


def fetched(tx: Tx, copy_id: str, stored: StoredFile) -> SignedCopy:
    """The file is here, as it came."""
    copy = tx.session.get_one(SignedCopy, copy_id, populate_existing=True)
    if copy.status == CopyStatus.FETCHING:
        values: dict[str, Any] = {"stored_key": stored.key, "sha256": stored.sha256, "size": stored.size}
        moving.move_copy(tx, copy, CopyStatus.CHECKING, "kept_as_it_came", by=None, **values)
    return copy


def judged(tx: Tx, copy_id: str, outcome: Outcome) -> SignedCopy:
    """A copy was looked at: it is accepted, refused, or a person has to look. A second time nothing happens."""
    copy = tx.session.get_one(SignedCopy, copy_id)
    there = held_letter(tx, copy.letter_id)
    tx.session.refresh(copy)
    if copy.status not in _COMING:
        return copy
    values: dict[str, Any] = {"findings": list(outcome.findings), "kind": outcome.kind, "pages": outcome.pages}
    values |= {"clean_key": outcome.clean_key, "clean_sha256": outcome.clean_sha256, "crop_key": outcome.crop_key}
    if outcome.verdict == "refused":
        return _refuse(tx, there, copy, outcome.trouble, values)
    if there.letter.status not in TAKES_COPIES:
        moving.move_copy(tx, copy, CopyStatus.KEPT, "kept", by=None, **values)
        tell_of(tx, there, "kept", copy)
        return copy
    if outcome.verdict == "doubtful":
        return _doubt(tx, there, copy, values)
    moving.move_copy(tx, copy, CopyStatus.ACCEPTED, "accepted", by=None, decided_at=tx.now, **values)
    accepted(tx, there, copy, None)
    return copy


def unreadable(tx: Tx, copy_id: str, because: str) -> SignedCopy:
    """The file could not be brought here, or not be looked at: whoever sent it is told what to do."""
    return judged(tx, copy_id, Outcome("refused", (), trouble=because))


def _refuse(tx: Tx, there: Held, copy: SignedCopy, because: str, values: dict[str, Any]) -> SignedCopy:
    moving.move_copy(tx, copy, CopyStatus.REFUSED, "refused", by=None, trouble=because, decided_at=tx.now, **values)
    _stand(tx, there)
    tell_of(tx, there, "refused", copy, needs_action=there.letter.status in SIGNABLE)
    return copy


def _doubt(tx: Tx, there: Held, copy: SignedCopy, values: dict[str, Any]) -> SignedCopy:
    """The newest doubtful copy is what staff look at; earlier ones stay as versions."""
    _keep_others(tx, there.letter, copy)
    moving.move_copy(tx, copy, CopyStatus.DOUBTFUL, "doubtful", by=None, **values)
    if there.letter.status != LetterStatus.DOUBTFUL:
        moving.move(tx, there.letter, LetterStatus.DOUBTFUL, "doubtful", by=None, facts={"copy": copy.number})
    settle(tx, there.submission, [there.registration])
    key = tell_of(tx, there, "unsure", copy)
    moving.inform_staff(tx, there.registration, key)
    tell(tx, moving.for_staff(there.registration, moving.COPY_FILE, copy.id))
    if copy.crop_key:
        tell(tx, moving.for_staff(there.registration, moving.CROP, copy.id))
        tell(tx, moving.for_customer(there.submission, moving.CROP, copy.id))
    return copy


def _keep_others(tx: Tx, letter: Letter, but: SignedCopy) -> None:
    for other in copies_of(tx, letter.id):
        if other.id != but.id and other.status == CopyStatus.DOUBTFUL:
            moving.move_copy(tx, other, CopyStatus.KEPT, "kept", by=None)


def _stand(tx: Tx, there: Held) -> None:
    """A copy is gone that was being checked: without another one the letter waits for its signature again."""
    waits = any(copy.status in _COMING for copy in copies_of(tx, there.letter.id))
    if there.letter.status == LetterStatus.CHECKING and not waits:
        to = LetterStatus.RETURNED if there.letter.words or there.letter.reason else LetterStatus.READY
        moving.move(tx, there.letter, to, "waits_again", by=None)
    settle(tx, there.submission, [there.registration])


def tell_of(tx: Tx, there: Held, what: str, copy: SignedCopy, *, needs_action: bool = False, **facts: Any) -> str:
    """Tell the customer what became of a copy; the key under which it is told."""
    key = moving.write_down(tx, there.submission, what, facts.pop("by", None), [there.letter], copy=copy.id, **facts)
    moving.inform(tx, there.submission, key, needs_action=needs_action)
    return key


# It counts


def accepted(tx: Tx, there: Held, copy: SignedCopy, who: Who | None) -> None:
    """A copy counts from now on: other attempts end, and what waited for it goes to the operators."""
    letter, by = there.letter, who.user_id if who else None
    one = moving.open_signing(tx, letter.id)
    if one is not None:
        moving.end_signing(tx, one, SigningStatus.CANCELLED, because="it was signed another way")
    _keep_others(tx, letter, copy)
    side = {"from_staff": True} if who else {}
    values: dict[str, Any] = {"accepted_at": tx.now, "copy_id": copy.id, "reason": "", "words": ""}
    facts = {"copy": copy.number, "way": copy.way, **side}
    moving.move(tx, letter, LetterStatus.ACCEPTED, "accepted", by=by, facts=facts, **values)
    rows = covered(tx, letter, {OperatorStatus.UNDER_REVIEW})
    if rows:
        decision.apply(tx, rows, Decision(Act.SENT), who=who, facts={"rule": "letter_accepted"})
    settle(tx, there.submission, [there.registration], who)
    told = {"copy": copy.id, "rows": [row.id for row in rows], **side}
    key = moving.write_down(tx, there.submission, "accepted", by, [letter], **told)
    if there.registration.loa == LetterStatus.ACCEPTED:
        moving.inform(tx, there.submission, key, needs_action=False)
    else:
        tell(tx, moving.for_customer(there.submission, moving.NEWS, key))


def covered(tx: Tx, letter: Letter, statuses: Iterable[str]) -> list[OperatorRow]:
    """The operators' rows that a letter is for and that have one of these statuses."""
    rows = rows_of(tx, letter.registration_id)
    return [row for row in rows if row.operator in letter.operators and row.status in statuses]
