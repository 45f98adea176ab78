"""What an agent must answer to START, HELP and STOP in the United States, word by word. Pure.

Blanks and line ends may differ; everything else must be as written, but for HELP's contact: there the brand's own phone
number or e-mail address stands. What 8x8's compliance page wants besides is advice, for it contradicts the exact texts.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

import phonenumbers

from bot.rcs.contact_rules import is_email
from bot.rcs.findings import Finding, fails, holds
from bot.rcs.name_rules import tidied

REQUIRED = {
    "start": (
        "Welcome! You are opted in. Msg freq varies. Msg&data rates may apply. Text HELP for help, STOP to cancel."
    ),
    "help": "For support, please call 1-866-879-8647.",
    "stop": (
        "You have successfully unsubscribed. You will no longer receive messages from this agent. "
        "Reply START to resubscribe."
    ),
}
"""Source: 8x8, Agent Registration and Launch, 3. United States, B. Functional Requirements."""
_HELP = re.compile(r"For support, please call (?P<contact>\S.*)\.")
_EXAMPLE = "+18668798647"
_SHOWN = 60  # characters of a word


def judge(texts: Mapping[str, str], name: str = "") -> Iterator[Finding]:
    """``keywords.start`` and so on for the texts that are given by ``start``, ``help`` and ``stop``; then advice."""
    for keyword, text in texts.items():
        yield _exact(keyword, tidied(text))
    for keyword, text in texts.items():
        yield from _advice(keyword, tidied(text), tidied(name))


def _exact(keyword: str, text: str) -> Finding:
    required = REQUIRED[keyword]
    check = f"keywords.{keyword}"
    if not text:
        return fails("error", check, "", required, "keyword_empty", required=required)
    if text == required or (keyword == "help" and _contact(text)):
        return holds(check, text, required)
    place, wanted, found = next(
        (place, wanted, found)
        for place, (wanted, found) in enumerate(zip_longest(required.split(), text.split(), fillvalue=""), 1)
        if wanted != found
    )
    return fails(
        *(
            "error",
            check,
            text,
            required,
            _say(wanted, found),
        ),
        place=str(place),
        wanted=wanted,
        found=found[:_SHOWN],
        required=required,
    )


def _say(wanted: str, found: str) -> str:
    if not found:
        return "keyword_missing"
    return "keyword" if wanted else "keyword_more"


def _contact(text: str) -> str:
    """The number (E.164) or address that this HELP text names; empty when it has another text, or names none."""
    written = _HELP.fullmatch(text)
    if written is None:
        return ""
    if is_email(written["contact"]):
        return written["contact"]
    try:
        number = phonenumbers.parse(written["contact"], "US")
    except phonenumbers.NumberParseException:
        return ""
    is_plain = re.fullmatch(r"[\d\s()+.-]+", written["contact"]) is not None
    if not is_plain or not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _advice(keyword: str, text: str, name: str) -> Iterator[Finding]:
    """What the compliance page wants besides; and the example's number, which is nobody's but 8x8's."""
    if not text:
        return
    if keyword == "help":
        if _contact(text) == _EXAMPLE:
            yield fails("info", "keywords.help.contact", _EXAMPLE, "your own", "help_example")
        if "STOP" not in text.split():
            yield fails("info", "keywords.help.stop", "no STOP", "STOP", "help_stop")
    elif name and name.casefold() not in text.casefold():
        facts = {"keyword": keyword.upper(), "name": name}
        yield fails("info", f"keywords.{keyword}.brand", "no name", name, "keyword_brand", **facts)
