"""What staff decide region by region and carrier by carrier, one row or several at once."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import NotPossible, Step, transition_all, who_was_first
from bot.errors import DeskError, OutOfDate
from bot.rcs import rules
from bot.rcs.launch_acts import ASKS_WHY, Act, Decision, allowed
from bot.rcs.launch_steps import inform, redraw_launch, rows_of, rows_of_agent, settle_launch, write_down
from bot.rcs.launching import Whole, whole_of
from bot.rcs.rules import CARRIER_MOVES, IN_USE, CarrierStatus, LaunchStatus
from bot.rcs.tables import Agent, CarrierRow, Launch
from bot.storage.audit import AuditRow
from bot.storage.database import Tx
from bot.storage.statements import held

C = CarrierStatus
NAME_MAX = 60
_CODE_MAX = 30


class NoCarrierName(DeskError):
    """Write the carrier's name."""


class CarrierThere(DeskError):
    """{name} is in this launch already."""


class NothingUndecided(OutOfDate):
    """Nothing is left to decide of this launch: others were first. The cards show the latest state."""


class LaunchWithdrawn(NotPossible):
    """This launch was withdrawn, so nothing more is decided about it."""


def to_decide(tx: Tx, who: Who, row_id: str, seen: int, act: Act) -> tuple[CarrierRow, Whole]:
    """A row on which somebody is about to decide, and what it belongs to. Raises what ``decide`` would."""
    who.require_staff()
    row = load(tx, CarrierRow, row_id, who, what="That carrier's row")
    there = whole_of(tx, tx.session.get_one(Launch, row.launch_id))
    may_decide(tx, who, there.launch)
    _refuse_second(tx, row, seen, act)
    return row, there


def decide(tx: Tx, who: Who, rows: Sequence[tuple[str, int]], decision: Decision) -> list[CarrierRow]:
    """Decide on some rows of one launch, each (id, version seen): all of them or none.

    Raises NotAllowed for everybody but staff, OwnRequest, ReasonMissing, NotFound, NotPossible; and OutOfDate, which
    tells who was first, when somebody came before.
    """
    who.require_staff()
    decision.checked()
    seen = dict(rows)
    first = load(tx, CarrierRow, rows[0][0], who, what="That carrier's row")
    launch = held(tx, Launch, first.launch_id)
    may_decide(tx, who, launch)
    there = [row for row in rows_of(tx, launch.id) if row.id in seen]
    if len(there) != len(seen):
        raise LaunchWithdrawn
    for row in there:
        _refuse_second(tx, row, seen[row.id], decision.act)
    _apply(tx, who, launch, there, decision)
    agent = tx.session.get_one(Agent, launch.agent_id)
    what = "amended" if decision.act is Act.AMEND else "struck" if decision.act is Act.STRIKE else "decided"
    key = write_down(
        tx, agent, "launch", what, who, launch=launch, to=str(decision.to), act=str(decision.act),
        rows=[row.id for row in there], why=decision.words.strip(), item=decision.item,
    )  # fmt: skip
    inform(tx, key, needs_action=decision.to in {C.CHANGES_ASKED, C.REJECTED})
    settle_launch(tx, launch, who)
    redraw_launch(tx, launch)
    return there


def _apply(tx: Tx, who: Who, launch: Launch, there: Sequence[CarrierRow], decision: Decision) -> None:
    to, act = decision.to, _DID[decision.act]
    values = {"decided_by": who.user_id, "decided_at": tx.now}
    values |= {"words": decision.words.strip() if decision.act in ASKS_WHY else "", "field": decision.item}
    values |= {"live_at": tx.now} if to is C.LIVE else {}
    steps = [Step(row, values, {"carrier": row.carrier, "region": row.region, "from_staff": True}) for row in there]
    because = decision.words.strip()
    transition_all(tx, steps, to, moves=CARRIER_MOVES, act=f"rcs:carrier:{act}", by=who.user_id, because=because)
    if decision.act is Act.LIVE:
        _replace(tx, who, launch, there)


def _replace(tx: Tx, who: Who, launch: Launch, live: Sequence[CarrierRow]) -> None:
    """What went live takes the place of what the same carriers had before; its use case is the agent's from now on."""
    agent = held(tx, Agent, launch.agent_id)
    in_use = [row for row in rows_of_agent(tx, launch.agent_id) if row.status in IN_USE]
    # What was asked for before a change of the use case may go live after it: the agent's stays what the latest says.
    if in_use[-1].launch_id == launch.id:
        agent.use_case = launch.use_case
    places = {(row.region, row.carrier) for row in live}
    old = [row for row in in_use if row.launch_id != launch.id and (row.region, row.carrier) in places]
    if old:
        moved = [Step(row, {}, {"carrier": row.carrier, "region": row.region, "from_staff": True}) for row in old]
        act = "rcs:carrier:replaced"
        transition_all(tx, moved, C.REPLACED, moves=CARRIER_MOVES, act=act, by=who.user_id)
        for id_ in {row.launch_id for row in old}:
            redraw_launch(tx, tx.session.get_one(Launch, id_))


def may_decide(tx: Tx, who: Who, launch: Launch) -> None:
    """Raise OwnRequest for whoever sent it in, first or again."""
    sent = ("rcs:launch:submitted", "rcs:launch:resubmitted")
    by = select(AuditRow.actor).where(AuditRow.subject_kind == Launch.__tablename__, AuditRow.subject_id == launch.id)
    for submitter in {launch.submitted_by, *tx.session.scalars(by.where(AuditRow.act.in_(sent)))}:
        rules.may_decide(who.user_id, submitter or "")


def _refuse_second(tx: Tx, row: CarrierRow, seen: int, act: Act) -> None:
    if row.version != seen:
        raise who_was_first(tx, row)
    if not allowed(row.status, act):
        raise NotPossible(what=f"What {row.name} says", to=_WORDS[act], status=row.status.replace("_", " "))


_DID = {
    Act.SENT: "sent_to_the_carrier",
    Act.APPROVE: "approved",
    Act.LIVE: "switched_on",
    Act.ASK: "sent_back",
    Act.REJECT: "rejected",
    Act.AMEND: "amended",
    Act.SUSPEND: "suspended",
    Act.RESUME: "resumed",
    Act.STRIKE: "struck",
}
"""The audit's words, which whoever comes second reads."""
_WORDS = {
    Act.SENT: "sent to the carrier",
    Act.APPROVE: "approved",
    Act.LIVE: "switched on",
    Act.ASK: "sent back for changes",
    Act.REJECT: "rejected",
    Act.AMEND: "amended",
    Act.SUSPEND: "suspended",
    Act.RESUME: "resumed",
    Act.STRIKE: "struck",
}


def add_carrier(tx: Tx, who: Who, launch_id: str, region: str, name: str) -> CarrierRow:
    """A carrier that the list does not have.

    Raises NotAllowed, NotFound, NoCarrierName, CarrierThere, LaunchWithdrawn.
    """
    who.require_staff()
    load(tx, Launch, launch_id, who, what="That launch")
    launch, name = held(tx, Launch, launch_id), " ".join(name.split())[:NAME_MAX]
    code = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:_CODE_MAX] or name[:_CODE_MAX]
    if not name:
        raise NoCarrierName(field="carrier")
    if launch.status == LaunchStatus.WITHDRAWN or region not in launch.regions:
        raise LaunchWithdrawn
    rows = rows_of(tx, launch.id)
    if any(row.region == region and code in {row.carrier, row.name.casefold()} for row in rows):
        raise CarrierThere(name=name, field="carrier")
    row = CarrierRow(
        id=tx.new_id(), account_id=launch.account_id, agent_id=launch.agent_id, launch_id=launch.id,
        region=region, carrier=code, name=name, position=len(rows),
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    agent = tx.session.get_one(Agent, launch.agent_id)
    inform(tx, write_down(tx, agent, "launch", "carrier_added", who, launch=launch, rows=[row.id]))
    settle_launch(tx, launch, who)
    redraw_launch(tx, launch)
    return row
