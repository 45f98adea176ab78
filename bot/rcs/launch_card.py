"""The customer's card of a launch: the root of its ticket's thread. No staff's name or button is in it."""

from collections.abc import Sequence
from itertools import groupby

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.outbox import SlackCard
from bot.delivery.voices import Voices, Words
from bot.rcs.customer_card import use_case_words
from bot.rcs.launch_words import FIX, LAUNCH, fix_value, stands_words
from bot.rcs.launching import Whole
from bot.rcs.regions import region_name
from bot.rcs.rules import CarrierStatus, LaunchStatus
from bot.rcs.tables import CarrierRow
from bot.tickets.cards import customer_buttons
from bot.tickets.rules import Status, Turn, number_words
from bot.tickets.tables import Ticket

WITHDRAW, USE_CASE = "launch:withdraw", "launch:use_case"
CARD = "rcs/launch/card"
C = CarrierStatus
MENDABLE = frozenset({C.CHANGES_ASKED, C.REJECTED})
OPEN = frozenset({C.UNDER_REVIEW, C.WITH_CARRIER, C.CHANGES_ASKED, C.APPROVED})
_SAYS_WHY = frozenset({C.CHANGES_ASKED, C.REJECTED, C.SUSPENDED})
_SHOWN = 40


def launch_card(voices: Voices, there: Whole, ticket: Ticket, *, before: str) -> SlackCard:
    """Where the launch stands with each carrier, and what the customer can do. ``before``: the use case it replaces."""
    launch = there.launch
    words = voices.slack(
        CARD,
        ticket=number_words(ticket.number),
        name=there.agent.name,
        stands=stands_words(voices, there.rows),
        turn_since=ticket.turn_since,
        due_at=ticket.due_at,
        use_case=use_case_words(launch.use_case),
        before=before,
        repeats=[region_name(code) for code in launch.repeats],
        submitter=launch.submitted_by,
        submitted_at=launch.submitted_at,
        revision=launch.revision,
    )
    stands = words.part(_part(there, ticket))
    body = [blocks.section(words.headline), blocks.section(stands)]
    body += [blocks.section(words.part("change"))] if before else []
    body += region_blocks(voices, there.rows)
    body += [blocks.context(words.part("repeats"))] if launch.repeats else []
    body += [blocks.section(words.part("suspended"))] if there.of({C.SUSPENDED}) else []
    body += [blocks.section(words.part("live"))] if there.of({C.LIVE}) else []
    body += [blocks.context(words.part("about")), blocks.context(words.part("usual"))]
    body.append(blocks.actions([*_mine(words, there), *customer_buttons(voices, ticket)]))
    return SlackCard(f"{words.headline} — {stands}", body)


def _part(there: Whole, ticket: Ticket) -> str:
    """The part of the template that says whose turn it is, or how it ended."""
    if there.launch.status == LaunchStatus.WITHDRAWN:
        return "withdrawn"
    if ticket.status != Status.OPEN:
        return str(ticket.status)
    return "mend" if ticket.turn == Turn.CUSTOMER and there.of({C.CHANGES_ASKED}) else str(ticket.turn)


def region_blocks(voices: Voices, rows: Sequence[CarrierRow]) -> list[Block]:
    """Region by region, what each carrier says, and why."""
    shown: list[Block] = []
    for region, some in groupby(
        sorted(rows[:_SHOWN], key=lambda row: (row.position, row.id)), key=lambda row: row.region
    ):
        mine = list(some)
        lines = [voices.text(CARD, "region", region=region_name(region)), *(_line(voices, row) for row in mine)]
        shown.append(blocks.section("\n".join(lines)))
        whys = dict.fromkeys(row.words for row in mine if row.words and row.status in _SAYS_WHY)
        shown += [blocks.section(voices.text(CARD, "why", why=why)) for why in whys]
    return shown


def _line(voices: Voices, row: CarrierRow) -> str:
    live_at = row.live_at if row.status == C.LIVE else None
    return voices.text(CARD, "row", carrier=row.name, status=voices.state(f"carrier.{row.status}"), live_at=live_at)


def _mine(words: Words, there: Whole) -> list[Block]:
    launch, shown = there.launch, []
    if there.of(MENDABLE):
        shown.append(blocks.button(words.plain("button_fix"), FIX, fix_value(launch), style="primary"))
    if there.of({C.LIVE, C.SUSPENDED}):
        shown.append(blocks.button(words.plain("button_region"), LAUNCH, launch.agent_id))
        shown.append(blocks.button(words.plain("button_use_case"), USE_CASE, launch.agent_id))
    else:
        shown.append(blocks.button(words.plain("button_checklist"), LAUNCH, launch.agent_id))
    if there.of(OPEN | MENDABLE):
        ask = blocks.confirm(
            words.plain("withdraw_title", blocks.CONFIRM_TITLE_MAX),
            words.plain("withdraw_text", blocks.CONFIRM_TEXT_MAX),
            words.plain("withdraw_yes", blocks.CONFIRM_BUTTON_MAX),
            words.plain("withdraw_no", blocks.CONFIRM_BUTTON_MAX),
            style="danger",
        )
        shown.append(blocks.button(words.plain("button_withdraw"), WITHDRAW, fix_value(launch), confirm=ask))
    return shown
