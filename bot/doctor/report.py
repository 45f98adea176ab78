"""The doctor's findings on the terminal."""

import json
from dataclasses import asdict

import typer

from bot.doctor import examine
from bot.doctor.findings import Finding, Level
from bot.settings import Settings

_COLOURS = {Level.OK: typer.colors.GREEN, Level.WARN: typer.colors.YELLOW, Level.FAIL: typer.colors.RED}


async def report(settings: Settings, *, as_json: bool = False) -> int:
    """Print each finding as it is made; 1 when something fails, else 0."""
    levels = []
    async for finding in examine(settings):
        levels.append(finding.level)
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            _show(finding)
    failed, warned = levels.count(Level.FAIL), levels.count(Level.WARN)
    if not as_json:
        typer.echo(f"\n{failed} to mend, {warned} to look at, {levels.count(Level.OK)} fine.")
    return 1 if failed else 0


def _show(finding: Finding) -> None:
    mark = typer.style(f"{finding.level:<5}", fg=_COLOURS[finding.level], bold=True)
    typer.echo(f"{mark} {finding.about:<27} {finding.says}")
    if finding.todo:
        typer.echo(f"{'':5} {'':27} -> {finding.todo}")
