"""A real Bolt app hears, in Socket Mode and over HTTP, what people do, and answers them."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor, NoAnswer
from bot.sandbox.slack.workspace import Slack


def text(words: str) -> dict[str, str]:
    """A plain text."""
    return {"type": "plain_text", "text": words}


def button(action_id: str, words: str, **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": text(words), **more}


def card(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's blocks with these elements."""
    return [{"type": "actions", "block_id": "acts", "elements": list(elements)}]


async def test_a_command_is_answered_by_its_ack(any_bot: Any, ana: Actor) -> None:
    """Bolt finds user, channel, team and itself in the payload; the asker alone sees the answer."""
    contexts = []

    @any_bot.app.command("/desk")
    async def desk(ack: Any, command: dict[str, str], context: Any) -> None:
        contexts.append(context)
        await ack(f"You said {command['text']}.")

    reply = await ana.command("C0KOPI", "/desk help me")
    (seen,) = ana.sees("C0KOPI")
    assert (reply.text, reply.error, seen.text, seen.ephemeral_to) == (
        "You said help me.",
        "",
        "You said help me.",
        "U0ANA",
    )
    (context,) = contexts
    assert (context.user_id, context.channel_id, context.team_id) == ("U0ANA", "C0KOPI", "T0SENDER")
    assert (context.bot_user_id, context.bot_id, context.is_enterprise_install) == ("U0DESK", "B0DESK", False)


async def test_all_fields_of_a_command(any_bot: Any, ana: Actor, slack: Slack) -> None:
    """A command says who, where and what, by id and by name."""

    @any_bot.app.command("/desk")
    async def desk(ack: Any) -> None:
        await ack()

    reply = await ana.command("C0KOPI", "/desk  link  it ")
    (body,) = any_bot.heard
    del body["trigger_id"], body["response_url"]
    assert reply.text == ""
    assert body == {
        "token": "sandbox-verification-token",
        "team_id": "T0SENDER",
        "team_domain": "sender-desk-demo",
        "channel_id": "C0KOPI",
        "channel_name": "kopi-nusantara",
        "user_id": "U0ANA",
        "user_name": "ana",
        "command": "/desk",
        "text": "link  it",
        "api_app_id": "A0DESK",
        "is_enterprise_install": "false",
    }
    await slack.actor("U0RINA").command("C0REVIEW", "/desk")
    assert any_bot.heard[-1]["channel_name"] == "privategroup"


async def test_a_command_is_answered_for_all_and_later(any_bot: Any, ana: Actor, slack: Slack) -> None:
    """An ack may be for everybody, and more may come by response URL."""

    @any_bot.app.command("/desk")
    async def desk(ack: Any, respond: Any) -> None:
        await ack(text="for all", response_type="in_channel")
        await respond("and for you")

    reply = await ana.command("C0KOPI", "/desk")
    assert {m.text for m in slack.actor("U0BEN").sees("C0KOPI")} == {"for all"}
    assert {m.text for m in ana.sees("C0KOPI")} == {"for all", "and for you"}
    assert len(reply.where.answers) == 2


async def test_a_bad_ack_is_told_to_the_asker(any_bot: Any, ana: Actor) -> None:
    """Blocks that Slack does not take make the command fail in front of the person."""

    @any_bot.app.command("/desk")
    async def desk(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "marquee"}])

    reply = await ana.command("C0KOPI", "/desk")
    assert reply.error == "/desk failed with the error invalid_command_response (invalid_blocks)"
    assert ana.sees("C0KOPI") == []


async def test_silence_is_no_answer(any_bot: Any, ana: Actor, slack: Slack) -> None:
    """A command that nobody takes makes the person see that the app did not respond."""
    slack.timing = replace(slack.timing, ack=1.0)
    with pytest.raises(NoAnswer, match="/desk"):
        await ana.command("C0KOPI", "/desk")
    assert len(any_bot.heard) == 1


async def test_a_button_in_a_message(any_bot: Any, client: AsyncWebClient, ana: Actor) -> None:
    """A click says what, where, in which message and state; the answer replaces the message."""

    @any_bot.app.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="approved", replace_original=True)

    users = {"type": "users_select", "action_id": "who", "initial_user": "U0BEN"}
    blocks = card(button("approve", "Approve", value="7", style="primary"), users)
    await client.chat_postMessage(channel="C0KOPI", text="card", blocks=blocks)
    (message,) = ana.sees("C0KOPI")
    await ana.click(message, "Approve")
    (body,) = any_bot.of("block_actions")
    (action,) = body["actions"]
    assert action.pop("action_ts") > message.ts
    assert action == {
        "type": "button",
        "action_id": "approve",
        "block_id": "acts",
        "text": text("Approve"),
        "value": "7",
        "style": "primary",
    }
    assert body["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C0KOPI",
        "is_ephemeral": False,
    }
    assert body["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0SENDER"}
    assert (body["channel"]["id"], body["message"]["text"], body["team"]["id"]) == ("C0KOPI", "card", "T0SENDER")
    assert body["state"]["values"] == {"acts": {"who": {"type": "users_select", "selected_user": "U0BEN"}}}
    assert body["trigger_id"]
    assert (message.text, message.blocks) == ("approved", [])


async def test_an_ephemeral_message_says_little(any_bot: Any, client: AsyncWebClient, ana: Actor) -> None:
    """A click on one comes without the message, but with a response URL that can replace it."""

    @any_bot.app.action("ok")
    async def ok(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="done", replace_original=True)

    await client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="sure?", blocks=card(button("ok", "OK")))
    (message,) = ana.sees("C0KOPI")
    await ana.click(message, "ok")
    (body,) = any_bot.of("block_actions")
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    assert message.text == "done"


async def test_shortcuts(any_bot: Any, slack: Slack, ana: Actor) -> None:
    """A global shortcut, and one on a message."""
    slack.app.shortcuts = {"new": {"type": "global"}, "ticket": {"type": "message"}}

    @any_bot.app.shortcut("new")
    async def new(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view={"type": "modal", "title": text("New"), "blocks": []}
        )

    @any_bot.app.shortcut("ticket")
    async def ticket(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"about {body['message']['text']} in {body['channel']['name']}")

    await ana.shortcut("new")
    view = ana.view()
    assert view
    assert view.title == "New"
    message = await ana.post("C0KOPI", "help", wait=False)
    await ana.shortcut("ticket", message)
    assert [seen.text for seen in ana.sees("C0KOPI")] == ["help", "about help in kopi-nusantara"]


async def test_a_message_is_heard_and_answered(any_bot: Any, ana: Actor) -> None:
    """A person's words come escaped; the bot's own messages do not come back to its listeners."""
    heard = []

    @any_bot.app.event("message")
    async def listen(event: dict[str, Any], say: Any) -> None:
        heard.append(event["text"])
        await say("I hear you.", thread_ts=event["ts"])

    message = await ana.post("C0KOPI", "fish & <chips>")
    assert heard == ["fish &amp; &lt;chips&gt;"]
    assert [reply.text for reply in message.replies] == ["I hear you."]


async def test_who_is_from_elsewhere(any_bot: Any, otto: Actor) -> None:
    """Of somebody of another workspace Bolt sees their team, in events, clicks and commands."""
    teams = []

    @any_bot.app.event("message")
    async def listen(context: Any, event: dict[str, Any]) -> None:
        teams.append((context.team_id, context.actor_team_id, context.actor_user_id, event["user_team"]))

    @any_bot.app.command("/desk")
    async def desk(ack: Any, command: dict[str, str]) -> None:
        teams.append(command["team_id"])
        await ack(blocks=card(button("go", "Go")))

    @any_bot.app.action("go")
    async def go(ack: Any, body: dict[str, Any]) -> None:
        teams.append(body["user"]["team_id"])
        await ack()

    await otto.post("C0KOPI", "hello")
    reply = await otto.command("C0KOPI", "/desk")
    assert reply.message
    await otto.click(reply.message, "Go")
    assert teams == [("T0SENDER", "T0OTHER", "W0OTTO", "T0OTHER"), "T0OTHER", "T0OTHER"]
    (envelope, *_) = any_bot.heard
    assert (envelope["is_ext_shared_channel"], envelope["team_id"], envelope["context_team_id"]) == (
        True,
        "T0OTHER",
        "T0SENDER",
    )
