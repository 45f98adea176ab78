"""What all commands of ``senderdesk senderid`` have in common."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.errors import DeskError

Country = Annotated[str, typer.Argument(help="The country's code or name: PH, Philippines.", metavar="COUNTRY")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")]


class Headquarters(StrEnum):
    """Where a company has its headquarters, seen from the country."""

    LOCAL = "local"
    INTERNATIONAL = "international"


def print_json(plain: dict[str, Any]) -> None:
    """One object on one line."""
    typer.echo(json.dumps(plain, ensure_ascii=False))


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """What a person can mend, as a sentence for people and an object for machines; exit code 2."""
    try:
        yield
    except DeskError as error:
        if as_json:
            print_json({"error": error.sentence, "kind": type(error).__name__})
        typer.echo(error.sentence, err=True)
        raise typer.Exit(2) from None
