"""The form that exports message logs: how it looks, and what was put into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.contacts.countries import country_name
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.errors import DeskError
from bot.logs import periods, rules
from bot.logs.periods import Again, Period
from bot.logs.rules import Product, Selection
from bot.logs.service import Order
from bot.logs.tables import LogExport
from handlers import senderid_frame as frame
from handlers.contacts_forms import country_option
from handlers.payload import Payload, remember

EXPORT, PRODUCT, PERIOD = "logs:export", "logs:product", "logs:period"
SUBACCOUNT, COUNTRIES = "logs:subaccount", "logs:countries"
_FORM = "logs/form"
_OPTIONS_MAX = 100
_SUBACCOUNT_MAX = 50
_CLOCK = "%H:%M"


@dataclass(frozen=True)
class Typed:
    """What stands in the form's fields."""

    product: str = Product.SMS
    subaccount: str = ""
    period: str = Period.WEEK
    since: str = ""
    since_time: str = ""
    until: str = ""
    until_time: str = ""
    countries: tuple[str, ...] = ()
    number: str = ""
    limit: str = ""
    channel_user: str = ""
    again: str = Again.ONCE
    place: str = "person"


def as_before(export: LogExport) -> Typed:
    """What was exported before, to begin with."""
    typed = Typed(
        product=export.product,
        subaccount=export.subaccount,
        period=export.period,
        countries=tuple(export.countries),
        number=f"+{export.number}" if export.number else "",
        limit=str(export.limit_count or ""),
        channel_user=export.channel_user,
    )
    if export.period != Period.CHOSEN:
        return typed
    zone = ZoneInfo(export.zone)
    since, until = export.since.astimezone(zone), export.until.astimezone(zone)
    whole = until.time() == time()
    return replace(
        typed,
        since=since.date().isoformat(),
        since_time=f"{since:{_CLOCK}}" if since.time() != time() else "",
        until=(until - timedelta(days=1) if whole else until).date().isoformat(),
        until_time="" if whole else f"{until:{_CLOCK}}",
    )


# How it looks


def form(voices: Voices, typed: Typed, zone: str, channel: str | None, *, foreign: bool = False) -> Payload:
    """The form. ``foreign``: 8x8 said that this is no subaccount of the account."""
    words = voices.slack(_FORM, zone=zone.replace("_", " "), subaccount=typed.subaccount)
    body = [
        frame.field(words, "product", _options(words, PRODUCT, tuple(Product), typed.product), hears=True),
        frame.field(words, "subaccount", _subaccount(words, typed.subaccount)),
        *([blocks.context(words.part("foreign"))] if foreign else []),
        frame.field(words, "period", _options(words, PERIOD, tuple(Period), typed.period, "period_"), hears=True),
        *(_days(words, typed) if typed.period == Period.CHOSEN else []),
        frame.field(words, "countries", _countries(voices, words, typed.countries), optional=True),
        frame.field(words, "number", _text(words, "number", typed.number, 40), optional=True),
        frame.field(words, "limit", _text(words, "limit", typed.limit, 12), optional=True),
    ]
    if typed.product == Product.CHATAPPS:
        user = frame.text(typed.channel_user, most=rules.CHANNEL_USER_MAX)
        body.append(frame.field(words, "channel_user", user, optional=True))
    body.append(frame.field(words, "again", _options(words, "again", tuple(Again), typed.again, "again_")))
    if channel and channel[0] in "CG":
        body.append(frame.field(words, "place", _place(words, typed.place)))
    title, close = words.plain("title", 24), words.plain("close", 24)
    return frame.modal(EXPORT, remember(channel), title, body, close=close, submit=words.plain("submit", 24))


def _options(words: Words, action_id: str, values: Sequence[str], chosen: str, before: str = "") -> Block:
    options = [blocks.option(words.plain(f"{before}{value}"), str(value)) for value in values]
    return frame.select(options, chosen, "") | {"action_id": action_id}


def _subaccount(words: Words, typed: str) -> Block:
    element: Block = {"type": "external_select", "action_id": SUBACCOUNT, "min_query_length": 0}
    element["placeholder"] = blocks.plain(words.plain("placeholder_subaccount", 150))
    return element | ({"initial_option": blocks.option(typed, typed)} if typed else {})


def subaccount_options(voices: Voices, known: Sequence[str], typed: str) -> list[Block]:
    """The known subaccounts that have what was typed, and what was typed itself."""
    text = "".join(typed.split())[:_SUBACCOUNT_MAX]
    found = [blocks.option(each, each) for each in known if text.casefold() in each.casefold()][: _OPTIONS_MAX - 1]
    if text and text not in known:
        found.append(blocks.option(voices.plain(_FORM, "new_subaccount", typed=text), text))
    return found


def _days(words: Words, typed: Typed) -> list[Block]:
    day, hour = blocks.plain(words.plain("placeholder_day", 150)), blocks.plain(words.plain("placeholder_time", 150))

    def picker(name: str, kind: str, value: str, *, optional: bool) -> Block:
        placeholder = day if kind == "date" else hour
        element: Block = {"type": f"{kind}picker", "placeholder": placeholder}
        element |= {f"initial_{kind}": value} if value else {}
        return frame.field(words, name, element, optional=optional)

    return [
        picker("since", "date", typed.since, optional=False),
        picker("since_time", "time", typed.since_time, optional=True),
        picker("until", "date", typed.until, optional=True),
        picker("until_time", "time", typed.until_time, optional=True),
    ]


def _countries(voices: Voices, words: Words, chosen: Sequence[str]) -> Block:
    element: Block = {"type": "multi_external_select", "action_id": COUNTRIES, "min_query_length": 0}
    element["placeholder"] = blocks.plain(words.plain("placeholder_countries", 150))
    element["max_selected_items"] = rules.COUNTRIES_MAX
    known = [country_option(voices, each) for each in chosen if country_name(each) != each]
    return element | ({"initial_options": known} if known else {})


def _text(words: Words, name: str, value: str, most: int) -> Block:
    return frame.text(value, most=most, placeholder=blocks.plain(words.plain(f"placeholder_{name}", 150)))


def _place(words: Words, chosen: str) -> Block:
    options = [blocks.option(words.plain(f"place_{place}"), place) for place in ("person", "channel")]
    initial = options[1 if chosen == "channel" else 0]
    return {"type": "radio_buttons", "options": options, "initial_option": initial}


# What was put into it


def typed_into(view: Payload) -> Typed:
    """What stands in the fields, as it is."""
    found = frame.values(view)
    texts = {name: frame.typed(found.get(name)) for name in Typed.__dataclass_fields__ if name != "countries"}
    picked = (found.get("countries") or {}).get("selected_options") or []
    set_ones: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return replace(Typed(), **set_ones, countries=tuple(option["value"] for option in picked))


def order(typed: Typed, zone: str, now: datetime, channel: str | None) -> tuple[Order | None, dict[str, str]]:
    """What is asked for; or, by field, what is wrong with it."""
    problems: dict[str, str] = {}

    def good(check: Callable[[], Any]) -> Any:
        try:
            return check()
        except DeskError as error:
            problems[str(error.facts["field"])] = error.sentence
            return None

    product, period, again = Product(typed.product), Period(typed.period), Again(typed.again)
    subaccount = good(lambda: rules.checked_subaccount(typed.subaccount))
    number = good(lambda: rules.checked_number(typed.number))
    limit = good(lambda: rules.checked_limit(typed.limit))
    user = good(lambda: rules.checked_channel_user(typed.channel_user, product))
    countries = good(lambda: rules.checked_countries(typed.countries))
    good(lambda: rules.check_repeats(period, again))
    since, until = good(lambda: _span(typed, zone, now)) or (None, None)
    if problems:
        return None, problems
    chosen = Selection(
        product=product,
        subaccount=subaccount,
        period=period,
        zone=zone,
        since=since,
        until=until,
        countries=countries,
        number=number,
        limit=limit,
        channel_user=user,
    )
    return Order(chosen, again, (channel or "") if typed.place == "channel" else ""), {}


def _span(typed: Typed, zone: str, now: datetime) -> periods.Span | None:
    """Chosen days as moments; None for a time that goes along."""
    if typed.period != Period.CHOSEN:
        return None
    since = _moment(typed.since, typed.since_time)
    until = _moment(typed.until, typed.until_time)
    if until is not None and not typed.until_time:
        until += timedelta(days=1)
    return periods.check(periods.chosen(since, until, now, ZoneInfo(zone)), now)


def _moment(day: str, clock: str) -> datetime | None:
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock) if clock else time())


def done(voices: Voices, asked: Order, *, is_new: bool) -> Payload:
    """What the form turns into."""
    again = voices.plain("logs/card", asked.again) if asked.again is not Again.ONCE else ""
    words = voices.slack(_FORM, in_channel=bool(asked.channel), again=again)
    told = [blocks.section(words.part("done" if is_new else "twice"))]
    return frame.modal("logs:done", "", words.plain("title", 24), told, close=words.plain("close", 24))
