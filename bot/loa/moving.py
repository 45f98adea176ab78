"""What every step of letters takes: hold a letter with what it belongs to, move it, and what follows for the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.outbox import FILE, SLACK, Telling, tell, tell_each
from bot.delivery.outbox import REVIEW as REVIEW_PLACE
from bot.delivery.transition import transition
from bot.loa import rules, signing
from bot.loa.rules import CopyStatus, LetterStatus, SigningStatus
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations import standing
from bot.registrations import steps as registration_steps
from bot.registrations.steps import CARD, REVIEW_CARD
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.storage.statements import held
from bot.tickets.notices import News, notify, notify_assignee
from bot.tickets.tables import Ticket

REVIEW = "loa.review"
"""The staff's card of a registration's letters, in the thread of its card; by the registration's id."""
NEWS, MAIL, NOTE = "loa.news", "loa.mail", "loa.note"
PREVIEW, LETTER_FILE, COPY_FILE, CROP, CERTIFICATE = (
    "loa.preview", "loa.letter", "loa.copy", "loa.crop", "loa.certificate",
)  # fmt: skip
"""Files in the threads: by the letter's id the first two, by the copy's the others."""
_FILES = (PREVIEW, LETTER_FILE, COPY_FILE, CROP, CERTIFICATE)
TOLD = "loa_news"
"""What the audit calls what was told; its id is the submission's. Who is asked who was first reads of none of it."""
DRAW, CHECK = "loa.draw", "loa.check"
"""Jobs, by the ids of a letter and of a copy."""
PREVIEWS_MAX = 5
"""Letters of a submission whose pictures come by themselves; those of a longer list come when somebody asks."""


@dataclass(frozen=True)
class Held:
    """A letter that nobody else changes before this transaction ends, and what it belongs to."""

    letter: Letter
    registration: Registration
    submission: Submission


def held_letter(tx: Tx, letter_id: str) -> Held:
    """Hold a letter: first its submission, as everybody does who moves something of it."""
    letter = tx.session.get_one(Letter, letter_id)
    registration = tx.session.get_one(Registration, letter.registration_id)
    submission = registration_steps.locked(tx, registration.submission_id)
    return Held(held(tx, Letter, letter_id), registration, submission)


def letters_of(tx: Tx, *registration_ids: str) -> list[Letter]:
    """The letters of registrations that were not superseded, in the order of their numbers."""
    mine = (Letter.registration_id.in_(registration_ids), Letter.status != LetterStatus.SUPERSEDED)
    wanted = select(Letter).where(*mine).order_by(Letter.number)
    return list(tx.session.scalars(wanted, execution_options={"populate_existing": True}))


def copies_of(tx: Tx, letter_id: str) -> list[SignedCopy]:
    """The signed copies of a letter, the first first."""
    return list(
        tx.session.scalars(select(SignedCopy).where(SignedCopy.letter_id == letter_id).order_by(SignedCopy.number))
    )


def open_signing(tx: Tx, letter_id: str) -> Signing | None:
    """The attempt to sign a letter on a screen that is open."""
    there = (Signing.letter_id == letter_id, Signing.status.in_(rules.OPEN_SIGNING))
    return tx.session.scalars(select(Signing).where(*there)).one_or_none()


# What is moved


def move(
    tx: Tx, letter: Letter, to: LetterStatus, act: str, *, by: str | None, because: str = "",
    facts: Mapping[str, Any] | None = None, seen: int | None = None, **values: Any,
) -> Letter:  # fmt: skip
    """Move a letter by the rules, and write it down."""
    told, moves = {"letter": letter.number, **(facts or {})}, rules.LETTER_MOVES
    about = f"loa:letter:{act}"
    return transition(tx, letter, to, moves=moves, act=about, by=by, seen=seen, because=because, facts=told, **values)


def move_copy(
    tx: Tx, copy: SignedCopy, to: CopyStatus, act: str, *, by: str | None, because: str = "", **values: Any
) -> SignedCopy:
    """Move a signed copy by the rules, and write it down."""
    number = tx.session.get_one(Letter, copy.letter_id).number
    facts = {"letter": number, "copy": copy.number, "way": copy.way}
    about = f"loa:copy:{act}"
    return transition(tx, copy, to, moves=rules.COPY_MOVES, act=about, by=by, because=because, facts=facts, **values)


def open_up(tx: Tx, one: Signing, **values: Any) -> Signing:
    """The provider has an attempt to sign on a screen."""
    facts = {"way": one.way, "letter": tx.session.get_one(Letter, one.letter_id).number}
    moves, act = rules.SIGNING_MOVES, "loa:signing:open"
    return transition(tx, one, SigningStatus.OPEN, moves=moves, act=act, by=None, facts=facts, **values)


def end_signing(
    tx: Tx, one: Signing, to: SigningStatus, *, by: str | None = None, because: str = "", **values: Any
) -> Signing:
    """An attempt to sign on a screen is over; one that we cancel is called off at the provider."""
    if to is SigningStatus.CANCELLED:
        signing.called_off(tx, one)
    facts = {"way": one.way, "letter": tx.session.get_one(Letter, one.letter_id).number}
    told: dict[str, Any] = {"ended_at": tx.now} | values
    moves, act = rules.SIGNING_MOVES, f"loa:signing:{to}"
    one.because = because  # also the audit's word for it
    return transition(tx, one, to, moves=moves, act=act, by=by, because=because, facts=facts, **told)


def supersede(tx: Tx, letter: Letter, because: str, by: str | None = None) -> None:
    """Nobody needs this letter any more: its files stay, and nobody can sign it."""
    one = open_signing(tx, letter.id)
    if one is not None:
        end_signing(tx, one, SigningStatus.CANCELLED, because=because)
    for copy in copies_of(tx, letter.id):
        if copy.status == CopyStatus.DOUBTFUL:
            move_copy(tx, copy, CopyStatus.KEPT, "kept", by=None, because=because)
    move(tx, letter, LetterStatus.SUPERSEDED, "superseded", by=by, because=because)


# What follows


def settle(tx: Tx, submission: Submission, touched: Sequence[Registration], who: Who | None = None) -> None:
    """Write down what registrations' letters come to; cards are drawn again, and the ticket's turn is set.

    While letters are being drawn their cards wait for them.
    """
    letters: dict[str, list[Letter]] = {each.id: [] for each in touched}
    for letter in letters_of(tx, *letters):
        letters[letter.registration_id].append(letter)
    before = {each.id: each.loa for each in touched}
    for each in touched:
        each.loa = rules.roll_up(letter.status for letter in letters[each.id])
    for row in registration_steps.rows_of(tx, *letters):
        mine = [one for one in letters[row.registration_id] if row.operator in one.operators]
        row.loa = rules.roll_up(letter.status for letter in mine)
    tx.session.flush()
    drawing = {id_ for id_, some in letters.items() if any(one.status == LetterStatus.DRAWING for one in some)}
    _redraw(tx, submission, [each for each in touched if each.id not in drawing])
    if any(each.loa != before[each.id] for each in touched):
        standing.settle_turn(tx, submission, who)


def _redraw(tx: Tx, submission: Submission, touched: Sequence[Registration]) -> None:
    if not is_drawing(tx, submission):
        tell(tx, registration_steps.card(submission))
    tell_each(tx, [telling for each in touched for telling in (*registration_steps.review(each), review(each))])


def is_drawing(tx: Tx, submission: Submission) -> bool:
    """Whether a letter of this submission is still being drawn."""
    mine = select(Letter.id).join(Registration, Registration.id == Letter.registration_id)
    there = mine.where(Registration.submission_id == submission.id, Letter.status == LetterStatus.DRAWING)
    return tx.session.scalars(there.limit(1)).first() is not None


# What is told


def review(registration: Registration) -> Telling:
    """The staff's card of a registration's letters."""
    root = (REVIEW_CARD, registration.id)
    return Telling(REVIEW, registration.id, REVIEW_PLACE, account_id=registration.account_id, parent=root)


def for_customer(submission: Submission, kind: str, key: str) -> Telling:
    """A message or a file in the customer's thread."""
    return Telling(kind, key, submission.channel, _medium(kind), submission.account_id, parent=(CARD, submission.id))


def for_staff(registration: Registration, kind: str, key: str) -> Telling:
    """A message or a file in the thread of the staff's card."""
    root = (REVIEW_CARD, registration.id)
    return Telling(kind, key, REVIEW_PLACE, _medium(kind), registration.account_id, parent=root)


def _medium(kind: str) -> str:
    return FILE if kind in _FILES else SLACK


@dataclass(frozen=True)
class Happening:
    """What one piece of news tells, read back from the audit by its key.

    ``what``: ready, stuck, refused, unsure, kept, returned, accepted, ended. ``letters`` are those that it is about,
    ``copy`` the signed copy, ``rows`` the operators' rows that it moved on; ``by`` None: it happened by itself.
    """

    submission: Submission
    what: str
    by: str | None
    letters: tuple[Letter, ...]
    copy: SignedCopy | None
    signing: Signing | None
    rows: tuple[OperatorRow, ...]
    facts: Mapping[str, Any]


def write_down(
    tx: Tx, submission: Submission, what: str, by: str | None, letters: Iterable[Letter], **facts: object
) -> str:
    """Write down what people are told of letters; the key under which it is told, see ``happened``."""
    row = record(
        tx,
        subject=(TOLD, submission.id),
        act=f"loa:told:{what}",
        actor=by,
        account_id=submission.account_id,
        facts={"letters": [letter.id for letter in letters], **facts},
    )
    tx.session.flush()
    return f"{submission.id}:{row.id}"


def happened(tx: Tx, key: str) -> Happening:
    """What the news of this key (``submission id:audit id``) tell."""
    submission_id, _, audit_id = key.partition(":")
    written = tx.session.get_one(AuditRow, int(audit_id))
    told = written.facts
    letters = select(Letter).where(Letter.id.in_(told["letters"])).order_by(Letter.number)
    rows = select(OperatorRow).where(OperatorRow.id.in_(told.get("rows", ())))
    return Happening(
        tx.session.get_one(Submission, submission_id),
        written.act.rpartition(":")[2],
        written.actor,
        tuple(tx.session.scalars(letters)),
        tx.session.get(SignedCopy, told["copy"]) if told.get("copy") else None,
        tx.session.get(Signing, told["signing"]) if told.get("signing") else None,
        tuple(tx.session.scalars(rows.order_by(OperatorRow.registration_id, OperatorRow.position))),
        told,
    )


def inform(tx: Tx, submission: Submission, key: str, *, needs_action: bool) -> None:
    """Tell the customer what was written down under this key: in the thread, and besides as the submitter chose."""
    tell(tx, for_customer(submission, NEWS, key))
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    by = happened(tx, key).by
    to, email = submission.submitted_by, submission.submitter_email
    notify(tx, ticket, News(NEWS, key, MAIL), to=to, email=email, by=by, needs_action=needs_action)


def inform_staff(tx: Tx, registration: Registration, key: str) -> None:
    """Tell staff what was written down under this key, in the thread of their card."""
    tell(tx, for_staff(registration, NOTE, key))
    ticket = tx.session.get_one(Ticket, tx.session.get_one(Submission, registration.submission_id).ticket_id)
    notify_assignee(tx, ticket, News(NOTE, key), by=happened(tx, key).by)
