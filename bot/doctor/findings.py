"""What the doctor finds: one line each, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``warn`` can be lived with, ``fail`` cannot."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """``about`` is a setting's name or a thing's; ``says`` what is so, ``todo`` how to mend it."""

    level: Level
    about: str
    says: str
    todo: str = ""


def ok(about: str, says: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, about, says)


def warn(about: str, says: str, todo: str) -> Finding:
    """Something works less well than it could."""
    return Finding(Level.WARN, about, says, todo)


def fail(about: str, says: str, todo: str) -> Finding:
    """Something does not work."""
    return Finding(Level.FAIL, about, says, todo)


def listed(names: Iterable[str]) -> str:
    """Several names in a sentence, in order."""
    return ", ".join(sorted(names))
