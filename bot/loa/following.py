"""Letters follow what is registered: those that are needed are made, those that say something else are superseded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.delivery.claims import JOBS, schedule_all
from bot.loa import drawing, needs
from bot.loa.letter import LetterData
from bot.loa.moving import DRAW, letters_of, settle, supersede
from bot.loa.needs import LETTERHEAD, Wanted
from bot.loa.rules import LetterStatus
from bot.loa.tables import Letter
from bot.registrations import steps as registration_steps
from bot.registrations.rules import DECIDED, PaperStatus
from bot.registrations.tables import Company, OperatorRow, Paper, Registration, Submission
from bot.registrations.wholes import Whole
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.tickets.clocks import hours_of
from bot.tickets.tables import Ticket

_CHANGED = "what it says was changed"
_NOT_NEEDED = "it is not needed any more"
_Slot = tuple[str, str]
"""A registration's id and a letter's slot in it."""


@dataclass
class _Numbers:
    """Which numbers and versions letters of a submission get."""

    ticket: int
    places: dict[_Slot, int]
    revisions: dict[_Slot, int]

    def next(self, slot: _Slot) -> tuple[int, str]:
        """The revision and the number of the next letter in a slot."""
        place = self.places.setdefault(slot, len(self.places) + 1)
        revision = self.revisions[slot] = self.revisions.get(slot, 0) + 1
        return revision, needs.number_of(self.ticket, place, revision)


def follow(tx: Tx, submission_id: str, provider: str) -> list[Letter]:
    """Bring a submission's letters to what it is now; those that were made, which are drawn next.

    ``provider`` is who is authorised. Done again it changes nothing. What an operator decided keeps its signed letter.
    """
    submission = registration_steps.locked(tx, submission_id)
    there = wholes_of(tx, submission)
    picture = letterhead_of(tx, submission)
    wanted = [one for each in there for one in needs.letters(each, provider, picture.sha256 or "" if picture else "")]
    live = {(one.registration_id, one.slot): one for one in letters_of(tx, *(each.registration.id for each in there))}
    statuses = {(row.registration_id, row.operator): row.status for each in there for row in each.operators}
    asked = {(one.registration_id, one.slot): one.data for one in wanted}
    for slot, letter in live.items():
        if because := _why_not(letter, asked.get(slot), statuses):
            supersede(tx, letter, because)
    left = {slot for slot, letter in live.items() if letter.status != LetterStatus.SUPERSEDED}
    made = _make(tx, there, [one for one in wanted if (one.registration_id, one.slot) not in left])
    moved = {registration_id for registration_id, _ in live.keys() - left} | {one.registration_id for one in made}
    touched = [each.registration for each in there if each.registration.id in moved]
    if touched:
        settle(tx, submission, touched)
        drawing.all_drawn(tx, submission, touched)  # the others may have waited for those that are gone
    return made


def _why_not(letter: Letter, asked: LetterData | None, statuses: Mapping[tuple[str, str], str]) -> str:
    """Why a letter does not count any more; empty where it does."""
    if asked is not None:
        return "" if needs.says_the_same(letter.data, asked) else _CHANGED
    covered = {statuses.get((letter.registration_id, operator)) for operator in letter.operators}
    return "" if letter.status == LetterStatus.ACCEPTED and covered & DECIDED else _NOT_NEEDED


def _make(tx: Tx, there: Sequence[Whole], wanted: Sequence[Wanted]) -> list[Letter]:
    if not wanted:
        return []
    ticket, submission = there[0].ticket, there[0].submission
    numbers = _numbers(tx, ticket, submission)
    today = tx.now.astimezone(hours_of(submission.country).zone).date().isoformat()
    made = [_letter(tx, submission, one, numbers, today) for one in wanted]
    tx.session.add_all(made)
    tx.session.flush()
    for letter in made:
        about = (Letter.__tablename__, letter.id)
        facts = {"letter": letter.number, "revision": letter.revision}
        record(tx, subject=about, act="loa:letter:begun", actor=None, account_id=letter.account_id, facts=facts)
    schedule_all(tx, JOBS, DRAW, {letter.id: f"{DRAW}:{letter.id}" for letter in made})
    return made


def _letter(tx: Tx, submission: Submission, one: Wanted, numbers: _Numbers, today: str) -> Letter:
    revision, number = numbers.next((one.registration_id, one.slot))
    return Letter(
        id=tx.new_id(),
        account_id=submission.account_id,
        registration_id=one.registration_id,
        slot=one.slot,
        revision=revision,
        number=number,
        operators=list(one.operators),
        data=needs.numbered(one.data, number, today),
        created_at=tx.now,
    )


def _numbers(tx: Tx, ticket: Ticket, submission: Submission) -> _Numbers:
    """What was numbered before, with all that was superseded."""
    mine = select(Letter.registration_id, Letter.slot, Letter.revision)
    mine = mine.join(Registration, Registration.id == Letter.registration_id)
    before = mine.where(Registration.submission_id == submission.id).order_by(Letter.created_at, Letter.number)
    numbers = _Numbers(ticket.number, {}, {})
    for registration_id, slot, revision in tx.session.execute(before):
        numbers.places.setdefault((registration_id, slot), len(numbers.places) + 1)
        numbers.revisions[registration_id, slot] = max(revision, numbers.revisions.get((registration_id, slot), 0))
    return numbers


def wholes_of(tx: Tx, submission: Submission) -> list[Whole]:
    """A submission's registrations with their rows, in few statements however many there are."""
    registrations = registration_steps.registrations_of(tx, submission.id)
    rows: dict[str, list[OperatorRow]] = {each.id: [] for each in registrations}
    for row in registration_steps.rows_of(tx, *rows):
        rows[row.registration_id].append(row)
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    company = tx.session.get_one(Company, submission.company_id)
    return [Whole(each, rows[each.id], submission, ticket, company) for each in registrations]


def letterhead_of(tx: Tx, submission: Submission) -> Paper | None:
    """The picture on which a submission's letters are drawn: what was attached last."""
    ids: Any = submission.papers.get(LETTERHEAD, ())
    kept = select(Paper).where(Paper.id.in_(ids), Paper.status == PaperStatus.KEPT)
    return tx.session.scalars(kept.order_by(Paper.uploaded_at.desc(), Paper.id).limit(1)).first()
