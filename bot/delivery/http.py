"""The desk's own small web server: Slack in HTTP mode, whoever runs the desk, and what features answer to others."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from bot.delivery.metrics import Metrics
from bot.delivery.public import Route, guarded
from bot.errors import DeskError

log = structlog.get_logger(__name__)

SLACK_PATH = "/slack/events"
MOST_BYTES = 2_000_000
"""Slack's largest payloads are views of 250 KB and messages with blocks; whole files never come this way."""

Check = Callable[[], Awaitable[str]]
"""What is wrong in one sentence; empty when nothing is."""


class NoSigningSecret(DeskError):
    """HTTP mode needs SLACK_SIGNING_SECRET, or anybody could speak as Slack. Basic Information shows it."""


class NoPort(DeskError):
    """The desk cannot listen on {host}:{port}: {because}. Set SENDERDESK_HTTP_PORT to a free port."""


class HttpServer:
    """Answers ``/livez`` (the process turns), ``/readyz`` (it can work) and ``/metrics``; in HTTP mode also Slack.

    ``alive`` and ``ready`` are checks by name. ``/livez`` must depend on nothing outside the process, or a database
    that is away would have every replica killed. ``measure`` runs before the metrics are given.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        metrics: Metrics,
        alive: Mapping[str, Check],
        ready: Mapping[str, Check],
        measure: Callable[[], Awaitable[None]],
    ) -> None:
        self._host = host
        self.port = port
        self._metrics = metrics
        self._measure = measure
        self._web = web.Application(client_max_size=MOST_BYTES)
        self._web.router.add_get("/livez", _checking(alive))
        self._web.router.add_get("/readyz", _checking({**alive, **ready}))
        self._web.router.add_get("/metrics", self._give_metrics)
        self._runner: web.AppRunner | None = None

    def hear_slack(self, app: AsyncApp, *, signing_secret: str) -> None:
        """Take Slack's requests too. Raises NoSigningSecret when there is none to check them with."""
        if not signing_secret.strip():
            raise NoSigningSecret

        async def answer(request: web.Request) -> web.Response:
            started = time.monotonic()
            bolt_response = await app.async_dispatch(await to_bolt_request(request))
            self._metrics.deliveries.labels("http", str(bolt_response.status)).inc()
            self._metrics.ack_seconds.labels("http").observe(time.monotonic() - started)
            return await to_aiohttp_response(bolt_response)

        self._web.router.add_post(SLACK_PATH, answer)

    def serve(self, routes: Iterable[Route]) -> None:
        """Answer what features answer, each within its limit and with headers that protect browsers."""
        for route in routes:
            self._web.router.add_route(route.method, route.path, guarded(route))

    async def open(self) -> None:
        """Listen; with port 0 on any free one, which ``port`` then names. Raises NoPort."""
        self._runner = web.AppRunner(self._web, access_log=None, shutdown_timeout=3.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise NoPort(host=self._host, port=self.port, because=error.strerror) from error
        self.port = self._runner.addresses[0][1]
        log.info("listening", host=self._host, port=self.port)

    async def close(self) -> None:
        """Answer what is being answered, then listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _give_metrics(self, _: web.Request) -> web.Response:
        await self._measure()
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})


def _checking(checks: Mapping[str, Check]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        found = {name: await check() for name, check in checks.items()}
        wrong = {name: trouble for name, trouble in found.items() if trouble}
        return web.json_response({"ok": not wrong, "wrong": wrong}, status=503 if wrong else 200)

    return answer
