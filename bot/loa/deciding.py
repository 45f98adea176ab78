"""What staff decide on signed copies: a doubtful one is right, or the letter must be signed again."""

from typing import Any

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import NotPossible, who_was_first
from bot.loa import moving, reasons
from bot.loa.copies import accepted, covered, tell_of
from bot.loa.moving import Held, held_letter, settle
from bot.loa.rules import CopyStatus, LetterStatus
from bot.loa.tables import SignedCopy
from bot.registrations import decisions
from bot.registrations import rules as registration_rules
from bot.registrations.rules import UNDECIDED, OperatorStatus
from bot.storage.database import Tx

WORDS_MAX = 1000


class DecidedByOperator(NotPossible):
    """{operator} decided on it already, so its letter stays as it is. Amend the operator's decision instead."""


def accept(tx: Tx, who: Who, copy_id: str, seen: int) -> SignedCopy:
    """Staff find a doubtful copy right. ``seen`` is the copy's version.

    Raises NotAllowed, OwnSubmission, NotFound; OutOfDate, which tells who was first.
    """
    who.require_staff()
    load(tx, SignedCopy, copy_id, who, what="That signed letter")
    copy = tx.session.get_one(SignedCopy, copy_id)
    there = held_letter(tx, copy.letter_id)
    tx.session.refresh(copy)
    _may_decide(tx, who, there, copy)
    if copy.version != seen or copy.status != CopyStatus.DOUBTFUL:
        raise who_was_first(tx, copy)
    values: dict[str, Any] = {"decided_by": who.user_id, "decided_at": tx.now}
    moving.move_copy(tx, copy, CopyStatus.ACCEPTED, "accepted", by=who.user_id, **values)
    accepted(tx, there, copy, who)
    return copy


def return_(tx: Tx, who: Who, copy_id: str, seen: int, why: tuple[str, str]) -> SignedCopy:
    """Staff have a letter signed again: its copy was doubtful, or was accepted and no operator decided yet.

    ``why``: a reason of the list, and words for the customer. Raises NotAllowed, OwnSubmission, NotFound,
    ReasonMissing, OutOfDate, DecidedByOperator.
    """
    who.require_staff()
    reason, words = why[0], why[1].strip()[:WORDS_MAX]
    reasons.check(reason, words)
    copy = load(tx, SignedCopy, copy_id, who, what="That signed letter")
    there = held_letter(tx, copy.letter_id)
    tx.session.refresh(copy)
    _may_decide(tx, who, there, copy)
    if copy.version != seen or copy.status not in {CopyStatus.DOUBTFUL, CopyStatus.ACCEPTED}:
        raise who_was_first(tx, copy)
    decided = covered(tx, there.letter, set(OperatorStatus) - UNDECIDED - {OperatorStatus.CHANGES_ASKED})
    if copy.status == CopyStatus.ACCEPTED and decided:
        raise DecidedByOperator(operator=decided[0].name)
    values: dict[str, Any] = {"reason": reason, "words": words}
    because = " ".join(filter(None, [reason, words]))
    by, told = who.user_id, values | {"decided_by": who.user_id, "decided_at": tx.now}
    moving.move_copy(tx, copy, CopyStatus.RETURNED, "returned", by=by, because=because, **told)
    values |= {"copy_id": None, "accepted_at": None, "facts": {"copy": copy.number, "from_staff": True}}
    moving.move(tx, there.letter, LetterStatus.RETURNED, "returned", by=by, because=because, **values)
    settle(tx, there.submission, [there.registration], who)
    tell_of(tx, there, "returned", copy, needs_action=True, by=by, from_staff=True)
    return copy


def _may_decide(tx: Tx, who: Who, there: Held, copy: SignedCopy) -> None:
    """Nobody decides on what they submitted or sent."""
    decisions.may_decide(tx, who, there.submission)
    if copy.by:
        registration_rules.may_decide(who.user_id, copy.by)
