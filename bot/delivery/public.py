"""What features answer to browsers and to other services under the desk's public address."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
MOST_BYTES = 64_000
"""Of a request that nobody says more of."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer that does not say otherwise itself."""


@dataclass(frozen=True)
class Route:
    """One address below the desk's own: ``path`` as aiohttp writes it, and the bytes that a request may have."""

    method: str
    path: str
    answer: Answer
    most_bytes: int = MOST_BYTES


def guarded(route: Route) -> Answer:
    """The route's answer with its limit, and with HEADERS, also where it refuses."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            response = await route.answer(request.clone(client_max_size=route.most_bytes))
        except web.HTTPException as refusal:
            _protect(refusal)
            raise
        _protect(response)
        return response

    return answer


def _protect(response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
