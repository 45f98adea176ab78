"""The forms in which staff say why: for one operator's row, and for several at once; and what was typed into them."""

from collections.abc import Sequence

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.countries import country
from bot.registrations.decisions import WORDS_MAX, Decision
from bot.registrations.reasons import FIELDS, reasons
from bot.registrations.rules import AMENDS_TO, UNDECIDED, Act, OperatorStatus
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Whole
from handlers.payload import Payload, memory, remember
from handlers.senderid_frame import field, modal, select, text, typed, values

DECIDE, SEVERAL = "review:decide", "review:several"
_SEVERAL_ACTS = (Act.SENT, Act.APPROVE, Act.ASK, Act.REJECT)


def decision_form(
    voices: Voices, whole: Whole, row: OperatorRow, act: Act, channel: str | None, reach: Block
) -> Payload:
    """Why one operator asks for changes or rejects, or what is right in place of what was decided.

    ``reach`` says how many are told.
    """
    words = _words(voices, whole, row)
    body = [blocks.section(words.headline), blocks.section(words.part("now"))]
    if act is Act.AMEND:
        body.append(field(words, "amended_to", _outcomes(voices, row)))
    body += _why(words, is_amendment=act is Act.AMEND)
    told = remember(channel, row=row.id, seen=str(row.version), act=act)
    return _modal(words, DECIDE, act, told, [*body, reach])


def several_form(voices: Voices, whole: Whole, channel: str | None, reach: Block) -> Payload:
    """One decision for several operators of a registration. ``reach`` says how many are told."""
    words = _words(voices, whole)
    rows = [
        blocks.option(_words(voices, whole, row).plain("operator"), f"{row.id}:{row.version}")
        for row in whole.operators
        if row.status in UNDECIDED
    ]
    acts = [blocks.option(words.plain(f"act_{act}"), act) for act in _SEVERAL_ACTS]
    body = [
        blocks.section(words.headline),
        field(words, "operators", select(rows, None, words.plain("operators_placeholder"), kind="multi_static_select")),
        field(words, "act", select(acts, None, words.plain("act_placeholder"))),
        *_why(words, is_optional=True),
        reach,
    ]
    return _modal(words, SEVERAL, "several", remember(channel, registration=whole.registration.id), body)


def _words(voices: Voices, whole: Whole, row: OperatorRow | None = None) -> Words:
    return voices.slack(
        "registrations/decide",
        sender_id=whole.registration.sender_id,
        country=country(whole.registration.country).name,
        account=whole.submission.company.get("name") or "",
        operator=row.name if row else "",
        status=voices.state(f"operator.{row.status}") if row else "",
    )


def _outcomes(voices: Voices, row: OperatorRow) -> Block:
    others = [status for status in OperatorStatus if status in AMENDS_TO and status != row.status]
    options = [blocks.option(voices.state(f"operator.{status}"), status) for status in others]
    return {"type": "radio_buttons", "options": options}


def _why(words: Words, *, is_amendment: bool = False, is_optional: bool = False) -> list[Block]:
    listed = [blocks.option(reason.title, reason.code) for reason in reasons()]
    fields = [blocks.option(title, name) for name, title in FIELDS.items()]
    reason = select(listed, None, words.plain("reason_placeholder"))
    about = select(fields, None, words.plain("field_placeholder"))
    return [
        field(words, "reason", reason, optional=is_amendment or is_optional),
        field(words, "words", text(most=WORDS_MAX, multiline=True), optional=not is_amendment),
        field(words, "field", about, optional=True),
    ]


def _modal(words: Words, callback_id: str, what: str, told: str, body: list[Block]) -> Payload:
    title, submit = words.plain(f"title_{what}", 24), words.plain(f"submit_{what}", 24)
    return modal(callback_id, told, title, body, close=words.plain("close", 24), submit=submit)


# What was typed


def one_decided(view: Payload) -> tuple[Sequence[tuple[str, int]], Decision]:
    """The row with the version that was seen, and the decision."""
    told = memory({"view": view})
    return [(told["row"], int(told["seen"]))], _decision(view, Act(told["act"]))


def several_decided(view: Payload) -> tuple[Sequence[tuple[str, int]], Decision]:
    """The chosen rows with the versions that were seen, and the decision."""
    entered = values(view)
    chosen = [str(option["value"]) for option in entered["operators"].get("selected_options") or ()]
    rows = [(row_id, int(seen)) for row_id, _, seen in (value.partition(":") for value in chosen)]
    return rows, _decision(view, Act(typed(entered["act"])))


def _decision(view: Payload, act: Act) -> Decision:
    entered = values(view)
    if act in {Act.SENT, Act.APPROVE}:
        return Decision(act)
    amended_to = typed(entered.get("amended_to"))
    return Decision(
        act,
        reason=typed(entered.get("reason")),
        words=typed(entered.get("words")),
        field=typed(entered.get("field")),
        amended_to=OperatorStatus(amended_to) if amended_to else None,
    )
