"""What people tell of a company, tidied and checked field by field: no I/O, no clock."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

import phonenumbers

from bot.registrations import uen
from bot.registrations.problems import Problem

STEP = "company"
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST = {
    "name": 150, "short_name": 60, "officer_name": 100, "officer_title": 100, "officer_email": 254, "website": 300,
    "address_line_1": 150, "address_line_2": 150, "city": 80, "postal_code": 20,
}  # fmt: skip
_NEEDED = {
    "name": "the company's registered name",
    "officer_name": "the name of the officer who signs",
    "officer_title": "the signing officer's title",
    "officer_email": "the signing officer's e-mail address",
    "website": "the company's website",
    "address_line_1": "the street and number",
    "city": "the city",
    "country": "the country",
}


@dataclass(frozen=True)
class CompanyFields:
    """A company as somebody typed it. ``phone`` in any form that its country reads, ``country`` alpha-2."""

    name: str
    officer_name: str
    officer_title: str
    officer_email: str
    website: str
    address_line_1: str
    city: str
    country: str
    short_name: str = ""
    phone: str = ""
    call_from: str = ""
    call_to: str = ""
    uen: str = ""
    address_line_2: str = ""
    postal_code: str = ""

    def tidied(self) -> "CompanyFields":
        """Without stray blanks, and in one spelling: https://, E.164, upper case for codes."""
        plain = {name: " ".join(str(value).split()) for name, value in asdict(self).items()}
        there = CompanyFields(**plain)
        country = there.country.upper()
        website = there.website
        if website and "://" not in website:
            website = f"https://{website}"
        return replace(
            there,
            country=country,
            website=website,
            uen=there.uen.replace(" ", "").upper(),
            phone=_e164(there.phone, country) or there.phone,
        )


def problems(fields: CompanyFields) -> tuple[Problem, ...]:
    """Everything that is wrong with tidied fields."""
    found = {name: f"Tell {what}." for name, what in _NEEDED.items() if not getattr(fields, name)}
    for name, most in _LONGEST.items():
        if len(getattr(fields, name)) > most:
            found.setdefault(name, f"This has {len(getattr(fields, name))} characters; at most {most} fit. Shorten it.")
    for name, sentence in _misshapen(fields):
        found.setdefault(name, sentence)
    return tuple(Problem(STEP, name, sentence) for name, sentence in found.items())


def _misshapen(fields: CompanyFields) -> Iterator[tuple[str, str]]:
    checks: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        ("officer_email", lambda typed: bool(_EMAIL.fullmatch(typed)), "is no e-mail address. Write NAME@COMPANY.COM."),
        ("website", _is_website, "is no website that we can open. Write it as https://COMPANY.COM."),
        ("country", lambda typed: bool(_COUNTRY.fullmatch(typed)), "is no country's code. Write two letters: PH."),
        ("phone", lambda typed: bool(_e164(typed, "")), "is no phone number. Write it with +: +63 917 123 4567."),
        ("call_from", lambda typed: bool(_TIME.fullmatch(typed)), "is no time. Write it as 09:00."),
        ("call_to", lambda typed: bool(_TIME.fullmatch(typed)), "is no time. Write it as 17:30."),
        ("uen", uen.is_valid, "is no UEN: its length or its last letter is wrong. Copy it from ACRA's register."),
    )
    for name, is_right, sentence in checks:
        typed = getattr(fields, name)
        if typed and not is_right(typed):
            yield name, f"“{typed[:60]}” {sentence}"
    if bool(fields.call_from) != bool(fields.call_to):
        missing = "call_to" if fields.call_from else "call_from"
        yield missing, "Tell both times, from and to, or neither."
    elif _TIME.fullmatch(fields.call_from) and _TIME.fullmatch(fields.call_to) and fields.call_from >= fields.call_to:
        yield "call_to", f"The best time to call ends at {fields.call_to}, before it begins. Swap the two."


def _is_website(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "https" and port is None and "@" not in parts.netloc
    return plain and bool(_HOST.fullmatch(parts.hostname or ""))


def _e164(typed: str, country: str) -> str:
    """The number as ``+639171234567``; empty when it is none."""
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return ""
    is_right = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_right else ""
