"""Is what was told of one sender ID right? Pure: the wizard's form and a row of the workbook are held to the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.registrations.checks import Finding, check_sender_id
from bot.registrations.countries import Country
from bot.registrations.tables import Company

TEXT_MAX = 1000
TRAFFIC_MAX = 1_000_000_000
FROM_AT_MOST = timedelta(days=365)
"""How far ahead a validity may begin."""
_SUBACCOUNT = re.compile(r"[A-Za-z0-9\-._&]{3,50}")


@dataclass(frozen=True)
class Owner:
    """In whose name it is registered, as far as that is known; ``entity`` is "local" or "international"."""

    company: str = ""
    brand: str = ""
    uen: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and how to mend it. ``field`` is an entry's key, or ``company_id``; ``rule`` names the rule.

    ``proposal``: a value of the field with which the rule holds; empty: none known.
    """

    field: str
    rule: str
    sentence: str
    proposal: str = ""


def owner_of(company: Company | None, entity: object) -> Owner:
    """The owner as a draft knows it."""
    if company is None:
        return Owner(entity=str(entity or ""))
    return Owner(company.name, company.short_name, company.uen, str(entity or ""))


def name_of(entry: Mapping[str, Any]) -> str:
    """The sender ID as it was typed, without blanks around it."""
    return str(entry.get("sender_id") or "").strip()


def findings(entry: Mapping[str, Any], rules: Country, owner: Owner) -> tuple[Finding, ...]:
    """What the country's rules say of an entry's name and text."""
    return check_sender_id(
        rules,
        name_of(entry),
        company=owner.company,
        brand=owner.brand,
        text=str(entry.get("sample_text") or ""),
        entity=owner.entity,
        brandless=bool(entry.get("brandless")),
        uen=owner.uen,
    )


def troubles(entry: Mapping[str, Any], rules: Country | None, owner: Owner, today: date) -> Iterator[Trouble]:
    """Everything that keeps an entry from being submitted, as far as it can be told without looking around."""
    types = {choice.code for choice in rules.message_types} if rules else None
    yield from _told(entry, types)
    yield from _begins(entry, today)
    if rules is not None and name_of(entry):
        yield from _refused(entry, rules, owner)


def _told(entry: Mapping[str, Any], types: set[str] | None) -> Iterator[Trouble]:
    if not name_of(entry):
        yield Trouble("sender_id", "missing", "Type the sender ID.")
    if not _SUBACCOUNT.fullmatch(str(entry.get("subaccount") or "")):
        sentence = "Type the subaccount that will send: 3 to 50 letters, digits, or any of - . _ &."
        yield Trouble("subaccount", "subaccount", sentence)
    if types is not None and entry.get("message_type") not in types:
        yield Trouble("message_type", "message_type", "Choose what kind of messages will be sent.")
    traffic = entry.get("monthly_traffic")
    if not isinstance(traffic, int) or isinstance(traffic, bool) or not 1 <= traffic <= TRAFFIC_MAX:
        sentence = "Tell about how many messages a month: a whole number, at least 1."
        yield Trouble("monthly_traffic", "monthly_traffic", sentence)
    text = str(entry.get("sample_text") or "").strip()
    if not text:
        yield Trouble("sample_text", "missing", "Write a text as your customers will get it.")
    elif len(text) > TEXT_MAX:
        sentence = f"The text has {len(text)} characters; at most {TEXT_MAX} fit. Shorten it."
        yield Trouble("sample_text", "too_long", sentence)


def _begins(entry: Mapping[str, Any], today: date) -> Iterator[Trouble]:
    begins = read_date(entry.get("valid_from"))
    if begins is None:
        yield Trouble("valid_from", "missing", "Choose the day from which the sender ID will be used.")
    elif begins < today and not entry.get("registration_id"):
        yield Trouble("valid_from", "over", f"{begins} is over. Choose today or a later day.", today.isoformat())
    elif begins > today + FROM_AT_MOST:
        sentence = f"{begins} is more than a year ahead. Choose a day until {today + FROM_AT_MOST}."
        yield Trouble("valid_from", "too_far", sentence)


def read_date(typed: object) -> date | None:
    """``2026-11-23``; None for anything else."""
    try:
        return date.fromisoformat(str(typed or ""))
    except ValueError:
        return None


def _refused(entry: Mapping[str, Any], rules: Country, owner: Owner) -> Iterator[Trouble]:
    """What the country's rules say against it."""
    fields = {"company": "company_id", "text": "sample_text", "name": "sender_id"}
    for finding in findings(entry, rules, owner):
        if not finding.ok and finding.level == "error":
            likely = finding.proposal if finding.about == "name" else ""
            sentence = f"{finding.message} Try {likely}." if likely else finding.message
            yield Trouble(fields[finding.about], finding.rule, sentence, finding.proposal)
