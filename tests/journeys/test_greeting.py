"""The desk is invited into a channel."""

from bot.demo.story import Told
from bot.sandbox.seed import DESK, GENERAL, KOPI_ACCOUNT, RINA


def desks_words(told: Told, channel: str) -> list[str]:
    """What the desk says in a channel for everybody; that it joined is Slack's own word."""
    there = [one for one in told.rina.sees(channel) if one.user == DESK and one.subtype != "channel_join"]
    return [one.text for one in there if not one.ephemeral_to]


async def test_an_invited_desk_says_how_to_go_on(told: Told) -> None:
    """It asks staff whose channel it is; once that is said, the same message says so; coming back adds none."""
    slack = told.world.slack
    place = slack.channels[GENERAL]
    slack.join(place, DESK, RINA)
    await told.sees(told.rina, GENERAL, "Hello, I am Sender Desk", "/desk link")
    await told.rina.command(GENERAL, f"/desk link {KOPI_ACCOUNT}")
    await told.sees(told.rina, GENERAL, "belongs to *Kopi Nusantara*")
    slack.leave(place, DESK)
    slack.join(place, DESK, RINA)
    await told.ana.upload(GENERAL, "june.csv", b"phone\n+6581234001\n")
    await told.rina.command(GENERAL, "/desk unlink")
    (ask,) = [one for one in told.rina.sees(GENERAL) if one.ephemeral_to == RINA and "Unlink" in one.text]
    await told.rina.click(ask, "accounts:unlink")
    await told.sees(told.rina, GENERAL, "Nobody told me yet")
    assert len(desks_words(told, GENERAL)) == 1


async def test_people_who_come_and_go_are_not_greeted(told: Told) -> None:
    """Only the desk's own coming is its business."""
    before = desks_words(told, "C0MART")
    told.world.slack.join(told.world.slack.channels["C0MART"], "U0BEN", RINA)
    await told.asks(told.carla, "C0MART", "/desk help", "contact")
    assert desks_words(told, "C0MART") == before
