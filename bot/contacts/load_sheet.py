"""One sheet of an .xlsx file, built as text by fastexcel, in a thread beside the look at the file's parts.

The library builds whatever it finds, so the look must be ahead of it: it opens the file when the look has been through
enough of the table of texts, and builds the sheet when the look has been through enough of that. The look is several
times as fast, so a part that is too large is refused before it can have filled the memory; should the library ever win,
it dies at the child's limit, which is a sentence too.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import fastexcel
import polars as pl

from bot.contacts.sniff import Kind

_LEAD = 16 << 20  # bytes of a part that are looked at before the library may read it


class Loading:
    """The sheet of this name; ``frame`` has it. Leaving the ``with`` waits for nobody: an error is told at once."""

    def __init__(self, path: Path, sheet: str) -> None:
        self._path, self._sheet = path, sheet
        self._thread = ThreadPoolExecutor(1, "sheet")
        self._closing = ExitStack()
        self._reader: Future[fastexcel.ExcelReader] | None = None
        self._loaded: Future[fastexcel.ExcelSheet] | None = None

    def __enter__(self) -> Self:
        self._named = self._closing.enter_context(named(self._path, Kind.XLSX))
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._closing.close()

    def open(self) -> Future[fastexcel.ExcelReader]:
        """Let the library open the file, which reads the table of texts."""
        self._reader = self._reader or self._thread.submit(fastexcel.read_excel, self._named)
        return self._reader

    def load(self) -> Future[fastexcel.ExcelSheet]:
        """Let the library build the sheet."""
        reader = self.open()
        self._loaded = self._loaded or self._thread.submit(lambda: as_texts(reader.result(), self._sheet))
        return self._loaded

    def frame(self) -> pl.DataFrame:
        """The sheet. Raises FastExcelError."""
        return self.load().result().to_polars()


def ahead(pieces: Iterable[bytes], follow: Callable[[], object]) -> Iterator[bytes]:
    """The pieces; when enough of them were looked at, ``follow`` is called."""
    looked = 0
    for piece in pieces:
        if looked > _LEAD:
            follow()
        yield piece
        looked += len(piece)
    follow()


@contextmanager
def named(path: Path, kind: Kind) -> Iterator[Path]:
    """The file under a name with the ending of its kind: the library goes by endings."""
    with TemporaryDirectory(prefix="sheet-") as folder:
        link = Path(folder, f"book.{kind}")
        link.symlink_to(path.resolve())
        yield link


def as_texts(reader: fastexcel.ExcelReader, sheet: str) -> fastexcel.ExcelSheet:
    """A sheet from its first row on, every cell a text. Raises FastExcelError."""
    return reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
