"""How ``/tickets why`` reads: who did what, when, and by which rule, in the words of each feature's templates."""

from dataclasses import replace
from itertools import groupby

from jinja2 import TemplateNotFound

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.errors import DeskError
from bot.tickets.rules import Turn, number_words
from bot.tickets.tables import Ticket
from bot.tickets.why import Event
from handlers.payload import Payload

_SHOWN = 40
_IN_A_BLOCK = 8
_MOST = 2900


class NothingToTell(DeskError):
    """Nothing has happened in this ticket yet that could be told here."""


def answer(voices: Voices, ticket: Ticket, events: list[Event]) -> Payload:
    """The story as a message."""
    status = voices.state(f"tickets.{ticket.status}")
    headline = voices.text("tickets/why", "headline", ticket=number_words(ticket.number), status=status)
    return {"text": headline, "blocks": [blocks.section(headline), *_story(voices, events)]}


def modal(voices: Voices, ticket: Ticket, events: list[Event]) -> Payload:
    """The story as a modal."""
    words = voices.slack("tickets/why")
    top = {"type": "modal", "title": blocks.plain(words.plain("title", 24))}
    shown = answer(voices, ticket, events)["blocks"]
    return {**top, "close": blocks.plain(words.plain("close", 24)), "blocks": shown}


def _story(voices: Voices, events: list[Event]) -> list[Block]:
    if not events:
        raise NothingToTell
    events = _together(voices, events)
    left = max(len(events) - _SHOWN, 0)
    shown = [blocks.context(voices.text("tickets/why", "earlier", left=left))] if left else []
    lines = [_line(voices, event) for event in events[left:]]
    pieces = ("\n".join(lines[at : at + _IN_A_BLOCK]) for at in range(0, len(lines), _IN_A_BLOCK))
    return [*shown, *(blocks.section(voices.marks.fit(piece, _MOST)) for piece in pieces)]


def _together(voices: Voices, events: list[Event]) -> list[Event]:
    """What one person did at one stroke is one line: a fact that differs is listed."""
    told: list[Event] = []
    for alike in ([*same] for _, same in groupby(events, key=_stroke)):
        names = dict.fromkeys(name for each in alike for name in each.facts)
        values = {name: list(dict.fromkeys(str(each.facts.get(name, "")) for each in alike)) for name in names}
        listed = {name: str(voices.plain_marks.listed(found)) for name, found in values.items() if len(found) > 1}
        told.append(replace(alike[0], facts={**alike[0].facts, **listed}))
    return told


def _stroke(event: Event) -> tuple[object, ...]:
    return event.at, event.act, event.actor, event.by_support, event.from_status, event.to_status, event.because


def _line(voices: Voices, event: Event) -> str:
    reason = str(event.facts.get("reason_words") or "")
    change = {"before": event.from_status.replace("_", " "), "after": event.to_status.replace("_", " ")}
    return voices.text(
        "tickets/why",
        "line",
        at=event.at,
        support=event.by_support,
        actor=event.actor or "",
        what=voices.marks.inline(_what(voices, event)),
        change=voices.text("tickets/why", "change", **change) if _tells(event) else "",
        reason=reason,
        because=event.because.removeprefix(event.rule).strip(),
        rule="" if "reason_words" in event.facts else event.rule,
    )


def _tells(event: Event) -> bool:
    """Whether the change of status says more than the act's own word."""
    return bool(event.from_status) and event.to_status != event.act.rpartition(":")[2]


def _what(voices: Voices, event: Event) -> str:
    """What was done: the block NOUN_VERB of the feature's template ``why``; without one, noun and verb."""
    feature, noun, verb = (*event.act.split(":"), "", "")[:3]
    words = voices.slack(f"{feature}/why", **_facts(voices, event))
    try:
        if words.has(f"{noun}_{verb}"):
            return words.part(f"{noun}_{verb}")
    except TemplateNotFound:
        pass
    plain = {"noun": noun.replace("_", " "), "verb": verb.replace("_", " ")}
    return voices.text("tickets/why", "other", **plain)


def _facts(voices: Voices, event: Event) -> dict[str, object]:
    """An event's facts as a template may name them; whose turn it is then comes as a state's words."""
    after = event.facts.get("after")
    whose = "you" if after == Turn.CUSTOMER and event.by_support else after
    turn = voices.state(f"turn.{whose}") if event.act == "tickets:ticket:passed_on" and after else ""
    return {"to": "", **event.facts, "turn": turn}
