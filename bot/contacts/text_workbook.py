"""A workbook in which every cell is a text, written row by row in little memory.

No formula can come out of it: the only elements written for a cell are ``is`` and ``t`` (a text) and, for row numbers,
``v``. The texts have Excel's text format too, so that a cell stays a text when somebody edits it. Source: ECMA-376
part 1, 18.3 (worksheets) and 18.8 (styles).
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Self
from xml.sax.saxutils import quoteattr

import polars as pl

from bot.contacts.columns import letter

ROWS_MAX = 1_048_576
CELL_MAX = 32_767
_AT_ONCE = 2048  # rows that are made into XML together
_DATE = (1980, 1, 1, 0, 0, 0)  # the same rows give the same bytes
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEXT_STYLE, _HEADER_STYLE = 1, 2
_TEXT, _END_TEXT = '<is><t xml:space="preserve">', "</t></is></c>"
_FONT = '<sz val="11"/><name val="Calibri"/></font>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{_FONT}<font><b/>{_FONT}</fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" quotePrefix="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_NOT_IN_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
_MUST_CHANGE = r"[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"


class TextWorkbook:
    """Writes rows of texts, each after its row number. A sheet that is full is followed by another.

    Use it as ``with TextWorkbook(path, header) as book: book.write(render(rows, texts, before=0))``.
    """

    def __init__(self, path: Path, header: Sequence[str], sheet: str = "rejected") -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._header, self._name = [_escaped(text) for text in header], sheet
        self._sheets: list[str] = []
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._begin_sheet()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_sheet()
        self._write_frame_parts()
        self._archive.close()

    def write(self, sheets: Iterable[tuple[int, bytes]]) -> None:
        """Add rows that ``render`` made into XML, in their order."""
        for number, xml in sheets:
            while len(self._sheets) <= number:
                self._end_sheet()
                self._begin_sheet()
            self._put(xml)

    def _put(self, xml: bytes) -> None:
        assert self._out is not None  # noqa: S101 - between _begin_sheet and _end_sheet
        self._out.write(xml)

    def _begin_sheet(self) -> None:
        number = len(self._sheets) + 1
        self._sheets.append(self._name if number == 1 else f"{self._name} {number}")
        self._out = self._archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True)
        cells = "".join(
            f'<c r="{letter(i)}1" t="inlineStr" s="{_HEADER_STYLE}">{_TEXT}{text}{_END_TEXT}'
            for i, text in enumerate(self._header)
        )
        start = (
            f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
            ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f'<cols><col min="2" max="{len(self._header)}" width="22" customWidth="1"/></cols>'
            f'<sheetData><row r="1">{cells}</row>'
        )
        self._put(start.encode())

    def _end_sheet(self) -> None:
        self._put(b"</sheetData></worksheet>")
        assert self._out is not None  # noqa: S101 - as in _put
        self._out.close()

    def _write_frame_parts(self) -> None:
        numbers = range(1, len(self._sheets) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
            for n, name in zip(numbers, self._sheets, strict=True)
        )
        relations = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
        )
        for name, xml in {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
                'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{types}</Types>'
            ),
            "_rels/.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
                f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ),
            "xl/workbook.xml": (f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}<Relationship Id="rIdStyles"'
                f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
            ),
            "xl/styles.xml": _STYLES,
        }.items():
            self._archive.writestr(_entry(name), _DECLARATION + xml)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def render(rows: pl.Series, texts: pl.DataFrame, before: int) -> list[tuple[int, bytes]]:
    """Rows as XML, with the number of the sheet that they go to, from 0; a full sheet is followed by another.

    ``rows`` are the numbers in the first column, ``texts`` the other columns (null: empty); ``before``: how many rows
    come before these.
    """
    parts, done = [], 0
    while done < texts.height:
        sheet, row = divmod(before + done, ROWS_MAX - 1)
        count = min(texts.height - done, ROWS_MAX - 1 - row, _AT_ONCE)
        parts.append((sheet, _rows_xml(rows.slice(done, count), texts.slice(done, count), row + 2)))
        done += count
    return parts


def _rows_xml(rows: pl.Series, texts: pl.DataFrame, first: int) -> bytes:
    """The rows as XML, one a line, the first of them with this row number in the new sheet."""
    here = pl.int_range(first, first + texts.height, eager=True).cast(pl.String)
    data = pl.DataFrame([here.alias("here"), rows.cast(pl.String).alias("row"), *map(_xml_text, texts)])
    parts: list[pl.Expr | str] = ['<row r="', "here", '"><c r="A', "here", '"><v>', "row", "</v></c>"]
    for index, name in enumerate(texts.columns, 1):
        start = (f'<c r="{letter(index)}', pl.col("here"), f'" t="inlineStr" s="{_TEXT_STYLE}">{_TEXT}', pl.col(name))
        cell = pl.concat_str(*(pl.lit(part) if isinstance(part, str) else part for part in start), pl.lit(_END_TEXT))
        parts.append(pl.when(pl.col(name) == "").then(pl.lit("")).otherwise(cell))
    columns = set(data.columns)
    line = [pl.lit(part) if isinstance(part, str) and part not in columns else part for part in parts]
    out = io.BytesIO()
    data.select(pl.concat_str(*line, pl.lit("</row>"))).write_csv(out, include_header=False, quote_style="never")
    return out.getvalue()


def _xml_text(column: pl.Series) -> pl.Series:
    """A column's texts as they stand in XML, as long as a cell allows."""
    column = column.fill_null("")
    if (column.str.len_bytes() > CELL_MAX).any():
        column = column.str.slice(0, CELL_MAX)
    if not column.str.contains(_MUST_CHANGE).any():
        return column
    # _x0041_ in a text would be read as the letter A (ECMA-376 part 1, 22.9.2.19): its own first character is escaped.
    column = column.str.replace_all(r"_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}").str.replace_all(r"\r\n?", "\n")
    column = column.str.replace_all(_NOT_IN_XML, "\ufffd")
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        column = column.str.replace_all(sign, entity, literal=True)
    return column


def _escaped(text: str) -> str:
    return str(_xml_text(pl.Series([text], dtype=pl.String)).item())
