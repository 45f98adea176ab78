"""The form in which a person chooses what calls them: how it looks, what was chosen, and what that means in words."""

from dataclasses import replace
from typing import Any

from bot.accounts.directory import Profile
from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices, Words
from bot.tickets.quiet import Wish, digest_time, zones
from handlers.payload import Payload, remember
from handlers.senderid_frame import field, modal, select, typed, values

OPEN, SAVE, ZONE = "notices:open", "notices:save", "notices:zone"
_PLACES = ("by_name", "direct", "email")
_OFFERED = 100
_STEP = 30
_HOUR = 60
_DAY = 24 * _HOUR
_MORNING = 7 * _HOUR


def form(voices: Voices, who: Who, profile: Profile, wish: Wish | None, channel: str | None) -> Payload:
    """What can be chosen, with what holds now."""
    zone = profile.tz if profile.tz in zones() else "UTC"
    now = wish or replace(Wish(), zone=zone)
    words = voices.slack("tickets/notices", address=profile.email, slack_zone=zone, staff=who.is_staff)
    body = [
        blocks.section(words.part("intro_staff" if who.is_staff else "intro")),
        field(words, "places", _places(words, profile, now), optional=True),
        field(words, "pace", _pace(words, now)),
        *([] if who.is_staff else [field(words, "weekly", _weekly(words, now), optional=True)]),
        field(words, "quiet_from", select(_hours(words), _minutes(now.quiet_from), "")),
        field(words, "quiet_to", select(_hours(), _minutes(_MORNING if now.quiet_to is None else now.quiet_to), "")),
        field(words, "zone", _zone(words, now.zone)),
        blocks.context(words.part("always")),
    ]
    title, submit = words.plain("title", 24), words.plain("submit", 24)
    return modal(SAVE, remember(channel), title, body, close=words.plain("close", 24), submit=submit)


def _places(words: Words, profile: Profile, now: Wish) -> Block:
    options = {place: blocks.option(words.plain(f"place_{place}"), place) for place in _PLACES}
    if not profile.email:
        options["email"]["description"] = blocks.plain(words.plain("no_address"))
    ticked = [options[place] for place in _PLACES if getattr(now, place)]
    return {"type": "checkboxes", "options": list(options.values())} | ({"initial_options": ticked} if ticked else {})


def _pace(words: Words, now: Wish) -> Block:
    options = [blocks.option(words.plain(f"pace_{pace}"), pace) for pace in ("at_once", "daily")]
    options[1]["description"] = blocks.plain(words.plain("pace_daily_more"))
    return {"type": "radio_buttons", "options": options, "initial_option": options[int(now.digest)]}


def _weekly(words: Words, now: Wish) -> Block:
    options = [blocks.option(words.plain("weekly_on"), "weekly")]
    return {"type": "checkboxes", "options": options} | ({"initial_options": options} if now.weekly else {})


def _hours(words: Words | None = None) -> list[Block]:
    """Every half hour; with ``words`` also none."""
    none = [blocks.option(words.plain("quiet_none"), "none")] if words else []
    return none + [blocks.option(_clock(minute), str(minute)) for minute in range(0, _DAY, _STEP)]


def _minutes(minute: int | None) -> str:
    return "none" if minute is None else str(minute)


def _clock(minute: int) -> str:
    hour, left = divmod(minute, _HOUR)
    return f"{hour:02}:{left:02}"


def _zone(words: Words, zone: str) -> Block:
    element: Block = {"type": "external_select", "action_id": ZONE, "min_query_length": 2}
    element["placeholder"] = blocks.plain(words.plain("zone_placeholder"))
    return element | {"initial_option": blocks.option(zone, zone)}


def zones_like(text: str) -> list[Block]:
    """The options for what was typed: zones whose names have all its words, those with a city first."""
    wanted = text.lower().replace("_", " ").split()
    named = sorted(zones(), key=lambda zone: ("/" not in zone, zone))
    fits = [zone for zone in named if all(word in zone.lower().replace("_", " ") for word in wanted)]
    return [blocks.option(zone, zone) for zone in fits[:_OFFERED]]


def chosen(view: Payload) -> Wish:
    """What was chosen. Raises KeyError or ValueError for what no form of ours sends."""
    entered = values(view)
    ticked = {str(option["value"]) for option in entered["places"].get("selected_options") or ()}
    begins = typed(entered["quiet_from"])
    weekly = entered.get("weekly")
    return Wish(
        by_name="by_name" in ticked,
        direct="direct" in ticked,
        email="email" in ticked,
        digest=typed(entered["pace"]) == "daily",
        quiet_from=None if begins == "none" else int(begins),
        quiet_to=None if begins == "none" else int(typed(entered["quiet_to"])),
        zone=typed(entered["zone"]),
        weekly=weekly is None or bool(weekly.get("selected_options")),
    )


def done(voices: Voices, who: Who, profile: Profile, wish: Wish) -> Payload:
    """What was kept, in words, in place of the form."""
    there = meaning(voices, profile, wish)
    words = voices.slack("tickets/notices", **there)
    parts = ["saved", "means"]
    parts += ["night"] if wish.quiet_from is not None and not wish.digest and there["places"] else []
    parts += [] if who.is_staff else ["urgent", "week"]
    body = [blocks.section(words.part(part)) for part in parts]
    return modal(SAVE, "", words.plain("title", 24), body, close=words.plain("done", 24))


def meaning(voices: Voices, profile: Profile, wish: Wish) -> dict[str, Any]:
    """The values of what a choice means. An e-mail that has no address goes nowhere."""
    email = wish.email and bool(profile.email)
    said = {place: voices.plain("tickets/notices", f"said_{place}", address=profile.email) for place in _PLACES}
    direct = wish.direct or (wish.digest and not email)
    there = {"by_name": wish.by_name and not wish.digest, "direct": direct, "email": email}
    places = [said[place] for place, is_told in there.items() if is_told]
    urgent = there | {"by_name": True, "direct": wish.direct}
    return {
        "digest": wish.digest,
        "places": places,
        "one_place": len(places) == 1,
        "digest_clock": f"{digest_time(wish):%H:%M}",
        "zone": wish.zone,
        "waits_message": wish.by_name or wish.direct,
        "waits_email": email,
        "quiet_from": _clock(wish.quiet_from or 0),
        "quiet_to": _clock(wish.quiet_to or 0),
        "weekly": wish.weekly,
        "urgent": [said[place] for place, is_told in urgent.items() if is_told],
    }
