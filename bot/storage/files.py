"""Files that people send and get: in a folder, or in S3 or what speaks like it. Rows keep the key, size and SHA-256."""

import asyncio
import hashlib
import ipaddress
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from bot.errors import DeskError

if TYPE_CHECKING:
    from obstore.store import ClientConfig

_CHUNK = 1024 * 1024
_PART = 5 * 1024 * 1024
"""S3 takes no smaller parts of a large object; what is smaller than this goes up in one request."""

_KEY = re.compile(r"[a-z][a-z0-9-]*(/[a-z0-9][a-z0-9._-]*){2,}")


class TooManyBytes(DeskError):
    """The file is larger than {most_mb} MB. Split it, and send the parts one by one."""


class FileGone(DeskError):
    """The file is not kept here any more. Please send it again."""


class FilesAway(DeskError):
    """The file store does not answer. Try again in a minute."""


class UnknownFileStore(DeskError):
    """FILES_URL {url} is not understood. Write file:FOLDER or s3://BUCKET/PREFIX."""


@dataclass(frozen=True)
class StoredFile:
    """What was stored: its key, its size in bytes, and the SHA-256 of its bytes in hexadecimal."""

    key: str
    size: int
    sha256: str


def file_key(kind: str, id_: str, part: str) -> str:
    """The key of a file, as "contacts/<id>/source": made of our own opaque ids, never of the names that users give."""
    return _checked(f"{kind}/{id_}/{part}")


class Files:
    """The object store at ``file:FOLDER`` or ``s3://BUCKET/PREFIX``.

    S3's region, endpoint and credentials come from the usual AWS_* variables (AWS_REGION, AWS_ENDPOINT_URL,
    AWS_ACCESS_KEY_ID ...); plain http is for an endpoint on this machine only. A process that dies while it sends a
    file of more than 5 MiB to S3 leaves an unfinished upload there: give the bucket a lifecycle rule that drops those.
    """

    def __init__(self, url: str) -> None:
        self._folder = _folder_of(url)
        self._store: ObjectStore = (
            LocalStore(_made(self._folder), automatic_cleanup=True) if self._folder else s3_store(url)
        )

    async def put(self, key: str, source: bytes | Path | AsyncIterable[bytes], *, most_bytes: int) -> StoredFile:
        """Store ``source`` under ``key``, wholly or not at all; it is on the disk when this returns.

        Raises TooManyBytes as soon as more than ``most_bytes`` came, FilesAway, and whatever ``source`` raises.
        """
        meter = _Meter(most_bytes)
        chunks = meter.measured(_chunks(source))
        head = bytearray()
        async for chunk in chunks:
            head += chunk
            if len(head) >= _PART:
                break
        whole = len(head) < _PART
        with _by_meaning(missing=FilesAway):  # nothing can be missing but the bucket
            await obstore.put_async(
                self._store,
                _checked(key),
                bytes(head) if whole else _joined(bytes(head), chunks),
                chunk_size=_PART,
                max_concurrency=2,
            )
        if self._folder:
            await asyncio.to_thread(_sync, self._folder, self._folder / key)
        return StoredFile(key, meter.size, meter.sha256)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The file's bytes in chunks of about 1 MiB. Raises FileGone, FilesAway."""
        with _by_meaning():
            found = await obstore.get_async(self._store, _checked(key))
            async for chunk in found.stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    async def fetch_to(self, key: str, path: Path) -> int:
        """Write the file to ``path`` on this machine; ``path`` appears when it is whole. Returns the size in bytes."""
        size = 0
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as file:
                async for chunk in self.stream(key):
                    size += await asyncio.to_thread(file.write, chunk)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return size

    async def delete(self, key: str) -> None:
        """Delete the file; when it is not there, that is what was wanted."""
        with _by_meaning(), suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _checked(key))

    async def size(self, key: str) -> int:
        """The size in bytes. Raises FileGone."""
        with _by_meaning():
            return int((await obstore.head_async(self._store, _checked(key)))["size"])

    async def exists(self, key: str) -> bool:
        """Whether there is such a file."""
        with suppress(FileGone):
            await self.size(key)
            return True
        return False


class _Meter:
    """Counts and hashes what flows by, and stops it when it is too much."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    async def measured(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.size += len(chunk)
            if self.size > self._most:
                raise TooManyBytes(most_mb=f"{self._most / 1_000_000:g}")
            await asyncio.to_thread(self._hash.update, chunk)  # a few milliseconds, in which others are answered
            yield chunk


async def _chunks(source: bytes | Path | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, len(source), _CHUNK):
            yield source[start : start + _CHUNK]
    elif isinstance(source, Path):
        with source.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk
    else:
        async for chunk in source:
            yield chunk


async def _joined(head: bytes, rest: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk


@contextmanager
def _by_meaning(missing: type[DeskError] = FileGone) -> Iterator[None]:
    """Turn the store's errors into ours; what a source raised goes through."""
    try:
        yield
    except FileNotFoundError as error:
        raise missing from error
    except BaseError as error:
        raise FilesAway from error


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        msg = f"not a key: {key!r}"
        raise ValueError(msg)
    return key


def _folder_of(url: str) -> Path | None:
    kind, _, rest = url.partition(":")
    if kind == "s3":
        return None
    if kind != "file" or not rest:
        raise UnknownFileStore(url=url)
    return Path(rest.removeprefix("//")).resolve()


def _made(folder: Path) -> Path:
    """The folder, for our eyes only: people's phone numbers are in it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def s3_store(url: str) -> S3Store:
    """The store at ``s3://BUCKET/PREFIX``, as the usual AWS_* variables say (see Files)."""
    parts = urlsplit(url)
    if not parts.netloc:
        raise UnknownFileStore(url=url)
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    client: ClientConfig = {"timeout": timedelta(seconds=60), "allow_http": _is_here(endpoint)}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        client_options=client,
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )


def _is_here(endpoint: str) -> bool:
    """Whether the address is on this machine."""
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _sync(folder: Path, path: Path) -> None:
    """Have the file, and the folders that name it, on the disk: rows that name it will be there after a power cut."""
    for each in (path, *path.parents):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if each == folder:
            break
