"""HTTP mode: signed requests, retries, and the challenge."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.actor import Actor, NoAnswer
from bot.sandbox.slack.delivery import RequestUrl
from bot.sandbox.slack.workspace import Slack


class Ear:
    """A plain web server in the place of the bot."""

    def __init__(self) -> None:
        self.requests: list[tuple[web.Request, str]] = []
        self.answers: list[web.Response] = []
        self.slow = 0.0

    async def take(self, request: web.Request) -> web.Response:
        """Note the request and answer as was told, else 200."""
        self.requests.append((request, await request.text()))
        await asyncio.sleep(self.slow)
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def ear(slack: Slack) -> Any:
    """Listens at the request URL."""
    ear = Ear()
    app = web.Application()
    app.router.add_post("/slack/events", ear.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.delivery.post_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield ear
    await runner.cleanup()


async def test_requests_are_signed(ear: Ear, slack: Slack, ana: Actor) -> None:
    """The SDK's own verifier accepts the signature, and not that of another body."""
    await ana.command("C0KOPI", "/desk")
    ((request, body),) = ear.requests
    verifier = SignatureVerifier(slack.app.signing_secret)
    assert verifier.is_valid_request(body, dict(request.headers))
    assert not verifier.is_valid_request(body + " ", dict(request.headers))


async def test_each_kind_has_its_shape(ear: Ear, slack: Slack, ana: Actor) -> None:
    """Commands are forms, interactions are JSON in a form, events are JSON."""
    slack.app.shortcuts = {"new": {}}
    await ana.command("C0KOPI", "/desk a&b")
    await ana.shortcut("new")
    await ana.post("C0KOPI", "hi")
    (command, shortcut, event) = ear.requests
    assert [request.content_type for request, _ in ear.requests] == [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/json",
    ]
    assert parse_qs(command[1])["text"] == ["a&b"]
    assert json.loads(parse_qs(shortcut[1])["payload"][0])["callback_id"] == "new"
    assert json.loads(event[1])["event"]["text"] == "hi"


async def test_answers_may_be_text_or_json(ear: Ear, ana: Actor) -> None:
    """Plain text and JSON are both shown."""
    ear.answers = [web.Response(text="plain"), web.json_response({"text": "json"})]
    assert (await ana.command("C0KOPI", "/desk")).text == "plain"
    assert (await ana.command("C0KOPI", "/desk")).text == "json"


async def test_an_event_comes_again_after_an_error(ear: Ear, ana: Actor) -> None:
    """With the number of the retry and its reason; the first attempt has neither."""
    ear.answers = [web.Response(status=500), web.Response(status=404)]
    await ana.post("C0KOPI", "x")
    headers = [request.headers for request, _ in ear.requests]
    assert [h.get("X-Slack-Retry-Num") for h in headers] == [None, "1", "2"]
    assert [h.get("X-Slack-Retry-Reason") for h in headers] == [None, "http_error", "http_error"]
    assert len({json.loads(body)["event_id"] for _, body in ear.requests}) == 1


async def test_no_retry_when_asked(ear: Ear, ana: Actor) -> None:
    """``X-Slack-No-Retry: 1`` ends it."""
    ear.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    with pytest.raises(NoAnswer):
        await ana.post("C0KOPI", "x")
    assert len(ear.requests) == 1


async def test_a_command_is_not_repeated(ear: Ear, ana: Actor) -> None:
    """People see the failure at once."""
    ear.answers = [web.Response(status=500)]
    with pytest.raises(NoAnswer, match="http_error"):
        await ana.command("C0KOPI", "/desk")
    assert len(ear.requests) == 1


async def test_nobody_listens(slack: Slack, ana: Actor) -> None:
    """A closed port is a failure like any other."""
    slack.delivery.post_to("http://127.0.0.1:9/slack/events")
    with pytest.raises(NoAnswer, match="connection_failed"):
        await ana.command("C0KOPI", "/desk")


async def test_slow_is_as_good_as_silent(ear: Ear, slack: Slack, ana: Actor) -> None:
    """Three seconds (here less) and no more."""
    slack.timing.ack = 0.05
    ear.slow = 0.2
    with pytest.raises(NoAnswer, match="http_timeout"):
        await ana.command("C0KOPI", "/desk")


async def test_the_challenge(offline: Any, slack: Slack) -> None:
    """Bolt passes Slack's verification of the request URL; another server does not."""
    url = await offline.listen()
    ears = slack.delivery.request_url
    assert ears
    assert await ears.verify()
    wrong = RequestUrl(slack, url + "/elsewhere")
    assert not await wrong.verify()
    await wrong.close()


async def test_bolt_refuses_what_is_not_signed(offline: Any, slack: Slack, http: aiohttp.ClientSession) -> None:
    """An old timestamp or another secret is no request of Slack's."""
    url = await offline.listen()
    sign = RequestUrl(slack, url).sign
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    json_type = {"Content-Type": "application/json"}
    old = sign(body, int(slack.now) - 301)
    forged = sign(body) | {"X-Slack-Signature": "v0=" + "0" * 64}
    for headers, status in ((old, 401), (forged, 401), (sign(body), 200)):
        async with http.post(url, data=body, headers=headers | json_type) as response:
            assert response.status == status
