"""The form of a company: all that letters and operators ask, and what was typed into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.contacts.countries import country_name
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.companies import slot_named
from bot.registrations.company_fields import CompanyFields
from bot.registrations.countries import Country, Slot
from bot.registrations.sight import Sight
from bot.registrations.tables import Company, Paper
from bot.registrations.wizard import LETTERHEAD
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember
from handlers.senderid_forms import remembered

COMPANY, COUNTRY_PICK = "senderid:company", "senderid:country_pick"
_LENGTHS = {
    "name": 150,
    "short_name": 60,
    "website": 300,
    "uen": 10,
    "officer_name": 100,
    "officer_title": 100,
    "phone": 30,
    "address_line_1": 150,
    "address_line_2": 150,
    "city": 80,
    "postal_code": 20,
}
_NEEDED = {
    "name", "website", "officer_name", "officer_title", "officer_email", "address_line_1", "city", "country",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What the form is opened from: what its modal remembers, the country in question, and where the company is."""

    memory: Mapping[str, str]
    rules: Country | None = None
    entity: str = ""
    letterhead: Sequence[Paper] = ()


def in_wizard(sight: Sight, change: Company | None) -> Place:
    """On top of the wizard's page."""
    kept = sight.attached.get(LETTERHEAD, ()) if change and sight.company and change.id == sight.company.id else ()
    return Place(remembered(sight), sight.rules, str(sight.data.get("entity") or ""), kept)


def company(voices: Voices, place: Place, change: Company | None) -> Payload:
    """The form, empty or with what is kept."""
    slot = slot_named(LETTERHEAD, place.rules.code if place.rules else "")
    words = voices.slack("registrations/company", **frame.limits(slot))
    body = [
        blocks.context(words.part("intro")),
        blocks.section(words.part("heading_company")),
        *(_text(words, name, change) for name in ("name", "short_name", "website")),
        *([_text(words, "uen", change)] if place.rules is None or place.rules.code == "SG" else []),
        blocks.section(words.part("heading_officer")),
        *(_text(words, name, change) for name in ("officer_name", "officer_title", "officer_email", "phone")),
        *(_time(words, name, change) for name in ("call_from", "call_to")),
        blocks.section(words.part("heading_address")),
        *(_text(words, name, change) for name in ("address_line_1", "address_line_2", "city", "postal_code")),
        _country(words, place, change),
        *_letterhead(voices, words, slot, place),
    ]
    more = {"company": change.id, "seen": str(change.version)} if change else {}
    title = words.plain("title_change" if change else "title_add", 24)
    told = dict(place.memory) | more
    metadata = remember(told.pop("channel", None), **told)
    return frame.modal(COMPANY, metadata, title, body, close=words.plain("close", 24), submit=words.plain("submit", 24))


def _text(words: Words, name: str, change: Company | None) -> Block:
    value = getattr(change, name) if change else ""
    kind = "email_text_input" if name == "officer_email" else "plain_text_input"
    return frame.field(
        words, name, frame.text(value, most=_LENGTHS.get(name, 0), kind=kind), optional=name not in _NEEDED
    )


def _time(words: Words, name: str, change: Company | None) -> Block:
    picker: Block = {"type": "timepicker"}
    if change and getattr(change, name):
        picker["initial_time"] = getattr(change, name)
    return frame.field(words, name, picker, optional=True)


def _country(words: Words, place: Place, change: Company | None) -> Block:
    picker: Block = {
        "type": "external_select",
        "action_id": COUNTRY_PICK,
        "min_query_length": 0,
        "placeholder": blocks.plain(words.plain("placeholder_country")),
    }
    local = place.rules.code if place.rules and place.entity == "local" else ""
    if code := change.country if change else local:
        picker["initial_option"] = blocks.option(country_name(code), code)
    return frame.field(words, "country", picker)


def _letterhead(voices: Voices, words: Words, slot: Slot, place: Place) -> list[Block]:
    there = [voices.text("registrations/company", "letterhead_there", name=paper.name) for paper in place.letterhead]
    field = frame.field(words, LETTERHEAD, frame.files(slot) | {"max_files": 1}, optional=True)
    return [*([blocks.context("\n".join(there))] if there else []), field]


def company_typed(view: Payload, before: Company | None) -> CompanyFields:
    """What the form holds; what it did not ask stays as it was."""
    there = frame.values(view)
    old = {"uen": before.uen if before else ""}
    return CompanyFields(
        **{
            name: frame.typed(there[name]) if name in there else old.get(name, "")
            for name in CompanyFields.__dataclass_fields__
        }
    )
