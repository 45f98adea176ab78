"""Answers by response URL and by ack: new messages, replaced ones, deleted ones."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.content import Content, read_content
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.records import Json, Message
from bot.sandbox.slack.tickets import ResponseUrl
from bot.sandbox.slack.workspace import Slack


async def take_response(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The bot posts to a response URL: no token, JSON, five times in thirty minutes."""

    async def effect() -> web.StreamResponse:
        try:
            given = json.loads(await request.text())
            if not isinstance(given, dict):
                raise ApiError("invalid_payload")  # noqa: TRY301
            apply_answer(slack, slack.response_urls.spend(request.match_info["ticket"]), given)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except ApiError as refusal:
            slack.refusals.append(("response_url", refusal.code, refusal.facts))
            status = 404 if refusal.code in {"used_url", "expired_url"} else 400
            return web.json_response({"ok": False, "error": refusal.code, **refusal.facts}, status=status)
        return web.json_response({"ok": True})

    return await slack.world.faults.around("response_url", request, effect)


def apply_answer(slack: Slack, where: ResponseUrl, given: Json) -> Message | None:
    """Do what the answer says; ApiError as ``chat.postMessage``, or ``message_not_found``."""
    arguments = Arguments(given)
    if arguments.flag("delete_original"):
        slack.remove(_source(where))
        slack.note("response_url", channel=where.channel, deleted=True)
        return None
    content = read_content(slack, arguments)
    if arguments.flag("replace_original"):
        message = _replace(slack, _source(where), content)
    else:
        message = _new(slack, where, content, arguments)
    where.answers.append(message)
    slack.note("response_url", channel=where.channel, ts=message.ts, text=message.text)
    slack.changed.notify()
    return message


def _source(where: ResponseUrl) -> Message:
    source = where.source or next(iter(where.answers), None)
    if source is None or source.deleted:
        raise ApiError("message_not_found")
    return source


def _replace(slack: Slack, message: Message, content: Content) -> Message:
    def change(message: Message) -> None:
        message.text = content.text or ""
        message.blocks = content.blocks or []
        message.attachments = content.attachments or []

    slack.edit(message, change)
    return message


def _new(slack: Slack, where: ResponseUrl, content: Content, arguments: Arguments) -> Message:
    app = slack.app
    message = Message(slack.new_ts(), where.channel, app.bot_user, content.text or "", bot_id=app.bot_id)
    message.blocks, message.attachments = content.blocks or [], content.attachments or []
    message.subtype = "bot_message"
    message.thread_ts = _thread(slack, where, arguments)
    if arguments.text("response_type", "ephemeral") != "in_channel":
        message.ephemeral_to = where.user
    return slack.post(message)


def _thread(slack: Slack, where: ResponseUrl, arguments: Arguments) -> str:
    thread_ts = arguments.text("thread_ts")
    if thread_ts and slack.channels[where.channel].find(thread_ts) is None:
        raise ApiError("thread_not_found")
    return thread_ts


def answer_by_ack(slack: Slack, where: ResponseUrl, body: Any) -> None:
    """What a command's ack says, if anything; ApiError when Slack would not take it."""
    if isinstance(body, dict) and (body.get("text") or body.get("blocks") or body.get("attachments")):
        apply_answer(slack, where, body)
