"""What is decided on an operator's row, and what follows from it, whoever decided: a person or a feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.transition import Step
from bot.registrations import rules
from bot.registrations.countries import country
from bot.registrations.reasons import reason
from bot.registrations.rules import DECIDED, Act, LoaState, OperatorStatus, ReasonMissing
from bot.registrations.standing import inform, settle_ticket
from bot.registrations.steps import letters_follow, move_all, redraw, write_down
from bot.registrations.tables import OperatorRow, Registration, Submission
from bot.storage.database import Tx

S = OperatorStatus
ACTS = frozenset({Act.SENT, Act.APPROVE, Act.ASK, Act.REJECT, Act.AMEND})
"""What can be decided."""
WORDS_MAX = 1000
_NO_LETTER_WAITS = frozenset({LoaState.NOT_NEEDED, LoaState.ACCEPTED})
_NEEDS_REASON = frozenset({Act.ASK, Act.REJECT, Act.AMEND})


@dataclass(frozen=True)
class Decision:
    """What is decided on rows.

    ``reason`` is a code of the list, ``words`` are for the customer, ``field`` is what they are about (a name in the
    draft's data; without it, the reason's). ``amended_to`` goes with an amendment. ``valid_till``, inclusive, goes with
    an approval, also one that is amended; without it the validity that was asked for counts, see ``approval_ends``.
    """

    act: Act
    reason: str = ""
    words: str = ""
    field: str = ""
    amended_to: OperatorStatus | None = None
    valid_till: date | None = None

    @property
    def to(self) -> OperatorStatus:
        """The status that it brings."""
        return rules.result(self.act, self.amended_to)

    def checked(self) -> None:
        """Raise ReasonMissing, or ValueError for what no form offers."""
        if self.act not in ACTS:
            raise ValueError(self.act)
        if self.reason:
            reason(self.reason)
        if self.act in _NEEDS_REASON and not (self.words.strip() or self.reason not in ("", "other")):
            raise ReasonMissing
        if self.act is Act.AMEND and not self.words.strip():
            raise ReasonMissing
        if len(self.words) > WORDS_MAX:
            raise ValueError(len(self.words))
        rules.result(self.act, self.amended_to)


def apply(
    tx: Tx, rows: Sequence[OperatorRow], decision: Decision, *, who: Who | None, facts: Mapping[str, Any] | None = None
) -> None:
    """Move rows, whoever decided; ``who`` None: the operator itself. What they were before stays in the audit.

    Raises EndIsOver, EndsBeforeItBegins and EndsTooLate for a last day that cannot be.
    """
    to, act = decision.to, "amended" if decision.act is Act.AMEND else str(decision.to)
    by = who.user_id if who else None
    about = reason(decision.reason).field if decision.reason else ""
    values: dict[str, Any] = {"decided_by": by, "reminded_days": None}
    values |= {"reason": decision.reason, "words": decision.words.strip(), "field": decision.field or about}
    values |= {"sent_at" if to is S.WITH_OPERATOR else "decided_at": tx.now}
    ends = _last_days(tx, rows, decision.valid_till) if to is S.APPROVED else {}
    side = {"from_staff": True} if who else {}
    steps = []
    for row in rows:
        end = ends.get(row.registration_id)
        told = _told(row, decision, values["field"], end)
        steps.append(Step(row, values | {"valid_till": end}, {**told, **side, **(facts or {})}))
    because = " ".join(filter(None, [decision.reason, decision.words.strip()]))
    move_all(tx, steps, to, act, by=by, because=because)


def _told(row: OperatorRow, decision: Decision, about: str, ends: date | None) -> dict[str, Any]:
    """What the audit keeps of a row's decision, and of the one before it that is amended."""
    before = {"reason_before": row.reason, "field_before": row.field, "by_before": row.decided_by}
    before |= {"valid_till_before": row.valid_till.isoformat()} if row.valid_till else {}
    told = {"reason": decision.reason, "field": about, **(before if decision.act is Act.AMEND else {})}
    return told | ({"valid_till": ends.isoformat()} if ends else {})


def approval_ends(tx: Tx, asked: Registration) -> date | None:
    """Until when an approval of today is valid where nobody chooses a day; None: without an end."""
    return rules.end_of(asked.valid_till, country(asked.country).validity_days, tx.now.date())


def _last_days(tx: Tx, rows: Sequence[OperatorRow], chosen: date | None) -> dict[str, date | None]:
    """Until when each registration of these rows is approved."""
    return {asked.id: _last_day(tx, asked, chosen) for asked in _registrations(tx, rows)}


def _registrations(tx: Tx, rows: Sequence[OperatorRow]) -> Sequence[Registration]:
    """What these rows belong to."""
    ids = {row.registration_id for row in rows}
    return tx.session.scalars(select(Registration).where(Registration.id.in_(ids))).all()


def _last_day(tx: Tx, asked: Registration, chosen: date | None) -> date | None:
    if chosen is not None:
        rules.check_end(chosen, asked.valid_from, country(asked.country).validity_days, tx.now.date())
    return chosen or approval_ends(tx, asked)


def tell_all(
    tx: Tx, submission: Submission, rows: Sequence[OperatorRow], decision: Decision, who: Who | None, *,
    at_once: bool = False,
) -> None:  # fmt: skip
    """The cards, the ticket, and the customer: once for each registration, or ``at_once`` for all of them."""
    what = "amended" if decision.act is Act.AMEND else "decided"
    side = {"from_staff": True} if who else {}
    by_id = {one.id: one for one in _registrations(tx, rows)}
    told = [list(some) for _, some in groupby(rows, key=lambda row: row.registration_id)]
    for some in [list(rows)] if at_once else told:
        about = by_id[some[0].registration_id]
        key = write_down(tx, about, what, who.user_id if who else None, some, to=str(decision.to), **side)
        inform(tx, submission, key, needs_action=decision.to in {S.CHANGES_ASKED, S.REJECTED})
    touched = [by_id[some[0].registration_id] for some in told]
    redraw(tx, submission, touched)
    if decision.to in DECIDED and any(row.loa not in _NO_LETTER_WAITS for row in rows):
        letters_follow(tx, submission)
    settle_ticket(tx, submission, who)
