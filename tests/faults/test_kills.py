"""Kills at random moments, while Slack and 8x8 have a bad day: nothing is lost, and nothing stays doubled."""

import os

import pytest

from bot.sandbox.faults import Fault, Weather

FILES = int(os.environ.get("SENDERDESK_CRASH_FILES", "24"))
KILLS = int(os.environ.get("SENDERDESK_CRASH_KILLS", "8"))
REPLICAS = int(os.environ.get("SENDERDESK_CRASH_REPLICAS", "2"))

pytestmark = pytest.mark.timeout(300 + 60 * FILES + 30 * KILLS)


async def test_one_process_on_sqlite_loses_and_doubles_nothing(kit, sqlite_url: str, tmp_path, dice) -> None:
    """Files come and are submitted while the only process is killed again and again."""
    async with kit.town(sqlite_url, tmp_path, replicas=1) as town:
        found = await kit.a_bad_day(town, dice, kit.usual_weather(dice), files=FILES, kills=KILLS)
    assert found.wrong() == {}
    assert found.files >= FILES


@pytest.mark.postgres
async def test_replicas_on_postgres_lose_and_double_nothing(kit, postgres_url: str, tmp_path, dice) -> None:
    """The same with several processes on one database, of which any may be killed."""
    async with kit.town(postgres_url, tmp_path, replicas=REPLICAS) as town:
        found = await kit.a_bad_day(town, dice, kit.usual_weather(dice), files=FILES, kills=KILLS)
    assert found.wrong() == {}
    assert found.files >= FILES


@pytest.mark.parametrize("breakage", ["no-looking", "sdk-retries"])
async def test_without_our_care_the_inspector_finds_messages_doubled(
    kit, sqlite_url: str, tmp_path, dice, breakage: str
) -> None:
    """The test of these tests: who posts again without a look, or lets the SDK do so, is found out."""
    lost = Weather(("slack:chat.postMessage",), [(0.5, Fault("*", "drop", when="after"))], seed=dice.randrange(2**32))
    async with kit.town(sqlite_url, tmp_path, replicas=1) as town:
        breakages = (breakage, "no-reconciler", "quick-checks")
        found = await kit.a_bad_day(town, dice, lost, *breakages, files=12, kills=1)
    assert len([one for one in found.doubled if one.startswith("message")]) > 0
    assert found.lost == []
