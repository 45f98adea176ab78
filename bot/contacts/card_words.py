"""What the words of a contact file's card are filled with, from the file's row."""

import re
from typing import Any

from markupsafe import Markup
from phonenumbers import country_code_for_region

from bot.contacts.answers import BatchStatus
from bot.contacts.countries import country_name
from bot.contacts.facts import SHOWN, bar, batch_ids, counts, current, missing, reading, share, size_words
from bot.contacts.reasons import Reason
from bot.contacts.rules import Status
from bot.contacts.tables import ContactFile
from bot.delivery.marks import cut
from bot.delivery.voices import Voices

_REASONS_SHOWN = 8
_UNUSED_SHOWN = 8
_NAME_SHOWN = 40
_HIDDEN_DIGITS = re.compile(r"[+(]*•[•\s().-]*")
_RUNNING_WORDS = frozenset({BatchStatus.QUEUED, BatchStatus.IN_PROGRESS})
_SENTENCES = {str(reason): reason.sentence for reason in Reason}


class CardWords:
    """The values of the template ``contacts/card``."""

    def __init__(self, voices: Voices, file: ContactFile, twin: ContactFile | None) -> None:
        self._voices = voices
        self._file = file
        self._twin = twin
        self._verdict: dict[str, Any] = file.verdict or {}

    def hint(self) -> dict[str, Any]:
        """The country that would make more rows good than it spoils; none once somebody chose one."""
        if self._file.options.get("country"):
            return {}
        return next((hint for hint in self._verdict.get("country_hints", ()) if hint["rows"] > hint["lost"]), {})

    def values(self) -> dict[str, Any]:
        """Everything that any part of the card may say."""
        file, verdict, hint, twin = self._file, self._verdict, self.hint(), self._twin
        question = verdict.get("needs_columns") or {}
        country = file.options.get("country") or hint.get("country") or ""
        progress, batch = file.progress or {}, current(file)
        status = self._voices.state(f"contacts.{file.status}")
        return {
            "name": file.name,
            "status": status,
            "uploader": file.uploader,
            "created_at": file.created_at,
            "size": size_words(file.size),
            "reading": reading(verdict),
            "why": question.get("why", ""),
            "preview": [" | ".join(row)[:150] for row in verdict.get("preview", ())],
            "columns": self._columns(),
            "unused": self._unused(),
            "reasons": self._reasons(),
            "advice": next((_SENTENCES.get(reason, "") for reason, _ in self._by_count()), ""),
            "hint_rows": hint.get("rows", 0),
            "lost_rows": hint.get("lost", 0),
            "other_sheets": [cut(name, _NAME_SHOWN) for name in verdict.get("other_sheets", ())[:_UNUSED_SHOWN]],
            "hidden_sheets": [cut(name, _NAME_SHOWN) for name in verdict.get("hidden_sheets", ())[:_UNUSED_SHOWN]],
            "country": country_name(country),
            "calling_code": country_code_for_region(country) if country else 0,
            "twin_name": twin.name if twin else "",
            "twin_at": twin.created_at if twin else file.created_at,
            "twin_uploader": twin.uploader if twin else "",
            "twin_status": self._voices.state(f"contacts.{twin.status}") if twin else "",
            "groups": [group["name"] for group in file.groups],
            "bar": bar(progress["done"] / max(progress["total"], 1) if progress else share(file)),
            "batch_status": self._batch_status()
            if not progress
            else f"{progress['done']:,} / {progress['total']:,} rows",
            "batch_number": batch.number if batch and not progress else 0,
            "batches_count": len(file.batches),
            "submitted_by": file.submitted_by or "",
            "submitted_at": file.submitted_at or file.created_at,
            "looked_at": file.looked_at,
            "batch_ids": batch_ids(file)[:SHOWN],
            "hidden_count": max(len(batch_ids(file)) - SHOWN, 0),
            "missing": missing(self._voices, file),
            "trouble": (file.trouble or {}).get("sentence", ""),
            **counts(file),
        }

    def _columns(self) -> list[Markup]:
        used = [column for column in self._verdict.get("columns", ()) if column["target"]]
        return [
            self._finished(
                "contacts/column",
                "column",
                source=column["name"],
                target=self._voices.plain("contacts/column", f"target_{column['target']}"),
            )
            for column in used
        ]

    def _unused(self) -> list[str]:
        names = [column["name"] for column in self._verdict.get("columns", ()) if not column["target"]]
        more = [f"{len(names) - _UNUSED_SHOWN} more"] if len(names) > _UNUSED_SHOWN else []
        return [*(cut(name, _NAME_SHOWN) for name in names[:_UNUSED_SHOWN]), *more]

    def _reasons(self) -> list[Markup]:
        return [self._reason(reason, count) for reason, count in self._by_count()[:_REASONS_SHOWN]]

    def _reason(self, reason: str, count: int) -> Markup:
        """A reason with its count, its first row and what stands there, and a few rows more."""
        first, *more = self._verdict["examples"][reason]
        return self._finished(
            "contacts/reason",
            "reason",
            count=count,
            reason=reason,
            first_row=f"{first['row']:,}",
            value=cut(_HIDDEN_DIGITS.sub("…", first["value"]), _NAME_SHOWN),
            places=", ".join(f"{example['row']:,}" for example in more),
            others=count > len(more) + 1,
        )

    def _by_count(self) -> list[tuple[str, int]]:
        return sorted(self._verdict.get("reasons", {}).items(), key=lambda pair: -pair[1])

    def _finished(self, name: str, part: str, **values: object) -> Markup:
        return Markup(self._voices.text(name, part, **values))  # noqa: S704 escaped by the voice

    def _batch_status(self) -> str:
        """8x8's word as a state of ours; one that nobody knows yet is shown as it came."""
        batch = current(self._file)
        word = str(((batch and batch.answer) or {}).get("status", ""))
        if self._file.status != Status.RUNNING or not word:
            return self._voices.state(f"contacts.{self._file.status}")
        return self._voices.state(f"batch.{word}") if word in _RUNNING_WORDS else word


def _rows_done(done: int, total: int) -> str:
    return f"{done:,} / {total:,} rows"
