"""What a person types into the request form, saved at every step and offered again: one function, one transaction.

The keys of ``AgentDraft.data`` are those of ``fields.AgentFields``, and ``pictures {logo, hero: id of a picture}``.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.errors import DeskError
from bot.rcs.fields import NAMES, PICTURES, AgentFields, pages_hash
from bot.rcs.rules import AgentStatus
from bot.rcs.steps import CHECK
from bot.rcs.tables import Agent, AgentDraft, AgentPicture
from bot.storage.audit import record
from bot.storage.database import Tx
from bot.storage.statements import held

STEPS = ("brand", "pictures", "contact", "review")
KEYS = frozenset(NAMES) | {"pictures"}
SUBMITTED, DISCARDED = "submitted", "discarded"
"""What ``step`` says of a draft that ended."""
MENDABLE = frozenset({AgentStatus.CHANGES_ASKED, AgentStatus.REJECTED})
STEP_OF = {
    **dict.fromkeys(("name", "description", "color", "use_case", "markets"), "brand"),
    **dict.fromkeys(PICTURES, "pictures"),
    **dict.fromkeys(("privacy", "terms", "email", "phone", "start", "help", "stop", "message"), "contact"),
}
"""On which page a field stands."""


class DraftEnded(DeskError):
    """This request was {ended} already, so nothing was changed. Begin a new one with `/rcs new`."""


class NothingToMend(DeskError):
    """Nobody asked for changes here, so there is nothing to mend. The card in this thread shows where it stands."""


def begin(tx: Tx, who: Who, channel: str) -> AgentDraft:
    """A new draft, whose ticket will have its thread in ``channel``. One that is still empty is taken again."""
    account_id = who.require_account()
    for draft in opened(tx, who, account_id):
        if not draft.data and draft.agent_id is None:
            draft.channel = channel
            return draft
    return _new(tx, who, account_id, channel, data={}, step="brand")


def _new(
    tx: Tx, who: Who, account_id: str, channel: str, *, data: Mapping[str, Any], step: str, agent_id: str | None = None
) -> AgentDraft:
    draft = AgentDraft(
        id=tx.new_id(),
        account_id=account_id,
        user_id=who.user_id,
        channel=channel,
        step=step,
        data=dict(data),
        agent_id=agent_id,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(draft)
    tx.session.flush()
    return draft


def latest(tx: Tx, who: Who) -> AgentDraft | None:
    """The draft that the person worked on last, to be offered again; None when nothing is begun."""
    return next((draft for draft in opened(tx, who, who.require_account()) if draft.data), None)


def opened(tx: Tx, who: Who, account_id: str) -> list[AgentDraft]:
    """The person's drafts that have not ended, the latest first."""
    mine = (AgentDraft.account_id == account_id, AgentDraft.user_id == who.user_id, AgentDraft.ended_at.is_(None))
    return list(
        tx.session.scalars(select(AgentDraft).where(*mine).order_by(AgentDraft.updated_at.desc(), AgentDraft.id))
    )


def save(tx: Tx, who: Who, draft_id: str, values: Mapping[str, Any], step: str) -> AgentDraft:
    """Keep what was typed at a step; other keys stay. Pages whose address is another are visited again.

    Raises DraftEnded; ValueError for a key, or a step, that there is not.
    """
    if unknown := sorted(set(values) - KEYS):
        raise ValueError(", ".join(unknown))
    if step not in STEPS:
        raise ValueError(step)
    draft = locked(tx, who, draft_id)
    if draft.data | dict(values) != draft.data or draft.step != step:
        draft.data, draft.step = draft.data | dict(values), step
        draft.version, draft.updated_at = draft.version + 1, tx.now
    look_again(tx, draft)
    return draft


def look_again(tx: Tx, draft: AgentDraft) -> None:
    """Have the pages visited that were not, and on the last step the preview drawn."""
    asked = AgentFields.of(draft.data)
    has_pages = bool(asked.privacy.strip() or asked.terms.strip())
    if (has_pages and draft.checked != pages_hash(asked)) or draft.step == "review":
        soon(tx, CHECK, draft.id)


def locked(tx: Tx, who: Who, draft_id: str) -> AgentDraft:
    """An open draft that nobody else changes before this transaction ends. Raises NotFound, DraftEnded."""
    load(tx, AgentDraft, draft_id, who, what="That draft")
    draft = held(tx, AgentDraft, draft_id)
    if draft.ended_at is not None:
        raise DraftEnded(ended=draft.step)
    return draft


def discard(tx: Tx, who: Who, draft_id: str) -> None:
    """Throw a draft away; a second time changes nothing."""
    if load(tx, AgentDraft, draft_id, who, what="That draft").step != DISCARDED:
        end(tx, locked(tx, who, draft_id), DISCARDED)


def end(tx: Tx, draft: AgentDraft, how: str) -> None:
    """Nothing more is typed into this draft."""
    draft.step, draft.ended_at = how, tx.now
    draft.version, draft.updated_at = draft.version + 1, tx.now


def fix(tx: Tx, who: Who, agent_id: str) -> AgentDraft:
    """A draft filled in from an agent that was sent back or rejected, at the page that the reason is about.

    One that the same person has open is offered again. Raises NotFound, NothingToMend.
    """
    agent = load(tx, Agent, agent_id, who, what="That agent")
    if agent.status not in MENDABLE:
        raise NothingToMend
    for draft in opened(tx, who, agent.account_id):
        if draft.agent_id == agent.id:
            return draft
    pictures = {"logo": agent.logo_id, "hero": agent.hero_id}
    data = agent.fields | {"pictures": {what: id_ for what, id_ in pictures.items() if id_}}
    step = STEP_OF.get(agent.field, "review")
    draft = _new(tx, who, agent.account_id, agent.channel, data=data, step=step, agent_id=agent.id)
    look_again(tx, draft)
    about, facts = (Agent.__tablename__, agent.id), {"draft": draft.id}
    record(tx, subject=about, act="rcs:agent:mending", actor=who.user_id, account_id=agent.account_id, facts=facts)
    return draft


def pictures_in(tx: Tx, draft: AgentDraft) -> dict[str, AgentPicture]:
    """The pictures of a draft, by what they are."""
    found = {what: tx.session.get(AgentPicture, id_) for what, id_ in (draft.data.get("pictures") or {}).items()}
    return {what: one for what, one in found.items() if one is not None}
