"""The index in ``handlers/__init__.py`` says what there is."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp

import handlers
from handlers.middleware import Admission

ROOT = Path(__file__).parents[2]


def index() -> list[list[str]]:
    """The table's rows: what a person does, listener, use case, message, test."""
    lines = (handlers.__doc__ or "").splitlines()
    cells = [[cell.strip() for cell in line.split(" | ")] for line in lines if " | " in line]
    assert cells[0] == ["What a person does", "Listener", "Use case", "Message", "Test"]
    return cells[1:]


ROWS = index()
SOURCES = "\n".join(path.read_text() for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py"))


def test_the_index_names_every_listener_once_and_no_other(bolt: AsyncApp) -> None:
    """A new listener needs a row, and an old row a listener."""
    found = [each for listener in bolt._async_listeners for each in listener.middleware if isinstance(each, Admission)]
    assert sorted(row[1] for row in ROWS) == sorted(admission.name for admission in found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_row_of_the_index_is_true(row: list[str]) -> None:
    """The use case can be called, the template is there and used, the test is there."""
    _, _, use_case, message, test = row
    if use_case != "-":
        feature, *module, name = use_case.split(".")
        service: Any = importlib.import_module(f"bot.{feature}.{'.'.join(module) or 'service'}")
        assert callable(getattr(service, name))
    if message != "-":
        assert (ROOT / "templates" / f"{message}.j2").exists()
        assert f'"{message}"' in SOURCES
    folder, name = test.split("/")
    assert "def test_" in (ROOT / "tests" / folder / f"test_{name}.py").read_text()


def test_the_index_names_the_use_case_that_a_listener_calls(bolt: AsyncApp) -> None:
    """What stands in the table is what the function does."""
    found = [each for listener in bolt._async_listeners for each in listener.middleware if isinstance(each, Admission)]
    called = {admission.name: admission.handler.__code__.co_names for admission in found}
    for _, listener, use_case, _, _ in ROWS:
        if use_case != "-":
            assert use_case.rpartition(".")[2] in called[listener], listener
