"""Slack delivers at least once: what comes twice is done once, and answered alike."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.accounts.tables import Channel, Person
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from bot.storage.audit import AuditRow
from handlers.payload import Payload

Load = Callable[[str], Payload]
Deliver = Callable[..., Awaitable[Any]]
Rows = Callable[..., Any]
LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"


async def acts(rows: Rows) -> list[str]:
    """What the audit says was done."""
    return [row.act for row in await rows(AuditRow)]


async def test_a_command_that_comes_twice_at_once_is_done_once(rina: Actor, slack: Slack, rows: Rows) -> None:
    """Over two sockets in the same moment: one link, and the person hears that it is linked now, not "before"."""
    slack.world.faults.add(Fault("commands:/desk", "twice"))
    reply = await rina.command(KOPI, LINK)
    assert "linked to *Kopi Nusantara* now" in reply.text
    assert await acts(rows) == ["accounts:account:created", "accounts:channel:linked"]


async def test_a_command_that_comes_again_later_gets_the_same_answer(
    payload: Load, deliver: Deliver, rows: Rows
) -> None:
    """Word for word, as if it were the first time."""
    first = await deliver(payload("a_command"))
    again = await deliver(payload("a_command"))
    assert first.status == again.status == 200
    assert first.body == again.body
    assert "linked to *Kopi Nusantara* now" in first.body
    assert await acts(rows) == ["accounts:account:created", "accounts:channel:linked"]


async def test_a_click_that_comes_twice_is_done_once(rina: Actor, slack: Slack, rows: Rows) -> None:
    """Over two sockets in the same moment: unlinked once, and no error is shown."""
    await rina.command(KOPI, LINK)
    asked = await rina.command(KOPI, "/desk unlink")
    slack.world.faults.add(Fault("interactive:block_actions", "twice"))
    await rina.click(asked.message, "Unlink from Kopi Nusantara")
    assert await rows(Channel) == []
    assert (await acts(rows)).count("accounts:channel:unlinked") == 1
    assert not [message for message in rina.sees(KOPI) if "nothing left to do" in message.text]


async def test_a_second_click_of_a_double_click_changes_nothing(rina: Actor, slack: Slack, rows: Rows) -> None:
    """Two clicks are two deliveries; the second finds the work done, and says so."""
    await rina.command(KOPI, LINK)
    asked = await rina.command(KOPI, "/desk unlink")
    await asyncio.gather(*(rina.click(asked.message, "Unlink from Kopi Nusantara") for _ in range(2)))
    assert (await acts(rows)).count("accounts:channel:unlinked") == 1


async def test_what_two_people_do_at_once_is_done_twice(rina: Actor, budi: Actor, rows: Rows) -> None:
    """The same words from two people are two commands."""
    await rina.command(KOPI, LINK)
    await asyncio.gather(
        rina.command(KOPI, "/desk people add <@U0GITA|gita>"), budi.command(KOPI, "/desk people add <@U0BEN|ben>")
    )
    assert {person.user_id for person in await rows(Person)} == {"U0GITA", "U0BEN"}


async def test_a_refused_command_may_be_delivered_again(payload: Load, deliver: Deliver, rows: Rows) -> None:
    """What failed was not remembered, so the same delivery succeeds once the reason is gone."""
    nameless = payload("a_command")
    nameless["text"] = f"link {KOPI_ACCOUNT}"
    assert "I do not know the account" in (await deliver(nameless)).body
    other = payload("a_command") | {"trigger_id": "other", "channel_id": "C0MART"}
    await deliver(other)
    assert "linked to *Kopi Nusantara* now" in (await deliver(nameless)).body
    assert {channel.channel_id for channel in await rows(Channel)} == {KOPI, "C0MART"}
