"""What templates of contact files are given, from the file's row."""

from typing import Any

from bot.contacts.tables import ContactFile
from bot.delivery.voices import Voices

_CELLS = 10
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def ended_values(voices: Voices, file: ContactFile) -> dict[str, Any]:
    """What the template ``contacts/ended`` needs."""
    batch = file.batch or {}
    return {
        "name": file.name,
        "status": voices.state(f"contacts.{file.status}"),
        "ended": file.status,
        "submitted_by": file.submitted_by or "",
        "submitted_at": file.submitted_at,
        "trouble": (file.trouble or {}).get("sentence", ""),
        "error_rows": batch.get("error_rows") or 0,
        "batch_id": file.batch_id or "",
        "counters": ", ".join(counters(voices, batch)),
        "groups": ", ".join(group["name"] for group in file.groups),
        **counts(file),
    }


def bar(share: float) -> str:
    """A bar of ten cells; the words beside it say the same."""
    full = min(_CELLS, max(0, round(share * _CELLS)))
    return "▰" * full + "▱" * (_CELLS - full)


def counts(file: ContactFile) -> dict[str, int]:
    """The verdict's counts by the names that the templates have."""
    verdict = file.verdict or {}
    names = ("total", "accepted", "rejected", "duplicate")
    return {f"{name}_rows": int(verdict.get(f"rows_{name}") or 0) for name in names}


def counters(voices: Voices, batch: dict[str, Any]) -> list[str]:
    """What 8x8 counted, as words, without zeros; it may have counted nothing, and its numbers need not add up."""
    names = ("total_rows", "inserted_rows", "duplicated_rows", "error_rows", "contact_groups")
    return [voices.plain("contacts/counter", name, n=batch[name]) for name in names if batch.get(name)]


def size_words(size: int) -> str:
    """A file's size for people: 812 bytes, 41 KB, 3.2 MB."""
    if size < 1024:  # noqa: PLR2004 a kilobyte
        return f"{size} bytes"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def reading(verdict: dict[str, Any]) -> str:
    """How the file was read: sheet, or encoding and delimiter."""
    if verdict.get("sheet"):
        return f"sheet {verdict['sheet']}"
    parts = (
        str(verdict.get("encoding") or "").upper(),
        _DELIMITERS.get(verdict.get("delimiter") or ""),
    )
    return ", ".join(str(part) for part in parts if part)
