"""What launches hand over to tickets: what belongs to a ticket's story, and which messages are its roots."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.rcs import checklist, devices
from bot.rcs.launch_steps import CARD, REVIEW_CARD
from bot.rcs.regions import region_name
from bot.rcs.tables import Agent, CarrierRow, Launch, LaunchItem, Tester
from bot.storage.audit import AuditRow, Subject
from bot.storage.database import Tx
from bot.tickets.features import Feature
from bot.tickets.tables import Ticket

_CARRIERS = ("sent_to_the_carrier", "approved", "switched_on", "sent_back", "rejected", "amended", "suspended")
_LIVED = ("resumed", "struck", "resubmitted", "withdrawn", "replaced")
TOLD = (
    frozenset(f"rcs:carrier:{act}" for act in (*_CARRIERS, *_LIVED))
    | frozenset(f"rcs:item:{act}" for act in ("given", "accepted", "returned"))
    | frozenset(f"rcs:tester:{act}" for act in ("named", "invited", "accepted", "declined", "removed"))
    | {"rcs:launch:submitted", "rcs:launch:carrier_added"}
)
"""What a customer may read of: what became of devices, items and carriers, and what they did themselves."""


def feature() -> Feature:
    """The part of testing and launching in their tickets."""
    return Feature(subjects_of, ticket_of, TOLD, frozenset({"carrier", "item", "from_staff"}), explained)


def subjects_of(tx: Tx, ticket: Ticket) -> Sequence[Subject]:
    """A launch with its carriers; an agent's devices and items."""
    launches = select(Launch.id).where(Launch.ticket_id == ticket.id)
    agents = select(Agent.id).where(Agent.ticket_id == ticket.id)
    mine = (
        (Launch, launches),
        (CarrierRow, select(CarrierRow.id).where(CarrierRow.launch_id.in_(launches))),
        (Tester, select(Tester.id).where(Tester.agent_id.in_(agents))),
        (LaunchItem, select(LaunchItem.id).where(LaunchItem.agent_id.in_(agents))),
    )
    return [(table.__tablename__, id_) for table, ids in mine for id_ in tx.session.scalars(ids)]


def explained(tx: Tx, ticket: Ticket, rows: Sequence[AuditRow]) -> Mapping[int, Mapping[str, str]]:
    """Which carrier in which region, which device, and which item, by their names."""
    launches = select(Launch.id).where(Launch.ticket_id == ticket.id)
    there = tx.session.scalars(select(CarrierRow).where(CarrierRow.launch_id.in_(launches)))
    called = {one.id: {"carrier": f"{one.name} ({region_name(one.region)})"} for one in there}
    agents = select(Agent.id).where(Agent.ticket_id == ticket.id)
    for one in tx.session.scalars(select(Tester).where(Tester.agent_id.in_(agents))):
        called[one.id] = {"device": devices.masked(one.number)}
    for item in tx.session.scalars(select(LaunchItem).where(LaunchItem.agent_id.in_(agents))):
        called[item.id] = {"item": checklist.item(item.code).title}
    return {row.id: called[row.subject_id] for row in rows if row.subject_id in called}


def ticket_of(tx: Tx, kind: str, key: str) -> str | None:
    """The ticket of a launch's card."""
    launch = tx.session.get(Launch, key) if kind in {CARD, REVIEW_CARD} else None
    return launch.ticket_id if launch else None
