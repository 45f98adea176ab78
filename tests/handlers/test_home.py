"""App Home: how to begin, and what needs this person."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account, Channel
from bot.dashboard import looking
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.claims import Claim
from bot.delivery.tables import DueRow
from bot.delivery.worker import Hold, PutBack
from bot.desk import Desk, HomePart, nothing
from bot.registrations.tables import Registration
from bot.sandbox.faults import Fault
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.windows import View
from bot.sandbox.slack.workspace import Slack
from bot.storage.audit import record
from bot.storage.database import Tx
from handlers.home import publisher

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


# The sender IDs, as each person left them


@pytest.fixture
async def there(desk: Desk, rina: Actor, plant: Any) -> None:
    """Twelve sender IDs of Kopi's, with three operators each."""
    await rina.command(KOPI, LINK)

    def put(tx: Tx) -> None:
        kopi = tx.session.scalars(select(Account.id)).one()
        statuses = {"globe": "approved", "smart": "under_review", "dito": "rejected"}
        ages = {f"{n:032x}": tx.now - timedelta(days=n) for n in range(12)}
        plant(
            tx,
            [
                {"id": id_, "account": kopi, "sender_id": f"Kopi{n:02}", "requested_at": at, "statuses": statuses}
                for n, (id_, at) in enumerate(ages.items())
            ],
        )

    await desk.write(put)


def names(view: View) -> list[str]:
    """The sender IDs that the tab shows, in their order."""
    below = text(view).partition("home:look/linked")[2]
    return list(dict.fromkeys(re.findall(r"\*(Kopi\d\d)\*", below)))


@pytest.mark.usefixtures("there")
async def test_sender_ids_are_filtered_sorted_turned_and_opened(ana: Actor) -> None:
    """Each choice is shown at once, and stays: whoever opens Home again finds it as it was left."""
    home = await ana.open_home()
    assert names(home) == [f"Kopi{n:02}" for n in range(10)]
    await ana.click(home, "home:turn/on")
    assert names(await ana.open_home()) == ["Kopi10", "Kopi11"]
    await ana.choose(home, "home:sort", "-id")
    assert names(home)[:2] == ["Kopi11", "Kopi10"]
    await ana.click(home, "home:look/unlinked")
    assert names(home) == [f"Kopi{n:02}" for n in range(11, 6, -1)]
    assert text(home).count("Under review · *Kopi11* · Philippines · *Smart*") == 1
    await ana.click(home, "home:filter")
    await ana.fill("text", "kopi0")
    await ana.fill("status", "rejected")
    assert await ana.submit() is None
    assert names(home) == [f"Kopi{n:02}" for n in range(9, 4, -1)]
    assert "Smart" not in text(home)
    await ana.click(home, "home:look/linked")
    [first, *_] = [block for block in home.blocks if "home:open/show" in str(block)]
    await ana.click(home, "home:open/show", block=first["block_id"])
    home = await ana.open_home()
    assert ["*DITO*" in text(home), "home:open/hide" in text(home)] == [True, True]
    await ana.click(home, "home:look/clear")
    assert len(names(home)) == 10
    assert "status:rejected" not in text(home)


@pytest.mark.usefixtures("there")
async def test_a_filter_that_nothing_fits_says_so(ana: Actor) -> None:
    """With the way out beside it."""
    await ana.click(await ana.open_home(), "home:filter")
    await ana.fill("category", "shops")
    assert await ana.submit() is None
    home = await ana.open_home()
    assert "Nothing fits" in text(home)
    assert "Clear" in buttons(home)


@pytest.mark.usefixtures("there")
async def test_staff_see_queues_that_open_to_their_tickets(rina: Actor) -> None:
    """By whose turn it is; a second click closes them again."""
    home = await rina.open_home()
    [ours] = [block for block in home.blocks if "queue:us" in str(block)]
    before = text(home).count("SD-10")
    await rina.click(home, "home:open/show", block=ours["block_id"])
    assert text(home).count("SD-10") == before + 10
    await rina.click(home, "home:open/hide")
    assert text(home).count("SD-10") == before


# What is published, and when


def waiting(tx: Tx) -> list[str]:
    """Whose Home is to be drawn anew."""
    rows = select(DueRow.key).where(DueRow.kind == looking.PUBLISH, DueRow.state == "pending")
    return list(tx.session.scalars(rows))


async def refresh(desk: Desk, user: str) -> None:
    """Do what the due row of this person does."""
    await publisher(desk).refresh(Hold(Claim(1, looking.PUBLISH, user, 1, "tester"), timedelta(seconds=60)))


@pytest.mark.usefixtures("there")
async def test_many_changes_are_one_publication_for_who_looks(
    desk: Desk, ana: Actor, rina: Actor, slack: Slack, clock: Any
) -> None:
    """A hundred changes are a due row for each who looked lately; what looks the same is not published again."""
    await ana.open_home()
    await rina.open_home()

    def change(tx: Tx, number: int) -> None:
        account = tx.session.scalars(select(Account.id)).one()
        record(tx, subject=("registrations", str(number)), act="x", actor=None, account_id=account)

    for number in range(100):
        await desk.write(change, number)
    assert sorted(await desk.read(waiting)) == ["U0ANA", "U0RINA"]
    before = slack.windows.homes["U0ANA"].hash
    await refresh(desk, "U0ANA")
    assert slack.windows.homes["U0ANA"].hash == before
    await desk.write(lambda tx: tx.session.execute(update(Registration).values(category="Shops")) and None)
    await refresh(desk, "U0ANA")
    assert "Shops" in text(slack.windows.homes["U0ANA"])
    await desk.write(lambda tx: tx.session.execute(update(Registration).values(category="Banks")) and None)
    clock.advance(minutes=11)
    await refresh(desk, "U0ANA")
    assert "Banks" not in text(slack.windows.homes["U0ANA"])
    await desk.write(lambda tx: tx.session.execute(delete(DueRow)) and None)
    await desk.write(change, 100)
    assert await desk.read(waiting) == []


@pytest.mark.usefixtures("there")
async def test_who_lost_access_sees_the_welcome_again(desk: Desk, ana: Actor, rina: Actor, slack: Slack) -> None:
    """Of a customer's rows nothing stays on their Home."""
    await ana.open_home()
    await rina.click((await rina.command(KOPI, "/desk unlink")).message, "accounts:unlink")
    assert "U0ANA" in await desk.read(waiting)
    await refresh(desk, "U0ANA")
    shown = text(slack.windows.homes["U0ANA"])
    assert ["not linked to a customer account yet" in shown, "Kopi00" in shown] == [True, False]


@pytest.mark.usefixtures("there")
async def test_a_home_that_others_changed_meanwhile_is_drawn_again(desk: Desk, ana: Actor, slack: Slack) -> None:
    """Slack's hash tells; what is shown in the end is how it stands now."""
    await ana.open_home()
    view = {"type": "home", "blocks": [blocks.section("Older")]}
    await desk.slack.views_publish(user_id="U0ANA", view=view)
    await ana.open_home()
    assert "Kopi00" in text(slack.windows.homes["U0ANA"])


@pytest.mark.usefixtures("there")
async def test_a_block_that_slack_does_not_take_on_home_is_left_out(desk: Desk, ana: Actor) -> None:
    """The rest is shown all the same."""
    video = {"type": "container", "title": "x", "children": []}
    desk.home_parts[:] = [HomePart("tickets", lambda _tx, _who: [video, blocks.section("Mine")], nothing)]
    home = await ana.open_home()
    assert ["Mine" in text(home), "container" in text(home)] == [True, False]


@pytest.mark.usefixtures("there")
async def test_when_slack_is_slow_or_away_the_choice_is_shown_later(desk: Desk, ana: Actor, slack: Slack) -> None:
    """What was chosen is kept, and a due row shows it when Slack lets us."""
    home = await ana.open_home()
    await desk.write(lambda tx: tx.session.execute(delete(DueRow)) and None)

    def slow() -> Fault:
        return Fault("slack:views.publish", "status", 429, headers={"Retry-After": "7"})

    slack.world.faults.add(slow())
    await ana.click(home, "home:tab/tickets")
    slack.world.faults.add(Fault("slack:views.publish", "drop"))
    await ana.click(home, "home:tab/exports")
    assert await desk.read(waiting) == ["U0ANA"]
    slack.world.faults.add(slow())
    with pytest.raises(PutBack) as later:
        await refresh(desk, "U0ANA")
    assert later.value.seconds == 7
    await refresh(desk, "U0ANA")
    assert "No exports yet" in text(slack.windows.homes["U0ANA"])
