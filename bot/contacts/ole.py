"""The old Office container (OLE, also called compound file): only as much of it as tells what is inside.

Source: Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (FAT), 2.5 (DIFAT) and
2.6 (directory).
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # values above mean "no sector" or "end of chain"
_ENTRY = 128
_IN_HEADER = 109  # pages of the FAT that the header names
_SECTORS_MAX = 4096  # a directory longer than this belongs to no workbook


def stream_names(file: BinaryIO) -> list[str]:
    """The names of the streams and folders inside. Raises ValueError when the container is damaged."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or not header.startswith(MAGIC):  # noqa: PLR2004 - the header's size
        msg = "no compound file"
        raise ValueError(msg)
    size = 1 << struct.unpack_from("<H", header, 30)[0]
    if size not in (512, 4096):
        msg = "sector size"
        raise ValueError(msg)
    names = []
    for sector in _chain(file, header, size, struct.unpack_from("<I", header, 48)[0]):
        for start in range(0, len(sector) - _ENTRY + 1, _ENTRY):
            length = struct.unpack_from("<H", sector, start + 64)[0]
            if 2 <= length <= 64 and sector[start + 66]:  # noqa: PLR2004 - the field's size, and 0: unused entry
                names.append(sector[start : start + length - 2].decode("utf-16-le", "replace"))
    return names


def _chain(file: BinaryIO, header: bytes, size: int, sector: int) -> Iterator[bytes]:
    """The contents of the sectors that begin with this one."""
    per_sector = size // 4
    for _ in range(_SECTORS_MAX):
        if sector >= _LAST_SECTOR:
            return
        yield _sector(file, size, sector)
        page, place = divmod(sector, per_sector)
        sector = struct.unpack_from("<I", _sector(file, size, _fat_sector(file, header, size, page)), place * 4)[0]
    msg = "endless directory"
    raise ValueError(msg)


def _fat_sector(file: BinaryIO, header: bytes, size: int, page: int) -> int:
    """Where this page of the FAT is: the header tells it for 109 pages, about 7 MB; a chain of sectors for the rest."""
    if page < _IN_HEADER:
        place: int = struct.unpack_from("<I", header, 76 + page * 4)[0]
        return place
    further, place = divmod(page - _IN_HEADER, size // 4 - 1)
    if further > _SECTORS_MAX:
        msg = "sector beyond the end"
        raise ValueError(msg)
    sector = struct.unpack_from("<I", header, 68)[0]
    for _ in range(further):
        sector = struct.unpack_from("<I", _sector(file, size, sector), size - 4)[0]
    found: int = struct.unpack_from("<I", _sector(file, size, sector), place * 4)[0]
    return found


def _sector(file: BinaryIO, size: int, number: int) -> bytes:
    file.seek((number + 1) * size)
    content = file.read(size)
    if len(content) < size:
        msg = "sector beyond the end"
        raise ValueError(msg)
    return content
