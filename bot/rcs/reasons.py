"""Why a request for an agent is sent back or rejected: the list that staff choose from, and what the customer reads."""

from functools import cache
from pathlib import Path

import yaml

from bot.registrations.reasons import NoSuchReason, Reason

FIELDS = {
    "name": "Name",
    "description": "Description",
    "color": "Colour",
    "use_case": "Use case",
    "markets": "Markets",
    "logo": "Logo",
    "hero": "Hero image",
    "privacy": "Privacy policy",
    "terms": "Terms of service",
    "email": "E-mail address",
    "phone": "Phone number",
    "start": "Answer to START",
    "help": "Answer to HELP",
    "stop": "Answer to STOP",
    "message": "First message",
}
"""What a decision can point at, and what can be mended, by its name in a draft's data."""


@cache
def reasons() -> tuple[Reason, ...]:
    """The list, in the order in which it is offered. Read once."""
    listed = yaml.safe_load(Path(__file__).with_name("reasons.yml").read_text("utf-8"))
    return tuple(Reason(code, **words) for code, words in listed.items())


def reason(code: str) -> Reason:
    """The reason of this code. Raises NoSuchReason."""
    found = next((each for each in reasons() if each.code == code), None)
    if found is None:
        raise NoSuchReason(code)
    return found


def reason_words(code: str, words: str = "") -> str:
    """Why, as the customer reads it: the list's sentence, then what a person wrote."""
    sentence = next((each.sentence for each in reasons() if each.code == code), "")
    return " ".join(part for part in (sentence, words.strip()) if part)
