"""What staff may do to a carrier's row, and what it becomes by it. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.rcs.rules import CARRIER_MOVES, CarrierStatus
from bot.registrations.rules import ReasonMissing

C = CarrierStatus
WORDS_MAX = 1000


class Act(StrEnum):
    """What is decided of a carrier's row. Only ``amend`` changes a decision that was made."""

    SENT = "sent"
    APPROVE = "approve"
    LIVE = "live"
    ASK = "ask"
    REJECT = "reject"
    AMEND = "amend"
    SUSPEND = "suspend"
    RESUME = "resume"
    STRIKE = "strike"


_UNDECIDED = frozenset({C.UNDER_REVIEW, C.WITH_CARRIER})
_FROM = {
    Act.SENT: frozenset({C.UNDER_REVIEW}),
    Act.APPROVE: _UNDECIDED,
    Act.LIVE: frozenset({C.APPROVED}),
    Act.ASK: _UNDECIDED,
    Act.REJECT: _UNDECIDED | {C.CHANGES_ASKED},
    Act.AMEND: frozenset({C.APPROVED, C.REJECTED}),
    Act.SUSPEND: frozenset({C.LIVE}),
    Act.RESUME: frozenset({C.SUSPENDED}),
    Act.STRIKE: frozenset({C.UNDER_REVIEW, C.WITH_CARRIER, C.CHANGES_ASKED, C.REJECTED, C.APPROVED}),
}
_RESULT = {
    Act.SENT: C.WITH_CARRIER,
    Act.APPROVE: C.APPROVED,
    Act.LIVE: C.LIVE,
    Act.ASK: C.CHANGES_ASKED,
    Act.REJECT: C.REJECTED,
    Act.SUSPEND: C.SUSPENDED,
    Act.RESUME: C.LIVE,
    Act.STRIKE: C.WITHDRAWN,
}
AMENDS_TO = (C.APPROVED, C.CHANGES_ASKED, C.REJECTED)
ASKS_WHY = frozenset({Act.ASK, Act.REJECT, Act.AMEND, Act.SUSPEND, Act.STRIKE})
"""Acts for which staff say why, in words that the customer reads."""
AT_ONCE = (Act.SENT, Act.APPROVE, Act.LIVE, Act.RESUME)
"""Acts that ask for nothing more."""
OF_SEVERAL = (Act.SENT, Act.APPROVE, Act.LIVE, Act.ASK, Act.REJECT)
"""What can be decided of many rows at once."""


def allowed(status: str, act: Act) -> bool:
    """Whether staff may do this to a row in this status."""
    return status in _FROM[act]


@dataclass(frozen=True)
class Decision:
    """What is decided. ``words`` are for the customer, ``item`` is the one of the checklist that they are about."""

    act: Act
    words: str = ""
    item: str = ""
    amended_to: CarrierStatus | None = None

    @property
    def to(self) -> CarrierStatus:
        """The status that it brings. Raises ValueError for an amendment to what no form offers."""
        if self.act is not Act.AMEND:
            return _RESULT[self.act]
        if self.amended_to not in AMENDS_TO:
            raise ValueError(self.amended_to)
        return self.amended_to

    def checked(self) -> None:
        """Raise ReasonMissing, or ValueError for what no form offers."""
        if self.act in ASKS_WHY and not self.words.strip():
            raise ReasonMissing(field="words")
        if len(self.words) > WORDS_MAX:
            raise ValueError(len(self.words))
        assert self.to  # noqa: S101 - an amendment names what is right


def possible(status: str, to: CarrierStatus) -> bool:
    """Whether a row may become so by the table of moves."""
    return to in CARRIER_MOVES[status]
