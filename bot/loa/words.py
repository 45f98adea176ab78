"""How letters stand, in words that several of their messages share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.delivery.voices import Voices
from bot.loa import reasons
from bot.loa.moving import copies_of
from bot.loa.rules import LetterStatus
from bot.loa.tables import Letter, SignedCopy
from bot.registrations.countries import Country, country
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.database import Tx

SHORT = 12
"""Digits of a SHA-256 that people are shown."""


@dataclass(frozen=True)
class Asked:
    """A letter with what it is about."""

    letter: Letter
    registration: Registration
    submission: Submission
    operators: tuple[str, ...]
    """Names of those that it is for; none where it is for all."""

    @property
    def rules(self) -> Country:
        """Of its country."""
        return country(self.registration.country)


def asked(tx: Tx, letter: Letter) -> Asked:
    """A letter with what it is about."""
    registration = tx.session.get_one(Registration, letter.registration_id)
    submission = tx.session.get_one(Submission, registration.submission_id)
    return Asked(letter, registration, submission, tuple(letter.data["operators"]) if letter.slot else ())


def stands(voices: Voices, loa: str, signed: int, total: int) -> str:
    """A registration's letters in a few words: "✍️ Sign LOA · 0 of 2 signed"."""
    return voices.text(
        "loa/stands", "stands", status=voices.state(f"loa.{loa}"), signed_count=signed, total_count=total
    )


def stands_of(voices: Voices, loa: str, letters: Sequence[Letter]) -> str:
    """The same, from the letters."""
    signed = sum(letter.status == LetterStatus.ACCEPTED for letter in letters)
    return stands(voices, loa, signed, len(letters))


def reason(voices: Voices, code: str, words: str) -> str:
    """Why a letter is returned, as people read it: the list's sentence, then what a person wrote."""
    sentence = voices.plain("loa/return", f"says_{code}", limit=200) if code in reasons.REASONS else ""
    return " ".join(filter(None, [sentence, words.strip()]))


def findings(voices: Voices, found: Iterable[Mapping[str, Any]], *, but: str = "fine") -> str:
    """What was seen in a signed copy, a sentence each; what is fine is left out."""
    words = [finding(voices, one) for one in found if one["level"] != but]
    return " ".join(words)


def finding(voices: Voices, found: Mapping[str, Any]) -> str:
    """One thing that was seen, in a sentence."""
    values = {"measured": str(found.get("measured") or "")}
    return voices.plain("loa/findings", str(found["rule"]), limit=300, **values)


def refused_because(voices: Voices, copy: SignedCopy) -> str:
    """Why a copy was refused."""
    return copy.trouble or findings(voices, [one for one in copy.findings if one["level"] == "refused"])


def names_of(tx: Tx, letters: Iterable[Letter]) -> list[str]:
    """The sender IDs of letters, in their order."""
    ids = {letter.registration_id for letter in letters}
    wanted = select(Registration.sender_id).where(Registration.id.in_(ids)).order_by(Registration.position)
    return list(tx.session.scalars(wanted))


def operators_of(rows: Iterable[OperatorRow]) -> list[str]:
    """The names of operators, each once."""
    return list(dict.fromkeys(row.name for row in rows))


def accepted_copy(tx: Tx, letter: Letter) -> SignedCopy | None:
    """The copy that counts."""
    return tx.session.get(SignedCopy, letter.copy_id) if letter.copy_id else None


def newest_copy(tx: Tx, letter: Letter) -> SignedCopy | None:
    """The copy that came last."""
    return next(iter(reversed(copies_of(tx, letter.id))), None)
