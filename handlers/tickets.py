"""Tickets: ``/tickets``, the buttons of their cards, the message shortcut, and their forms."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.desk import Desk
from bot.errors import DeskError
from bot.tickets import cards, service
from bot.tickets.lists import View
from bot.tickets.messages import Drawings
from bot.tickets.rules import Status, Turn, read_number
from bot.tickets.tables import Ticket
from handlers import reach, reply, tickets_story
from handlers import tickets_forms as forms
from handlers.fallback import FormOutOfDate
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload, channel_of, memory, thread_of
from handlers.threads import plain_words

FROM_MESSAGE = "tickets:from_message"


class NoMessage(DeskError):
    """There is no message to make a ticket of. Open a message's menu, and choose it there."""


async def help_me(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """Say what can be done with tickets."""
    words = desk.voices.slack("tickets/answers")
    parts = [words.headline, "\n".join(words.lines("help"))]
    await ack(**reply.message(*parts, *(["\n".join(words.lines("help_staff"))] if who.is_staff else [])))


# Lists


async def list_mine(desk: Desk, who: Who, ack: AsyncAck) -> None:
    """A customer's own open tickets; those that a member of staff looks after."""
    found = await desk.read(service.lines, who, View.MINE)
    await ack(**forms.list_answer(desk, who, View.MINE, found))


async def list_some(desk: Desk, who: Who, command: Payload, ack: AsyncAck) -> None:
    """The tickets that the command's word names."""
    view = View(command["text"].split()[0].lower())
    found = await desk.read(service.lines, who, view)
    await ack(**forms.list_answer(desk, who, view, found))


async def list_account(desk: Desk, who: Who, words: str, ack: AsyncAck) -> None:
    """A customer's open tickets, by part of their name."""
    found = await desk.read(service.lines, who, View.ALL, account=words)
    await ack(**forms.list_answer(desk, who, View.ALL, found))


async def view_chosen(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Another list in place of the one that is shown."""
    view = View((action.get("selected_option") or {}).get("value") or View.MINE)
    found = await desk.read(service.lines, who, view)
    await ack()
    await reply.replace(desk, body, forms.list_answer(desk, who, view, found))


async def show(desk: Desk, who: Who, words: str, ack: AsyncAck) -> None:
    """One ticket with its latest words, for the eyes of the person who asks."""
    ticket = await desk.read(service.by_number, who, read_number(words))
    drawn = Drawings(desk.voices, desk.links)
    card = await desk.read(drawn.staff_card if who.is_staff else drawn.customer_card, ticket)
    said = forms.said(desk.voices, who, await desk.read(service.entries, who, ticket))
    await ack(text=card.text, blocks=[*card.blocks[:-1], *said, card.blocks[-1]])


async def why(desk: Desk, who: Who, words: str, ack: AsyncAck) -> None:
    """Who did what, when, and by which rule."""
    number = read_number(words)
    events = await desk.read(service.why, who, number, features=desk.ticket_features)
    ticket = await desk.read(service.by_number, who, number)
    await ack(**tickets_story.answer(desk.voices, ticket, events))


async def why_clicked(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The same by the card's button, in a modal that only this person sees."""
    ticket = await desk.read(service.of_account, who, _named(action)[0])
    events = await desk.read(service.why, who, ticket.number, features=desk.ticket_features)
    await reply.open_view(desk, body, tickets_story.modal(desk.voices, ticket, events))
    await ack()


# Opening


async def open_one(desk: Desk, who: Who, body: Payload, words: str, key: str, ack: AsyncAck) -> None:
    """Open a ticket with the words behind the command; without words, show the form."""
    who.require_account()
    if not words:
        await open_form(desk, who, body, ack)
        return
    email = (await desk.people.profile(who.user_id)).email
    ticket = await desk.write(service.ask, who, str(channel_of(body)), plain_words(words), key, email=email)
    await ack(**reply.message(desk.voices.text("tickets/answers", "opened", **forms.values_of(ticket))))


async def open_form(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Ask what it is about, by a button anywhere."""
    who.require_account()
    there = await reach.of_request(desk, channel_of(body))
    await reply.open_view(desk, body, forms.open_form(desk.voices, channel_of(body), there))
    await ack()


async def opened(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """The form came: the ticket goes where it was opened, else to the person."""
    place, about = who.channel_id or who.user_id, forms.typed(view, "about")
    email = (await desk.people.profile(who.user_id)).email
    await desk.write(service.ask, who, place, forms.typed(view, "text"), key, about=about or None, email=email)
    await ack()


async def from_message(desk: Desk, who: Who, body: Payload, ack: AsyncAck) -> None:
    """Make a ticket of somebody's message, in the message's own thread."""
    message, channel = body.get("message"), channel_of(body)
    if not message or not channel:
        raise NoMessage
    who.require_account()
    author = str(message.get("user") or who.user_id)
    asks = author if who.is_staff and not message.get("bot_id") else who.user_id
    email = (await desk.people.profile(asks)).email
    ticket = await desk.write(
        service.ask,
        who,
        channel,
        plain_words(str(message.get("text") or "")),
        f"{channel}:{message['ts']}",
        thread_ts=str(thread_of(body) or message["ts"]),
        author=asks,
        email=email,
        features=desk.ticket_features,
    )
    await ack()
    told = desk.voices.text("tickets/answers", "opened", **forms.values_of(ticket))
    await reply.whisper(desk, body, channel, who.user_id, told)


# Words


async def reply_by_command(desk: Desk, who: Who, body: Payload, words: str, key: str, ack: AsyncAck) -> None:
    """Say something to the customer; without words, show the form."""
    number, _, text = words.partition(" ")
    ticket = await desk.read(service.by_number, who, read_number(number))
    if not text:
        await _ask_reply(desk, ticket, body)
        await ack()
        return
    said = await desk.write(service.reply, who, ticket.id, plain_words(text), key)
    part = "sent" if said else "twice"
    await ack(**reply.message(desk.voices.text("tickets/answers", part, **forms.values_of(ticket))))


async def open_reply(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask what the customer is to read."""
    ticket = await desk.read(service.of_account, who, _named(action)[0])
    await _ask_reply(desk, ticket, body)
    await ack()


async def _ask_reply(desk: Desk, ticket: Ticket, body: Payload) -> None:
    there = await reach.of_news(desk, ticket.requester, ticket.channel)
    await reply.open_view(desk, body, forms.words_form(desk.voices, ticket, "reply", channel_of(body), there))


async def open_add(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask what support should know."""
    ticket = await desk.read(service.of_account, who, _named(action)[0])
    await reply.open_view(desk, body, forms.words_form(desk.voices, ticket, "add", channel_of(body)))
    await ack()


async def replied(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """The form came: the words go to the customer's thread."""
    text, turn = forms.typed(view, "text"), forms.turn_chosen(view)
    await desk.write(service.reply, who, _remembered(view), text, key, turn=turn)
    await ack()


async def added(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """The form came: the words go to the thread and to support."""
    await desk.write(service.reply, who, _remembered(view), forms.typed(view, "text"), key)
    await ack()


async def noted(desk: Desk, who: Who, view: Payload, key: str, ack: AsyncAck) -> None:
    """The form came: the words stay among us."""
    await desk.write(service.note, who, _remembered(view), forms.typed(view, "text"), key)
    await ack()


# Moving it on


async def assign(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Look after it."""
    ticket_id, seen = _named(action)
    await desk.write(service.assign, who, ticket_id, seen, who.user_id)
    await ack()


async def solve(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """It is done."""
    ticket_id, seen = _named(action)
    await desk.write(service.settle, who, ticket_id, seen, Status.SOLVED)
    await ack()


async def close(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Nothing more is to be done."""
    ticket_id, seen = _named(action)
    await desk.write(service.settle, who, ticket_id, seen, Status.CLOSED)
    await ack()


async def reopen(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """It is not done after all."""
    ticket_id, seen = _named(action)
    await desk.write(service.settle, who, ticket_id, seen, Status.OPEN)
    await ack()


async def more(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """What the overflow menu offers: whose turn it is, a note, closing without solving."""
    chosen = action.get("selected_option") or {}
    ticket_id, seen = _named(chosen)
    what = chosen["value"].rsplit(":", 1)[-1]
    if what in set(Turn):
        await desk.write(service.pass_on, who, ticket_id, Turn(what))
    elif what == "close":
        await desk.write(service.settle, who, ticket_id, seen, Status.CLOSED)
    elif what == cards.NOTE:
        ticket = await desk.read(service.of_account, who, ticket_id)
        await reply.open_view(desk, body, forms.words_form(desk.voices, ticket, "note", channel_of(body)))
    else:
        raise FormOutOfDate
    await ack()


def _named(action: Payload) -> tuple[str, int]:
    """The ticket that a button speaks of, and the version that the person saw."""
    ticket_id, seen = str(action.get("value") or ":").split(":")[:2]
    if not seen.isdigit():
        raise FormOutOfDate
    return ticket_id, int(seen)


def _remembered(view: Payload) -> str:
    """The ticket that a form speaks of."""
    return memory({"view": view}).get("ticket", "")


def register(listen: Listen) -> None:
    """Customers do with their tickets what is theirs to do; staff all."""
    listen.command("/tickets", list_mine, serves=Role.CUSTOMER)
    listen.command("/tickets help", help_me, serves=EVERYBODY)
    for view in (View.ALL, View.US, View.CUSTOMER, View.OPERATOR, View.ENDED):
        listen.command(f"/tickets {view}", list_some, serves=Role.CUSTOMER)
    listen.command("/tickets overdue", list_some, serves=Role.STAFF)
    listen.command("/tickets account", list_account, serves=Role.STAFF)
    listen.command("/tickets show", show, serves=Role.CUSTOMER)
    listen.command("/tickets why", why, serves=Role.CUSTOMER)
    listen.command("/tickets open", open_one, serves=Role.CUSTOMER)
    listen.command("/tickets reply", reply_by_command, serves=Role.STAFF)
    listen.action(forms.VIEW, view_chosen, serves=Role.CUSTOMER)
    listen.action(forms.OPEN, open_form, serves=Role.CUSTOMER)
    listen.view(forms.OPEN, opened, serves=Role.CUSTOMER)
    listen.shortcut(FROM_MESSAGE, from_message, serves=Role.CUSTOMER)
    listen.action(cards.ADD, open_add, serves=Role.CUSTOMER)
    listen.view(forms.ADD, added, serves=Role.CUSTOMER)
    listen.action(cards.CLOSE, close, serves=Role.CUSTOMER)
    listen.action(cards.REOPEN, reopen, serves=Role.CUSTOMER)
    listen.action(cards.WHY, why_clicked, serves=Role.CUSTOMER)
    listen.action(cards.REPLY, open_reply, serves=Role.STAFF)
    listen.view(forms.REPLY, replied, serves=Role.STAFF)
    listen.view(forms.NOTE, noted, serves=Role.STAFF)
    listen.action(cards.ASSIGN, assign, serves=Role.STAFF)
    listen.action(cards.SOLVE, solve, serves=Role.STAFF)
    listen.action(cards.MORE, more, serves=Role.STAFF)
