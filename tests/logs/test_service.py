"""What people do with exports and what follows at 8x8, use case by use case, with every due row worked by hand."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.tables import Channel
from bot.delivery.transition import NotPossible
from bot.errors import NotFound, OutOfDate
from bot.logs import results, rules, schedules, service
from bot.logs.periods import Again, Period, TooFarBack
from bot.logs.rules import Product, Status
from bot.logs.steps import FILES, PICTURE, SCHEDULE_CARD
from bot.sandbox.exports_api import Script
from bot.sandbox.faults import Fault
from bot.sandbox.seed import STAFF_GROUP


async def test_an_export_goes_its_way(logs: Any, people: Any) -> None:
    """Asked for in the person's zone, followed, brought, counted, sent to them alone; later our copies are deleted."""
    user = "ID.13491208655302741918"
    more = {"countries": ("ID", "SG"), "number": "6281112345678", "limit": 10, "channel_user": user}
    export = await logs.ask(people.ana, product=Product.CHATAPPS, **more)
    await logs.work("start", export.id)
    (job,) = logs.world.exports.jobs.values()
    assert job.wanted.since.isoformat() == "2026-11-16T00:00:00+07:00"
    assert (job.wanted.phone_number, job.wanted.countries) == ("6281112345678", ("ID", "SG"))
    assert (job.wanted.limit, job.wanted.channel_user) == (10, user)
    assert "🕒 Queued" in await logs.card(export)
    export = await logs.follow(export)
    assert (export.status, export.job_id, export.files_count) == (Status.READY, job.id, 1)
    assert export.summary["rows"] == 10
    said = await logs.card(export)
    assert "10 messages in 1 file" in said
    assert "masks phone numbers" in said
    places = {(one.kind, one.place) for kind in (FILES, PICTURE) for one in await logs.told(kind)}
    assert places == {(FILES, "U0ANA"), (PICTURE, "U0ANA")}
    await logs.work("purge", export.id)
    for key in (export.files[0]["key"], export.picture_key):
        assert not await logs.files.exists(key)
    assert "own copies were deleted" in await logs.card(export)
    again = await logs.database.write(service.again, people.ana, export.id, "2")
    assert service.selection(again) == service.selection(export)
    assert await logs.database.write(service.again, people.ana, export.id, "2") is None


@pytest.mark.parametrize(
    ("word", "status", "said"),
    [
        ("empty", Status.EMPTY, "That is no failure"),
        ("failed", Status.FAILED, "could not make this report"),
        ("error", Status.ERROR, "a fault of its own"),
        ("cancelled", Status.CANCELLED, "cancelled at 8x8, not here"),
    ],
)
async def test_each_end_is_said_in_its_words(logs: Any, people: Any, word: str, status: Status, said: str) -> None:
    """And each offers to export the same again."""
    logs.world.exports.script("queued", word)
    export = await logs.follow(await logs.ask(people.ana))
    assert export.status == status
    card = await logs.card(export)
    assert said in card
    assert "logs:again" in card


async def test_a_word_that_nobody_knows_is_shown_and_asked_about_until_it_is_too_long(
    logs: Any, people: Any, clock: Any
) -> None:
    """Then that is said, with the word."""
    logs.world.exports.script("queued", "in_review")
    export = await logs.follow(await logs.ask(people.ana))
    assert (export.status, export.word) == (Status.RUNNING, "in_review")
    assert "its documentation does not explain" in await logs.card(export)
    clock.advance(days=4)
    await logs.work("poll", export.id)
    assert "its last word was in_review" in await logs.card(export)
    assert (await logs.look(export)).status == Status.LOST


@pytest.mark.parametrize("fault", [Fault("exports:start", "drop", when="after"), Fault("exports:start", "status", 500)])
async def test_a_request_of_which_nobody_knows_is_not_made_twice(logs: Any, people: Any, fault: Fault) -> None:
    """The card says what is known; only the person has it asked again, as a second export."""
    logs.world.faults.add(fault)
    export = await logs.ask(people.ana)
    await logs.work("start", export.id)
    await logs.work("start", export.id, attempt=2)
    export = await logs.look(export)
    assert (export.status, len(logs.world.exports.jobs)) == (Status.UNSURE, int(fault.when == "after"))
    assert "a second one costs nothing" in await logs.card(export)
    await logs.database.write(service.ask_again, people.ana, export.id, export.version)
    assert (await logs.follow(export)).status == Status.READY
    assert len(logs.world.exports.jobs) == int(fault.when == "after") + 1


async def test_what_8x8_refuses_is_said_and_a_foreign_subaccount_is_remembered(logs: Any, people: Any) -> None:
    """With code and error ID; the form warns of that subaccount until 8x8 takes it. Others are proposed."""
    export = await logs.follow(await logs.ask(people.ana, subaccount="mart_hq"))
    assert (export.status, export.trouble["code"]) == (Status.REFUSED, 1001)
    said = await logs.card(export)
    assert "is no subaccount of your account" in said
    assert export.trouble["error_id"] in said
    assert "logs:change" in said
    assert await logs.database.read(service.is_foreign, "kopi", "mart_hq")
    await logs.follow(await logs.ask(people.ben, "2"))
    assert not await logs.database.read(service.is_foreign, "kopi", "kopi_otp")
    assert list(await logs.database.read(service.subaccounts, "kopi")) == ["kopi_otp"]
    assert list(await logs.database.read(service.subaccounts, "mart")) == []


async def test_who_does_not_answer_is_asked_later(logs: Any, people: Any) -> None:
    """As 8x8 asks; nothing is lost, the card says so, and a request that surely did not arrive is made again."""
    faults = logs.world.faults
    faults.add(Fault("exports:start", "status", 429, {"Retry-After": "9"}))
    export = await logs.ask(people.ana)
    assert (await logs.work("start", export.id)).seconds == 9
    export = await logs.look(export)
    assert export.status == Status.WAITING
    assert "too much to do" in await logs.card(export)
    await logs.work("start", export.id)
    for fault in (Fault("exports:status", "status", 503), Fault("exports:status", "drop", times=None)):
        faults.add(fault)
        assert (await logs.work("poll", export.id)).spent is False
        faults.clear()
        assert "cannot be reached just now" in await logs.card(export)
    export = await logs.follow(export, fetch=False)
    faults.add(Fault("exports:download", "status", 500))
    assert (await logs.work("fetch", export.id)).spent is False
    faults.add(Fault("exports:download", "bad_body"))
    assert (await logs.work("fetch", export.id)).spent
    assert (await logs.look(export)).status == Status.FETCHING
    await logs.work("fetch", export.id)
    assert (await logs.look(export)).status == Status.READY


async def test_a_key_that_8x8_does_not_take_is_told_and_waited_for(logs: Any, people: Any) -> None:
    """Before it is asked and while it is followed: with the new key it goes on, without anybody's help."""
    logs.keys["kopi"] = "old"
    export = await logs.ask(people.ana)
    assert (await logs.work("start", export.id)).seconds == 300
    assert (await logs.look(export)).status == Status.WAITING
    logs.keys["kopi"] = "demo-key-of-kopi-nusantara"
    await logs.work("start", export.id)
    logs.keys["kopi"] = "older"
    assert (await logs.work("poll", export.id)).seconds == 300
    assert "does not let us into this account" in await logs.card(export)
    logs.keys["kopi"] = "demo-key-of-kopi-nusantara"
    assert (await logs.follow(export)).status == Status.READY
    logs.keys["kopi"] = ""
    export = await logs.ask(people.ana, "2")
    assert (await logs.work("start", export.id)).seconds == 300
    assert "has no key" in await logs.card(export)
    logs.keys["kopi"] = "demo-key-of-kopi-nusantara"
    assert (await logs.follow(export)).status == Status.READY


async def test_files_that_are_gone_too_many_or_too_large_are_said(
    logs: Any, people: Any, monkeypatch: Any, clock: Any
) -> None:
    """And nothing of them is kept."""
    world = logs.world
    world.exports.normal = Script(seconds=0, rows=40, rows_a_file=20)
    for key, (name, value, said) in enumerate(
        (("EXPORT_BYTES_MAX", 5_000, "larger than"), ("FILES_MAX", 3, "I bring 3 at most"), ("", 0, "not give out"))
    ):
        export = await logs.follow(await logs.ask(people.ana, str(key)), fetch=False)
        with monkeypatch.context() as patched:
            if name:
                patched.setattr(rules, name, value)
            else:
                world.faults.add(Fault("exports:download", "status", 410))
            await logs.work("fetch", export.id)
        export = await logs.look(export)
        assert export.status == Status.LOST
        assert said in await logs.card(export)
        assert not await logs.files.exists(f"logs/{export.id}/1.csv")
    export = await logs.follow(await logs.ask(people.ana, "4"), fetch=False)
    world.exports.jobs.clear()
    for attempt in (1, 2, 3):
        await logs.work("fetch", export.id, attempt)
    assert "does not know this export any more (code 4018" in await logs.card(export)


async def test_an_export_is_cancelled_wherever_it_is(logs: Any, people: Any) -> None:
    """Here at once, there by a call that may be made twice; that there is nothing to cancel is as good."""
    waiting = await logs.ask(people.ana)
    await logs.database.write(service.cancel, people.ana, waiting.id, waiting.version)
    await logs.work("start", waiting.id)
    assert logs.world.exports.jobs == {}
    export = await logs.ask(people.ana, "2")
    await logs.work("start", export.id)
    export = await logs.look(export)
    await logs.database.write(service.cancel, people.ben, export.id, export.version)
    logs.world.faults.add(Fault("exports:cancel", "drop", when="after", times=None))
    assert (await logs.work("cancel", export.id)).spent
    logs.world.faults.clear()
    assert "cannot be reached just now" in await logs.card(export)
    await logs.work("cancel", export.id, attempt=2)
    assert ((await logs.look(export)).status, logs.world.exports.jobs[export.job_id].status) == ("cancelled",) * 2
    with pytest.raises(OutOfDate):
        await logs.database.write(service.cancel, people.ana, export.id, export.version)


async def test_a_cancel_that_8x8_never_hears_of_ends_all_the_same(logs: Any, people: Any) -> None:
    """The card says that the export may go on there."""
    export = await logs.ask(people.ana)
    await logs.work("start", export.id)
    export = await logs.look(export)
    await logs.database.write(service.cancel, people.ana, export.id, export.version)
    await logs.database.write(logs.kinds["logs.cancel"].on_dead, export.id, "too many attempts")
    assert "may go on there unseen" in await logs.card(export)


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
async def test_a_late_cancel_and_a_success_end_in_one_of_the_two(logs: Any, people: Any) -> None:
    """What was cancelled is not delivered, however far it was; what is delivered cannot be cancelled."""
    late = await logs.follow(await logs.ask(people.ana), fetch=False)
    before, report = late.version, logs.world.exports.jobs[late.job_id]
    await asyncio.gather(logs.work("fetch", late.id), logs.database.write(service.cancel, people.ana, late.id, before))
    assert (await logs.look(late)).status == Status.CANCELLED
    assert not await logs.told(FILES)
    assert not await logs.files.exists(f"logs/{late.id}/1.csv")
    racing = await logs.ask(people.ana, "2")
    await logs.work("start", racing.id)
    racing = await logs.look(racing)
    await logs.database.write(service.cancel, people.ana, racing.id, racing.version)
    await logs.database.write(results.polled, racing.id, "succeeded", report.expires)
    logs.world.exports.advance(seconds=9)
    await logs.work("cancel", racing.id)  # 404: it ended there before
    assert (await logs.look(racing)).status == Status.CANCELLED
    ready = await logs.follow(await logs.ask(people.ana, "3"))
    with pytest.raises(NotPossible):
        await logs.database.write(service.cancel, people.ana, ready.id, ready.version)


async def test_a_process_may_die_between_any_two_steps(logs: Any, people: Any) -> None:
    """Whatever was written, the row is worked again: at most one export is made, and each file is sent once."""
    export = await logs.ask(people.ana)
    await logs.database.write(results.sending, export.id)  # it died before or after the request: nobody knows
    await logs.work("start", export.id, attempt=2)
    export = await logs.look(export)
    assert (export.status, len(logs.world.exports.jobs)) == (Status.UNSURE, 0)
    await logs.database.write(service.ask_again, people.ana, export.id, export.version)
    for _ in range(2):
        await logs.work("start", export.id)
    assert len(logs.world.exports.jobs) == 1
    export = await logs.follow(export, fetch=False)
    await logs.files.put(f"logs/{export.id}/1.csv", b"half a file", most_bytes=100)
    for attempt in (1, 2, 3):
        await logs.work("fetch", export.id, attempt)
        await logs.work("poll", export.id, attempt)
    export = await logs.look(export)
    (data,) = logs.world.exports.jobs[export.job_id].files.values()
    assert (export.status, export.bytes_count) == (Status.READY, len(data))
    assert [len(await logs.told(kind)) for kind in (FILES, PICTURE)] == [1, 1]
    assert [row.state for row in await logs.due("purge")] == ["pending"]
    for kind in ("start", "poll", "fetch"):
        await logs.database.write(logs.kinds[f"logs.{kind}"].on_dead, export.id, "too many attempts")
    assert (await logs.look(export)).status == Status.READY


# Whose it is, and where it goes


async def test_an_export_is_the_accounts_and_goes_where_its_person_said(logs: Any, people: Any) -> None:
    """Another account finds nothing; a channel gets it only where the person chose one of their account's."""
    export = await logs.ask(people.ana, channel="C0KOPI")
    foreign = await logs.ask(people.ana, "2", channel="C0MART")
    assert (export.place, foreign.place) == ("C0KOPI", "U0ANA")
    for use_case, more in ((service.cancel, (1,)), (service.ask_again, (1,)), (service.again, ("9",))):
        with pytest.raises(NotFound):
            await logs.database.write(use_case, people.carla, export.id, *more)
    await logs.follow(export)
    (file,) = await logs.told(FILES)
    assert (file.place, file.parent_id is not None) == ("C0KOPI", True)
    mine = {one.id for one in await logs.database.read(service.recent, people.ana)}
    assert mine == {export.id, foreign.id}
    assert list(await logs.database.read(service.recent, people.ben)) == []


async def test_what_8x8_has_not_any_more_is_not_asked_for(logs: Any, people: Any, clock: Any) -> None:
    """Also when the same days are exported again after a while."""
    days = {"period": Period.CHOSEN, "since": clock() - timedelta(days=150), "until": clock() - timedelta(days=149)}
    export = await logs.follow(await logs.ask(people.ana, **days))
    clock.advance(days=60)
    with pytest.raises(TooFarBack):
        await logs.database.write(service.again, people.ana, export.id, "2")
    assert len(await logs.all()) == 1


# What is repeated


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
async def test_an_export_is_repeated_and_what_was_missed_is_caught_up_once(logs: Any, people: Any, clock: Any) -> None:
    """Each Monday for the seven days before; after three weeks of silence there is one, and then the next Monday."""
    await logs.ask(people.ana, again=Again.WEEKLY)
    schedule = await logs.schedule()
    assert schedule.next_at.isoformat() == "2026-11-30T00:00:00+00:00"
    await logs.work("repeat", schedule.id)  # too early: it waits on
    assert len(await logs.all()) == 1
    clock.now = schedule.next_at + timedelta(days=22)
    for _ in range(2):
        await logs.work("repeat", schedule.id)
    first, second = await logs.all()
    assert (second.schedule_id, second.user_id, second.period) == (schedule.id, "U0ANA", Period.WEEK)
    assert second.until - first.until == timedelta(days=29)
    schedule = await logs.schedule()
    assert schedule.next_at.isoformat() == "2026-12-28T00:00:00+00:00"
    assert "Repeated by itself" in await logs.card(second)


async def test_a_repeated_export_is_paused_resumed_and_deleted(logs: Any, people: Any, clock: Any) -> None:
    """By anybody of the account; while it is paused nothing is exported, and what was missed then is not caught up."""
    await logs.ask(people.ana, again=Again.MONTH_END)
    schedule = await logs.schedule()
    await logs.database.write(schedules.pause, people.ben, schedule.id, schedule.version)
    clock.advance(days=40)
    await logs.work("repeat", schedule.id)
    schedule = await logs.schedule()
    await logs.database.write(schedules.resume, people.ana, schedule.id, schedule.version)
    await logs.work("repeat", schedule.id)
    assert len(await logs.all()) == 1
    schedule = await logs.schedule()
    assert schedule.next_at.isoformat() == "2027-01-31T00:00:00+00:00"
    for use_case in (schedules.pause, schedules.delete):
        with pytest.raises(NotFound):
            await logs.database.write(use_case, people.carla, schedule.id, schedule.version)
    await logs.database.write(schedules.delete, people.ana, schedule.id, schedule.version)
    clock.advance(days=40)
    await logs.work("repeat", schedule.id)
    assert len(await logs.all()) == 1
    assert list(await logs.database.read(service.scheduled, people.ana)) == []


async def test_an_account_repeats_no_more_than_can_be_looked_after(logs: Any, people: Any, monkeypatch: Any) -> None:
    """The form says so at its field; nothing is begun."""
    monkeypatch.setattr(schedules, "SCHEDULES_MAX", 1)
    await logs.ask(people.ana, again=Again.WEEKLY)
    with pytest.raises(rules.SchedulesMany) as refused:
        await logs.ask(people.ben, "2", again=Again.MONTHLY)
    assert refused.value.facts["field"] == "again"
    assert len(await logs.all()) == 1
    await logs.ask(people.carla, "3", again=Again.MONTHLY)


async def test_where_nobody_may_have_it_any_more_it_stops_and_says_why(logs: Any, people: Any, clock: Any) -> None:
    """The owner left the account's channel, or the account is linked nowhere. Silence of Slack's stops nothing."""
    await logs.ask(people.ana, again=Again.WEEKLY)
    slack, schedule = logs.world.slack, await logs.schedule()
    clock.now = schedule.next_at
    logs.world.faults.add(Fault("slack:users.conversations", "status", 503, times=None))
    assert (await logs.work("repeat", schedule.id)).spent is False
    logs.world.faults.clear()
    slack.channels["C0KOPI"].members.remove("U0ANA")
    await logs.work("repeat", schedule.id)
    stopped = await logs.schedule()
    assert stopped.status == "stopped"
    assert "<@U0ANA> does not belong to this account any more" in stopped.stop_reason
    assert [message.place for message in await logs.told(SCHEDULE_CARD)] == ["U0ANA"]
    await logs.database.write(schedules.resume, people.ben, schedule.id, stopped.version)
    taken = await logs.schedule()
    assert (taken.status, taken.user_id, taken.place, taken.stop_reason) == ("active", "U0BEN", "U0BEN", "")
    slack.groups[STAFF_GROUP].users.append("U0BEN")  # he is staff now, yet the account is linked nowhere
    await logs.database.write(_unlink)
    clock.now = taken.next_at
    await logs.work("repeat", schedule.id)
    assert "not linked to any conversation" in (await logs.schedule()).stop_reason
    assert len(await logs.all()) == 1


def _unlink(tx: Any) -> None:
    for channel in tx.session.scalars(select(Channel).where(Channel.account_id == "kopi")):
        tx.session.delete(channel)
