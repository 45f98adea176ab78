"""How an operation is shown: its card, the staff's, the news of its end, and the line in a window."""

from typing import Any

from bot.contacts.facts import bar, counters
from bot.contacts.operations import rules
from bot.contacts.operations.rules import Kind, State
from bot.contacts.operations.tables import ContactOperation
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words

AGAIN, LOOK, LEAVE = "contacts:op_again", "contacts:op_look", "contacts:op_leave"
_TEMPLATE = "contacts/operation"
_SHARES = {State.WAITING: 0.0, State.SENDING: 0.1, State.RUNNING: 0.3}
_CONFLICT = 409


class OperationCard:
    """One drawing of an operation, whose words follow from its row alone. ``account`` is the account's name."""

    def __init__(self, voices: Voices, operation: ContactOperation, account: str) -> None:
        self._operation = operation
        self._voices = voices
        self._values = values(voices, operation, account)
        self.words: Words = voices.slack(_TEMPLATE, **self._values)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self._values["title"])

    @property
    def sentence(self) -> str:
        """What is done."""
        return self.words.part(_sentence(self._operation))

    def draw(self) -> SlackCard:
        """The card where it was asked."""
        shown = [blocks.section(f"{self.words.headline}\n{self.sentence}"), *self._state()]
        shown.append(blocks.context(self.words.part("asked"), *self._batches()))
        buttons = self._buttons()
        return SlackCard(
            f"{self.words.headline}: {self.sentence}", [*shown, *([blocks.actions(buttons)] * bool(buttons))]
        )

    def for_staff(self) -> SlackCard:
        """The same for the staff's channel, without buttons: who asked, of which customer."""
        headline = self.words.part("for_staff")
        text = f"{headline}\n{self.sentence}"
        return SlackCard(text, [blocks.section(text), blocks.context(self.words.part("asked"), *self._batches())])

    def news(self) -> SlackCard:
        """How it ended, for who asked."""
        text = f"{self.words.part('news')}\n{self.sentence} {self.outcome}"
        return SlackCard(text, [blocks.section(text)])

    @property
    def outcome(self) -> str:
        """How it stands, in a sentence; empty while it goes its way."""
        operation, answer = self._operation, self._operation.answer or {}
        if operation.status in {State.REFUSED, State.UNSURE}:
            conflict = operation.kind == Kind.ADD and (operation.trouble or {}).get("http") == _CONFLICT
            said = [self.words.part("conflict")] if conflict else []
            more = [self.words.part("fitting")] if self._values["fitting"] else []
            return " ".join([*said, self.words.part("trouble"), *more])
        if operation.status == State.COMPLETED and operation.kind == Kind.ADD:
            return self.words.part({True: "new", False: "merged"}.get(answer.get("is_new", ""), "added"))
        return self.words.part(operation.status) if operation.status in rules.ENDED else ""

    def _state(self) -> list[Block]:
        operation = self._operation
        shown = [blocks.section(self.outcome)] if self.outcome else []
        if operation.status in _SHARES and operation.kind in rules.BATCHES:
            shown.append(blocks.context(self.words.part("progress")))
        if (operation.trouble or {}).get("waits"):
            shown.append(blocks.section(self.words.part("waits")))
        if self._values["counters"]:
            shown.append(blocks.context(self.words.part("counters")))
        return shown

    def _batches(self) -> list[str]:
        return [self.words.part("batch")] if self._operation.batches else []

    def _buttons(self) -> list[Block]:
        match self._operation.status:
            case State.UNSURE:
                return [
                    self._button("look", LOOK, style="primary"), self._button("anew", AGAIN, question="anew"),
                    self._button("leave", LEAVE),
                ]  # fmt: skip
            case State.REFUSED:
                return [self._button("again", AGAIN, style="primary", question="again"), self._button("leave", LEAVE)]
            case State.WAITING if (self._operation.trouble or {}).get("waits"):
                return [self._button("cancel", LEAVE)]
            case status if status in rules.MENDABLE:
                return [self._button("again", AGAIN, style="primary", question="again")]
        return []

    def _button(self, word: str, action: str, *, question: str = "", style: str | None = None) -> Block:
        ask = blocks.confirm(
            self.words.plain(f"confirm_{question}_title", blocks.CONFIRM_TITLE_MAX),
            self.words.plain(f"confirm_{question}", blocks.CONFIRM_TEXT_MAX),
            self.words.plain("confirm_yes", blocks.CONFIRM_BUTTON_MAX),
            self.words.plain("confirm_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        ) if question else None  # fmt: skip
        text, value = self.words.plain(f"button_{word}"), f"{self._operation.id}:{self._operation.version}"
        return blocks.button(text, action, value, style=style, confirm=ask, label=f"{text}: {self._values['title']}")


def _sentence(operation: ContactOperation) -> str:
    if operation.kind != Kind.DELETE:
        return f"do_{operation.kind}"
    return next((f"do_{way}" for way in ("all", "file") if operation.what.get(way)), "do_numbers")


def values(voices: Voices, operation: ContactOperation, account: str) -> dict[str, Any]:
    """What the template ``contacts/operation`` needs."""
    what, answer, trouble = operation.what, operation.answer or {}, operation.trouble or {}
    told: dict[str, Any] = {
        "title": voices.plain(_TEMPLATE, f"title_{operation.kind}"),
        "status": voices.state(f"contacts.{operation.status}"),
        "account": account,
        "source": what.get("source", {}).get("name", ""),
        "target": what.get("target", {}).get("name", ""),
        "contacts": contacts_words(how_many(what)),
        "chosen_count": int(what.get("count") or 0),
        "file_name": what.get("file", ""),
        "groups": [group["name"] for group in what.get("groups", ())],
        "groups_count": len(what.get("groups", ())),
        "with_contacts": bool(what.get("with_contacts")),
        "shown": what.get("shown", ""),
        "name": what.get("name", ""),
        "asked_by": operation.asked_by,
        "by_staff": operation.by_staff,
        "asked_at": operation.asked_at,
        "looked_at": operation.looked_at if operation.status == State.RUNNING else None,
        "trouble": trouble.get("sentence", ""),
        "fitting": trouble.get("fitting", []),
        "error_rows": answer.get("error_rows") or 0,
        "counters": counters(voices, answer),
        "batch_ids": operation.batches,
        "parts_count": operation.parts,
        "part_number": operation.part + 1,
        "bar": bar(_share(operation)),
        "batch_status": _batch_status(voices, operation, str(answer.get("status", ""))),
    }
    sentence = voices.plain(_TEMPLATE, _sentence(operation), limit=blocks.CONFIRM_TEXT_MAX - 80, **told)
    return told | {"sentence": sentence}


def how_many(what: dict[str, Any]) -> int | None:
    """How many contacts are meant, as far as 8x8 told; those of several groups may be counted twice."""
    if "groups" in what:
        counts = [group["contacts"] for group in what["groups"]]
        return sum(counts) if None not in counts else None
    found = what["source"]["contacts"] if "source" in what else what.get("contacts")
    return int(found) if found is not None else None


def contacts_words(count: int | None) -> str:
    """``8,022 contacts``, or only ``contacts`` when nobody has counted them."""
    return f"{count:,} contact{'' if count == 1 else 's'}" if count is not None else "contacts"


def _share(operation: ContactOperation) -> float:
    one = 0.6 if (operation.answer or {}).get("status") == "inProgress" else _SHARES.get(State(operation.status), 1.0)
    return (operation.part + one) / operation.parts


def _batch_status(voices: Voices, operation: ContactOperation, word: str) -> str:
    if operation.status != State.RUNNING:
        return voices.state(f"contacts.{operation.status}")
    return voices.state(f"batch.{word}") if word in {"queued", "inProgress"} else word
