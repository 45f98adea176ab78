"""What all forms about sender IDs are made of: the modal, its fields, and how they are read back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Words
from bot.registrations.companies import Arrival
from bot.registrations.countries import MEGABYTE, Slot
from bot.registrations.problems import Problem
from handlers.payload import Payload

BLOCKS_MAX = 100
LABEL_MAX = 200
_FILES_MAX = 5
_KINDS = {"pdf": "PDF", "jpg": "JPG", "png": "PNG"}
_ENDINGS = {"pdf": ["pdf"], "jpg": ["jpg", "jpeg"], "png": ["png"]}


def modal(
    callback_id: str, private_metadata: str, title: str, body: list[Block], *, close: str, submit: str = ""
) -> Payload:
    """A modal; without ``submit`` it has only its close button."""
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": blocks.plain(title),
        "close": blocks.plain(close),
        "blocks": body[:BLOCKS_MAX],
    }
    return view | ({"submit": blocks.plain(submit)} if submit else {})


def field(
    words: Words, name: str, element: Block, *, at: str = "", optional: bool = False, hears: bool = False
) -> Block:
    """An input whose label and hint are the words' ``NAME_label`` and ``NAME_hint``.

    Its block is called ``name``, and behind a colon ``at``: fields of another ``at`` begin anew, as the draft has them.
    ``hears``: we are told at once of what is entered.
    """
    block: Block = {
        "type": "input",
        "block_id": f"{name}:{at}" if at else name,
        "label": blocks.plain(words.plain(f"{name}_label", LABEL_MAX)),
        "element": {"action_id": name} | element,
        "optional": optional,
    }
    if words.has(f"{name}_hint"):
        block["hint"] = blocks.plain(words.plain(f"{name}_hint", LABEL_MAX))
    if hears:
        block["dispatch_action"] = True
    return block


def text(value: object = "", *, most: int = 0, kind: str = "plain_text_input", **more: Any) -> Block:
    """A field to type into, with what was typed before."""
    element: Block = {"type": kind, **more}
    if most:
        element["max_length"] = most
    if value not in ("", None):
        element["initial_value"] = str(value)[: most or 3000]
    return element


def select(options: Sequence[Block], chosen: object, placeholder: str, *, kind: str = "static_select") -> Block:
    """A choice of one; ``chosen`` is the value of an option, or nothing."""
    element: Block = {"type": kind, "options": list(options)}
    if placeholder:
        element["placeholder"] = blocks.plain(placeholder)
    found = next((option for option in options if option["value"] == chosen), None)
    return element | ({"initial_option": found} if found else {})


def files(slot: Slot) -> Block:
    """Where the files of a document go."""
    endings = [ending for kind in slot.types for ending in _ENDINGS[kind]]
    return {"type": "file_input", "action_id": "files", "filetypes": endings, "max_files": _FILES_MAX}


def limits(slot: Slot) -> dict[str, str]:
    """What a document may be, in words."""
    kinds = [_KINDS[kind] for kind in slot.types]
    types = " or ".join(filter(None, [", ".join(kinds[:-1]), kinds[-1]]))
    return {"help": slot.help, "types": types, "megabytes": f"{slot.max_bytes / MEGABYTE:g}"}


def slot_block_id(slot: Slot) -> str:
    """The block of a document; it bears the name of what one is enough of, too, for what is said about that."""
    return f"{slot.code}:{slot.any_of}" if slot.any_of else slot.code


# Reading


def values(view: Payload) -> dict[str, Payload]:
    """The state of each field by its name, which is its block's without what stands behind the colon."""
    found: dict[str, Payload] = {}
    for block_id, elements in view["state"]["values"].items():
        for state in elements.values():
            found[block_id.partition(":")[0]] = state
    return found


def typed(state: Payload | None) -> str:
    """What is in a field of one value; empty when there is no such field, or nothing in it."""
    if not state:
        return ""
    option = state.get("selected_option")
    found = (
        option["value"] if option else state.get("value") or state.get("selected_date") or state.get("selected_time")
    )
    return str(found or "").strip()


def arrivals(state: Payload | None) -> list[Arrival]:
    """The files in a field."""
    given = (state or {}).get("files") or ()
    return [Arrival(each["id"], str(each.get("name") or "a file"), int(each.get("size") or 0)) for each in given]


def arrived(view: Payload) -> Mapping[str, Sequence[Arrival]]:
    """The files of all fields that have some, by the field's name."""
    return {name: found for name, state in values(view).items() if (found := arrivals(state))}


def errors(view: Payload, problems: Iterable[Problem]) -> Payload:
    """The answer that says each sentence at its field; what has none of its own stands at the first."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    said: dict[str, list[str]] = {}
    for problem in problems:
        at = next((each for each in inputs if problem.field in each.split(":")), inputs[0])
        said.setdefault(at, []).append(problem.sentence)
    return {"response_action": "errors", "errors": {at: " ".join(some) for at, some in said.items()}}
