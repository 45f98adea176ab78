"""Why a ticket stands where it stands: who did what, when, and by which rule, from the audit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from bot.accounts.rules import Who
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.rules import NoSuchTicket
from bot.tickets.tables import Ticket

TOLD = frozenset(
    f"tickets:ticket:{act}" for act in ("opened", "replied", "answered", "passed_on", "solved", "reopened", "closed")
)
"""What a customer may read of a ticket's own story. Notes, assignments and our clocks stay inside."""
FACTS = frozenset({"rule", "after"})


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``act`` is feature, noun and verb: "tickets:ticket:solved".

    ``actor`` is the person, None when it happened by itself; ``by_support`` is set in place of a name where the reader
    is a customer and the person is staff.
    """

    at: datetime
    act: str
    subject: tuple[str, str]
    actor: str | None
    by_support: bool
    from_status: str
    to_status: str
    because: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The rule that was applied, or the reason from a list, where one was named."""
        return str(self.facts.get("rule") or self.facts.get("reason") or "")


def why(tx: Tx, who: Who, number: int, *, features: Iterable[Feature] = ()) -> list[Event]:
    """A ticket's story in order: whole for staff; for the customer without what stays inside, and without our names.

    Raises NoSuchTicket, alike for none and for somebody else's.
    """
    ticket = tx.session.scalars(select(Ticket).where(Ticket.number == number)).one_or_none()
    if ticket is None or not (who.is_staff or ticket.account_id == who.account_id):
        raise NoSuchTicket(number=f"SD-{number}")
    features = list(features)
    subjects = [(Ticket.__tablename__, ticket.id), *(one for each in features for one in each.subjects(tx, ticket))]
    ids: dict[str, list[str]] = {}
    for kind, id_ in subjects:
        ids.setdefault(kind, []).append(id_)
    # By kind: of a ticket about many sender IDs there are more subjects than a condition may have parts.
    about = or_(*(and_(AuditRow.subject_kind == kind, AuditRow.subject_id.in_(some)) for kind, some in ids.items()))
    rows = tx.session.scalars(select(AuditRow).where(about).order_by(AuditRow.id)).all()
    told = TOLD.union(*(feature.told for feature in features))
    facts = FACTS.union(*(feature.facts for feature in features))
    # Where a feature does not say on which side somebody is, what they did elsewhere in this story tells.
    customers = {ticket.requester, *(row.actor for row in rows if row.facts.get("from_staff") is False)}
    explained = {id_: words for each in features for id_, words in each.explained(tx, ticket, rows).items()}
    return [
        _event(row, who, customers, facts, explained.get(row.id, {})) for row in rows if who.is_staff or row.act in told
    ]


def _event(
    row: AuditRow, who: Who, customers: set[str | None], told: frozenset[str], explained: Mapping[str, str]
) -> Event:
    from_staff = bool(row.facts.get("from_staff", row.actor not in customers))
    hidden = row.actor is not None and from_staff and not who.is_staff
    return Event(
        at=row.at,
        act=row.act,
        subject=(row.subject_kind, row.subject_id),
        actor=None if hidden else row.actor,
        by_support=hidden,
        from_status=row.from_status or "",
        to_status=row.to_status or "",
        because=row.because,
        facts={name: value for name, value in row.facts.items() if who.is_staff or name in told} | dict(explained),
    )
