"""Items of the checklist are given by the customer, and accepted or returned by staff."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.delivery.jobs import soon
from bot.delivery.transition import NotPossible, transition, who_was_first
from bot.errors import DeskError
from bot.rcs import checklist, item_files, rules
from bot.rcs.checklist import Item
from bot.rcs.contact_rules import is_email
from bot.rcs.items import ALSO, LINK, QUESTIONS, TEXTS
from bot.rcs.launch_steps import LOOK, bring_file, inform, inform_staff, redraw, write_down
from bot.rcs.links import judge_shape
from bot.rcs.rules import ITEM_MOVES, ItemStatus
from bot.rcs.steps import settle_ticket
from bot.rcs.tables import Agent, ItemFile, LaunchItem
from bot.registrations.companies import Arrival
from bot.registrations.problems import Problem, refuse_if
from bot.registrations.rules import ReasonMissing
from bot.storage.database import Tx
from bot.storage.files import StoredFile
from bot.storage.statements import add_once, held

I = ItemStatus  # noqa: E741 - as in the rules
WORDS_MAX = 1000
ANSWER_MAX = 2000


class NotGiven(DeskError):
    """{item} is not given here: it follows from the agent and its devices by itself."""


def give(
    tx: Tx, who: Who, agent_id: str, code: str, data: Mapping[str, Any], *, arrivals: Sequence[Arrival] = ()
) -> LaunchItem:
    """Give an item: what was typed and ticked is kept at once, a file counts once it was looked at.

    Raises NotFound, NotGiven, and Incomplete with everything that is wrong at its field.
    """
    load(tx, Agent, agent_id, who, what="That agent")
    item, agent = checklist.item(code), held(tx, Agent, agent_id)
    if item.way in checklist.ON_ITS_OWN:
        raise NotGiven(item=item.title)
    row = _row(tx, agent, code)
    refuse_if(_problems(item, data, arrivals, has_file=_kept(tx, row) is not None))
    row.data = {**row.data, **{name: value for name, value in data.items() if value is not None}}
    for arrival in arrivals:
        _take(tx, who, row, arrival)
    if not arrivals and (_kept(tx, row) or _is_whole(item, row.data)):
        _given(tx, agent, row, who)
    elif arrivals:
        tx.session.flush()
        redraw(tx, agent)
    return row


def _row(tx: Tx, agent: Agent, code: str) -> LaunchItem:
    row = LaunchItem(id=tx.new_id(), account_id=agent.account_id, agent_id=agent.id, code=code, data={})
    add_once(tx, row)
    wanted = select(LaunchItem).where(LaunchItem.agent_id == agent.id, LaunchItem.code == code)
    return tx.session.scalars(wanted).one()


def _kept(tx: Tx, row: LaunchItem) -> ItemFile | None:
    wanted = select(ItemFile).where(ItemFile.item_id == row.id, ItemFile.stored_key.is_not(None))
    return tx.session.scalars(wanted.limit(1)).first()


def _is_whole(item: Item, data: Mapping[str, Any]) -> bool:
    """Whether what was typed is enough without a file."""
    return item.way in {"texts", "questions"} or bool(data.get(LINK))


def _problems(item: Item, data: Mapping[str, Any], arrivals: Sequence[Arrival], *, has_file: bool) -> list[Problem]:
    found = [
        Problem("item", "file", item_files.too_large(one.name, one.size, item).sentence)
        for one in arrivals
        if one.size > item_files.MOST_BYTES
    ]
    link = str(data.get(LINK) or "")
    if link:
        found += [Problem("item", LINK, _BAD_LINK)] if not judge_is_fine(link) else []
    if item.way in {"file", "video"} and not (arrivals or link or has_file):
        found.append(Problem("item", "file", f"Attach a file: {item_files.listed(item)}, at most 10 MB."))
    if item.way == "questions":
        found += _unsaid(data, QUESTIONS, "Write an answer: Google asks this.")
        if data.get("contact_email") and not is_email(str(data["contact_email"])):
            found.append(Problem("item", "contact_email", "Write one e-mail address, such as name@company.com."))
    if item.way == "texts":
        found += _unsaid(data, TEXTS, "Write the answer that your agent gives.")
    return found


def _unsaid(data: Mapping[str, Any], names: Collection[str], sentence: str) -> list[Problem]:
    return [Problem("item", name, sentence) for name in names if not data.get(name)]


_BAD_LINK = "Write the whole address of the video, such as https://example.com/video; support must be able to open it."


def judge_is_fine(link: str) -> bool:
    """Whether this is an address on the web that somebody else can open."""
    return judge_shape("video", link).ok


def _take(tx: Tx, who: Who, row: LaunchItem, arrival: Arrival) -> None:
    number = tx.session.scalar(select(func.max(ItemFile.number)).where(ItemFile.item_id == row.id)) or 0
    file = ItemFile(
        id=tx.new_id(), account_id=row.account_id, item_id=row.id, number=number + 1,
        slack_file_id=arrival.slack_file_id, name=arrival.name, size=arrival.size,
        uploaded_by=who.user_id, uploaded_at=tx.now,
    )  # fmt: skip
    if add_once(tx, file):  # the same file again is the same
        soon(tx, LOOK, file.id)


def _given(tx: Tx, agent: Agent, row: LaunchItem, who: Who | None, by: str | None = None) -> None:
    """It is there now, and support looks at it."""
    actor = who.user_id if who else by
    facts = {"item": row.code} | ({"from_staff": who.is_staff} if who else {})
    transition(
        tx, row, I.GIVEN, moves=ITEM_MOVES, act="rcs:item:given", by=actor, facts=facts,
        words="", given_by=actor, given_at=tx.now,
    )  # fmt: skip
    redraw(tx, agent)
    inform_staff(tx, write_down(tx, agent, "item", "given", who, item=row.code, by=actor))
    if who:
        settle_ticket(tx, agent, who)


def file_kept(tx: Tx, file_id: str, kind: str, stored: StoredFile) -> None:
    """A file came and can be used; what was there before stays as an older version."""
    file = held(tx, ItemFile, file_id)
    if file.stored_key or file.trouble:
        return
    file.kind, file.stored_key, file.size, file.sha256 = kind, stored.key, stored.size, stored.sha256
    row = held(tx, LaunchItem, file.item_id)
    agent = tx.session.get_one(Agent, row.agent_id)
    _given(tx, agent, row, None, by=file.uploaded_by)
    bring_file(tx, agent, file)


def file_refused(tx: Tx, file_id: str, sentence: str) -> None:
    """A file cannot be used; the customer reads why."""
    file = held(tx, ItemFile, file_id)
    if file.stored_key or file.trouble:
        return
    file.trouble = sentence
    row = tx.session.get_one(LaunchItem, file.item_id)
    agent = tx.session.get_one(Agent, row.agent_id)
    redraw(tx, agent)
    inform(tx, write_down(tx, agent, "item", "refused", None, item=row.code, why=sentence), needs_action=True)


def to_decide(tx: Tx, who: Who, item_id: str, seen: int) -> LaunchItem:
    """An item on which somebody is about to decide. Raises what ``decide`` would."""
    who.require_staff()
    row = load(tx, LaunchItem, item_id, who, what="That item")
    if row.given_by:
        rules.may_decide(who.user_id, row.given_by)
    if row.version != seen:
        raise who_was_first(tx, row)
    return row


def decide(tx: Tx, who: Who, item_id: str, seen: int, to: ItemStatus, *, words: str = "") -> LaunchItem:
    """Accept an item, or return it with the reason why.

    Raises NotAllowed for everybody but staff, OwnRequest, ReasonMissing, NotFound, NotPossible, and OutOfDate.
    """
    row = to_decide(tx, who, item_id, seen)
    if to not in {I.ACCEPTED, I.RETURNED}:
        raise ValueError(to)
    words = words.strip()
    if to is I.RETURNED and not words:
        raise ReasonMissing(field="words")
    if row.status == I.MISSING:
        raise NotPossible(what=checklist.item(row.code).title, to=str(to), status="missing")
    facts, by = {"item": row.code, "from_staff": True}, who.user_id
    act = f"rcs:item:{to}"
    transition(
        tx, row, to, moves=ITEM_MOVES, act=act, by=by, seen=seen, because=words, facts=facts,
        words=words, decided_by=by, decided_at=tx.now,
    )  # fmt: skip
    agent = tx.session.get_one(Agent, row.agent_id)
    key = write_down(tx, agent, "item", str(to), who, item=row.code, why=words)
    inform(tx, key, needs_action=to is I.RETURNED)
    settle_ticket(tx, agent, who)
    redraw(tx, agent)
    return row


def answers(data: Mapping[str, Any], names: Collection[str] = (*QUESTIONS, *ALSO)) -> dict[str, str]:
    """The questionnaire alone."""
    return {name: str(data.get(name) or "") for name in names}
