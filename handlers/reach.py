"""How many people something reaches, said where it is about to be sent.

A number is that of the members of a channel at this moment, as Slack counts them, without the desk itself; reviewers
are those of the staff's channel. Where Slack does not say, no number is given.
"""

from typing import Literal

from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.desk import Desk


async def of_news(desk: Desk, requester: str, channel: str) -> Block:
    """News for a customer: the person who asked is told, and the channel of the thread can read it."""
    told = desk.voices.text("tickets/reach", "customer", requester=requester)
    return blocks.context(f"{told} {await _read_in(desk, channel)}")


async def of_request(desk: Desk, channel: str | None, what: Literal["support", "submission"] = "support") -> Block:
    """A customer's request: the staff's channel is told; a ``submission`` also tells who submits, by a receipt."""
    count = await desk.people.members(desk.settings.senderdesk_review_channel)
    told = desk.voices.text("tickets/reach", what, reviewers_count=count)
    return blocks.context(f"{told} {await _read_in(desk, channel or '')}")


async def _read_in(desk: Desk, channel: str) -> str:
    """Who reads it besides: a channel's members, or nobody in a direct conversation."""
    if channel[:1] not in ("C", "G"):
        return desk.voices.text("tickets/reach", "read_by_none")
    count = await desk.people.members(channel)
    return desk.voices.text("tickets/reach", "read_in", channel_id=channel, members_count=count)
