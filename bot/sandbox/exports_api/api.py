"""The paths of 8x8's Reporting API, below ``/8x8-chatapps`` and ``/8x8-sms``, as on 8x8's two hosts."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, get_args

from aiohttp import web

from bot.sandbox.contacts_api.answers import ApiError, invalid
from bot.sandbox.exports_api.bodies import read_wanted
from bot.sandbox.exports_api.jobs import Product

if TYPE_CHECKING:
    from bot.sandbox.world import World

Answer = Callable[["World", Product, web.Request], Awaitable[web.StreamResponse]]
SUBACCOUNT = re.compile(r"[A-Za-z0-9\-._&]{3,50}")
ROOT = "/api/v1/subaccounts/{subaccount}"


def add_routes(app: web.Application, world: "World") -> None:
    """Serve ``world.exports`` in ``app``."""
    for product in get_args(Product):
        for method, path, name, answer in OPERATIONS:
            app.router.add_route(method, f"/8x8-{product}{ROOT}{path}", _answering(world, product, name, answer))


def _answering(
    world: "World", product: Product, name: str, answer: Answer
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def effect(request: web.Request) -> web.StreamResponse:
        try:
            return await answer(world, product, request)
        except ApiError as error:
            return world.contacts.errors.response(error)

    async def faulty(request: web.Request) -> web.StreamResponse:
        return await world.faults.around(f"exports:{name}", request, lambda: effect(request))

    return faulty


def _key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme.lower() == "bearer" else ""


def _subaccount(world: "World", request: web.Request) -> str:
    name = request.match_info["subaccount"]
    key = _key(request)
    world.contacts.known_key(key)
    if not SUBACCOUNT.fullmatch(name):
        raise invalid("Invalid subAccountId")
    world.exports.of(name, key)
    return name


async def start(world: "World", product: Product, request: web.Request) -> web.Response:
    """Begin an export."""
    name = _subaccount(world, request)
    account = world.exports.of(name, _key(request))
    wanted = await read_wanted(request, product, world.exports.now())
    return web.json_response({"jobId": world.exports.start(product, account, name, wanted).id}, status=202)


async def status(world: "World", product: Product, request: web.Request) -> web.Response:
    """How far an export is; with its links once it succeeded."""
    name = _subaccount(world, request)
    job = world.exports.job(product, name, request.match_info["job_id"])
    root = f"{request.url.origin()}/8x8-{product}{ROOT.format(subaccount=name)}"
    return web.json_response(job.show(root))


async def cancel(world: "World", product: Product, request: web.Request) -> web.Response:
    """Cancel an export that has not ended."""
    name = _subaccount(world, request)
    world.exports.cancel(world.exports.job(product, name, request.match_info["job_id"]))
    return web.Response(status=204)


async def download(world: "World", product: Product, request: web.Request) -> web.Response:
    """A file, for whoever has the link."""
    data = world.exports.file(product, request.match_info["subaccount"], request.match_info["token"])
    if data is None:
        raise web.HTTPNotFound
    return web.Response(body=data, content_type="text/csv")


OPERATIONS: tuple[tuple[str, str, str, Answer], ...] = (
    ("POST", "/messages/exports", "start", start),
    ("GET", "/messages/exports/{job_id}", "status", status),
    ("DELETE", "/messages/exports/{job_id}", "cancel", cancel),
    ("GET", "/messages/download/{token}", "download", download),
)
"""Method, path, name (faults are asked for at ``exports:NAME``) and what does it."""
