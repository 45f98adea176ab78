"""The form in which staff say why, for one operator's row, and what was typed into it; its fields serve others too."""

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
from bot.registrations.rules import AMENDS_TO, Act, OperatorStatus
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Whole
from handlers.payload import Payload, memory, remember
from handlers.senderid_frame import field, modal, select, text, typed, values

DECIDE = "review:decide"


@dataclass(frozen=True)
class Place:
    """Where a form is opened, how many people are told (a block), and until when an approval of today is valid."""

    channel: str | None
    reach: Block
    ends: date | None


def decision_form(voices: Voices, whole: Whole, row: OperatorRow, act: Act, place: Place) -> Payload:
    """Until when it is valid, why one operator asks or rejects, or what is right in place of what was decided."""
    words = words_for(voices, whole, row, ends_on=place.ends)
    hint = "till_hint" if place.ends else "till_none_hint"
    body = [blocks.section(words.headline), blocks.section(words.part("now"))]
    if act is Act.APPROVE:
        body.append(till_field(words, hint, place.ends))
    elif act is Act.AMEND:
        body += [
            field(words, "amended_to", _outcomes(voices, words, row)),
            till_field(words, hint, row.valid_till),
        ]
    if act is not Act.APPROVE:
        body += why_fields(words, is_amendment=act is Act.AMEND)
    told = remember(place.channel, row=row.id, seen=str(row.version), act=act)
    return modal_of(words, DECIDE, act, told, [*body, place.reach])


def till_field(words: Words, hint: str, chosen: date | None) -> Block:
    """The last day of an approval; ``hint`` says which one counts when none is chosen."""
    picker: Block = {"type": "datepicker", "placeholder": blocks.plain(words.plain("valid_till_placeholder"))}
    if chosen:
        picker["initial_date"] = chosen.isoformat()
    block = field(words, "valid_till", picker, optional=True)
    return block | {"hint": blocks.plain(words.plain(hint, 150))}


def words_for(voices: Voices, whole: Whole, row: OperatorRow | None = None, **more: object) -> Words:
    """The words of these forms, about a registration and perhaps one of its operators."""
    return voices.slack(
        "registrations/decide",
        sender_id=whole.registration.sender_id,
        country=country(whole.registration.country).name,
        account=whole.submission.company.get("name") or "",
        operator=row.name if row else "",
        status=voices.state(f"operator.{row.status}") if row else "",
        **more,
    )


def _outcomes(voices: Voices, words: Words, row: OperatorRow) -> Block:
    """All others, and for an approval itself with another last day."""
    others = [status for status in OperatorStatus if status in AMENDS_TO and status != row.status]
    options = [blocks.option(voices.state(f"operator.{status}"), status) for status in others]
    if row.status == OperatorStatus.APPROVED:
        options.insert(0, blocks.option(words.plain("approved_again"), row.status))
    return {"type": "radio_buttons", "options": options}


def why_fields(words: Words, *, is_amendment: bool = False, is_optional: bool = False) -> list[Block]:
    """The reason, in the list's word and in a person's, and which field it is about."""
    listed = [blocks.option(reason.title, reason.code) for reason in reasons()]
    fields = [blocks.option(title, name) for name, title in FIELDS.items()]
    reason = select(listed, None, words.plain("reason_placeholder"))
    about = select(fields, None, words.plain("field_placeholder"))
    return [
        field(words, "reason", reason, optional=is_amendment or is_optional),
        field(words, "words", text(most=WORDS_MAX, multiline=True), optional=not is_amendment),
        field(words, "field", about, optional=True),
    ]


def modal_of(words: Words, callback_id: str, what: str, told: str, body: list[Block]) -> Payload:
    """A form with its title and its button by what it is for; ``told`` is what it remembers."""
    title, submit = words.plain(f"title_{what}", 24), words.plain(f"submit_{what}", 24)
    return modal(callback_id, told, title, body, close=words.plain("close", 24), submit=submit)


# What was typed


def one_decided(view: Payload) -> tuple[Sequence[tuple[str, int]], Decision]:
    """The row with the version that was seen, and the decision."""
    told = memory({"view": view})
    return [(told["row"], int(told["seen"]))], decision(view, Act(told["act"]))


def decision(view: Payload, act: Act) -> Decision:
    """What a form says of an act."""
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
