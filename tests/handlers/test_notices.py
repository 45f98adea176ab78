"""``/desk notices``: what people choose, what they read of it, and what is kept."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.windows import View
from bot.sandbox.world import World
from bot.tickets.tables import NoticePreference

Rows = Callable[..., Any]


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Kopi has its channel."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")


def shown(actor: Actor) -> str:
    """All that the form on top shows."""
    view = actor.view()
    assert isinstance(view, View)
    return str(view.blocks)


async def test_the_form_begins_with_what_holds_now(ana: Actor) -> None:
    """By name and by e-mail, at once, no quiet hours, and the time zone that Slack knows."""
    await ana.command(KOPI, "/desk notices")
    form = shown(ana)
    assert "to ana@kopi-nusantara.example" in form
    assert "In Slack yours is Asia/Jakarta." in form
    assert await ana.submit() is None
    assert "What is new reaches you at once: your name in the thread and an e-mail to ana@" in shown(ana)
    assert "nothing calls you" not in shown(ana)


async def test_what_is_chosen_is_kept_and_said(ana: Actor, rows: Rows) -> None:
    """Once more opened, the form shows it; the address is Slack's."""
    await ana.command(KOPI, "/desk notices")
    await ana.fill("places", ["direct", "email"])
    await ana.fill("quiet_from", "21:30")
    await ana.fill("quiet_to", "06:30")
    await ana.fill("notices:zone", "Asia/Manila")
    assert await ana.submit() is None
    said = shown(ana)
    assert "at once: a direct message and an e-mail to ana@kopi-nusantara.example." in said
    assert "From 21:30 to 06:30 (Asia/Manila) nothing calls you." in said
    assert "At 06:30 one direct message tells what came, and the e-mails go out." in said
    (kept,) = await rows(NoticePreference)
    assert (kept.user_id, kept.address) == ("U0ANA", "ana@kopi-nusantara.example")
    assert (kept.channel, kept.direct, kept.email, kept.digest) == (False, True, True, False)
    assert (kept.quiet_from, kept.quiet_to, kept.zone) == (21 * 60 + 30, 6 * 60 + 30, "Asia/Manila")
    await ana.close()
    await ana.command(KOPI, "/desk notices")
    await ana.fill("quiet_from", "No quiet hours")
    await ana.fill("pace", "daily")
    await ana.fill("weekly", [])
    assert await ana.submit() is None
    assert "No picture comes on Monday mornings" in shown(ana)
    assert "Once a day, at 09:00 (Asia/Manila), a direct message and an e-mail to ana@" in shown(ana)
    (kept,) = await rows(NoticePreference)
    assert (kept.digest, kept.quiet_from, kept.quiet_to, kept.weekly) == (True, None, None, False)


@pytest.mark.parametrize(
    ("filled", "field", "words"),
    [
        ({"quiet_from": "07:00", "quiet_to": "07:00"}, "quiet_to", "two different times"),
        ({"places": ["by_name"], "pace": "daily"}, "places", "choose at least one"),
    ],
)
async def test_what_cannot_be_kept_is_said_at_its_field(
    ana: Actor, rows: Rows, filled: dict[str, Any], field: str, words: str
) -> None:
    """Nothing is kept then."""
    await ana.command(KOPI, "/desk notices")
    for name, value in filled.items():
        await ana.fill(name, value)
    assert words in (await ana.submit() or {})[field]
    assert await rows(NoticePreference) == []


async def test_staff_choose_for_the_tickets_that_they_look_after(rina: Actor, rows: Rows) -> None:
    """Anywhere; with nothing chosen, nothing calls them."""
    await rina.command(REVIEW, "/desk notices")
    assert "the tickets that you look after" in shown(rina)
    await rina.fill("places", [])
    assert await rina.submit() is None
    assert "stands in the threads, and nothing calls you there" in shown(rina)
    (kept,) = await rows(NoticePreference)
    assert kept.user_id == "U0RINA"


async def test_home_has_the_button(ana: Actor) -> None:
    """Once there is something to be told of."""
    await ana.command(KOPI, "/tickets open Hello?")
    home = await ana.open_home()
    await ana.click(home, "Your notices")
    assert "Where I tell you" in shown(ana)


# How many are told, said where it is sent


async def test_a_reply_says_whom_it_reaches(ana: Actor, rina: Actor) -> None:
    """The person who asked, and how many can read it in the thread's channel."""
    await ana.command(KOPI, "/tickets open Hello?")
    await rina.command(REVIEW, "/tickets reply SD-1001")
    assert "This tells 1 requester, <@U0ANA>. 6 members of <#C0KOPI> can read it there." in shown(rina)


async def test_a_request_says_how_many_reviewers_it_reaches(ana: Actor) -> None:
    """Those of the staff's channel; from Home nobody else reads it."""
    await ana.command(KOPI, "/tickets open")
    assert "This tells 2 reviewers. 6 members of <#C0KOPI> can read it there." in shown(ana)
    await ana.close()
    await ana.command(KOPI, "/tickets open Hello?")
    await ana.click(await ana.open_home(), "home:tab/tickets")
    await ana.click(await ana.open_home(), "tickets:open")
    assert "This tells 2 reviewers. Nobody else reads it." in shown(ana)


async def test_no_number_is_better_than_a_wrong_one(ana: Actor, world: World) -> None:
    """Slack does not answer: the form opens all the same."""
    world.faults.add(Fault("slack:conversations.info", "status", 500, times=2))
    await ana.command(KOPI, "/tickets open")
    assert "This tells all reviewers. Everybody in <#C0KOPI> can read it there." in shown(ana)
