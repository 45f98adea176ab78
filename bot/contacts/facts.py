"""What templates of contact files are given, from the file's row."""

from typing import Any

from bot.contacts import rules
from bot.contacts.rules import BatchState
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.voices import Voices

_CELLS = 10
_SENTENCE = 300
SHOWN = 10
"""Of many batches, so many are named."""
_LACKING = frozenset(BatchState) - rules.ON_ITS_WAY - {BatchState.RUNNING, BatchState.COMPLETED}
ROWS = ("total_rows", "inserted_rows", "duplicated_rows", "error_rows")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def ended_values(voices: Voices, file: ContactFile) -> dict[str, Any]:
    """What the template ``contacts/ended`` needs."""
    answer = summed(file)
    return {
        "name": file.name,
        "status": voices.state(f"contacts.{file.status}"),
        "ended": file.status,
        "submitted_by": file.submitted_by or "",
        "submitted_at": file.submitted_at,
        "trouble": (file.trouble or {}).get("sentence", ""),
        "error_rows": answer.get("error_rows") or 0,
        "batch_ids": ", ".join(batch_ids(file)[:SHOWN]),
        "batches_count": len(file.batches),
        "missing": missing(voices, file),
        "completed_count": sum(batch.status == BatchState.COMPLETED for batch in file.batches),
        "counters": ", ".join(counters(voices, answer)),
        "groups": ", ".join(group["name"] for group in file.groups),
        **counts(file),
    }


def batch_ids(file: ContactFile) -> list[str]:
    """The ids that 8x8 gave the file's batches."""
    return [batch.batch_id for batch in file.batches if batch.batch_id]


def missing(voices: Voices, file: ContactFile) -> list[str]:
    """Of several batches, those that did not come to a good end, each with why; the first ones of many."""
    if len(file.batches) == 1:
        return []
    lacking = [batch for batch in file.batches if batch.status in _LACKING]
    said = [
        voices.plain(
            "contacts/batch",
            "missing",
            limit=_SENTENCE,
            batch_number=batch.number,
            status=voices.state(f"contacts.{batch.status}"),
            trouble=(batch.trouble or {}).get("sentence", ""),
        )
        for batch in lacking[:SHOWN]
    ]
    more = len(lacking) - len(said)
    return [*said, *([voices.plain("contacts/batch", "more", more_count=more)] if more else [])]


def summed(file: ContactFile) -> dict[str, Any]:
    """What 8x8 counted in all batches of a file together, as far as it counted. All go into the same groups."""
    answers = [batch.answer for batch in file.batches if batch.answer]
    counted: dict[str, Any] = {
        name: sum(answer[name] for answer in answers if answer.get(name) is not None)
        for name in ROWS
        if any(answer.get(name) is not None for answer in answers)
    }
    groups = [answer["contact_groups"] for answer in answers if answer.get("contact_groups") is not None]
    return counted | ({"contact_groups": max(groups)} if groups else {})


def share(file: ContactFile) -> float:
    """How much of a submitted file is done at 8x8, 0 to 1, over all of its batches."""
    return sum(map(_share, file.batches)) / max(len(file.batches), 1)


def _share(batch: ContactBatch) -> float:
    """By rows where they are counted, else by how far 8x8 says that it is."""
    if batch.status in rules.ON_ITS_WAY:
        return 0.0 if batch.status == BatchState.WAITING else 0.1
    if batch.status != BatchState.RUNNING:
        return 1.0
    answer = batch.answer or {}
    total, done = answer.get("total_rows"), sum(answer.get(name) or 0 for name in ROWS[1:])
    if total and done:
        return float(min(done / total, 0.95))
    return {"queued": 0.3, "inProgress": 0.6}.get(str(answer.get("status")), 0.1)


def current(file: ContactFile) -> ContactBatch | None:
    """The batch that people hear of while the file is at 8x8: the first that has not come to its end."""
    going = rules.ON_ITS_WAY | {BatchState.RUNNING}
    return next((batch for batch in file.batches if batch.status in going), None)


def bar(share: float) -> str:
    """A bar of ten cells; the words beside it say the same."""
    full = min(_CELLS, max(0, round(share * _CELLS)))
    return "▰" * full + "▱" * (_CELLS - full)


def counts(file: ContactFile) -> dict[str, int]:
    """The verdict's counts by the names that the templates have."""
    verdict = file.verdict or {}
    names = ("total", "accepted", "rejected", "duplicate")
    return {f"{name}_rows": int(verdict.get(f"rows_{name}") or 0) for name in names}


def counters(voices: Voices, answer: dict[str, Any]) -> list[str]:
    """What 8x8 counted, as words, without zeros; it may have counted nothing, and its numbers need not add up."""
    names = (*ROWS, "contact_groups")
    return [voices.plain("contacts/counter", name, n=answer[name]) for name in names if answer.get(name)]


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
