"""The card of a contact file in Slack. What stands in it follows from the file's status alone."""

import re
from typing import Any

from markupsafe import Markup
from phonenumbers import country_code_for_region

from bot.contacts import rules
from bot.contacts.answers import BatchStatus
from bot.contacts.countries import country_name
from bot.contacts.facts import bar, counters, counts, ended_values, reading, size_words
from bot.contacts.reasons import Reason
from bot.contacts.rules import Status
from bot.contacts.tables import ContactFile
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.marks import cut
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices

SUBMIT, CANCEL, CHECK_AGAIN = "contacts:submit", "contacts:cancel", "contacts:check_again"
COLUMNS, COUNTRY = "contacts:columns", "contacts:country"
GROUPS, DOWNLOAD = "contacts:groups", "contacts:rejected"

_REASONS_SHOWN = 8
_UNUSED_SHOWN = 8
_NAME_SHOWN = 40
_HIDDEN_DIGITS = re.compile(r"[+(]*•[•\s().-]*")
_RUNNING_WORDS = frozenset({BatchStatus.QUEUED, BatchStatus.IN_PROGRESS})


def groups_block(file_id: str) -> str:
    """The block of a card that holds its groups; its id carries the file to those who fill the picker."""
    return f"groups:{file_id}"


class Card:
    """One drawing of the card. What stands in it follows from the status alone."""

    def __init__(self, voices: Voices, file: ContactFile, twin: ContactFile | None) -> None:
        self._voices = voices
        self._file = file
        self._twin = twin
        self._verdict: dict[str, Any] = file.verdict or {}
        self._words = voices.slack("contacts/card", **self._values())

    def draw(self) -> SlackCard:
        """The card as a message."""
        draw = {
            Status.CHECKING: self._checking,
            Status.UNREADABLE: self._unreadable,
            Status.NEEDS_COLUMNS: self._needs_columns,
            Status.CHECKED: self._checked,
            Status.REFUSED: self._checked,
            Status.UNSURE: self._checked,
            Status.CANCELLED: self._cancelled,
        }.get(Status(self._file.status), self._with_8x8)
        headline = self._words.headline
        body = [blocks.section(headline), blocks.context(self._words.part("about")), *draw()]
        return SlackCard(self._summary(headline), body)

    def _summary(self, headline: str) -> str:
        if not self._verdict.get("rows_total"):
            return headline
        parts = (self._words.part(part) for part in ("total", "accepted", "rejected", "duplicate"))
        return f"{headline} — {' · '.join(parts)}"

    # What each status shows

    def _checking(self) -> list[Block]:
        shown = [blocks.section(self._words.part("checking"))]
        if self._file.progress:
            shown.append(blocks.context(self._words.part("progress")))
        return [*shown, *self._waits(), blocks.actions([self._cancel()])]

    def _unreadable(self) -> list[Block]:
        return [
            blocks.section(self._words.part("unreadable")),
            blocks.actions([self._button("check_again", CHECK_AGAIN), self._cancel()]),
        ]

    def _needs_columns(self) -> list[Block]:
        shown = [blocks.section(self._words.part("needs_columns"))]
        if self._verdict.get("preview"):
            shown.append(blocks.section(self._words.part("preview")))
        choose = self._button("choose_columns", COLUMNS, style="primary")
        return [*shown, blocks.actions([choose, self._cancel()])]

    def _checked(self) -> list[Block]:
        shown = [*self._what_was_found()]
        if self._file.status in {Status.REFUSED, Status.UNSURE}:
            shown.insert(0, blocks.section(self._words.part(self._file.status)))
        if not self._verdict["rows_accepted"]:
            shown.append(blocks.section(self._words.part("nothing_good")))
        else:
            shown.append(self._picker())
        return [*shown, blocks.actions(self._buttons())]

    def _with_8x8(self) -> list[Block]:
        shown = [blocks.section(self._what_8x8_does())]
        if self._file.status not in rules.ENDED:
            shown.append(blocks.context(self._words.part("progress")))
        shown += [*self._waits(), *self._what_was_found(brief=True)]
        if self._file.batch and (counted := counters(self._voices, self._file.batch)):
            shown.append(blocks.section(self._voices.text("contacts/card", "counters", counters=counted)))
        if self._file.groups:
            shown.append(blocks.context(self._words.part("groups_chosen")))
        small = [self._words.part("submitted")]
        if self._file.batch_id:
            small.append(self._words.part("batch"))
        if self._is_purged():
            small.append(self._words.part("purged"))
        shown.append(blocks.context(*small))
        if self._file.status in {Status.FAILED, Status.STOPPED, Status.TIMEOUT}:
            return [*shown, blocks.actions([*self._again(), *self._download()])]
        return [*shown, *([blocks.actions(self._download())] if self._download() else [])]

    def _cancelled(self) -> list[Block]:
        part = "purged" if self._is_purged() else "cancelled"
        return [
            *self._what_was_found(brief=True),
            blocks.section(self._words.part(part)),
            blocks.actions([self._button("check_again", CHECK_AGAIN)]),
        ]

    # The pieces

    def _waits(self) -> list[Block]:
        """Who does not answer just now."""
        return [blocks.section(self._words.part("waits"))] if (self._file.trouble or {}).get("waits") else []

    def _what_was_found(self, *, brief: bool = False) -> list[Block]:
        if not self._verdict.get("rows_total"):
            return []
        found = [blocks.fields([self._words.part(part) for part in ("total", "accepted", "rejected", "duplicate")])]
        if brief:
            return found
        found.append(blocks.context(self._words.part("columns"), *self._notes()))
        if self._verdict["reasons"]:
            found += [blocks.section(self._words.part("reasons")), blocks.context(self._words.part("advice"))]
        if self._hint():
            read_as = self._button("country", COUNTRY, value=f"{self._value()}:{self._hint()['country']}")
            found.append(blocks.section(self._words.part("hint"), accessory=read_as))
        if self._twin is not None:
            found.append(blocks.context(self._words.part("twin")))
        return found

    def _what_8x8_does(self) -> str:
        if self._file.status in rules.ENDED:
            return self._voices.slack("contacts/ended", **ended_values(self._voices, self._file)).body
        return self._words.part(self._file.status)

    def _notes(self) -> list[str]:
        notes = [self._words.part("country")] if self._file.options.get("country") else []
        if self._verdict.get("other_sheets") or self._verdict.get("hidden_sheets"):
            notes.append(self._words.part("sheets"))
        return [*notes, *(self._voices.text("contacts/note", "note", note=note) for note in self._verdict["notes"][:5])]

    def _picker(self) -> Block:
        select: Block = {
            "type": "multi_external_select",
            "action_id": GROUPS,
            "min_query_length": 0,
            "max_selected_items": rules.GROUPS_MAX,
            "placeholder": blocks.plain(self._words.plain("groups_placeholder")),
        }
        if self._file.groups:
            select["initial_options"] = [blocks.option(group["name"], group["name"]) for group in self._file.groups]
        return blocks.section(self._words.part("groups"), accessory=select, block_id=groups_block(self._file.id))

    def _buttons(self) -> list[Block]:
        again = [*self._again()] if self._verdict["rows_accepted"] else []
        columns = self._button("columns", COLUMNS)
        return [*again, columns, *self._download(), self._cancel()]

    def _again(self) -> list[Block]:
        first = self._file.submissions == 0
        twin_went = self._twin is not None and self._twin.status in rules.SUBMITTED
        question = blocks.confirm(
            self._words.plain("confirm_submit_title", blocks.CONFIRM_TITLE_MAX),
            self._words.plain("confirm_submit_twin" if twin_went else "confirm_submit", blocks.CONFIRM_TEXT_MAX),
            self._words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self._words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
        )
        return [self._button("submit" if first else "submit_again", SUBMIT, style="primary", confirm=question)]

    def _download(self) -> list[Block]:
        some = self._file.rejected_key and self._verdict.get("rows_rejected")
        return [self._button("rejected", DOWNLOAD)] if some else []

    def _cancel(self) -> Block:
        question = blocks.confirm(
            self._words.plain("confirm_cancel_title", blocks.CONFIRM_TITLE_MAX),
            self._words.plain("confirm_cancel", blocks.CONFIRM_TEXT_MAX),
            self._words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self._words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        return self._button("cancel", CANCEL, confirm=question)

    def _button(self, word: str, action_id: str, *, value: str = "", **more: Any) -> Block:
        text = self._words.plain(f"button_{word}")
        return blocks.button(text, action_id, value or self._value(), label=f"{text}: {self._file.name}", **more)

    def _value(self) -> str:
        return f"{self._file.id}:{self._file.version}"

    def _is_purged(self) -> bool:
        return self._file.status in rules.ENDED and self._file.source_key is None and bool(self._verdict)

    def _hint(self) -> dict[str, Any]:
        """The country that would make more rows good than it spoils; none once somebody chose one."""
        if self._file.options.get("country"):
            return {}
        return next((hint for hint in self._verdict.get("country_hints", ()) if hint["rows"] > hint["lost"]), {})

    # What the words need

    def _values(self) -> dict[str, Any]:
        file, verdict, hint, twin = self._file, self._verdict, self._hint(), self._twin
        question = verdict.get("needs_columns") or {}
        country = file.options.get("country") or hint.get("country") or ""
        progress = file.progress or {}
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
            "advice": Reason(self._by_count()[0][0]).sentence if self._by_count() else "",
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
            "bar": bar(self._share()),
            "batch_status": self._batch_status() if not progress else f"{progress['done']:,} / {progress['total']:,}",
            "submitted_by": file.submitted_by or "",
            "submitted_at": file.submitted_at or file.created_at,
            "looked_at": file.looked_at,
            "batch_id": file.batch_id or "",
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
        word = str((self._file.batch or {}).get("status", ""))
        if self._file.status != Status.RUNNING or not word:
            return self._voices.state(f"contacts.{self._file.status}")
        return self._voices.state(f"batch.{word}") if word in _RUNNING_WORDS else word

    def _share(self) -> float:
        """How much is done, 0 to 1: by rows where they are counted, else by how far 8x8 says that it is."""
        progress, batch = self._file.progress, self._file.batch or {}
        if progress:
            return float(progress["done"] / max(progress["total"], 1))
        total = batch.get("total_rows")
        done = sum(batch.get(name) or 0 for name in ("inserted_rows", "error_rows", "duplicated_rows"))
        if total and done:
            return float(min(done / total, 0.95))
        return {"queued": 0.3, "inProgress": 0.6}.get(str(batch.get("status")), 0.1)
