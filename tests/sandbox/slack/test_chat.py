"""Messages: posting, updating, deleting, and what Slack refuses."""

import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack
from bot.sandbox.world import World

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}


async def test_a_message_appears(client: AsyncWebClient, ana: Actor, world: World) -> None:
    """A posted message is seen in its channel, and the world notes it."""
    answer = await client.chat_postMessage(channel="C0KOPI", text="hi", blocks=[SECTION])
    (seen,) = ana.sees("C0KOPI")
    assert (seen.text, seen.ts, seen.user) == ("hi", answer["ts"], "U0DESK")
    assert answer["channel"] == "C0KOPI"
    assert answer["message"]["bot_id"] == "B0DESK"
    assert answer["message"]["blocks"][0]["block_id"]
    assert [effect.name for effect in world.effects] == ["slack:chat.postMessage"]


async def test_timestamps_only_grow(client: AsyncWebClient, slack: Slack) -> None:
    """No two messages share a timestamp, however fast they come."""
    stamps = [(await client.chat_postMessage(channel="C0KOPI", text="x"))["ts"] for _ in range(5)]
    assert stamps == sorted(set(stamps))
    assert slack.new_ts() > stamps[-1]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "x"}, "not_in_channel"),
        ({"channel": "kopi-nusantara", "text": "x"}, "channel_not_found"),
        ({"channel": "U0DESK", "text": "x"}, "cannot_dm_bot"),
        ({"channel": "C0KOPI"}, "no_text"),
        ({"channel": "C0KOPI", "text": "  "}, "no_text"),
        ({"channel": "C0KOPI", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0KOPI", "text": "x", "blocks": "[{]"}, "invalid_blocks_format"),
        ({"channel": "C0KOPI", "text": "x", "blocks": '{"type": "divider"}'}, "invalid_blocks_format"),
        ({"channel": "C0KOPI", "text": "x", "attachments": "[1]"}, "invalid_attachments"),
        ({"channel": "C0KOPI", "attachments": json.dumps([{"text": "x"}] * 101)}, "too_many_attachments"),
        ({"channel": "C0KOPI", "text": "x", "metadata": "{}}"}, "invalid_metadata_format"),
        ({"channel": "C0KOPI", "text": "x", "metadata": '{"event_type": "a"}'}, "invalid_metadata_format"),
        (
            {
                "channel": "C0KOPI",
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"x": "x" * 16_000}},
            },
            "metadata_too_large",
        ),
        ({"channel": "C0KOPI", "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0KOPI", "text": "x", "username": "Boss"}, "missing_scope"),
    ],
)
async def test_refused_messages(client: AsyncWebClient, ana: Actor, refused: Any, given: Any, error: str) -> None:
    """What Slack refuses is refused, and nothing appears."""
    assert await refused.code(client.api_call("chat.postMessage", json=given)) == error
    assert ana.sees("C0KOPI") == []


async def test_40000_characters_are_enough(client: AsyncWebClient) -> None:
    """The longest text passes."""
    assert (await client.chat_postMessage(channel="C0KOPI", text="x" * 40_000))["ok"]


async def test_bad_blocks_are_named(client: AsyncWebClient, refused: Any) -> None:
    """``invalid_blocks`` says every place, as Slack does."""
    bad = [{"type": "marquee"}, {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]
    answer = await refused(client.chat_postMessage(channel="C0KOPI", text="x", blocks=bad))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]",
        "[ERROR] must be one of: plain_text [json-pointer:/blocks/1/text/type]",
    ]


async def test_a_private_channel_without_the_bot_does_not_exist(
    client: AsyncWebClient, slack: Slack, refused: Any
) -> None:
    """A private channel is hidden from who is not in it."""
    slack.channels["C0REVIEW"].members.remove("U0DESK")
    assert await refused.code(client.chat_postMessage(channel="C0REVIEW", text="x")) == "channel_not_found"


async def test_an_archived_channel_is_closed(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """Nothing is posted or changed there."""
    ts = (await client.chat_postMessage(channel="C0MART", text="x"))["ts"]
    slack.archive(slack.channels["C0MART"], "U0RINA")
    assert await refused.code(client.chat_postMessage(channel="C0MART", text="x")) == "is_archived"
    assert await refused.code(client.chat_update(channel="C0MART", ts=ts, text="y")) == "is_archived"


async def test_posting_to_a_person_opens_the_direct_conversation(client: AsyncWebClient, ana: Actor) -> None:
    """A person's id is as good as their direct conversation's."""
    answer = await client.chat_postMessage(channel="U0ANA", text="psst")
    assert answer["channel"].startswith("D")
    assert [message.text for message in ana.sees(answer["channel"])] == ["psst"]


async def test_a_closed_messages_tab_takes_nothing(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """Where the manifest closes the Messages tab, the bot cannot write to people either."""
    slack.app.messages_tab = False
    for channel in ("U0ANA", slack.direct("U0ANA").id):
        assert await refused.code(client.chat_postMessage(channel=channel, text="x")) == "messages_tab_disabled"


async def test_attachments_hold_blocks(client: AsyncWebClient, refused: Any) -> None:
    """Blocks of attachments are judged and kept like others."""
    good, bad = [{"color": "#f00", "blocks": [SECTION]}], [{"blocks": [{"type": "marquee"}]}]
    answer = await client.chat_postMessage(channel="C0KOPI", text="x", attachments=good)
    assert answer["message"]["attachments"][0]["blocks"][0]["block_id"]
    refusal = client.chat_postMessage(channel="C0KOPI", text="x", attachments=bad)
    assert await refused.code(refusal) == "invalid_blocks"


async def test_a_deleted_reply_no_longer_counts(client: AsyncWebClient, ana: Actor) -> None:
    """It leaves its thread."""
    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel="C0KOPI", text="reply", thread_ts=parent))["ts"]
    await client.chat_delete(channel="C0KOPI", ts=reply)
    assert [message.text for message in ana.sees("C0KOPI", parent)] == ["parent"]


async def test_threads(client: AsyncWebClient, ana: Actor, refused: Any) -> None:
    """A reply hangs on its parent, which counts; a reply to a reply is refused."""
    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    first = (await client.chat_postMessage(channel="C0KOPI", text="one", thread_ts=parent))["ts"]
    second = (await client.chat_postMessage(channel="C0KOPI", text="two", thread_ts=parent))["ts"]
    assert [message.text for message in ana.sees("C0KOPI")] == ["parent"]
    assert [message.text for message in ana.sees("C0KOPI", parent)] == ["parent", "one", "two"]
    (shown,) = (await client.conversations_history(channel="C0KOPI"))["messages"]
    assert (shown["reply_count"], shown["latest_reply"], shown["reply_users"]) == (2, second, ["U0DESK"])
    again = client.chat_postMessage(channel="C0KOPI", text="x", thread_ts=first)
    assert await refused.code(again) == "cannot_reply_to_message"


async def test_text_without_blocks_drops_the_blocks(client: AsyncWebClient, ana: Actor) -> None:
    """An update that gives only text leaves only text, and is marked as edited."""
    ts = (await client.chat_postMessage(channel="C0KOPI", text="a", blocks=[SECTION]))["ts"]
    await client.chat_update(channel="C0KOPI", ts=ts, text="b")
    (seen,) = ana.sees("C0KOPI")
    assert (seen.text, seen.blocks, seen.edited) == ("b", [], True)


async def test_an_update_with_blocks_is_not_marked(client: AsyncWebClient, ana: Actor) -> None:
    """With blocks there is no "(edited)"."""
    ts = (await client.chat_postMessage(channel="C0KOPI", text="a", blocks=[SECTION]))["ts"]
    await client.chat_update(channel="C0KOPI", ts=ts, text="b", blocks=[{"type": "divider"}])
    (seen,) = ana.sees("C0KOPI")
    assert ([block["type"] for block in seen.blocks], seen.edited) == (["divider"], False)


async def test_metadata_stays_until_it_is_replaced(client: AsyncWebClient, slack: Slack) -> None:
    """An update without metadata keeps it, one with ``{}`` takes it away."""
    metadata = {"event_type": "card", "event_payload": {"id": "1"}}
    ts = (await client.chat_postMessage(channel="C0KOPI", text="a", metadata=metadata))["ts"]
    message = slack.channels["C0KOPI"].find(ts)
    assert message
    await client.chat_update(channel="C0KOPI", ts=ts, text="b")
    assert message.metadata == metadata
    await client.chat_update(channel="C0KOPI", ts=ts, text="b", metadata="{}")
    assert message.metadata is None


async def test_only_own_messages_can_be_changed(client: AsyncWebClient, ana: Actor, refused: Any) -> None:
    """Another author's message is refused, and so is one that is not there."""
    hers = await ana.post("C0KOPI", "mine", wait=False)
    change = client.chat_update(channel="C0KOPI", ts=hers.ts, text="x")
    assert await refused.code(change) == "cant_update_message"
    assert await refused.code(client.chat_delete(channel="C0KOPI", ts=hers.ts)) == "cant_delete_message"
    assert await refused.code(client.chat_update(channel="C0KOPI", ts="1.1", text="x")) == "message_not_found"
    assert hers.text == "mine"


async def test_an_update_takes_less_text(client: AsyncWebClient, refused: Any) -> None:
    """``chat.update`` takes 4,000 characters."""
    ts = (await client.chat_postMessage(channel="C0KOPI", text="a"))["ts"]
    assert (await client.chat_update(channel="C0KOPI", ts=ts, text="x" * 4000))["ok"]
    assert await refused.code(client.chat_update(channel="C0KOPI", ts=ts, text="x" * 4001)) == "msg_too_long"


async def test_deleting(client: AsyncWebClient, ana: Actor, refused: Any) -> None:
    """A deleted message is gone; a parent with replies leaves a tombstone."""
    alone = (await client.chat_postMessage(channel="C0KOPI", text="alone"))["ts"]
    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    await client.chat_postMessage(channel="C0KOPI", text="reply", thread_ts=parent)
    await client.chat_delete(channel="C0KOPI", ts=alone)
    await client.chat_delete(channel="C0KOPI", ts=parent)
    assert [(message.ts, message.deleted) for message in ana.sees("C0KOPI")] == [(parent, True)]
    (shown,) = (await client.conversations_history(channel="C0KOPI"))["messages"]
    assert (shown["subtype"], shown["text"]) == ("tombstone", "This message was deleted.")
    assert await refused.code(client.chat_delete(channel="C0KOPI", ts=alone)) == "message_not_found"
    assert await refused.code(client.chat_update(channel="C0KOPI", ts=parent, text="x")) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_person(
    client: AsyncWebClient, slack: Slack, ana: Actor, refused: Any
) -> None:
    """Only its reader sees it; it is not in the history and cannot be updated."""
    ts = (await client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="psst"))["message_ts"]
    assert [message.text for message in ana.sees("C0KOPI")] == ["psst"]
    assert slack.actor("U0BEN").sees("C0KOPI") == []
    assert (await client.conversations_history(channel="C0KOPI"))["messages"] == []
    assert await refused.code(client.chat_update(channel="C0KOPI", ts=ts, text="x")) == "message_not_found"
    stranger = client.chat_postEphemeral(channel="C0KOPI", user="U0CARLA", text="x")
    assert await refused.code(stranger) == "user_not_in_channel"


async def test_an_ephemeral_message_may_stand_in_a_thread(client: AsyncWebClient, ana: Actor) -> None:
    """It is seen where it was put."""
    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    await client.chat_postEphemeral(channel="C0KOPI", user="U0ANA", text="psst", thread_ts=parent)
    assert [message.text for message in ana.sees("C0KOPI")] == ["parent"]
    assert [message.text for message in ana.sees("C0KOPI", parent)] == ["parent", "psst"]


async def test_permalinks(client: AsyncWebClient, refused: Any) -> None:
    """A message has an address; a reply's names its thread."""
    parent = (await client.chat_postMessage(channel="C0KOPI", text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel="C0KOPI", text="reply", thread_ts=parent))["ts"]
    link = (await client.chat_getPermalink(channel="C0KOPI", message_ts=parent))["permalink"]
    workspace = (await client.auth_test())["url"]
    assert link == f"{workspace}archives/C0KOPI/p{parent.replace('.', '')}"
    threaded = (await client.chat_getPermalink(channel="C0KOPI", message_ts=reply))["permalink"]
    assert threaded.endswith(f"?thread_ts={parent}&cid=C0KOPI")
    assert await refused.code(client.chat_getPermalink(channel="C0KOPI", message_ts="1.1")) == "message_not_found"


async def test_reactions(client: AsyncWebClient, ana: Actor, refused: Any) -> None:
    """A reaction is added once and taken away once."""
    hers = await ana.post("C0KOPI", "look", wait=False)
    where = {"channel": "C0KOPI", "timestamp": hers.ts, "name": "eyes"}
    await client.reactions_add(**where)
    assert hers.reactions == {"eyes": ["U0DESK"]}
    assert await refused.code(client.reactions_add(**where)) == "already_reacted"
    await client.reactions_remove(**where)
    assert hers.reactions == {}
    assert await refused.code(client.reactions_remove(**where)) == "no_reaction"
    assert await refused.code(client.reactions_add(**where | {"timestamp": "1.1"})) == "message_not_found"
