"""What came in already."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import inbox
from bot.delivery.inbox import Delivery, delivery_key, first_time
from bot.storage.database import Database, Tx

PAYLOADS = Path(__file__).parents[1] / "payloads"


def keys(tx: Tx) -> set[str]:
    """What is remembered."""
    return set(tx.session.scalars(select(Delivery.key)))


def payload(name: str) -> dict[str, Any]:
    """A payload as Slack sends it."""
    loaded: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return loaded


async def test_a_delivery_is_new_once(database: Database) -> None:
    """The first time yes, each further time no; others are not affected."""
    assert await database.write(first_time, "event:1")
    assert not await database.write(first_time, "event:1")
    assert await database.write(first_time, "event:2")


async def test_a_change_that_failed_leaves_its_delivery_new(database: Database) -> None:
    """The key and the change are kept together or not at all, so a redelivery gets its chance."""

    def change(tx: Tx) -> None:
        assert first_time(tx, "event:1")
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(change)
    assert await database.write(first_time, "event:1")


async def test_old_deliveries_are_forgotten(database: Database, clock: Any) -> None:
    """After two days; for a day at least they are known."""
    await database.write(first_time, "event:old")
    clock.advance(hours=25)
    assert not await database.write(first_time, "event:old")
    clock.advance(hours=24)
    await database.write(first_time, "event:young")
    assert await database.write(inbox.purge) == 1
    assert await database.read(keys) == {"event:young"}


NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_payload_has_a_key_of_its_own(name: str) -> None:
    """Two payloads never share a key, and a payload always has the same."""
    key = delivery_key(payload(name))
    assert key == delivery_key(payload(name))
    assert 0 < len(key) <= 255
    assert key not in {delivery_key(payload(other)) for other in NAMES if other != name}


def test_a_redelivered_event_has_the_same_key() -> None:
    """It is the event's id that counts, whatever else differs between deliveries."""
    event = payload("a_file_posted_in_a_channel")
    assert delivery_key(event | {"event_time": 1, "retry": 2}) == delivery_key(event)


def test_two_clicks_on_one_button_are_two() -> None:
    """A second click a moment later has its own time, so it is another delivery; the row's version tells them apart."""
    click = payload("a_click_on_a_message")
    later = json.loads(json.dumps(click))
    later["actions"][0]["action_ts"] = "1700000099.000100"
    assert delivery_key(later) != delivery_key(click)


@pytest.mark.parametrize("scenario", ["a_click_on_a_message", "a_click_on_an_ephemeral_message", "a_click_on_home"])
def test_clicks_at_different_places_are_different(scenario: str) -> None:
    """Same person, same button, same moment: the message or view tells them apart."""
    click = payload(scenario)
    other = json.loads(json.dumps(click))
    other["container"] |= (
        {"message_ts": "1700000000.000009"} if "message_ts" in other["container"] else {"view_id": "V9"}
    )
    assert delivery_key(other) != delivery_key(click)


def test_what_only_asks_has_no_key() -> None:
    """Options are asked for anew with each letter typed, and change nothing."""
    assert delivery_key({"type": "block_suggestion", "action_id": "a", "user": {"id": "U0ANA"}}) == ""
