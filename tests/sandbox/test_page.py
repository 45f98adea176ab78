"""The page's own addresses: who may call them, which files they hand out, and what they refuse."""

import io
from typing import Any

import aiohttp
import pytest

from bot.sandbox.page import uploads
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World


async def test_page_of_another_site_cannot_act(sandbox: Sandbox, http: aiohttp.ClientSession, world: World) -> None:
    """A browser that shows another site cannot post, upload or listen here."""
    facts = {"as": "U0ANA", "channel": "C0KOPI", "text": "not me"}
    for origin, status in (("https://evil.example", 403), (sandbox.url, 200)):
        headers = {"Origin": origin}
        async with http.post(f"{sandbox.url}/page/act/post", json=facts, headers=headers) as answer:
            assert answer.status == status
        async with http.post(f"{sandbox.url}/page/upload?name=a.csv", data=b"1", headers=headers) as answer:
            assert answer.status == status
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{sandbox.url}/page/ws?as=U0ANA", origin="https://evil.example")
    assert [message.text for message in world.slack.channels["C0KOPI"].messages] == ["not me"]


async def test_file_is_for_those_who_see_it(sandbox: Sandbox, http: aiohttp.ClientSession, world: World) -> None:
    """Members of the channel may download a file; nobody else; and a page in it is never drawn."""
    page = b"<script>1</script>"
    posted = await world.slack.actor("U0ANA").upload("C0KOPI", "page.html", page, wait=False)
    address = f"{sandbox.url}/page/files/{posted.files[0].id}/page.html"
    async with http.get(f"{address}?as=U0BEN") as answer:
        assert await answer.read() == page
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for stranger in ("U0CARLA", "", "U0DESK2"):
        async with http.get(f"{address}?as={stranger}") as answer:
            assert answer.status == 403


async def test_upload_over_the_pages_limit_is_refused(
    sandbox: Sandbox, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page has a limit of its own, and says it; a name keeps no folders."""
    monkeypatch.setattr(uploads, "MOST_BYTES", 2_000_000)
    async with http.post(f"{sandbox.url}/page/upload?name=a.csv", data=io.BytesIO(b"1" * 2_000_001)) as answer:
        assert (answer.status, await answer.json()) == (413, {"error": "Over 2 MB: too much for this page."})
    async with http.post(f"{sandbox.url}/page/upload", params={"name": "../../a\\b.csv"}, data=b"12") as answer:
        assert await answer.json() == {"id": "up1", "name": ".._.._a_b.csv", "size": 2}


@pytest.mark.parametrize(
    ("verb", "facts", "status"),
    [
        ("dance", {"as": "U0ANA"}, 404),
        ("post", {"as": "U0DESK", "channel": "C0KOPI"}, 404),
        ("post", {"as": "U0NOBODY", "channel": "C0KOPI"}, 404),
    ],
)
async def test_unknown_verbs_and_people_are_not_found(
    sandbox: Sandbox, http: aiohttp.ClientSession, verb: str, facts: dict[str, Any], status: int
) -> None:
    """Only known acts, and only by people: nobody acts as the app."""
    async with http.post(f"{sandbox.url}/page/act/{verb}", json=facts) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("verb", "facts", "words"),
    [
        ("post", {"channel": "C0MART", "text": "x"}, "C0MART"),
        ("submit", {"view_id": "V1"}, "no longer open"),
        ("action", {"channel": "C0KOPI", "ts": "1.0", "block_id": "b", "action_id": "a"}, "no longer here"),
        ("post", {"channel": "C0KOPI", "files": ["up99"]}, "attach it again"),
        ("control", {"name": "nothing"}, "no longer possible"),
    ],
)
async def test_what_a_person_cannot_do_is_a_sentence(
    sandbox: Sandbox, http: aiohttp.ClientSession, verb: str, facts: dict[str, Any], words: str
) -> None:
    """Channels of others, closed windows, gone messages and files: answered with words for the person."""
    async with http.post(f"{sandbox.url}/page/act/{verb}", json={"as": "U0ANA", **facts}) as answer:
        assert words in (await answer.json())["error"]


async def test_socket_sends_all_first_and_then_what_changed(
    sandbox: Sandbox, http: aiohttp.ClientSession, world: World
) -> None:
    """A page gets its person's whole sight once, then only new keys, and keys that are gone."""
    async with http.ws_connect(f"{sandbox.url}/page/ws?as=U0CARLA") as socket:
        first = await socket.receive_json()
        assert first["set"]["me"]["name"] == "Carla Reyes"
        assert [channel["name"] for channel in first["set"]["channels"]] == ["manila-mart", "general", ""]
        posted = await world.slack.actor("U0RINA").post("C0MART", "hello", wait=False)
        second = await socket.receive_json()
        assert set(second["set"]) == {f"message/C0MART/{posted.ts}", "pulse"}
        world.slack.remove(posted)
        third = await socket.receive_json()
        assert third["drop"] == [f"message/C0MART/{posted.ts}"]


async def test_every_answer_has_a_policy_against_foreign_scripts(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    """The pages may run the sandbox's own scripts only, and are not kept by the browser."""
    for path in ("/", "/inbox", "/page/gallery", "/static/js/main.js"):
        async with http.get(sandbox.url + path) as answer:
            assert answer.status == 200
            assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-cache"
