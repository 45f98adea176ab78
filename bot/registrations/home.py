"""What App Home shows of sender IDs: the draft to go on with, what needs the customer, and the latest."""

from collections.abc import Container

from sqlalchemy import select

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
from bot.registrations.tables import Draft, Registration
from bot.registrations.wholes import Whole
from bot.storage.database import Tx
from bot.tickets.rules import Status, Turn, number_words

_SHOWN = 8
_LOOKED_AT = 50


class Home:
    """Sender IDs on App Home. The actions are those of its buttons."""

    def __init__(self, voices: Voices, links: Links, register_action: str, draft_action: str, fix_action: str) -> None:
        self._voices = voices
        self._links = links
        self._register_action = register_action
        self._draft_action = draft_action
        self._fix_action = fix_action

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """The draft that a customer has not ended, and what an operator or support asked for."""
        if who.is_staff or who.account_id is None:
            return []
        draft = drafts.latest(tx, who)
        return [*([self._draft_line(tx, draft)] if draft else []), *self._lines(tx, _split(tx, who)[0], waiting=True)]

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """The others, and the button that registers one."""
        if who.is_staff or who.account_id is None:
            return []
        waiting, others = _split(tx, who)
        words = self._voices.slack("registrations/home")
        empty = [] if waiting or others else [blocks.section(words.part("none"))]
        button = blocks.button(words.plain("button_register"), self._register_action, "home")
        return [*empty, *self._lines(tx, others, waiting=False), blocks.actions([button])]

    def begun(self, tx: Tx, who: Who) -> bool:
        """Whether there is a sender ID, or a draft of one."""
        mine = [] if who.is_staff else [Registration.account_id == who.account_id]
        there = tx.session.scalars(select(Registration.id).where(*mine).limit(1)).first() is not None
        return there or (not who.is_staff and drafts.latest(tx, who) is not None)

    def _draft_line(self, tx: Tx, draft: Draft) -> Block:
        sight = wizard.sight_of(tx, draft)
        words = self._voices.slack(
            "registrations/home",
            country=sight.rules.name if sight.rules else "",
            company=sight.company.name if sight.company else "",
            names=some([str(each.get("sender_id") or "") for each in sight.entries]),
            changed_at=draft.updated_at,
        )
        button = blocks.button(words.plain("button_continue"), self._draft_action, draft.id, style="primary")
        return blocks.section("\n".join(words.lines("draft")), accessory=button)

    def _lines(self, tx: Tx, some: list[Whole], *, waiting: bool) -> list[Block]:
        shown, offered = [], set[str]()
        for one in some[:_SHOWN]:
            mend = is_asked(one) and one.submission.id not in offered  # the form mends all of a submission
            offered |= {one.submission.id} if mend else set()
            shown.append(self._line(tx, one, mend=mend, is_their_turn=waiting and has_turn(one)))
        left = len(some) - len(shown)
        more = [blocks.context(self._voices.text("registrations/home", "more", more_count=left))] if left > 0 else []
        return [*shown, *more]

    def _line(self, tx: Tx, one: Whole, *, mend: bool, is_their_turn: bool) -> Block:
        voices, status = self._voices, card_words.status_of(one.roll_up)
        words = voices.slack(
            "registrations/home",
            sender_id=one.registration.sender_id,
            thread=self._links.find(tx, CARD, one.submission.id, one.submission.channel),
            country=country(one.registration.country).name,
            ticket=number_words(one.ticket.number),
            emoji=voices.state(f"operator.{status}").partition(" ")[0],
            stands=card_words.stands(voices, one.roll_up),
            turn=voices.state("turn.you") if is_their_turn else "",
            turn_since=one.ticket.turn_since,
            submitted_at=one.registration.requested_at,
        )
        fix = blocks.button(words.plain("button_fix"), self._fix_action, one.submission.id, style="primary")
        renew = blocks.button(words.plain("button_renew"), RENEW, one.registration.id, style="primary")
        beside = fix if mend else renew if one.may_be_renewed(tx.now.date()) else None
        return blocks.section("\n".join(words.lines("registration")), accessory=beside)


def _split(tx: Tx, who: Who) -> tuple[list[Whole], list[Whole]]:
    """Those that need the customer, and the others."""
    every = of_account(tx, who, _LOOKED_AT)
    asked = {one.submission.id for one in every if is_asked(one)}
    waiting = [one for one in every if waits(one, asked) or one.may_be_renewed(tx.now.date())]
    return waiting, [one for one in every if one not in waiting]


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
