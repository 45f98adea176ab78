"""The request form's first question, its page Review with all verdicts in one list, and what it says at the end."""

from collections.abc import Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.rcs.customer_card import use_case_words
from bot.rcs.fields import MARKETS, PICTURES
from bot.rcs.name_rules import tidied, use_case
from bot.rcs.sight import Sight
from bot.rcs.wizard import Receipt
from bot.rcs.words import Report, Telling
from bot.tickets.rules import number_words
from handlers import rcs_forms as forms
from handlers import senderid_frame as frame
from handlers.payload import Payload

REVIEW, OFFER, RECEIPT = "rcs:review", "rcs:offer", "rcs:receipt"
CONTINUE, ANEW, PART = "rcs:continue", "rcs:anew", "rcs:part"
_MOST = 2900
"""Characters of a paragraph, of which Slack takes 3,000."""
_PAGES = {"brand": forms.brand, "pictures": forms.pictures, "contact": forms.contact}


def page(voices: Voices, sight: Sight, then: str = "", *, reach: Sequence[Block] = (), note: str = "") -> Payload:
    """The page of the draft's step. ``reach`` says on the last one how many are told, ``note`` (mrkdwn) what is new."""
    draw = _PAGES.get(sight.draft.step)
    return draw(voices, sight, then) if draw else review(voices, sight, reach=reach, note=note)


def is_last(sight: Sight) -> bool:
    """Whether the draft's page is Review."""
    return sight.draft.step not in _PAGES


def offer(voices: Voices, sight: Sight) -> Payload:
    """The question whether to go on with the draft, or to begin anew."""
    words = voices.slack("rcs/form", name=sight.asked.name, changed_at=sight.draft.updated_at)
    ask = blocks.confirm(
        words.plain("anew_title", blocks.CONFIRM_TITLE_MAX),
        words.plain("anew_text", blocks.CONFIRM_TEXT_MAX),
        words.plain("anew_yes", blocks.CONFIRM_BUTTON_MAX),
        words.plain("anew_no", blocks.CONFIRM_BUTTON_MAX),
    )
    goes_on = blocks.button(words.plain("button_continue"), CONTINUE, sight.draft.id, style="primary")
    anew = blocks.button(words.plain("button_anew"), ANEW, sight.draft.id, confirm=ask)
    body = [blocks.section(words.part("offer")), blocks.actions([goes_on, anew], block_id="offer")]
    title, close = words.plain("title_offer", 24), words.plain("close", 24)
    return frame.modal(OFFER, forms.memory_of(sight), title, body, close=close)


def review(voices: Voices, sight: Sight, *, reach: Sequence[Block] = (), note: str = "") -> Payload:
    """All verdicts with their ways out, the agent on a phone, and everything that was typed, with an Edit each."""
    words = voices.slack("rcs/form")
    body = [forms.way(voices, "review"), *([blocks.section(note)] if note else []), *forms.asked_for(voices, sight)]
    report = Telling(voices, voices.marks).report(sight.findings)
    body += [*_verdicts(voices, sight, report), *_ways_out(voices, sight), *_preview(voices, sight)]
    body += [*_good(voices, report), {"type": "divider"}]
    body += _typed(voices, sight)
    part = "again" if sight.agent else "next"
    body += [{"type": "divider"}, blocks.context(words.part(part)), *reach]
    body.append(blocks.actions([blocks.button(words.plain("button_back"), forms.BACK, "contact")], block_id="way"))
    metadata = forms.memory_of(sight, seen=str(sight.draft.version))
    title, close = words.plain("title_review", 24), words.plain("close", 24)
    return frame.modal(REVIEW, metadata, title, body, close=close, submit=words.plain("submit_review", 24))


def _verdicts(voices: Voices, sight: Sight, report: Report) -> list[Block]:
    """What would be refused, what to take care of, and what is still looked at."""
    lines = [voices.text("rcs/form", "verdict", headline=report.headline), *report.failed]
    if not sight.asked.markets:
        lines.append(voices.text("rcs/form", "no_markets"))
    if sight.pending:
        telling = Telling(voices, voices.marks)
        lines.append(voices.text("rcs/form", "pending", labels=[telling.label(what) for what in sight.pending]))
    return [blocks.section(voices.marks.fit(text, _MOST)) for text in blocks.packed(lines)]


def _good(voices: Voices, report: Report) -> list[Block]:
    """What is good to know, and all that holds with its measured value."""
    shown = [blocks.context(voices.marks.fit(text, _MOST)) for text in blocks.packed(report.advice) if text]
    if report.holding:
        lines = [voices.text("rcs/form", "holding", count=len(report.holding)), *report.holding]
        shown += [blocks.context(voices.marks.fit(text, _MOST)) for text in blocks.packed(lines)]
    return shown


def _ways_out(voices: Voices, sight: Sight) -> list[Block]:
    """What mends something with one click: the proposed shade, a name, the mended pictures."""
    shown = forms.proposals(voices, sight, "color.contrast") + forms.names_to_take(voices, sight)
    if any(each.check.endswith(".reachable") and not each.ok for each in sight.findings):
        text = voices.plain("rcs/form", "button_visit")
        shown.append(blocks.actions([blocks.button(text, forms.VISIT, sight.draft.id)], block_id="visit"))
    for what in PICTURES:
        picture = sight.pictures.get(what)
        shown += forms.offered(voices, sight, picture) if picture else []
    return shown


def _preview(voices: Voices, sight: Sight) -> list[Block]:
    words = voices.slack("rcs/form")
    if "preview" in sight.files:
        return [forms.image(sight.files["preview"], words.plain("alt_preview"))]
    if not sight.is_drawable:
        return [blocks.context(words.part("preview_later"))]
    return [blocks.context(words.part("preview_coming"))]


def _typed(voices: Voices, sight: Sight) -> list[Block]:
    asked = sight.asked
    case = use_case(asked.use_case)
    values = {
        "name": tidied(asked.name),
        "description": tidied(asked.description),
        "color": asked.brand or asked.color,
        "use_case": use_case_words(str(case or asked.use_case)),
        "markets": [MARKETS[code] for code in asked.markets if code in MARKETS],
        "names": [one.name for one in sight.pictures.values()],
        "phone": asked.phone,
        "email": asked.email,
        "privacy": asked.privacy,
        "terms": asked.terms,
        "start": asked.start,
        "help": asked.help_text,
        "stop": asked.stop,
    }
    words = voices.slack("rcs/form", **values)
    return [
        blocks.section(_fitted(voices, words, part), accessory=_edit(voices, part), block_id=f"part:{part}")
        for part in _PAGES
    ]


def _fitted(voices: Voices, words: Words, part: str) -> str:
    return voices.marks.fit("\n".join(words.lines(part)), _MOST)


def _edit(voices: Voices, step: str) -> Block:
    words = voices.slack("rcs/form")
    text = words.plain("button_edit")
    return blocks.button(text, PART, step, label=f"{text} {words.plain(f'step_{step}')}")


def receipt(voices: Voices, told: Receipt, thread: str) -> Payload:
    """The ticket's number and what happens next; ``thread`` is its address, if known."""
    channel = told.agent.channel if told.agent.channel[:1] in "CG" else ""
    words = voices.slack(
        "rcs/receipt", ticket=number_words(told.ticket.number), name=told.agent.name, channel_id=channel
    )
    body = [blocks.section(words.part("headline")), blocks.section(words.part("next"))]
    if thread:
        link = blocks.button(words.plain("button_thread"), "rcs:thread", "thread")
        body.append(blocks.actions([link | {"url": thread}]))
    return frame.modal(RECEIPT, "", words.plain("title", 24), body, close=words.plain("close", 24))
