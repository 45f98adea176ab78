"""An agent's launch checklist as it stands: what is given, what support accepted, and what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.rcs import checklist, keywords
from bot.rcs.checklist import Item, Stand
from bot.rcs.findings import Finding, passes
from bot.rcs.keywords import REQUIRED
from bot.rcs.rules import AgentStatus, ItemStatus, TesterStatus
from bot.rcs.tables import Agent, ItemFile, LaunchItem, Tester
from bot.storage.database import Tx

I = ItemStatus  # noqa: E741 - as in the rules
QUESTIONS = ("contact_name", "contact_title", "contact_email", "trigger", "interactions", "opt_out", "access")
"""What Google asks of every launch; ``opt_in`` besides is optional. Source: RCS for Business, launch request."""
ALSO = ("opt_in",)
TEXTS = tuple(REQUIRED)
LINK = "link"
"""A video may be given by its address; kept under this name in an item's data."""
SHOWN = "contents"
"""What a customer ticked of a video's contents."""
_OF_AGENT = {
    AgentStatus.REQUESTED: I.GIVEN,
    AgentStatus.CREATED: I.ACCEPTED,
    AgentStatus.CHANGES_ASKED: I.RETURNED,
}


@dataclass(frozen=True)
class Sight:
    """One item with all that there is of it; ``files`` with the newest first."""

    stand: Stand
    row: LaunchItem | None
    files: Sequence[ItemFile]

    @property
    def item(self) -> Item:
        """What is asked for."""
        return self.stand.item

    @property
    def kept(self) -> ItemFile | None:
        """The newest file that can be used."""
        return next((one for one in self.files if one.stored_key), None)

    @property
    def coming(self) -> ItemFile | None:
        """The newest file, while it is brought here and looked at."""
        newest = next(iter(self.files), None)
        return newest if newest and not newest.stored_key and not newest.trouble else None

    @property
    def trouble(self) -> str:
        """Why the newest file cannot be used; empty where it can."""
        newest = next(iter(self.files), None)
        return newest.trouble if newest else ""


@dataclass(frozen=True)
class Sheet:
    """A checklist for some lists, and what stands in it."""

    agent: Agent
    lists: tuple[str, ...]
    sights: Sequence[Sight]

    @property
    def stands(self) -> list[Stand]:
        """The items alone."""
        return [sight.stand for sight in self.sights]

    def of(self, code: str) -> Sight:
        """One item. Raises StopIteration where these lists do not ask for it."""
        return next(sight for sight in self.sights if sight.item.code == code)


def sheet(tx: Tx, who: Who, agent_id: str, lists: Collection[str] = ()) -> Sheet:
    """An agent's checklist. Raises NotFound."""
    return sheet_of(tx, load(tx, Agent, agent_id, who, what="That agent"), lists)


def sheet_of(tx: Tx, agent: Agent, lists: Collection[str] = (), use_case: str = "") -> Sheet:
    """An agent's checklist for these lists; without any, for those of the markets that it was asked for.

    ``use_case`` is the one that it is launched for, if that changes.
    """
    codes = tuple(sorted(lists)) or lists_asked(agent)
    rows = {row.code: row for row in tx.session.scalars(select(LaunchItem).where(LaunchItem.agent_id == agent.id))}
    wanted = select(ItemFile).where(ItemFile.item_id.in_([row.id for row in rows.values()]))
    files: dict[str, list[ItemFile]] = {}
    for file in tx.session.scalars(wanted.order_by(ItemFile.number.desc())):
        files.setdefault(file.item_id, []).append(file)
    sights = []
    for item in checklist.items(codes):
        row = rows.get(item.code)
        mine = files.get(row.id, []) if row else []
        sights.append(Sight(_stand(tx, agent, item, row, (codes, use_case or agent.use_case)), row, mine))
    return Sheet(agent, codes, sights)


def lists_asked(agent: Agent) -> tuple[str, ...]:
    """The lists of the markets that an agent was asked for."""
    markets = set(agent.fields.get("markets", ()))
    us = {checklist.UNITED_STATES} if "US" in markets else set()
    rest = {checklist.GLOBAL} if markets - {"US"} or not markets else set()
    return tuple(sorted(us | rest))


def _stand(tx: Tx, agent: Agent, item: Item, row: LaunchItem | None, asked: tuple[Collection[str], str]) -> Stand:
    if item.way == "agent":
        return Stand(item, _OF_AGENT.get(AgentStatus(agent.status), I.MISSING))
    if item.way == "testers":
        accepted = (Tester.agent_id == agent.id, Tester.status == TesterStatus.ACCEPTED)
        there = tx.session.scalars(select(Tester.id).where(*accepted).limit(1)).first()
        return Stand(item, I.ACCEPTED if there else I.MISSING)
    status = ItemStatus(row.status) if row else I.MISSING
    data: Mapping[str, Any] = row.data if row else {}
    if item.way == "texts":
        wrong = tuple(text for text in TEXTS if not passes(judge_texts(texts_of(agent, data), (text,))))
        return Stand(item, I.GIVEN if status is I.MISSING and not wrong else status, wrong)
    return Stand(item, status, () if status is I.MISSING else _lacks(item, data, asked))


def _lacks(item: Item, data: Mapping[str, Any], asked: tuple[Collection[str], str]) -> tuple[str, ...]:
    """Contents of a video that are not ticked, questions that are not answered."""
    if item.way == "video":
        ticked = set(data.get(SHOWN, ()))
        return tuple(one.code for one in item.shows(*asked) if one.code not in ticked)
    return tuple(name for name in QUESTIONS if not data.get(name)) if item.way == "questions" else ()


def texts_of(agent: Agent, data: Mapping[str, Any]) -> dict[str, str]:
    """The answers to START, HELP and STOP: as given for the launch, else as in the request."""
    return {name: str(data.get(name) or agent.fields.get(name) or "") for name in TEXTS}


def judge_texts(texts: Mapping[str, str], names: Collection[str] = TEXTS, brand: str = "") -> list[Finding]:
    """What is wrong with these texts, word by word; with ``brand``, also the compliance page's advice."""
    return list(keywords.judge({name: texts[name] for name in names}, brand))
