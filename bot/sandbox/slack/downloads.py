"""The addresses of files: downloads with the bot's token, uploads of the bot's."""

from aiohttp import web

from bot.sandbox.slack.records import File
from bot.sandbox.slack.workspace import Slack

_LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"


async def download(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The bytes, for who may see them; else, as Slack does, 200 and a page that asks to sign in."""

    async def effect() -> web.StreamResponse:
        file = _allowed(slack, request)
        if file is None:
            return web.Response(text=_LOGIN, content_type="text/html")
        slack.note("download", file=file.id, size=len(file.data))
        return web.Response(body=file.data, content_type=file.mimetype)

    return await slack.world.faults.around("files:download", request, effect)


def _allowed(slack: Slack, request: web.Request) -> File | None:
    file = slack.files.get(request.match_info["place"].partition("-")[2])
    bearer = request.headers.get("Authorization", "") == f"Bearer {slack.app.bot_token}"
    if file is None or file.deleted or not bearer or "files:read" not in slack.app.scopes:
        return None
    return file if slack.depot.bot_sees(file) else None


async def upload(slack: Slack, request: web.Request) -> web.StreamResponse:
    """The bytes of a file that was announced by ``files.getUploadURLExternal``."""

    async def effect() -> web.StreamResponse:
        data = await _bytes(request)
        if not slack.depot.receive(request.match_info["ticket"], data):
            return web.Response(status=400, text="bad upload")
        return web.Response(text=f"OK - {len(data)}")

    return await slack.world.faults.around("files:upload", request, effect)


async def _bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
