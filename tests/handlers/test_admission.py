"""Every listener that the app has, driven by everybody who must not get through.

The listeners come from the app itself. A new one is driven too, without a word here; one that is for everybody must be
named in PUBLIC, and one that names no row of a customer's in OWN.
"""

import inspect
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, get_args

import pytest
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.listener.async_listener import AsyncListener
from sqlalchemy import make_url, select

from bot.accounts.rules import Role
from bot.accounts.tables import Account, Channel
from bot.contacts.tables import ContactFile
from bot.desk import Desk
from bot.loa.tables import Letter, SignedCopy
from bot.logs.tables import LogExport, LogSchedule
from bot.rcs.tables import Agent, AgentDraft, CarrierRow, Launch, LaunchItem
from bot.rcs.tables import Tester as Device
from bot.registrations.tables import Company, Draft, Registration, Submission
from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, TEAM
from bot.sandbox.slack.records import Person
from bot.sandbox.slack.workspace import Slack
from bot.schema import every_table
from bot.storage.database import Tx
from bot.tickets.service import Opening, open_ticket
from handlers.middleware import ANY, Admission, Kind
from handlers.payload import Payload, remember

Deliver = Callable[..., Awaitable[Any]]

PUBLIC = {
    "command /desk", "command /desk help", "command /contacts", "command /contacts help", "event app_home_opened",
    "command /senderid", "command /senderid help", "command /senderid check", "command /senderid rules",
    "action senderid:check", "event member_joined_channel", "event message:file_share", "event message",
    "command /tickets help", "command /rcs help", "command /rcs why", "command /logs help",
    *(f"{kind} (any other)" for kind in get_args(Kind)),
}  # fmt: skip
"""What everybody may use; it must change nothing for them and tell nothing of a customer's."""
BEGINS = {"command /senderid register", "action senderid:register"}
AGENTS = {"command /rcs new", "action rcs:new"}
"""What begins a draft in the customer's own account."""
WINDOWS = {
    "command /contacts groups", "command /contacts batches", "command /contacts find", "command /contacts copy",
    "command /contacts move", "command /contacts delete", "command /contacts delete-groups",
    "action contacts:groups_delete",
}  # fmt: skip
"""What opens a window on what the customer's own account has at 8x8, and has 8x8 asked for it."""
HOMES = {
    name: {"dashboard_homes", "dashboard_choices"}
    for name in ("event app_home_opened", "action home:tab", "action home:open", "view home:filter")
}
"""What keeps how somebody looks at App Home."""
BEGUN = {name: {"registration_drafts"} for name in BEGINS} | HOMES
BEGUN |= {name: {"contact_windows", "due_rows"} for name in WINDOWS}
BEGUN |= {name: {"rcs_drafts"} for name in AGENTS}
OWN = {
    *AGENTS, "command /rcs",
    *WINDOWS, "view contacts:between", "view contacts:delete_groups", "view contacts:delete_groups_sure",
    "options contacts:group_pick", "options contacts:groups_pick", "action contacts:delete_way", "view contacts:delete",
    "view contacts:delete_all_sure", "action contacts:group_new",
    "command /desk people", "command /contacts upload", "command /contacts files", "action contacts:upload",
    "view contacts:upload", "options contacts:country_pick", "command /tickets", "command /tickets all",
    "command /tickets us", "command /tickets customer", "command /tickets operator", "command /tickets ended",
    "command /tickets open", "action tickets:view", "action tickets:open", "view tickets:open",
    "shortcut tickets:from_message", "command /senderid bulk", "action senderid:bulk_country",
    "command /senderid companies", "action senderid:companies_add",
    "options senderid:country_pick", "command /desk notices", "action notices:open", "options notices:zone",
    "view notices:save", "command /senderid dashboard", "action dashboard:look", "action dashboard:clear",
    "action dashboard:on", "action dashboard:back", "view dashboard:category", "view dashboard:labels",
    "action dashboard:export", "action home:tab", "action home:look", "action home:sort", "action home:turn",
    "action home:open", "action home:filter", "view home:filter", "command /logs",
    "command /logs export", "action logs:export", "view logs:export", "action logs:product", "action logs:period",
    "options logs:subaccount", "options logs:countries", *BEGINS,
}  # fmt: skip
"""What names no row: for a customer it is about their own account, whatever else stands in the payload."""

BELOW = {"type": "modal", "callback_id": "below", "title": {"type": "plain_text", "text": "Below"}, "blocks": []}
"""The form in which somebody clicks."""
ON_MESSAGES = {
    "senderid:check",
    "senderid:bulk_country",
    "senderid:register",
    "senderid:fix",
    "senderid:renew",
    "senderid:drop",
    "senderid:withdraw",
}
"""Of what begins like the wizard's actions: the buttons that stand in channels."""
LAUNCH_IN_FORMS = {"launch:regions", "launch:look", "launch:item"}
RCS_ON_MESSAGES = {"rcs:new", "rcs:draft", "rcs:fix", "rcs:withdraw", "rcs:testers", "rcs:launch"}

REFUSALS = re.compile(
    "Only (support staff|an administrator)|belongs to no customer account|You are a guest here|"
    "You are from another workspace|is not here, or not yours|There is no ticket SD-1001 here"
)
KOPIS = ("kopi", "Kopi", "3fa85f64", "secret.csv")
FILE = "f" * 32
STATE = {
    "files": {"files": {"type": "file_input", "files": []}},
    "name": {"name": {"type": "plain_text_input", "value": "Members"}},
    "column:0": {"target": {"type": "static_select", "selected_option": {"value": "msisdn"}}},
    "header": {"header": {"type": "radio_buttons", "selected_option": {"value": "yes"}}},
}


@dataclass(frozen=True)
class Somebody:
    """Who drives a listener, from which channel; a form remembers ``form_from``."""

    user: str
    team: str
    channel: str
    form_from: str


NOBODY = Somebody("U0NINA", TEAM, GENERAL, GENERAL)
NOBODY_WITH_KOPIS_FORM = Somebody("U0NINA", TEAM, GENERAL, KOPI)
CARLA = Somebody("U0CARLA", TEAM, MART, MART)
CARLA_WITH_KOPIS_FORM = Somebody("U0CARLA", TEAM, MART, KOPI)
GUEST = Somebody("U0GITA", TEAM, KOPI, KOPI)
OUTSIDER = Somebody("W0OTTO", "T0OTHER", KOPI, KOPI)
STAFF_ELSEWHERE = Somebody("W0RINA", "T0OTHER", KOPI, KOPI)
BUDI_FROM_ELSEWHERE = Somebody("U0BUDI", "T0OTHER", KOPI, KOPI)
"""The directory knows him as staff, yet the payload says that he acts from another workspace."""
BEN = Somebody("U0BEN", TEAM, KOPI, KOPI)
BUDI = Somebody("U0BUDI", TEAM, KOPI, KOPI)
BOT = Somebody("U0CI", TEAM, KOPI, KOPI)


# What a listener listens to, read out of Bolt's matcher


def admission(listener: AsyncListener) -> Admission:
    """What lets people in to a listener; there is exactly one."""
    (found,) = [each for each in listener.middleware if isinstance(each, Admission)]
    return found


def wants(listener: AsyncListener) -> tuple[str, Any]:
    """The kind of payload and the name that the listener wants."""
    outer: Any = listener.matchers[0]
    inner = inspect.getclosurevars(outer.func).nonlocals["func"]
    kind = inner.__qualname__.partition(".")[0]
    (name,) = inspect.getclosurevars(inner).nonlocals.values()
    if isinstance(name, re.Pattern):  # that of all else, or of buttons that stand in one row
        name = "nothing_that_is_known" if admission(listener).id == ANY else admission(listener).id
    return kind, name


def build(listener: AsyncListener, who: Somebody, slack: Slack) -> Payload:
    """What the wire would bring from this person to this listener."""
    kind, name = wants(listener)
    common: Payload = {
        "user": {"id": who.user, "username": "x", "name": "x", "team_id": who.team},
        "team": {"id": TEAM},
        "trigger_id": slack.triggers.issue(who.user, "message"),
        "response_url": slack.response_urls.issue(who.user, who.channel)[0],
    }
    place: Payload = {"channel": {"id": who.channel}, "container": {"channel_id": who.channel, "message_ts": "1.1"}}
    element = {"action_id": name, "block_id": f"groups:{FILE}"}
    match kind:
        case "command":
            return common | command(admission(listener).id, who)
        case "event":
            return event(name, who)
        case "action":
            action = element | pressed(name)
            if callback := stands_in(name):
                slack.windows.open(who.user, slack.windows.accept(BELOW, "modal"))
                place = {"view": form(callback, who), "trigger_id": slack.triggers.issue(who.user, "modal")}
            return {"type": "block_actions", **common, **place, "actions": [action]}
        case "options":
            return {"type": "block_suggestion", **common, **place, **element, "value": ""}
        case "view_submission" | "view_closed":
            return {"type": kind, **common, "view": form(name, who)}
        case "shortcut":
            return {"type": "shortcut", **common, "callback_id": name, "action_ts": "3.3"}
    raise AssertionError(f"teach this test to build a payload for {kind}")


def pressed(name: str) -> Payload:
    """What a button or a choice says."""
    value, chosen = f"{FILE}:1:PH", "all"
    if name in {"rcs:back", "rcs:part"}:
        value = "contact"
    elif name == "senderid:entry_remove":
        value = "0:Kop"
    elif name.startswith("rcs:") and name not in RCS_ON_MESSAGES:
        value = f"{FILE}:1"
    if name == "rcs:take":
        value = "color:#7A1F0B"
    if name in {"tickets:more", "testers:mark"}:
        chosen = f"{FILE}:1:us" if name == "tickets:more" else f"{FILE}:1:accepted"
    other = {"action_ts": "2.2", "type": "button", "selected_options": []}
    return {"value": value, "selected_option": {"value": chosen}, **other}


def stands_in(name: str) -> str:
    """The form in which an action is offered; empty for those that stand in channels."""
    if name.startswith("rcs:") and name not in RCS_ON_MESSAGES:
        return "rcs:review"
    if name.startswith("senderid:") and name not in ON_MESSAGES:
        return "senderid:entry"
    return "launch:ask" if name in LAUNCH_IN_FORMS or name.startswith("testers:") else ""


def command(path: str, who: Somebody) -> Payload:
    """A command of that path, with an account, a name and a mention behind it where something may stand."""
    if not path.startswith("/"):
        path = "/nothing"
    name, *words = path.split()
    alone = ("/nothing", "/desk", "/contacts", "/desk people", "/senderid", "/senderid rules", "/senderid bulk")
    alone += ("/rcs", "/senderid dashboard", "/logs", "/contacts groups", "/contacts find")
    alone += ("/tickets", "/tickets open")
    of_one = ("/tickets show", "/tickets why", "/tickets reply")
    behind = ["SD-1001", "Hello"][: 2 if path == "/tickets reply" else 1] if path in of_one else []
    words += [] if path in alone else behind or [KOPI_ACCOUNT, "Kopi", "<@U0GITA>"]
    where = {"channel_id": who.channel, "channel_name": "here", "user_id": who.user, "team_id": who.team}
    return {"command": name, "text": " ".join(words), **where}


def event(wanted: str | dict[str, str], who: Somebody) -> Payload:
    """An event of that type, or type and subtype, with a file."""
    kind = {"type": wanted} if isinstance(wanted, str) else wanted
    file = {"id": "F1", "name": "secret.csv", "size": 10, "mimetype": "text/csv"}
    inner = {**kind, "user": who.user, "channel": who.channel, "ts": "1.1", "files": [file], "tab": "home"}
    inner |= {"thread_ts": "1.0", "text": "Hello"}
    inner["user_team"] = who.team
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{kind}{who.user}", "event": inner}


def form(callback_id: str, who: Somebody) -> Payload:
    """A form about a file of Kopi's."""
    return {
        "id": "V1",
        "type": "modal",
        "hash": "1.a",
        "callback_id": callback_id,
        "root_view_id": "V1",
        "previous_view_id": None,
        "blocks": [{"type": "input", "block_id": "name"}, {"type": "input", "block_id": "column:0"}],
        "state": {"values": STATE},
        "private_metadata": remember(
            who.form_from,
            ticket=FILE,
            file=FILE,
            draft=FILE,
            what=f"{FILE}:1",
            company=FILE,
            index="0",
            seen="1",
            columns="1",
            submission=FILE,
            registration=FILE,
            copy=FILE,
            agent=FILE,
            to="created",
            launch=FILE,
            row=FILE,
            item=FILE,
            act="reject",
        ),
    }


# What comes of it


def everything(tx: Tx) -> dict[str, list[str]]:
    """All rows of all tables."""
    tables = every_table().sorted_tables
    return {table.name: sorted(str(row) for row in tx.session.execute(select(table))) for table in tables}


def link(tx: Tx) -> None:
    """Both customers have their channel, and Kopi has a file."""
    for id_, provider, name, channel in (
        ("k" * 32, KOPI_ACCOUNT, "Kopi Nusantara", KOPI),
        ("m" * 32, MART_ACCOUNT, "Manila Mart", MART),
    ):
        who_and_when = {"created_by": "U0RINA", "created_at": tx.now}
        tx.session.add(Account(id=id_, provider_account_id=provider, name=name, **who_and_when))
        tx.session.flush()
        tx.session.add(Channel(channel_id=channel, account_id=id_, linked_by="U0RINA", linked_at=tx.now))
    facts = {"channel": KOPI, "uploader": "U0BEN", "slack_file_id": "F9", "name": "secret.csv", "groups": []}
    opening = Opening("k" * 32, "question", "Kopi's question", "U0BEN", KOPI, thread_ts="1.0")
    ids = iter([FILE])
    open_ticket(replace(tx, new_id=lambda: next(ids, None) or tx.new_id()), opening, by="U0BEN")
    typed = {"channel": KOPI, "user_id": "U0BEN", "step": "details", "data": {"country": "PH"}}
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add(Draft(id=FILE, account_id="k" * 32, **typed, **when))
    _register(tx)
    _ask_for_agent(tx)
    _export_logs(tx)
    tx.session.add(ContactFile(id=FILE, account_id="k" * 32, created_at=tx.now, options={}, status="checked", **facts))


def _export_logs(tx: Tx) -> None:
    """Kopi's message logs were exported, and will be again."""
    own = {"id": FILE, "account_id": "k" * 32, "user_id": "U0BEN", "place": "U0BEN", "created_at": tx.now}
    wanted = {"zone": "UTC", "product": "sms", "subaccount": "kopi_otp", "period": "week"}
    tx.session.add(LogExport(**own, **wanted, since=tx.now, until=tx.now))
    tx.session.add(LogSchedule(**own, **wanted, again="weekly", next_at=tx.now))


def _ask_for_agent(tx: Tx) -> None:
    """Kopi asked for an RCS agent, and types another request."""
    own = {"id": FILE, "account_id": "k" * 32, "channel": KOPI}
    when = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add(AgentDraft(**own, user_id="U0BEN", step="review", data={"name": "Kopi"}, **when))
    asked = {"name": "Kopi", "description": "Kopi", "color": "#7A1F0B", "use_case": "OTP", "fields": {}}
    by = {"submitted_by": "U0BEN", "submitted_at": tx.now}
    tx.session.add(Agent(**own, ticket_id=FILE, **asked, **by))
    tx.session.flush()
    mine = {"id": FILE, "account_id": "k" * 32, "agent_id": FILE}
    tx.session.add(Device(**mine, number="+628123456789", added_by="U0BEN", added_at=tx.now))
    tx.session.add(LaunchItem(**mine, code="tmobile", status="given"))
    tx.session.add(Launch(**mine, channel=KOPI, ticket_id=FILE, number=1, use_case="OTP", regions=["SG"], **by))
    tx.session.flush()
    tx.session.add(CarrierRow(**mine, launch_id=FILE, region="SG", carrier="kopi", name="Kopi", position=0))


def _register(tx: Tx) -> None:
    """Kopi has a sender ID with a letter, of which a signed copy is doubted."""
    own, when = {"id": FILE, "account_id": "k" * 32}, {"created_at": tx.now, "updated_at": tx.now}
    officer = {"officer_name": "Ana", "officer_title": "Director", "officer_email": "ana@kopi.example"}
    place = {"website": "https://kopi.example", "address_line_1": "1 Jalan", "city": "Jakarta", "country": "ID"}
    tx.session.add(Company(**own, name="Kopi Nusantara", created_by="U0BEN", **officer, **place, **when))
    tx.session.flush()
    asked = {"country": "PH", "entity": "local", "company_id": FILE, "company": {"name": "Kopi Nusantara"}}
    by = {"channel": KOPI, "submitted_by": "U0BEN", "submitted_at": tx.now}
    tx.session.add(Submission(**own, ticket_id=FILE, **asked, **by))
    tx.session.flush()
    messages = {"subaccount": "kopi", "message_type": "otp", "monthly_traffic": 1, "sample_text": "Kopi"}
    days = {"valid_from": tx.now.date(), "requested_at": tx.now}
    tx.session.add(
        Registration(**own, submission_id=FILE, position=1, sender_id="Kopi", country="PH", **messages, **days)
    )
    tx.session.flush()
    data = {"operators": ["Globe"], "provider": "8x8", "company": {"name": "Kopi Nusantara"}}
    letter = {"slot": "globe", "number": "LOA-001001-1", "status": "doubtful", "operators": ["globe"], "data": data}
    tx.session.add(Letter(**own, registration_id=FILE, created_at=tx.now, downloaded_at=tx.now, **letter))
    tx.session.flush()
    copy = {"letter_id": FILE, "number": 1, "way": "wet", "status": "doubtful", "name": "kopi.pdf", "came_at": tx.now}
    tx.session.add(SignedCopy(**own, **copy))


@pytest.fixture
async def outcome(
    desk: Desk, bolt: AsyncApp, deliver: Deliver, slack: Slack, sqlite_url: str
) -> AsyncIterator[Callable[..., Any]]:
    """Drives a listener as somebody: everything that they were shown, and which tables changed."""
    people = [
        Person("U0CI", "ci", "CI", TEAM, is_bot=True),
        Person("W0RINA", "rina2", "Rina Elsewhere", "T0OTHER"),
        Person("U0NINA", "nina", "Nina Nobody", TEAM),
    ]
    slack.people |= {person.id: person for person in people}
    slack.groups["S0STAFF"].users.append(
        "W0RINA"
    )  # even a user group does not make staff of another workspace's people
    slack.channels[GENERAL].members.append("U0NINA")

    await desk.write(link)

    def shown(user: str) -> str:
        seen = [m.text for channel in slack.channels.values() for m in channel.ephemerals if m.ephemeral_to == user]
        home, top = slack.windows.homes.get(user), slack.windows.top(user)
        return "\n".join(
            [*seen, *(json.dumps(view.blocks) for view in (home, top) if view and view.callback_id != "below")]
        )

    kept = await desk.read(everything)

    async def drive(listener: AsyncListener, who: Somebody) -> tuple[str, list[str]]:
        nonlocal kept
        for channel in slack.channels.values():
            channel.ephemerals.clear()
        slack.windows.homes.clear()
        slack.windows.clear(who.user)
        before, commits = kept, told_by_sqlite("PRAGMA data_version").fetchone()
        answer = await deliver(build(listener, who, slack))
        if told_by_sqlite("PRAGMA data_version").fetchone() != commits:  # somebody has committed something
            kept = await desk.read(everything)
        assert structlog.contextvars.get_contextvars()["listener"] == admission(listener).name
        assert answer.status == 200
        return f"{answer.body}\n{shown(who.user)}", [table for table in kept if before[table] != kept[table]]

    with closing(sqlite3.connect(str(make_url(sqlite_url).database))) as beside:
        told_by_sqlite = beside.execute
        yield drive


def listeners(bolt: AsyncApp) -> list[AsyncListener]:
    """All of them."""
    found = list(bolt._async_listeners)
    assert len(found) > 20
    return found


def test_every_listener_says_whom_it_serves(bolt: AsyncApp) -> None:
    """Each has one admission and nothing that runs beside it; each has a name of its own; the public ones are known."""
    names = []
    for listener in listeners(bolt):
        names.append(admission(listener).name)
        assert listener.lazy_functions == []
        public = admission(listener).serves in (None, Role.NOBODY)
        assert public == (admission(listener).name in PUBLIC), admission(listener).name
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "who",
    [NOBODY, NOBODY_WITH_KOPIS_FORM, GUEST, OUTSIDER, STAFF_ELSEWHERE, BUDI_FROM_ELSEWHERE],
    ids=["nobody", "nobody-with-a-form", "guest", "outsider", "staff-elsewhere", "staff-from-elsewhere"],
)
async def test_who_is_no_customer_is_refused_everything(
    bolt: AsyncApp, outcome: Callable[..., Any], who: Somebody
) -> None:
    """Each listener that is not for everybody says why not; none changes or tells anything."""
    for listener in listeners(bolt):
        name = admission(listener).name
        told, changed = await outcome(listener, who)
        assert changed == [], name
        assert not [word for word in KOPIS if word in told], (name, told)
        if name not in PUBLIC:
            assert REFUSALS.search(told) or wants(listener)[0] == "options", (name, told)


@pytest.mark.parametrize("who", [CARLA, CARLA_WITH_KOPIS_FORM], ids=["own-form", "form-of-another-account"])
async def test_a_customer_reaches_nothing_of_another_account(
    bolt: AsyncApp, outcome: Callable[..., Any], who: Somebody
) -> None:
    """Whatever ids stand in the payload: rows of another account are not found, and stay as they are."""
    for listener in listeners(bolt):
        name = admission(listener).name
        if name == "event message:file_share":
            continue  # her own file in her own channel is what the desk is for
        told, changed = await outcome(listener, who)
        assert set(changed) <= BEGUN.get(name, set()), name
        assert not [word for word in KOPIS if word in told], (name, told)
        if name not in PUBLIC | OWN:
            assert REFUSALS.search(told) or wants(listener)[0] == "options", (name, told)


async def test_a_bot_is_neither_heard_nor_answered(bolt: AsyncApp, outcome: Callable[..., Any]) -> None:
    """Nothing changes, and nothing is said."""
    for listener in listeners(bolt):
        told, changed = await outcome(listener, BOT)
        assert changed == [], admission(listener).name
        assert told.strip() in ("", '{"options": []}'), (admission(listener).name, told)


@pytest.mark.parametrize(("who", "role"), [(BEN, Role.CUSTOMER), (BUDI, Role.STAFF)], ids=["customer", "staff"])
async def test_who_is_served_gets_through(
    bolt: AsyncApp, outcome: Callable[..., Any], who: Somebody, role: Role
) -> None:
    """The same payloads from those whom the listener serves are not refused: it was the person that counted."""
    for listener in listeners(bolt):
        told, _ = await outcome(listener, who)
        if role.covers(admission(listener).serves or Role.NOBODY):
            assert not re.search("Only support staff|belongs to no customer", told), (admission(listener).name, told)


async def test_a_listener_that_says_nothing_serves_nobody(bolt: AsyncApp, deliver: Deliver, logs: list[Any]) -> None:
    """Registered past the frame, even staff do not get through; the log says what is missing."""
    ran = []

    async def forgotten(ack: AsyncAck) -> None:
        ran.append(1)
        await ack()

    bolt.command("/forgotten")(forgotten)
    bolt._async_listeners.insert(0, bolt._async_listeners.pop())
    command = {"command": "/forgotten", "text": "", "user_id": "U0RINA", "team_id": TEAM, "channel_id": KOPI}
    answer = await deliver(command | {"channel_name": "x", "trigger_id": "1"})
    assert not ran
    assert "not open to anybody yet" in answer.body
    assert [entry for entry in logs if "says not whom it serves" in entry["event"]]
