"""How the Web API is called: tokens, scopes, and arguments in every shape that clients send."""

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.workspace import Slack

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]
MESSAGE: dict[str, Any] = {"channel": "C0KOPI", "text": "hi", "blocks": BLOCKS}
FLAT = {name: value if isinstance(value, str) else json.dumps(value) for name, value in MESSAGE.items()}


@pytest.fixture
def raw(sandbox: Sandbox, http: aiohttp.ClientSession) -> Any:
    """Calls without the SDK."""

    async def call(verb: str, method: str, token: str | None = sandbox.world.slack.app.bot_token, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        async with http.request(verb, f"{sandbox.url}/api/{method}", headers=headers, **more) as response:
            assert response.status == 200
            return {**await response.json(), "headers": response.headers}

    return call


@pytest.mark.parametrize(
    ("verb", "how"),
    [
        ("GET", {"params": FLAT}),
        ("POST", {"params": FLAT}),
        ("POST", {"data": FLAT}),
        ("POST", {"json": MESSAGE}),
        ("POST", {"json": FLAT}),
        ("POST", {"data": json.dumps(MESSAGE), "headers": {"Content-Type": "application/json; charset=utf-8"}}),
    ],
    ids=["query", "POST with query", "form", "JSON", "JSON in JSON", "JSON with charset"],
)
async def test_arguments_come_in_every_shape(raw: Any, verb: str, how: Any) -> None:
    """Query, form and JSON mean the same; nested values may be JSON in a string."""
    answer = await raw(verb, "chat.postMessage", **how)
    assert answer["ok"]
    assert answer["message"]["blocks"][0]["text"] == BLOCKS[0]["text"]


async def test_the_token_may_be_an_argument_of_a_form_but_not_of_json(raw: Any, slack: Slack) -> None:
    """A token in a JSON body is not looked at."""
    token = {"token": slack.app.bot_token}
    assert (await raw("POST", "auth.test", None, data=token))["ok"]
    assert (await raw("GET", "auth.test", None, params=token))["ok"]
    assert (await raw("POST", "auth.test", None, json=token))["error"] == "not_authed"


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, "invalid_json"),
        ({"json": [1]}, "json_not_object"),
        ({"data": b"x", "headers": {"Content-Type": "application/octet-stream"}}, "invalid_post_type"),
    ],
)
async def test_a_broken_body_is_refused(raw: Any, how: Any, error: str) -> None:
    """What cannot be read is told as such."""
    assert (await raw("POST", "auth.test", **how))["error"] == error


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("xoxb-somebody-else", "auth.test", "invalid_auth"),
        ("app", "auth.test", "not_allowed_token_type"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("bot", "chat.shout", "unknown_method"),
    ],
)
async def test_tokens(raw: Any, slack: Slack, token: str | None, method: str, error: str) -> None:
    """No token, a wrong one and the other kind are refused; so is a method that does not exist."""
    known = {"app": slack.app.app_token, "bot": slack.app.bot_token}
    assert (await raw("POST", method, known.get(token or "", token)))["error"] == error


@pytest.mark.parametrize(
    ("method", "given", "message"),
    [
        ("chat.postMessage", {"text": "x"}, "missing required field: channel"),
        ("chat.postMessage", {"channel": ["C0KOPI"], "text": "x"}, "must be a string [json-pointer:/channel]"),
        ("usergroups.list", {"include_users": "perhaps"}, "must be a boolean [json-pointer:/include_users]"),
        ("users.list", {"limit": "many"}, "must be an integer [json-pointer:/limit]"),
        ("views.open", {"trigger_id": "1", "view": "{"}, None),
        ("views.open", {"trigger_id": "1"}, "missing required field: view"),
        ("conversations.open", {"users": ["U0ANA", "U0BEN"]}, None),
    ],
)
async def test_wrong_arguments_are_named(raw: Any, method: str, given: Any, message: str | None) -> None:
    """Each argument has a type; the refusal says which one is wrong."""
    answer = await raw("POST", method, json=given)
    assert not answer["ok"]
    if message:
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {message}"]


async def test_who_am_i(client: AsyncWebClient) -> None:
    """``auth.test`` names the bot and its workspace."""
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0DESK", "B0DESK", "T0SENDER")
    assert answer["team"] == "Sender Desk Demo"


async def test_a_missing_scope_is_named(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """The refusal says what was needed and what is there; every answer lists the granted scopes."""
    assert "chat:write" in (await client.auth_test()).headers["x-oauth-scopes"].split(",")
    slack.app.scopes = {"users:read", "commands"}
    answer = await refused(client.chat_postMessage(channel="C0KOPI", text="hi"))
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "chat:write",
        "commands,users:read",
    )


SCOPES = [
    ("chat.postMessage", "chat:write"),
    ("chat.postEphemeral", "chat:write"),
    ("chat.update", "chat:write"),
    ("chat.delete", "chat:write"),
    ("files.info", "files:read"),
    ("files.getUploadURLExternal", "files:write"),
    ("files.completeUploadExternal", "files:write"),
    ("files.delete", "files:write"),
    ("users.info", "users:read"),
    ("users.list", "users:read"),
    ("users.lookupByEmail", "users:read.email"),
    ("usergroups.list", "usergroups:read"),
    ("usergroups.users.list", "usergroups:read"),
    ("reactions.add", "reactions:write"),
    ("reactions.remove", "reactions:write"),
    ("conversations.join", "channels:join"),
    ("conversations.open", "im:write,mpim:write"),
    ("conversations.history", "channels:history,groups:history,im:history,mpim:history"),
    ("conversations.replies", "channels:history,groups:history,im:history,mpim:history"),
    ("conversations.info", "channels:read,groups:read,im:read,mpim:read"),
    ("conversations.list", "channels:read,groups:read,im:read,mpim:read"),
    ("conversations.members", "channels:read,groups:read,im:read,mpim:read"),
]


@pytest.mark.parametrize(("method", "needed"), SCOPES)
async def test_every_method_wants_its_scope(raw: Any, slack: Slack, method: str, needed: str) -> None:
    """Without any scope, a method says which one it wants."""
    slack.app.scopes = set()
    answer = await raw("POST", method)
    assert (answer["error"], answer["needed"]) == ("missing_scope", needed)


async def test_the_scope_must_fit_the_kind_of_conversation(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """The right for public channels is none for private ones, and the reverse."""
    slack.app.scopes = {"groups:history"}
    assert (await refused(client.conversations_history(channel="C0KOPI")))["needed"] == "channels:history"
    slack.app.scopes = {"channels:history"}
    assert (await refused(client.conversations_history(channel="C0REVIEW")))["needed"] == "groups:history"


async def test_a_removed_app_has_no_voice(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """After it was uninstalled its tokens are void."""
    slack.uninstall()
    assert await refused.code(client.auth_test()) == "account_inactive"


async def test_the_world_remembers_refusals(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """A test can see what a bot was refused."""
    await refused(client.chat_postMessage(channel="C0NOWHERE", text="hi"))
    assert slack.refusals == [("chat.postMessage", "channel_not_found", {})]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"blocks": []}, None),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"message": {"blocks": [{"type": "divider"}]}}, None),
        ({"message": {"blocks": [{"type": "alert", "text": {"type": "plain_text", "text": "x"}}]}}, "invalid_message"),
        ({"view": {"type": "home", "blocks": [{"type": "divider"}]}}, None),
        ({"view": {"type": "modal", "blocks": []}}, "invalid_view"),
        ({}, "invalid_arguments"),
        ({"blocks": [], "view": {}}, "invalid_arguments"),
    ],
)
async def test_blocks_can_be_judged_without_being_sent(
    client: AsyncWebClient, refused: Any, given: Any, error: str | None
) -> None:
    """``blocks.validate`` judges blocks, a message or a view, exactly one of them."""
    call = client.blocks_validate(**given)
    assert (await call)["ok"] if error is None else await refused.code(call) == error


async def test_a_judgement_names_the_place(client: AsyncWebClient, refused: Any) -> None:
    """Errors come with a JSON pointer from the start of what was given."""
    answer = await refused(client.blocks_validate(blocks=[{"type": "marquee"}]))
    assert answer["errors"] == [{"pointer": "/0/type", "code": "unknown_type", "message": "unsupported type: marquee"}]


async def test_api_test_says_back_the_error(client: AsyncWebClient, refused: Any) -> None:
    """``api.test`` needs no token and fails by the name it is given."""
    assert (await client.api_test())["ok"]
    assert await refused.code(client.api_test(error="my_error")) == "my_error"
