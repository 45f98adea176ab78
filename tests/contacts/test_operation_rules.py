"""What may be done to contacts and groups, as pure decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.contacts.answers import Batch
from bot.contacts.operations import rules
from bot.contacts.operations.rules import MOVES, BadNumbers, Kind, NoNumbers, State, WrongName

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("+628123456789", ["+628123456789"], []),
        ("628123456789", ["+628123456789"], []),
        ("0062 812-3456-789", ["+628123456789"], []),
        ("+62 (812) 3456.789, +65 8123 4001;+6581234001", ["+628123456789", "+6581234001"], []),
        ("+628123456789\n\n0812345678\nhello", ["+628123456789"], ["0812345678", "hello"]),
        ("+62", [], ["+62"]),
        ("+6281234567890123456", [], ["+6281234567890123456"]),
        ("", [], []),
    ],
)
def test_typed_numbers_are_told_from_other_words(text: str, good: list[str], bad: list[str]) -> None:
    """With or without plus, with 00, blanks and dashes; each once; national numbers cannot be told."""
    assert rules.numbers_in(text) == (good, bad)


@pytest.mark.parametrize(("text", "error"), [("", NoNumbers), ("+628123456789, none", BadNumbers)])
def test_what_is_no_number_is_named_at_its_field(text: str, error: type[Exception]) -> None:
    """Nothing is deleted while one of them cannot be read."""
    with pytest.raises(error) as refused:
        rules.typed_numbers(text, "numbers")
    assert refused.value.facts["field"] == "numbers"


@pytest.mark.parametrize(
    ("typed", "fits"),
    [("Kopi Nusantara", True), ("  Kopi  Nusantara ", True), ("kopi nusantara", False), ("Kopi", False), ("", False)],
)
def test_the_name_must_be_typed_as_it_stands(typed: str, fits: bool) -> None:
    """Blanks do not count, capitals do."""
    if fits:
        rules.name_typed(typed, "Kopi Nusantara", "name")
    else:
        with pytest.raises(WrongName, match="Kopi Nusantara"):
            rules.name_typed(typed, "Kopi Nusantara", "name")


@pytest.mark.parametrize(
    ("batch", "fits"),
    [
        (Batch("new", "queued", created_at=NOW), True),
        (Batch("new", "queued", created_at=NOW - timedelta(minutes=9)), True),  # clocks differ
        (Batch("new", "queued", created_at=NOW - timedelta(minutes=11)), False),
        (Batch("new", "queued"), True),
        (Batch("before", "queued", created_at=NOW), False),
        (Batch("another's", "queued", created_at=NOW), False),
    ],
)
def test_a_lost_batch_is_none_that_was_there_before(batch: Batch, fits: bool) -> None:
    """Nor one that another operation is known to be."""
    assert rules.candidates([batch], before=["before"], taken={"another's"}, since=NOW) == [batch.id] * fits


@pytest.mark.parametrize(
    ("before", "wanted", "steps"),
    [
        ({"name": "A"}, {"name": "A"}, []),
        ({"name": "A"}, {"name": "B"}, [{"op": "replace", "path": "/name", "value": "B"}]),
        ({"description": None}, {"description": "x"}, [{"op": "add", "path": "/description", "value": "x"}]),
        ({"description": "x"}, {"description": ""}, [{"op": "remove", "path": "/description"}]),
        ({}, {"msisdn": "+6581234001"}, [{"op": "add", "path": "/addresses/msisdn", "value": "+6581234001"}]),
    ],
)  # fmt: skip
def test_a_patch_holds_only_what_changes(before: dict, wanted: dict, steps: list) -> None:
    """Added, replaced or removed, each at its place."""
    assert rules.patch(before, wanted) == steps


def test_no_move_leads_back_to_8x8_without_a_person() -> None:
    """Every state has its moves; what ended well stays; unsure is left by a look, by a person's word, or for good."""
    assert set(MOVES) == set(State)
    assert MOVES[State.COMPLETED] == MOVES[State.CANCELLED] == frozenset()
    assert MOVES[State.UNSURE] == {State.SENDING, State.WAITING, State.CANCELLED}
    assert State.CANCELLED not in MOVES[State.SENDING] | MOVES[State.RUNNING]


@pytest.mark.parametrize(
    ("count", "parts", "last"), [(1, 1, 1), (10_000, 1, 10_000), (10_001, 2, 1), (25_000, 3, 5_000)]
)
def test_many_numbers_go_in_parts(count: int, parts: int, last: int) -> None:
    """Each number in one of them."""
    numbers = [str(number) for number in range(count)]
    assert rules.parts(count) == parts
    assert len(rules.part_of(numbers, parts - 1)) == last
    assert [each for part in range(parts) for each in rules.part_of(numbers, part)] == numbers


def test_batches_have_8x8s_names() -> None:
    """Single calls have none."""
    assert Kind.COPY.batch_type == "copyContacts"
    assert Kind.ADD.batch_type is None
