"""In which encoding a text file is written: by its mark, by its zeros, by what its bytes can mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

Bytes = npt.NDArray[np.uint8]

BLOCK = 4 << 20
"""How much of a file is read at once, in bytes."""
_LOOK = 256 << 10  # bytes that are looked at at once: they stay in the processor's cache
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32le"),
    (b"\x00\x00\xfe\xff", "utf-32be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
_CODECS = {"windows-1252": "cp1252", "windows-874": "cp874"}
_EVIDENCE = 4 << 20  # bytes of lines with other than ASCII letters: enough to tell two code pages apart

# Windows-874 (Thai): source is Microsoft's code page table. What it leaves empty, and how Thai is spelled.
_NOT_IN_874 = np.zeros(256, bool)
for _first, _last in ((0x81, 0x84), (0x86, 0x90), (0x98, 0x9F), (0xDB, 0xDE), (0xFC, 0xFF)):
    _NOT_IN_874[_first : _last + 1] = True
_THAI = np.zeros(256, bool)
_THAI[[*range(0xA1, 0xDB), *range(0xDF, 0xFC)]] = True
_THAI_MARK = np.zeros(256, bool)  # vowels above and below and tone marks: they sit on a consonant or on each other
_THAI_MARK[[0xD1, *range(0xD4, 0xDB), *range(0xE7, 0xEF)]] = True
_CARRIES_MARK = _THAI_MARK.copy()
_CARRIES_MARK[[*range(0xA1, 0xD0), 0xD2]] = True


@dataclass(frozen=True)
class Encoding:
    """``name`` as in the WHATWG list; ``mark``: bytes of the byte order mark; ``damaged``: some bytes mean nothing."""

    name: str
    mark: int = 0
    damaged: bool = False

    @property
    def codec(self) -> str:
        """Python's name for it."""
        return _CODECS.get(self.name, self.name)

    @property
    def ready(self) -> bool:
        """Whether the bytes are good UTF-8 as they stand."""
        return self.name == "utf-8" and not self.damaged


def find_encoding(path: Path) -> Encoding:
    """The encoding of this text file. A file without a mark is UTF-8 if all of it is; else its bytes are weighed."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            damaged = name == "utf-8" and not all(_is_utf8(block) for block in lines(path))
            return Encoding(name, len(mark), damaged)
    if b"\x00" in head:
        return Encoding("utf-16be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16le")
    strange = bytearray()
    for block in lines(path):
        if not _is_utf8(block):
            strange += b"\n".join(re.findall(rb"[^\n]*[\x80-\xff][^\n]*", block))
            if len(strange) > _EVIDENCE:
                break
    return _weigh(bytes(strange)) if strange else Encoding("utf-8")


def lines(path: Path) -> Iterator[bytes]:
    """The file in large blocks that end at a line's end (but a line without an end is cut anywhere)."""
    with path.open("rb") as file:
        while block := file.read(_LOOK):
            yield block if block.endswith(b"\n") else block + file.readline(BLOCK)


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        pl.Series([block]).cast(pl.String)  # many times faster than bytes.decode
    except pl.exceptions.ComputeError:
        return False
    return True


def _weigh(strange: bytes) -> Encoding:
    """Damaged UTF-8, Thai or Western: ``strange`` are lines that are no UTF-8 as they stand."""
    text = strange.decode("utf-8", "replace")
    foreign = sum(1 for letter in text if letter > "\x7f")
    if text.count("\ufffd") * 20 <= foreign:
        return Encoding("utf-8", damaged=True)
    return Encoding("windows-874" if _is_thai(np.frombuffer(strange, np.uint8)) else "windows-1252")


def _is_thai(data: Bytes) -> bool:
    """Thai letters stand side by side and their marks sit on consonants; Western letters with accents stand alone."""
    high = int((data >= 0x80).sum())  # noqa: PLR2004 - what ASCII does not reach
    thai = _THAI[data]
    beside = int((thai[1:] & thai[:-1]).sum())
    marks = _THAI_MARK[data[1:]]
    misplaced = int((marks & ~_CARRIES_MARK[data[:-1]]).sum())
    impossible = int(_NOT_IN_874[data].sum())
    return beside * 2 >= high and impossible * 50 <= high and misplaced * 10 <= max(10, int(marks.sum()))
