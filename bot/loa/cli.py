"""``senderdesk loa``: letters of authorisation from the shell."""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import DeskError
from bot.registrations.shell import AsJson
from bot.shell import print_json, told

if TYPE_CHECKING:
    from bot.loa.check.rules import Expected, Judged
    from bot.loa.letter import DrawnLetter
    from bot.loa.shell import Asked
    from bot.settings import Settings
    from bot.storage.files import Files

app = typer.Typer(help="Letters of authorisation.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Out = Annotated[Path, typer.Option(help="The folder for the files; it is made.", file_okay=False, show_default=False)]
Preview = Annotated[bool, typer.Option(help="The first page as a PNG as well.")]


class Unwritable(DeskError):
    """{path} cannot be written: {why}."""


@app.callback()
def _loa() -> None:
    """Letters of authorisation."""


@app.command("draw")
def draw_letters(
    registration: Annotated[
        str,
        typer.Argument(help="A registration's id, a ticket's number, or a letter's.", metavar="REGISTRATION"),
    ],
    out: Out,
    *,
    preview: Preview = True,
    as_json: AsJson = False,
) -> None:
    """Draw the letters of a registration into a folder; nothing that the desk keeps is changed.

    Exit code 0: all are drawn; 1: some cannot be; 2: nothing was done.
    """
    with told(as_json=as_json):
        from bot.settings import load  # noqa: PLC0415 - pydantic takes a third of a second to load

        good = asyncio.run(_draw(load(), registration, out, preview=preview, as_json=as_json))
    raise typer.Exit(0 if good else 1)


@app.command("samples")
def draw_samples(out: Out, *, preview: Preview = True, as_json: AsJson = False) -> None:
    """Draw a made-up letter for every country, entity and operator, to be looked at."""
    with told(as_json=as_json):
        from bot.loa.letter import draw  # noqa: PLC0415 - typst and its fonts
        from bot.loa.samples import samples  # noqa: PLC0415

        for sample in samples():
            letter = draw(sample.data, None)
            _show(sample.name, letter, list(_write(out, sample.name, letter, preview=preview)), as_json=as_json)


@app.command("check")
def check_returned(
    letter: Annotated[Path, typer.Argument(help="The PDF that was drawn.", exists=True, dir_okay=False)],
    returned: Annotated[Path, typer.Argument(help="The file that came back.", exists=True, dir_okay=False)],
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="A folder for the copy to keep and the signature box; it is made.", file_okay=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a file that came back against its letter: whether it is this one, whole and signed.

    Exit code 0: fine or for a person to look at; 1: refused; 2: nothing was done.
    """
    with told(as_json=as_json):
        from bot.loa.check.known import expected_of  # noqa: PLC0415 - pictures and codes

        with tempfile.TemporaryDirectory() as folder:
            into = out or Path(folder)
            _make(into)
            judged = asyncio.run(_judge(expected_of(letter), returned, into))
    _show_judged(returned, judged, kept=out is not None, as_json=as_json)
    raise typer.Exit(1 if judged.verdict == "refused" else 0)


async def _judge(expected: "Expected", returned: Path, into: Path) -> "Judged":
    from bot.loa.check.child import judge  # noqa: PLC0415 - after --help

    return await judge(expected, returned, returned.name, into)


def _show_judged(returned: Path, judged: "Judged", *, kept: bool, as_json: bool) -> None:
    if as_json:
        plain = judged.to_json()
        print_json({"name": returned.name} | plain | ({} if kept else {"clean": None, "crop": None}))
        return
    from bot.delivery.voices import Voices  # noqa: PLC0415 - Jinja
    from bot.loa.words import finding  # noqa: PLC0415 - the letters' tables

    voices = Voices()
    typer.echo(f"{returned}: {judged.verdict}")
    for found in judged.findings:
        typer.echo(f"  {found.rule}: {finding(voices, asdict(found))}")
    for path in (judged.clean, judged.crop) if kept else ():
        typer.echo(f"  {path}") if path else None


async def _draw(settings: "Settings", typed: str, out: Path, *, preview: bool, as_json: bool) -> bool:
    """Whether all could be drawn."""
    from bot.loa.cannot import CannotDraw  # noqa: PLC0415 - after --help
    from bot.loa.shell import asked, read_beside  # noqa: PLC0415 - the letters' whole house
    from bot.storage.files import Files  # noqa: PLC0415

    letters = await read_beside(settings.database_url, asked, typed, settings.senderdesk_provider_name)
    files, good = Files(settings.files_url), True
    for one in letters:
        name = f"{one.data.number}-{one.data.operator}".rstrip("-")
        try:
            letter = await _drawn(one, files)
        except CannotDraw as error:
            good = False
            if as_json:
                print_json({"name": name, "error": error.sentence})
            typer.echo(f"{name}: {error.sentence}", err=True)
        else:
            paths = list(_write(out, name, letter, preview=preview))
            _show(name, letter, paths, as_json=as_json, kept=one.kept)
    return good


async def _drawn(one: "Asked", files: "Files") -> "DrawnLetter":
    from bot.loa.letter import draw  # noqa: PLC0415 - typst and its fonts
    from bot.loa.letterhead import kept_letterhead  # noqa: PLC0415

    letterhead = await kept_letterhead(files, one.letterhead) if one.letterhead else None
    return await asyncio.to_thread(draw, one.data, letterhead)


def _write(out: Path, name: str, letter: "DrawnLetter", *, preview: bool) -> Iterator[Path]:
    """The files that were written. Raises Unwritable."""
    contents = {".pdf": letter.pdf} | ({".png": letter.preview} if preview else {})
    for ending, content in contents.items():
        path = out / f"{name}{ending}"
        _make(out)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise Unwritable(path=path, why=error.strerror) from error
        yield path


def _make(folder: Path) -> None:
    """Raises Unwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(path=folder, why=error.strerror) from error


def _show(name: str, letter: "DrawnLetter", paths: list[Path], *, as_json: bool, kept: str = "") -> None:
    if as_json:
        plain = {"name": name, "pages": letter.pages, "sha256": letter.sha256, "code": letter.code}
        print_json(plain | {"files": [str(path) for path in paths], "kept": kept})
        return
    pages = "1 page" if letter.pages == 1 else f"{letter.pages} pages"
    same = "the same as the desk keeps" if kept == letter.sha256 else f"the desk keeps {kept}"
    typer.echo(f"{paths[0]}: {pages}, SHA-256 {letter.sha256}" + (f", {same}" if kept else ""))
