"""What is inside an .xlsx file, read with care before any library that builds the whole sheet in memory touches it.

Sizes that the archive declares are not believed: parts are counted while they are inflated. Source of the names:
ECMA-376, Office Open XML, part 1 (SpreadsheetML) and part 2 (packages).
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.parsers import expat

from bot.contacts.engine_errors import Broken, TooMuchInside
from bot.contacts.sniff import zip_entries

PIECE = 1 << 20
_PACKED = 1 << 18
_SMALL_PART = 8 << 20
_BEGINNING = 16 << 20
SHEET_MAX = 640 << 20
"""How large a sheet may be inflated, in bytes; a full one of ten columns has about half as much."""
STRINGS_MAX = 512 << 20
"""How large the table of texts may be inflated, in bytes."""
STRINGS_COUNT_MAX = 4_000_000
STYLES_MAX = 64 << 20
"""How large the table of styles may be inflated, in bytes; Excel allows 65,490 styles, some 20 MB."""
_BLANK_MAX = 640 << 20
CELL_TEXT_MAX = 200_000
"""Bytes of one text: a cell holds 32,767 characters, each of at most six bytes."""
_SHEETS_MAX = 1000
FORM_SHEET = "_senderdesk"
"""A hidden sheet of this name marks a workbook that the desk itself gave out to be filled in: no list of contacts."""
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s/>]")


@dataclass(frozen=True)
class SheetPart:
    """A worksheet: its ``name``, whether people see it, and the ``part`` of the archive that holds it."""

    name: str
    visible: bool
    part: str


class Workbook:
    """An open .xlsx file. Raises Broken or TooMuchInside wherever its content is not what it should be."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._filled: dict[str, bool] = {}
        self._blank = 0  # bytes of sheets in which no value was found so far
        try:
            entries = zip_entries(self._file)
            self._archive = zipfile.ZipFile(self._file)
            self._parts = {entry.filename.replace("\\", "/").lower().lstrip("/"): entry for entry in entries}
            self.sheets: tuple[SheetPart, ...] = tuple(self._find_sheets())
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def _find_sheets(self) -> Iterator[SheetPart]:
        book = next((part for kind, part in self._related("").values() if kind == "officeDocument"), "xl/workbook.xml")
        targets = self._related(book)
        strings = {part for kind, part in targets.values() if kind == "sharedStrings" and part in self._parts}
        strings |= {part for part in self._parts if part.endswith("sharedstrings.xml")}
        self.strings = tuple(sorted(strings))
        sheets = self._elements(book, "sheet")
        if len(sheets) > _SHEETS_MAX:
            raise TooMuchInside(what=f"{len(sheets):,} sheets")
        for sheet in sheets:
            kind, part = targets.get(sheet.get("id", ""), ("", ""))
            if kind == "worksheet" and part in self._parts:
                yield SheetPart(sheet.get("name", ""), sheet.get("state", "visible") == "visible", part)

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the last word of the kind, and the part; "" is the archive itself."""
        folder, name = posixpath.split(part)
        relations = self._elements(posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship")
        return {
            relation.get("Id", ""): (
                posixpath.basename(relation.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/").lower(),
            )
            for relation in relations
        }

    def _elements(self, part: str, name: str) -> list[dict[str, str]]:
        """The attributes, without namespaces, of all elements of this name in a small part."""
        found: list[dict[str, str]] = []

        def start(element: str, attributes: dict[str, str]) -> None:
            if element.rpartition(" ")[2] == name:
                found.append({key.rpartition(" ")[2]: value for key, value in attributes.items()})

        def doctype(*_: object) -> None:
            raise Broken(what="a document type in its table of contents")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = doctype
        try:
            parser.Parse(b"".join(self.pieces(part, _SMALL_PART)), True)
        except expat.ExpatError as error:
            raise Broken(what="its table of contents is no XML") from error
        return found

    def pieces(self, part: str, most: int) -> Iterator[bytes]:
        """A part, inflated piece by piece; at most ``most`` bytes."""
        entry = self._parts.get(part.lower())
        if entry is None:
            raise Broken(what=f"the part {part} is missing")
        if entry.file_size > most:
            raise TooMuchInside(what=f"{entry.file_size / 2**20:,.0f} MB in one part")
        inflated = 0
        try:
            for piece in self._inflate(entry):
                inflated += len(piece)
                if inflated > most:
                    raise TooMuchInside(what=f"more than {most / 2**20:,.0f} MB in one part")
                yield piece
        except (zlib.error, struct.error, EOFError) as error:
            raise Broken(what="a part of it cannot be unpacked") from error
        if inflated != entry.file_size:
            raise Broken(what="a part of it has another size than it says")

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """A part as it is. ``zipfile`` would stop at the declared size, where other readers go on."""
        self._file.seek(entry.header_offset)
        name, extra = struct.unpack_from("<HH", self._file.read(30), 26)
        self._file.seek(name + extra, 1)
        left = entry.compress_size
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken(what="a part of it is packed in an unusual way")
        unpacker = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        while left:
            packed = self._file.read(min(left, _PACKED))
            if not packed:
                raise EOFError
            left -= len(packed)
            while packed:
                piece = unpacker.decompress(packed, PIECE) if unpacker else packed
                packed = unpacker.unconsumed_tail if unpacker else b""
                if piece:
                    yield piece
        if unpacker and not unpacker.eof:
            raise EOFError

    def has_rows(self, sheet: SheetPart) -> bool:
        """Whether any cell of a sheet has a value; a sheet whose beginning is very long is taken to have one."""
        if sheet.part not in self._filled:
            self._filled[sheet.part] = self._any_value(sheet.part)
        return self._filled[sheet.part]

    def _any_value(self, part: str) -> bool:
        rest = b""
        for number, piece in enumerate(self.pieces(part, SHEET_MAX)):
            if _VALUE.search(rest + piece) or number * PIECE > _BEGINNING:
                return True
            self._blank += len(piece)
            if self._blank > _BLANK_MAX:
                raise TooMuchInside(what=f"more than {_BLANK_MAX / 2**20:,.0f} MB of sheets without values")
            rest = piece[-16:]
        return False

    def check_styles(self) -> None:
        """Refuse a table of styles that no program writes: a library keeps all of it."""
        for part in self._parts:
            if part.endswith("styles.xml"):
                for _ in self.pieces(part, STYLES_MAX):
                    pass


def check_strings(pieces: Iterable[bytes]) -> None:
    """Refuse a table of texts that is too large to be held in memory."""
    count, rest, sign = 0, b"", b""
    for piece in pieces:
        data = rest + piece
        end = data.rfind(b"<")
        sign = b"<si" if sign == b"<si" or b"<sst" in data else b":si>"
        count += data.count(sign, 0, max(end, 0))
        refuse_long_text(data)
        rest = data[end:] if end >= 0 else data
        if count > STRINGS_COUNT_MAX:
            raise TooMuchInside(what=f"more than {STRINGS_COUNT_MAX:,} texts")


def refuse_long_text(data: bytes) -> None:
    """Refuse XML in which a text is longer than a cell can hold."""
    place = 0
    while len(data) - place > CELL_TEXT_MAX:
        found = data.rfind(b"<", place, place + CELL_TEXT_MAX)
        if found <= place and data[place : place + 1] != b"<":
            raise TooMuchInside(what="a cell of more than 32,767 characters")
        if found == place:
            found = data.find(b"<", place + 1, place + 1 + CELL_TEXT_MAX)
            if found < 0:
                raise TooMuchInside(what="a cell of more than 32,767 characters")
        place = found
