"""The form Decide several: for operators of one sender ID, or of all of its ticket; and what was chosen in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.registrations import sweep
from bot.registrations.decisions import Decision
from bot.registrations.rules import UNDECIDED, Act
from bot.registrations.sweep import Sweep
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Whole
from bot.tickets.rules import number_words
from handlers.payload import Payload, memory, remember
from handlers.review_forms import Place, decision, modal_of, till_field, why_fields, words_for
from handlers.senderid_frame import field, select, typed, values

SEVERAL = "review:several"
WHICH, OPERATORS, ACT = "review:which", "review:operators", "review:act"
ONE, ALL = "one", "all"


@dataclass(frozen=True)
class Chosen:
    """What was chosen so far: for which sender IDs, and for all of them the operators and the act.

    ``revision`` of the submission is the one that the person saw when the form was opened.
    """

    revision: int
    which: str = ONE
    operators: tuple[str, ...] = ()
    act: str = ""


def several_form(
    voices: Voices, whole: Whole, rows: Sequence[OperatorRow], place: Place, chosen: Chosen | None = None
) -> Payload:
    """One decision for several operators. ``rows`` are those of all sender IDs of the submission."""
    chosen = chosen or Chosen(whole.submission.revision)
    here = [row for row in rows if row.registration_id == whole.registration.id and row.status in UNDECIDED]
    left = {row.registration_id for row in rows if row.status in UNDECIDED}
    which = chosen.which if here else ALL
    words = words_for(voices, whole, ends_on=place.ends, ticket=_ticket(whole), undecided_count=len(left))
    body = [blocks.section(words.headline)]
    if left - {whole.registration.id}:
        body.append(_which(words, [*([ONE] if here else []), ALL], which))
    if which == ALL:
        body += _for_all(voices, words, whole, rows, chosen)
    else:
        body += _for_one(voices, words, whole, here, chosen.act)
    hint = "till_none_hint" if place.ends is None else "till_all_hint" if which == ALL else "till_hint"
    body += [till_field(words, hint, None), *why_fields(words, is_optional=True), place.reach]
    told = remember(
        place.channel,
        registration=whole.registration.id,
        submission=whole.submission.id,
        revision=str(chosen.revision),
        which=which,
    )
    return modal_of(words, SEVERAL, "several", told, body)


def _ticket(whole: Whole) -> str:
    return number_words(whole.ticket.number)


def _which(words: Words, offered: Sequence[str], which: str) -> Block:
    options = [blocks.option(words.plain(f"which_{each}"), each) for each in offered]
    chosen = next(option for option in options if option["value"] == which)
    radio = {"type": "radio_buttons", "action_id": WHICH, "options": options, "initial_option": chosen}
    return field(words, "which", radio, hears=True)


def _for_one(voices: Voices, words: Words, whole: Whole, rows: Sequence[OperatorRow], act: str) -> list[Block]:
    options = [
        blocks.option(words_for(voices, whole, row).plain("operator"), f"{row.id}:{row.version}") for row in rows
    ]
    operators = select(options, None, words.plain("operators_placeholder"), kind="multi_static_select")
    return [field(words, "operators", operators), field(words, "act", _acts(words, act))]


def _for_all(voices: Voices, words: Words, whole: Whole, rows: Sequence[OperatorRow], chosen: Chosen) -> list[Block]:
    """Operators with how much is undecided there; each choice says at once what it comes to."""
    there: dict[str, list[OperatorRow]] = {}
    for row in rows:
        if row.status in UNDECIDED:
            there.setdefault(row.operator, []).append(row)
    options = [
        blocks.option(words_for(voices, whole, some[0], undecided_count=len(some)).plain("operator_all"), code)
        for code, some in there.items()
    ]
    operators = select(options, None, words.plain("operators_placeholder"), kind="multi_static_select")
    if kept := [option for option in options if option["value"] in chosen.operators]:
        operators["initial_options"] = kept
    met = sweep.meets(rows, chosen.operators, Act(chosen.act)) if chosen.operators and chosen.act else None
    return [
        field(words, "operators", operators | {"action_id": OPERATORS}, at=ALL, hears=True),
        field(words, "act", _acts(words, chosen.act) | {"action_id": ACT}, at=ALL, hears=True),
        blocks.section(_said(voices, whole, "sweep", met, Act(chosen.act)) if met else words.part("sweep_open")),
    ]


def _acts(words: Words, act: str) -> Block:
    return select(
        [blocks.option(words.plain(f"act_{each}"), each) for each in sweep.ACTS], act, words.plain("act_placeholder")
    )


def _said(voices: Voices, whole: Whole, part: str, met: Sweep, act: Act) -> str:
    """What a decision for all comes to, or came to."""
    return words_for(
        voices,
        whole,
        ticket=_ticket(whole),
        act=words_for(voices, whole).plain(f"act_{act}"),
        is_sent=act is Act.SENT,
        going_count=len(met.going),
        staying_count=len(met.staying),
        names_count=met.sender_ids,
    ).part(part)


def done(voices: Voices, whole: Whole, met: Sweep, act: Act) -> Payload:
    """What was decided of all sender IDs, and how much had been decided before."""
    words = words_for(voices, whole)
    return {
        "type": "modal",
        "title": blocks.plain(words.plain("swept_title", 24)),
        "close": blocks.plain(words.plain("swept_close", 24)),
        "blocks": [
            blocks.section(_said(voices, whole, "swept", met, act)),
            blocks.context(words.part("swept_more")),
        ],
    }


# What was chosen


def chosen_in(view: Payload) -> Chosen:
    """What the form holds now; of fields that another choice has just brought nothing is chosen yet."""
    told, entered = memory({"view": view}), values(view)
    operators = tuple(_options(entered.get("operators"))) if told["which"] == ALL else ()
    return Chosen(
        int(told["revision"]), typed(entered.get("which")) or told["which"], operators, typed(entered.get("act"))
    )


def is_for_all(view: Payload) -> bool:
    """Which of both forms was in front of the person. Raises ValueError when another was chosen and never came."""
    in_front, chosen = memory({"view": view})["which"], chosen_in(view).which
    if in_front != chosen:
        raise ValueError(chosen)
    return in_front == ALL


def one_swept(view: Payload) -> tuple[Sequence[tuple[str, int]], Decision]:
    """Of one sender ID: the chosen rows with the versions that were seen, and the decision."""
    pairs = (value.partition(":") for value in _options(values(view)["operators"]))
    return [(row_id, int(seen)) for row_id, _, seen in pairs], _decision(view)


def all_swept(view: Payload) -> tuple[tuple[str, int], tuple[str, ...], Decision]:
    """Of all sender IDs: the submission with its revision that was seen, the operators' codes, and the decision."""
    told, chosen = memory({"view": view}), chosen_in(view)
    return (told["submission"], chosen.revision), chosen.operators, _decision(view)


def _options(state: Payload | None) -> list[str]:
    return [str(option["value"]) for option in (state or {}).get("selected_options") or ()]


def _decision(view: Payload) -> Decision:
    return decision(view, Act(typed(values(view)["act"])))
