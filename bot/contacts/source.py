"""What the shell is given to check: a file on this machine, or an object in S3, which is brought here first."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path, PurePosixPath

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from bot.contacts.child import Limits
from bot.contacts.engine_errors import NoSuchFile, Unreadable
from bot.storage.files import s3_store
from bot.storage.rooms import room

Fetching = Callable[[int, int], None]
"""Told while a file comes from S3: bytes that are here, and how many there are."""
LIMITS = Limits(memory_bytes=4 << 30, file_bytes=1 << 40, cpu_seconds=86_400, wall_seconds=86_400)
"""A file of the shell's may be as large as the disk. Telling duplicates takes about 30 bytes for each different
number: at least 60 million of them fit."""
_S3 = "s3://"
_CHUNK = 4 * 1024 * 1024


class NotAnObject(Unreadable):
    """{url} names no file in S3. Write s3://BUCKET/FOLDER/FILE."""


class NoBucket(Unreadable):
    """There is no bucket {bucket} in S3. Check its name, and AWS_REGION or AWS_ENDPOINT_URL."""


class NoObject(Unreadable):
    """There is no file {key} in the bucket {bucket}. Check the name: capitals and small letters differ."""


class NoAccess(Unreadable):
    """S3 does not let you read {key} in the bucket {bucket}. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""


class S3Silent(Unreadable):
    """{key} could not be fetched from the bucket {bucket}. Check AWS_REGION, AWS_ENDPOINT_URL and the keys."""


@asynccontextmanager
async def on_disk(source: str, fetching: Fetching | None = None) -> AsyncIterator[Path]:
    """The file that ``source`` (a path, or ``s3://BUCKET/KEY``) names; what came from S3 is deleted afterwards.

    Credentials, region and endpoint of S3 come from the usual AWS_* variables. Raises Unreadable.
    """
    if not source.startswith(_S3):
        yield _here(source)
        return
    bucket, _, key = source.removeprefix(_S3).partition("/")
    if not bucket or not key or key.endswith("/"):
        raise NotAnObject(url=source)
    with room() as folder:
        path = folder / f"source{PurePosixPath(key).suffix}"
        await _fetch(bucket, key, path, fetching)
        yield path


def name_of(source: str) -> str:
    """What people call the file: its name without folders or bucket."""
    return PurePosixPath(source.removeprefix(_S3)).name if source.startswith(_S3) else Path(source).name


def _here(source: str) -> Path:
    path = Path(source)
    if not path.is_file():
        raise NoSuchFile(name=source)
    return path


async def _fetch(bucket: str, key: str, path: Path, fetching: Fetching | None) -> None:
    """Write an object to the disk, a few megabytes at a time."""
    done = 0
    with _by_meaning(bucket, key), path.open("wb") as file:
        found = await obstore.get_async(s3_store(f"{_S3}{bucket}"), key)
        async for chunk in found.stream(min_chunk_size=_CHUNK):
            done += await asyncio.to_thread(file.write, bytes(chunk))
            if fetching is not None:
                fetching(done, found.meta["size"])


@contextmanager
def _by_meaning(bucket: str, key: str) -> Iterator[None]:
    """Turn S3's errors into ours. A bucket that is missing is told from a file that is by S3's word in the answer."""
    names = {"bucket": bucket, "key": key}
    try:
        yield
    except FileNotFoundError as error:
        raise (NoBucket if "NoSuchBucket" in str(error) else NoObject)(**names) from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise NoAccess(**names) from error
    except BaseError as error:
        raise S3Silent(**names) from error
