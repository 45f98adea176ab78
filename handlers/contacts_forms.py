"""The forms of contact files: upload, columns, new group; how they look, and what was typed into them."""

from collections.abc import Iterable, Sequence
from typing import Any

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, country_code_for_region

from bot.contacts import card, rules
from bot.contacts.countries import country_name
from bot.contacts.engine_errors import WrongColumns
from bot.contacts.outcome import Target
from bot.contacts.service import Choice
from bot.contacts.tables import ContactFile, ContactGroup
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from handlers.payload import Payload, memory, remember

UPLOAD, COLUMNS, COUNTRY = "contacts:upload", "contacts:columns", "contacts:country_pick"

_UNUSED = "unused"
_HERE_FIRST = ("ID", "PH", "SG", "TH")
_COLUMNS_MAX = 40
_OPTIONS_MAX = 100
_ENDINGS = ["csv", "tsv", "txt", "xlsx", "xls", "xlsm"]


class OneNumberColumn(WrongColumns):
    """One column must be the phone number, and only one. Pick it here, and set the others to something else."""


class TwiceTheSame(WrongColumns):
    """Two columns are the {target}. Keep one of them, and set the other to Not used."""


def upload(voices: Voices, channel: str | None) -> Payload:
    """The form that takes files."""
    words = voices.slack("contacts/upload")
    picker: Block = {"type": "file_input", "action_id": "files", "filetypes": _ENDINGS, "max_files": 5}
    body = [blocks.section(words.part("intro")), _input("files", words, picker)]
    return _modal(words, UPLOAD, remember(channel), body)


def files_of(view: Payload) -> list[Payload]:
    """The files that were put into the upload form."""
    return list(_value(view, "files", "files")["files"])


def columns(voices: Voices, file: ContactFile, seen: int, channel: str | None) -> Payload:
    """The form that asks what each column is; it begins with what was found or chosen before."""
    verdict: dict[str, Any] = file.verdict or {}
    words = voices.slack("contacts/columns", name=file.name)
    found = verdict.get("columns", [])
    body = [blocks.section(words.part("intro"))]
    samples = verdict.get("preview", [])[1 if verdict.get("has_header", True) else 0 :]
    proposed = (verdict.get("needs_columns") or {}).get("proposed")
    body += [_column(voices, column, samples, proposed) for column in found[:_COLUMNS_MAX]]
    if len(found) > _COLUMNS_MAX:
        body.append(blocks.context(voices.text("contacts/columns", "more", left=len(found) - _COLUMNS_MAX)))
    body += [_header(words, has_header=bool(verdict.get("has_header", True))), _country(voices, words, file)]
    if verdict.get("other_sheets"):
        body.append(_sheet(words, [verdict["sheet"], *verdict["other_sheets"]]))
    return _modal(words, COLUMNS, remember(channel, file=file.id, seen=str(seen), columns=str(len(found))), body)


def _column(voices: Voices, column: Payload, samples: Sequence[Sequence[str]], proposed: int | None) -> Block:
    index = column["index"]
    cells = [row[index] for row in samples if len(row) > index and row[index]]
    words = voices.slack(
        "contacts/columns", column=column["name"] or f"Column {index + 1}", sample=", ".join(cells[:3])
    )
    choices = {target: words.plain(f"target_{target}") for target in (*Target, _UNUSED)}
    options = [blocks.option(text, value) for value, text in choices.items()]
    chosen = column["target"] or (Target.MSISDN if index == proposed else _UNUSED)
    select: Block = {"type": "static_select", "action_id": "target", "options": options}
    select["initial_option"] = blocks.option(choices[chosen], chosen)
    block = _input(f"column:{index}", words, select)
    if cells:
        block["hint"] = blocks.plain(words.plain("sample", 150))
    return block


def _header(words: Words, *, has_header: bool) -> Block:
    options = [blocks.option(words.plain("header_yes"), "yes"), blocks.option(words.plain("header_no"), "no")]
    radio: Block = {"type": "radio_buttons", "action_id": "header", "options": options}
    radio["initial_option"] = options[0 if has_header else 1]
    return _input("header", words, radio, label="header_label")


def _country(voices: Voices, words: Words, file: ContactFile) -> Block:
    select: Block = {
        "type": "external_select",
        "action_id": COUNTRY,
        "min_query_length": 0,
        "placeholder": blocks.plain(words.plain("country_placeholder")),
    }
    if file.options.get("country"):
        select["initial_option"] = country_option(voices, file.options["country"])
    block = _input("country", words, select, label="country_label", optional=True)
    block["hint"] = blocks.plain(words.plain("country_hint", 150))
    return block


def _sheet(words: Words, names: Iterable[str]) -> Block:
    options = [blocks.option(name, name[:150]) for name in list(names)[:_OPTIONS_MAX]]
    select: Block = {"type": "static_select", "action_id": "sheet", "options": options, "initial_option": options[0]}
    return _input("sheet", words, select, label="sheet_label")


def choice(view: Payload) -> Choice:
    """How the file is to be read, as the form says. OneNumberColumn and TwiceTheSame name the field."""
    shown = [block["block_id"] for block in view["blocks"] if block["block_id"].startswith("column:")]
    targets = [_value(view, block_id, "target")["selected_option"]["value"] for block_id in shown]
    for target in Target:
        places = [block_id for block_id, chosen in zip(shown, targets, strict=True) if chosen == target]
        if len(places) > 1 and target != Target.MSISDN:
            raise TwiceTheSame(target=target, field=places[1])
        if target == Target.MSISDN and len(places) != 1:
            raise OneNumberColumn(field=places[1] if places else shown[0])
    not_shown = int(memory({"view": view}).get("columns", "0")) - len(shown)
    country = _value(view, "country", COUNTRY).get("selected_option")
    sheet = (_value(view, "sheet", "sheet") or {}).get("selected_option")
    return Choice(
        country=country["value"] if country else None,
        sheet=sheet["value"] if sheet else None,
        has_header=_value(view, "header", "header")["selected_option"]["value"] == "yes",
        columns=(*("" if chosen == _UNUSED else chosen for chosen in targets), *[""] * not_shown),
    )


def country_options(voices: Voices, typed: str) -> list[Block]:
    """Countries that fit what was typed, by name or code; those where the desk registers sender IDs come first."""
    regions = sorted(
        {region for regions in COUNTRY_CODE_TO_REGION_CODE.values() for region in regions if region.isalpha()}
    )
    by_name = sorted(regions, key=lambda region: (region not in _HERE_FIRST, country_name(region)))
    words = typed.casefold().strip().lstrip("+")
    fitting = [
        region
        for region in by_name
        if country_name(region).casefold().startswith(words)
        or region.casefold() == words
        or str(country_code_for_region(region)) == words
    ]
    return [country_option(voices, region) for region in fitting[:_OPTIONS_MAX]]


def country_option(voices: Voices, region: str) -> Block:
    """A country in a select: its name and calling code; its value is the region's two letters."""
    code = country_code_for_region(region)
    text = voices.plain("contacts/columns", "country_option", country=country_name(region), calling_code=code)
    return blocks.option(text, region)


def group_options(voices: Voices, groups: Sequence[ContactGroup], typed: str) -> list[Block]:
    """An account's groups as choices; what was typed may become a new one."""
    options = [blocks.option(one.name, one.name) for one in groups]
    name = " ".join(typed.split())[: rules.GROUP_NAME_MAX]
    if name and name.casefold() not in {one.name.casefold() for one in groups}:
        options.append(blocks.option(voices.plain("contacts/card", "groups_new", group=name), name))
    return options[-_OPTIONS_MAX:]


def groups_shown(body: Payload, file_id: str) -> list[str] | None:
    """The groups in the card's picker as the person who clicked has it; None when Slack did not say."""
    picker = body.get("state", {}).get("values", {}).get(card.groups_block(file_id), {}).get(card.GROUPS)
    return [option["value"] for option in picker["selected_options"]] if picker else None


def _modal(words: Words, callback_id: str, private_metadata: str, body: list[Block]) -> Payload:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "title": blocks.plain(words.plain("title", 24)),
        "submit": blocks.plain(words.plain("submit", 24)),
        "close": blocks.plain(words.plain("close", 24)),
        "blocks": body,
    }


def _input(block_id: str, words: Words, element: Block, *, label: str = "label", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": blocks.plain(words.plain(label)),
        "element": element,
        "optional": optional,
    }
    if label == "label" and words.has("hint"):
        block["hint"] = blocks.plain(words.plain("hint", 200))
    return block


def _value(view: Payload, block_id: str, action_id: str) -> Payload:
    found: Payload = view["state"]["values"].get(block_id, {}).get(action_id, {})
    return found
