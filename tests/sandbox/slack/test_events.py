"""What the app hears of, in which words, and what it does not hear of."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.seed import EVENTS, SCOPES, seed
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack


@pytest.fixture
def told(slack: Slack) -> Any:
    """The events for the bot, by the order in which they happened; nobody takes them."""
    slack.timing.retries = ()

    def events(*kinds: str) -> list[dict[str, Any]]:
        found = [entry.payload["event"] for entry in slack.delivery.log if entry.kind == "events_api"]
        return [event for event in found if not kinds or event["type"] in kinds]

    return events


async def test_a_message(told: Any, slack: Slack, ana: Actor) -> None:
    """Who, where, when and what; with the composer's rich text."""
    message = await ana.post("C0KOPI", "hi", wait=False)
    (event,) = told("message")
    assert (event["user"], event["channel"], event["ts"], event["text"]) == ("U0ANA", "C0KOPI", message.ts, "hi")
    assert (event["channel_type"], event["event_ts"], event["team"]) == ("channel", message.ts, "T0SENDER")
    assert event["blocks"][0]["type"] == "rich_text"
    assert "subtype" not in event
    assert slack.delivery.log[0].payload["event_id"].startswith("Ev")


async def test_the_outer_object(told: Any, slack: Slack) -> None:
    """Each event comes with its id, the app, and for whom it is authorized."""
    await slack.actor("U0CARLA").post("C0MART", "hi", wait=False)
    envelope = slack.delivery.log[0].payload
    assert told()
    assert (envelope["type"], envelope["team_id"], envelope["api_app_id"]) == ("event_callback", "T0SENDER", "A0DESK")
    assert envelope["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T0SENDER",
            "user_id": "U0DESK",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]
    assert envelope["is_ext_shared_channel"] is False
    assert abs(envelope["event_time"] - slack.now) < 5


async def test_a_reply(told: Any, ana: Actor) -> None:
    """It names its thread and who began it."""
    parent = await ana.post("C0KOPI", "a", wait=False)
    await ana.post("C0KOPI", "b", thread_ts=parent.ts, wait=False)
    event = told("message")[-1]
    assert (event["thread_ts"], event["parent_user_id"]) == (parent.ts, "U0ANA")


async def test_a_file(told: Any, ana: Actor) -> None:
    """A posted file is a message with subtype ``file_share``, and a ``file_shared``."""
    message = await ana.upload("C0KOPI", "a.csv", b"1", wait=False)
    (said,) = told("message")
    assert (said["subtype"], said["files"][0]["id"]) == ("file_share", message.files[0].id)
    assert said["files"][0]["url_private_download"].endswith("/download/a.csv")
    (shared,) = told("file_shared")
    file_id = message.files[0].id
    assert (shared["file_id"], shared["file"], shared["user_id"], shared["channel_id"]) == (
        file_id,
        {"id": file_id},
        "U0ANA",
        "C0KOPI",
    )


async def test_changes(told: Any, ana: Actor, slack: Slack) -> None:
    """Edited and deleted messages come with what stood there before."""
    message = await ana.post("C0KOPI", "a", wait=False)
    slack.edit(message, lambda message: setattr(message, "text", "b"))
    slack.remove(message)
    _, changed, deleted = told("message")
    assert (changed["subtype"], changed["hidden"], changed["channel"]) == ("message_changed", True, "C0KOPI")
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("a", "b")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert deleted["previous_message"]["text"] == "b"


async def test_the_bots_own_messages(told: Any, client: AsyncWebClient) -> None:
    """They come too, with the bot's id and their metadata; ephemeral ones never do."""
    metadata = {"event_type": "card", "event_payload": {"id": "1"}}
    ts = (await client.chat_postMessage(channel="C0KOPI", text="a", metadata=metadata))["ts"]
    await client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="psst")
    await client.chat_update(channel="C0KOPI", ts=ts, text="b")
    posted, changed = told("message")
    assert (posted["bot_id"], posted["app_id"], posted["metadata"]) == ("B0DESK", "A0DESK", metadata)
    assert changed["message"]["text"] == "b"


async def test_mentions(told: Any, ana: Actor) -> None:
    """Who names the bot is heard twice; other names are not."""
    await ana.post("C0KOPI", "hey <@U0DESK>, look", wait=False)
    await ana.post("C0KOPI", "hey <@U0BEN>", wait=False)
    assert [event["type"] for event in told()] == ["message", "app_mention", "message"]
    assert told("app_mention")[0]["text"] == "hey <@U0DESK>, look"


async def test_coming_and_going(told: Any, slack: Slack) -> None:
    """People who join and leave; and the end of a channel."""
    channel = slack.channels["C0MART"]
    slack.join(channel, "U0ANA", inviter="U0RINA")
    slack.join(channel, "U0ANA")
    slack.leave(channel, "U0ANA")
    slack.archive(channel, "U0RINA")
    joined, said, left, archived = told()
    assert (joined["type"], joined["user"], joined["channel"], joined["channel_type"], joined["inviter"]) == (
        "member_joined_channel",
        "U0ANA",
        "C0MART",
        "C",
        "U0RINA",
    )
    assert (said["subtype"], said["user"]) == ("channel_join", "U0ANA")
    assert (left["type"], left["user"]) == ("member_left_channel", "U0ANA")
    assert (archived["type"], archived["channel"], archived["user"]) == ("channel_archive", "C0MART", "U0RINA")


async def test_the_bot_hears_of_its_own_coming(told: Any, slack: Slack) -> None:
    """When it is invited it is a member already; of channels without it, it hears nothing."""
    await slack.actor("U0CARLA").post("C0GENERAL", "anybody?", wait=False)
    assert told() == []
    slack.join(slack.channels["C0GENERAL"], "U0DESK", inviter="U0CARLA")
    (event,) = told("member_joined_channel")
    assert event["user"] == "U0DESK"


@pytest.mark.parametrize(
    ("channel", "event", "scope"),
    [
        ("C0KOPI", "message.channels", "channels:history"),
        ("C0REVIEW", "message.groups", "groups:history"),
        ("D0RINA", "message.im", "im:history"),
    ],
)
async def test_hearing_needs_subscription_and_scope(
    told: Any, slack: Slack, channel: str, event: str, scope: str
) -> None:
    """Messages of a kind of conversation come only with both."""
    rina = slack.actor("U0RINA")
    slack.direct("U0RINA")
    slack.app.events, slack.app.scopes = {event}, set(SCOPES) - {scope}
    await rina.post(channel, "a", wait=False)
    slack.app.events, slack.app.scopes = set(EVENTS) - {event}, {scope}
    await rina.post(channel, "b", wait=False)
    slack.app.events, slack.app.scopes = {event}, {scope}
    await rina.post(channel, "c", wait=False)
    assert [heard["text"] for heard in told("message")] == ["c"]


@pytest.mark.parametrize(
    ("event", "scope"), [("file_shared", "files:read"), ("member_joined_channel", "channels:read")]
)
async def test_other_events_need_them_too(told: Any, slack: Slack, ana: Actor, event: str, scope: str) -> None:
    """Without scope or subscription there is silence."""
    for events, scopes in (({event}, set[str]()), (set[str](), {scope}), ({event}, {scope})):
        slack.app.events, slack.app.scopes = events, scopes
        before = len(told(event))
        await ana.upload("C0KOPI", "a.csv", b"1", wait=False)
        slack.join(slack.channels["C0KOPI"], "U0CARLA")
        slack.leave(slack.channels["C0KOPI"], "U0CARLA")
        assert len(told(event)) - before == (1 if events and scopes else 0)


async def test_the_end_of_an_installation(told: Any, slack: Slack, ana: Actor) -> None:
    """The app hears that it is removed, and then nothing more."""
    slack.uninstall()
    await ana.post("C0KOPI", "x", wait=False)
    assert [event["type"] for event in told()] == ["tokens_revoked", "app_uninstalled"]


def test_an_app_follows_its_manifest() -> None:
    """What the manifest does not ask for, the app does not get."""
    manifest = {
        "features": {
            "bot_user": {"display_name": "Desk"},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
            "slash_commands": [{"command": "/desk", "description": "x"}],
            "shortcuts": [{"callback_id": "new", "type": "global", "name": "New"}],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}, "interactivity": {"is_enabled": True}},
    }
    app = seed(manifest=manifest).slack.app
    assert (app.name, app.scopes, app.events) == ("Desk", {"chat:write"}, {"app_home_opened"})
    assert (list(app.commands or ()), list(app.shortcuts)) == (["/desk"], ["new"])
    assert (app.home_tab, app.messages_tab, app.interactive) == (True, False, True)
