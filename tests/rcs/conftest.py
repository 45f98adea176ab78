"""Pictures of any size in pixels and bytes, and a website on loopback that redirects, hides, hangs and breaks."""

import asyncio
import datetime as dt
import io
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image

from bot.rcs.visiting import Visitor

HERE, INSIDE = "127.0.0.1", "127.0.0.2"
"""Where the website is, and an address that the tests' rule does not allow; both answer."""


@dataclass(frozen=True)
class Pictures:
    """Makes files."""

    folder: Path

    def save(self, image: Image.Image, name: str, *, size: int | None = None, **options: object) -> Path:
        """A file of the kind that its name says, of exactly ``size`` bytes."""
        path, written = self.folder / name, io.BytesIO()
        kind = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}[name.rpartition(".")[2]]
        image.save(written, kind, **options)
        content = written.getvalue()
        if size is not None:
            content = (padded_png if kind == "PNG" else padded_jpeg)(content, size)
            assert len(content) == size
        path.write_bytes(content)
        return path

    def plain(self, pixels: tuple[int, int], name: str, *, mode: str = "RGB", **options: object) -> Path:
        """A file of one colour."""
        return self.save(Image.new(mode, pixels, (233, 27, 12, 255)[: len(mode)]), name, **options)


def padded_png(content: bytes, size: int) -> bytes:
    """With a chunk that nobody reads before the last one."""
    body = b"prVt" + bytes(size - len(content) - 12)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return content[:-12] + chunk + content[-12:]


def padded_jpeg(content: bytes, size: int) -> bytes:
    """With comments after its first mark."""
    left, comments = size - len(content), b""
    while left:
        # 60,000 at a time, and never less than the 4 bytes that a comment has at least
        part = left if left <= 60_000 else min(60_000, left - 4)
        comments += b"\xff\xfe" + struct.pack(">H", part - 2) + bytes(part - 4)
        left -= part
    return content[:2] + comments + content[2:]


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Files in a folder of their own."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    return Pictures(folder)


class Names(AbstractResolver):
    """Answers for names: what is set for them, each answer once while there are more; else the website's address."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, list[list[str]]] = {}
        self.troubles: dict[str, int] = {}
        self.asked: list[str] = []

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 - the website's counts
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - it has one
    ) -> list[ResolveResult]:
        """As aiohttp asks it; whatever the port, it is the website's."""
        self.asked.append(host)
        if host in self.troubles:
            raise socket.gaierror(self.troubles[host], "as the system's resolver says it")
        waiting = self.answers.get(host, [[HERE]])
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [
            ResolveResult(hostname=host, host=each, port=self.port, family=socket.AF_INET, proto=0, flags=0)
            for each in found
        ]

    async def close(self) -> None:
        """Nothing to be ended."""


@dataclass
class Website:
    """What was asked of it, and a visitor who believes its certificate."""

    names: Names
    trust: ssl.SSLContext
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def visitor(self, *, seconds: float = 60.0, trust: ssl.SSLContext | None = None) -> Visitor:
        """Knows its names, and may go to its address only."""
        return Visitor(resolver=self.names, allowed={HERE}.__contains__, trust=trust or self.trust, seconds=seconds)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], tuple[Path, str]]:
    """Makes a certificate for a host that is valid for so many days from yesterday on: its file, and what to trust."""
    folder = tmp_path_factory.mktemp("certificates")

    def make(host: str, days: int) -> tuple[Path, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        start = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host), x509.DNSName(f"*.{host}")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM)
        path = folder / f"{host}-{days}.pem"
        path.write_bytes(
            pem
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path, pem.decode()

    return make


@pytest.fixture(params=[365])
async def website(
    request: pytest.FixtureRequest, certificates: Callable[[str, int], tuple[Path, str]]
) -> AsyncIterator[Website]:
    """``kopi.example`` and all below it, with https; its certificate is valid for the parameter's days."""
    file, pem = certificates("kopi.example", request.param)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    site: Website

    @web.middleware
    async def noted(asked: web.Request, handler: Callable[[web.Request], object]) -> web.StreamResponse:
        site.asked.append((asked.method, asked.host, asked.path))
        return await handler(asked)

    runner = web.AppRunner(_site(noted), handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    made = [socket.create_server((HERE, 0))]
    port = made[0].getsockname()[1]
    made.append(socket.create_server((INSIDE, port)))
    for each in made:
        await web.SockSite(runner, each, ssl_context=context).start()
    site = Website(Names(port), ssl.create_default_context(cadata=pem))
    yield site
    await runner.cleanup()


def _site(noted: object) -> web.Application:
    app = web.Application(middlewares=[noted])

    async def status(asked: web.Request) -> web.Response:
        return web.Response(status=int(asked.match_info["status"]), text="page")

    async def only_get(asked: web.Request) -> web.Response:
        return web.Response(status=200 if asked.method == "GET" else 405)

    async def drops_head(asked: web.Request) -> web.Response:
        if asked.method == "HEAD":
            asked.transport.abort()
        return web.Response()

    async def hop(asked: web.Request) -> web.Response:
        left = int(asked.match_info["left"])
        return web.Response(status=302, headers={"Location": f"/hop/{left - 1}" if left else "/status/200"})

    async def onward(asked: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": asked.query["to"]})

    async def hangs(asked: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    for path, handler in {
        "/status/{status}": status,
        "/only-get": only_get,
        "/drops-head": drops_head,
        "/hop/{left}": hop,
        "/onward": onward,
        "/hangs": hangs,
    }.items():
        app.router.add_route("*", path, handler)
    return app


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, and which nobody else gets."""
    with socket.socket() as held:
        held.bind((HERE, 0))
        yield held.getsockname()[1]
