"""Which letters of authorisation a registration needs, and what is on each: from the country's rules and its operators.

No I/O and no clock: numbers and dates are given when a letter is made.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.loa.letter import LetterData
from bot.registrations.countries import country
from bot.registrations.rules import OPEN, OperatorStatus, SubmissionStatus
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Whole

LETTERHEAD = "letterhead"
"""The document that letters are drawn on."""
FOR_ALL = ""
"""The slot of a letter that is for all operators."""
_ENDED = frozenset({OperatorStatus.WITHDRAWN, OperatorStatus.EXPIRED})
_NOT_ON_IT = ("call_from", "call_to")
"""What a company tells that no letter shows."""


@dataclass(frozen=True)
class Wanted:
    """A letter that a registration needs. ``operators`` are the codes of those that it covers.

    ``data`` has no number and no date yet, see ``numbered``.
    """

    registration_id: str
    slot: str
    operators: tuple[str, ...]
    data: LetterData


def letters(whole: Whole, provider: str, letterhead: str = "") -> list[Wanted]:
    """The letters that are needed now, in the order of its operators; none where the country asks for none.

    What operators have decided needs none any more; asked again, it does. ``provider`` is who is authorised,
    ``letterhead`` is the SHA-256 of the picture that they are drawn on.
    """
    loa, asked = country(whole.registration.country).loa, whole.registration
    if asked.status != SubmissionStatus.SUBMITTED or whole.submission.entity not in loa.entities:
        return []
    rows = [row for row in whole.operators if not loa.operators or row.operator in loa.operators]
    rows = [row for row in rows if row.status not in _ENDED]
    groups = {row.operator: [row] for row in rows} if loa.per == "operator" else {FOR_ALL: rows}
    wanted = {slot: some for slot, some in groups.items() if any(row.status in OPEN for row in some)}
    return [
        Wanted(asked.id, slot, tuple(row.operator for row in some), _data(whole, slot, some, provider, letterhead))
        for slot, some in wanted.items()
    ]


def _data(whole: Whole, slot: str, rows: list[OperatorRow], provider: str, letterhead: str) -> LetterData:
    asked = whole.registration
    return LetterData(
        number="",
        dated="",
        country=asked.country,
        entity=whole.submission.entity,
        operator=slot,
        operator_name=rows[0].name if slot else "",
        operators=tuple(row.name for row in rows),
        sender_id=asked.sender_id,
        message_type=asked.message_type,
        sample_text=asked.sample_text,
        monthly_traffic=asked.monthly_traffic,
        valid_from=asked.valid_from.isoformat(),
        valid_till=asked.valid_till.isoformat() if asked.valid_till else "",
        company={name: str(value or "") for name, value in whole.submission.company.items()},
        provider=provider,
        letterhead_sha256=letterhead,
    )


def numbered(data: LetterData, number: str, dated: str) -> dict[str, Any]:
    """All that is on a letter of this number and ISO day, as ``Letter.data`` keeps it."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(replace(data, number=number, dated=dated))))
    return kept


def read(kept: Mapping[str, Any]) -> LetterData:
    """What ``Letter.data`` keeps."""
    return LetterData(**{**kept, "operators": tuple(kept["operators"])})


def says_the_same(kept: Mapping[str, Any], wanted: LetterData) -> bool:
    """Whether a letter that was made says what is wanted now, whatever its number and date are."""
    return _said(kept) == _said(numbered(wanted, "", ""))


def _said(kept: Mapping[str, Any]) -> dict[str, Any]:
    company = {name: value for name, value in kept["company"].items() if name not in _NOT_ON_IT}
    return {**kept, "number": "", "dated": "", "company": company}


def number_of(ticket: int, place: int, revision: int) -> str:
    """What is printed on a letter: its ticket's number, its place among the ticket's letters, and which version."""
    return f"LOA-{ticket:06d}-{place}" + (f"-r{revision}" if revision > 1 else "")
