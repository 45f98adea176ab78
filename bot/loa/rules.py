"""What may happen to a letter, to a signed copy of it and to a signing on a screen: no I/O, no clock."""

from collections.abc import Iterable
from enum import StrEnum

from bot.registrations.rules import LoaState


class LetterStatus(StrEnum):
    """Where one letter stands. A registration's LOA state is what its letters come to."""

    DRAWING = "drawing"
    STUCK = "stuck"
    """It cannot be drawn: ``Letter.trouble`` says why, and what to mend."""
    TO_RELEASE = "to_release"
    """Drawn; staff look at it before the customer does."""
    READY = "ready"
    CHECKING = "checking"
    """A signed copy came, and is being checked."""
    DOUBTFUL = "doubtful"
    """A signed copy came that a person must look at."""
    RETURNED = "returned"
    """It must be signed again: ``Letter.words`` says why."""
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    """Another one took its place, or nobody needs it any more."""


class CopyStatus(StrEnum):
    """Where one signed copy stands. Each is kept, whatever becomes of it."""

    FETCHING = "fetching"
    CHECKING = "checking"
    REFUSED = "refused"
    """It cannot be the signed letter."""
    DOUBTFUL = "doubtful"
    RETURNED = "returned"
    """Staff sent it back."""
    ACCEPTED = "accepted"
    KEPT = "kept"
    """It came when another copy was accepted already, or for a letter that nobody needs any more."""


class SigningStatus(StrEnum):
    """Where one attempt to sign on a screen stands."""

    CREATING = "creating"
    """The provider was asked, and did not answer yet."""
    OPEN = "open"
    COMPLETED = "completed"
    DECLINED = "declined"
    VOIDED = "voided"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    """By us: another way was quicker, or the letter is not needed any more."""
    FAILED = "failed"


class Way(StrEnum):
    """How a letter is signed."""

    WET = "wet"
    DOCUSIGN = "docusign"
    PAGE = "page"


L, C, G = LetterStatus, CopyStatus, SigningStatus
SIGNABLE = frozenset({L.READY, L.RETURNED})
"""A signature may begin."""
TAKES_COPIES = frozenset({L.READY, L.RETURNED, L.CHECKING, L.DOUBTFUL})
"""A signed copy may come and be judged."""
LETTER_MOVES: dict[str, frozenset[str]] = {
    L.DRAWING: frozenset({L.STUCK, L.TO_RELEASE, L.READY, L.SUPERSEDED}),
    L.STUCK: frozenset({L.DRAWING, L.SUPERSEDED}),
    L.TO_RELEASE: frozenset({L.READY, L.SUPERSEDED}),
    L.READY: frozenset({L.CHECKING, L.ACCEPTED, L.SUPERSEDED}),
    L.CHECKING: frozenset({L.READY, L.RETURNED, L.DOUBTFUL, L.ACCEPTED, L.SUPERSEDED}),
    L.DOUBTFUL: frozenset({L.RETURNED, L.ACCEPTED, L.SUPERSEDED}),
    L.RETURNED: frozenset({L.CHECKING, L.ACCEPTED, L.SUPERSEDED}),
    L.ACCEPTED: frozenset({L.RETURNED, L.SUPERSEDED}),
    L.SUPERSEDED: frozenset(),
}
COPY_MOVES: dict[str, frozenset[str]] = {
    C.FETCHING: frozenset({C.CHECKING, C.REFUSED}),
    C.CHECKING: frozenset({C.REFUSED, C.DOUBTFUL, C.ACCEPTED, C.KEPT}),
    C.DOUBTFUL: frozenset({C.RETURNED, C.ACCEPTED, C.KEPT}),
    C.ACCEPTED: frozenset({C.RETURNED}),
    C.REFUSED: frozenset(),
    C.RETURNED: frozenset(),
    C.KEPT: frozenset(),
}
SIGNING_MOVES: dict[str, frozenset[str]] = {
    G.CREATING: frozenset({G.OPEN, G.CANCELLED, G.FAILED}),
    G.OPEN: frozenset({G.COMPLETED, G.DECLINED, G.VOIDED, G.EXPIRED, G.CANCELLED, G.FAILED}),
    G.COMPLETED: frozenset(),
    G.DECLINED: frozenset(),
    G.VOIDED: frozenset(),
    G.EXPIRED: frozenset(),
    G.CANCELLED: frozenset(),
    G.FAILED: frozenset(),
}
OPEN_SIGNING = frozenset({G.CREATING, G.OPEN})
"""A letter has at most one of these."""
_FIRST = (L.RETURNED, L.READY, L.STUCK, L.DOUBTFUL, L.TO_RELEASE, L.DRAWING, L.CHECKING, L.ACCEPTED)
"""What several letters are called by: what needs the customer, then us, then nobody."""


def roll_up(statuses: Iterable[str]) -> LoaState:
    """What the letters of a registration, or of an operator, come to; those that were superseded do not count."""
    there = set(statuses)
    first = next((status for status in _FIRST if status in there), None)
    return LoaState(first) if first else LoaState.NOT_NEEDED
