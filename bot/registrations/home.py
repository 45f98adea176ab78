"""What App Home shows of sender IDs: the draft to go on with, what needs the customer, then the latest."""

from collections.abc import Callable

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.registrations import drafts, wizard
from bot.registrations.countries import country
from bot.registrations.rules import OperatorStatus
from bot.registrations.service import of_account
from bot.registrations.steps import CARD
from bot.registrations.tables import Draft
from bot.registrations.wholes import Whole
from bot.storage.database import Tx
from bot.tickets.rules import number_words

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
        waiting = [one for one in every if is_asked(one)]
        others = [one for one in every if one not in waiting]
        words = voices.slack("registrations/home")
        shown: list[Block] = []
        if draft or waiting:
            shown.append({"type": "header", "text": blocks.plain(words.plain("needs_you"))})
            shown += [draft_line(tx, draft)] if draft else []
            shown += [line(tx, one) for one in waiting[:_SHOWN]]
        if others:
            shown.append({"type": "header", "text": blocks.plain(words.plain("others"))})
            shown += [line(tx, one) for one in others[:_SHOWN]]
        return [*shown, blocks.actions([blocks.button(words.plain("button_register"), register_action, "home")])]

    def draft_line(tx: Tx, draft: Draft) -> Block:
        sight = wizard.sight_of(tx, draft)
        words = voices.slack(
            "registrations/home",
            country=sight.rules.name if sight.rules else "",
            company=sight.company.name if sight.company else "",
            names=", ".join(str(each.get("sender_id") or "") for each in sight.entries),
            changed_at=draft.updated_at,
        )
        button = blocks.button(words.plain("button_continue"), draft_action, draft.id, style="primary")
        return blocks.section("\n".join(words.lines("draft")), accessory=button)

    def line(tx: Tx, one: Whole) -> Block:
        words = voices.slack(
            "registrations/home",
            sender_id=one.registration.sender_id,
            thread=links.find(tx, CARD, one.submission.id, one.submission.channel),
            country=country(one.registration.country).name,
            ticket=number_words(one.ticket.number),
            approved_count=one.roll_up.approved,
            total_count=one.roll_up.total,
            asked_count=one.roll_up.counts[OperatorStatus.CHANGES_ASKED],
            requested_on=one.registration.requested_at,
        )
        fix = blocks.button(words.plain("button_fix"), fix_action, one.submission.id, style="primary")
        return blocks.section("\n".join(words.lines("registration")), accessory=fix if is_asked(one) else None)

    return draw


def is_asked(one: Whole) -> bool:
    """Whether an operator asked for changes: the customer can mend it, whatever the others still do."""
    return one.roll_up.counts[OperatorStatus.CHANGES_ASKED] > 0
