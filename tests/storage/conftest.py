"""What the storage tests share."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from bot.storage.files import Files


class Gate:
    """A place in a use case where it stands still until the test lets it go on."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def stand_still(self) -> None:
        """Called by the use case, in its thread."""
        self._reached.set()
        assert self._open.wait(20)

    async def reached(self) -> None:
        """Wait until the use case is there."""
        assert await asyncio.to_thread(self._reached.wait, 20)

    def let_go(self) -> None:
        """Let it go on."""
        self._open.set()


@pytest.fixture
def new_gate() -> type[Gate]:
    """``new_gate()`` makes a place where a use case stands still until the test says."""
    return Gate


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """An S3 on this machine; the value is its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """boto3's client of that S3, with an empty bucket "desk", and the environment that points to it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "ap-southeast-1")
    client = boto3.client("s3", region_name="ap-southeast-1")
    client.create_bucket(Bucket="desk", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    yield client
    for upload in client.list_multipart_uploads(Bucket="desk").get("Uploads", []):
        client.abort_multipart_upload(Bucket="desk", Key=upload["Key"], UploadId=upload["UploadId"])
    for kept in client.list_objects_v2(Bucket="desk").get("Contents", []):
        client.delete_object(Bucket="desk", Key=kept["Key"])
    client.delete_bucket(Bucket="desk")


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
