"""The modals of a launch: the checklist with its progress, the form of each item, and the change of a use case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.rcs import checklist, item_files, items
from bot.rcs.checklist import Item
from bot.rcs.customer_card import use_case_words
from bot.rcs.giving import ANSWER_MAX
from bot.rcs.items import ALSO, LINK, QUESTIONS, SHOWN, TEXTS, Sight
from bot.rcs.keywords import REQUIRED
from bot.rcs.launch_words import TESTERS
from bot.rcs.launching import Prospect
from bot.rcs.name_rules import SPOKEN
from bot.rcs.regions import lists_of, region_name, regions
from bot.rcs.rules import AgentStatus, ItemStatus
from bot.rcs.tables import Agent, CarrierRow, Launch
from bot.rcs.words import Telling
from handlers.payload import Payload, remember
from handlers.senderid_frame import field, modal, select, text

CHECKLIST, ITEM = "rcs/launch/checklist", "rcs/launch/item"
ASK, AGAIN, GIVE, USE_CASE = "launch:ask", "launch:again", "launch:give", "launch:use_case"
REGIONS, OPEN_ITEM, LOOK = "launch:regions", "launch:item", "launch:look"
_CHANGED_MAX = 1000
_SHORT = frozenset({"contact_name", "contact_title", "contact_email"})


@dataclass(frozen=True)
class Fixing:
    """A launch of which carriers asked for changes, or that they rejected, and these rows of it."""

    launch: Launch
    rows: Sequence[CarrierRow]


def checklist_form(
    voices: Voices, here: Prospect, chosen: Sequence[str], channel: str | None, fixing: Fixing | None = None
) -> Payload:
    """Where it shall be launched, what that needs, and how far it is. ``fixing``: it is mended and sent again."""
    there, total = checklist.progress(here.sheet.stands)
    words = voices.slack(
        CHECKLIST,
        name=here.agent.name,
        there_count=there,
        total_count=total,
        launched=[region_name(code) for code in here.launched],
        pending=[region_name(code) for code in here.pending],
        carriers=[row.name for row in fixing.rows] if fixing else [],
    )
    body = [blocks.section(words.headline)]
    body += [blocks.section(words.part("not_created"))] if here.agent.status != AgentStatus.CREATED else []
    body += [blocks.section(words.part("fix"))] if fixing else _where(voices, words, here, chosen)
    body += [
        blocks.context(voices.text(CHECKLIST, "list", title=one.title, note=one.note))
        for one in checklist.checklists(lists_of(chosen) or here.sheet.lists)
    ]
    body.append({"type": "divider"})
    for sight in here.sheet.sights:
        body += _item(voices, words, sight, here.agent.id)
    body.append(blocks.actions([blocks.button(words.plain("button_look"), LOOK, "look")]))
    if fixing:
        typing = text(most=_CHANGED_MAX, multiline=True)
        body.append(field(words, "changed", typing))
    more = {"launch": fixing.launch.id, "seen": str(fixing.launch.version)} if fixing else {}
    told = remember(channel, agent=here.agent.id, regions=",".join(chosen), **more)
    submit = words.plain("submit_fix" if fixing else "submit", 24) if fixing or here.open_regions else ""
    title, callback = words.plain("title", 24), AGAIN if fixing else ASK
    return modal(callback, told, title, body, close=words.plain("close", 24), submit=submit)


def _where(voices: Voices, words: Words, here: Prospect, chosen: Sequence[str]) -> list[Block]:
    shown = [blocks.section(words.part("launched"))] if here.launched else []
    shown += [blocks.context(words.part("pending"))] if here.pending else []
    if not here.open_regions:
        return [*shown, blocks.section(words.part("nowhere"))]
    there = [regions()[code] for code in here.open_regions]
    options = [
        blocks.option(voices.plain(CHECKLIST, "region", name=one.name, sure=one.sure), one.code) for one in there
    ]
    picker: Block = {"type": "multi_static_select", "action_id": REGIONS, "options": options}
    picker["placeholder"] = blocks.plain(words.plain("regions_placeholder"))
    if picked := [option for option in options if option["value"] in chosen]:
        picker["initial_options"] = picked
    return [*shown, field(words, "regions", picker, hears=True)]


def _item(voices: Voices, words: Words, sight: Sight, agent_id: str) -> list[Block]:
    item, row = sight.item, sight.row
    status = voices.state(f"item.{sight.stand.status}")
    lines = [voices.text(CHECKLIST, "item", title=item.title, status=status)]
    data = row.data if row else {}
    if sight.kept:
        lines.append(voices.text(CHECKLIST, "kept", name=sight.kept.name, revision=sight.kept.number))
    if data.get(LINK):
        lines.append(voices.text(CHECKLIST, "linked", url=str(data[LINK])))
    if row and row.status == ItemStatus.RETURNED:
        lines.append(voices.text(CHECKLIST, "returned", why=row.words))
    if sight.trouble:
        lines.append(voices.text(CHECKLIST, "trouble", why=sight.trouble))
    if sight.coming:
        lines.append(voices.text(CHECKLIST, "coming", name=sight.coming.name))
    if sight.stand.lacks and (row or item.way == "texts"):
        lines.append(voices.text(CHECKLIST, "lacks", missing=_lacking(voices, item, sight.stand.lacks)))
    note = blocks.context(voices.text(CHECKLIST, "note", note=item.note))
    return [
        blocks.section("\n".join(lines), accessory=_way(words, sight, agent_id), block_id=f"give:{item.code}"),
        note,
    ]


def _lacking(voices: Voices, item: Item, codes: Sequence[str]) -> list[str]:
    if item.way == "video":
        titles = {one.code: one.title.partition(":")[0] for one in item.contents}
        return [titles[code] for code in codes]
    form = voices.slack(ITEM)
    return [form.plain(f"{code}_label") for code in codes]


def _way(words: Words, sight: Sight, agent_id: str) -> Block | None:
    item = sight.item
    if item.way == "agent":
        return None
    if item.way == "testers":
        return blocks.button(words.plain("button_testers"), TESTERS, agent_id)
    label = words.plain("button_change" if sight.row and sight.row.status != ItemStatus.MISSING else "button_give")
    return blocks.button(label, OPEN_ITEM, item.code, label=f"{label}: {item.title}")


# One item


def item_form(voices: Voices, agent: Agent, sight: Sight, told: dict[str, str], lists: Sequence[str]) -> Payload:
    """What an item asks for, with what was given before. ``told`` is what the checklist below remembers."""
    item, row, kept = sight.item, sight.row, sight.kept
    words = voices.slack(
        ITEM,
        title=item.title,
        note=item.note,
        types=item_files.listed(item),
        why=row.words if row else "",
        name=kept.name if kept else "",
        revision=kept.number if kept else 0,
    )
    body = [blocks.section(words.headline)]
    body += [blocks.section(words.part("returned"))] if row and row.status == ItemStatus.RETURNED else []
    body += [blocks.context(words.part("kept"))] if kept else []
    body += _asked(voices, words, agent, sight, lists)
    others = {name: value for name, value in told.items() if name != "channel"}
    metadata = remember(told.get("channel"), **others | {"item": item.code})
    title, submit = words.plain("item_title", 24), words.plain("submit", 24)
    return modal(GIVE, metadata, title, body, close=words.plain("close", 24), submit=submit)


def _asked(voices: Voices, words: Words, agent: Agent, sight: Sight, lists: Sequence[str]) -> list[Block]:
    item, data = sight.item, sight.row.data if sight.row else {}
    match item.way:
        case "texts":
            return _texts(voices, words, agent, data)
        case "questions":
            return [_question(words, name, data) for name in (*QUESTIONS, *ALSO)]
        case "video":
            link = field(words, LINK, text(data.get(LINK), kind="url_text_input"), optional=True)
            return [_file(words, item, "video_hint"), link, _contents(words, item, lists, data)]
        case _:
            return [_file(words, item, "file_hint")]


def _file(words: Words, item: Item, hint: str) -> Block:
    endings = [ending for kind in item.types for ending in item_files.ENDINGS.get(kind, (kind,))]
    picker = {"type": "file_input", "filetypes": endings, "max_files": 1}
    return field(words, "file", picker, optional=True) | {"hint": blocks.plain(words.plain(hint, 150))}


def _contents(words: Words, item: Item, lists: Sequence[str], data: dict[str, Any]) -> Block:
    options = [blocks.option(one.title, one.code) for one in item.offers(lists)]
    boxes: Block = {"type": "checkboxes", "options": options}
    if ticked := [option for option in options if option["value"] in data.get(SHOWN, ())]:
        boxes["initial_options"] = ticked
    return field(words, "contents", boxes, optional=True)


def _texts(voices: Voices, words: Words, agent: Agent, data: dict[str, Any]) -> list[Block]:
    required = [voices.text(ITEM, "required_text", keyword=name.upper(), text=REQUIRED[name]) for name in TEXTS]
    there = items.texts_of(agent, data)
    shown = [blocks.section("\n".join([words.part("required"), *required]))]
    shown += [field(words, name, text(there[name], most=300, multiline=True)) for name in TEXTS]
    telling = Telling(voices, voices.marks)
    advice = [one for one in items.judge_texts(there, brand=agent.name) if not one.ok and one.level == "info"]
    return shown + [
        blocks.context(voices.text(ITEM, "advice", advice=said)) for one in advice if (said := telling.advice(one))
    ]


def _question(words: Words, name: str, data: dict[str, Any]) -> Block:
    typing = text(data.get(name), most=150) if name in _SHORT else text(data.get(name), most=ANSWER_MAX, multiline=True)
    return field(words, name, typing, optional=name in ALSO)


# The use case


def use_case_form(voices: Voices, agent: Agent, channel: str | None) -> Payload:
    """What the agent is for from then on, and what that means."""
    words = voices.slack(CHECKLIST, name=agent.name, use_case=use_case_words(agent.use_case))
    options = [blocks.option(spoken, str(case)) for case, spoken in SPOKEN.items() if case != agent.use_case]
    body = [blocks.section(words.part("use_case_head")), field(words, "use_case", select(options, None, ""))]
    title, submit = words.plain("use_case_title", 24), words.plain("use_case_submit", 24)
    told = remember(channel, agent=agent.id)
    return modal(USE_CASE, told, title, body, close=words.plain("close", 24), submit=submit)


def done(voices: Voices, part: str, **values: Any) -> Payload:
    """What was asked for, and where it goes on."""
    words = voices.slack(CHECKLIST, **values)
    title, close = words.plain("done_title", 24), words.plain("close", 24)
    return modal("launch:done", "{}", title, [blocks.section(words.part(part))], close=close)
