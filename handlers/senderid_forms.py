"""The wizard's pages Details and Documents: how they look, and what was typed into them."""

from collections.abc import Sequence
from itertools import groupby

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.companies import WARNED_BEFORE, slot_named
from bot.registrations.countries import Country, Slot, countries
from bot.registrations.drafts import STEPS
from bot.registrations.rules import PaperStatus
from bot.registrations.sight import Sight, Typed
from bot.registrations.tables import Company, Paper
from bot.registrations.wizard import LETTERHEAD
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember

DETAILS, DOCUMENTS = "senderid:details", "senderid:documents"
COUNTRY, BACK, SKIP = "senderid:country", "senderid:back", "senderid:skip"
DROP = "senderid:drop_instead"
COMPANY_ADD, COMPANY_CHANGE = "senderid:company_add", "senderid:company_change"
PAPER_REMOVE, PAPER_UNTIL = "senderid:paper_remove", "senderid:paper_until"
_COMPANIES_MAX = 100


def remembered(sight: Sight, then: str = "") -> dict[str, str]:
    """What a page remembers: the draft, its channel, and the step to return to when that is not the next one."""
    channel = {"channel": sight.draft.channel} if sight.draft.channel[:1] in "CG" else {}
    return {**channel, "draft": sight.draft.id, **({"then": then} if then else {})}


def memory_of(sight: Sight, then: str = "", **more: str) -> str:
    """The same as a modal carries it."""
    told = remembered(sight, then) | more
    return remember(told.pop("channel", None), **told)


def way(words: Words, voices: Voices, step: str) -> Block:
    """Where in the wizard this is: the current step in bold."""
    names = [words.plain(f"step_{each}") for each in STEPS]
    shown = [
        voices.marks.bold(name) if each == step else voices.marks.escape(name)
        for each, name in zip(STEPS, names, strict=True)
    ]
    return blocks.context(" · ".join(shown))


# Details


def details(voices: Voices, sight: Sight, then: str = "") -> Payload:
    """Country, headquarters, industry, company."""
    wizard, words = voices.slack("registrations/wizard"), voices.slack("registrations/details")
    body = [way(wizard, voices, "details"), *_country(voices, words, sight)]
    if sight.rules is not None:
        body += _of_country(voices, sight, sight.rules)
    body += [*_company(voices, words, sight), {"type": "divider"}, blocks.context(wizard.part("kept"))]
    metadata, title = memory_of(sight, then), wizard.plain("title_details", 24)
    return frame.modal(
        DETAILS, metadata, title, body, close=wizard.plain("close", 24), submit=wizard.plain("submit", 24)
    )


def _country(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    if sight.draft.submission_id and sight.rules:
        return [blocks.section(voices.text("registrations/details", "fixed_country", country=sight.rules.name))]
    options = [blocks.option(each.name, each.code) for each in countries()]
    picker = frame.select(options, sight.data.get("country"), words.plain("placeholder_country"))
    return [frame.field(words, "country", picker | {"action_id": COUNTRY}, hears=True)]


def _of_country(voices: Voices, sight: Sight, rules: Country) -> list[Block]:
    """What this country asks, and what it is like."""
    values = {
        "country": rules.name,
        "operators": ", ".join(each.name for each in rules.operators_on(sight.today)),
        "lead_time": rules.lead_time.words,
        "registered_by": rules.registered_by,
        "entity": rules.entities[0],
    }
    words = voices.slack("registrations/details", **values)
    body = [blocks.context(words.part("about"))]
    if len(rules.entities) > 1:
        options = [blocks.option(words.plain(f"entity_{each}"), each) for each in rules.entities]
        radio = frame.select(options, sight.data.get("entity"), "", kind="radio_buttons")
        body.append(frame.field(words, "entity", radio, at=rules.code))
    else:
        body.append(blocks.context(words.part("entity_only")))
    if rules.industries:
        options = [blocks.option(each.title, each.code) for each in rules.industries]
        picker = frame.select(options, sight.data.get("industry"), words.plain("placeholder_industry"))
        body.append(frame.field(words, "industry", picker, at=rules.code))
    return body


def _company(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    add = blocks.button(words.plain("button_add_company"), COMPANY_ADD, sight.draft.id)
    if not sight.companies:
        add["style"] = "primary"
        return [blocks.section("\n".join(words.lines("no_company"))), blocks.actions([add], block_id="companies")]
    options = [blocks.option(each.name, each.id) for each in _offered(sight)]
    picker = frame.select(options, sight.company.id if sight.company else "", words.plain("placeholder_company"))
    at = sight.company.id if sight.company else ""
    body = [frame.field(words, "company", picker, at=f"company_id:{at}")]
    body += [_expiring(voices, sight, paper) for paper in sight.expiring[:3]]
    change = blocks.button(words.plain("button_change_company"), COMPANY_CHANGE, sight.draft.id)
    return [*body, blocks.actions([change, add] if sight.company else [add], block_id="companies")]


def _offered(sight: Sight) -> list[Company]:
    chosen = [each for each in sight.companies if sight.company and each.id == sight.company.id]
    return [*chosen, *(each for each in sight.companies if each not in chosen)][:_COMPANIES_MAX]


def _expiring(voices: Voices, sight: Sight, paper: Paper) -> Block:
    ends = paper.valid_until
    over = bool(ends and ends < sight.today)
    values = {"title": _title(sight, paper.slot), "name": paper.name, "ends_on": ends, "over": over}
    return blocks.context(voices.text("registrations/details", "expiring", **values))


def _title(sight: Sight, code: str) -> str:
    return slot_named(code, sight.rules.code if sight.rules else "").title


def details_typed(view: Payload) -> Typed:
    """What the page holds. What it does not ask is left as it was."""
    there = frame.values(view)
    names = {"country": "country", "entity": "entity", "industry": "industry", "company": "company_id"}
    return Typed({key: frame.typed(there[name]) for name, key in names.items() if name in there})


# Documents


def documents(voices: Voices, sight: Sight, then: str = "", *, has_thread: bool = False) -> Payload:
    """Each document with its limits, and what is attached already. ``has_thread``: say where files can be dropped."""
    wizard = voices.slack("registrations/wizard")
    body = [
        way(wizard, voices, "documents"),
        blocks.section("\n".join([attached_words(voices, sight), *_missing(voices, sight)])),
        *([_thread(voices, sight)] if has_thread else []),
    ]
    for any_of, slots in groupby(sight.slots(), key=lambda slot: slot.any_of):
        group = list(slots)
        body.append({"type": "divider"})
        if any_of and len(group) > 1:
            body.append(blocks.section(voices.text("registrations/documents", "one_of", how_many=len(group))))
        for slot in group:
            body += slot_blocks(voices, sight, slot)
    buttons = [blocks.button(wizard.plain("button_back"), BACK, then or "details")]
    if sight.of_documents():
        buttons.append(blocks.button(voices.plain("registrations/documents", "button_skip"), SKIP, "sender_ids"))
        buttons.append(blocks.button(voices.plain("registrations/drop", "button_drop"), DROP, sight.draft.id))
    body += [{"type": "divider"}, blocks.actions(buttons, block_id="way")]
    metadata, title = memory_of(sight, then), wizard.plain("title_documents", 24)
    return frame.modal(
        DOCUMENTS, metadata, title, body, close=wizard.plain("close", 24), submit=wizard.plain("submit", 24)
    )


def _thread(voices: Voices, sight: Sight) -> Block:
    place = sight.draft.channel if sight.draft.channel[:1] in "CG" else ""
    return blocks.section(voices.text("registrations/drop", "there", channel_id=place))


def attached_words(voices: Voices, sight: Sight, *, where: bool = True) -> str:
    """How many of the documents that are needed are attached; ``where``: in which country, for which company."""
    needed = sight.needed()
    values = {
        "have": sum(sight.has(slots) for slots in needed),
        "need": len(needed),
        "company": sight.company.name if sight.company and where else "",
        "country": sight.rules.name if sight.rules and (where or not needed) else "",
    }
    return voices.text("registrations/documents", "attached" if needed else "nothing", **values)


def _missing(voices: Voices, sight: Sight) -> list[str]:
    missing = [" or ".join(slot.title for slot in slots) for slots in sight.needed() if not sight.has(slots)]
    lines = [voices.text("registrations/documents", "missing", titles=titles) for titles in missing]
    return [voices.text("registrations/documents", "missing_headline"), *lines] if lines else []


def slot_blocks(voices: Voices, sight: Sight, slot: Slot) -> list[Block]:
    """One document: what is attached, and the field for more."""
    papers: Sequence[Paper] = sight.attached.get(slot.code, ())
    words = voices.slack("registrations/documents", title=slot.title, **frame.limits(slot))
    body: list[Block] = []
    if papers:
        body.append(blocks.section(words.part("slot")))
        body += [_paper(voices, words, sight, paper) for paper in papers]
    field: Block = {
        "type": "input",
        "block_id": frame.slot_block_id(slot),
        "label": blocks.plain(words.plain("replace_label" if papers else "label", frame.LABEL_MAX)),
        "hint": blocks.plain(words.plain("replace_hint" if papers else "hint", 500)),
        "element": frame.files(slot),
        "optional": bool(papers or slot.any_of or not slot.required),
    }
    return [*body, field]


def _paper(voices: Voices, words: Words, sight: Sight, paper: Paper) -> Block:
    """A file, and until when it is valid; a refused one can only be taken out."""
    own = {each for ids in (sight.data.get("papers") or {}).values() for each in ids}
    ends = paper.valid_until
    values = {
        "name": paper.name,
        "trouble": paper.trouble,
        "reused": paper.id not in own,
        "ends_on": ends,
        "over": bool(ends and ends < sight.today),
        "soon": bool(ends and ends <= sight.today + WARNED_BEFORE),
    }
    beside: Block | None = None
    if paper.status == PaperStatus.REFUSED:
        beside = blocks.button(words.plain("button_remove"), PAPER_REMOVE, paper.id, label=f"Remove {paper.name}")
    elif paper.slot != LETTERHEAD:
        beside = {"type": "datepicker", "action_id": PAPER_UNTIL}
        beside |= {"placeholder": blocks.plain(words.plain("placeholder_until"))}
        beside |= {"initial_date": ends.isoformat()} if ends else {}
    text = voices.text("registrations/documents", f"paper_{paper.status}", **values)
    return blocks.section(text, accessory=beside, block_id=f"paper:{paper.id}")


def documents_typed(view: Payload) -> Typed:
    """The files that were put into the page."""
    return Typed(files=frame.arrived(view))
