"""How long the dashboard takes for a page, with 1,000, 10,000 and 100,000 registrations: it must not depend on that.

Half of the registrations are one customer's, the rest those of 49 others. Measured is what a listener waits for: one
read through the database's threads, of a customer's page and of staff's, with each filter, each sort and some of both,
and of App Home with each of its tabs open. One ticket in twenty is open: these grow with the rest.
A rare value has the same 20 rows, the oldest, at every size; common ones have a share. A figure is the lower quartile
of the rounds, as other work on the machine only adds; the ratio is that of the slowest size to the quickest. Several
filters together may leave nothing of a thousand rows, so that there is nothing to do, and little of many, of which a
page looks at so many and no more: for these the slowest page of all is told beside the ratio. The last line is one JSON
object.

    python tests/benchmarks/dashboard.py [--sizes 1000 10000 100000] [--rounds 41] [--url postgresql://...]
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from bot import schema
from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.dashboard import looking, queries
from bot.dashboard.typed import read
from bot.delivery.links import Links
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.features import home_parts
from bot.registrations.countries import countries
from bot.registrations.rules import LOA_ORDER, LoaState, OperatorStatus
from bot.registrations.steps import CARD, REVIEW_CARD
from bot.registrations.tables import (
    Company,
    OperatorRow,
    Registration,
    RegistrationLabel,
    StatusCount,
    Submission,
    list_key,
)
from bot.settings import Settings
from bot.storage.database import Database, Tx
from bot.tickets.tables import Ticket
from handlers.home import contents

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
RARE = 20
_AT_ONCE = 2000
CUSTOMER = Who("U0ANA", "T", Role.CUSTOMER, "a" * 32, "C0")
STAFF = Who("U0RINA", "T", Role.STAFF, None, "C0")
COMMON_LOAS = [state for state in LoaState if state is not LoaState.STUCK]
COMMON_STATUSES = [status for status in OperatorStatus if status is not OperatorStatus.EXPIRED]
FILTERS = [
    "", "sort:date", "sort:id", "sort:-id", "sort:country", "sort:-country", "sort:status", "sort:-status",
    "sort:category", "sort:-category", "sort:loa", "sort:-loa",
    "country:PH", "country:TH", "status:pending", "status:approved", "status:expired", "subaccount:sub_3",
    "subaccount:rare", "category:shops", "category:none", "category:rare", "loa:ready", "loa:stuck",
    "label:vip", "label:rare", "label:vip sort:id", "label:vip country:PH", "vip",
    "globe", "sub_1", "name000017", "name", "nothing",
    "status:pending sort:-status", "status:expired sort:status",
    "country:PH sort:id", "category:rare sort:id", "loa:ready sort:country", "globe sort:id", "globe sort:country",
    "category:shops loa:ready sort:-id", "country:TH status:approved loa:accepted category:shops sort:-status",
    "subaccount:sub_3 label:vip status:rejected", "country:SG loa:ready sub_1 sort:category", "name000 sort:country",
    "status:pending globe", "country:TH status:approved loa:accepted category:shops", "country:PH status:expired",
    "view:unlinked", "view:unlinked status:pending globe",
]  # fmt: skip


SETTINGS = Settings(_env_file=None, slack_bot_token="x", slack_app_token="x", senderdesk_review_channel="C")
SEVERAL = {words for words in FILTERS if len(words.split()) > 1}
"""What has more than one filter, or a filter beside an order."""


def rows(numbers: range, dice: random.Random) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Everything about so many registrations, two on each ticket."""
    for number in numbers:
        id_, submission = f"{number:032x}", f"{number // 2:032x}"
        account = "a" * 32 if (number // 2) % 2 == 0 else f"{(number // 2) % 49:032x}"
        there = dice.choices(countries(), [3, 4, 2, 1])[0]
        at, is_rare = BEGAN + timedelta(minutes=number // 2), number < 2 * RARE and account == "a" * 32
        if number % 2 == 0:
            yield from _around(submission, account, number, at)
        statuses = [
            OperatorStatus.EXPIRED if is_rare and place == 1 else dice.choice(COMMON_STATUSES)
            for place, _ in enumerate(there.operators, 1)
        ]
        counted = Counter(statuses)
        named = {
            "sender_id": f"Name{number:06}",
            "subaccount": "rare" if is_rare else f"sub_{dice.randrange(12)}",
            "category": "rare" if is_rare else dice.choice(["", "", "Shops", "Banks", "Games", "Food"]),
        }
        loa, labels = (
            LoaState.STUCK if is_rare else dice.choice(COMMON_LOAS),
            dice.choice(["", "", "Promo", "Promo, VIP"]),
        )
        labels = "rare" if is_rare else labels
        yield (
            Registration,
            {
                "id": id_, "account_id": account, "submission_id": submission, "position": number % 2 + 1,
                "country": there.code, "message_type": "otp", "monthly_traffic": 1000, "sample_text": "x",
                "valid_from": at.date(), "requested_at": at, "approved": counted[OperatorStatus.APPROVED],
                "loa": loa, "loa_order": LOA_ORDER[loa], "labels": labels,
                **named, **{f"{name}_key": list_key(value) for name, value in named.items()},
            },
        )  # fmt: skip
        for status, operators in counted.items():
            common = {"registration_id": id_, "account_id": account, "requested_at": at}
            yield StatusCount, {**common, "status": status, "operators": operators}
        for label in filter(None, labels.split(", ")):
            common = {"registration_id": id_, "account_id": account, "requested_at": at}
            yield RegistrationLabel, {**common, "key": list_key(label)}
        for place, (operator, status) in enumerate(zip(there.operators, statuses, strict=True), 1):
            name = {"operator": operator.code, "name": operator.name, "position": place, "status": status}
            about = {"id": f"{number:028x}{place:04x}", "registration_id": id_, "account_id": account}
            yield OperatorRow, {**about, **name, "reference": f"{number:x}-{place}"}
        yield Message, _message(number, 1, REVIEW_CARD, id_, account, at)


def _around(id_: str, account: str, number: int, at: datetime) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A ticket, its submission and its card; one ticket in twenty is open."""
    is_open, mine = number % 40 == 0, {"id": id_, "account_id": account}
    ticket = {"number": number, "kind": "registration", "title": "x", "status": "open" if is_open else "closed"}
    turn = {"turn": ("us", "customer", "operator")[number // 40 % 3], "turn_since": at, "assignee": f"U{number % 5}"}
    keys = {"card_kind": CARD, "card_key": id_, "review_kind": REVIEW_CARD, "review_key": f"{number:032x}"}
    times = {"created_at": at, "updated_at": at}
    yield Ticket, {**mine, **ticket, **turn, **keys, **times, "requester": "U0ANA", "channel": "C0"}
    made = {"ticket_id": id_, "country": "PH", "entity": "local", "company_id": "c" * 32, "company": {}}
    yield Submission, {**mine, **made, "channel": "C0", "submitted_by": "U0ANA", "submitted_at": at}
    yield Message, _message(number, 0, CARD, id_, account, at)


def _message(number: int, place: int, kind: str, key: str, account: str, at: datetime) -> dict[str, Any]:
    about = {"id": f"{number:030x}{place:02x}", "kind": kind, "key": key, "medium": "slack", "place": "C0"}
    return {**about, "account_id": account, "channel": "C0", "ts": f"{number}.{place}", "created_at": at}


async def seed(database: Database, numbers: range, dice: random.Random) -> None:
    """Put them in, some thousand rows at a time."""
    waiting: dict[Any, list[dict[str, Any]]] = {}
    order = (Ticket, Submission, Registration, StatusCount, RegistrationLabel, OperatorRow, Message)

    def put(tx: Tx) -> None:
        for table in order:
            if some := waiting.pop(table, []):
                tx.session.execute(insert(table), some)

    for table, row in rows(numbers, dice):
        waiting.setdefault(table, []).append(row)
        if len(waiting.get(Registration, ())) >= _AT_ONCE and table is Message and row["kind"] == REVIEW_CARD:
            await database.write(put)
    await database.write(put)
    await database.write(lambda tx: tx.session.execute(text("ANALYZE")) if database.dialect == "postgresql" else None)


def begin(tx: Tx) -> None:
    """The accounts, and a company."""
    made = {"created_by": "U0RINA", "created_at": BEGAN}
    ids = ["a" * 32, *(f"{number:032x}" for number in range(49))]
    tx.session.execute(insert(Account), [{"id": id_, "provider_account_id": id_, "name": id_, **made} for id_ in ids])
    texts = dict.fromkeys(("officer_name", "officer_title", "officer_email", "website", "address_line_1", "city"), "x")
    company = {"id": "c" * 32, "account_id": "a" * 32, "name": "x", "country": "PH", "created_by": "U0ANA", **texts}
    tx.session.execute(insert(Company), [{**company, "created_at": BEGAN, "updated_at": BEGAN}])


async def measure(database: Database, rounds: int) -> dict[str, float]:
    """Milliseconds of each page; all in turns, so that what else the machine does hits them alike."""
    took: dict[str, list[float]] = {}
    voices = Voices()
    parts = home_parts(SETTINGS, voices, Links())
    for _ in range(rounds):
        for who, name in ((CUSTOMER, "customer"), (STAFF, "staff")):
            for part in parts:
                if not part.serves(who):
                    continue
                await database.write(looking.turn_to, who, part.name)
                began = time.perf_counter()
                await database.read(contents, parts, voices, who)
                took.setdefault(f"{name}'s Home: {part.name}", []).append(1000 * (time.perf_counter() - began))
            for words in FILTERS:
                began = time.perf_counter()
                page = await database.read(queries.page, who, read(words))
                took.setdefault(f"{name} {words}", []).append(1000 * (time.perf_counter() - began))
                if words in ("", "sort:id") and page.on:
                    began = time.perf_counter()
                    await database.read(queries.page, who, read(words), page.on)
                    took.setdefault(f"{name} {words} page 2", []).append(1000 * (time.perf_counter() - began))
    return {name: statistics.quantiles(times, n=4)[0] for name, times in took.items()}


async def main() -> None:
    """Measure, print a table, and the same as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--url", help="an empty PostgreSQL database; without it, SQLite")
    chosen = parser.parse_args()
    figures: dict[int, dict[str, float]] = {}
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(chosen.url or f"sqlite:///{folder}/desk.db")
        await database.open()
        await database.write(lambda tx: schema.every_table().create_all(tx.session.connection()))
        await database.write(begin)
        for before, size in zip([0, *chosen.sizes], chosen.sizes, strict=False):
            await seed(database, range(before, size), dice)
            await measure(database, 2)
            figures[size] = await measure(database, chosen.rounds)
        dialect = database.dialect
        await database.close()
    report(figures, dialect)


def _is_several(name: str) -> bool:
    return name.partition(" ")[2] in SEVERAL


def report(figures: dict[int, dict[str, float]], dialect: str) -> None:
    """Print the figures, and how flat they are."""
    names = list(next(iter(figures.values())))
    flat = {
        name: max(each[name] for each in figures.values()) / min(each[name] for each in figures.values())
        for name in names
    }
    print(f"{'ms a page, ' + dialect:<62}" + "".join(f"{size:>10,}" for size in figures) + f"{'ratio':>8}")
    for name in names:
        print(f"{name:<62}" + "".join(f"{each[name]:>10.2f}" for each in figures.values()) + f"{flat[name]:>8.2f}")
    rounded = {str(size): {name: round(ms, 3) for name, ms in each.items()} for size, each in figures.items()}
    worst = max((name for name in names if not _is_several(name)), key=lambda name: flat[name])
    slowest = max((ms, name) for each in figures.values() for name, ms in each.items() if _is_several(name))
    several = {"slowest": slowest[1], "slowest_ms": round(slowest[0], 1)}
    print(f"one filter or order: {flat[worst]:.2f} ({worst}); several: {slowest[0]:.1f} ms at most ({slowest[1]})")
    told = {"dialect": dialect, "ms": rounded, "worst": worst, "ratio": round(flat[worst], 2), "several": several}
    print(json.dumps({"dashboard": told, "python": sys.version.split()[0]}))


if __name__ == "__main__":
    asyncio.run(main())
