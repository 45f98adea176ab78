"""What all commands of the shell have in common: an answer as one JSON object, and errors in a sentence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from bot.errors import DeskError


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
