"""``senderdesk senderid bulk``: the workbook of many sender IDs, and its check, from the shell."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.registrations.shell import AsJson, Country, Headquarters
from bot.shell import print_json, told

if TYPE_CHECKING:
    from bot.registrations.bulk.judge import Judged
    from bot.registrations.bulk.reading import Reading

app = typer.Typer(help="Many sender IDs at once, in a workbook.", no_args_is_help=True)


@app.callback()
def _bulk() -> None:
    """Many sender IDs at once, in a workbook."""


@app.command("template")
def write_template(
    country: Country,
    out: Annotated[Path, typer.Argument(help="The .xlsx to write, or a folder for it.", metavar="OUT")],
) -> None:
    """Write the empty workbook for a country."""
    with told(as_json=False):
        from bot.delivery.voices import Voices  # noqa: PLC0415 - the templates' machinery
        from bot.registrations import countries  # noqa: PLC0415 - pydantic
        from bot.registrations.bulk import columns, template  # noqa: PLC0415 - openpyxl

        rules = countries.country(country)
        content = template.template(rules, Voices(), datetime.now(UTC).date())
        path = out / columns.file_name(rules.code) if out.is_dir() else out
        try:
            path.write_bytes(content)
        except OSError as error:
            raise typer.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint="OUT") from None
    typer.echo(f"{path}: the workbook for {rules.spoken}, at most {columns.ROWS_MAX} sender IDs.")


@app.command("check")
def check_workbook(
    file: Annotated[Path, typer.Argument(help="The filled workbook, or CSV with its columns.", metavar="FILE")],
    *,
    country: Annotated[str, typer.Option(help="The country, where the file does not say it.")] = "",
    company: Annotated[str, typer.Option(help="The company's name, to see whether they fit.")] = "",
    brand: Annotated[str, typer.Option(help="The brand's name, if it is another.")] = "",
    entity: Annotated[Headquarters | None, typer.Option(help="Where the company has its headquarters.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check each row by the country's rules. Exit code 0: all are good; 1: some are not; 2: it cannot be read."""
    with told(as_json=as_json):
        from bot.registrations import countries  # noqa: PLC0415 - pydantic
        from bot.registrations.bulk import child, columns, judge  # noqa: PLC0415
        from bot.registrations.bulk.rules import CountryUnknown, NoSuchWorkbook  # noqa: PLC0415
        from bot.registrations.entry import Owner  # noqa: PLC0415

        if not file.is_file():
            raise NoSuchWorkbook(name=file)
        reading = asyncio.run(child.read_in_child(file))
        named = country or reading.country or columns.country_in(file.name)
        if not named:
            raise CountryUnknown
        rules = countries.country(named)
        owner = Owner(company, brand, entity=entity or "")
        judged = judge.judge(reading.rows, rules, owner, datetime.now(UTC).date())
    if as_json:
        print_json(_plain(rules.code, reading, judged))
    else:
        typer.echo("\n".join(_lines(reading, judged)))
    raise typer.Exit(1 if judged.problems else 0)


def _plain(code: str, reading: "Reading", judged: "Judged") -> dict[str, Any]:
    return {
        "ok": not judged.problems,
        "country": code,
        "good": len(judged.good),
        "wrong": len(judged.wrong_rows),
        "problems": [problem.as_plain() for problem in judged.problems],
        "advice": [{"row": good.row, "sentence": said} for good in judged.good for said in good.advice],
        "other_sheets": list(reading.other_sheets),
        "other_columns": list(reading.other_columns),
    }


def _lines(reading: "Reading", judged: "Judged") -> list[str]:
    """The same as in Slack, for a terminal."""
    from bot.delivery.voices import Voices, Words  # noqa: PLC0415 - the templates' machinery
    from bot.registrations.bulk.columns import SHEET  # noqa: PLC0415

    voices = Voices()

    def said(part: str, **values: object) -> str:
        return Words(voices, voices.plain_marks, "registrations/bulk", values).part(part)

    lines = [said("counted", good_count=len(judged.good), wrong_count=len(judged.wrong_rows))]
    lines += [said("problem", **problem.as_plain()) for problem in judged.problems]
    lines += [said("advice", row=str(good.row), sentence=one) for good in judged.good for one in good.advice]
    lines += [said("is_old")] if reading.is_old else []
    for part in ("other_sheets", "other_columns"):
        if names := getattr(reading, part):
            lines.append(said(part, names=", ".join(names), sheet=SHEET))
    return lines
