"""The request form's pages Brand, Pictures and Contact: how they look, and what was typed into them."""

from collections.abc import Iterable

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.rcs.fields import MARKETS, PICTURES, AgentFields, hash_of
from bot.rcs.findings import Finding
from bot.rcs.name_rules import UseCase
from bot.rcs.reasons import FIELDS, REASONS
from bot.rcs.rules import PictureStatus
from bot.rcs.sight import Sight
from bot.rcs.tables import AgentPicture
from bot.rcs.wizard import Typed
from bot.rcs.words import Telling
from bot.registrations.problems import Problem
from handlers import senderid_frame as frame
from handlers.payload import Payload, remember

BRAND, PICTURE_PAGE, CONTACT = "rcs:brand", "rcs:pictures", "rcs:contact"
BACK, TAKE, MENDED, REMOVE = "rcs:back", "rcs:take", "rcs:mended", "rcs:remove"
VISIT = "rcs:visit"
STEP = {BRAND: "brand", PICTURE_PAGE: "pictures", CONTACT: "contact"}
_ENDINGS = ["png", "jpg", "jpeg"]
_TYPED_MOST = 500
_TEXTS = ("start", "help", "stop", "message")
_NAMES_OFFERED = 5


def memory_of(sight: Sight, then: str = "", **more: str) -> str:
    """What a page remembers: the draft, its channel, and the step to return to when that is not the next one."""
    channel = sight.draft.channel if sight.draft.channel[:1] in "CG" else None
    return remember(channel, draft=sight.draft.id, **({"then": then} if then else {}), **more)


def way(voices: Voices, step: str) -> Block:
    """Where in the form this is: the current step in bold."""
    words = voices.slack("rcs/form")
    names = {each: words.plain(f"step_{each}") for each in (*STEP.values(), "review")}
    shown = [voices.marks.bold(name) if each == step else voices.marks.escape(name) for each, name in names.items()]
    return blocks.context(" · ".join(shown))


def asked_for(voices: Voices, sight: Sight) -> list[Block]:
    """What support asked of the agent that is mended."""
    if sight.agent is None:
        return []
    why = REASONS.words(sight.agent.reason, sight.agent.words)
    values = {"why": why, "field": FIELDS.get(sight.agent.field, "")}
    return [blocks.section(voices.text("rcs/form", "asked", **values))] if why else []


def page_of(voices: Voices, sight: Sight, callback_id: str, body: list[Block], then: str) -> Payload:
    """A page with its title and its button."""
    words, step = voices.slack("rcs/form"), STEP[callback_id]
    whole = [way(voices, step), *asked_for(voices, sight), *body, {"type": "divider"}]
    if step != "brand":
        before = "brand" if step == "pictures" else "pictures"
        whole.append(blocks.actions([blocks.button(words.plain("button_back"), BACK, then or before)], block_id="way"))
    whole.append(blocks.context(words.part("kept")))
    title, close = words.plain(f"title_{step}", 24), words.plain("close", 24)
    return frame.modal(callback_id, memory_of(sight, then), title, whole, close=close, submit=words.plain("submit", 24))


# Brand


def brand(voices: Voices, sight: Sight, then: str = "") -> Payload:
    """Name, description, colour, use case and markets."""
    words, asked = voices.slack("rcs/form"), sight.asked
    cases = [blocks.option(words.plain(f"use_case_{case}"), case) for case in UseCase]
    markets = [blocks.option(title, code) for code, title in MARKETS.items()]
    boxes: Block = {"type": "checkboxes", "options": markets}
    if chosen := [option for option in markets if option["value"] in asked.markets]:
        boxes["initial_options"] = chosen
    body = [
        frame.field(words, "name", frame.text(asked.name, most=200), at=_at(asked.name)),
        *_names(voices, sight),
        frame.field(words, "description", frame.text(asked.description, most=300, multiline=True)),
        frame.field(words, "color", frame.text(asked.color, most=60), at=_at(asked.color)),
        *proposals(voices, sight, "color.contrast"),
        frame.field(words, "use_case", frame.select(cases, asked.use_case, words.plain("placeholder_use_case"))),
        frame.field(words, "markets", boxes),
    ]
    return page_of(voices, sight, BRAND, body, then)


def _at(value: str) -> str:
    """Behind the name of a field that a button may fill: another one for another value, or Slack keeps the old one."""
    return hash_of(value)[:8]


def proposals(voices: Voices, sight: Sight, *checks: str) -> list[Block]:
    """What a finding proposes, each with the button that takes it."""
    shown: list[Block] = []
    for finding in sight.findings:
        if finding.ok or finding.check not in checks or "proposal" not in finding.facts:
            continue
        if finding.check == "color.contrast" and sight.asked.color.strip():
            value = str(finding.facts["proposal"])
            text = _line(voices, finding)
            shown.append(blocks.section(text, accessory=_take(voices, "color", value), block_id="take:color"))
    return shown


def _names(voices: Voices, sight: Sight) -> list[Block]:
    """Singapore's sender IDs, where the agent must have one of their names and has another."""
    found = next((each for each in sight.findings if each.check == "name.ssir" and not each.ok), None)
    if found is None or not sight.asked.name.strip() or not sight.ssir:
        return []
    shown = [blocks.section(_line(voices, found))]
    for name in sight.ssir[:_NAMES_OFFERED]:
        text = voices.text("rcs/form", "ssir_take", value=name)
        shown.append(blocks.section(text, accessory=_take(voices, "name", name), block_id=f"take:{name}"))
    return shown


def names_to_take(voices: Voices, sight: Sight) -> list[Block]:
    """The same for the review."""
    return _names(voices, sight)


def _take(voices: Voices, name: str, value: str) -> Block:
    text = voices.plain("rcs/form", "button_take", value=value)
    return blocks.button(text, TAKE, f"{name}:{value}", style="primary")


def _line(voices: Voices, finding: Finding) -> str:
    return Telling(voices, voices.marks).line(finding)


# Pictures


def pictures(voices: Voices, sight: Sight, then: str = "") -> Payload:
    """What came of each picture, and the fields for others."""
    words = voices.slack("rcs/form")
    body = [blocks.context(words.part("pictures_about"))]
    for what in PICTURES:
        picture = sight.pictures.get(what)
        body += picture_blocks(voices, sight, what)
        element = {"type": "file_input", "action_id": "files", "filetypes": _ENDINGS, "max_files": 1}
        at = f"{what}:{picture.id}" if picture else what
        field = frame.field(words, what, element, optional=True)
        label = blocks.plain(words.plain(f"{what}_again_label" if picture else f"{what}_label"))
        body.append(field | {"block_id": at, "label": label})
    return page_of(voices, sight, PICTURE_PAGE, body, then)


def picture_blocks(voices: Voices, sight: Sight, what: str, *, can_remove: bool = True) -> list[Block]:
    """What came, what was found, and the mended one beside it; nothing where nothing came."""
    picture = sight.pictures.get(what)
    if picture is None:
        return []
    words = voices.slack("rcs/form")
    told = {"label": words.plain(f"{what}_label"), "name": picture.name, "mended": picture.uses_mended}
    text = voices.text("rcs/form", "picture", status=voices.state(f"picture.{picture.status}"), **told)
    remove = blocks.button(words.plain("button_remove"), REMOVE, what, label=f"Remove {picture.name}")
    shown = [blocks.section(text, accessory=remove if can_remove else None, block_id=f"picture:{what}")]
    if picture.status == PictureStatus.REFUSED:
        shown.append(blocks.section(voices.text("rcs/form", "picture_trouble", trouble=picture.trouble)))
    elif can_remove:
        report = Telling(voices, voices.marks).report(sight.of(what))
        shown += [blocks.section(voices.marks.fit(each, 2900)) for each in blocks.packed(report.failed) if each]
    return [*shown, *offered(voices, sight, picture)]


def offered(voices: Voices, sight: Sight, picture: AgentPicture) -> list[Block]:
    """The mended picture, with before and after, and the button that takes it."""
    if not picture.mended or picture.uses_mended:
        return []
    words, what = voices.slack("rcs/form"), picture.what
    file_id = sight.files.get(what, "")
    text = voices.text("rcs/form", "offered", words=picture.mended["words"], shown=bool(file_id))
    take = blocks.button(words.plain(f"button_mended_{what}"), MENDED, picture.id, style="primary")
    shown = [blocks.section(text, accessory=take, block_id=f"mended:{what}")]
    return [*shown, image(file_id, words.plain("alt_compared"))] if file_id else shown


def image(file_id: str, alt: str) -> Block:
    """A picture that was sent to the person in Slack."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt}


# Contact


def contact(voices: Voices, sight: Sight, then: str = "") -> Payload:
    """Pages, e-mail, phone, and the answers to START, HELP and STOP."""
    words, asked = voices.slack("rcs/form"), sight.asked
    single = ("privacy", "terms", "email", "phone")
    body = [frame.field(words, name, frame.text(getattr(asked, name), most=_TYPED_MOST)) for name in single]
    for name in _TEXTS:
        element = frame.text(getattr(asked, name), most=_TYPED_MOST, multiline=True)
        body.append(frame.field(words, name, element, optional=name in {"help", "message"}))
    return page_of(voices, sight, CONTACT, body, then)


# What was typed


def typed(view: Payload) -> Typed:
    """What a page holds. What it does not ask is left as it was."""
    there = frame.values(view)
    values: dict[str, object] = {}
    for name in AgentFields.__dataclass_fields__:
        if name == "markets" and name in there:
            values[name] = [option["value"] for option in there[name].get("selected_options") or ()]
        elif name in there:
            values[name] = frame.typed(there[name])
    files = {what: found for what, found in frame.arrived(view).items() if what in PICTURES}
    return Typed(values, files)


def problems(voices: Voices, findings: Iterable[Finding], step: str) -> list[Problem]:
    """What is wrong, each at its field: the check's name begins with it."""
    telling = Telling(voices, voices.plain_marks)
    found = []
    for each in findings:
        start, _, rest = each.check.partition(".")
        name = rest.partition(".")[0] if start == "keywords" else start
        found.append(Problem(step, name, telling.at_field(each)))
    return found
