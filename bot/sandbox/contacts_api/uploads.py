"""Uploaded contact files: the form they come in, their rows, and which rows can be taken."""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

import fastexcel
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox.contacts_api.answers import TOO_LARGE, ApiError, invalid
from bot.sandbox.contacts_api.book import ADDRESSES, FIELDS, GROUPS_MOST

MSISDN = re.compile(r"\+?[1-9][0-9]{6,14}")
FILE_MOST = 30_000_000
"""Bytes; "30 Mb" in the documentation, read strictly."""
REQUEST_MOST = 100_000_000
"""Bytes; code 7001 above."""
COLUMNS = {name.casefold(): name for name in (*ADDRESSES, *FIELDS)}
XLS_MAGIC = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file cannot be read, or has no column for an address: the batch fails."""


@dataclass(frozen=True)
class Form:
    """What came with a createContacts request."""

    name: str
    type: Literal["csv", "xls"]
    data: bytes
    groups: tuple[int, ...]
    columns: tuple[str, ...] | None
    """None: the first row is the header."""


async def read_form(request: web.Request) -> Form:
    """Read and check the multipart form; ApiError 400 with code 1000, or 413 with code 7001."""
    name, values = None, {}
    for key, file_name, data in [part async for part in _parts(request)]:
        if key == "file":
            name = file_name
        values[key] = data
    if name is None:
        raise invalid("The 'file' is required")
    if len(values["file"]) > FILE_MOST:
        raise invalid("The file size is limited to 30 Mb")
    texts = {key: _text(key, data) for key, data in values.items() if key != "file"}
    return Form(name, _file_type(name), values["file"], _groups(texts.get("groups", "")), _columns(texts))


async def _parts(request: web.Request) -> AsyncIterator[tuple[str, str | None, bytes]]:
    if request.content_type != "multipart/form-data" or "boundary" not in request.headers["Content-Type"]:
        raise invalid("The request must be multipart/form-data")
    size = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise invalid("The form has a part without a name")
            data = bytearray()
            while chunk := await part.read_chunk(2**16):
                size += len(chunk)
                if size > REQUEST_MOST:
                    raise ApiError(413, TOO_LARGE, "The request is too large")
                data += chunk
            yield part.name, part.filename, bytes(data)
    except (ValueError, HttpProcessingError) as error:
        raise invalid("The form is not well-formed") from error


def _text(key: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise invalid(f"The value of '{key}' is not UTF-8") from None


def _file_type(name: str) -> Literal["csv", "xls"]:
    match PurePosixPath(name).suffix.casefold():
        case ".csv":
            return "csv"
        case ".xls":
            return "xls"
    raise invalid("The file type is not supported: use CSV or Excel")


def _groups(text: str) -> tuple[int, ...]:
    if not text.strip():
        return ()
    names = [name.strip() for name in text.split(",")]
    if not all(name.isascii() and name.isdigit() for name in names):
        raise invalid("The value of 'groups' must be a comma-separated list of group ids")
    if len(names) > GROUPS_MOST:
        raise invalid(f"You can add contacts to {GROUPS_MOST} groups max")
    return tuple(dict.fromkeys(int(name[:20]) for name in names))


def _columns(texts: dict[str, str]) -> tuple[str, ...] | None:
    has_header = texts.get("fileHasHeader", "true").strip().casefold()
    if has_header not in ("true", "false"):
        raise invalid("The value of 'fileHasHeader' must be true or false")
    if has_header == "true":
        return None
    columns = tuple(name.strip() for name in texts.get("fileColumns", "").split(",") if name.strip())
    if not columns:
        raise invalid("The 'fileColumns' is mandatory if 'fileHasHeader' is false")
    if not any(COLUMNS.get(name.casefold()) in ADDRESSES for name in columns):
        raise invalid("The 'fileColumns' must name a column with an address")
    return columns


@dataclass(frozen=True)
class Table:
    """The rows of a file below its header, as text, and the names of its columns."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    @cached_property
    def known(self) -> list[tuple[int, str]]:
        """The columns that are taken: their places and the API's names for them."""
        names = [COLUMNS.get(name.casefold()) for name in self.columns]
        return [(place, name) for place, name in enumerate(names) if name]

    def contact(self, row: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
        """Addresses and fields of a row; ValueError says why the row cannot be taken."""
        addresses: dict[str, str] = {}
        fields: dict[str, str] = {}
        for place, name in self.known:
            value = row[place].strip() if place < len(row) else ""
            if value:
                (addresses if name in ADDRESSES else fields)[name] = value
        if not addresses:
            raise ValueError("No address")
        if "msisdn" in addresses and not MSISDN.fullmatch(addresses["msisdn"]):
            raise ValueError("Invalid MSISDN format (not E.164 international number)")
        return addresses, fields


def read_table(form: Form) -> Table:
    """The rows of the file, blank ones left out; Unreadable when there is nothing to read."""
    rows = [row for row in (_csv_rows(form.data) if form.type == "csv" else _xls_rows(form.data)) if any(row)]
    columns = form.columns
    if columns is None:
        columns, rows = (rows[0], rows[1:]) if rows else ((), rows)
    if not any(COLUMNS.get(name.strip().casefold()) in ADDRESSES for name in columns):
        raise Unreadable("no column with an address")
    return Table(tuple(name.strip() for name in columns), rows)


def _csv_rows(data: bytes) -> list[tuple[str, ...]]:
    try:
        return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(str(error)) from error


def _xls_rows(data: bytes) -> list[tuple[str, ...]]:
    if not data.startswith(XLS_MAGIC):
        raise Unreadable("not an Excel workbook")
    try:
        sheet = fastexcel.read_excel(data).load_sheet(0, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise Unreadable(str(error)) from error
    return [tuple("" if value is None else value for value in row) for row in sheet.to_polars().rows()]
