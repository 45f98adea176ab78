"""What may happen to a ticket, decided without a database."""

import itertools

import pytest

from bot.tickets.rules import (
    MOVES,
    TITLE_MAX,
    NotANumber,
    Status,
    Turn,
    is_only_thanks,
    next_turn,
    read_number,
    title_of,
)


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("Thanks!", True),
        ("thank you so much 🙏", True),
        ("Terima kasih banyak", True),
        ("Salamat po", True),
        ("OK", False),
        ("Great, but it still fails", False),
        ("Thanks, when will it work?", False),
        ("", False),
        ("🙏", False),
    ],
)
def test_a_mere_thank_you_is_told_from_news(text: str, thanks: bool) -> None:
    """Only words of thanks and politeness, and at least one of thanks."""
    assert is_only_thanks(text) is thanks


def test_a_long_thank_you_is_read_quickly() -> None:
    """No text makes it slow, however often it nearly is one."""
    assert not is_only_thanks("thank you " * 20_000 + "x")


@pytest.mark.parametrize(("typed", "number"), [("SD-1042", 1042), (" sd-1042 ", 1042), ("#7", 7), ("1042", 1042)])
def test_a_number_is_read_in_any_spelling(typed: str, number: int) -> None:
    """As people write it."""
    assert read_number(typed) == number


@pytest.mark.parametrize("typed", ["", "SD-", "SD-12x", "my ticket", "1234567890", "-5"])
def test_what_is_no_number_is_named(typed: str) -> None:
    """With how a number looks."""
    with pytest.raises(NotANumber, match="looks like SD-1042"):
        read_number(typed)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(Status, Status)))
def test_every_move_between_two_states(before: Status, after: Status) -> None:
    """To any other state, but from closed to solved: what is closed must be opened first."""
    assert (after in MOVES[before]) == (before != after and (before, after) != (Status.CLOSED, Status.SOLVED))


@pytest.mark.parametrize(
    ("turns", "whole"),
    [
        ([], Turn.NOBODY),
        ([Turn.NOBODY, Turn.OPERATOR], Turn.OPERATOR),
        ([Turn.OPERATOR, Turn.CUSTOMER], Turn.CUSTOMER),
        ([Turn.CUSTOMER, Turn.US, Turn.OPERATOR], Turn.US),
    ],
)
def test_of_several_parts_ours_comes_first(turns: list[Turn], whole: Turn) -> None:
    """Then the customer's, then the operators'."""
    assert next_turn(turns) == whole


def test_a_title_is_the_first_line_as_far_as_it_fits() -> None:
    """Blanks are folded, the rest is cut with an ellipsis."""
    assert title_of("  Why  so late?\nSince Monday.") == "Why so late?"
    assert len(title_of("x" * 500)) == TITLE_MAX
    assert title_of("x" * 500).endswith("…")
