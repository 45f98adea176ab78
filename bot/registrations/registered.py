"""What an account has registered, or asked for, already: nothing is asked of an operator twice."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from bot.registrations.rules import OPEN, OperatorStatus, SubmissionStatus
from bot.registrations.tables import Draft, OperatorRow, Registration, Submission
from bot.storage.database import Tx
from bot.tickets.rules import number_words
from bot.tickets.tables import Ticket


def keeps_from_asking(tx: Tx, draft: Draft, name: str, country: str, begins: date, *, kin: Collection[str] = ()) -> str:
    """Why a name cannot be asked for in a country from a day on, in a sentence; empty when it can.

    The same name in another case is the same name. What was approved keeps from asking until its validity ends, so it
    can be renewed from the day after. ``kin``: the registrations that keep from nothing, see ``kin_of``.
    """
    others = (
        select(OperatorRow.status, OperatorRow.valid_till, Ticket.number)
        .join(Registration, Registration.id == OperatorRow.registration_id)
        .join(Submission, Submission.id == Registration.submission_id)
        .join(Ticket, Ticket.id == Submission.ticket_id)
        .where(
            Registration.account_id == draft.account_id,
            Registration.country == country,
            func.lower(Registration.sender_id) == name.lower(),
            Registration.status == SubmissionStatus.SUBMITTED,
            Submission.id != (draft.submission_id or ""),
            Registration.id.not_in(kin),
        )
        .order_by(Ticket.number.desc())
    )
    for status, valid_till, number in tx.session.execute(others):
        if status in OPEN:
            return f"{name} is in review in {number_words(number)} already. Follow it there."
        if status == OperatorStatus.APPROVED and (valid_till is None or valid_till >= begins):
            until = f" until {valid_till}" if valid_till else ""
            return f"{name} is registered{until} by {number_words(number)}. There is nothing to ask for."
    return ""


def kin_of(tx: Tx, renews: str | None, mends: str | None) -> set[str]:
    """The registrations that stand in line with one: what it renews, and so on back; and what renews it, and so on.

    ``mends`` is the registration itself where it is mended, None for a new one.
    """
    kin: set[str] = set()
    while renews and renews not in kin:
        kin.add(renews)
        before = tx.session.get(Registration, renews)
        renews = before.renews_id if before else None
    later = {mends} if mends else set()
    while later:
        later = set(tx.session.scalars(select(Registration.id).where(Registration.renews_id.in_(later)))) - kin
        kin |= later
    return kin


def goes_on_with(tx: Tx, account_id: str, country: str, entry: Mapping[str, Any]) -> str | None:
    """The registration that an entry renews: of the same account, country and name; None when it is another name."""
    old = tx.session.get(Registration, entry.get("renews") or "")
    if old is None or (old.account_id, old.country) != (account_id, country):
        return None
    return old.id if old.sender_id.lower() == str(entry.get("sender_id") or "").strip().lower() else None


def named_otherwise(tx: Tx, draft: Draft, name: str, registration_id: str | None) -> str:
    """Why an entry of a draft that mends a submission cannot stand there with this name; empty when it can."""
    if draft.submission_id is None:
        return ""
    registration = tx.session.get(Registration, registration_id or "")
    if registration is None or registration.submission_id != draft.submission_id:
        return f"{name} was not part of this submission. Register it on its own with `/senderid register`."
    approved = (OperatorRow.registration_id == registration.id, OperatorRow.status == OperatorStatus.APPROVED)
    by = tx.session.scalars(select(OperatorRow.name).where(*approved).order_by(OperatorRow.position)).first()
    if by and name != registration.sender_id:
        return f"{by} approved {registration.sender_id} already, so this name stays. Register {name} on its own."
    return ""
