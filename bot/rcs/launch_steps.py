"""The steps that all use cases take from an agent's testing to its launch: write it down, draw the cards, tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.outbox import FILE, REVIEW, Telling, tell
from bot.rcs import steps
from bot.rcs.rules import turn_of
from bot.rcs.tables import Agent, CarrierRow, ItemFile, Launch
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.tickets.notices import News, notify, notify_assignee
from bot.tickets.tables import Ticket

KIND = "rcs_launch"
"""The kind of a launch's ticket."""
CARD, REVIEW_CARD, ROWS = "rcs.launch", "rcs.launch_review", "rcs.launch_rows"
ITEMS, ITEM_FILE = "rcs.items", "rcs.item_file"
NEWS, MAIL, NOTE = "rcs.launch_news", "rcs.launch_mail", "rcs.launch_note"
LOOK = "rcs.item"
"""A due row that brings a launch item's file here and looks at it; its key is the file's id."""


def redraw(tx: Tx, agent: Agent) -> None:
    """Have the agent's cards drawn again, and in the staff's thread its devices and items."""
    steps.redraw(tx, agent)
    tell(tx, Telling(ITEMS, agent.id, REVIEW, account_id=agent.account_id, parent=(steps.REVIEW_CARD, agent.id)))


def redraw_launch(tx: Tx, launch: Launch) -> None:
    """Have all cards of a launch drawn again, and its agent's, which speak of it."""
    root = (REVIEW_CARD, launch.id)
    tell(tx, Telling(CARD, launch.id, launch.channel, account_id=launch.account_id))
    tell(tx, Telling(*root, REVIEW, account_id=launch.account_id))
    tell(tx, Telling(ROWS, launch.id, REVIEW, account_id=launch.account_id, parent=root))
    steps.redraw(tx, tx.session.get_one(Agent, launch.agent_id))


def bring_file(tx: Tx, agent: Agent, file: ItemFile) -> None:
    """A file of the checklist, into the staff's thread."""
    parent = (steps.REVIEW_CARD, agent.id)
    tell(tx, Telling(ITEM_FILE, file.id, REVIEW, FILE, agent.account_id, parent=parent))


@dataclass(frozen=True)
class Happening:
    """What one piece of news tells, read back from the audit by its key.

    ``launch`` None: it is about the agent itself, its devices and its checklist. ``by`` None: by itself.
    """

    agent: Agent
    launch: Launch | None
    what: str
    by: str | None
    facts: Mapping[str, Any]

    @property
    def root(self) -> tuple[str, str]:
        """The customer's card, under which it is told."""
        return (CARD, self.launch.id) if self.launch else (steps.CARD, self.agent.id)

    @property
    def review_root(self) -> tuple[str, str]:
        """The staff's card, under which it is told."""
        return (REVIEW_CARD, self.launch.id) if self.launch else (steps.REVIEW_CARD, self.agent.id)

    @property
    def about(self) -> Agent | Launch:
        """What was sent in, with who did it, and where they follow it."""
        return self.launch or self.agent


def write_down(
    tx: Tx, agent: Agent, area: str, what: str, who: Who | None, *, launch: Launch | None = None, **facts: object
) -> str:
    """Write down what is told; the key under which it is told, see ``happened``."""
    about = launch or agent
    side = {"from_staff": who.is_staff} if who else {}
    row = record(
        tx,
        subject=(about.__tablename__, about.id),
        act=f"rcs:launch:{what}" if launch else f"rcs:told:{area}_{what}",
        actor=who.user_id if who else None,
        account_id=agent.account_id,
        facts=side | facts,
    )
    tx.session.flush()
    return f"{agent.id}:{row.id}"


def happened(tx: Tx, key: str) -> Happening:
    """What the news of this key (``agent id:audit id``) tell."""
    agent_id, _, audit_id = key.partition(":")
    written = tx.session.get_one(AuditRow, int(audit_id))
    launch = tx.session.get(Launch, written.subject_id) if written.subject_kind == Launch.__tablename__ else None
    what = written.act.rpartition(":")[2]
    return Happening(tx.session.get_one(Agent, agent_id), launch, what, written.actor, written.facts)


def inform(tx: Tx, key: str, *, needs_action: bool = False) -> None:
    """Tell the customer: in the thread always, and who sent it in besides as they chose."""
    event = happened(tx, key)
    about = event.about
    tell(tx, Telling(NEWS, key, about.channel, account_id=about.account_id, parent=event.root))
    ticket = tx.session.get_one(Ticket, about.ticket_id)
    to, email = about.submitted_by, about.submitter_email
    notify(tx, ticket, News(NEWS, key, MAIL), to=to, email=email, by=event.by, needs_action=needs_action)


def inform_staff(tx: Tx, key: str) -> None:
    """Tell staff, in the thread of their card, and who looks after the ticket as they chose."""
    event = happened(tx, key)
    tell(tx, Telling(NOTE, key, REVIEW, account_id=event.about.account_id, parent=event.review_root))
    notify_assignee(tx, tx.session.get_one(Ticket, event.about.ticket_id), News(NOTE, key), by=event.by)


def rows_of(tx: Tx, launch_id: str) -> list[CarrierRow]:
    """What each carrier says to a launch, in their order, as it stands now."""
    wanted = select(CarrierRow).where(CarrierRow.launch_id == launch_id).order_by(CarrierRow.position, CarrierRow.id)
    return list(tx.session.scalars(wanted, execution_options={"populate_existing": True}))


def rows_of_agent(tx: Tx, agent_id: str) -> list[CarrierRow]:
    """What all carriers say to all launches of an agent, the oldest launch first."""
    wanted = select(CarrierRow).join(Launch, Launch.id == CarrierRow.launch_id).where(CarrierRow.agent_id == agent_id)
    in_order = wanted.order_by(Launch.number, CarrierRow.position, CarrierRow.id)
    return list(tx.session.scalars(in_order, execution_options={"populate_existing": True}))


def launches_of(tx: Tx, agent_id: str) -> list[Launch]:
    """An agent's launches, the first one first."""
    return list(tx.session.scalars(select(Launch).where(Launch.agent_id == agent_id).order_by(Launch.number)))


def settle_launch(tx: Tx, launch: Launch, who: Who) -> None:
    """Say whose turn it is by all carriers; when all have ended, the ticket is solved."""
    steps.settle(tx, launch.ticket_id, turn_of(row.status for row in rows_of(tx, launch.id)), who)
