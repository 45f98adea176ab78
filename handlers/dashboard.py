"""``/senderid dashboard``: all sender IDs as text, filtered, sorted, page by page; categories, labels, the export."""

from functools import partial

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.dashboard import choices, exports, queries, queues, weeks
from bot.dashboard.filters import Filters
from bot.dashboard.queries import Page
from bot.dashboard.typed import read
from bot.desk import Desk
from bot.registrations import categories, labels
from handlers import dashboard_forms as forms
from handlers import reply
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of
from handlers.threads import plain_words

_ALL = frozenset({"all", "clear", "everything"})


async def show(desk: Desk, who: Who, words: str, key: str, ack: AsyncAck) -> None:
    """What the words ask for, which is kept; without words, what was asked for last. As files behind "export"."""
    first, _, rest = words.partition(" ")
    if first.lower() == "export":
        filters = _read(rest) if rest else await desk.read(choices.last, who)
        await desk.write(exports.ask, who, filters, key)
        await ack(**_asked(desk))
        return
    if words.strip().lower() == "picture":
        await desk.write(weeks.ask, who, key)
        await ack(**reply.message(desk.voices.text("dashboard/week", "asked")))
        return
    if words:
        filters = _read(words)
        queries.scope(who)
        await desk.write(choices.remember, who, filters)
    else:
        filters = await desk.read(choices.last, who)
    page = await desk.read(queries.page, who, filters)
    await ack(**await _drawn(desk, who, page, is_first=True))


def _read(words: str) -> Filters:
    typed = plain_words(words)
    return Filters() if typed.strip().lower() in _ALL else read(typed)


async def _drawn(desk: Desk, who: Who, page: Page, *, is_first: bool = False) -> Payload:
    account = await desk.read(queries.account_name, who) if who.is_staff else ""
    waiting = await _waiting(desk, who) if is_first and who.is_staff and who.account_id is None else []
    return forms.answer(desk, page, account, for_staff=who.is_staff, waiting=waiting)


async def _waiting(desk: Desk, who: Who) -> list[str]:
    there, loads = await desk.read(queues.queues, who), await desk.read(queues.loads, who)
    return forms.waiting(desk.voices, there, loads)


async def look(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Other filters, or the other view, in place of what is shown; kept as if it had been typed."""
    filters = _read(str(action.get("value") or ""))
    queries.scope(who)
    await desk.write(choices.remember, who, filters)
    shown = await _drawn(desk, who, await desk.read(queries.page, who, filters), is_first=True)
    await ack()
    await reply.replace(desk, body, shown)


async def turn_on(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The next page in place of the one that is shown."""
    shown = await _drawn(desk, who, await desk.read(queries.page, who, *forms.turned(action)))
    await ack()
    await reply.replace(desk, body, shown)


async def turn_back(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """The page before."""
    page = await desk.read(queries.page, who, *forms.turned(action), backwards=True)
    shown = await _drawn(desk, who, page)
    await ack()
    await reply.replace(desk, body, shown)


async def export(desk: Desk, who: Who, action: Payload, body: Payload, key: str, ack: AsyncAck) -> None:
    """What is shown, as files in a direct message."""
    await desk.write(exports.ask, who, _read(str(action.get("value") or "")), key)
    await ack()
    channel = channel_of(body)
    if channel:
        await reply.whisper(desk, body, channel, who.user_id, _asked(desk)["text"])


def _asked(desk: Desk) -> Payload:
    return reply.message(desk.voices.text("dashboard/export", "asked"))


async def ask_category(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask which of the shown sender IDs belong to which category."""
    them = await desk.read(categories.chosen, who, str(action.get("value") or "").split(","))
    await reply.open_view(desk, body, forms.category_form(desk.voices, them, channel_of(body)))
    await ack()


async def set_category(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    ids, typed = forms.category_chosen(view)
    category = await desk.write(categories.categorise, who, ids, typed)
    await ack(response_action="update", view=forms.category_done(desk.voices, category, len(ids)))


async def ask_labels(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask which labels go onto which of the shown sender IDs, and which come off."""
    them = await desk.read(categories.chosen, who, str(action.get("value") or "").split(","))
    await reply.open_view(desk, body, forms.label_form(desk.voices, them, channel_of(body)))
    await ack()


async def set_labels(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    ids, added, taken = forms.labels_chosen(view)
    count = await desk.write(partial(labels.label, add=added, take=taken), who, ids)
    await ack(response_action="update", view=forms.labels_done(desk.voices, count, added))


def register(listen: Listen) -> None:
    """Customers see their account's sender IDs; staff all, or the channel's customer's."""
    listen.command("/senderid dashboard", show, serves=Role.CUSTOMER)
    listen.action(forms.LOOK, look, serves=Role.CUSTOMER)
    listen.action(forms.CLEAR, look, serves=Role.CUSTOMER)
    listen.action(forms.ON, turn_on, serves=Role.CUSTOMER)
    listen.action(forms.BACK, turn_back, serves=Role.CUSTOMER)
    listen.action(forms.EXPORT, export, serves=Role.CUSTOMER)
    listen.action(forms.CATEGORY, ask_category, serves=Role.CUSTOMER)
    listen.view(forms.CATEGORY, set_category, serves=Role.CUSTOMER)
    listen.action(forms.LABELS, ask_labels, serves=Role.CUSTOMER)
    listen.view(forms.LABELS, set_labels, serves=Role.CUSTOMER)
