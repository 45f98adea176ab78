"""``senderdesk rcs``: an agent's assets checked, mended and drawn from the shell."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.errors import DeskError
from bot.shell import told

if TYPE_CHECKING:
    from bot.rcs.check import Assets, Checked
    from bot.rcs.preview import Preview, Profile
    from bot.rcs.visiting import Visitor
    from bot.rcs.words import Telling

Given = TypeVar("Given")
_OPTIONS = (
    *("--name", "--description", "--color", "--logo", "--hero", "--privacy", "--terms", "--email", "--phone"),
    *("--use-case", "--start-text", "--help-text", "--stop-text"),
)
app = typer.Typer(help="RCS agents.", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


class NothingToCheck(DeskError):
    """Say what to check: {options}. The same with --help explains each."""


class NotWritten(DeskError):
    """{path} cannot be written: {why}. Name another file or folder."""


@app.callback()
def _rcs() -> None:
    """RCS agents."""


@app.command("check")
def check_agent(
    *,
    name: Annotated[str | None, typer.Option(help="The agent's name, as customers see it.")] = None,
    description: Annotated[str | None, typer.Option(help="What the agent is for, in a sentence.")] = None,
    color: Annotated[str | None, typer.Option(help="The brand's colour as a hex code, in quotes: '#E91B0C'.")] = None,
    logo: Annotated[Path | None, typer.Option(help="The logo: JPEG or PNG, 224x224, up to 50 KB.")] = None,
    hero: Annotated[Path | None, typer.Option(help="The hero image: JPEG or PNG, 1440x448, up to 220 KB.")] = None,
    privacy: Annotated[str | None, typer.Option(help="Address of the privacy policy; it is visited.")] = None,
    terms: Annotated[str | None, typer.Option(help="Address of the terms of service; it is visited.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address for customers.")] = None,
    phone: Annotated[str | None, typer.Option(help="Phone number for customers, with + in front.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Transactional, Promotional, OTP or Multi-use.")] = None,
    start_text: Annotated[str | None, typer.Option(help="The answer to START (United States).")] = None,
    help_text: Annotated[str | None, typer.Option(help="The answer to HELP (United States).")] = None,
    stop_text: Annotated[str | None, typer.Option(help="The answer to STOP (United States).")] = None,
    message: Annotated[str | None, typer.Option(help="The first message, for the preview.")] = None,
    mend: Annotated[
        Path | None, typer.Option(help="Write mended pictures and how phones show them here.", file_okay=False)
    ] = None,
    preview: Annotated[
        Path | None, typer.Option(help="Write a picture of the agent on a phone.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for machines.")] = False,
) -> None:
    """Check what is given of an agent. Exit code 0: nothing would be refused; 1: something would; 2: not checked."""
    with told(as_json=as_json):
        from bot.rcs.check import Assets  # noqa: PLC0415 - aiohttp and all

        assets = Assets(
            name=name,
            description=description,
            color=color,
            use_case=use_case,
            email=email,
            phone=phone,
            pictures=_given(logo=logo, hero=hero),
            pages=_given(privacy=privacy, terms=terms),
            texts=_given(start=start_text, help=help_text, stop=stop_text),
        )
        if assets == Assets():
            raise NothingToCheck(options=", ".join(_OPTIONS))
        lines, is_good = asyncio.run(_checked(assets, message, mend, preview, as_json=as_json))
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if is_good else 1)


def visitor() -> "Visitor":
    """Who visits pages."""
    from bot.rcs.visiting import Visitor  # noqa: PLC0415 - aiohttp

    return Visitor()


def _given(**values: Given | None) -> dict[str, Given]:
    return {name: value for name, value in values.items() if value is not None}


async def _checked(
    assets: "Assets", message: str | None, mend: Path | None, preview: Path | None, *, as_json: bool
) -> tuple[list[str], bool]:
    """What is printed, and whether nothing would be refused. Files are written on the way."""
    from bot.delivery.voices import Voices  # noqa: PLC0415 - the templates' machinery
    from bot.rcs.check import check  # noqa: PLC0415
    from bot.rcs.findings import passes  # noqa: PLC0415
    from bot.rcs.preview import preview as draw  # noqa: PLC0415 - typst
    from bot.rcs.words import Telling  # noqa: PLC0415
    from bot.storage.rooms import room  # noqa: PLC0415

    voices = Voices()
    telling = Telling(voices, voices.plain_marks)
    with room() as folder:
        drawn = folder if mend or preview else None
        found = await check(assets, visitor=visitor(), into=drawn, labels=telling.labels())
        written = _mended(found, telling, mend) if mend else []
        if preview:
            drawn_agent = await asyncio.to_thread(draw, _profile(assets, found, message), voices)
            written += _previewed(drawn_agent, telling, preview)
    if as_json:
        lines = [json.dumps([telling.as_plain(finding) for finding in found.findings], ensure_ascii=False)]
    else:
        offer = [telling.said("offer")] if not mend and _can_be_mended(found) else []
        lines = [*_report(found, telling), *written, *offer]
    return lines, passes(found.findings)


def _report(found: "Checked", telling: "Telling") -> list[str]:
    report = telling.report(found.findings)
    return [f"{report.headline}.", *report.failed, *report.holding, *report.advice]


def _can_be_mended(found: "Checked") -> bool:
    """Whether a picture that can be seen is not as it should be."""
    readable = {what for what, seen in found.seen.items() if seen.look.sheer is not None}
    return any(not finding.ok and finding.check.partition(".")[0] in readable for finding in found.findings)


def _mended(found: "Checked", telling: "Telling", folder: Path) -> list[str]:
    """Write what was mended and drawn; gives a line for each."""
    from bot.rcs.picture_rules import SPECS  # noqa: PLC0415

    lines = []
    for what, seen in found.seen.items():
        files = {f"{what}-on-phones.png": seen.screen, f"{what}-before-after.png": seen.compared}
        if seen.mended:
            lines.append(telling.mended(SPECS[what], seen.mended))
            files = {f"{what}{seen.mended.path.suffix}": seen.mended.path, **files}
        for name, file in files.items():
            if file is not None:
                lines.append(telling.said("written", path=str(_written(folder / name, file.read_bytes()))))
    return lines


def _previewed(drawn: "Preview", telling: "Telling", path: Path) -> list[str]:
    """Write the agent on a phone."""
    lines = [telling.said("written", path=str(_written(path, drawn.png)))]
    return lines + ([telling.said("left_out", characters=" ".join(drawn.left_out))] if drawn.left_out else [])


def _profile(assets: "Assets", found: "Checked", message: str | None) -> "Profile":
    """What is known of the agent, with the pictures as they came."""
    from bot.rcs.preview import Profile  # noqa: PLC0415 - typst

    shown = {what: seen.shown.read_bytes() for what, seen in found.seen.items() if seen.shown}
    return Profile(
        name=assets.name or "",
        description=assets.description or "",
        colour=assets.brand,
        logo=shown.get("logo"),
        hero=shown.get("hero"),
        message=message or assets.texts.get("start", ""),
    )


def _written(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise NotWritten(path=path, why=error.strerror) from None
    return path
