"""What may happen to an agent, its pictures, testers, launch items and launches: no I/O, no clock."""

from collections.abc import Iterable
from enum import StrEnum

from bot.errors import NotAllowed
from bot.tickets.rules import Turn, next_turn

TESTERS_MOST = 200
"""Invited numbers of one agent in all."""
INVITES_A_DAY = 20
"""Invites of one agent in a day; beyond both Google answers 429 RESOURCE_EXHAUSTED."""


class AgentStatus(StrEnum):
    """Where the request for an agent stands. Whether it is live is rolled up from the carriers' rows."""

    REQUESTED = "requested"
    CHANGES_ASKED = "changes_asked"
    CREATED = "created"
    """8x8 made it: it can be launched."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PictureStatus(StrEnum):
    """Where a logo or hero that came stands."""

    FETCHING = "fetching"
    CHECKING = "checking"
    FINE = "fine"
    """It can be sent in, with or without warnings."""
    BAD = "bad"
    """It would be refused; a mended one may be offered."""
    REFUSED = "refused"
    """It cannot be looked at: ``AgentPicture.trouble`` says why."""


class TesterStatus(StrEnum):
    """Where a test device stands. Google calls the middle ones PENDING, ACCEPTED and DECLINED."""

    ASKED = "asked"
    """The customer named it; support has not invited it yet."""
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REMOVED = "removed"


class ItemStatus(StrEnum):
    """Where one item of a launch's checklist stands."""

    MISSING = "missing"
    GIVEN = "given"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class LaunchStatus(StrEnum):
    """Of a launch request; all else is rolled up from its rows."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class CarrierStatus(StrEnum):
    """Where one carrier's decision on one agent in one region stands."""

    UNDER_REVIEW = "under_review"
    WITH_CARRIER = "with_carrier"
    APPROVED = "approved"
    LIVE = "live"
    CHANGES_ASKED = "changes_asked"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    """A later launch request of the same carrier went live in its place."""


A, P, T, I, C = AgentStatus, PictureStatus, TesterStatus, ItemStatus, CarrierStatus  # noqa: E741 - as in the tables
AGENT_MOVES: dict[str, frozenset[str]] = {
    A.REQUESTED: frozenset({A.CREATED, A.CHANGES_ASKED, A.REJECTED, A.WITHDRAWN}),
    A.CHANGES_ASKED: frozenset({A.REQUESTED, A.REJECTED, A.WITHDRAWN}),
    A.REJECTED: frozenset({A.REQUESTED, A.WITHDRAWN}),
    A.CREATED: frozenset({A.CHANGES_ASKED, A.WITHDRAWN}),
    A.WITHDRAWN: frozenset(),
}
PICTURE_MOVES: dict[str, frozenset[str]] = {
    P.FETCHING: frozenset({P.CHECKING, P.REFUSED}),
    P.CHECKING: frozenset({P.FINE, P.BAD, P.REFUSED}),
    P.BAD: frozenset({P.FINE}),
    P.FINE: frozenset({P.FINE}),
    P.REFUSED: frozenset({P.FETCHING}),
}
TESTER_MOVES: dict[str, frozenset[str]] = {
    T.ASKED: frozenset({T.PENDING, T.ACCEPTED, T.REMOVED}),
    T.PENDING: frozenset({T.ACCEPTED, T.DECLINED, T.REMOVED}),
    T.ACCEPTED: frozenset({T.DECLINED, T.REMOVED}),
    T.DECLINED: frozenset({T.ASKED, T.PENDING, T.ACCEPTED, T.REMOVED}),
    T.REMOVED: frozenset({T.ASKED}),
}
ITEM_MOVES: dict[str, frozenset[str]] = {
    I.MISSING: frozenset({I.GIVEN, I.ACCEPTED}),
    I.GIVEN: frozenset({I.ACCEPTED, I.RETURNED, I.MISSING, I.GIVEN}),
    I.RETURNED: frozenset({I.GIVEN, I.ACCEPTED, I.MISSING}),
    I.ACCEPTED: frozenset({I.RETURNED, I.GIVEN}),
}
LAUNCH_MOVES: dict[str, frozenset[str]] = {
    LaunchStatus.SUBMITTED: frozenset({LaunchStatus.WITHDRAWN}),
    LaunchStatus.WITHDRAWN: frozenset(),
}
CARRIER_MOVES: dict[str, frozenset[str]] = {
    C.UNDER_REVIEW: frozenset({C.WITH_CARRIER, C.APPROVED, C.CHANGES_ASKED, C.REJECTED, C.WITHDRAWN}),
    C.WITH_CARRIER: frozenset({C.APPROVED, C.CHANGES_ASKED, C.REJECTED, C.WITHDRAWN}),
    C.CHANGES_ASKED: frozenset({C.UNDER_REVIEW, C.REJECTED, C.WITHDRAWN}),
    C.REJECTED: frozenset({C.UNDER_REVIEW, C.APPROVED, C.CHANGES_ASKED, C.WITHDRAWN}),
    C.APPROVED: frozenset({C.LIVE, C.CHANGES_ASKED, C.REJECTED, C.WITHDRAWN}),
    C.LIVE: frozenset({C.SUSPENDED, C.WITHDRAWN, C.REPLACED}),
    C.SUSPENDED: frozenset({C.LIVE, C.WITHDRAWN, C.REPLACED}),
    C.WITHDRAWN: frozenset(),
    C.REPLACED: frozenset(),
}
IN_USE = frozenset({C.LIVE, C.SUSPENDED})
"""The carrier launched it."""
UNDECIDED = frozenset({C.UNDER_REVIEW, C.WITH_CARRIER})
_TURNS = {
    C.UNDER_REVIEW: Turn.US,
    C.WITH_CARRIER: Turn.OPERATOR,
    C.APPROVED: Turn.US,
    C.CHANGES_ASKED: Turn.CUSTOMER,
    C.SUSPENDED: Turn.US,
    C.LIVE: Turn.NOBODY,
    C.REJECTED: Turn.NOBODY,
    C.WITHDRAWN: Turn.NOBODY,
    C.REPLACED: Turn.NOBODY,
}


class OwnRequest(NotAllowed):
    """You sent this in yourself, so a colleague must decide on it. Ask one of them in this thread."""


def may_decide(user_id: str, submitted_by: str) -> None:
    """Raise OwnRequest: nobody decides on what they sent in."""
    if user_id == submitted_by:
        raise OwnRequest


def turn_of(statuses: Iterable[str]) -> Turn:
    """Whose turn a launch is by its carriers' rows: an approval is ours to switch on."""
    return next_turn(_TURNS[CarrierStatus(status)] for status in statuses)
