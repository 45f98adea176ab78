"""Tell a person something where they are: in the channel, in the modal, on App Home, or in the answer to a command."""

import asyncio
import re
from typing import Any

import aiohttp
import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.delivery import blocks
from bot.delivery.marks import Mrkdwn
from bot.desk import Desk
from bot.errors import DeskError
from handlers.payload import Payload, is_home, read_sender, thread_of

log = structlog.get_logger(__name__)

SLACK_SECONDS = 2.0
"""How long a listener may wait for Slack to show something."""
OK = 200
_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
UNHEARD = (SlackApiError, aiohttp.ClientError, TimeoutError)
View = dict[str, Any]


def message(*paragraphs: str) -> Payload:
    """Finished mrkdwn as a message, a section each: ``text`` and ``blocks``."""
    return {"text": "\n".join(paragraphs), "blocks": [blocks.section(paragraph) for paragraph in paragraphs]}


def escaped(sentence: str) -> str:
    """An error's sentence as mrkdwn: what it names (a file, a customer) can link nothing and call nobody.

    A person's mention stays one: only the reader sees the sentence, and reads a name in place of an id.
    """
    return _MENTION.sub(r"<@\1>", Mrkdwn().escape(sentence))


async def say(desk: Desk, body: Payload, error: DeskError) -> BoltResponse:
    """Show the error's sentence to the person behind the payload; returns what Slack gets as the answer."""
    kind = body.get("type")
    if "command" in body:
        return BoltResponse(status=OK, body={"response_type": "ephemeral", **message(escaped(error.sentence))})
    if kind == "view_submission":
        return BoltResponse(status=OK, body=in_modal(desk, body["view"], error))
    if kind == "block_suggestion":
        return BoltResponse(status=OK, body={"options": []})
    if kind != "view_closed":
        try:
            async with asyncio.timeout(SLACK_SECONDS):
                await _show(desk, body, error.sentence)
        except UNHEARD as unheard:
            # The click itself is settled; a sentence that cannot be shown must not turn into a second error.
            log.warning("a person was not told", because=str(unheard), sentence=error.sentence)
    return BoltResponse(status=OK, body="")


async def _show(desk: Desk, body: Payload, sentence: str) -> None:
    sender = read_sender(body)
    if sender.channel_id is not None:
        await whisper(desk, body, sender.channel_id, sender.user_id, escaped(sentence))
    elif "trigger_id" not in body:
        await desk.slack.views_publish(
            user_id=sender.user_id, view={"type": "home", "blocks": [blocks.section(escaped(sentence))]}
        )
    elif "view" in body and not is_home(body):
        await desk.slack.views_push(trigger_id=body["trigger_id"], view=notice(desk, sentence))
    else:
        await desk.slack.views_open(trigger_id=body["trigger_id"], view=notice(desk, sentence))


async def whisper(desk: Desk, body: Payload, channel: str, user: str, text: str) -> None:
    """Say finished mrkdwn to one person only, in their thread; by ``response_url`` where we may not post."""
    words = message(text)
    try:
        await desk.slack.chat_postEphemeral(channel=channel, user=user, thread_ts=thread_of(body), **words)
    except SlackApiError:
        if not body.get("response_url"):
            raise
        await _answer_url(desk, body, {"response_type": "ephemeral", "replace_original": False, **words})


async def open_view(desk: Desk, body: Payload, view: View) -> str:
    """Open a modal; gives its id. Raises what Slack raises, and TimeoutError after 2 seconds: the trigger is stale."""
    async with asyncio.timeout(SLACK_SECONDS):
        opened = await desk.slack.views_open(trigger_id=body["trigger_id"], view=view)
    return str(opened["view"]["id"])


async def push_view(desk: Desk, body: Payload, view: View) -> None:
    """Open a modal on top of the one in which somebody clicked."""
    async with asyncio.timeout(SLACK_SECONDS):
        await desk.slack.views_push(trigger_id=body["trigger_id"], view=view)


async def update_view(desk: Desk, body: Payload, view: View) -> None:
    """Show something else in the modal in which somebody clicked."""
    async with asyncio.timeout(SLACK_SECONDS):
        await desk.slack.views_update(view_id=body["view"]["id"], view=view)


async def replace(desk: Desk, body: Payload, words: Payload) -> None:
    """Show something else in the ephemeral message that was clicked. What was committed stands if that fails."""
    try:
        async with asyncio.timeout(SLACK_SECONDS):
            await _answer_url(desk, body, {"replace_original": True, **words})
    except UNHEARD as unseen:
        log.warning("an ephemeral message was not replaced", because=str(unseen))


async def _answer_url(desk: Desk, body: Payload, words: Payload) -> None:
    """Post to the ``response_url``: it alone changes an ephemeral message, and answers where we are no member."""
    async with desk.http.post(body["response_url"], json=words) as response:
        response.raise_for_status()


def notice(desk: Desk, sentence: str) -> View:
    """A modal that says one thing."""
    words = desk.voices.slack("desk/refused")
    return {
        "type": "modal",
        "title": blocks.plain(words.plain("title", 24)),
        "close": blocks.plain(words.plain("close", 24)),
        "blocks": [blocks.section(escaped(sentence))],
    }


def in_modal(desk: Desk, view: View, error: DeskError) -> Payload:
    """The answer to a submitted modal: under the field that the error names, else on top, what was typed kept below.

    An error names its field by a fact ``field``, the ``block_id`` of an input in the modal.
    """
    inputs = [block["block_id"] for block in view.get("blocks", []) if block["type"] == "input"]
    named = error.facts.get("field")
    if named in inputs:
        return {"response_action": "errors", "errors": {named: error.sentence}}
    if not _is_deepest(view):
        return {"response_action": "push", "view": notice(desk, error.sentence)}
    if inputs:
        return {"response_action": "errors", "errors": {inputs[-1]: error.sentence}}
    return {"response_action": "update", "view": notice(desk, error.sentence)}


def _is_deepest(view: View) -> bool:
    """Whether Slack would refuse one more modal on top: there may be three."""
    return view.get("root_view_id", view.get("id")) not in (view.get("id"), view.get("previous_view_id"))
