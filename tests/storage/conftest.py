"""What the storage tests share."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storage.files import Files


class Gate:
    """A place in a use case where it stands still until the test lets it go on."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def stand_still(self) -> None:
        """Called by the use case, in its thread."""
        self._reached.set()
        assert self._open.wait(60)

    async def reached(self) -> None:
        """Wait until the use case is there."""
        assert await asyncio.to_thread(self._reached.wait, 60)

    def let_go(self) -> None:
        """Let it go on."""
        self._open.set()


@pytest.fixture
def new_gate() -> type[Gate]:
    """``new_gate()`` makes a place where a use case stands still until the test says."""
    return Gate


@pytest.fixture(params=["folder", "s3"])
def files_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty file store; the test runs once on a folder and once on S3."""
    if request.param == "folder":
        return f"file:{tmp_path / 'files'}"
    request.getfixturevalue("s3")
    return "s3://desk/files"


@pytest.fixture
def files(files_url: str) -> Files:
    """An empty file store, once on a folder and once on S3."""
    return Files(files_url)


@pytest.fixture
def kept(files_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], list[str]]:
    """``kept()`` lists what lies in the store by looking into it from outside, half-written files and uploads too."""
    if files_url.startswith("file:"):
        folder = tmp_path / "files"
        return lambda: sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    client = request.getfixturevalue("s3")

    def names() -> list[str]:
        whole = client.list_objects_v2(Bucket="desk").get("Contents", [])
        open_ = client.list_multipart_uploads(Bucket="desk").get("Uploads", [])
        return sorted(each["Key"].removeprefix("files/") for each in [*whole, *open_])

    return names
