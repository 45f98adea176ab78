"""Channels and their history; people and their groups."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.workspace import Slack

METADATA = {"event_type": "card", "event_payload": {"id": "7"}}


@pytest.fixture
async def stamps(client: AsyncWebClient) -> list[str]:
    """Five messages, oldest first; the first has metadata."""
    first = await client.chat_postMessage(channel="C0KOPI", text="0", metadata=METADATA)
    more = [await client.chat_postMessage(channel="C0KOPI", text=str(n)) for n in range(1, 5)]
    return [answer["ts"] for answer in [first, *more]]


def texts(answer: Any) -> list[str]:
    """What the messages of an answer say."""
    return [message["text"] for message in answer["messages"]]


async def test_history_is_newest_first(client: AsyncWebClient, stamps: list[str]) -> None:
    """Pages go back in time until nothing is left."""
    page = await client.conversations_history(channel="C0KOPI", limit=2)
    seen = [texts(page)]
    while cursor := page["response_metadata"]["next_cursor"]:
        assert page["has_more"]
        page = await client.conversations_history(channel="C0KOPI", limit=2, cursor=cursor)
        seen.append(texts(page))
    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    assert not page["has_more"]
    assert len(stamps) == 5


@pytest.mark.parametrize(
    ("inclusive", "expected"),
    [(False, ["2"]), (True, ["3", "2", "1"])],
)
async def test_history_between_two_moments(
    client: AsyncWebClient, stamps: list[str], inclusive: bool, expected: list[str]
) -> None:
    """``oldest`` and ``latest`` belong to it only with ``inclusive``."""
    answer = await client.conversations_history(
        channel="C0KOPI", oldest=stamps[1], latest=stamps[3], inclusive=inclusive
    )
    assert texts(answer) == expected


async def test_metadata_only_when_asked_for(client: AsyncWebClient, stamps: list[str]) -> None:
    """Without ``include_all_metadata`` nothing of it is shown."""
    where = {"channel": "C0KOPI", "oldest": stamps[0], "latest": stamps[0], "inclusive": True}
    (without,) = (await client.conversations_history(**where))["messages"]
    (with_it,) = (await client.conversations_history(**where, include_all_metadata=True))["messages"]
    assert "metadata" not in without
    assert with_it["metadata"] == METADATA


async def test_replies_start_with_their_parent(client: AsyncWebClient, stamps: list[str], refused: Any) -> None:
    """A thread is its parent and its replies, oldest first."""
    for n in range(3):
        reply = await client.chat_postMessage(channel="C0KOPI", text=f"r{n}", thread_ts=stamps[0], metadata=METADATA)
    thread = await client.conversations_replies(channel="C0KOPI", ts=stamps[0], include_all_metadata=True)
    assert texts(thread) == ["0", "r0", "r1", "r2"]
    assert [message["thread_ts"] for message in thread["messages"]] == [stamps[0]] * 4
    assert all(message["metadata"] == METADATA for message in thread["messages"])
    assert texts(await client.conversations_replies(channel="C0KOPI", ts=reply["ts"])) == ["r2"]
    assert texts(await client.conversations_history(channel="C0KOPI")) == ["4", "3", "2", "1", "0"]
    nothing = client.conversations_replies(channel="C0KOPI", ts="1.1")
    assert await refused.code(nothing) == "thread_not_found"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": "C0GENERAL"}, "not_in_channel"),
        ({"channel": "C0KOPI", "cursor": "?"}, "invalid_cursor"),
        ({"channel": "C0KOPI", "limit": 1000}, "invalid_limit"),
        ({"channel": "C0KOPI", "oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"channel": "C0KOPI", "latest": "now"}, "invalid_ts_latest"),
    ],
)
async def test_refused_history(client: AsyncWebClient, stamps: list[str], refused: Any, given: Any, error: str) -> None:
    """What is wrong with the question is named."""
    assert stamps
    assert await refused.code(client.conversations_history(**given)) == error


async def test_channels_say_what_they_are(client: AsyncWebClient) -> None:
    """Private, shared with another workspace, with the bot in it or not."""
    kopi = (await client.conversations_info(channel="C0KOPI"))["channel"]
    assert (kopi["name"], kopi["is_ext_shared"], kopi["is_member"]) == ("kopi-nusantara", True, True)
    review = (await client.conversations_info(channel="C0REVIEW"))["channel"]
    assert (review["is_private"], review["is_ext_shared"]) == (True, False)
    assert not (await client.conversations_info(channel="C0GENERAL"))["channel"]["is_member"]


async def test_listing_channels(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """Public ones by default; private ones only where the bot is; archived ones on demand."""

    async def names(**more: Any) -> set[str]:
        return {channel["name"] for channel in (await client.conversations_list(**more))["channels"]}

    assert await names() == {"kopi-nusantara", "manila-mart", "general"}
    assert await names(types="private_channel") == {"desk-review"}
    slack.archive(slack.channels["C0MART"], "U0RINA")
    assert await names(exclude_archived=True) == {"kopi-nusantara", "general"}
    slack.channels["C0REVIEW"].members.remove("U0DESK")
    assert await names(types="private_channel") == set()
    assert await refused.code(client.conversations_list(types="secret")) == "invalid_types"


async def test_members_come_in_pages(client: AsyncWebClient) -> None:
    """The members of a channel, page by page."""
    first = await client.conversations_members(channel="C0KOPI", limit=4)
    rest = await client.conversations_members(
        channel="C0KOPI", limit=4, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [*first["members"], *rest["members"]] == [
        "U0DESK",
        "U0RINA",
        "U0BUDI",
        "U0ANA",
        "U0BEN",
        "U0GITA",
        "W0OTTO",
    ]


async def test_where_somebody_is(client: AsyncWebClient, refused: Any) -> None:
    """The bot's own channels, or a person's, as far as the bot may know of them."""
    own = (await client.users_conversations(types="public_channel,private_channel"))["channels"]
    assert {channel["id"] for channel in own} == {"C0KOPI", "C0MART", "C0REVIEW"}
    carlas = (await client.users_conversations(user="U0CARLA"))["channels"]
    assert {channel["id"] for channel in carlas} == {"C0MART", "C0GENERAL"}
    assert await refused.code(client.users_conversations(user="U0NOBODY")) == "user_not_found"


async def test_joining(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """The bot joins public channels by itself, private and archived ones never."""
    slack.app.scopes.add("channels:join")
    slack.archive(slack.channels["C0MART"], "U0RINA")
    assert await refused.code(client.conversations_join(channel="C0MART")) == "is_archived"
    assert (await client.conversations_join(channel="C0GENERAL"))["channel"]["is_member"]
    assert (await client.conversations_join(channel="C0GENERAL"))["warning"] == "already_in_channel"
    assert await refused.code(client.conversations_join(channel="C0REVIEW")) == (
        "method_not_supported_for_channel_type"
    )


async def test_opening_a_direct_conversation(client: AsyncWebClient, refused: Any) -> None:
    """One person, always the same conversation; nobody else's."""
    first = (await client.conversations_open(users="U0ANA"))["channel"]["id"]
    assert (await client.conversations_open(users=["U0ANA"]))["channel"]["id"] == first
    assert (await client.conversations_info(channel=first))["channel"]["user"] == "U0ANA"
    assert await refused.code(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert await refused.code(client.conversations_open(users="U0DESK")) == "cannot_dm_bot"
    assert await refused.code(client.conversations_open(users="")) == "not_enough_users"


async def test_people(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """Staff, guest, outsider and bot can be told apart; e-mail needs its own scope."""
    rina = (await client.users_info(user="U0RINA"))["user"]
    assert (rina["is_restricted"], rina["is_bot"], rina["profile"]["email"]) == (
        False,
        False,
        "rina@senderdesk.example",
    )
    assert (await client.users_info(user="U0GITA"))["user"]["is_restricted"]
    assert (await client.users_info(user="U0DESK"))["user"]["is_bot"]
    slack.app.scopes.remove("users:read.email")
    assert "email" not in (await client.users_info(user="U0RINA"))["user"]["profile"]
    assert await refused.code(client.users_info(user="U0NOBODY")) == "user_not_found"


async def test_outsiders(client: AsyncWebClient, slack: Slack, otto: Actor) -> None:
    """Somebody of another workspace has its team id and no e-mail, and is a stranger without a common channel."""
    known = (await client.users_info(user=otto.person.id))["user"]
    assert (known["team_id"], known["is_stranger"]) == ("T0OTHER", False)
    assert "email" not in known["profile"]
    slack.leave(slack.channels["C0KOPI"], otto.person.id)
    assert (await client.users_info(user=otto.person.id))["user"]["is_stranger"]


async def test_finding_people(client: AsyncWebClient, refused: Any) -> None:
    """By e-mail only those of the workspace; the list has no outsiders."""
    assert (await client.users_lookupByEmail(email="ANA@kopi-nusantara.example"))["user"]["id"] == "U0ANA"
    assert await refused.code(client.users_lookupByEmail(email="otto@agency.example")) == "users_not_found"
    members = (await client.users_list())["members"]
    assert "W0OTTO" not in {member["id"] for member in members}
    assert len(members) == 7


async def test_groups(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """The staff are a user group; a disabled one says so."""
    assert (await client.usergroups_users_list(usergroup="S0STAFF"))["users"] == ["U0RINA", "U0BUDI"]
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["id"], group["handle"], group["users"]) == ("S0STAFF", "desk-staff", ["U0RINA", "U0BUDI"])
    assert await refused.code(client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"
    slack.groups["S0STAFF"].is_enabled = False
    assert await refused.code(client.usergroups_users_list(usergroup="S0STAFF")) == "subteam_disabled"
    assert (await client.usergroups_list())["usergroups"] == []
