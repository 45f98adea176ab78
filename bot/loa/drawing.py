"""A letter was drawn, or cannot be; staff look at it and release it, or a rule does."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.outbox import tell
from bot.delivery.transition import who_was_first
from bot.errors import OutOfDate
from bot.loa import moving
from bot.loa.letter import Box
from bot.loa.moving import DRAW, Held, held_letter, letters_of, settle
from bot.loa.rules import LetterStatus
from bot.loa.tables import Letter
from bot.registrations import steps as registration_steps
from bot.registrations.tables import Registration, Submission
from bot.storage.database import Tx

STAFF, KNOWN, ALWAYS = "staff", "known", "always"
"""Who releases letters: staff each; a rule those that say of a company what an accepted one said; a rule all."""
_OF_THE_COMPANY = ("company", "letterhead_sha256", "provider", "country", "entity")


@dataclass(frozen=True)
class Drawing:
    """What was drawn, and where it is kept."""

    pdf_key: str
    preview_key: str
    sha256: str
    pages: int
    box: Box
    code: str


class NothingToRelease(OutOfDate):
    """There is no letter left to release here. The message above shows the latest state."""


def drawn(tx: Tx, letter_id: str, drawing: Drawing, release_by: str) -> Letter:
    """A letter is there. ``release_by``: STAFF, KNOWN or ALWAYS. What nobody needs any more is left alone."""
    there = held_letter(tx, letter_id)
    letter = there.letter
    if letter.status != LetterStatus.DRAWING:
        return letter
    by_rule = release_by == ALWAYS or (release_by == KNOWN and is_known(tx, letter))
    values: dict[str, Any] = asdict(drawing) | {"box": asdict(drawing.box), "drawn_at": tx.now, "trouble": ""}
    values |= {"released_at": tx.now} if by_rule else {}
    to = LetterStatus.READY if by_rule else LetterStatus.TO_RELEASE
    facts = {"rule": f"release_{release_by}"} if by_rule else {}
    moving.move(tx, letter, to, "drawn", by=None, facts=facts, **values)
    _after_drawing(tx, there)
    return letter


def cannot_draw(tx: Tx, letter_id: str, because: str) -> Letter:
    """A letter cannot be drawn: staff and the customer read what is to be mended."""
    there = held_letter(tx, letter_id)
    if there.letter.status == LetterStatus.DRAWING:
        moving.move(tx, there.letter, LetterStatus.STUCK, "stuck", by=None, because=because, trouble=because)
        _after_drawing(tx, there)
    return there.letter


def draw_again(tx: Tx, who: Who, registration_id: str) -> list[Letter]:
    """Staff have the letters drawn anew that could not be. Raises NotAllowed, NotFound, NothingToRelease."""
    who.require_staff()
    registration = load(tx, Registration, registration_id, who, what="That registration")
    submission = registration_steps.locked(tx, registration.submission_id)
    stuck = [one for one in letters_of(tx, registration.id) if one.status == LetterStatus.STUCK]
    if not stuck:
        raise NothingToRelease
    for letter in stuck:
        moving.move(
            tx, letter, LetterStatus.DRAWING, "drawn_again", by=who.user_id, facts={"from_staff": True}, told_at=None
        )
        soon(tx, DRAW, letter.id)
    settle(tx, submission, [registration], who)
    tell(tx, moving.review(registration))
    return stuck


def _after_drawing(tx: Tx, there: Held) -> None:
    settle(tx, there.submission, [there.registration])
    all_drawn(tx, there.submission, [there.registration])


def all_drawn(tx: Tx, submission: Submission, touched: Sequence[Registration]) -> None:
    """Once no letter of a registration is being drawn any more its files come to staff.

    And once none of the submission is, its customer hears of all at once.
    """
    for registration in (each for each in touched if each.position <= moving.PREVIEWS_MAX):
        letters = letters_of(tx, registration.id)
        waits = any(one.status == LetterStatus.DRAWING for one in letters)
        for letter in letters:
            if letter.pdf_key and not waits:
                tell(tx, moving.for_staff(registration, moving.PREVIEW, letter.id))
                tell(tx, moving.for_staff(registration, moving.LETTER_FILE, letter.id))
    if not moving.is_drawing(tx, submission):
        tell_ready(tx, submission, None)


def is_known(tx: Tx, letter: Letter) -> bool:
    """Whether a letter of the same account was accepted that says the same of the company, on the same letterhead."""
    accepted = select(Letter).where(Letter.account_id == letter.account_id, Letter.accepted_at.is_not(None))
    newest = tx.session.scalars(accepted.order_by(Letter.accepted_at.desc()).limit(_LOOKED_AT))
    mine = _of_the_company(letter)
    return any(_of_the_company(one) == mine for one in newest if one.status == LetterStatus.ACCEPTED)


_LOOKED_AT = 50


def _of_the_company(letter: Letter) -> dict[str, Any]:
    return {name: letter.data.get(name) for name in _OF_THE_COMPANY}


# Release


def release(tx: Tx, who: Who, registration_id: str, *, whole: bool = False) -> list[Letter]:
    """Staff looked at a registration's letters, or at the ``whole`` submission's: the customer may sign them.

    Raises NotAllowed, NotFound; OutOfDate, which tells who was first, and NothingToRelease.
    """
    who.require_staff()
    registration = load(tx, Registration, registration_id, who, what="That registration")
    submission = registration_steps.locked(tx, registration.submission_id)
    all_ = registration_steps.registrations_of(tx, submission.id) if whole else [registration]
    letters = letters_of(tx, *(each.id for each in all_))
    going = [one for one in letters if one.status == LetterStatus.TO_RELEASE]
    if not going:
        raise _who_released(tx, letters)
    for letter in going:
        values: dict[str, Any] = {"released_by": who.user_id, "released_at": tx.now, "facts": {"from_staff": True}}
        moving.move(tx, letter, LetterStatus.READY, "released", by=who.user_id, **values)
    touched = {letter.registration_id for letter in going}
    settle(tx, submission, [each for each in all_ if each.id in touched], who)
    tell_ready(tx, submission, who)
    return going


def _who_released(tx: Tx, letters: Sequence[Letter]) -> OutOfDate:
    released = [one for one in letters if one.released_by]
    return who_was_first(tx, released[0]) if released else NothingToRelease()


def tell_ready(tx: Tx, submission: Submission, who: Who | None) -> None:
    """Tell the customer which letters can be signed now, and which cannot be drawn; of each once."""
    all_ = registration_steps.registrations_of(tx, submission.id)
    letters = [one for one in letters_of(tx, *(each.id for each in all_)) if one.told_at is None]
    for status, what in ((LetterStatus.READY, "ready"), (LetterStatus.STUCK, "stuck")):
        some = [letter for letter in letters if letter.status == status]
        if not some:
            continue
        for letter in some:
            letter.told_at = tx.now
        side = {"from_staff": True} if who else {}
        by = who.user_id if who else None
        key = moving.write_down(tx, submission, what, by, some, **side)
        moving.inform(tx, submission, key, needs_action=what == "ready")
        if what == "stuck":
            moving.inform_staff(tx, tx.session.get_one(Registration, some[0].registration_id), key)
        elif len(some) <= moving.PREVIEWS_MAX:
            for letter in some:
                tell(tx, moving.for_customer(submission, moving.PREVIEW, letter.id))
