"""What is said of an agent's testing and launch wherever it is shown: how far it is, in a line."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.rcs import checklist, items
from bot.rcs.launch_steps import launches_of, rows_of_agent
from bot.rcs.regions import RollUp, Said, newest, region_name, roll_up
from bot.rcs.rules import AgentStatus, CarrierStatus, ItemStatus, TesterStatus
from bot.rcs.tables import Agent, CarrierRow, Launch, LaunchItem, Tester
from bot.storage.database import Tx

TESTERS, LAUNCH, FIX = "rcs:testers", "rcs:launch", "launch:fix"
"""The buttons that open the devices and the checklist of an agent, and send a launch again."""
STANDS = "rcs/launch/stands"
C = CarrierStatus
_OVER = frozenset({AgentStatus.REJECTED, AgentStatus.WITHDRAWN})
_SHOWN = 10


def stands_words(voices: Voices, rows: Iterable[Said]) -> str:
    """Live with 3 of 5 carriers; and what is not as it should be."""
    return voices.plain(STANDS, "roll_up", limit=200, **_counts(roll_up(rows)))


def _counts(rolled: RollUp) -> dict[str, int]:
    return {
        "total_count": rolled.total,
        "live_count": rolled.live,
        "asked_count": rolled.counts[C.CHANGES_ASKED],
        "rejected_count": rolled.counts[C.REJECTED],
        "suspended_count": rolled.counts[C.SUSPENDED],
    }


def device_counts(tx: Tx, agent_id: str) -> dict[str, int]:
    """How many devices of an agent there are, and how many in each status that people read of."""
    wanted = select(Tester.status).where(Tester.agent_id == agent_id, Tester.status != TesterStatus.REMOVED)
    there = list(tx.session.scalars(wanted))
    counted = {f"{name}_count": there.count(name) for name in ("asked", "pending", "accepted", "declined")}
    return counted | {"total_count": len(there)}


class Progress:
    """How far agents are with testing and launching, for their cards and for App Home."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices

    def stands(self, tx: Tx, agent: Agent) -> list[str]:
        """Lines for an agent's card: its devices, its checklist, its launches; none before there is anything."""
        if agent.status in _OVER:
            return []
        lines, devices = [], device_counts(tx, agent.id)
        if devices["total_count"]:
            lines.append(self._say("testers", name=agent.name, **devices))
        there, total = checklist.progress(items.sheet_of(tx, agent).stands)
        rows = newest(rows_of_agent(tx, agent.id))
        if not rows or there < total:
            returned = [checklist.item(row.code).title for row in self._items(tx, agent.id, ItemStatus.RETURNED)]
            lines.append(self._say("checklist", there_count=there, total_count=total, returned=returned))
        if rows:
            live_in = [region_name(code) for code in roll_up(rows).live_in]
            lines.append(self._say("launch", stands=stands_words(self._voices, rows), regions=live_in))
        return lines

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """What needs this person: items returned, invites to accept, changes asked; for staff what is to be done."""
        wanted = select(Agent).where(Agent.status.not_in(_OVER)).order_by(Agent.submitted_at.desc())
        if who.is_staff:
            return self._of_staff(tx, wanted)
        if who.account_id is None:
            return []
        shown: list[Block] = []
        for agent in tx.session.scalars(wanted.where(Agent.account_id == who.account_id).limit(50)):
            shown += self._of_customer(tx, agent)
        return shown[:_SHOWN]

    def _of_customer(self, tx: Tx, agent: Agent) -> list[Block]:
        shown: list[Block] = []
        values: dict[str, object]
        devices = device_counts(tx, agent.id)
        if returned := self._items(tx, agent.id, ItemStatus.RETURNED):
            titles = [checklist.item(row.code).title for row in returned]
            values = {"name": agent.name, "returned": titles, "why": returned[0].words}
            shown.append(self._line("needs_items", "button_items", LAUNCH, agent.id, values))
        if devices["pending_count"]:
            values = {"name": agent.name, "pending_count": devices["pending_count"]}
            shown.append(self._line("needs_testers", "button_testers", TESTERS, agent.id, values))
        for launch in launches_of(tx, agent.id):
            asked = (CarrierRow.launch_id == launch.id, CarrierRow.status == C.CHANGES_ASKED)
            names = list(tx.session.scalars(select(CarrierRow.name).where(*asked).order_by(CarrierRow.position)))
            if names:
                values = {"name": agent.name, "carriers": names}
                shown.append(self._line("needs_launch", "button_launch", FIX, fix_value(launch), values))
        return shown

    def _of_staff(self, tx: Tx, wanted: Any) -> list[Block]:
        asked = select(Tester.agent_id).where(Tester.status == TesterStatus.ASKED)
        given = select(LaunchItem.agent_id).where(LaunchItem.status == ItemStatus.GIVEN)
        shown: list[Block] = []
        values: dict[str, object]
        for agent in tx.session.scalars(wanted.where(Agent.id.in_(asked) | Agent.id.in_(given)).limit(_SHOWN)):
            devices = device_counts(tx, agent.id)
            if devices["asked_count"]:
                values = {"name": agent.name, "asked_count": devices["asked_count"]}
                shown.append(self._line("staff_testers", "button_testers", TESTERS, agent.id, values))
            if rows := self._items(tx, agent.id, ItemStatus.GIVEN):
                values = {"name": agent.name, "given": [checklist.item(row.code).title for row in rows]}
                shown.append(self._line("staff_items", "button_items", LAUNCH, agent.id, values))
        return shown[:_SHOWN]

    @staticmethod
    def _items(tx: Tx, agent_id: str, status: ItemStatus) -> list[LaunchItem]:
        mine = select(LaunchItem).where(LaunchItem.agent_id == agent_id, LaunchItem.status == status)
        return list(tx.session.scalars(mine.order_by(LaunchItem.code)))

    def _line(self, part: str, label: str, action: str, value: str, values: Mapping[str, object]) -> Block:
        button = blocks.button(self._voices.plain(STANDS, label), action, value, style="primary")
        return blocks.section(self._say(part, **values), accessory=button)

    def _say(self, part: str, **values: object) -> str:
        return self._voices.text(STANDS, part, **values)


def fix_value(launch: Launch) -> str:
    """What a button of a launch says: which one, and the version that is seen."""
    return f"{launch.id}:{launch.version}"
