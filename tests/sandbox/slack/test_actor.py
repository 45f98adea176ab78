"""People: what they see, what they can use, and what they cannot."""

import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor, NoAnswer, NotOnScreen, Refused
from bot.sandbox.slack.records import Message
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.watch import NeverHappened, Watch


def text(words: str) -> dict[str, str]:
    """A plain text."""
    return {"type": "plain_text", "text": words}


def button(action_id: str, words: str, **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": text(words), **more}


def options(*values: str) -> list[dict[str, Any]]:
    """Options named by their values in capitals."""
    return [{"text": text(value.upper()), "value": value} for value in values]


SURE = {"title": text("Sure?"), "text": text("Really?"), "confirm": text("Yes"), "deny": text("No")}
MENU = {"type": "overflow", "action_id": "menu", "options": options("edit", "remove")}
ROWS = [
    {"type": "actions", "block_id": "one", "elements": [button("go", "Go", value="1"), MENU]},
    {"type": "actions", "block_id": "two", "elements": [button("go", "Go", value="2", confirm=SURE)]},
]


@pytest.fixture
async def card(bot: Any, client: AsyncWebClient, slack: Slack) -> Message:
    """A message with buttons that the bot takes."""

    @bot.app.action("go")
    async def go(ack: Any) -> None:
        await ack()

    @bot.app.action("menu")
    async def menu(ack: Any) -> None:
        await ack()

    ts = (await client.chat_postMessage(channel="C0KOPI", text="card", blocks=ROWS))["ts"]
    message = slack.channels["C0KOPI"].find(ts)
    assert message
    return message


def values(bot: Any) -> list[str]:
    """What the bot was told of buttons."""
    return [body["actions"][0]["value"] for body in bot.of("block_actions")]


async def test_two_of_a_name_need_a_block(bot: Any, card: Message, ana: Actor) -> None:
    """Which of two equal buttons is meant must be said, by id or by words."""
    for name in ("go", "Go"):
        with pytest.raises(NotOnScreen, match="2 elements are called"):
            await ana.click(card, name)
        await ana.click(card, name, block="one")
    assert values(bot) == ["1", "1"]


async def test_what_is_not_there_cannot_be_clicked(card: Message, ana: Actor) -> None:
    """The message says what is there."""
    with pytest.raises(NotOnScreen, match=r"nothing here is called 'stop'; there is: go \(Go\), menu"):
        await ana.click(card, "stop")


async def test_slack_asks_first(bot: Any, card: Message, ana: Actor) -> None:
    """With ``confirm`` a dialog is shown; who says no sends nothing."""
    await ana.click(card, "go", block="two", confirm=False)
    assert values(bot) == []
    await ana.click(card, "go", block="two")
    assert values(bot) == ["2"]
    assert ana.asked == [SURE, SURE]


async def test_a_menu(bot: Any, card: Message, ana: Actor) -> None:
    """A menu's entries are chosen by value, or clicked by their words."""
    await ana.choose(card, "menu", "edit")
    await ana.click(card, "REMOVE")
    chosen = [body["actions"][0]["selected_option"]["value"] for body in bot.of("block_actions")]
    assert chosen == ["edit", "remove"]


async def test_only_who_sees_a_message_can_use_it(
    bot: Any, card: Message, client: AsyncWebClient, slack: Slack, ana: Actor
) -> None:
    """Not people outside the channel, not on a deleted message, not on one for somebody else."""
    with pytest.raises(NotOnScreen, match="not in this channel"):
        await slack.actor("U0CARLA").click(card, "go", block="one")
    await client.chat_postEphemeral(channel="C0KOPI", user="U0BEN", text="x", blocks=ROWS)
    with pytest.raises(NotOnScreen, match="does not see this message"):
        await ana.click(slack.channels["C0KOPI"].ephemerals[0], "go", block="one")
    slack.remove(card)
    with pytest.raises(NotOnScreen, match="does not see this message"):
        await ana.click(card, "go", block="one")
    assert values(bot) == []


async def test_what_is_chosen_in_a_message_is_remembered(bot: Any, client: AsyncWebClient, slack: Slack) -> None:
    """Each person has a state of their own in a message."""

    @bot.app.action("pick")
    async def pick(ack: Any) -> None:
        await ack()

    @bot.app.action("go")
    async def go(ack: Any) -> None:
        await ack()

    select = {"type": "static_select", "action_id": "pick", "options": options("a", "b")}
    blocks = [{"type": "actions", "block_id": "acts", "elements": [select, button("go", "Go", value="1")]}]
    await client.chat_postMessage(channel="C0KOPI", text="card", blocks=blocks)
    ana, ben = slack.actor("U0ANA"), slack.actor("U0BEN")
    (message,) = ana.sees("C0KOPI")
    await ana.choose(message, "pick", "B")
    await ana.click(message, "Go")
    await ben.click(message, "Go")
    states = [body["state"]["values"]["acts"]["pick"]["selected_option"] for body in bot.of("block_actions")]
    assert [state and state["value"] for state in states] == ["b", "b", None]


async def test_a_field_tells_at_once_only_when_asked_to(bot: Any, slack: Slack, ana: Actor) -> None:
    """With ``dispatch_action`` the bot hears of a choice in a form; without, at the submission."""

    @bot.app.action("loud")
    async def loud(ack: Any) -> None:
        await ack()

    def field(name: str, **more: Any) -> dict[str, Any]:
        element = {"type": "static_select", "action_id": name, "options": options("a")}
        return {"type": "input", "block_id": name, "label": text(name.title()), "element": element, **more}

    blocks = [field("quiet"), field("loud", dispatch_action=True)]
    view = {"type": "modal", "title": text("Form"), "submit": text("Send"), "blocks": blocks}
    slack.windows.open("U0ANA", slack.windows.accept(view, "modal"))
    await ana.fill("Quiet", "a")
    await ana.fill("Loud", "a")
    (body,) = bot.of("block_actions")
    assert body["actions"][0]["action_id"] == "loud"
    assert body["container"]["type"] == "view"
    assert set(body["view"]["state"]["values"]) == {"quiet", "loud"}


async def test_only_the_window_in_front_can_be_used(slack: Slack, ana: Actor) -> None:
    """Not the one below it, nor anybody else's; and without a window there is nothing to fill."""
    blocks = [{"type": "actions", "block_id": "a", "elements": [button("go", "Go")]}]
    view = {"type": "modal", "title": text("Form"), "blocks": blocks}
    with pytest.raises(NotOnScreen, match="no window is open in front of ana"):
        await ana.fill("go", "x")
    below = slack.windows.open("U0ANA", slack.windows.accept(view, "modal"))
    slack.windows.push("U0ANA", slack.windows.accept(view, "modal"))
    with pytest.raises(NotOnScreen, match="not in front"):
        await ana.click(below, "go")
    with pytest.raises(NotOnScreen, match="not in front"):
        await slack.actor("U0BEN").click(below, "go")
    with pytest.raises(NotOnScreen, match="has no submit button"):
        await ana.submit()


async def test_an_app_that_takes_no_clicks(card: Message, slack: Slack, ana: Actor) -> None:
    """Without interactivity in the manifest nothing reaches the bot."""
    slack.app.interactive = False
    with pytest.raises(NoAnswer, match="not configured"):
        await ana.click(card, "go", block="one")


async def test_a_button_in_a_thread(bot: Any, client: AsyncWebClient, ana: Actor) -> None:
    """A click there names the thread."""

    @bot.app.action("go")
    async def go(ack: Any) -> None:
        await ack()

    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    await client.chat_postMessage(channel="C0KOPI", text="reply", thread_ts=parent, blocks=ROWS[:1])
    await ana.click(ana.sees("C0KOPI", parent)[1], "go")
    assert bot.of("block_actions")[0]["container"]["thread_ts"] == parent


async def test_unknown_shortcuts(ana: Actor) -> None:
    """What the manifest does not have, nobody can use."""
    with pytest.raises(NotOnScreen, match="no shortcut new"):
        await ana.shortcut("new")


async def test_an_external_select_waits_for_enough_letters(client: AsyncWebClient, ana: Actor) -> None:
    """Slack asks from three letters on, unless the element says otherwise."""
    blocks = [{"type": "actions", "elements": [{"type": "external_select", "action_id": "pick"}]}]
    await client.chat_postMessage(channel="C0KOPI", text="x", blocks=blocks)
    (message,) = ana.sees("C0KOPI")
    with pytest.raises(Refused, match="from 3 characters on"):
        await ana.options(message, "pick", "ko")


async def test_people_see_only_their_channels(slack: Slack, ana: Actor) -> None:
    """Elsewhere they can neither read nor write nor command."""
    for act in (
        lambda: ana.post("C0MART", "x"),
        lambda: ana.command("C0REVIEW", "/desk"),
        lambda: ana.upload("C0NOWHERE", "a.csv", b"1"),
    ):
        with pytest.raises(NotOnScreen, match="ana is not in"):
            await act()
    with pytest.raises(NotOnScreen):
        ana.sees("C0REVIEW")
    slack.archive(slack.channels["C0KOPI"], "U0RINA")
    assert ana.sees("C0KOPI") == []
    with pytest.raises(NotOnScreen, match="archived"):
        await ana.post("C0KOPI", "x")


async def test_unknown_commands_stay_with_slack(bot: Any, slack: Slack, ana: Actor) -> None:
    """A command that the manifest does not have never reaches the bot."""
    slack.app.commands = {"/desk": {}}
    reply = await ana.command("C0KOPI", "/dusk help")
    assert (reply.error, reply.message) == ("/dusk is not a valid command", None)
    assert bot.heard == []


async def test_a_reply_may_be_an_ephemeral_message(bot: Any, ana: Actor) -> None:
    """A bot that answers by ``chat.postEphemeral`` has answered, too."""

    @bot.app.command("/desk")
    async def desk(ack: Any, client: AsyncWebClient, command: dict[str, str]) -> None:
        await ack()
        await client.chat_postEphemeral(channel=command["channel_id"], user=command["user_id"], text=command["text"])

    first = await ana.command("C0KOPI", "/desk one")
    assert first.text == "one"


async def test_talking_to_the_app(bot: Any, slack: Slack, ana: Actor) -> None:
    """The Messages tab is a direct conversation with the app; the manifest can close it."""

    @bot.app.event("message")
    async def listen(event: dict[str, Any], say: Any) -> None:
        await say(f"{event['channel_type']}: {event['text']} {len(event.get('files', []))}")

    @bot.app.event("file_shared")
    async def shared() -> None:
        return

    message = await ana.dm("hello", [("a.csv", b"1")])
    assert [seen.text for seen in ana.sees(message.channel)] == ["hello", "im: hello 1"]
    slack.app.messages_tab = False
    with pytest.raises(NotOnScreen, match="turned off"):
        await ana.dm("hello")


async def test_people_change_only_what_they_wrote(bot: Any, slack: Slack, ana: Actor) -> None:
    """Own messages can be edited and deleted, and the bot hears of it."""

    @bot.app.event("message")
    async def listen() -> None:
        return

    message = await ana.post("C0KOPI", "a")
    with pytest.raises(NotOnScreen, match="only own messages"):
        await slack.actor("U0BEN").edit(message, "b")
    await ana.edit(message, "b & c")
    assert (message.text, message.edited) == ("b &amp; c", True)
    await ana.delete(message)
    with pytest.raises(NotOnScreen, match="only own messages"):
        await ana.delete(message)
    subtypes = [event.get("subtype") for event in bot.events("message")]
    assert subtypes == [None, "message_changed", "message_deleted"]


async def test_no_home_no_view(bot: Any, slack: Slack, ana: Actor) -> None:
    """A bot that publishes nothing leaves Home empty; an app without Home has none."""

    @bot.app.event("app_home_opened")
    async def opened() -> None:
        slack.timing.patience = 0.05  # for Home; the event itself was taken

    with pytest.raises(NoAnswer, match="published no Home"):
        await ana.open_home()
    slack.app.home_tab = False
    with pytest.raises(NotOnScreen, match="no Home"):
        await ana.open_home()


async def test_waiting_ends_when_it_is_true_or_too_late() -> None:
    """Whoever waits is woken by every change, and told when it never came."""
    watch, seen = Watch(), list[int]()

    async def change() -> None:
        for n in range(3):
            seen.append(n)
            watch.notify()
            await asyncio.sleep(0)

    changing = asyncio.create_task(change())
    assert await watch.until(lambda: len(seen) == 3 and seen, timeout=60) == [0, 1, 2]
    await changing
    with pytest.raises(NeverHappened, match="the moon"):
        await watch.until(lambda: False, timeout=0.01, what="the moon")
