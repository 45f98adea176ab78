"""What App Home shows on top of sender IDs: the draft to go on with, and what needs the customer."""

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices, Words
from bot.registrations import card_words, drafts, needing, wizard
from bot.registrations.countries import country
from bot.registrations.customer_card import RENEW, SIGN
from bot.registrations.judging import some
from bot.registrations.steps import CARD
from bot.registrations.tables import Draft, Registration
from bot.registrations.wholes import Whole
from bot.storage.database import Tx
from bot.tickets.cards import ADD
from bot.tickets.rules import number_words

_SHOWN = 6


class Home:
    """Sender IDs on App Home. The actions are those of its buttons."""

    def __init__(self, voices: Voices, links: Links, draft_action: str, fix_action: str) -> None:
        self._voices = voices
        self._links = links
        self._draft_action = draft_action
        self._fix_action = fix_action

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """The draft that a customer has not ended, and what an operator or support asked for."""
        if who.is_staff or who.account_id is None:
            return []
        draft, found = drafts.latest(tx, who), needing.of_account(tx, who)
        submissions = [one.submission for one in found[:_SHOWN]]
        threads = self._links.find_all(tx, CARD, {each.id: each.channel for each in submissions})
        shown = [self._line(tx, one, threads.get(one.submission.id, "")) for one in found[:_SHOWN]]
        left = len(found) - len(shown)
        more = [blocks.context(self._voices.text("registrations/home", "more", more_count=left))] if left > 0 else []
        return [*([self._draft_line(tx, draft)] if draft else []), *shown, *more]

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

    def _line(self, tx: Tx, one: Whole, thread: str) -> Block:
        voices, status = self._voices, card_words.status_of(one.roll_up)
        words = voices.slack(
            "registrations/home",
            sender_id=one.registration.sender_id,
            thread=thread,
            country=country(one.registration.country).name,
            ticket=number_words(one.ticket.number),
            emoji=voices.state(f"operator.{status}").partition(" ")[0],
            stands=card_words.stands(voices, one.roll_up),
            loa=voices.state(f"loa.{one.registration.loa}") if needing.is_to_sign(one) else "",
            turn=voices.state("turn.you") if needing.has_turn(one) else "",
            turn_since=one.ticket.turn_since,
        )
        return blocks.section("\n".join(words.lines("registration")), accessory=self._button(tx, one, words))

    def _button(self, tx: Tx, one: Whole, words: Words) -> Block:
        """What it needs first: a change, a signature, a renewal, or else an answer."""
        ticket = f"{one.ticket.id}:{one.ticket.version}"
        choices = (
            (needing.is_asked(one), "button_fix", self._fix_action, one.submission.id),
            (needing.is_to_sign(one), "button_sign", SIGN, one.submission.id),
            (one.may_be_renewed(tx.now.date()), "button_renew", RENEW, one.registration.id),
            (True, "button_answer", ADD, ticket),
        )
        _, name, action, value = next(choice for choice in choices if choice[0])
        text = words.plain(name)
        return blocks.button(text, action, value, style="primary", label=f"{text}: {words.plain('label')}")
