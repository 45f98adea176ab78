"""Slack's addresses on the sandbox's server."""

from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.slack import answers, api, downloads

if TYPE_CHECKING:
    from bot.sandbox.world import World


def add_routes(app: web.Application, world: "World") -> None:
    """``/api``, ``/link``, ``/response``, ``/files-pri``, ``/upload``."""
    slack = world.slack
    app.router.add_route("GET", "/api/{method}", partial(api.answer, slack))
    app.router.add_route("POST", "/api/{method}", partial(api.answer, slack))
    app.router.add_get("/link/", slack.delivery.sockets.link)
    app.router.add_post("/response/{team}/{ticket}", partial(answers.take_response, slack))
    app.router.add_get("/files-pri/{place}/{name}", partial(downloads.download, slack))
    app.router.add_get("/files-pri/{place}/download/{name}", partial(downloads.download, slack))
    app.router.add_post("/upload/{ticket}", partial(downloads.upload, slack))
