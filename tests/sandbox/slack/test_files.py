"""Files: both ways, and who sees them."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.actor import Actor, Refused
from bot.sandbox.slack.workspace import Slack

CSV = b"msisdn\n+6581234001\n"


@pytest.fixture
def fetch(http: aiohttp.ClientSession, slack: Slack) -> Any:
    """Downloads with a token: content type and bytes."""

    async def get(url: str, token: str = slack.app.bot_token) -> tuple[str, bytes]:
        async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
            assert response.status == 200
            return response.content_type, await response.read()

    return get


async def test_a_posted_file_can_be_read(client: AsyncWebClient, ana: Actor, fetch: Any) -> None:
    """The message names it, ``files.info`` tells where it is, and the bot's token opens it."""
    message = await ana.post("C0KOPI", "here", files=[("My People.csv", CSV)], wait=False)
    info = (await client.files_info(file=message.files[0].id))["file"]
    assert (info["name"], info["size"], info["filetype"], info["user"]) == ("My People.csv", 19, "csv", "U0ANA")
    assert info["shares"]["public"]["C0KOPI"][0]["ts"] == message.ts
    for url in (info["url_private"], info["url_private_download"]):
        assert await fetch(url) == ("text/csv", CSV)


async def test_without_the_right_there_is_a_login_page(
    client: AsyncWebClient, slack: Slack, ana: Actor, fetch: Any
) -> None:
    """A wrong token, no scope or no membership gives 200 and HTML, as Slack does."""
    message = await ana.upload("C0KOPI", "a.csv", CSV, wait=False)
    url = (await client.files_info(file=message.files[0].id))["file"]["url_private"]
    kind, page = await fetch(url, "xoxb-wrong")
    assert kind == "text/html"
    assert b"Sign in" in page
    slack.leave(slack.channels["C0KOPI"], "U0DESK")
    assert (await fetch(url))[0] == "text/html"
    slack.join(slack.channels["C0KOPI"], "U0DESK")
    assert (await fetch(url))[0] == "text/csv"
    slack.app.scopes.remove("files:read")
    assert (await fetch(url))[0] == "text/html"


async def test_the_bot_knows_only_files_that_it_sees(client: AsyncWebClient, slack: Slack, refused: Any) -> None:
    """A file in a channel without the bot does not exist for it."""
    carla = slack.actor("U0CARLA")
    message = await carla.upload("C0GENERAL", "a.csv", CSV, wait=False)
    assert await refused.code(client.files_info(file=message.files[0].id)) == "file_not_found"
    assert await refused.code(client.files_info(file="F0NOWHERE")) == "file_not_found"


async def test_an_outsiders_file_is_a_stub(client: AsyncWebClient, otto: Actor, fetch: Any) -> None:
    """The message says only that one must ask; ``files.info`` tells the rest."""
    message = await otto.upload("C0KOPI", "a.csv", CSV, wait=False)
    (shown,) = (await client.conversations_history(channel="C0KOPI"))["messages"]
    file = message.files[0]
    assert shown["files"] == [{"id": file.id, "mode": "file_access", "file_access": "check_file_info"}]
    info = (await client.files_info(file=file.id))["file"]
    assert await fetch(info["url_private_download"]) == ("text/csv", CSV)


async def test_an_outsiders_file_may_be_refused(
    client: AsyncWebClient, slack: Slack, otto: Actor, refused: Any
) -> None:
    """Where the bot is not, the answer is ``access_denied``."""
    message = await otto.upload("C0KOPI", "a.csv", CSV, wait=False)
    slack.leave(slack.channels["C0KOPI"], "U0DESK")
    assert await refused.code(client.files_info(file=message.files[0].id)) == "access_denied"


async def test_an_upload_is_shared_a_moment_later(client: AsyncWebClient, slack: Slack, ana: Actor, fetch: Any) -> None:
    """The SDK's three steps; the message comes after the answer, which names no timestamp."""
    parent = await ana.post("C0KOPI", "please", wait=False)
    answer = await client.files_upload_v2(
        channel="C0KOPI",
        thread_ts=parent.ts,
        filename="rejected.csv",
        title="Rejected",
        content=CSV,
        initial_comment="x",
    )
    file_id = answer["file"]["id"]
    assert answer["file"]["shares"] == {}
    reply = await slack.until(lambda: parent.replies and parent.replies[0])
    assert (reply.text, reply.subtype, reply.files[0].title) == ("x", "file_share", "Rejected")
    info = (await client.files_info(file=file_id))["file"]
    assert info["shares"]["public"]["C0KOPI"][0]["ts"] == reply.ts
    assert (await fetch(info["url_private"]))[1] == CSV


async def test_an_upload_without_a_channel_stays_private(client: AsyncWebClient, ana: Actor) -> None:
    """It exists, and nobody sees it in a channel."""
    answer = await client.files_upload_v2(filename="a.csv", content=CSV)
    assert (await client.files_info(file=answer["file"]["id"]))["file"]["shares"] == {}
    assert ana.sees("C0KOPI") == []


async def test_the_bytes_must_be_as_many_as_announced(
    client: AsyncWebClient, http: aiohttp.ClientSession, refused: Any
) -> None:
    """Other bytes, or none, and the file cannot be completed."""
    ticket = await client.files_getUploadURLExternal(filename="a.csv", length=5)
    async with http.post(ticket["upload_url"], data=b"123") as response:
        assert response.status == 400
    completing = client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])
    assert await refused.code(completing) == "file_not_found"
    assert await refused.code(client.files_info(file=ticket["file_id"])) == "file_not_found"
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", b"12345", filename="a.csv")
    async with http.post(ticket["upload_url"], data=form) as response:
        assert await response.text() == "OK - 5"
    assert (await client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}]))["ok"]


@pytest.mark.parametrize(
    ("method", "given", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "a.csv"}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a.csv", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a.csv", "length": 1_000_000_001}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"length": 5}, "invalid_arguments"),
        ("files.completeUploadExternal", {}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}], "channel_id": "C0NOWHERE"}, "channel_not_found"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}], "channel_id": "C0GENERAL"}, "not_in_channel"),
        (
            "files.completeUploadExternal",
            {"files": [{"id": "F0"}], "channel_id": "C0KOPI", "thread_ts": "1.1"},
            "invalid_thread_ts",
        ),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
    ],
)
async def test_refused_uploads(client: AsyncWebClient, refused: Any, method: str, given: Any, error: str) -> None:
    """What Slack refuses of an upload."""
    assert await refused.code(client.api_call(method, json=given)) == error


async def test_deleting(client: AsyncWebClient, ana: Actor, refused: Any, fetch: Any) -> None:
    """The bot deletes its own files only; then they are gone."""
    own = (await client.files_upload_v2(filename="a.csv", content=CSV))["file"]
    assert (await client.files_delete(file=own["id"]))["ok"]
    assert await refused.code(client.files_info(file=own["id"])) == "file_deleted"
    assert (await fetch(own["url_private"]))[0] == "text/html"
    hers = await ana.upload("C0KOPI", "a.csv", CSV, wait=False)
    assert await refused.code(client.files_delete(file=hers.files[0].id)) == "cant_delete_file"


async def test_a_channel_takes_a_file_of_30_megabytes(client: AsyncWebClient, ana: Actor, fetch: Any) -> None:
    """Files in channels may be far larger than those of forms."""
    data = b"x" * 30_000_000
    message = await ana.upload("C0KOPI", "big.csv", data, wait=False)
    info = (await client.files_info(file=message.files[0].id))["file"]
    assert (await fetch(info["url_private_download"]))[1] == data


@pytest.mark.parametrize("size", [10_000_000, 10_000_001])
async def test_a_form_takes_a_file_of_10_megabytes(
    client: AsyncWebClient, slack: Slack, ana: Actor, fetch: Any, size: int
) -> None:
    """One byte more and Slack refuses it; the chosen file is the bot's and hers alone."""
    await client.views_open(trigger_id=slack.triggers.issue("U0ANA", "command"), view=FORM)
    if size > 10_000_000:
        with pytest.raises(Refused, match="larger than 10 MB"):
            await ana.fill("file", [("a.csv", b"x" * size)])
        return
    await ana.fill("file", [("a.csv", b"x" * size)])
    view = ana.view()
    assert view
    (chosen,) = view.entries["file", "file"]["files"]
    assert chosen["shares"] == {}
    assert len((await fetch(chosen["url_private_download"]))[1]) == size


FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Upload"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "file",
            "label": {"type": "plain_text", "text": "File"},
            "element": {"type": "file_input", "action_id": "file", "max_files": 1},
        }
    ],
}


async def test_a_form_takes_only_so_many_files(client: AsyncWebClient, slack: Slack, ana: Actor) -> None:
    """More than ``max_files`` cannot be chosen."""
    await client.views_open(trigger_id=slack.triggers.issue("U0ANA", "command"), view=FORM)
    with pytest.raises(Refused, match="at most 1 files"):
        await ana.fill("File", [("a.csv", CSV), ("b.csv", CSV)])
