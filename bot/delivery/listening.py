"""Hear Slack: over sockets when there is an app token, else over HTTP. The same listeners either way."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.http import Check, HttpServer
from bot.delivery.metrics import Metrics
from bot.delivery.public import Route
from bot.delivery.sockets import Pace, Sockets
from bot.errors import DeskError
from bot.settings import Settings


class NoWayIn(DeskError):
    """The desk cannot hear Slack. Set SLACK_APP_TOKEN, or SENDERDESK_HTTP_PORT and SLACK_SIGNING_SECRET."""


@dataclass(frozen=True)
class Ears:
    """What hears Slack; a part that this mode does not need is None."""

    sockets: Sockets | None
    http: HttpServer | None


@asynccontextmanager
async def listening(
    settings: Settings,
    bolt: AsyncApp,
    slack: AsyncWebClient,
    *,
    metrics: Metrics,
    alive: Mapping[str, Check],
    ready: Mapping[str, Check],
    measure: Callable[[], Awaitable[None]],
    routes: Iterable[Route] = (),
    pace: Pace | None = None,
) -> AsyncIterator[Ears]:
    """Hear Slack until left; then what is being answered is answered. Raises NoWayIn, NoSigningSecret, NoPort.

    ``/livez``, ``/readyz`` and ``/metrics`` are there whenever SENDERDESK_HTTP_PORT is set. ``alive`` and ``ready`` are
    their checks, to which the sockets add theirs; ``routes`` are what features answer there.
    """
    app_token = settings.slack_app_token.get_secret_value()
    port = settings.senderdesk_http_port
    if not app_token and not port:
        raise NoWayIn
    sockets = Sockets(bolt, app_token=app_token, web_client=slack, metrics=metrics, pace=pace) if app_token else None

    async def hears() -> str:
        return sockets.trouble() if sockets else ""

    http = None
    if port:
        checks = {**ready, "slack": hears}
        host = settings.senderdesk_http_host
        http = HttpServer(host, port, metrics=metrics, alive=alive, ready=checks, measure=measure)
        http.serve(routes)
        if sockets is None:
            http.hear_slack(bolt, signing_secret=settings.slack_signing_secret.get_secret_value())
    async with AsyncExitStack() as stack:
        if http is not None:
            await http.open()
            stack.push_async_callback(http.close)
        if sockets is not None:
            sockets.open()
            stack.push_async_callback(sockets.close)
        yield Ears(sockets, http)
