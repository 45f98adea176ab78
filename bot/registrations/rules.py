"""What may happen to a registration, as pure decisions: no I/O, no clock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.errors import DeskError, NotAllowed
from bot.tickets.rules import Turn, next_turn

SENDER_IDS_MAX = 10
"""What is added by hand in the wizard; more come by workbook."""
SUBMISSION_MAX = 200
"""In one submission, and so in one workbook: staff get a card for each, about one a second."""
ENDS_AT_MOST = timedelta(days=5 * 365)
"""How far ahead a validity may end in a country whose rules say nothing."""
REMINDERS = (60, 30, 7)
"""Days before the end of a validity when its owner is reminded."""


class PaperStatus(StrEnum):
    """Where a document stands."""

    FETCHING = "fetching"
    KEPT = "kept"
    REFUSED = "refused"


class SubmissionStatus(StrEnum):
    """Of a submission and of each registration in it; all else is rolled up from the operators' rows."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class OperatorStatus(StrEnum):
    """Where one operator's decision stands. 8x8's portal calls the first one Pending as well."""

    UNDER_REVIEW = "under_review"
    WITH_OPERATOR = "with_operator"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class LoaState(StrEnum):
    """What a registration's letters of authorisation come to, as the LOA feature last wrote it down."""

    NOT_NEEDED = "not_needed"
    DRAWING = "drawing"
    STUCK = "stuck"
    TO_RELEASE = "to_release"
    READY = "ready"
    CHECKING = "checking"
    DOUBTFUL = "doubtful"
    RETURNED = "returned"
    ACCEPTED = "accepted"


LOA_ORDER = {state: place for place, state in enumerate(LoaState)}
"""Lists that are sorted by the letter go as letters go on. The database has it: a new state must renew it there."""
AWAITS_SIGNATURE = frozenset({LoaState.READY, LoaState.RETURNED})
"""The customer must sign before an operator can be asked."""

S = OperatorStatus
SUBMISSION_MOVES: dict[str, frozenset[str]] = {
    SubmissionStatus.SUBMITTED: frozenset({SubmissionStatus.WITHDRAWN}),
    SubmissionStatus.WITHDRAWN: frozenset(),
}
PAPER_MOVES: dict[str, frozenset[str]] = {
    PaperStatus.FETCHING: frozenset({PaperStatus.KEPT, PaperStatus.REFUSED}),
    PaperStatus.KEPT: frozenset({PaperStatus.REFUSED}),
    PaperStatus.REFUSED: frozenset({PaperStatus.FETCHING}),
}
MOVES: dict[str, frozenset[str]] = {
    S.UNDER_REVIEW: frozenset({S.WITH_OPERATOR, S.APPROVED, S.CHANGES_ASKED, S.REJECTED, S.WITHDRAWN}),
    S.WITH_OPERATOR: frozenset({S.APPROVED, S.CHANGES_ASKED, S.REJECTED, S.WITHDRAWN}),
    S.CHANGES_ASKED: frozenset({S.UNDER_REVIEW, S.REJECTED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.APPROVED, S.EXPIRED, S.CHANGES_ASKED, S.REJECTED, S.WITHDRAWN}),
    S.REJECTED: frozenset({S.UNDER_REVIEW, S.APPROVED, S.CHANGES_ASKED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset({S.UNDER_REVIEW, S.WITHDRAWN}),
}


class Act(StrEnum):
    """What somebody does to an operator's row. Only ``amend`` changes a decision that was made."""

    SENT = "sent"
    APPROVE = "approve"
    ASK = "ask"
    REJECT = "reject"
    AMEND = "amend"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class By(StrEnum):
    """Who does it."""

    CUSTOMER = "customer"
    STAFF = "staff"
    OPERATOR = "operator"
    CLOCK = "clock"


OPEN = frozenset({S.UNDER_REVIEW, S.WITH_OPERATOR, S.CHANGES_ASKED})
UNDECIDED = frozenset({S.UNDER_REVIEW, S.WITH_OPERATOR})
DECIDED = frozenset({S.APPROVED, S.REJECTED})
ENDED_BY_US = frozenset({S.WITHDRAWN, S.EXPIRED})
"""No operator has a say in these."""
_RESULT = {
    Act.SENT: S.WITH_OPERATOR,
    Act.APPROVE: S.APPROVED,
    Act.ASK: S.CHANGES_ASKED,
    Act.REJECT: S.REJECTED,
    Act.RESUBMIT: S.UNDER_REVIEW,
    Act.WITHDRAW: S.WITHDRAWN,
    Act.EXPIRE: S.EXPIRED,
}
_FROM = {
    Act.SENT: frozenset({S.UNDER_REVIEW}),
    Act.APPROVE: UNDECIDED,
    Act.ASK: UNDECIDED,
    Act.REJECT: UNDECIDED | {S.CHANGES_ASKED},
    Act.AMEND: DECIDED,
    Act.RESUBMIT: frozenset({S.CHANGES_ASKED, S.REJECTED}),
    Act.WITHDRAW: frozenset(OperatorStatus) - {S.WITHDRAWN},
    Act.EXPIRE: frozenset({S.APPROVED}),
}
_WHO = {
    Act.SENT: {By.STAFF, By.OPERATOR},
    Act.APPROVE: {By.STAFF, By.OPERATOR},
    Act.ASK: {By.STAFF, By.OPERATOR},
    Act.REJECT: {By.STAFF, By.OPERATOR},
    Act.AMEND: {By.STAFF},
    Act.RESUBMIT: {By.CUSTOMER, By.STAFF},
    Act.WITHDRAW: {By.CUSTOMER, By.STAFF},
    Act.EXPIRE: {By.CLOCK},
}
AMENDS_TO = frozenset({S.APPROVED, S.CHANGES_ASKED, S.REJECTED})


class OwnSubmission(NotAllowed):
    """You submitted this yourself, so a colleague must decide on it. Ask one of them in this thread."""


class EndIsOver(DeskError):
    """{end} is over. Choose today or a later day."""


class EndsBeforeItBegins(DeskError):
    """It is valid from {begins} on, so it cannot end on {end}. Choose that day or a later one."""


class EndsTooLate(DeskError):
    """{end} is too far ahead: {latest} is the last day that can be. Look at the year."""


class ReasonMissing(DeskError):
    """Say why: the customer reads it and must know what to change. Pick a reason, and add a few words."""


def allowed(status: str, act: Act, by: By) -> bool:
    """Whether this may be done to an operator's row in this status, by such a one."""
    return by in _WHO[act] and status in _FROM[act]


def result(act: Act, amended_to: OperatorStatus | None = None) -> OperatorStatus:
    """The status after it. ``amended_to``: what an amendment makes of the row."""
    if act is Act.AMEND:
        if amended_to not in AMENDS_TO:
            raise ValueError(amended_to)
        return OperatorStatus(amended_to)
    return _RESULT[act]


def may_decide(user_id: str, submitted_by: str) -> None:
    """Raise OwnSubmission: nobody decides on what they submitted."""
    if user_id == submitted_by:
        raise OwnSubmission


@dataclass(frozen=True)
class RollUp:
    """A registration as one line: how many operators there are, and how many in each status."""

    total: int
    counts: Counter[str]

    @property
    def approved(self) -> int:
        """How many operators approved."""
        return self.counts[S.APPROVED]


_TURNS = {
    S.UNDER_REVIEW: Turn.US,
    S.WITH_OPERATOR: Turn.OPERATOR,
    S.CHANGES_ASKED: Turn.CUSTOMER,
    S.APPROVED: Turn.NOBODY,
    S.REJECTED: Turn.NOBODY,
    S.WITHDRAWN: Turn.NOBODY,
    S.EXPIRED: Turn.NOBODY,
}


def roll_up(statuses: Iterable[str]) -> RollUp:
    """What a registration's, or a whole submission's, operators come to."""
    counts = Counter(statuses)
    return RollUp(counts.total(), counts)


def turn_of(rows: Iterable[tuple[str, str]]) -> Turn:
    """Whose turn it is by operators' rows: each with its status, and what its registration's letters come to."""
    return next_turn(
        Turn.CUSTOMER if status in UNDECIDED and loa in AWAITS_SIGNATURE else _TURNS[OperatorStatus(status)]
        for status, loa in rows
    )


def is_ending(status: str, valid_till: date | None, today: date) -> bool:
    """Whether an operator's approval is over, or ends soon enough to be renewed."""
    if status == S.EXPIRED:
        return True
    return status == S.APPROVED and valid_till is not None and valid_till <= today + timedelta(days=REMINDERS[0])


def valid_till(valid_from: date, days: int | None) -> date | None:
    """The last valid day, inclusive: 365 days from 2024-12-10 end on 2025-12-09. None where a country has no end."""
    return valid_from + timedelta(days=days - 1) if days else None


def end_of(asked_till: date | None, days: int | None, today: date) -> date | None:
    """The last day of an approval for which nobody said one: what was asked for, or if that is over, from today on."""
    return valid_till(today, days) if asked_till is not None and asked_till < today else asked_till


def check_end(end: date, begins: date, days: int | None, today: date) -> None:
    """Raise EndIsOver, EndsBeforeItBegins or EndsTooLate for a last day that somebody chose."""
    latest = max(begins, today) + (timedelta(days=days) if days else ENDS_AT_MOST)
    told = {name: f"{day:%-d %B %Y}" for name, day in {"end": end, "begins": begins, "latest": latest}.items()}
    if end < today:
        raise EndIsOver(field="valid_till", **told)
    if end < begins:
        raise EndsBeforeItBegins(field="valid_till", **told)
    if end > latest:  # sources differ by a day in what a year is, so one day more than the rule is taken
        raise EndsTooLate(field="valid_till", **told)
