"""The page on the sandbox's server: ``/``, ``/static``, ``/page/...`` and ``/inbox``."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.page.acts import Acts
from bot.sandbox.page.inbox import Inbox
from bot.sandbox.page.live import follow
from bot.sandbox.page.sight import default_person, is_picture, sight
from bot.sandbox.page.uploads import Uploads

if TYPE_CHECKING:
    from bot.sandbox.world import World

STATIC = Path(__file__).parent / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: http: https:; "
    "connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, world: "World") -> None:
    """Everything that a browser asks for."""
    uploads = Uploads()
    router = app.router
    router.add_get("/", partial(_html, "index.html"))
    router.add_get("/archives/{channel}/p{ts:[0-9]+}", partial(_permalink, world))
    router.add_get("/page/gallery", partial(_html, "gallery.html"))
    router.add_static("/static", STATIC)
    router.add_get("/page/ws", own(partial(_live, world)))
    router.add_get("/page/files/{file}/{name}", partial(_file, world))
    router.add_post("/page/upload", own(uploads.take))
    router.add_post("/page/act/{verb}", own(Acts(world, uploads).answer))
    Inbox(world).add_routes(app)
    app.on_response_prepare.append(_headers)


async def _permalink(world: "World", request: web.Request) -> web.StreamResponse:
    """A message's address leads to its thread, seen by who began it, or else by anybody who sits there."""
    channel = world.slack.channels.get(request.match_info["channel"])
    digits = request.match_info["ts"]
    root = request.query.get("thread_ts") or f"{digits[:-6]}.{digits[-6:]}"
    message = channel.find(root) if channel else None
    if channel is None or message is None:
        raise web.HTTPNotFound(text="There is no such message.")
    people = [message.user, *channel.members]
    person = next(user for user in people if not world.slack.people[user].is_bot)
    raise web.HTTPFound(f"/#/{person}/{channel.id}/{root}")


def own(handler: Handler) -> Handler:
    """Only for this page: a page of another site that a browser has open cannot act here."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            raise web.HTTPForbidden(text="Only the sandbox's own page may do this.")
        return await handler(request)

    return guarded


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    if not request.path.startswith(("/static", "/page", "/inbox")) and request.path != "/":
        return
    response.headers.setdefault("Cache-Control", "no-cache")
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")


async def _html(name: str, _: web.Request) -> web.StreamResponse:
    return web.FileResponse(STATIC / name)


async def _live(world: "World", request: web.Request) -> web.StreamResponse:
    slack = world.slack
    person = slack.people.get(request.query.get("as", ""))
    user = person.id if person and not person.is_bot else default_person(slack).id
    slack.direct(user)  # everybody has a Messages tab
    return await follow(world, request, partial(sight, world, user))


async def _file(world: "World", request: web.Request) -> web.StreamResponse:
    """A file's bytes, for who may see them. Only harmless pictures are drawn; the rest is downloaded."""
    slack, user = world.slack, request.query.get("as", "")
    file = slack.files.get(request.match_info["file"])
    if file is None or file.deleted:
        raise web.HTTPNotFound
    if file.user != user and not any(user in slack.channels[channel].members for channel in file.shares):
        raise web.HTTPForbidden(text="This person does not see this file.")
    headers = {} if is_picture(file) else {"Content-Disposition": "attachment"}
    return web.Response(body=file.data, content_type=file.mimetype, headers=headers)
