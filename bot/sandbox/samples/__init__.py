"""Files to download and drop in. ``make.py`` writes them; nobody's real number is in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.sandbox.world import World

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """A file to try the desk with."""

    name: str
    about: str

    @property
    def data(self) -> bytes:
        """The file itself."""
        return (FOLDER / self.name).read_bytes()

    @property
    def size(self) -> int:
        """In bytes."""
        return (FOLDER / self.name).stat().st_size

    @property
    def url(self) -> str:
        """Where the sandbox hands it out."""
        return f"/samples/{self.name}"


SAMPLES = (
    Sample("contacts-1000.csv", "1,000 customers of four countries: 950 good, 42 bad in many ways, 8 repeated"),
    Sample("hubspot-export.xlsx", "An export with a hidden first sheet and three phone columns"),
    Sample("members.xls", "An old Excel workbook"),
    Sample("customers-thai.csv", "Thai names and numbers, Windows-874, semicolons"),
    Sample("not-a-workbook.xlsx", "Text that somebody renamed"),
    Sample("letterhead.png", "A picture for the documents of a sender ID; download it, and choose it in the form"),
)
BY_NAME = {sample.name: sample for sample in SAMPLES}


def add_routes(app: web.Application, _: "World") -> None:
    """Hand out the samples at ``/samples/NAME``."""
    app.router.add_get("/samples/{name}", _download)


async def _download(request: web.Request) -> web.StreamResponse:
    sample = BY_NAME.get(request.match_info["name"])
    if sample is None:
        raise web.HTTPNotFound
    disposition = {"Content-Disposition": f'attachment; filename="{sample.name}"'}
    return web.FileResponse(FOLDER / sample.name, headers=disposition)
