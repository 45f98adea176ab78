"""What App Home shows of sender IDs: the draft to go on with, what needs the customer, then the latest."""

from collections.abc import Callable, Container

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.registrations import card_words, drafts, wizard
from bot.registrations.countries import country
from bot.registrations.customer_card import RENEW
from bot.registrations.judging import some
from bot.registrations.rules import OperatorStatus
from bot.registrations.service import of_account
from bot.registrations.steps import CARD
from bot.registrations.tables import Draft
from bot.registrations.wholes import Whole
from bot.storage.database import Tx
from bot.tickets.rules import Status, Turn, number_words

_SHOWN = 8
_LOOKED_AT = 50


def section(
    voices: Voices, links: Links, register_action: str, draft_action: str, fix_action: str
) -> Callable[[Tx, Who], list[Block]]:
    """Home's section about sender IDs; empty while there are none. The actions are those of its buttons."""

    def draw(tx: Tx, who: Who) -> list[Block]:
        if who.is_staff or who.account_id is None:
            return []
        draft, every = drafts.latest(tx, who), of_account(tx, who, _LOOKED_AT)
        if draft is None and not every:
            return []
        asked = {one.submission.id for one in every if is_asked(one)}
        waiting = [one for one in every if waits(one, asked) or one.may_be_renewed(tx.now.date())]
        others = [one for one in every if one not in waiting]
        words = voices.slack("registrations/home")
        shown: list[Block] = []
        if draft or waiting:
            shown.append({"type": "header", "text": blocks.plain(words.plain("needs_you"))})
            shown += [draft_line(tx, draft)] if draft else []
            shown += lines(tx, waiting, waiting=True)
        if others:
            shown.append({"type": "header", "text": blocks.plain(words.plain("others"))})
            shown += lines(tx, others, waiting=False)
        return [*shown, blocks.actions([blocks.button(words.plain("button_register"), register_action, "home")])]

    def draft_line(tx: Tx, draft: Draft) -> Block:
        sight = wizard.sight_of(tx, draft)
        words = voices.slack(
            "registrations/home",
            country=sight.rules.name if sight.rules else "",
            company=sight.company.name if sight.company else "",
            names=some([str(each.get("sender_id") or "") for each in sight.entries]),
            changed_at=draft.updated_at,
        )
        button = blocks.button(words.plain("button_continue"), draft_action, draft.id, style="primary")
        return blocks.section("\n".join(words.lines("draft")), accessory=button)

    def lines(tx: Tx, some: list[Whole], *, waiting: bool) -> list[Block]:
        shown, offered = [], set[str]()
        for one in some[:_SHOWN]:
            mend = is_asked(one) and one.submission.id not in offered  # the form mends all of a submission
            offered |= {one.submission.id} if mend else set()
            shown.append(line(tx, one, mend=mend, is_their_turn=waiting and has_turn(one)))
        left = len(some) - len(shown)
        more = [blocks.context(voices.text("registrations/home", "more", more_count=left))] if left > 0 else []
        return [*shown, *more]

    def line(tx: Tx, one: Whole, *, mend: bool, is_their_turn: bool) -> Block:
        status = card_words.status_of(one.roll_up)
        words = voices.slack(
            "registrations/home",
            sender_id=one.registration.sender_id,
            thread=links.find(tx, CARD, one.submission.id, one.submission.channel),
            country=country(one.registration.country).name,
            ticket=number_words(one.ticket.number),
            emoji=voices.state(f"operator.{status}").partition(" ")[0],
            stands=card_words.stands(voices, one.roll_up),
            turn=voices.state("turn.you") if is_their_turn else "",
            turn_since=one.ticket.turn_since,
            submitted_at=one.registration.requested_at,
        )
        fix = blocks.button(words.plain("button_fix"), fix_action, one.submission.id, style="primary")
        renew = blocks.button(words.plain("button_renew"), RENEW, one.registration.id, style="primary")
        beside = fix if mend else renew if one.may_be_renewed(tx.now.date()) else None
        return blocks.section("\n".join(words.lines("registration")), accessory=beside)

    return draw


def waits(one: Whole, asked: Container[str]) -> bool:
    """Whether it needs the customer: an operator asked for changes, or else support asked a question.

    ``asked`` are the submissions in which an operator asked: their other sender IDs need nobody.
    """
    return is_asked(one) if one.submission.id in asked else has_turn(one)


def has_turn(one: Whole) -> bool:
    """Whether the ticket waits for the customer."""
    return one.ticket.status == Status.OPEN and one.ticket.turn == Turn.CUSTOMER


def is_asked(one: Whole) -> bool:
    """Whether an operator asked for changes: the customer can mend it, whatever the others still do."""
    return one.roll_up.counts[OperatorStatus.CHANGES_ASKED] > 0
