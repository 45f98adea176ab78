"""The customer takes back what was submitted: the question before it, and what is answered."""

from collections.abc import Sequence

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.registrations import card_words, withdrawal
from bot.registrations.countries import country
from bot.registrations.customer_card import WITHDRAW
from bot.registrations.wholes import Whole
from bot.tickets.rules import number_words
from handlers import reply
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember

_LISTED = 99
"""Sender IDs to choose from; Slack's select takes a hundred choices."""


async def ask_whether(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Say what follows, and ask what is to be withdrawn; who comes too late is told who was first."""
    left = await desk.read(withdrawal.to_withdraw, who, action["value"].partition(":")[0])
    await reply.open_view(desk, body, form(desk.voices, left, channel_of(body)))
    await ack()


def form(voices: Voices, left: Sequence[Whole], channel: str | None) -> Payload:
    """What can be withdrawn, ``left`` of a submission, and what follows from it."""
    submission, several = left[0].submission, len(left) > 1
    words = voices.slack(
        "registrations/withdraw",
        ticket=number_words(left[0].ticket.number),
        country=country(submission.country).name,
        company=submission.company.get("name") or "",
        several=several,
        approved=card_words.all_of(left).approved > 0,
        count=len(left),
        shown_count=_LISTED,
        sender_id=left[0].registration.sender_id,
        stands=card_words.stands(voices, left[0].roll_up),
    )
    body: list[Block] = [blocks.section(words.headline)]
    if several:
        picker = frame.select(_choices(voices, left), None, words.plain("what_placeholder"))
        body.append(frame.field(words, "what", picker))
    else:
        body.append(blocks.section(words.part("one")))
    body += [blocks.context(words.part("more"))] if len(left) > _LISTED else []
    body.append(blocks.section("\n".join(words.lines("follows"))))
    only = "" if several else _named(left[0])
    title, submit = words.plain("title", 24), words.plain("submit", 24)
    told = remember(channel, **({"what": only} if only else {}))
    return frame.modal(WITHDRAW, told, title, body, close=words.plain("close", 24), submit=submit)


def _choices(voices: Voices, left: Sequence[Whole]) -> list[Block]:
    submission = left[0].submission
    every = voices.plain("registrations/withdraw", "all", count=len(left))
    options = [blocks.option(every, f"{submission.id}:{submission.version}")]
    for whole in left[:_LISTED]:
        stands = card_words.stands(voices, whole.roll_up)
        name = whole.registration.sender_id
        text = voices.plain("registrations/withdraw", "option", sender_id=name, stands=stands)
        options.append(blocks.option(text, _named(whole)))
    return options


def _named(whole: Whole) -> str:
    return f"{whole.registration.id}:{whole.registration.version}"


async def withdrawn(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The answer is yes. The cards and both threads tell it."""
    named = memory({"view": view}).get("what") or frame.typed(frame.values(view).get("what"))
    id_, _, seen = named.partition(":")
    if not seen.isdigit():
        raise FormOutOfDate
    await desk.write(withdrawal.withdraw, who, id_, int(seen))
    await ack()


def register(listen: Listen) -> None:
    """For customers, on the card of what they submitted."""
    listen.action(WITHDRAW, ask_whether, serves=Role.CUSTOMER)
    listen.view(WITHDRAW, withdrawn, serves=Role.CUSTOMER)
