"""The steps that every use case of RCS agents takes: write it down, draw the cards again, tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.jobs import soon
from bot.delivery.outbox import FILE, REVIEW, Telling, tell
from bot.rcs.rules import AgentStatus, ItemStatus, TesterStatus
from bot.rcs.tables import Agent, AgentPicture, LaunchItem, Tester
from bot.storage.audit import AuditRow, record
from bot.storage.database import Tx
from bot.tickets.notices import News, notify, notify_assignee
from bot.tickets.rules import Status, Turn, next_turn
from bot.tickets.steps import move, set_turn
from bot.tickets.tables import Ticket

KIND = "rcs"
"""The kind of an agent's ticket."""
CARD, REVIEW_CARD = "rcs.card", "rcs.review"
NEWS, MAIL, NOTE = "rcs.news", "rcs.mail", "rcs.note"
PICTURE_FILE, PREVIEW_FILE = "rcs.picture", "rcs.preview"
COMPARED, DRAFT_PREVIEW = "rcs.compared", "rcs.draft_preview"
LOOK, CHECK, DRAW = "rcs.look", "rcs.check", "rcs.draw"
"""Due rows: look at a picture; visit the pages of a draft, and draw it; draw an agent. Each by its id."""
_TURNS = {
    AgentStatus.REQUESTED: Turn.US,
    AgentStatus.CHANGES_ASKED: Turn.CUSTOMER,
    AgentStatus.CREATED: Turn.NOBODY,
    AgentStatus.REJECTED: Turn.NOBODY,
    AgentStatus.WITHDRAWN: Turn.NOBODY,
}
_ENDED = frozenset({AgentStatus.REJECTED, AgentStatus.WITHDRAWN})
"""No device tests such an agent any more, and nothing is launched."""


def card(agent: Agent) -> Telling:
    """The customer's card: the root of the ticket's thread."""
    return Telling(CARD, agent.id, agent.channel, account_id=agent.account_id)


def review(agent: Agent) -> Telling:
    """The staff's card."""
    return Telling(REVIEW_CARD, agent.id, REVIEW, account_id=agent.account_id)


def redraw(tx: Tx, agent: Agent) -> None:
    """Have both cards drawn again."""
    tell(tx, card(agent))
    tell(tx, review(agent))


def bring_pictures(tx: Tx, agent: Agent) -> None:
    """The preview into both threads, and the pictures into the staff's; those that are there stay as they are."""
    key = f"{agent.id}:{agent.revision}"
    if agent.preview_key is None:
        soon(tx, DRAW, agent.id)
    else:
        for place, root in ((agent.channel, CARD), (REVIEW, REVIEW_CARD)):
            tell(tx, Telling(PREVIEW_FILE, key, place, FILE, agent.account_id, parent=(root, agent.id)))
    for picture_id in (agent.logo_id, agent.hero_id):
        if picture_id:
            parent = (REVIEW_CARD, agent.id)
            tell(tx, Telling(PICTURE_FILE, picture_id, REVIEW, FILE, agent.account_id, parent=parent))


def shown_key(picture: AgentPicture) -> str:
    """The file that is sent in: what came, or the mended one that was taken for it."""
    return str(picture.mended["key"]) if picture.uses_mended else picture.stored_key or ""


@dataclass(frozen=True)
class Happening:
    """What one piece of news tells, read back from the audit by its key.

    ``what``: submitted, resubmitted, created, changes_asked, rejected, withdrawn. ``by`` None: by itself. ``facts``:
    ``changed`` (names of fields that were mended), ``from_staff``, ``reason``, ``words``, ``field``, ``reference``.
    """

    agent: Agent
    what: str
    by: str | None
    facts: Mapping[str, Any]


def write_down(tx: Tx, agent: Agent, what: str, who: Who, **facts: object) -> str:
    """Write down what is told; the key under which it is told, see ``happened``."""
    row = record(
        tx,
        subject=(Agent.__tablename__, agent.id),
        act=f"rcs:request:{what}",
        actor=who.user_id,
        account_id=agent.account_id,
        facts={"from_staff": who.is_staff, **facts},
    )
    tx.session.flush()
    return f"{agent.id}:{row.id}"


def happened(tx: Tx, key: str) -> Happening:
    """What the news of this key (``agent id:audit id``) tell."""
    agent_id, _, audit_id = key.partition(":")
    written = tx.session.get_one(AuditRow, int(audit_id))
    agent = tx.session.get_one(Agent, agent_id)
    return Happening(agent, written.act.rsplit(":", 1)[-1], written.actor, written.facts)


def inform(tx: Tx, agent: Agent, key: str, *, needs_action: bool = False) -> None:
    """Tell the customer: in the thread always, and the submitter besides as they chose."""
    tell(tx, Telling(NEWS, key, agent.channel, account_id=agent.account_id, parent=(CARD, agent.id)))
    ticket = tx.session.get_one(Ticket, agent.ticket_id)
    to, email, by = agent.submitted_by, agent.submitter_email, happened(tx, key).by
    notify(tx, ticket, News(NEWS, key, MAIL), to=to, email=email, by=by, needs_action=needs_action)


def inform_staff(tx: Tx, agent: Agent, key: str) -> None:
    """Tell staff, in the thread of their card, and who looks after the ticket as they chose."""
    tell(tx, Telling(NOTE, key, REVIEW, account_id=agent.account_id, parent=(REVIEW_CARD, agent.id)))
    ticket = tx.session.get_one(Ticket, agent.ticket_id)
    notify_assignee(tx, ticket, News(NOTE, key), by=happened(tx, key).by)


def settle_ticket(tx: Tx, agent: Agent, who: Who) -> None:
    """Say whose turn it is: the request's, and until it has ended so, its devices' and items'; nobody's: it is solved.

    A device waits for support to invite it, then for the customer to accept; a returned item for the customer.
    """
    turns = {_TURNS[AgentStatus(agent.status)]}
    if agent.status not in _ENDED:
        devices = set(tx.session.scalars(select(Tester.status).where(Tester.agent_id == agent.id)))
        items = set(tx.session.scalars(select(LaunchItem.status).where(LaunchItem.agent_id == agent.id)))
        is_mended = agent.status != AgentStatus.CHANGES_ASKED  # before that there is nothing to be invited to
        turns |= {Turn.US} if TesterStatus.ASKED in devices and is_mended else set()
        turns |= {Turn.CUSTOMER} if TesterStatus.PENDING in devices or ItemStatus.RETURNED in items else set()
    settle(tx, agent.ticket_id, next_turn(turns), who)


def settle(tx: Tx, ticket_id: str, turn: Turn, who: Who) -> None:
    """Say whose turn a ticket is; when it is nobody's, it is solved."""
    ticket = tx.session.get_one(Ticket, ticket_id)
    if turn is Turn.NOBODY:
        move(tx, ticket, Status.SOLVED, by=who.user_id, from_staff=who.is_staff)
    else:
        set_turn(tx, ticket, turn, by=who.user_id, from_staff=who.is_staff)


def pictures_of(tx: Tx, ids: Mapping[str, str]) -> dict[str, AgentPicture]:
    """The pictures of these ids, by what they are."""
    wanted = select(AgentPicture).where(AgentPicture.id.in_(ids.values()))
    there = {one.id: one for one in tx.session.scalars(wanted)}
    return {what: there[id_] for what, id_ in ids.items() if id_ in there}
