"""The customer's card of a submission: the root of its ticket's thread. No staff's name or button is in it."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.registrations import card_words
from bot.registrations.countries import country
from bot.registrations.rules import AWAITS_SIGNATURE, OPEN, LoaState, OperatorStatus, SubmissionStatus
from bot.registrations.tables import Submission
from bot.registrations.wholes import Whole
from bot.tickets.cards import customer_buttons
from bot.tickets.rules import Status, Turn, number_words
from bot.tickets.tables import Ticket

WITHDRAW, RENEW = "senderid:withdraw", "senderid:renew"
SIGN = "loa:sign"
"""Sign LOA, or View LOA: the flow is that of letters."""
_SHOWN = 20
_IN_FULL = 10
"""Sender IDs that show each operator; of a longer list each is a line."""
LETTER_SEEN = AWAITS_SIGNATURE | {LoaState.CHECKING, LoaState.DOUBTFUL, LoaState.ACCEPTED}
"""The customer may look at such a letter."""
_MENDABLE = (OperatorStatus.CHANGES_ASKED, OperatorStatus.REJECTED)


def customer_card(
    voices: Voices, wholes: Sequence[Whole], fix_action: str, *, today: date, threads: Mapping[str, str]
) -> SlackCard:
    """Where each sender ID stands with each operator, whose turn it is, and what the customer can do.

    ``wholes`` are all of one submission, ``threads`` the addresses of other submissions' threads, by their ids.
    """
    submission, ticket = wholes[0].submission, wholes[0].ticket
    words = _words(voices, submission, ticket, wholes)
    full = len(wholes) <= _IN_FULL
    shown = [blocks.section(card_words.one(voices, whole, threads, operators=full)) for whole in wholes[:_SHOWN]]
    if len(wholes) > _SHOWN:
        left = len(wholes) - _SHOWN
        shown.append(blocks.context(voices.text("registrations/card", "more", left_count=left)))
    body = [blocks.section(words.headline), blocks.section(words.part(_turn(ticket, wholes))), *shown]
    body += [blocks.context(words.part("about")), blocks.context(words.part("usual"))]
    mine = [*_sign(words, wholes), *_fix(words, submission, wholes, fix_action), *_renew(words, wholes, today)]
    mine += _withdraw(words, submission, wholes)
    body.append(blocks.actions([*mine, *customer_buttons(voices, ticket)]))
    return SlackCard(f"{words.headline} — {card_words.stands(voices, card_words.all_of(wholes))}", body)


def _turn(ticket: Ticket, wholes: Sequence[Whole]) -> str:
    """The part of the template that says whose turn it is, or how it ended."""
    if ticket.status == Status.OPEN:
        asked = card_words.all_of(wholes).counts[OperatorStatus.CHANGES_ASKED] > 0
        if ticket.turn == Turn.CUSTOMER and (asked or _awaits_signature(wholes)):
            return "mend" if asked else "sign"
        return ticket.turn
    is_withdrawn = all(whole.registration.status == SubmissionStatus.WITHDRAWN for whole in wholes)
    return "withdrawn" if is_withdrawn else ticket.status


def _awaits_signature(wholes: Sequence[Whole]) -> bool:
    return any(whole.registration.loa in AWAITS_SIGNATURE for whole in wholes)


def _sign(words: Words, wholes: Sequence[Whole]) -> list[Block]:
    """Sign LOA while one waits for its signature; else View LOA, where there is one."""
    submission, awaits = wholes[0].submission, _awaits_signature(wholes)
    if not any(whole.registration.loa in LETTER_SEEN for whole in wholes):
        return []
    text = words.plain("button_sign" if awaits else "button_letters")
    value = f"{submission.id}:{submission.version}"
    return [blocks.button(text, SIGN, value, style="primary" if awaits else None)]


def can_mend(wholes: Sequence[Whole]) -> bool:
    """Whether something was sent back or rejected that the customer can change."""
    there = [whole for whole in wholes if whole.registration.status == SubmissionStatus.SUBMITTED]
    return any(card_words.all_of(there).counts[status] for status in _MENDABLE)


def _fix(words: Words, submission: Submission, wholes: Sequence[Whole], fix_action: str) -> list[Block]:
    if not can_mend(wholes):
        return []
    value = f"{submission.id}:{submission.version}"
    return [blocks.button(words.plain("button_fix"), fix_action, value, style="primary")]


def can_withdraw(wholes: Sequence[Whole]) -> bool:
    """Whether something is in review or approved that the customer could give up."""
    there = [whole for whole in wholes if whole.registration.status == SubmissionStatus.SUBMITTED]
    return any(card_words.all_of(there).counts[status] for status in (*OPEN, OperatorStatus.APPROVED))


def _renew(words: Words, wholes: Sequence[Whole], today: date) -> list[Block]:
    if not any(whole.may_be_renewed(today) for whole in wholes):
        return []
    submission = wholes[0].submission
    return [blocks.button(words.plain("button_renew"), RENEW, f"{submission.id}:{submission.version}", style="primary")]


def _withdraw(words: Words, submission: Submission, wholes: Sequence[Whole]) -> list[Block]:
    if not can_withdraw(wholes):
        return []
    return [blocks.button(words.plain("button_withdraw"), WITHDRAW, f"{submission.id}:{submission.version}")]


def _words(voices: Voices, submission: Submission, ticket: Ticket, wholes: Sequence[Whole]) -> Words:
    rules = country(submission.country)
    return voices.slack(
        "registrations/card",
        ticket=number_words(ticket.number),
        title=ticket.title,
        status=voices.state(f"tickets.{ticket.status}"),
        country=rules.name,
        spoken=rules.spoken,
        company=submission.company.get("name") or "",
        submitter=submission.submitted_by,
        submitted_at=submission.submitted_at,
        revision=submission.revision,
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        mendable=can_mend(wholes),
        asked=card_words.all_of(wholes).counts[OperatorStatus.CHANGES_ASKED] > 0,
        lead_time=rules.lead_time.words if ticket.status == Status.OPEN else "",
    )
