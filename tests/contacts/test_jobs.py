"""What jobs do with contact files when 8x8, Slack or the file store is not as it should be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.contacts import results, service
from bot.contacts.card import Card
from bot.contacts.errors import StoreAway
from bot.contacts.steps import CHECK, POLL, SUBMIT
from bot.delivery.voices import Voices
from bot.delivery.worker import MAX_ATTEMPTS
from bot.sandbox.contacts_api import Script
from bot.sandbox.faults import Fault


async def test_one_hiccup_of_8x8_costs_seconds(works, clock) -> None:
    """A batch that 8x8 could not tell of is asked about soon again, and ever later while 8x8 stays away."""
    works.world.contacts.normal = Script(("queued", "completed"), seconds=1)
    await works.submitted()
    assert await works.run(SUBMIT) == "done"
    await works.goes_on(POLL)
    away = works.world.faults.add(Fault("contacts:getBatch", "status", status=503, times=None))
    pauses = []
    for _ in range(6):
        assert await works.run(POLL) == "HTTP 503"
        pauses.append(await works.pause(POLL))
        await works.goes_on(POLL)
    assert pauses == [5, 7, 14, 28, 56, 60]
    works.world.faults.pending.remove(away)
    works.world.contacts.advance(5)
    assert await works.run(POLL) == "done"
    assert (await works.file()).status == "completed"


@pytest.fixture
def store_is_away(tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Call it and the file store does not answer; call what it gives and it is back, with all that it had."""

    def away() -> Callable[[], None]:
        store, aside = tmp_path / "files", tmp_path / "aside"
        store.rename(aside)
        store.touch()

        def back() -> None:
            store.unlink()
            aside.rename(store)

        return back

    return away


async def test_a_submission_waits_for_the_file_store_and_says_so(works, store_is_away) -> None:
    """However long the store is away: nothing is sent, the file says what it waits for, and then it goes through."""
    await works.submitted()
    back = store_is_away()
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(SUBMIT) == "file store"
        await works.goes_on(SUBMIT)
    file = await works.file()
    assert (file.status, file.trouble["waits"]) == ("submitting", True)
    assert "file store" in file.trouble["sentence"]
    back()
    assert await works.run(SUBMIT) == "done"
    assert ((await works.file()).status, len(works.batches())) == ("running", 1)


async def test_a_submission_of_a_file_that_was_deleted_here_is_refused_with_the_way_out(works) -> None:
    """What is not kept any more cannot be sent; nobody has to guess whether 8x8 has it."""
    file = await works.submitted()
    await works.files.delete(file.batches[0].accepted_key)
    assert await works.run(SUBMIT) == "done"
    file = await works.file()
    assert (file.status, works.batches()) == ("refused", [])
    assert "not kept here any more" in file.trouble["sentence"]


@pytest.mark.parametrize("where", ["slack:files.info", "files:download"])
@pytest.mark.parametrize("fault", [{"what": "status", "status": 503}, {"what": "drop"}], ids=["503", "drop"])
async def test_a_check_waits_for_slack_and_says_so(works, where: str, fault: dict[str, Any]) -> None:
    """However long Slack keeps the file: it is not called unreadable, and is checked when Slack gives it."""
    await works.received()
    works.world.faults.add(Fault(where, times=None, **fault))
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(CHECK) != "done"
        await works.goes_on(CHECK)
    file = await works.file()
    assert (file.status, file.trouble["waits"]) == ("checking", True)
    assert "Slack does not give me the file" in file.trouble["sentence"]
    works.world.faults.clear()
    assert await works.run(CHECK) == "done"
    file = await works.file()
    assert (file.status, file.trouble, file.verdict["rows_accepted"]) == ("checked", None, 2)


async def test_a_check_waits_for_the_file_store_and_says_so(works, store_is_away) -> None:
    """Also when the store is away before there is anything in it."""
    await works.received()
    back = store_is_away()
    for _ in range(2 * MAX_ATTEMPTS):
        assert await works.run(CHECK) == "file store"
        await works.goes_on(CHECK)
    assert "file store" in (await works.file()).trouble["sentence"]
    back()
    assert await works.run(CHECK) == "done"
    assert (await works.file()).status == "checked"


async def test_a_file_that_was_deleted_here_is_fetched_anew(works) -> None:
    """Somebody took a file up again just when it was deleted: Slack still has it."""
    file = await works.received()
    assert await works.run(CHECK) == "done"
    file = await works.file()
    await works.files.delete(file.source_key)
    await works.database.write(service.read_as, works.ana, file.id, file.version, "ID")
    assert "fetch it anew" in await works.run(CHECK)
    assert await works.run(CHECK) == "done"
    assert ((await works.file()).status, await works.files.exists(file.source_key)) == ("checked", True)


@pytest.mark.parametrize("on_its_way", ["received", "submitted"])
async def test_the_card_of_a_file_that_waits_says_for_what(works, on_its_way: str) -> None:
    """Words that the person sees, while the file is checked and while it is on its way to 8x8."""
    await getattr(works, on_its_way)()
    file = await works.file()
    await works.database.write(results.waits, file.id, StoreAway().sentence)
    assert StoreAway().sentence in str(Card(Voices(), await works.file(), None).draw().blocks)
