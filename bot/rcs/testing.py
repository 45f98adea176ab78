"""Test devices of an agent: named by the customer, invited by support, accepted on the device itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import NotPossible, transition
from bot.errors import NotAllowed, OutOfDate
from bot.rcs import devices
from bot.rcs.devices import TooManyTesters
from bot.rcs.launch_steps import inform, inform_staff, redraw, write_down
from bot.rcs.rules import TESTER_MOVES, TESTERS_MOST, AgentStatus, TesterStatus
from bot.rcs.steps import settle_ticket
from bot.rcs.tables import Agent, Invite, Tester
from bot.storage.database import Tx
from bot.storage.statements import held

T = TesterStatus
SYSTEMS = ("android", "ios")
_ORDER = {T.PENDING: 0, T.ASKED: 1, T.DECLINED: 2, T.ACCEPTED: 3, T.REMOVED: 4}
_BY_CUSTOMER = frozenset({T.ACCEPTED, T.REMOVED})
_DID = {T.ASKED: "named", T.PENDING: "invited"}
"""The audit's words where they are not the status."""
_CLOSED = frozenset({AgentStatus.REJECTED, AgentStatus.WITHDRAWN})


class NotTested(OutOfDate):
    """{name} was {status}, so no devices can test it. Ask for the agent anew first."""


class NotInvitedYet(NotPossible):
    """This device is not invited yet, so there is nothing to accept. Support invites it first, and you hear of it."""


class NobodyToInvite(OutOfDate):
    """Nobody waits for an invite here: all devices are invited, or a colleague was first."""


@dataclass(frozen=True)
class Testers:
    """An agent's devices, those first for which something is to be done; and how many invites there were."""

    agent: Agent
    testers: Sequence[Tester]
    today: int
    invited: int

    def of(self, *statuses: TesterStatus) -> list[Tester]:
        """The devices that stand so."""
        return [one for one in self.testers if one.status in statuses]


@dataclass(frozen=True)
class Added:
    """What became of numbers that were added: ``again`` were there already, ``unknown`` have a doubtful range."""

    new: int
    again: Sequence[str]
    unknown: Sequence[str]


def testers_of(tx: Tx, who: Who, agent_id: str) -> Testers:
    """The devices of an agent, without those that were removed. Raises NotFound."""
    agent = load(tx, Agent, agent_id, who, what="That agent")
    there = tx.session.scalars(select(Tester).where(Tester.agent_id == agent.id, Tester.status != T.REMOVED))
    in_order = sorted(there, key=lambda one: (_ORDER[T(one.status)], one.added_at, one.number))
    return Testers(agent, in_order, _today(tx, agent.id), len(_invited(tx, agent.id)))


def _today(tx: Tx, agent_id: str) -> int:
    since = (Invite.agent_id == agent_id, Invite.at >= devices.day_of(tx.now))
    return tx.session.scalar(select(func.count()).select_from(Invite).where(*since)) or 0


def _invited(tx: Tx, agent_id: str) -> frozenset[str]:
    return frozenset(tx.session.scalars(select(Invite.tester_id).where(Invite.agent_id == agent_id).distinct()))


def add(tx: Tx, who: Who, agent_id: str, typed: str, system: str = "") -> Added:
    """Name devices, all of them or none; those that were removed come back.

    Raises NotFound, NotTested, TooManyTesters; NumbersWrong and TooManyAtOnce as ``devices.read``.
    """
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    if agent.status in _CLOSED:
        raise NotTested(name=agent.name, status=agent.status, field="numbers")
    there = {one.number: one for one in tx.session.scalars(select(Tester).where(Tester.agent_id == agent.id))}
    known = {number for number, one in there.items() if one.status != T.REMOVED}
    read = devices.read(typed, known)
    if len(known) + len(read.new) > TESTERS_MOST:
        raise TooManyTesters(most=TESTERS_MOST, left=max(TESTERS_MOST - len(known), 0), field="numbers")
    for number in read.new:
        _name(tx, who, agent, number, system, before=there.get(number))
    if read.new:
        key = write_down(tx, agent, "tester", "asked", who, count=len(read.new))
        if who.is_staff:
            inform(tx, key)
        else:
            inform_staff(tx, key)
        settle_ticket(tx, agent, who)
    redraw(tx, agent)
    return Added(len(read.new), read.again, read.unknown)


def _name(tx: Tx, who: Who, agent: Agent, number: str, system: str, *, before: Tester | None) -> None:
    if before is not None:
        before.system = system or before.system
        _move(tx, before, T.ASKED, who)
        return
    one = Tester(
        id=tx.new_id(), account_id=agent.account_id, agent_id=agent.id, number=number,
        system=system, status=T.ASKED, added_by=who.user_id, added_at=tx.now,
    )  # fmt: skip
    tx.session.add(one)


def invite(tx: Tx, who: Who, agent_id: str, tester_ids: Collection[str] = ()) -> int:
    """Say that devices were invited at Google: these, or all that wait for it. All of them or none; how many.

    Raises NotAllowed for everybody but staff, NotFound, NobodyToInvite, TooManyInvites, TooManyInvited.
    """
    who.require_staff()
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    wanted = select(Tester).where(Tester.agent_id == agent.id).order_by(Tester.added_at, Tester.id)
    wanted = wanted.where(Tester.id.in_(tester_ids) if tester_ids else Tester.status == T.ASKED)
    there = [one for one in tx.session.scalars(wanted) if one.status in {T.ASKED, T.DECLINED}]
    if not there:
        raise NobodyToInvite
    before = _invited(tx, agent.id)
    new = sum(one.id not in before for one in there)
    devices.check_invites(len(there), _today(tx, agent.id), new, len(before))
    for one in there:
        _move(tx, one, T.PENDING, who)
        tx.session.add(
            Invite(
                id=tx.new_id(), account_id=agent.account_id, agent_id=agent.id,
                tester_id=one.id, by=who.user_id, at=tx.now,
            )
        )  # fmt: skip
    key = write_down(tx, agent, "tester", "invited", who, count=len(there))
    inform(tx, key, needs_action=True)
    settle_ticket(tx, agent, who)
    redraw(tx, agent)
    return len(there)


def mark(tx: Tx, who: Who, tester_id: str, seen: int, to: TesterStatus) -> Tester:
    """Say what a device answered, or that it tests no more; customers say of theirs that they accepted, or remove it.

    Raises NotFound, NotAllowed, NotInvitedYet, NotPossible, and OutOfDate, which tells who was first.
    """
    tester = load(tx, Tester, tester_id, who, what="That device")
    if not who.is_staff and to not in _BY_CUSTOMER:
        raise NotAllowed(who="support", ask="them")
    if not who.is_staff and to is T.ACCEPTED and tester.status in {T.ASKED, T.DECLINED}:
        raise NotInvitedYet
    agent = held(tx, Agent, tester.agent_id)
    _move(tx, tester, to, who, seen=seen, answered=to in {T.ACCEPTED, T.DECLINED})
    key = write_down(tx, agent, "tester", str(to), who, number=devices.masked(tester.number))
    if who.is_staff:
        inform(tx, key, needs_action=to is T.DECLINED)
    else:
        inform_staff(tx, key)
    settle_ticket(tx, agent, who)
    redraw(tx, agent)
    return tester


def _move(
    tx: Tx, tester: Tester, to: TesterStatus, who: Who, *, seen: int | None = None, answered: bool = False
) -> None:
    facts, at = {"from_staff": who.is_staff}, tx.now if answered else None
    act = f"rcs:tester:{_DID.get(to, to)}"
    transition(tx, tester, to, moves=TESTER_MOVES, act=act, by=who.user_id, seen=seen, facts=facts, answered_at=at)
