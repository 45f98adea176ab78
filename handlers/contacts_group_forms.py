"""The forms about groups: create, change, copy, move, delete; how they look."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.contacts.operations import rules
from bot.contacts.operations.card import contacts_words
from bot.contacts.operations.rules import Kind
from bot.contacts.tables import ContactGroup
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember

BETWEEN, BETWEEN_SURE = "contacts:between", "contacts:between_sure"
DELETE_GROUPS, DELETE_GROUPS_SURE = "contacts:delete_groups", "contacts:delete_groups_sure"
GROUP_FORM, DROP = "contacts:group_form", "contacts:group_drop"
PICK, PICK_SEVERAL = "contacts:group_pick", "contacts:groups_pick"
_TEMPLATE = "contacts/forms"
_OPTIONS_MAX = 100
_WORD = {Kind.COPY: "copy", Kind.MOVE: "move"}


def options(voices: Voices, groups: Iterable[ContactGroup]) -> list[Block]:
    """Groups as choices, with how many contacts they have."""
    return [_option(voices, group) for group in list(groups)[:_OPTIONS_MAX]]


def _option(voices: Voices, group: ContactGroup) -> Block:
    words = voices.slack(_TEMPLATE, contacts=contacts_words(group.contacts), blocked=group.is_blacklist)
    about = {"description": blocks.plain(words.plain("group_option"))}
    return blocks.option(group.name, str(group.group_id)) | about


def _picker(words: Words, *, several: bool = False) -> Block:
    kind, action = ("multi_external_select", PICK_SEVERAL) if several else ("external_select", PICK)
    placeholder = blocks.plain(words.plain("group_placeholder"))
    return {"type": kind, "action_id": action, "min_query_length": 0, "placeholder": placeholder}


# Copy and move


def between(voices: Voices, kind: Kind, channel: str | None, source: ContactGroup | None = None) -> Payload:
    """From which group to which."""
    words, word = voices.slack(_TEMPLATE), _WORD[kind]
    picker = _picker(words)
    begun = picker | ({"initial_option": _option(voices, source)} if source else {})
    body = [
        blocks.section(words.part(f"{word}_intro")),
        frame.field(words, "source", begun),
        frame.field(words, "target", picker),
    ]
    return _modal(words, BETWEEN, remember(channel, kind=kind), word, body, submit="next")


def between_sure(voices: Voices, what: Mapping[str, Any], channel: str | None) -> Payload:
    """What will be done, before it is."""
    kind, source, target = Kind(what["kind"]), what["source"], what["target"]
    values = {"source": source["name"], "target": target["name"], "contacts": contacts_words(source["contacts"])}
    words, word = voices.slack(_TEMPLATE, **values), _WORD[kind]
    body = [blocks.section(words.part(f"{word}_sure"))]
    if target["blocked"]:
        body.append(blocks.section(words.part("blocked_sure")))
    body.append(blocks.context(words.part("followed")))
    told = remember(channel, kind=kind, source=str(source["id"]), target=str(target["id"]))
    return _modal(words, BETWEEN_SURE, told, word, body, submit=f"{word}_do")


# Delete groups


def delete_groups(voices: Voices, channel: str | None, chosen: ContactGroup | None = None) -> Payload:
    """Which groups, and what becomes of their contacts."""
    words = voices.slack(_TEMPLATE, groups_most_n=rules.GROUPS_AT_ONCE)
    picker = _picker(words, several=True) | {"max_selected_items": rules.GROUPS_AT_ONCE}
    if chosen is not None:
        picker["initial_options"] = [_option(voices, chosen)]
    choices = [blocks.option(words.plain(f"contacts_{each}"), each) for each in ("stay", "go")]
    radio: Block = {"type": "radio_buttons", "options": choices, "initial_option": choices[0]}
    body = [frame.field(words, "groups", picker), frame.field(words, "contacts", radio)]
    return _modal(words, DELETE_GROUPS, remember(channel), "deletegroups", body, submit="next")


def delete_groups_sure(voices: Voices, what: Mapping[str, Any], name: str, channel: str | None) -> Payload:
    """What will be deleted; with contacts the name is typed."""
    groups, with_contacts = what["groups"], what["with_contacts"]
    counts = [group["contacts"] for group in groups]
    contacts = contacts_words(sum(counts) if None not in counts else None)
    values = {"groups": [group["name"] for group in groups], "groups_count": len(groups), "contacts": contacts}
    words = voices.slack(_TEMPLATE, name=name, **values)
    body = [blocks.section(words.part("deletegroups_sure_contacts" if with_contacts else "deletegroups_sure"))]
    if with_contacts:
        body.append(frame.field(words, "name", frame.text(most=200)))
    body.append(blocks.context(words.part("followed")))
    ids = ",".join(str(group["id"]) for group in groups)
    told = remember(channel, groups=ids, contacts="go" if with_contacts else "stay")
    return _modal(words, DELETE_GROUPS_SURE, told, "deletegroups", body, submit="delete_do")


def picked(state: Payload | None) -> list[int]:
    """The groups in a field of several."""
    return [int(option["value"]) for option in (state or {}).get("selected_options") or ()]


# Create, change, delete one


def group_form(
    voices: Voices, told: Mapping[str, str], given: Mapping[str, str], *, group_id: int | None, trouble: str = ""
) -> Payload:
    """The form of a new group, or of one that is changed; ``given`` stands in it."""
    words, is_new = voices.slack(_TEMPLATE, trouble=trouble), group_id is None
    body = [blocks.section(words.part("mend"))] if trouble else []
    name = frame.text(given.get("name", ""), most=rules.NAME_MAX)
    about = frame.text(given.get("description", ""), most=rules.DESCRIPTION_MAX)
    body += [
        _field(words, "name", "groupname", name),
        _field(words, "description", "description", about, optional=True),
    ]
    if is_new:
        choice = [blocks.option(words.plain("blacklist_yes"), "yes")]
        begun = {"initial_options": choice} if given.get("is_blacklist") else {}
        element: Block = {"type": "checkboxes", "options": choice, **begun}
        body.append(_field(words, "is_blacklist", "blacklist", element, optional=True))
    ids = {} if group_id is None else {"group": str(group_id)}
    memory = remember(told.get("channel"), window=told.get("window", ""), **ids)
    title = "newgroup" if is_new else "changegroup"
    return _modal(words, GROUP_FORM, memory, title, body, submit="create" if is_new else "save", close="back")


def _field(words: Words, name: str, word: str, element: Block, *, optional: bool = False) -> Block:
    return frame.field(words, word, element, optional=optional) | {"block_id": name}


def group_typed(view: Payload) -> dict[str, str]:
    """What was typed into the form of a group."""
    found = frame.values(view)
    given = {name: frame.typed(found.get(name)) for name in ("name", "description")}
    return given | ({"is_blacklist": "yes"} if (found.get("is_blacklist") or {}).get("selected_options") else {})


def drop(voices: Voices, told: Mapping[str, str], group: ContactGroup) -> Payload:
    """Before an empty group goes."""
    words = voices.slack(_TEMPLATE, name=group.name)
    memory = remember(told.get("channel"), window=told.get("window", ""), group=str(group.group_id))
    body = [blocks.section(words.part("drop_sure"))]
    return _modal(words, DROP, memory, "drop", body, submit="delete_do", close="back")


def _modal(
    words: Words, callback: str, told: str, title: str, body: Sequence[Block], *, submit: str, close: str = "close"
) -> Payload:
    names = {"close": words.plain(close, 24), "submit": words.plain(submit, 24)}
    return frame.modal(callback, told, words.plain(f"{title}_title", 24), list(body), **names)
