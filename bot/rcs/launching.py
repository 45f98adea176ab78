"""An agent's launch as the customer asks for it: in some regions, in further ones, for another use case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.transition import Step, transition, transition_all, who_was_first
from bot.errors import DeskError, OutOfDate
from bot.rcs import giving, items
from bot.rcs.checklist import Stand, lacking
from bot.rcs.items import Sheet
from bot.rcs.launch_steps import (
    CARD,
    KIND,
    REVIEW_CARD,
    inform,
    inform_staff,
    launches_of,
    redraw,
    redraw_launch,
    rows_of,
    rows_of_agent,
    settle_launch,
    write_down,
)
from bot.rcs.name_rules import UseCase
from bot.rcs.regions import RollUp, lists_of, newest, region_name, regions, repeated, roll_up
from bot.rcs.rules import CARRIER_MOVES, IN_USE, LAUNCH_MOVES, AgentStatus, CarrierStatus, LaunchStatus
from bot.rcs.tables import Agent, CarrierRow, Launch
from bot.storage.database import Tx
from bot.storage.statements import held
from bot.tickets.steps import Opening, open_ticket

C = CarrierStatus
_OPEN = frozenset({C.UNDER_REVIEW, C.WITH_CARRIER, C.CHANGES_ASKED, C.APPROVED})
_MENDABLE = frozenset({C.CHANGES_ASKED, C.REJECTED})


class NotCreatedYet(DeskError):
    """8x8 has not made this agent yet, so it cannot be launched. Prepare the items now; you hear when it is made."""


class ItemsMissing(DeskError):
    """{count} still missing: {names}. Press the button beside each of them above, then ask again."""


class NoRegion(DeskError):
    """Choose at least one region."""


class RegionAsked(DeskError):
    """{names}: this agent is there already, or its launch there is being decided. Choose other regions."""


class NotLaunched(DeskError):
    """This agent is live nowhere yet, so its use case can still be mended in the request itself."""


class SameUseCase(DeskError):
    """That is what the agent is for already. Choose another use case."""


class ChangeUnderWay(OutOfDate):
    """A change of the use case is being decided already. Wait for the carriers, or withdraw it first."""


class NothingToMend(OutOfDate):
    """Nothing of this launch waits for you: a colleague was first, or the carriers decided. The card shows it."""


@dataclass(frozen=True)
class Prospect:
    """An agent before a launch is asked for: the checklist, and where it is in use or being decided."""

    agent: Agent
    sheet: Sheet
    launched: Sequence[str]
    pending: Sequence[str]
    launches: Sequence[Launch]

    @property
    def open_regions(self) -> list[str]:
        """Where it can be asked for."""
        return [code for code in regions() if code not in self.launched and code not in self.pending]


@dataclass(frozen=True)
class Whole:
    """A launch with its agent and its carriers' rows."""

    launch: Launch
    agent: Agent
    rows: Sequence[CarrierRow]

    @property
    def roll_up(self) -> RollUp:
        """What its rows come to."""
        return roll_up(self.rows)

    def of(self, statuses: Collection[str]) -> list[CarrierRow]:
        """The rows that stand so."""
        return [row for row in self.rows if row.status in statuses]


def prospect(tx: Tx, who: Who, agent_id: str, chosen: Collection[str] = ()) -> Prospect:
    """What a launch in these regions needs; without any, in the markets that were asked for. Raises NotFound."""
    agent = load(tx, Agent, agent_id, who, what="That agent")
    rows = newest(rows_of_agent(tx, agent.id))
    launched = list(dict.fromkeys(row.region for row in rows if row.status in IN_USE))
    pending = list(dict.fromkeys(row.region for row in rows if row.status in _OPEN and row.region not in launched))
    sheet = items.sheet_of(tx, agent, lists_of(chosen))
    return Prospect(agent, sheet, launched, pending, launches_of(tx, agent.id))


def whole(tx: Tx, who: Who, launch_id: str) -> Whole:
    """A launch as it stands. Raises NotFound."""
    return whole_of(tx, load(tx, Launch, launch_id, who, what="That launch"))


def whole_of(tx: Tx, launch: Launch) -> Whole:
    """A launch as it stands."""
    return Whole(launch, tx.session.get_one(Agent, launch.agent_id), rows_of(tx, launch.id))


def request(tx: Tx, who: Who, agent_id: str, asked: Collection[str], *, email: str = "") -> Launch:
    """Ask for the launch in regions; those where it is live already are named again, as Google wants it.

    Raises NotFound, NotCreatedYet, NoRegion, RegionAsked, and ItemsMissing, which names them.
    """
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    here = prospect(tx, who, agent_id, asked)
    chosen = [code for code in regions() if code in asked]
    if not chosen:
        raise NoRegion(field="regions")
    if taken := [region_name(code) for code in chosen if code not in here.open_regions]:
        raise RegionAsked(names=", ".join(taken), field="regions")
    _check(agent, here.sheet, "regions")
    repeats = repeated(here.launched, chosen)
    launch = _open(tx, who, here, (chosen, repeats, agent.use_case), email)
    _add_rows(
        tx, launch, [(code, carrier, name) for code in chosen for carrier, name in regions()[code].carriers.items()]
    )
    return _told(tx, who, agent, launch)


def change_use_case(tx: Tx, who: Who, agent_id: str, use_case: UseCase, *, email: str = "") -> Launch:
    """Ask all carriers that launched it to approve another use case; it stays live as it is until they do.

    Raises NotFound, NotLaunched, SameUseCase, ChangeUnderWay, and ItemsMissing: a promotion needs another video.
    """
    load(tx, Agent, agent_id, who, what="That agent")
    agent = held(tx, Agent, agent_id)
    rows = rows_of_agent(tx, agent.id)
    live = [row for row in rows if row.status in IN_USE]
    if not live:
        raise NotLaunched(field="use_case")
    if agent.use_case == use_case:
        raise SameUseCase(field="use_case")
    here = prospect(tx, who, agent_id)
    changes = {one.id for one in here.launches if one.use_case != agent.use_case}
    if any(row.launch_id in changes and row.status in _OPEN for row in rows):
        raise ChangeUnderWay
    codes = list(here.launched)
    _check(agent, items.sheet_of(tx, agent, lists_of(codes), use_case), "use_case")
    launch = _open(tx, who, here, (codes, [], use_case), email)
    _add_rows(tx, launch, [(row.region, row.carrier, row.name) for row in live])
    return _told(tx, who, agent, launch)


def _check(agent: Agent, sheet: Sheet, field: str) -> None:
    if agent.status != AgentStatus.CREATED:
        raise NotCreatedYet(field=field)
    refuse_lacking(lacking(sheet.stands), field)


def refuse_lacking(missing: Sequence[Stand], field: str) -> None:
    """Raise ItemsMissing, which names what is missing."""
    if missing:
        count = "1 item is" if len(missing) == 1 else f"{len(missing)} items are"
        raise ItemsMissing(count=count, names=", ".join(one.item.title for one in missing), field=field)


def _open(tx: Tx, who: Who, here: Prospect, asked: tuple[Sequence[str], Sequence[str], str], email: str) -> Launch:
    agent, (codes, repeats, use_case) = here.agent, asked
    id_, title = tx.new_id(), f"Launch of {agent.name}: {', '.join(region_name(code) for code in codes)}"
    questionnaire = next((sight.row for sight in here.sheet.sights if sight.item.way == "questions"), None)
    opening = Opening(
        agent.account_id, KIND, title, who.user_id, agent.channel, email,
        card=(CARD, id_), review=(REVIEW_CARD, id_),
    )  # fmt: skip
    ticket = open_ticket(tx, opening, by=who.user_id)
    launch = Launch(
        id=id_, account_id=agent.account_id, agent_id=agent.id, ticket_id=ticket.id, number=len(here.launches) + 1,
        use_case=use_case, regions=list(codes), repeats=list(repeats),
        answers=giving.answers(questionnaire.data if questionnaire else {}),
        channel=agent.channel, submitted_by=who.user_id, submitter_email=email, submitted_at=tx.now,
    )  # fmt: skip
    tx.session.add(launch)
    tx.session.flush()
    return launch


def _add_rows(tx: Tx, launch: Launch, carriers: Sequence[tuple[str, str, str]]) -> None:
    for position, (region, carrier, name) in enumerate(carriers):
        row = CarrierRow(
            id=tx.new_id(), account_id=launch.account_id, agent_id=launch.agent_id, launch_id=launch.id,
            region=region, carrier=carrier, name=name, position=position,
        )  # fmt: skip
        tx.session.add(row)
    tx.session.flush()


def _told(tx: Tx, who: Who, agent: Agent, launch: Launch) -> Launch:
    redraw_launch(tx, launch)
    redraw(tx, agent)
    inform(tx, write_down(tx, agent, "launch", "submitted", who, launch=launch))
    return launch


def resubmit(tx: Tx, who: Who, launch_id: str, seen: int, words: str) -> Launch:
    """Send again what carriers asked changes of, or rejected. ``words``: what was changed.

    Raises NotFound, OutOfDate, NothingToMend, and ItemsMissing.
    """
    load(tx, Launch, launch_id, who, what="That launch")
    launch = held(tx, Launch, launch_id)
    if launch.version != seen:
        raise who_was_first(tx, launch)
    there = whole_of(tx, launch)
    again = there.of(_MENDABLE)
    if not again:
        raise NothingToMend
    codes = {row.region for row in again}
    _check(there.agent, items.sheet_of(tx, there.agent, lists_of(codes), launch.use_case), "changed")
    side = {"from_staff": who.is_staff}
    cleared = {"words": "", "field": "", "decided_by": None, "decided_at": None}
    moved = [Step(row, cleared, {**side, "carrier": row.carrier}) for row in again]
    act = "rcs:carrier:resubmitted"
    transition_all(tx, moved, C.UNDER_REVIEW, moves=CARRIER_MOVES, act=act, by=who.user_id)
    launch.revision += 1
    launch.version += 1
    key = write_down(
        tx,
        there.agent,
        "launch",
        "resubmitted",
        who,
        launch=launch,
        rows=[row.id for row in again],
        changed=words.strip(),
    )
    inform(tx, key)
    inform_staff(tx, key)
    settle_launch(tx, launch, who)
    redraw_launch(tx, launch)
    return launch


def withdraw(tx: Tx, who: Who, launch_id: str, seen: int) -> Launch:
    """Take back what no carrier has live yet; where nothing is live, the launch is over.

    Raises NotFound, and OutOfDate, which tells who was first.
    """
    load(tx, Launch, launch_id, who, what="That launch")
    launch = held(tx, Launch, launch_id)
    there = whole_of(tx, launch)
    left = there.of(_OPEN | _MENDABLE)
    if launch.version != seen or not left:
        raise who_was_first(tx, launch)
    side = {"from_staff": who.is_staff}
    moved = [Step(row, {}, {**side, "carrier": row.carrier}) for row in left]
    transition_all(tx, moved, C.WITHDRAWN, moves=CARRIER_MOVES, act="rcs:carrier:withdrawn", by=who.user_id)
    if there.of(IN_USE):
        launch.version += 1
    else:
        act = "rcs:launch:ended"
        transition(tx, launch, LaunchStatus.WITHDRAWN, moves=LAUNCH_MOVES, act=act, by=who.user_id, facts=side)
    key = write_down(
        tx,
        there.agent,
        "launch",
        "withdrawn",
        who,
        launch=launch,
        rows=[row.id for row in left],
        reached=_reached(left),
    )
    inform(tx, key)
    inform_staff(tx, key)
    settle_launch(tx, launch, who)
    redraw_launch(tx, launch)
    return launch


def _reached(rows: Collection[CarrierRow]) -> list[str]:
    """The carriers that had it already, so that somebody must tell them."""
    return [row.name for row in rows if row.decided_at is not None]
