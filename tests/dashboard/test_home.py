"""App Home with very many sender IDs and the worst values: within Slack's limits, in as many statements as with few."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, insert
from sqlalchemy.orm import Session

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.dashboard import looking
from bot.dashboard.filters import Filters, View
from bot.dashboard.queries import page
from bot.dashboard.tables import DashboardExport
from bot.dashboard.typed import read
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.features import home_parts
from bot.registrations import steps
from bot.registrations.rules import LOA_ORDER, LoaState, OperatorStatus
from bot.registrations.tables import Company, OperatorRow, Registration, StatusCount, Submission
from bot.sandbox.slack.blocks import check_view
from bot.schema import every_table
from bot.settings import Settings
from bot.storage.database import Base, Tx
from bot.tickets.rules import Turn
from bot.tickets.tables import Ticket
from handlers.home import contents

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANA = Who("U0ANA", "T0SENDER", Role.CUSTOMER, "kopi", None)
CARLA = Who("U0CARLA", "T0SENDER", Role.CUSTOMER, "mart", None)
RINA = Who("U0RINA", "T0SENDER", Role.STAFF, None, None)
MANY, FEW, STATEMENTS = 10_000, 40, 45
WORST = "<!channel> *_~`&|ยาว\u202e"
TURNS, LETTERS = (Turn.CUSTOMER, Turn.US, Turn.OPERATOR), list(LoaState)
VIEWS = ("", "unlinked", "sort:id", "unlinked sort:-status", "country:PH loa:ready", "operator", "nothing-at-all")
STATUSES = list(OperatorStatus)


def longest(size: int, number: int) -> str:
    """A name as long as may be, of what does most harm."""
    return f"{number}{WORST * size}"[:size]


def marked_up(there: Any) -> Iterator[str]:
    """All texts in which Slack follows marks."""
    if isinstance(there, dict) and there.get("type") == "mrkdwn":
        yield there["text"]
    elif isinstance(there, dict | list):
        for inner in there.values() if isinstance(there, dict) else there:
            yield from marked_up(inner)


def fill(tx: Tx) -> None:
    """The sender IDs of two accounts, the newest with fifty operators each; all in bulk."""
    made = {"created_by": "U0ANA", "created_at": NOW}
    texts = dict.fromkeys(("officer_name", "officer_title", "officer_email", "website", "city", "address_line_1"), "x")
    for id_ in ("kopi", "mart"):
        tx.session.add(Account(id=id_, provider_account_id=id_, name=longest(80, 1), **made))
        tx.session.add(Company(id=id_, account_id=id_, name="x", country="PH", **texts, **made, updated_at=NOW))
        tx.session.flush()
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Ticket, Submission, Registration, OperatorRow, StatusCount, DashboardExport)
    }
    for number in range(MANY + FEW):
        for table, row in _rows(number, number % MANY, "kopi" if number < MANY else "mart"):
            rows[table].append(row)
    for table, some in rows.items():
        tx.session.execute(insert(table), some)


def _rows(number: int, place_of: int, account: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    id_, at = f"{number:032x}", NOW - timedelta(minutes=place_of)
    mine: dict[str, Any] = {"id": id_, "account_id": account}
    keys = {"card_kind": steps.CARD, "card_key": id_, "review_kind": steps.REVIEW_CARD, "review_key": id_}
    about = {"number": 1001 + number, "kind": "registration", "title": longest(120, number), "requester": "U0ANA"}
    turn = {"turn": TURNS[number % 3], "turn_since": at, "due_at": at, "assignee": f"U{number % 30}"}
    yield Ticket, mine | about | keys | turn | {"channel": "C0KOPI", "created_at": at, "updated_at": at}
    made = {"country": "PH", "entity": "local", "company_id": account, "company": {}, "ticket_id": id_}
    yield Submission, mine | made | {"channel": "C0KOPI", "submitted_by": "U0ANA", "submitted_at": at}
    named = {"sender_id": longest(16, number), "subaccount": longest(50, number), "category": longest(60, number)}
    letter = LETTERS[number % len(LETTERS)]
    listed = {f"{name}_key": value.lower() for name, value in named.items()} | {"loa_order": LOA_ORDER[letter]}
    rest = {"message_type": "otp", "monthly_traffic": 1, "sample_text": "x", "valid_from": at.date(), "position": 1}
    labels = {"labels": longest(300, number), "approved": number % 5, "loa": letter, "requested_at": at}
    yield Registration, mine | named | listed | rest | labels | {"submission_id": id_, "country": "PH"}
    operators, status = 50 if place_of < FEW else 1, STATUSES[number % len(STATUSES)]
    for place in range(operators):
        there = {
            "operator": f"{place}globe"[place == 0 :],
            "name": longest(60, place),
            "position": place + 1,
            "status": status,
        }
        ends = {"decided_at": at, "valid_till": at.date(), "reference": f"{id_}{place}"}
        of = {"id": f"{place:016x}{number:016x}", "account_id": account, "registration_id": id_}
        yield OperatorRow, of | there | ends
    counted = {"registration_id": id_, "status": status, "account_id": account, "operators": operators}
    yield StatusCount, counted | {"requested_at": at}
    if place_of < FEW:
        user = "U0RINA" if number % 2 else {"kopi": "U0ANA", "mart": "U0CARLA"}[account]
        asked = {"user_id": user, "words": longest(200, number), "created_at": at}
        trouble = {"status": "failed", "done": 1, "percent": 1, "version": 1, "trouble": longest(300, number)}
        yield DashboardExport, mine | asked | trouble


class House:
    """A database, and what Home draws of it."""

    def __init__(self, folder: Path) -> None:
        every_table()
        self.engine = create_engine(f"sqlite:///{folder}/desk.db")
        Base.metadata.create_all(self.engine)
        voices = Voices()
        self.voices, self.parts = voices, home_parts(Settings.model_construct(operator_feed_url=""), voices, Links())
        self.statements = 0
        self.selects: list[tuple[str, Any]] = []
        event.listen(self.engine, "before_cursor_execute", self._count)
        ids = count()
        self.session = Session(self.engine)
        self.tx = Tx(self.session, NOW, lambda: f"{next(ids):032x}")
        fill(self.tx)
        for who in (ANA, CARLA, RINA):
            looking.looked(self.tx, who)
        self.session.commit()

    def _count(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        self.statements += 1
        self.selects += [(statement, parameters)] if statement.startswith(("SELECT", "WITH")) else []

    def plans(self) -> Iterator[tuple[str, str]]:
        """How SQLite finds what was selected since the last call: a step, and the statement that it is of."""
        connection = self.session.connection().connection.driver_connection
        assert connection is not None
        for statement, parameters in self.selects:
            steps_of_it = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            yield from ((str(step[-1]), statement) for step in steps_of_it)
        self.selects.clear()

    def tabs(self) -> Iterator[tuple[str, str]]:
        """Each tab, and that of the sender IDs in each view."""
        yield from (("registrations", words) for words in VIEWS)
        yield from ((part.name, "") for part in self.parts)

    def home(self, who: Who, tab: str, words: str = "", *, opened: bool = False) -> tuple[list[Block], int]:
        """Home on this tab, with these filters, all rows of the page open; and how many statements that took."""
        filters = read(words)
        looking.choose(self.tx, who, filters)
        looking.turn_to(self.tx, who, tab)
        for line in page(self.tx, who, filters).lines if opened else ():
            looking.open_row(self.tx, who, line.id, opens=True)
        self.session.commit()
        self.session.expunge_all()
        before = self.statements
        return contents(self.tx, self.parts, self.voices, who), self.statements - before


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Ten thousand sender IDs of Kopi's, and forty of Mart's."""
    house = House(tmp_path_factory.mktemp("home"))
    yield house
    house.session.close()
    house.engine.dispose()


@pytest.mark.parametrize("who", [ANA, RINA], ids=["customer", "staff"])
def test_home_fits_into_slack_with_ten_thousand_sender_ids(house: House, who: Who) -> None:
    """Each tab and view, with the longest and worst names, fifty operators each, and every row open."""
    for words in VIEWS:
        drawn, _ = house.home(who, "registrations", words, opened=True)
        assert check_view({"type": "home", "blocks": drawn}) == [], words
        assert drawn[-1]["elements"][0]["action_id"] == "notices:open"
        assert "home:filter" in str(drawn)
    for part in house.parts:
        drawn, _ = house.home(who, part.name)
        assert check_view({"type": "home", "blocks": drawn}) == [], part.name
        assert not any("<!channel>" in text or "\u202e" in text for text in marked_up(drawn))


def test_home_takes_as_many_statements_for_many_as_for_few(house: House) -> None:
    """However many sender IDs and tickets there are, in every tab and view; for staff, who see all, not many either."""
    for tab, words in house.tabs():
        many, few, all_of_them = (house.home(who, tab, words)[1] for who in (ANA, CARLA, RINA))
        assert many <= few + 4, (tab, words)  # what few rows fit is found in some steps less
        assert max(many, few, all_of_them) <= STATEMENTS, (tab, words)


def test_no_statement_of_home_reads_a_whole_table(house: House) -> None:
    """What grows is found by an index, or read in its order; and a message never by its medium, which most share."""
    house.selects.clear()
    for who, (tab, words) in product((ANA, RINA), house.tabs()):
        house.home(who, tab, words)
        for step, statement in house.plans():
            table = step.removeprefix("SCAN ")
            assert table == step or table not in Base.metadata.tables, (who.user_id, tab, words, statement)
            assert "(medium=?" not in step, statement


def test_pages_are_kept_with_the_filters_that_they_were_turned_with(house: House) -> None:
    """Who turned to the second page finds it again; with other filters the first one is shown."""
    first = page(house.tx, ANA, Filters())
    looking.choose(house.tx, ANA, Filters())
    looking.turn(house.tx, ANA, Filters(), looking.Place(first.on))
    assert looking.looking(house.tx, ANA).place.key == first.on
    looking.choose(house.tx, ANA, Filters(view=View.UNLINKED))
    assert looking.looking(house.tx, ANA).place.key is None
