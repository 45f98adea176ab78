"""What may happen to letters, to signed copies and to signings: every pair of statuses."""

from itertools import product

import pytest

from bot.loa.rules import (
    COPY_MOVES,
    LETTER_MOVES,
    OPEN_SIGNING,
    SIGNABLE,
    SIGNING_MOVES,
    TAKES_COPIES,
    CopyStatus,
    LetterStatus,
    SigningStatus,
    roll_up,
)
from bot.registrations.rules import AWAITS_SIGNATURE, LoaState

LETTERS = """
drawing: stuck to_release ready superseded
stuck: drawing superseded
to_release: ready superseded
ready: checking accepted superseded
checking: ready returned doubtful accepted superseded
doubtful: returned accepted superseded
returned: checking accepted superseded
accepted: returned superseded
superseded:
"""
COPIES = """
fetching: checking refused
checking: refused doubtful accepted kept
doubtful: returned accepted kept
accepted: returned
refused:
returned:
kept:
"""
SIGNINGS = """
creating: open cancelled failed
open: completed declined voided expired cancelled failed
completed:
declined:
voided:
expired:
cancelled:
failed:
"""


def read(table: str) -> set[tuple[str, str]]:
    """The pairs of a table as people write it."""
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {(before, after) for before, _, those in lines for after in those.split()}


@pytest.mark.parametrize(
    ("statuses", "moves", "table"),
    [
        (LetterStatus, LETTER_MOVES, LETTERS),
        (CopyStatus, COPY_MOVES, COPIES),
        (SigningStatus, SIGNING_MOVES, SIGNINGS),
    ],
    ids=["letters", "copies", "signings"],
)
def test_every_pair_of_statuses_is_decided(
    statuses: type[LetterStatus], moves: dict[str, frozenset[str]], table: str
) -> None:
    """What the table names is allowed, and nothing else; every status has its row."""
    allowed = read(table)
    assert moves.keys() == set(statuses)
    for before, after in product(statuses, statuses):
        assert (after in moves[before]) == ((before, after) in allowed), (before, after)


def test_what_counts_ends() -> None:
    """Only an accepted letter comes back, and nothing that ended moves on."""
    assert [status for status in LetterStatus if not LETTER_MOVES[status]] == ["superseded"]
    assert {status for status in SigningStatus if SIGNING_MOVES[status]} == OPEN_SIGNING
    assert SIGNABLE < TAKES_COPIES


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ((), "not_needed"),
        (("superseded",), "not_needed"),
        (("accepted", "accepted"), "accepted"),
        (("accepted", "ready"), "ready"),
        (("returned", "ready"), "returned"),
        (("doubtful", "ready"), "ready"),
        (("doubtful", "checking"), "doubtful"),
        (("to_release", "drawing"), "to_release"),
        (("stuck", "doubtful"), "stuck"),
        (("accepted", "checking", "superseded"), "checking"),
        (("drawing", "accepted"), "drawing"),
    ],
)
def test_several_letters_come_to_what_needs_somebody_first(statuses: tuple[str, ...], state: str) -> None:
    """First what the customer must do, then what is ours, then what waits."""
    assert roll_up(statuses) == state
    assert roll_up(reversed(statuses)) == state


def test_a_signature_is_awaited_exactly_while_letters_can_be_signed() -> None:
    """What registrations call awaited is what letters call signable."""
    assert {roll_up([status]) for status in SIGNABLE} == AWAITS_SIGNATURE
    assert {roll_up([status]) for status in LetterStatus} == set(LoaState)
