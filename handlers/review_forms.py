"""The forms in which staff say why: for one operator's row, and for several at once; and what was typed into them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations.completeness import read_date
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


@dataclass(frozen=True)
class Place:
    """Where a form is opened, how many people are told (a block), and until when an approval of today is valid."""

    channel: str | None
    reach: Block
    ends: date | None


def decision_form(voices: Voices, whole: Whole, row: OperatorRow, act: Act, place: Place) -> Payload:
    """Until when it is valid, why one operator asks or rejects, or what is right in place of what was decided."""
    words = _words(voices, whole, row, place.ends)
    body = [blocks.section(words.headline), blocks.section(words.part("now"))]
    if act is Act.APPROVE:
        body.append(_valid_till(words, place.ends, place.ends))
    elif act is Act.AMEND:
        body += [
            field(words, "amended_to", _outcomes(voices, words, row)),
            _valid_till(words, place.ends, row.valid_till),
        ]
    if act is not Act.APPROVE:
        body += _why(words, is_amendment=act is Act.AMEND)
    told = remember(place.channel, row=row.id, seen=str(row.version), act=act)
    return _modal(words, DECIDE, act, told, [*body, place.reach])


def several_form(voices: Voices, whole: Whole, place: Place) -> Payload:
    """One decision for several operators of a registration."""
    words = _words(voices, whole, ends=place.ends)
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
        _valid_till(words, place.ends, None),
        *_why(words, is_optional=True),
        place.reach,
    ]
    return _modal(words, SEVERAL, "several", remember(place.channel, registration=whole.registration.id), body)


def _valid_till(words: Words, ends: date | None, chosen: date | None) -> Block:
    """The last day of an approval; ``ends``: the one that counts when none is chosen."""
    picker: Block = {"type": "datepicker", "placeholder": blocks.plain(words.plain("valid_till_placeholder"))}
    if chosen:
        picker["initial_date"] = chosen.isoformat()
    block = field(words, "valid_till", picker, optional=True)
    return block | {"hint": blocks.plain(words.plain("till_hint" if ends else "till_none_hint", 150))}


def _words(voices: Voices, whole: Whole, row: OperatorRow | None = None, ends: date | None = None) -> Words:
    return voices.slack(
        "registrations/decide",
        sender_id=whole.registration.sender_id,
        country=country(whole.registration.country).name,
        account=whole.submission.company.get("name") or "",
        operator=row.name if row else "",
        status=voices.state(f"operator.{row.status}") if row else "",
        ends_on=ends,
    )


def _outcomes(voices: Voices, words: Words, row: OperatorRow) -> Block:
    """All others, and for an approval itself with another last day."""
    others = [status for status in OperatorStatus if status in AMENDS_TO and status != row.status]
    options = [blocks.option(voices.state(f"operator.{status}"), status) for status in others]
    if row.status == OperatorStatus.APPROVED:
        options.insert(0, blocks.option(words.plain("approved_again"), row.status))
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
    ends = read_date(typed(entered.get("valid_till")))
    if act is Act.SENT:
        return Decision(act)
    if act is Act.APPROVE:
        return Decision(act, valid_till=ends)
    amended_to = typed(entered.get("amended_to"))
    return Decision(
        act,
        reason=typed(entered.get("reason")),
        words=typed(entered.get("words")),
        field=typed(entered.get("field")),
        amended_to=OperatorStatus(amended_to) if amended_to else None,
        valid_till=ends,
    )
