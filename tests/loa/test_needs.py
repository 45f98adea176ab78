"""Which letters a registration needs, by country, entity and operators, and when one says something else."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.loa import needs
from bot.registrations.countries import country
from bot.registrations.wholes import Whole

DAY = date(2026, 11, 23)
COMPANY = {"name": "Kopi Nusantara", "officer_name": "Ana", "call_from": "09:00", "phone": ""}


def whole(code: str, entity: str, statuses: dict[str, str] | None = None, **asked: Any) -> Whole:
    """A registration of today, with each operator's status (under review where none is said)."""
    operators = [
        SimpleNamespace(operator=one.code, name=one.name, status=(statuses or {}).get(one.code, "under_review"))
        for one in country(code).operators_on(DAY)
    ]
    values = {"id": "r" * 32, "status": "submitted", "country": code, "sender_id": "KOPI", "message_type": "otp"}
    values |= {"sample_text": "Your code", "monthly_traffic": 10, "valid_from": DAY, "valid_till": None} | asked
    submission = SimpleNamespace(entity=entity, company=COMPANY)
    return cast(
        Whole, SimpleNamespace(registration=SimpleNamespace(**values), operators=operators, submission=submission)
    )


@pytest.mark.parametrize(
    ("code", "entity", "slots"),
    [
        ("PH", "local", ["globe", "smart"]),
        ("PH", "international", ["globe", "smart"]),
        ("SG", "local", []),
        ("SG", "international", [""]),
    ],
)
def test_a_country_says_which_letters_are_needed(code: str, entity: str, slots: list[str]) -> None:
    """One for each operator that wants one, one for all, or none."""
    assert [one.slot for one in needs.letters(whole(code, entity), "8x8")] == slots


@pytest.mark.parametrize("code", ["ID", "TH"])
def test_where_each_operator_wants_one_each_gets_one(code: str) -> None:
    """A letter names its operator alone."""
    wanted = needs.letters(whole(code, "international"), "8x8")
    there = country(code).operators_on(DAY)
    assert [(one.slot, one.data.operator_name, one.data.operators) for one in wanted] == [
        (operator.code, operator.name, (operator.name,)) for operator in there
    ]


def test_one_letter_for_all_names_them_all() -> None:
    """Singapore's letter covers every operator."""
    (one,) = needs.letters(whole("SG", "international"), "8x8")
    assert one.operators == tuple(operator.code for operator in country("SG").operators_on(DAY))
    assert (one.data.operator, one.data.operator_name, len(one.data.operators)) == ("", "", len(one.operators))


@pytest.mark.parametrize(
    ("statuses", "slots"),
    [
        ({"globe": "approved"}, ["smart"]),
        ({"globe": "rejected", "smart": "changes_asked"}, ["smart"]),
        ({"globe": "withdrawn", "smart": "expired"}, []),
        ({"globe": "with_operator", "smart": "approved"}, ["globe"]),
    ],
)
def test_what_is_approved_or_over_needs_no_letter(statuses: dict[str, str], slots: list[str]) -> None:
    """A letter is for an operator that is asked, or may be again."""
    assert [one.slot for one in needs.letters(whole("PH", "local", statuses), "8x8")] == slots


def test_what_was_withdrawn_needs_no_letter() -> None:
    """Whatever its rows say."""
    assert needs.letters(whole("PH", "local", status="withdrawn"), "8x8") == []


def test_a_letter_is_read_back_as_it_was_kept() -> None:
    """Number and date come when it is made; all else stays as it is."""
    (one,) = needs.letters(whole("SG", "international"), "8x8", "a" * 64)
    kept = needs.numbered(one.data, "LOA-001001-1", "2026-11-23")
    data = needs.read(kept)
    assert (data.number, data.dated, data.letterhead_sha256, data.provider) == (
        "LOA-001001-1",
        "2026-11-23",
        "a" * 64,
        "8x8",
    )
    assert data.operators == one.data.operators


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"sample_text": "Another text"}, False),
        ({"monthly_traffic": 11}, False),
        ({"valid_till": date(2027, 11, 22)}, False),
    ],
    ids=["nothing", "text", "traffic", "end"],
)
def test_a_letter_says_the_same_until_what_is_on_it_changes(change: dict[str, Any], same: bool) -> None:
    """Its number and date are not what it says."""
    before, after = (needs.letters(whole("PH", "local", **more), "8x8")[0].data for more in ({}, change))
    kept = needs.numbered(before, "LOA-001001-1", "2026-11-20")
    assert needs.says_the_same(kept, after) is same


def test_when_a_company_can_be_called_is_on_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of it makes no new letter; a change of the officer does."""
    kept = needs.numbered(needs.letters(whole("PH", "local"), "8x8")[0].data, "LOA-001001-1", "2026-11-20")
    monkeypatch.setitem(COMPANY, "call_from", "10:00")
    assert needs.says_the_same(kept, needs.letters(whole("PH", "local"), "8x8")[0].data)
    monkeypatch.setitem(COMPANY, "officer_name", "Ben")
    assert not needs.says_the_same(kept, needs.letters(whole("PH", "local"), "8x8")[0].data)


@pytest.mark.parametrize(
    ("place", "revision", "number"), [(1, 1, "LOA-001042-1"), (12, 1, "LOA-001042-12"), (2, 3, "LOA-001042-2-r3")]
)
def test_a_number_names_the_ticket_the_place_and_the_version(place: int, revision: int, number: str) -> None:
    """What people read out, and what the code says."""
    assert needs.number_of(1042, place, revision) == number
