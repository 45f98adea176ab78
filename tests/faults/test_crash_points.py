"""The process dies at one place after another; the next one finishes the story, and nothing is there twice."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.seed import KOPI

pytestmark = pytest.mark.timeout(300)

KILLED = 137
POINTS = {
    "an event is saved, and Slack was not told": "after:write:receive",
    "a click is saved, and Slack was not told": "after:write:submit",
    "work is claimed": "before:bot.contacts.jobs:ContactJobs.check",
    "the file is fetched, and nobody wrote it down": "before:write:fetched",
    "in the middle of a check": "before:bot.contacts.jobs:ContactJobs._keep",
    "a check is kept, and nobody wrote it down": "before:write:checked",
    "before the card is posted": "before:bot.delivery.slack:SlackMessages.post",
    "the card is posted, and nobody wrote it down": "before:write:shown",
    "the card is written down, and its row is not settled": "after:write:shown",
    "the card is updated, and nobody wrote it down": "before:write:shown#2",
    "the rejected rows are uploaded, and nobody wrote it down": "before:write:file_uploaded",
    "the rejected rows are uploaded and not shared": "after:write:file_uploaded",
    "the rejected rows are shared, and nobody wrote it down": "before:write:delivered",
    "a group is made, and nobody wrote it down": "before:write:groups_made",
    "a group is made, and the file was not sent": "after:write:groups_made",
    "the file is about to be sent, and nobody wrote it down": "before:write:sending",
    "the file is about to be sent": "after:write:sending",
    "8x8 has the file, and nobody wrote it down": "before:write:batch_began",
    "the batch is written down, and its row is not settled": "after:write:batch_began",
    "8x8 said how it ended, and nobody wrote it down": "before:write:polled",
    "the mail is out, and nobody wrote it down": "after:bot.delivery.mail:MailSender.send",
}


QUICK = ("quick-checks", "quick-landing")
PARTS = 3


async def story(kit, town, number: int, place: str) -> None:
    """A file, its rejected rows, a new group, and the batch to its end; what fails is tried again, as people do."""
    ana = kit.customer(town, town.world.slack.actor("U0ANA"), KOPI)
    group = f"June {number}"
    root = await ana.checked(f"{place}.csv", kit.a_file(number))
    await ana.press(root, "contacts:rejected", until=lambda: any(one.files for one in root.replies))
    await ana.press(root, "contacts:groups", ["Members", group], until=lambda: ana.shows(root, group))
    await ana.press(root, "contacts:submit", until=lambda: ana.shows(root, "Completed"))


@pytest.mark.parametrize("part", range(PARTS))
async def test_the_stories_end_well_wherever_the_process_dies(kit, sqlite_url: str, tmp_path, part: int) -> None:
    """A new story for each place, with a process that dies there; the next one goes on with all of them."""
    points = dict(list(POINTS.items())[part::PARTS])
    async with kit.town(sqlite_url, tmp_path, replicas=1) as town:
        (bot,) = town.replicas
        await town.link()
        async with asyncio.TaskGroup() as stories:
            for number, (place, point) in enumerate(points.items()):
                await bot.start(f"dies:{point}", *QUICK, ready=False)
                stories.create_task(story(kit, town, number, place))
                assert await bot.ended(100) == KILLED, place
            await bot.start(*QUICK)
        await town.until(kit.mails_are_out)
        await town.settle()
        found = await town.look(kit.inspect, town.world, town.channels)
        assert found.wrong() == {}
        assert (found.files, found.submissions) == (len(points), len(points))
        groups = [group.name for group in town.world.contacts.account(kit.kopi).book.groups.values()]
        assert sorted(groups) == sorted({*groups, *(f"June {number}" for number in range(len(points)))})


async def test_a_request_that_outlives_its_process_is_not_made_twice(kit, sqlite_url: str, tmp_path) -> None:
    """8x8 has got a file and takes its time; meanwhile the process dies, and the next one is there already."""
    async with kit.town(sqlite_url, tmp_path, replicas=1) as town:
        (bot,) = town.replicas
        arrived, take = asyncio.Event(), town.world.contacts.start_upload

        async def take_slowly(*upload: Any) -> Any:
            if not arrived.is_set():
                arrived.set()
                await asyncio.sleep(2)
            return await take(*upload)

        town.world.contacts.start_upload = take_slowly
        await town.link()
        await bot.start("quick-checks")
        ana = kit.customer(town, town.world.slack.actor("U0ANA"), KOPI)
        root = await ana.checked("june.csv", kit.a_file(1))
        submitting = asyncio.create_task(ana.press(root, "contacts:submit", until=lambda: ana.shows(root, "Completed")))
        await arrived.wait()
        await bot.kill()
        await bot.start("quick-checks")
        await submitting
        await town.settle()
        found = await town.look(kit.inspect, town.world, town.channels)
        assert found.wrong() == {}
        assert found.submissions == 1
