"""Files: the same promises on a folder and on S3."""

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.storage import files as files_module
from bot.storage.files import FileGone, Files, FilesAway, TooManyBytes, UnknownFileStore, file_key

MEGABYTE = 1_000_000
KEY = "contacts/5f2b8a/source"


async def chunked(data: bytes, size: int = 70_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def everything(files: Files, key: str) -> bytes:
    return b"".join([chunk async for chunk in files.stream(key)])


def some_bytes(size: int) -> bytes:
    """Bytes of which no two parts are equal, so that a mix-up shows."""
    return b"".join(hashlib.sha256(number.to_bytes(4)).digest() for number in range(size // 32 + 1))[:size]


@pytest.mark.parametrize("size", [0, 1, 5 * 1024 * 1024 - 1, 5 * 1024 * 1024, 12 * MEGABYTE + 7])
async def test_what_is_put_is_read_back(files: Files, size: int) -> None:
    """A stream of any size comes back byte by byte, with its size and SHA-256 told."""
    data = some_bytes(size)

    stored = await files.put(KEY, chunked(data), most_bytes=30 * MEGABYTE)

    assert (stored.key, stored.size, stored.sha256) == (KEY, size, hashlib.sha256(data).hexdigest())
    assert await everything(files, KEY) == data
    assert await files.size(KEY) == size


async def test_bytes_and_paths_can_be_put_too(files: Files, tmp_path: Path) -> None:
    """Bytes and a file on this machine are stored as they are."""
    source = tmp_path / "letter.pdf"
    source.write_bytes(some_bytes(6 * MEGABYTE))

    from_path = await files.put("loa/1/letter", source, most_bytes=30 * MEGABYTE)
    from_bytes = await files.put("loa/2/letter", source.read_bytes(), most_bytes=30 * MEGABYTE)

    assert from_path.sha256 == from_bytes.sha256
    assert await everything(files, "loa/1/letter") == await everything(files, "loa/2/letter") == source.read_bytes()


@pytest.mark.parametrize("size", [101, 9 * MEGABYTE])
async def test_more_bytes_than_allowed_are_refused(files: Files, kept: Callable[[], list[str]], size: int) -> None:
    """A stream is stopped at its cap, whatever it said before, and nothing of it stays."""
    with pytest.raises(TooManyBytes, match=r"larger than"):
        await files.put(KEY, chunked(bytes(size)), most_bytes=min(size - 1, 8 * MEGABYTE))

    assert kept() == []


async def test_exactly_the_allowed_bytes_are_taken(files: Files) -> None:
    """The cap itself is allowed."""
    assert (await files.put(KEY, bytes(100), most_bytes=100)).size == 100


async def test_a_source_that_breaks_leaves_nothing(files: Files, kept: Callable[[], list[str]]) -> None:
    """When a download breaks off, its error reaches the caller and no half file is kept."""

    async def broken() -> AsyncIterator[bytes]:
        async for chunk in chunked(bytes(7 * MEGABYTE)):
            yield chunk
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.put(KEY, broken(), most_bytes=30 * MEGABYTE)

    assert kept() == []
    assert not await files.exists(KEY)


async def test_a_cancelled_put_leaves_nothing(files: Files, kept: Callable[[], list[str]]) -> None:
    """A put that is cancelled in the middle stores nothing, and the old file of that key stays.

    In S3 the unfinished upload stays hidden until the bucket's lifecycle rule drops it.
    """
    await files.put(KEY, b"old", most_bytes=10)
    far = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        async for chunk in chunked(bytes(7 * MEGABYTE)):
            yield chunk
        far.set()
        await asyncio.Event().wait()

    putting = asyncio.create_task(files.put(KEY, endless(), most_bytes=30 * MEGABYTE))
    await far.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting

    async with asyncio.timeout(60):
        while set(kept()) != {KEY}:
            await asyncio.sleep(0.01)
    assert await everything(files, KEY) == b"old"


async def test_the_same_key_is_replaced(files: Files) -> None:
    """Putting again under a key replaces what was there."""
    await files.put(KEY, b"first", most_bytes=10)
    await files.put(KEY, b"second", most_bytes=10)

    assert await everything(files, KEY) == b"second"


async def test_a_deleted_file_is_gone(files: Files, kept: Callable[[], list[str]]) -> None:
    """Deleting removes the file; deleting again is no error."""
    await files.put(KEY, b"data", most_bytes=10)

    await files.delete(KEY)
    await files.delete(KEY)

    assert kept() == []
    assert not await files.exists(KEY)
    with pytest.raises(FileGone):
        await files.size(KEY)
    with pytest.raises(FileGone):
        await everything(files, KEY)


async def test_a_file_is_fetched_whole_or_not_at_all(files: Files, tmp_path: Path) -> None:
    """A fetched file is byte for byte the stored one; when it is gone, no file is made."""
    data = some_bytes(3 * MEGABYTE)
    await files.put(KEY, data, most_bytes=30 * MEGABYTE)
    here, gone = tmp_path / "work" / "here.csv", tmp_path / "work" / "gone.csv"
    here.parent.mkdir()

    assert await files.fetch_to(KEY, here) == len(data)
    with pytest.raises(FileGone):
        await files.fetch_to("contacts/5f2b8b/source", gone)

    assert here.read_bytes() == data
    assert [path.name for path in here.parent.iterdir()] == ["here.csv"]


async def test_puts_and_deletes_at_once_do_not_hurt_each_other(files: Files, kept: Callable[[], list[str]]) -> None:
    """Folders that come and go under many writers lose no file."""

    async def come_and_go(number: int) -> None:
        for turn in range(5):
            await files.put(f"contacts/{number:04x}/source", b"x" * turn, most_bytes=10)
            await files.delete(f"contacts/{number:04x}/source")
        await files.put(f"contacts/{number:04x}/source", b"kept", most_bytes=10)

    await asyncio.gather(*(come_and_go(number) for number in range(16)))

    assert kept() == [f"contacts/{number:04x}/source" for number in range(16)]


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "/etc/passwd", "contacts//x", "contacts/../x", "Kontakte/a/b", "a/b", ""]
)
async def test_names_of_users_are_no_keys(files: Files, key: str) -> None:
    """A key that could lead out of the store, or was not made by us, is refused."""
    with pytest.raises(ValueError, match="not a key"):
        await files.put(key, b"data", most_bytes=10)


def test_a_key_is_made_of_kind_id_and_part() -> None:
    """A key tells its kind and our id, and a user's file name cannot become one."""
    assert file_key("contacts", "5f2b8a", "source") == KEY
    with pytest.raises(ValueError, match="not a key"):
        file_key("contacts", "5f2b8a", "My contacts.csv")


def test_the_folder_is_for_the_desk_alone(tmp_path: Path) -> None:
    """Other users of the machine cannot look into the folder of files."""
    Files(f"file:{tmp_path / 'var' / 'files'}")

    assert stat.S_IMODE((tmp_path / "var" / "files").stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["", "files", "ftp://host/files", "file:", "s3://"])
def test_an_address_that_is_not_understood_is_told(url: str) -> None:
    """A wrong FILES_URL is refused with what to write."""
    with pytest.raises(UnknownFileStore, match="FILES_URL"):
        Files(url)


@pytest.mark.usefixtures("s3")
async def test_a_missing_bucket_is_trouble_of_the_store() -> None:
    """A bucket that is not there does not look like a file that the user should send again."""
    with pytest.raises(FilesAway):
        await Files("s3://no-such-bucket").put(KEY, b"data", most_bytes=10)


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("http://[::1]:9000", True),
        ("http://192.0.2.1:9000", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_plain_http_stays_on_this_machine(endpoint: str, here: bool) -> None:
    """Files are sent over plain http to an address of this machine only."""
    assert files_module._is_here(endpoint) is here


@pytest.mark.usefixtures("s3")
async def test_plain_http_to_another_machine_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an endpoint elsewhere the store refuses plain http before it connects."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1:9000")

    with pytest.raises(FilesAway) as refused:
        await Files("s3://desk").put(KEY, b"data", most_bytes=10)

    assert "builder error" in str(refused.value.__cause__)  # what the HTTP library says of a scheme that is not allowed


async def test_a_stored_file_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder, the file and every folder that names it were synced when the put returns."""
    synced: set[int] = set()
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    await Files(f"file:{tmp_path}").put(KEY, b"data", most_bytes=10)

    assert synced == {(tmp_path / part).stat().st_ino for part in ("", "contacts", "contacts/5f2b8a", KEY)}
