"""``/desk help`` and unknown commands."""

import pytest

from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT
from bot.sandbox.slack.actor import Actor
from handlers.fallback import nearest

LINK = f"/desk link {KOPI_ACCOUNT} Kopi Nusantara"


@pytest.mark.parametrize("typed", ["/desk help", "/desk", "/desk HELP"])
async def test_help_tells_a_stranger_how_to_get_in(ana: Actor, typed: str) -> None:
    """Where no account is linked, help says whom to ask for what; and only that."""
    reply = await ana.command(GENERAL, typed)
    assert "Ask support staff to run `/desk link`" in reply.text
    assert "/contacts upload" not in reply.text
    assert "ACCOUNT_ID" not in reply.text


async def test_help_tells_a_customer_what_to_do(ana: Actor, rina: Actor) -> None:
    """In a linked channel help is about contact files, without what only staff may do."""
    await rina.command(KOPI, LINK)
    reply = await ana.command(KOPI, "/desk help")
    assert "/contacts upload" in reply.text
    assert "ACCOUNT_ID" not in reply.text


async def test_help_tells_staff_both(rina: Actor) -> None:
    """Staff see their own commands, and in a linked channel the customer's too."""
    assert "/contacts upload" not in (await rina.command(KOPI, "/desk help")).text
    await rina.command(KOPI, LINK)
    reply = await rina.command(KOPI, "/desk help")
    assert "/desk link ACCOUNT_ID Name of the customer" in reply.text
    assert "/contacts upload" in reply.text


async def test_help_tells_a_guest_how_to_be_added(gita: Actor, rina: Actor) -> None:
    """A guest in a linked channel still needs to be added, and learns so."""
    await rina.command(KOPI, LINK)
    assert "/desk people add @you" in (await gita.command(KOPI, "/desk help")).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/desk lnik 3fa85f64", "/desk link"),
        ("/desk Unlnk", "/desk unlink"),
        ("/desk peple", "/desk people"),
        ("/desk people ad @gita", "/desk people add"),
        ("/contacts uplaod", "/contacts upload"),
    ],
)
async def test_a_misspelled_command_gets_the_nearest_one(rina: Actor, typed: str, meant: str) -> None:
    """What was typed is quoted, and the command that it resembles is named."""
    reply = await rina.command(KOPI, typed)
    assert f"`{typed}`" in reply.text
    assert f"`{meant}`" in reply.text


async def test_what_resembles_nothing_gets_help(rina: Actor) -> None:
    """No wild guess, only where the list is."""
    reply = await rina.command(KOPI, "/desk xyzzy")
    assert "`/desk help`" in reply.text
    assert "Did you mean" not in reply.text


async def test_what_was_typed_can_mention_nobody(ana: Actor) -> None:
    """The answer quotes it, but as text."""
    reply = await ana.command(GENERAL, "/desk <!channel> `now`")
    assert "<!channel>" not in reply.text


def test_the_nearest_command_is_judged_by_its_own_words() -> None:
    """Arguments do not matter, nor does the part that is right anyway."""
    commands = ["/desk", "/desk help", "/desk link", "/desk unlink", "/desk people add", "/contacts upload"]
    assert nearest("/desk lin 3fa85f64-5717-4562-b3fc-2c963f66afa6 Kopi", commands) == "/desk link"
    assert nearest("/desk peopel ad <@U0ANA>", commands) == "/desk people add"
    assert nearest("/contact upload", commands) == "/contacts upload"
    assert nearest("/desk qqqq", commands) == ""
    assert nearest("/desk anything", []) == ""
