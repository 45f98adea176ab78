"""Files on their way from the browser into a message or a form."""

from itertools import count
from typing import NamedTuple

from aiohttp import web

MOST_BYTES = 100_000_000
"""More than any file that the desk takes, so that it is the desk that says no."""
MOST_KEPT = 400_000_000
"""Bytes of all files together."""


class Upload(NamedTuple):
    """A file that was sent and not used yet."""

    id: str
    name: str
    data: bytes


class Uploads:
    """Keeps the latest files, ``MOST_KEPT`` bytes of them, so that a message or form can name them."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._waiting: dict[str, Upload] = {}

    async def take(self, request: web.Request) -> web.StreamResponse:
        """``POST /page/upload?name=...`` with the bytes as body; answers ``{id, name, size}``."""
        name = request.query.get("name", "").replace("/", "_").replace("\\", "_")[:255] or "file"
        data = bytearray()
        async for chunk in request.content.iter_chunked(1 << 16):
            data += chunk
            if len(data) > MOST_BYTES:
                return web.json_response(
                    {"error": f"Over {MOST_BYTES // 1_000_000} MB: too much for this page."}, status=413
                )
        upload = Upload(f"up{next(self._numbers)}", name, bytes(data))
        self._waiting[upload.id] = upload
        self._forget_oldest()
        return web.json_response({"id": upload.id, "name": upload.name, "size": len(upload.data)})

    def _forget_oldest(self) -> None:
        while sum(len(upload.data) for upload in self._waiting.values()) > MOST_KEPT:
            del self._waiting[next(iter(self._waiting))]

    def use(self, upload_id: str) -> Upload | None:
        """A file by the id that its sender was given; it stays, in case that a form is sent twice."""
        return self._waiting.get(upload_id)
