"""The wizard's page Sender IDs: the list, the form for one, and what was typed into it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.completeness import TEXT_MAX, TRAFFIC_MAX, read_date
from bot.registrations.countries import Country
from bot.registrations.rules import SENDER_IDS_MAX, valid_till
from bot.registrations.sight import Sight, Typed
from bot.registrations.wizard import tells
from handlers import senderid_frame as frame
from handlers.payload import Payload, memory
from handlers.senderid_forms import BACK, memory_of, slot_blocks, way

SENDER_IDS, ENTRY = "senderid:sender_ids", "senderid:entry"
ADD, EDIT, REMOVE = "senderid:entry_add", "senderid:entry_edit", "senderid:entry_remove"
CHECK, NAME, BRANDLESS, VALID_FROM = (
    "senderid:entry_check",
    "senderid:entry_name",
    "senderid:brandless",
    "senderid:valid_from",
)
MANY, FROM = "senderid:bulk_get", "senderid:entries_from"
_SHOWN = 20
_SAMPLE_SHOWN = 300


# The list


def sender_ids(voices: Voices, sight: Sight, then: str = "", first: int = 0) -> Payload:
    """The sender IDs so far, from one of them (counted from 0) on; while there is none, the form for the first."""
    if not sight.entries:
        return entry(voices, sight, 0, then)
    wizard = voices.slack("registrations/wizard")
    words = voices.slack("registrations/entry", count=len(sight.entries), **_where(sight))
    body = [way(wizard, voices, "sender_ids"), blocks.section(words.part("listed"))]
    body += _turner(voices, sight, first)
    for index in range(len(sight.entries))[first : first + _SHOWN]:
        body += [{"type": "divider"}, *_listed(voices, sight, index)]
    buttons = [blocks.button(wizard.plain("button_back"), BACK, then or "documents")]
    if len(sight.entries) < SENDER_IDS_MAX and not sight.draft.submission_id:
        buttons.append(blocks.button(words.plain("button_add"), ADD, str(len(sight.entries))))
    buttons += _many(voices, sight)
    body += [{"type": "divider"}, blocks.actions(buttons, block_id="way")]
    metadata, title = memory_of(sight, then), wizard.plain("title_sender_ids", 24)
    return frame.modal(
        SENDER_IDS, metadata, title, body, close=wizard.plain("close", 24), submit=wizard.plain("submit", 24)
    )


def _turner(voices: Voices, sight: Sight, first: int) -> list[Block]:
    """Where more are than fit: which of them are shown."""
    count = len(sight.entries)
    if count <= _SHOWN:
        return []
    parts = {
        str(start): voices.plain(
            "registrations/entry", "from_to", from_number=str(start + 1), to_number=str(min(start + _SHOWN, count))
        )
        for start in range(0, count, _SHOWN)
    }
    options = [blocks.option(text, start) for start, text in parts.items()]
    return [blocks.actions([frame.select(options, str(first), "") | {"action_id": FROM}], block_id="turn")]


def _many(voices: Voices, sight: Sight) -> list[Block]:
    """The way to the workbook, where sender IDs may be added."""
    if sight.draft.submission_id or sight.rules is None:
        return []
    return [blocks.button(voices.plain("registrations/bulk", "button_many"), MANY, sight.draft.id)]


def _where(sight: Sight) -> dict[str, str]:
    return {
        "country": sight.rules.name if sight.rules else "",
        "company": sight.company.name if sight.company else "",
    }


def _listed(voices: Voices, sight: Sight, index: int) -> list[Block]:
    given = sight.entries[index]
    words = voices.slack("registrations/entry")
    edit = blocks.button(words.plain("button_edit"), EDIT, str(index), label=f"Edit {given.get('sender_id') or ''}")
    ask = blocks.confirm(
        words.plain("remove_title", 100),
        words.plain("remove_text", 300),
        words.plain("remove_yes", 30),
        words.plain("remove_no", 30),
        style="danger",
    )
    value = f"{index}:{given.get('sender_id') or ''}"
    remove = blocks.button(words.plain("button_remove"), REMOVE, value, confirm=ask, label=f"Remove {value}")
    told = blocks.section(entry_words(voices, sight, given))
    notes = _warnings(voices, sight, index)
    return [
        told,
        *([blocks.context("\n".join(notes))] if notes else []),
        blocks.actions([edit, remove], block_id=f"entry:{index}"),
    ]


def _warnings(voices: Voices, sight: Sight, index: int) -> list[str]:
    asked = [
        voices.text("registrations/entry", "asked", operator=each.operator, why=each.why)
        for each in sight.asked
        if each.registration_id == sight.entries[index].get("registration_id")
    ]
    wrong = [voices.text("registrations/wizard", "problem", sentence=each.sentence) for each in sight.of_entry(index)]
    warned = [
        voices.text("registrations/entry", "warning", sentence=each.message)
        for each in sight.findings(index)
        if not each.ok and each.level == "warning"
    ]
    return [*asked, *wrong, *warned]


def entry_words(voices: Voices, sight: Sight, given: Mapping[str, Any], *, full: bool = True) -> str:
    """One sender ID with everything that was typed about it, or in one line."""
    plain, rules = voices.slack("registrations/entry"), sight.rules
    types = {choice.code: choice.title for choice in rules.message_types} if rules else {}
    untold, traffic = plain.plain("untold"), given.get("monthly_traffic")
    begins = read_date(given.get("valid_from"))
    words = voices.slack(
        "registrations/entry",
        sender_id=given.get("sender_id") or plain.plain("unnamed"),
        message_type=types.get(str(given.get("message_type")), untold),
        traffic=f"{traffic:,}" if isinstance(traffic, int) else untold,
        subaccount=given.get("subaccount") or untold,
        sample_text=str(given.get("sample_text") or untold)[:_SAMPLE_SHOWN],
        from_on=begins or sight.today,
        ends_on=_ends(rules, begins or sight.today),
        brandless=bool(given.get("brandless")),
    )
    return "\n".join([words.part("one"), words.part("text"), words.part("validity")] if full else [words.part("line")])


def _ends(rules: Country | None, begins: date) -> date | None:
    return valid_till(begins, rules.validity_days) if rules else None


# One


def entry(voices: Voices, sight: Sight, index: int, then: str = "") -> Payload:
    """The form for one sender ID, with what the country's rules say of it so far."""
    given: Mapping[str, Any] = sight.entries[index] if index < len(sight.entries) else {}
    wizard = voices.slack("registrations/wizard")
    heading = given.get("sender_id") or f"Sender ID {index + 1}"
    longest = sight.rules.longest_name if sight.rules else 11
    words = voices.slack("registrations/entry", heading=heading, longest=str(longest), **_where(sight))
    body = [way(wizard, voices, "sender_ids"), blocks.section(words.part("which"))]
    if index < len(sight.entries):
        asked = [each for each in sight.asked if each.registration_id == given.get("registration_id")]
        body += [
            blocks.section(voices.text("registrations/entry", "asked", operator=each.operator, why=each.why))
            for each in asked[:10]
        ]
    body += [_name(words, given, index), *_findings(voices, sight, index)]
    body += [*_traffic(words, sight, given, index), *_brand(voices, words, sight, given, index)]
    body += [*_validity(voices, words, sight, given, index), {"type": "divider"}]
    back = blocks.button(wizard.plain("button_back"), BACK, _before(sight, then))
    body.append(blocks.actions([back, *_many(voices, sight)], block_id="way"))
    metadata, title = memory_of(sight, then, index=str(index)), wizard.plain("title_sender_ids", 24)
    return frame.modal(ENTRY, metadata, title, body, close=wizard.plain("close", 24), submit=words.plain("submit", 24))


def _before(sight: Sight, then: str) -> str:
    return "sender_ids" if any(tells(each) for each in sight.entries) else then or "documents"


def _name(words: Words, given: Mapping[str, Any], index: int) -> Block:
    dispatch = {"trigger_actions_on": ["on_enter_pressed"]}
    box = frame.text(given.get("sender_id"), most=16, action_id=NAME, dispatch_action_config=dispatch)
    box["placeholder"] = blocks.plain(words.plain("placeholder_sender_id"))
    return frame.field(words, "sender_id", box, at=str(index), hears=True)


def _findings(voices: Voices, sight: Sight, index: int) -> list[Block]:
    """What the rules say, the worst first, and the button that asks them."""
    there = sight.findings(index)
    lines = [
        voices.text("registrations/entry", f"finding_{each.level}", sentence=each.message, proposal=each.proposal)
        for level in ("error", "warning")
        for each in there
        if not each.ok and each.level == level
    ]
    good = [each for each in there if each.ok and each.judged]
    if there and not any(not each.ok and each.level == "error" for each in there):
        values = {"sender_id": sight.entries[index]["sender_id"], "good_count": len(good), **_where(sight)}
        lines.append(voices.text("registrations/entry", "finding_good", **values))
    check = blocks.button(voices.plain("registrations/entry", "button_check"), CHECK, str(index))
    shown = [blocks.section("\n".join(lines)[:3000])] if lines else []
    return [*shown, blocks.actions([check], block_id="check")]


def _traffic(words: Words, sight: Sight, given: Mapping[str, Any], index: int) -> list[Block]:
    choices = sight.rules.message_types if sight.rules else ()
    options = [blocks.option(each.title, each.code) for each in choices]
    picker = frame.select(options, given.get("message_type"), words.plain("placeholder_message_type"))
    many = frame.text(
        given.get("monthly_traffic"),
        kind="number_input",
        is_decimal_allowed=False,
        min_value="1",
        max_value=str(TRAFFIC_MAX),
    )
    sample = frame.text(given.get("sample_text"), most=TEXT_MAX, multiline=True)
    at = str(index)
    return [
        frame.field(words, "sample_text", sample, at=at),
        frame.field(words, "message_type", picker, at=at),
        frame.field(words, "monthly_traffic", many, at=at),
        frame.field(words, "subaccount", frame.text(given.get("subaccount"), most=50), at=at),
    ]


def _brand(voices: Voices, words: Words, sight: Sight, given: Mapping[str, Any], index: int) -> list[Block]:
    """The toggle, and below it the proofs that it asks for."""
    option = blocks.option(words.plain("brandless_option"), "yes")
    toggle: Block = {"type": "checkboxes", "action_id": BRANDLESS, "options": [option]}
    if given.get("brandless"):
        toggle["initial_options"] = [option]
    body = [frame.field(words, "brandless", toggle, at=str(index), optional=True, hears=True)]
    proofs = sight.slots(proofs=True) if given.get("brandless") else ()
    if len(proofs) > 1 and proofs[0].any_of:
        body.append(blocks.section(voices.text("registrations/documents", "one_of", how_many=len(proofs))))
    return [*body, *(block for slot in proofs for block in slot_blocks(voices, sight, slot))]


def _validity(voices: Voices, words: Words, sight: Sight, given: Mapping[str, Any], index: int) -> list[Block]:
    begins = read_date(given.get("valid_from")) or sight.today
    picker = {"type": "datepicker", "action_id": VALID_FROM, "initial_date": begins.isoformat()}
    field = frame.field(words, "valid_from", picker, at=str(index), hears=True)
    ends = _ends(sight.rules, begins)
    if ends is None or sight.rules is None:
        return [field, blocks.context(words.part("no_end"))]
    values = {"ends_on": ends, "days_count": sight.rules.validity_days, "country": sight.rules.name}
    return [field, blocks.context(voices.text("registrations/entry", "valid_till", **values))]


def entry_typed(view: Payload) -> Typed:
    """What the form for one sender ID holds, its proofs too."""
    there = frame.values(view)
    names = ("sender_id", "subaccount", "message_type", "sample_text", "valid_from")
    typed: dict[str, Any] = {name: frame.typed(there.get(name)) for name in names}
    traffic = frame.typed(there.get("monthly_traffic"))
    typed["monthly_traffic"] = int(traffic) if traffic.isdigit() else None
    typed["brandless"] = bool((there.get("brandless") or {}).get("selected_options"))
    return Typed(files=frame.arrived(view), entry=typed, index=int(memory({"view": view})["index"]))
