"""How registrations stand, in words that several of their messages share."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from bot.delivery.voices import Voices
from bot.registrations.countries import country
from bot.registrations.reasons import FIELDS, reason_words
from bot.registrations.rules import UNDECIDED, LoaState, OperatorStatus, RollUp, roll_up
from bot.registrations.tables import OperatorRow
from bot.registrations.wholes import Kin, Whole
from bot.tickets.rules import number_words

S = OperatorStatus
_FIRST = (S.CHANGES_ASKED, S.UNDER_REVIEW, S.WITH_OPERATOR, S.APPROVED, S.REJECTED, S.EXPIRED, S.WITHDRAWN)
"""What a registration is called by when its operators say different things: what needs somebody first."""
_UNTOLD = (S.UNDER_REVIEW, S.WITH_OPERATOR)
"""What "0 of 3 approved" does not tell apart."""
_LETTER_WAITS = frozenset(LoaState) - {LoaState.NOT_NEEDED, LoaState.ACCEPTED}
_EXPLAINED = (S.CHANGES_ASKED, S.REJECTED)
"""What the customer must be told the reason of."""


def stands(voices: Voices, rolled: RollUp) -> str:
    """A registration in a line: "3 of 5 approved, 1 asks for changes"."""
    return voices.slack("registrations/stands", **_counts(rolled)).headline


def _counts(rolled: RollUp) -> dict[str, Any]:
    return {
        "approved_count": rolled.approved,
        "total_count": rolled.total,
        "asked_count": rolled.counts[S.CHANGES_ASKED],
        "rejected_count": rolled.counts[S.REJECTED],
        "expired_count": rolled.counts[S.EXPIRED],
        "withdrawn_count": rolled.counts[S.WITHDRAWN],
    }


def status_of(rolled: RollUp) -> OperatorStatus:
    """The status that matters most among a registration's operators."""
    return next((status for status in _FIRST if rolled.counts[status]), S.WITHDRAWN)


def why(row: OperatorRow) -> str:
    """Why an operator's row stands as it does; empty where nobody said."""
    return reason_words(row.reason, row.words)


def field_name(row: OperatorRow) -> str:
    """What the reason is about, as the form calls it."""
    return FIELDS.get(row.field, "")


def one(voices: Voices, whole: Whole, threads: Mapping[str, str], *, operators: bool = True) -> str:
    """A sender ID with how it stands, what it goes on with, and a line for each operator.

    ``threads`` are the addresses of other submissions' threads, by their ids.
    """
    status = status_of(whole.roll_up)
    emoji, _, word = voices.state(f"operator.{status}").partition(" ")
    first = voices.text(
        "registrations/stands",
        "one",
        emoji=emoji,
        sender_id=whole.registration.sender_id,
        stands=stands(voices, whole.roll_up),
        status=word if status in _UNTOLD and not operators else "",
    )
    named = {"category": whole.registration.category, "labels": whole.registration.labels}
    about = [voices.text("registrations/stands", "named", **named)] if any(named.values()) else []
    letters = [_letters(voices, whole)] if whole.registration.loa != LoaState.NOT_NEEDED else []
    kin = {"renews": whole.renews, "renewed_by": whole.renewed_by}
    lines = [_kin(voices, part, other, threads) for part, other in kin.items() if other]
    lines += [_operators(voices, same) for same in _alike(whole.operators)] if operators else []
    return voices.marks.fit(Markup("\n").join(Markup(line) for line in [first, *about, *letters, *lines]), 2900)  # noqa: S704 by the voice


def _letters(voices: Voices, whole: Whole) -> str:
    """Where its letters of authorisation stand, and how many of them are signed."""
    asked = [row for row in whole.operators if row.loa != LoaState.NOT_NEEDED]
    total = len(asked) if country(whole.registration.country).loa.per == "operator" else 1
    signed = sum(row.loa == LoaState.ACCEPTED for row in asked[:total])
    state = voices.state(f"loa.{whole.registration.loa}")
    return voices.text("registrations/stands", "loa", status=state, signed_count=signed, total_count=total)


def _kin(voices: Voices, part: str, other: Kin, threads: Mapping[str, str]) -> str:
    values = {"ticket": number_words(other.ticket.number), "thread": threads.get(other.submission.id, "")}
    return voices.text("registrations/stands", part, **values)


def _alike(rows: Sequence[OperatorRow]) -> list[list[OperatorRow]]:
    """The rows in their order; those that ask for the same, or reject for the same reason, come together."""
    together: dict[object, list[OperatorRow]] = {}
    for row in rows:
        same = (row.status, why(row), row.field) if row.status in _EXPLAINED else row.id
        together.setdefault(same, []).append(row)
    return list(together.values())


def _operators(voices: Voices, rows: Sequence[OperatorRow]) -> str:
    row = rows[0]
    asked = row.status in _EXPLAINED
    return voices.text(
        "registrations/stands",
        "operator",
        operators=[each.name for each in rows],
        status=voices.state(f"operator.{row.status}"),
        valid_till=row.valid_till if row.status == S.APPROVED else None,
        why=why(row) if asked else "",
        field=field_name(row) if asked else "",
        loa=voices.state(f"loa.{row.loa}") if row.status in UNDECIDED and row.loa in _LETTER_WAITS else "",
    )


def all_of(wholes: Sequence[Whole]) -> RollUp:
    """What all operators of several registrations come to."""
    return roll_up(row.status for whole in wholes for row in whole.operators)
