"""``/desk people``: who belongs to an account."""

import pytest

from bot.sandbox.seed import GENERAL, KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Both customers have their channel."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")


async def test_customers_see_who_belongs_to_them(ana: Actor) -> None:
    """The channel whose members belong to the account, and how others are added."""
    reply = await ana.command(KOPI, "/desk people")
    assert "Who belongs to *Kopi Nusantara*" in reply.text
    assert f"<#{KOPI}>" in reply.text
    assert "Manila" not in reply.text
    assert "Nobody was added by name" in reply.text


async def test_a_guest_is_let_in_by_staff(gita: Actor, rina: Actor) -> None:
    """Sitting in the channel is not enough for a guest; being added is, until staff end it."""
    assert "staff must add you first" in (await gita.command(KOPI, "/desk people")).text
    added = await rina.command(KOPI, "/desk people add <@U0GITA|gita>")
    assert "<@U0GITA> belongs to *Kopi Nusantara* now" in added.text
    assert "<@U0GITA>" in (await gita.command(KOPI, "/desk people")).text
    assert "belonged to *Kopi Nusantara* before" in (await rina.command(KOPI, "/desk people add <@U0GITA|gita>")).text
    removed = await rina.command(KOPI, "/desk people remove <@U0GITA|gita>")
    assert "<@U0GITA> does not belong to *Kopi Nusantara* any more" in removed.text
    assert "staff must add you first" in (await gita.command(KOPI, "/desk people")).text


async def test_somebody_of_another_workspace_is_let_in_by_staff(otto: Actor, rina: Actor) -> None:
    """The same for outsiders; each refusal says why."""
    assert "from another workspace" in (await otto.command(KOPI, "/desk people")).text
    await rina.command(KOPI, "/desk people add <@W0OTTO|otto>")
    assert "<@W0OTTO>" in (await otto.command(KOPI, "/desk people")).text


async def test_who_was_added_belongs_in_direct_messages_too(ana: Actor, gita: Actor, rina: Actor, slack: Slack) -> None:
    """With the app alone, the account is that of the person: added by staff, or by the channel where they sit."""
    assert "Kopi Nusantara" in (await ana.command(slack.direct("U0ANA").id, "/desk people")).text
    direct = slack.direct("U0GITA").id
    assert "staff must add you first" in (await gita.command(direct, "/desk people")).text
    await rina.command(KOPI, "/desk people add <@U0GITA|gita>")
    assert "Kopi Nusantara" in (await gita.command(direct, "/desk people")).text


async def test_who_belongs_to_two_accounts_is_asked_to_choose(carla: Actor, rina: Actor, slack: Slack) -> None:
    """In a direct message it is not clear whose business it is; in a channel it is."""
    await rina.command(KOPI, "/desk people add <@U0CARLA|carla>")
    direct = slack.direct("U0CARLA").id
    assert "more than one account" in (await carla.command(direct, "/desk people")).text
    assert "Manila Mart" in (await carla.command(MART, "/desk people")).text


async def test_an_account_is_not_shown_before_others(ana: Actor, rina: Actor) -> None:
    """In a channel that is nobody's, even one's own account stays out of sight."""
    await rina.command(KOPI, "/desk people add <@U0ANA|ana>")
    assert "Kopi" not in (await ana.command(GENERAL, "/desk people")).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/desk people add", "pick the person"),
        ("/desk people add @gita", "“@gita”"),
        ("/desk people add <@U0BUDI|budi>", "budi is support staff"),
        ("/desk people add <@U0DESK|senderdesk>", "is an app"),
        ("/desk people remove <@U0BEN|ben>", "was not added to Kopi Nusantara"),
    ],
)
async def test_who_cannot_be_added_or_removed(rina: Actor, typed: str, told: str) -> None:
    """Each case has its sentence."""
    assert told in (await rina.command(KOPI, typed)).text


@pytest.mark.parametrize("act", ["add", "remove"])
async def test_customers_do_not_decide_who_belongs(ana: Actor, act: str) -> None:
    """Only staff add and remove."""
    assert "Only support staff" in (await ana.command(KOPI, f"/desk people {act} <@U0GITA|gita>")).text


async def test_nobody_belongs_where_nothing_is_linked(rina: Actor) -> None:
    """Staff are told what is missing, too."""
    assert "belongs to no customer account yet" in (await rina.command(GENERAL, "/desk people")).text
