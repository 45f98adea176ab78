"""What people do with letters: look, download, sign on a screen, send a signed copy, bring files to the thread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.outbox import REVIEW as REVIEW_PLACE
from bot.delivery.outbox import find, tell
from bot.loa import links, moving, sealed, steps, words
from bot.loa.copies import NotToBeSigned, why_not
from bot.loa.moving import copies_of, held_letter, letters_of, open_signing
from bot.loa.rules import SIGNABLE, TAKES_COPIES, LetterStatus, Way
from bot.loa.tables import Letter, SignedCopy, Signing
from bot.registrations import drafts
from bot.registrations import steps as registration_steps
from bot.registrations.companies import Arrival
from bot.registrations.rules import AWAITS_SIGNATURE
from bot.registrations.tables import Registration, Submission
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.tickets.tables import Ticket

_WHAT = "That letter"
SIGNED_KINDS = (".pdf", ".jpg", ".jpeg", ".png")
_NUMBER = re.compile(r"LOA-\d{6,}-\d+(-r\d+)?", re.IGNORECASE)
SEEN = frozenset(LetterStatus) - {
    LetterStatus.DRAWING,
    LetterStatus.STUCK,
    LetterStatus.TO_RELEASE,
    LetterStatus.SUPERSEDED,
}
"""What a customer may look at."""


@dataclass(frozen=True)
class Sheet:
    """A letter as its customer sees it. ``picture`` is Slack's id of its preview, where that is shown already."""

    letter: Letter
    operators: tuple[str, ...]
    copies: tuple[SignedCopy, ...]
    signing: Signing | None
    picture: str

    @property
    def accepted(self) -> SignedCopy | None:
        """The copy that counts."""
        return next((copy for copy in self.copies if copy.id == self.letter.copy_id), None)


@dataclass(frozen=True)
class Folder:
    """The letters of one sender ID of a submission, and all sender IDs of it that have letters."""

    submission: Submission
    ticket: Ticket
    registration: Registration
    sheets: tuple[Sheet, ...]
    others: tuple[Registration, ...]

    @property
    def signed(self) -> int:
        """How many of the letters are accepted."""
        return sum(sheet.letter.status == LetterStatus.ACCEPTED for sheet in self.sheets)


def open_folder(tx: Tx, who: Who, submission_id: str, registration_id: str = "") -> Folder:
    """The letters that a customer may see: of the sender ID that was chosen, or of the first that waits for them.

    Raises NotFound, and NotToBeSigned where there is nothing to see yet.
    """
    submission = load(tx, Submission, submission_id, who, what="That registration")
    ticket = tx.session.get_one(Ticket, submission.ticket_id)
    registrations = registration_steps.registrations_of(tx, submission.id)
    letters = [one for one in letters_of(tx, *(each.id for each in registrations)) if one.status in SEEN]
    having = {letter.registration_id for letter in letters}
    there = [each for each in registrations if each.id in having]
    if not there:
        raise NotToBeSigned(number="This LOA", why="it is still being drawn, or is not needed any more")
    waiting = [each for each in there if each.loa in AWAITS_SIGNATURE]
    chosen = next((each for each in there if each.id == registration_id), (waiting or there)[0])
    mine = [_sheet(tx, submission, letter) for letter in letters if letter.registration_id == chosen.id]
    in_order = (*waiting, *(each for each in there if each not in waiting))
    return Folder(submission, ticket, chosen, tuple(mine), in_order)


def _sheet(tx: Tx, submission: Submission, letter: Letter) -> Sheet:
    shown = find(tx, moving.PREVIEW, letter.id, submission.channel)
    picture = str(shown.file_id or "") if shown and shown.shown_at else ""
    operators = words.asked(tx, letter).operators
    return Sheet(letter, operators, tuple(copies_of(tx, letter.id)), open_signing(tx, letter.id), picture)


def download(tx: Tx, who: Who, letter_id: str) -> Letter:
    """Bring a letter's PDF into the customer's thread; from now on a signed copy can come. Again it stays there.

    Raises NotFound, and NotToBeSigned before it was released.
    """
    load(tx, Letter, letter_id, who, what=_WHAT)
    there = held_letter(tx, letter_id)
    letter = there.letter
    if letter.status not in SEEN:
        raise NotToBeSigned(number=letter.number, why=why_not(letter))
    if letter.downloaded_at is None:
        letter.downloaded_at = tx.now
        about, facts = (Letter.__tablename__, letter.id), {"letter": letter.number, "from_staff": who.is_staff}
        account_id = letter.account_id
        record(tx, subject=about, act="loa:letter:downloaded", actor=who.user_id, account_id=account_id, facts=facts)
    tell(tx, moving.for_customer(there.submission, moving.LETTER_FILE, letter.id))
    return letter


def bring_signed(tx: Tx, who: Who, letter_id: str) -> SignedCopy:
    """Bring the signed letter that counts, and its certificate, into the customer's thread. Raises NotFound.

    The seal of one that was signed on our page is checked before.
    """
    load(tx, Letter, letter_id, who, what=_WHAT)
    there = held_letter(tx, letter_id)
    copy = load(tx, SignedCopy, there.letter.copy_id or "", who, what="That signed letter")
    if copy.way == Way.PAGE:
        soon(tx, sealed.BRING, copy.id)
    else:
        tell(tx, moving.for_customer(there.submission, moving.COPY_FILE, copy.id))
    if copy.certificate_key:
        tell(tx, moving.for_customer(there.submission, moving.CERTIFICATE, copy.id))
    return copy


def bring_letters(tx: Tx, who: Who, registration_id: str) -> int:
    """Bring a registration's letters into the thread of staff's card; how many were not there yet.

    Raises NotAllowed, NotFound.
    """
    who.require_staff()
    registration = load(tx, Registration, registration_id, who, what="That registration")
    coming = 0
    for letter in letters_of(tx, registration.id):
        if letter.pdf_key and find(tx, moving.LETTER_FILE, letter.id, REVIEW_PLACE) is None:
            for kind in (moving.PREVIEW, moving.LETTER_FILE):
                tell(tx, moving.for_staff(registration, kind, letter.id))
            coming += 1
    tell(tx, moving.review(registration))
    return coming


# Signing on a screen


def sign_now(tx: Tx, who: Who, letter_id: str, way: str, public_url: str) -> str:
    """Begin to sign on a screen; the address for this person alone, which is kept nowhere.

    Raises what ``steps.begin_signing`` does.
    """
    signing = steps.begin_signing(tx, who, letter_id, way)
    return links.sign_now(tx, signing, public_url, who.user_id)


def mail_officer(tx: Tx, who: Who, letter_id: str, way: str, key: str) -> Signing:
    """Have the signing officer asked by e-mail: DocuSign writes one, or we do. Raises as ``steps.begin_signing``.

    ``key`` guards our own links.
    """
    signing = steps.begin_signing(tx, who, letter_id, way, by_mail=True)
    if way == Way.PAGE:
        links.mail_to_officer(tx, signing, key, who.user_id)
    return signing


# Signed copies from the thread


def came_in_thread(tx: Tx, who: Who, submission: Submission, ts: str, arrivals: Sequence[Arrival]) -> list[str]:
    """Take files of the message ``ts`` in a customer's thread as signed copies; Slack's ids of those that are.

    They are where a letter waits for its signature and was downloaded, and the file may be one by its name. Which
    letter it is its name may say, and its QR code does. Where documents are to be mended too, the name must say it.
    """
    if who.account_id != submission.account_id or who.is_staff:
        return []
    registrations = registration_steps.registrations_of(tx, submission.id)
    letters = letters_of(tx, *(each.id for each in registrations))
    waiting = [one for one in letters if one.downloaded_at and one.status in TAKES_COPIES]
    named = {one.number.casefold(): one for one in letters if one.downloaded_at}
    free = [] if drafts.asked(tx, submission.id) else sorted(waiting, key=lambda one: one.status not in SIGNABLE)
    taken = []
    for place, arrival in enumerate(arrivals):
        if not arrival.name.lower().endswith(SIGNED_KINDS):
            continue
        said = _NUMBER.search(arrival.name)
        letter = named.get(said[0].casefold()) if said else None
        letter = letter or (free[min(place, len(free) - 1)] if free else None)
        if letter is not None:
            source = f"{submission.channel}:{ts}:{arrival.slack_file_id}"
            steps.copy_came(tx, who, letter.id, arrival, source)
            taken.append(arrival.slack_file_id)
    return taken


def send_signed(tx: Tx, who: Who, form: str, came: Sequence[tuple[str, Arrival]]) -> list[SignedCopy]:
    """Signed copies came in the form: each (letter's id, file), all or none. ``form`` names it: each comes once.

    Raises what ``steps.copy_came`` does.
    """
    return [
        steps.copy_came(tx, who, letter_id, arrival, f"{form}:{arrival.slack_file_id}") for letter_id, arrival in came
    ]


def copy_of(tx: Tx, who: Who, copy_id: str) -> tuple[SignedCopy, words.Asked]:
    """A signed copy, and what it is about. Raises NotFound."""
    copy = load(tx, SignedCopy, copy_id, who, what="That signed letter")
    return copy, words.asked(tx, tx.session.get_one(Letter, copy.letter_id))


def submission_of(tx: Tx, who: Who, letter_id: str) -> tuple[str, str]:
    """The ids of the submission and the registration of a letter. Raises NotFound."""
    letter = load(tx, Letter, letter_id, who, what=_WHAT)
    registration = tx.session.get_one(Registration, letter.registration_id)
    return registration.submission_id, registration.id
