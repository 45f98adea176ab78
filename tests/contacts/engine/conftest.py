"""Files made on the spot, and what the engine makes of them."""

import csv
import importlib.util
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
import xlwt

from bot.contacts.check import check
from bot.contacts.numbering.store import Store, own_folder
from bot.contacts.outcome import CheckOptions, CheckResult


@pytest.fixture(scope="session", autouse=True)
def _folder_for_automata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The automata are built once for all tests, and not into the user's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def store() -> Store:
    """The automata."""
    return Store(own_folder())


@dataclass
class Checked:
    """A check's result and the folder with its files."""

    result: CheckResult
    out: Path

    def accepted(self) -> list[list[str]]:
        """The rows of accepted.csv, its header too."""
        return list(csv.reader(io.StringIO((self.out / "accepted.csv").read_bytes().decode(), newline="")))

    def rejected(self) -> list[list[str]]:
        """The rows of rejected.csv, its header too."""
        text = (self.out / "rejected.csv").read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=self.result.delimiter or ","))


Run = Callable[..., Checked]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run(content)`` checks a file with this content: bytes, text (as UTF-8), or a path. Options by their names."""
    count = 0

    def run(content: bytes | str | Path, **options: Any) -> Checked:
        nonlocal count
        count += 1
        path = content if isinstance(content, Path) else tmp_path / f"file-{count}"
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = tmp_path / f"out-{count}"
        out.mkdir()
        return Checked(check(path, CheckOptions(**options), out), out)

    return run


Rows = Sequence[Sequence[Any]]


@pytest.fixture
def xlsx(tmp_path: Path) -> Callable[..., Path]:
    """``xlsx(rows, name="Sheet")`` makes a workbook by openpyxl; None leaves a cell out."""

    def make(rows: Rows, *, name: str = "Contacts") -> Path:
        book = openpyxl.Workbook()
        book.active.title = name
        for row in rows:
            book.active.append(row)
        path = tmp_path / f"{name}.xlsx"
        book.save(path)
        return path

    return make


@pytest.fixture
def xls(tmp_path: Path) -> Callable[..., Path]:
    """``xls(rows)`` makes an old workbook by xlwt."""

    def make(rows: Rows, *, name: str = "Contacts") -> Path:
        book = xlwt.Workbook()
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if value is not None:
                    sheet.write(y, x, value)
        path = tmp_path / f"{name}.xls"
        book.save(str(path))
        return path

    return make


@pytest.fixture(scope="session")
def number_strings() -> ModuleType:
    """The module with strings that are meant to find a difference; the benchmark uses it too."""
    path = Path(__file__).parents[2] / "benchmarks" / "number_strings.py"
    spec = importlib.util.spec_from_file_location("number_strings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
