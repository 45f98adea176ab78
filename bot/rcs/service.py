"""What can be done with a request for an agent: send it in, send it in again, withdraw it, look at it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import transition, who_was_first
from bot.errors import DeskError, NotFound, OutOfDate
from bot.rcs import drafts
from bot.rcs.arriving import as_rows
from bot.rcs.judging import ssir_registration
from bot.rcs.name_rules import tidied
from bot.rcs.rules import AGENT_MOVES, AgentStatus, CarrierStatus
from bot.rcs.sight import Sight, preview_name, sight_of
from bot.rcs.steps import (
    CARD,
    KIND,
    REVIEW_CARD,
    bring_pictures,
    inform,
    inform_staff,
    redraw,
    settle_ticket,
    write_down,
)
from bot.rcs.tables import Agent, AgentDraft, AgentRevision, CarrierRow
from bot.storage.database import Tx
from bot.storage.statements import held
from bot.tickets.steps import Opening, open_ticket

_OVER = (CarrierStatus.WITHDRAWN, CarrierStatus.REPLACED, CarrierStatus.REJECTED)


class NotReady(DeskError):
    """This cannot be sent in yet. The list says what is missing, and how to mend it."""


class NothingChanged(DeskError):
    """Nothing was changed since it was sent in. Mend what was asked for, then send it again."""


class IsLaunched(DeskError):
    """Carriers have {name} already, so the request for it cannot be withdrawn. Ask support in this thread."""


def submit(tx: Tx, who: Who, draft_id: str, seen: int, email: str = "") -> Agent:
    """Send a draft in; the same draft a second time gives what the first time made.

    A draft that mends an agent makes its next revision. ``email`` is the submitter's. Raises NotReady, NothingChanged,
    OutOfDate when the draft was changed since the person saw it, DraftEnded when it was thrown away.
    """
    load(tx, AgentDraft, draft_id, who, what="That draft")
    draft = held(tx, AgentDraft, draft_id)
    if draft.step == drafts.SUBMITTED and draft.agent_id:
        return tx.session.get_one(Agent, draft.agent_id)
    drafts.locked(tx, who, draft_id)
    if draft.version != seen:
        raise OutOfDate(what="changed", who=f"<@{draft.user_id}> in another window")
    sight = sight_of(tx, draft)
    if not sight.is_ready:
        raise NotReady
    if draft.agent_id:
        agent = _submit_again(tx, who, sight, held(tx, Agent, draft.agent_id))
    else:
        agent = _submit_first(tx, who, sight, email)
    draft.agent_id = agent.id
    drafts.end(tx, draft, drafts.SUBMITTED)
    tx.session.flush()
    return agent


def _submit_first(tx: Tx, who: Who, sight: Sight, email: str) -> Agent:
    draft, agent_id = sight.draft, tx.new_id()
    opening = Opening(
        account_id=draft.account_id,
        kind=KIND,
        title=f"RCS agent: {tidied(sight.asked.name)}",
        requester=who.user_id,
        requester_email=email,
        channel=draft.channel,
        card=(CARD, agent_id),
        review=(REVIEW_CARD, agent_id),
    )
    ticket = open_ticket(tx, opening, by=who.user_id)
    agent = Agent(
        id=agent_id,
        account_id=draft.account_id,
        ticket_id=ticket.id,
        channel=draft.channel,
        submitted_by=who.user_id,
        submitter_email=email,
        submitted_at=tx.now,
        **asked_of(tx, sight),
    )
    tx.session.add(agent)
    tx.session.flush()
    _keep_revision(tx, agent, who)
    redraw(tx, agent)
    bring_pictures(tx, agent)
    inform(tx, agent, write_down(tx, agent, "submitted", who))
    return agent


def asked_of(tx: Tx, sight: Sight) -> dict[str, Any]:
    """The columns of an agent as it is asked for."""
    fields = sight.asked.tidied()
    ids = {what: one.id for what, one in sight.pictures.items()}
    is_drawn = preview_name(sight.asked, sight.pictures) in (sight.draft.preview_key or "")
    return {
        "name": fields["name"],
        "description": fields["description"],
        "color": fields["color"],
        "use_case": fields["use_case"],
        "fields": fields,
        "logo_id": ids.get("logo"),
        "hero_id": ids.get("hero"),
        "preview_key": sight.draft.preview_key if is_drawn else None,
        "findings": as_rows(sight.findings),
        "registration_id": ssir_registration(tx, sight.draft.account_id, fields["name"]),
    }


def _submit_again(tx: Tx, who: Who, sight: Sight, agent: Agent) -> Agent:
    if agent.status not in drafts.MENDABLE:
        raise who_was_first(tx, agent)
    values = asked_of(tx, sight)
    changed = changed_fields(agent, values)
    if not changed:
        raise NothingChanged
    facts = {"revision": agent.revision + 1, "from_staff": who.is_staff, "changed": changed}
    anew: dict[str, Any] = {"decided_by": None, "decided_at": None, "reason": "", "words": "", "field": ""}
    transition(
        tx, agent, AgentStatus.REQUESTED, moves=AGENT_MOVES, act="rcs:agent:resubmitted", by=who.user_id, facts=facts,
        **values, **anew, revision=agent.revision + 1,
    )  # fmt: skip
    _keep_revision(tx, agent, who)
    redraw(tx, agent)
    bring_pictures(tx, agent)
    key = write_down(tx, agent, "resubmitted", who, changed=changed, revision=agent.revision)
    inform(tx, agent, key)
    if not who.is_staff:
        inform_staff(tx, agent, key)
    settle_ticket(tx, agent, who)
    return agent


def changed_fields(agent: Agent, values: Mapping[str, Any]) -> list[str]:
    """Which fields differ from what was sent in before: names of the form's, and ``logo`` and ``hero``."""
    typed = [name for name, value in values["fields"].items() if agent.fields.get(name) != value]
    pictures = [what for what in ("logo", "hero") if getattr(agent, f"{what}_id") != values[f"{what}_id"]]
    return [*typed, *pictures]


def _keep_revision(tx: Tx, agent: Agent, who: Who) -> None:
    snapshot = {**agent.fields, "logo_id": agent.logo_id, "hero_id": agent.hero_id}
    kept = AgentRevision(
        agent_id=agent.id,
        revision=agent.revision,
        account_id=agent.account_id,
        by=who.user_id,
        at=tx.now,
        snapshot=snapshot,
    )
    tx.session.add(kept)
    tx.session.flush()


def withdraw(tx: Tx, who: Who, agent_id: str, seen: int) -> Agent:
    """Take a request back. Raises NotFound, OutOfDate for who comes second, NotPossible, IsLaunched."""
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    asked = select(func.count()).select_from(CarrierRow)
    if tx.session.scalar(asked.where(CarrierRow.agent_id == agent.id, CarrierRow.status.not_in(_OVER))):
        raise IsLaunched(name=agent.name)
    facts, act = {"from_staff": who.is_staff}, "rcs:agent:withdrawn"
    transition(tx, agent, AgentStatus.WITHDRAWN, moves=AGENT_MOVES, act=act, by=who.user_id, seen=seen, facts=facts)
    redraw(tx, agent)
    key = write_down(tx, agent, "withdrawn", who)
    inform(tx, agent, key)
    if not who.is_staff:
        inform_staff(tx, agent, key)
    settle_ticket(tx, agent, who)
    return agent


# What people look at


def of_account(tx: Tx, who: Who, limit: int = 50) -> list[Agent]:
    """The account's agents, the latest first; staff see every account's."""
    mine = [] if who.is_staff else [Agent.account_id == who.account_id]
    wanted = select(Agent).where(*mine).order_by(Agent.submitted_at.desc(), Agent.id)
    return list(tx.session.scalars(wanted.limit(limit)))


def agent(tx: Tx, who: Who, agent_id: str) -> Agent:
    """An agent of the person's account. Raises NotFound."""
    return load(tx, Agent, agent_id, who, what="That agent")


def named(tx: Tx, who: Who, name: str) -> Agent:
    """The agent of this name, as people type it, the latest where there are several. Raises NotFound."""
    wanted = tidied(name).casefold()
    found = next((one for one in of_account(tx, who) if one.name.casefold() == wanted), None)
    if found is None:
        raise NotFound(what="An agent of this name")
    return found
