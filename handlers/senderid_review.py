"""The wizard's first question, its page Review, and what it says at the end."""

from collections.abc import Sequence

from bot.contacts.countries import country_name
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.countries import Country
from bot.registrations.judging import some
from bot.registrations.rules import SENDER_IDS_MAX
from bot.registrations.sight import Sight
from bot.registrations.wizard import Receipt
from bot.tickets.rules import number_words
from handlers import senderid_frame as frame
from handlers.payload import Payload
from handlers.senderid_entries import entry_words, sender_ids
from handlers.senderid_forms import BACK, attached_words, details, documents, memory_of, way

REVIEW, OFFER, RECEIPT = "senderid:review", "senderid:offer", "senderid:receipt"
CONTINUE, ANEW, PART = "senderid:continue", "senderid:anew", "senderid:part"
_PROBLEMS_SHOWN = 20
_IN_FULL = 20
"""Sender IDs that are shown with all that was typed; of a longer list each is a line."""


_PAGES = {"details": details, "documents": documents, "sender_ids": sender_ids}


def page(voices: Voices, sight: Sight, then: str = "", *, reach: Sequence[Block] = ()) -> Payload:
    """The page of the draft's step. ``reach`` says on the last one how many are told."""
    draw = _PAGES.get(sight.draft.step)
    return draw(voices, sight, then) if draw else review(voices, sight, reach=reach)


def is_last(sight: Sight) -> bool:
    """Whether the draft's page is Review, from which it is submitted."""
    return sight.draft.step not in _PAGES


def offer(voices: Voices, sight: Sight) -> Payload:
    """The question whether to go on with the draft, or to begin anew."""
    words = voices.slack(
        "registrations/wizard",
        country=sight.rules.name if sight.rules else "",
        company=sight.company.name if sight.company else "",
        names=some([str(each.get("sender_id") or "") for each in sight.entries]),
        changed_at=sight.draft.updated_at,
    )
    ask = blocks.confirm(
        words.plain("anew_title", 100),
        words.plain("anew_text", 300),
        words.plain("anew_yes", 30),
        words.plain("anew_no", 30),
    )
    goes_on = blocks.button(words.plain("button_continue"), CONTINUE, sight.draft.id, style="primary")
    anew = blocks.button(words.plain("button_anew"), ANEW, sight.draft.id, confirm=ask)
    body = [blocks.section(words.part("offer")), blocks.actions([goes_on, anew], block_id="offer")]
    return frame.modal(OFFER, memory_of(sight), words.plain("title_offer", 24), body, close=words.plain("close", 24))


def review(voices: Voices, sight: Sight, note: str = "", *, reach: Sequence[Block] = ()) -> Payload:
    """Everything that was typed, with an Edit for each part, and all that is still to mend. ``note`` is mrkdwn."""
    wizard, words = voices.slack("registrations/wizard"), voices.slack("registrations/review")
    body = [way(wizard, voices, "review")]
    body += [blocks.section(note)] if note else []
    body += [*_asked(voices, sight), *_problems(voices, sight), {"type": "divider"}, *_details(voices, words, sight)]
    body += [
        {"type": "divider"},
        *_documents(voices, words, sight),
        {"type": "divider"},
        *_entries(voices, words, sight),
    ]
    body += [{"type": "divider"}, *([_next(voices, sight, sight.rules)] if sight.rules else []), *reach]
    body.append(blocks.actions([blocks.button(wizard.plain("button_back"), BACK, "sender_ids")], block_id="way"))
    metadata, title = memory_of(sight, seen=str(sight.draft.version)), wizard.plain("title_review", 24)
    return frame.modal(REVIEW, metadata, title, body, close=wizard.plain("close", 24), submit=words.plain("submit", 24))


def _asked(voices: Voices, sight: Sight) -> list[Block]:
    lines = [
        voices.text("registrations/review", "asked", sender_id=each.sender_id, operator=each.operator, why=each.why)
        for each in sight.asked[:_PROBLEMS_SHOWN]
    ]
    return [blocks.section(text) for text in blocks.packed(lines)] if lines else []


def _problems(voices: Voices, sight: Sight) -> list[Block]:
    if not sight.problems:
        return [blocks.section(voices.text("registrations/review", "ready"))]
    passing = [each for each in sight.problems if sight.passes(each)]
    wrong = [each for each in sight.problems if each not in passing]
    top = "not_ready" if wrong else "nearly"
    lines = [voices.text("registrations/review", top, problem_count=len(wrong))]
    for each in wrong[:_PROBLEMS_SHOWN]:
        part = voices.plain("registrations/review", f"part_{each.step}")
        lines.append(voices.text("registrations/review", "problem", part=part, sentence=each.sentence))
    if len(wrong) > _PROBLEMS_SHOWN:
        lines.append(voices.text("registrations/review", "more", left=len(wrong) - _PROBLEMS_SHOWN))
    lines += [
        voices.text("registrations/review", "waits", sentence=each.sentence) for each in passing[:_PROBLEMS_SHOWN]
    ]
    return [blocks.section(text) for text in blocks.packed(lines)]


def _edit(voices: Voices, step: str) -> Block:
    words = voices.slack("registrations/wizard")
    name = words.plain(f"step_{step}")
    return blocks.button(words.plain("button_edit"), PART, step, label=f"{words.plain('button_edit')} {name}")


def _details(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    rules, company = sight.rules, sight.company
    industries = {choice.code: choice.title for choice in rules.industries} if rules else {}
    values = {
        "country": rules.name if rules else "",
        "entity": sight.data.get("entity") or "",
        "industry": industries.get(str(sight.data.get("industry")), ""),
    }
    top = "\n".join(voices.slack("registrations/review", **values).lines("details"))
    shown = [blocks.section(top, accessory=_edit(voices, "details"), block_id="part:details")]
    if company is None:
        return [*shown, blocks.section(words.part("no_company"))]
    place = [
        company.address_line_1,
        company.address_line_2,
        f"{company.postal_code} {company.city}".strip(),
        country_name(company.country.upper()),
    ]
    told = {
        "name": company.name,
        "uen": company.uen,
        "officer_name": company.officer_name,
        "officer_title": company.officer_title,
        "officer_email": company.officer_email,
        "address": ", ".join(filter(None, place)),
    }
    return [*shown, blocks.section("\n".join(voices.slack("registrations/review", **told).lines("company")))]


def _documents(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    slots = [*sight.slots(), *sight.slots(proofs=True)]
    lines = [
        voices.text("registrations/review", "paper", title=slot.title, name=paper.name)
        for slot in slots
        for paper in sight.attached.get(slot.code, ())
    ]
    top = "\n".join([words.part("documents"), attached_words(voices, sight, where=False)])
    shown = [blocks.section(top, accessory=_edit(voices, "documents"), block_id="part:documents")]
    return [*shown, *(blocks.section(text) for text in blocks.packed(lines or [words.part("no_papers")]))]


def _entries(voices: Voices, words: Words, sight: Sight) -> list[Block]:
    shown = [
        blocks.section(words.part("sender_ids"), accessory=_edit(voices, "sender_ids"), block_id="part:sender_ids")
    ]
    if len(sight.entries) > _IN_FULL:
        lines = [entry_words(voices, sight, each, full=False) for each in sight.entries]
        return [*shown, *(blocks.section(text) for text in blocks.packed(lines))]
    shown += [blocks.section(entry_words(voices, sight, each)) for each in sight.entries]
    if not sight.entries:
        shown.append(blocks.section(words.part("no_sender_ids")))
    return shown


def _next(voices: Voices, sight: Sight, rules: Country) -> Block:
    if sight.draft.submission_id:
        return blocks.context(voices.text("registrations/review", "again"))
    operators = voices.marks.listed(each.name for each in rules.operators_on(sight.today))
    cards = len(sight.entries) if len(sight.entries) > SENDER_IDS_MAX else 0
    values = {
        "operators": operators,
        "country": rules.name,
        "lead_time": rules.lead_time.words,
        "cards_count": cards,
    }
    return blocks.context(voices.text("registrations/review", "next", **values))


def receipt(voices: Voices, told: Receipt, thread: str) -> Payload:
    """The ticket's number, what happens next and how long it takes; ``thread`` is its address, if known."""
    operators = [each.name for each in told.rules.operators_on(told.submission.submitted_at.date())]
    words = voices.slack(
        "registrations/receipt",
        ticket=number_words(told.ticket.number),
        operators=voices.marks.listed(operators),
        channel_id=told.submission.channel if told.submission.channel[:1] in "CG" else "",
        country=told.rules.name,
        lead_time=told.rules.lead_time.words,
    )
    body = [blocks.section(words.part("headline")), blocks.section(words.part("next"))]
    if thread:
        link = blocks.button(words.plain("button_thread"), "senderid:thread", "thread")
        body.append(blocks.actions([link | {"url": thread}]))
    return frame.modal(RECEIPT, "", words.plain("title", 24), body, close=words.plain("close", 24))
