"""Filters and sorts beside a plain model: every order both ways, page by page, forwards and back."""

import itertools
from typing import Any

import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, event, make_url

from bot.dashboard import keys as module
from bot.dashboard import queries
from bot.dashboard.filters import Filters, Sort
from bot.dashboard.typed import read
from bot.errors import NotAllowed
from bot.registrations import steps
from bot.registrations.rules import OperatorStatus
from bot.registrations.tables import OperatorRow, Registration, StatusCount
from bot.storage import migrate, sqlite
from bot.storage.database import Tx

FILTERS = (
    "",
    "country:PH",
    "status:pending",
    "status:approved",
    "subaccount:KOPI_hq",
    "category:shops",
    "category:ünï",
    "category:none",
    "loa:ready",
    "label:promo",
    'label:"kopi trip" status:approved',
    "pro",
    "kopi",
    "kopi1",
    "glob",
    "globe",
    "shop",
    "nothing",
    "status:pending globe",
    "country:PH status:approved category:none",
    "loa:ready status:rejected kopi",
)


@pytest.fixture(params=[0, 1000], ids=["walked", "sorted"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to find rows: as where very many fit, and as where few do."""
    monkeypatch.setattr(module, "FEW", request.param)


async def every_page(rows: Any, who: Any, filters: Filters, limit: int = 7, *, back_too: bool = True) -> list[str]:
    """The ids of all pages, turned forwards to the last; turned back again it must be the same."""
    seen, key, backs = [], None, []
    while True:
        page = await rows.database.read(queries.page, who, filters, key, limit=limit)
        assert (page.back is None) == (key is None)
        seen.append([line.id for line in page.lines])
        backs.append(page.back)
        key = page.on
        if key is None:
            break
    for before, back in zip(seen[-2::-1], backs[:0:-1], strict=True) if back_too else ():
        page = await rows.database.read(queries.page, who, filters, back, backwards=True, limit=limit)
        assert [line.id for line in page.lines] == before
        assert page.on is not None
    return [id_ for page_of in seen for id_ in page_of]


@pytest.mark.usefixtures("few")
async def test_every_filter_in_every_order(rows: Any, people: Any) -> None:
    """A customer and staff see what the plain model says, ties and what has no value included, and it is counted."""
    for words, sort, direction in itertools.product(FILTERS, Sort, ("", "-")):
        filters = read(f"{words} sort:{direction}{sort}")
        for who, account in ((people.ana, "kopi"), (people.rina, None)):
            wanted = rows.shown(filters, account)
            assert await every_page(rows, who, filters, limit=40) == wanted, filters.words
            page = await rows.database.read(queries.page, who, filters)
            assert (page.total, page.total_is_more) == (len(wanted), False)


@pytest.mark.parametrize("sort", list(Sort))
async def test_each_row_comes_once_while_others_are_added(rows: Any, people: Any, sort: Sort) -> None:
    """Whoever turns the pages sees each sender ID once, in spite of new ones before and behind where he is."""
    filters = Filters(sort=sort, descending=False)
    before, seen, key = rows.shown(filters), [], None
    while True:
        page = await rows.database.read(queries.page, people.ana, filters, key, limit=9)
        seen += [line.id for line in page.lines]
        await rows.add(account="kopi")
        key = page.on
        if key is None:
            break
    assert len(seen) == len(set(seen))
    assert [id_ for id_ in seen if id_ in set(before)] == before


async def test_pages_turn_forwards_and_back(rows: Any, people: Any) -> None:
    """Short pages come to all rows, and the way back shows the same pages."""
    for words in ("", "sort:loa", "sort:-loa", "status:pending sort:-status", "globe sort:id"):
        filters = read(words)
        assert await every_page(rows, people.ana, filters, limit=5) == rows.shown(filters)


async def test_nobody_sees_another_account(rows: Any, people: Any) -> None:
    """Whatever is filtered for; somebody without an account is refused."""
    for words in FILTERS:
        page = await rows.database.read(queries.page, people.carla, read(words), limit=100)
        assert [line.id for line in page.lines] == rows.shown(read(words), "mart")
    with pytest.raises(NotAllowed):
        await rows.database.read(queries.page, people.stranger, Filters())


async def test_staff_in_a_customers_channel_see_that_customers(rows: Any, people: Any) -> None:
    """Elsewhere they see everybody's, with the customers' names."""
    there = people.rina.__class__("U0RINA", "T0SENDER", people.rina.role, "mart", "C0MART")
    page = await rows.database.read(queries.page, there, Filters(), limit=100)
    assert {line.account for line in page.lines} == {"Manila Mart"}


async def test_the_unlinked_view_shows_the_rows_that_are_asked_for(rows: Any, people: Any) -> None:
    """All operators of a sender ID; with a status or an operator's name those alone; by its own name all again."""
    for words in (
        "unlinked",
        "unlinked status:pending",
        "unlinked globe",
        "unlinked status:pending globe",
        "unlinked kopi",
    ):
        filters = read(words)
        page = await rows.database.read(queries.page, people.ana, filters, limit=100)
        assert [line.id for line in page.lines] == rows.shown(filters)
        by_id = {one.id: one for one in rows.every}
        for line in page.lines:
            one, wanted = by_id[line.id], filters.text == "globe"
            assert [(row.operator, row.status) for row in line.rows] == [
                (operator, status)
                for operator, status in one.statuses.items()
                if filters.status in ("", status) and (not wanted or operator == "globe")
            ]


@pytest.mark.parametrize("words", ["", "country:PH sort:id", "globe sort:loa", "unlinked status:pending globe"])
async def test_a_page_takes_few_statements_however_long_it_is(rows: Any, people: Any, words: str) -> None:
    """No more for a page of fifty than for a page of one."""

    def counted(tx: Tx, limit: int) -> int:
        seen: list[str] = []
        connection = tx.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        queries.page(tx, people.ana, read(words), limit=limit)
        return len(seen)

    assert await rows.database.read(counted, 50) <= await rows.database.read(counted, 1) <= 10


async def test_counts_stand_beside_what_is_counted(rows: Any, people: Any) -> None:
    """After any move the counts are those of the rows, and a row that is none's is gone."""

    def move(tx: Tx) -> str:
        row = tx.session.query(OperatorRow).filter_by(status=OperatorStatus.UNDER_REVIEW).first()
        assert row is not None
        steps.move_all(tx, [steps.Step(row)], OperatorStatus.APPROVED, "approved", by="U0RINA")
        return str(row.registration_id)

    id_ = await rows.database.write(move)

    def look(tx: Tx) -> tuple[dict[str, int], dict[str, int], int]:
        there = [row.status for row in steps.rows_of(tx, id_)]
        kept = {one.status: one.operators for one in tx.session.query(StatusCount).filter_by(registration_id=id_)}
        return {status: there.count(status) for status in there}, kept, tx.session.get_one(Registration, id_).approved

    there, kept, approved = await rows.database.read(look)
    assert there == kept
    assert approved == there["approved"]


async def test_little_of_much_is_looked_for_in_steps(rows: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little fits of how much: a page looks at so many rows, says where it stopped, and the next goes on."""
    for name, value in {"FEW": 0, "LOOKED": 9, "LOOKED_ON": 13}.items():
        monkeypatch.setattr(module, name, value)
    for words in (
        "country:TH status:approved loa:ready sort:id",
        "globe sort:-country",
        "kopi1 category:shops sort:-id",
    ):
        filters = read(words)
        wanted = rows.shown(filters, None)
        assert await every_page(rows, people.rina, filters, back_too=False) == wanted
        page = await rows.database.read(queries.page, people.rina, filters)
        assert (page.looked, len(page.lines) <= page.total <= len(wanted)) == (9, True)
        assert page.total_is_more or page.total == len(wanted)


async def test_further_than_so_many_nobody_counts(rows: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the page says that there are more."""
    monkeypatch.setattr(module, "COUNTED", 5)
    page = await rows.database.read(queries.page, people.rina, Filters())
    assert (page.total, page.total_is_more) == (5, True)


async def test_what_was_there_before_the_dashboard_is_found_as_well(rows: Any, database_url: str) -> None:
    """The migration fills what lists are sorted and filtered by, and gives what is kept by hand since."""

    def kept(tx: Tx) -> list[Any]:
        counts = tx.session.query(StatusCount.registration_id, StatusCount.status, StatusCount.operators)
        columns = (Registration.id, Registration.sender_id_key, Registration.subaccount_key, Registration.approved)
        when = tx.session.query(
            StatusCount.registration_id, StatusCount.account_id, StatusCount.requested_at
        ).distinct()
        return [sorted(counts.all()), sorted(tx.session.query(*columns).all()), sorted(when.all())]

    before = await rows.database.read(kept)
    url = make_url(database_url)
    is_file = url.drivername.startswith("sqlite")
    engine = (
        sqlite.engine_for_migrations(sqlite.file_of(url))
        if is_file
        else create_engine(url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    )
    with engine.begin() as connection:
        command.downgrade(migrate.config_for(connection), "0005")
    migrate.prepare(engine, migrate=True)
    assert await rows.database.read(kept) == before
