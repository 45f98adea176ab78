"""What ``/tickets why`` tells of letters: all of it to staff, to customers what became of them."""

from typing import Any

import pytest

from bot.loa import story
from bot.tickets.why import Event, why


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: the story is read by statements that are tested with tickets."""
    return sqlite_url


async def test_staff_read_all_and_the_customer_what_became_of_it(chancery: Any) -> None:
    """Who of the staff decided is support's for the customer, and what happens inside is not told."""
    letter, _ = await chancery.ready()
    await chancery.brought(letter, "refused")
    await chancery.brought(letter)

    async def told(who: Any) -> list[Event]:
        found: list[Event] = await chancery.do(why, who, 1001, features=[story.feature()])
        return found

    mine, ours = await told(chancery.ana), await told(chancery.rina)
    acts = [event.act for event in mine if event.act.startswith("loa:")]
    assert acts == [
        *["loa:letter:downloaded"] * 2,
        "loa:copy:came",
        "loa:copy:refused",
        "loa:copy:came",
        "loa:letter:accepted",
    ]
    assert {event.facts["letter"] for event in mine if event.act == "loa:copy:came"} == {"LOA-001001-1"}
    assert {"loa:letter:begun", "loa:letter:drawn", "loa:copy:accepted", "loa:told:ready"} < {one.act for one in ours}
