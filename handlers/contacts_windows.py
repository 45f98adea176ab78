"""``/contacts groups``, ``find`` and ``batches``: windows on what 8x8 has. A job asks 8x8, and fills them."""

from datetime import timedelta

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.contacts.operations.rules import QUERY_MAX
from bot.contacts.windows import draw, service
from bot.contacts.windows.service import Kind, Sight
from bot.desk import Desk
from handlers import reply
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember
from handlers.senderid_frame import typed, values
from handlers.threads import plain_words

_AFTER_ACK = timedelta(seconds=0.3)
"""Slack shows what the answer to a form holds a moment later; what a job shows must come after that."""


async def open_groups(desk: Desk, who: Who, words: str, body: Payload, ack: AsyncAck) -> None:
    """The account's groups as we know them; 8x8 is asked for newer ones."""
    await _open(desk, who, body, Kind.GROUPS, plain_words(words))
    await ack()


async def open_batches(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """What 8x8 works on and has worked on for the account."""
    await _open(desk, who, body, Kind.BATCHES)
    await ack()


async def open_find(desk: Desk, who: Who, words: str, body: Payload, ack: AsyncAck) -> None:
    """Look a contact up by number or name."""
    await _open(desk, who, body, Kind.FIND, plain_words(words))
    await ack()


async def _open(desk: Desk, who: Who, body: Payload, kind: Kind, query: str = "") -> None:
    """Open the window, and only then have it filled: what is not open cannot be."""
    state = {"query": query[:QUERY_MAX]} if query else {}
    window = await desk.write(service.opened, who, kind, state)
    sight = await desk.read(service.sight, window.id, desk.links)
    if sight is not None:
        await reply.open_view(
            desk, body, view_of(desk, sight, channel_of(body), asking=kind != Kind.FIND or bool(query))
        )
    await desk.write(service.fill, who, window.id, {})


def view_of(desk: Desk, sight: Sight, channel: str | None, *, asking: bool = False) -> Payload:
    """The window as a modal."""
    return draw.Window(desk.voices, sight, asking=asking).draw(remember(channel, window=sight.window.id))


async def search(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """Look for what was typed: among the groups here, for contacts at 8x8."""
    told = memory({"view": view})
    window = await desk.read(service.of_person, who, told.get("window", ""))
    state = {"query": typed(values(view).get("query")), "page": 0, "contact": None}
    asks = window.kind == Kind.FIND
    if asks:
        await desk.write(service.fill, who, window.id, state, after=_AFTER_ACK)
    else:
        await desk.write(service.turn, who, window.id, state)
    sight = await desk.read(service.sight, window.id, desk.links)
    if sight is not None:
        await ack(response_action="update", view=view_of(desk, sight, told.get("channel"), asking=asks))


async def turn(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Another page."""
    told, state = memory(body), {"page": number_in(action)}
    window = await desk.read(service.of_person, who, told.get("window", ""))
    if window.kind == Kind.GROUPS:
        await desk.write(service.turn, who, window.id, state)
        await _redraw(desk, body, window.id, told.get("channel"))
    else:
        await desk.write(service.fill, who, window.id, state)
    await ack()


async def _redraw(desk: Desk, body: Payload, window_id: str, channel: str | None) -> None:
    """Show the window as it stands."""
    sight = await desk.read(service.sight, window_id, desk.links)
    if sight is not None:
        await reply.update_view(desk, body, view_of(desk, sight, channel))


async def choose_type(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Batches of one type, or of all."""
    chosen = (action.get("selected_option") or {}).get("value", "")
    kinds = (*draw.TYPES, "all")
    state = {"type": chosen if chosen in kinds and chosen != "all" else "", "page": 0}
    await desk.write(service.fill, who, memory(body).get("window", ""), state)
    await ack()


async def open_batch(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """All that 8x8 told of a batch."""
    window = await desk.read(service.of_person, who, memory(body).get("window", ""))
    sight = await desk.read(service.sight, window.id, desk.links)
    view = draw.Window(desk.voices, sight).batch(number_in(action)) if sight else None
    if view is not None:
        await reply.push_view(desk, body, view)
    await ack()


async def open_contact(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """One of several contacts that were found."""
    await desk.write(service.fill, who, memory(body).get("window", ""), {"contact": number_in(action)})
    await ack()


def number_in(action: Payload) -> int:
    """The number that a button carries; 0 when it carries none."""
    value = str(action.get("value") or "")
    return int(value) if value.isascii() and value.isdigit() else 0


def register(listen: Listen) -> None:
    """Windows are for customers, and for staff in a customer's channel."""
    listen.command("/contacts groups", open_groups, serves=Role.CUSTOMER)
    listen.command("/contacts batches", open_batches, serves=Role.CUSTOMER)
    listen.command("/contacts find", open_find, serves=Role.CUSTOMER)
    listen.view(draw.CALLBACK[Kind.GROUPS], search, serves=Role.CUSTOMER)
    listen.view(draw.CALLBACK[Kind.FIND], search, serves=Role.CUSTOMER)
    listen.action(draw.TURN_BACK, turn, serves=Role.CUSTOMER)
    listen.action(draw.TURN_ON, turn, serves=Role.CUSTOMER)
    listen.action(draw.TYPE, choose_type, serves=Role.CUSTOMER)
    listen.action(draw.OPEN_BATCH, open_batch, serves=Role.CUSTOMER)
    listen.action(draw.OPEN, open_contact, serves=Role.CUSTOMER)
