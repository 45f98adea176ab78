"""Two accounts with many sender IDs, put in as they would stand after some time, and a plain copy to compare with."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.dashboard.filters import Filters, Sort
from bot.registrations.countries import country
from bot.registrations.rules import LoaState, OperatorStatus
from bot.storage.database import Database

Plant = Callable[..., None]


@dataclass(frozen=True)
class Plain:
    """A sender ID as the test knows it; ``statuses`` by operator."""

    id: str
    account: str
    sender_id: str
    country: str
    subaccount: str
    category: str
    labels: tuple[str, ...]
    loa: str
    requested_at: datetime
    statuses: dict[str, str]

    def fits(self, filters: Filters) -> bool:
        """Whether the filters leave it in."""
        named = {"country": self.country, "subaccount": self.subaccount.lower(), "loa": self.loa}
        if any(getattr(filters, name) not in ("", value) for name, value in named.items()):
            return False
        if filters.category not in (None, self.category.lower()):
            return False
        if filters.label and filters.label not in [label.lower() for label in self.labels]:
            return False
        called = [self.sender_id.lower(), self.subaccount.lower(), *(label.lower() for label in self.labels)]
        at = [status for operator, status in self.statuses.items() if operator.startswith(filters.text)]
        if not any(name.startswith(filters.text) for name in called):
            return filters.status in at if filters.status else bool(at)
        return not filters.status or filters.status in self.statuses.values()

    def order(self, filters: Filters) -> tuple[Any, datetime, str]:
        """What it is sorted by."""
        counts = Counter(self.statuses.values())
        value = {
            Sort.DATE: 0,
            Sort.SENDER_ID: self.sender_id.lower(),
            Sort.COUNTRY: self.country,
            Sort.STATUS: counts[filters.status or "approved"],
            Sort.CATEGORY: self.category.lower(),
            Sort.LOA: list(LoaState).index(LoaState(self.loa)),
        }[filters.sort]
        return value, self.requested_at, self.id


def shown(every: list[Plain], filters: Filters, account: str | None) -> list[str]:
    """The ids that a person should see, in their order."""
    some = [one for one in every if account in (None, one.account) and one.fits(filters)]
    return [one.id for one in sorted(some, key=lambda one: one.order(filters), reverse=filters.descending)]


def invent(dice: random.Random, number: int, began: datetime, **fixed: Any) -> Plain:
    """A sender ID with values that many share."""
    code = dice.choice(["PH", "PH", "TH", "SG"])
    operators = [operator.code for operator in country(code).operators]
    values: dict[str, Any] = {
        "id": f"{dice.getrandbits(64):016x}{number:016x}",
        "account": dice.choice(["kopi", "kopi", "mart"]),
        "sender_id": f"{dice.choice(['Kopi', 'KOPI', 'Glob', 'Mart'])}{dice.randrange(30)}",
        "country": code,
        "subaccount": dice.choice(["kopi_HQ", "shop", "Otp"]),
        "category": dice.choice(["", "", "Shops", "banks", "Ünï"]),
        "labels": dice.choice([(), (), ("Promo",), ("Kopi trip", "promo"), ("Q4",)]),
        "loa": dice.choice(list(LoaState)),
        "requested_at": began + timedelta(minutes=dice.randrange(8)),
        "statuses": {operator: dice.choice(list(OperatorStatus)) for operator in operators},
    }
    return Plain(**(values | fixed))


class Rows:
    """What there is, and what of it is to be seen."""

    def __init__(self, database: Database, plant: Plant, every: list[Plain], began: datetime) -> None:
        self.database, self.plant, self.every, self.began = database, plant, every, began
        self.dice = random.Random(2)

    def shown(self, filters: Filters, account: str | None = "kopi") -> list[str]:
        """The ids that a person should see, in their order."""
        return shown(self.every, filters, account)

    async def add(self, **fixed: Any) -> Plain:
        """One more."""
        one = invent(self.dice, len(self.every), self.began, **fixed)
        self.every.append(one)
        await self.database.write(self.plant, [asdict(one)])
        return one


@pytest.fixture
async def rows(database: Database, people: Any, plant: Plant, clock: Callable[[], datetime], seed: int) -> Rows:
    """Sixty sender IDs of two accounts, with values that many share, and requested in a few minutes."""
    dice, began = random.Random(seed), clock() - timedelta(days=2)
    every = [invent(dice, number, began) for number in range(60)]
    await database.write(plant, [asdict(one) for one in every])
    return Rows(database, plant, every, began)
