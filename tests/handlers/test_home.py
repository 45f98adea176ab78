"""App Home: how to begin, and what needs this person."""

from collections.abc import Callable
from typing import Any

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Channel
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.desk import Desk, HomePart
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.windows import View
from bot.sandbox.slack.workspace import Slack
from bot.storage.database import Tx

LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"


def text(view: View) -> str:
    """Everything that the view says."""
    return str(view.blocks)


def buttons(view: View) -> list[str]:
    """The labels of its buttons, the primary ones with a star."""
    elements = [
        element for block in view.blocks for element in block.get("elements", ()) if element["type"] == "button"
    ]
    return [element["text"]["text"] + "*" * (element.get("style") == "primary") for element in elements]


async def test_the_first_home_of_a_customer_shows_how_to_begin(ana: Actor, rina: Actor) -> None:
    """What the desk does, its three ways in, two buttons, and how a file looks."""
    await rina.command(KOPI, LINK)
    home = await ana.open_home()
    assert all(step in text(home) for step in ("Drop a file", "/senderid register", "/tickets open"))
    assert buttons(home) == ["Upload a contact file*", "Register a sender ID"]
    assert "+6591234567" in text(home)


async def test_the_first_home_of_staff_shows_how_to_link(rina: Actor) -> None:
    """Their three steps are others."""
    home = await rina.open_home()
    assert "/desk link ACCOUNT_ID" in text(home)
    assert buttons(home) == ["Link a channel*"]


async def test_staff_link_a_channel_from_home(rina: Actor, rows: Callable[..., Any]) -> None:
    """The form does what the command does; what is wrong stands under its field, and what was typed stays."""
    home = await rina.open_home()
    await rina.click(home, "Link a channel")
    await rina.fill("channel", REVIEW)
    await rina.fill("account", "kopi")
    assert "is not an account id" in (await rina.submit() or {})["account"]
    await rina.fill("account", KOPI_ACCOUNT)
    assert "the staff's own channel" in (await rina.submit() or {})["channel"]
    await rina.fill("channel", KOPI)
    assert "I need its name too" in (await rina.submit() or {})["name"]
    await rina.fill("name", "Kopi Nusantara")
    assert await rina.submit() is None
    done = rina.view()
    assert done is not None
    assert (done.title, "linked to *Kopi Nusantara* now" in text(done)) == ("Linked", True)
    assert [channel.channel_id for channel in await rows(Channel)] == [KOPI]


async def test_home_tells_a_stranger_how_to_get_in(ana: Actor, gita: Actor, otto: Actor) -> None:
    """A member needs a linked channel, a guest or outsider needs to be added; there is nothing to press."""
    home = await ana.open_home()
    assert "not linked to a customer account yet" in text(home)
    assert buttons(home) == []
    for somebody in (gita, otto):
        assert "/desk people add @you" in text(await somebody.open_home())


async def test_home_of_two_accounts_says_where_to_go(carla: Actor, rina: Actor) -> None:
    """Whose files they are can only be told in a channel."""
    await rina.command(KOPI, LINK)
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")
    await rina.command(KOPI, "/desk people add <@U0CARLA|carla>")
    home = await carla.open_home()
    assert "more than one account" in text(home)
    assert buttons(home) == []


async def test_what_features_show_takes_the_place_of_the_welcome(ana: Actor, rina: Actor, desk: Desk) -> None:
    """What needs this person comes first; at most as many blocks as Slack takes."""
    seen: list[Who] = []

    def first(tx: Tx, who: Who) -> list[Block]:
        seen.append(who)
        return [blocks.section(f"Needs {who.user_id} at {tx.now:%H:%M}")]

    def second(_tx: Tx, _who: Who) -> list[Block]:
        return [blocks.section(f"File {number}") for number in range(120)]

    await rina.command(KOPI, LINK)
    desk.home_parts[:] = [HomePart("tickets", first, second)]
    home = await ana.open_home()
    assert [block["text"]["text"] for block in home.blocks[:2]] == ["Needs your action", "Needs U0ANA at 09:00"]
    assert "File 0" in text(home)
    assert len(home.blocks) == 100
    assert [(who.role, who.channel_id) for who in seen] == [(Role.CUSTOMER, None)]


async def test_the_messages_tab_is_not_home(ana: Actor, slack: Slack) -> None:
    """Opening the other tab publishes nothing."""
    await ana.open_messages()
    assert "U0ANA" not in slack.windows.homes


async def test_home_comes_when_slack_delivers_again(ana: Actor, slack: Slack) -> None:
    """A Home that could not be published is published when Slack tells of it again."""
    slack.timing.ack = 0.5
    slack.world.faults.add(Fault("slack:views.publish", "status", 500))
    assert "not linked" in text(await ana.open_home())
