"""Why a sender ID is rejected or has to change: the list that staff choose from, and what the customer reads."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Reason:
    """``title`` is what staff choose (at most 75 characters), ``sentence`` what the customer reads, ``field`` where."""

    code: str
    title: str
    sentence: str = ""
    field: str = ""


FIELDS = {
    "sender_id": "Sender ID",
    "sample_text": "Sample text",
    "message_type": "Message type",
    "monthly_traffic": "Monthly traffic",
    "subaccount": "Subaccount",
    "valid_from": "Validity",
    "papers": "Documents",
    "company_id": "Company",
    "industry": "Industry",
    "entity": "Headquarters",
}
"""What a decision can point at, by its name in a draft's data."""


class NoSuchReason(ValueError):
    """A code that is not in the list."""


class ReasonList:
    """Reasons that are kept in a YAML file, by their codes, in the order in which they are offered. Read once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def all(self) -> tuple[Reason, ...]:
        """All of them."""
        listed = yaml.safe_load(self._path.read_text("utf-8"))
        return tuple(Reason(code, **words) for code, words in listed.items())

    def of(self, code: str) -> Reason:
        """The reason of this code. Raises NoSuchReason."""
        found = next((each for each in self.all if each.code == code), None)
        if found is None:
            raise NoSuchReason(code)
        return found

    def words(self, code: str, words: str = "") -> str:
        """Why, as the customer reads it: the list's sentence, then what a person wrote."""
        sentence = next((each.sentence for each in self.all if each.code == code), "")
        return " ".join(part for part in (sentence, words.strip()) if part)


_LIST = ReasonList(Path(__file__).with_name("reasons.yml"))


def reasons() -> tuple[Reason, ...]:
    """The list, in the order in which it is offered."""
    return _LIST.all


def reason(code: str) -> Reason:
    """The reason of this code. Raises NoSuchReason."""
    return _LIST.of(code)


def reason_words(code: str, words: str = "") -> str:
    """Why, as the customer reads it: the list's sentence, then what a person wrote."""
    return _LIST.words(code, words)
