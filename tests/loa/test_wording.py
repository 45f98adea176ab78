"""Which words a letter says: by country, entity and operator."""

import pytest
from jinja2 import Environment, UndefinedError

from bot.loa.letter import draw
from bot.loa.samples import samples
from bot.loa.wording import FOLDER, candidates, day, words
from bot.registrations.countries import countries

SAMPLES = {each.name: each.data for each in samples()}
VALUES = {
    "number": "LOA-000123-1", "dated": "2026-11-23", "sender_id": "Kopi",
    "sample_text": "one\n\ntwo", "operator_name": "AIS", "message_type": "Marketing", "provider": "8x8",
    "address": "Jalan Braga 17", "country": "Thailand", "country_name": "Thailand",
    "entity": "local", "operators": ["AIS"], "addressee": "AIS",
    "monthly_traffic": 1_234_567, "valid": "for ever", "stamp": True, "code": "LOA-000123-1 0123456789abcdef",
    "company": {"name": "Kopi", "city": "Bandung", "uen": "", "website": "https://kopi.example"},
}  # fmt: skip


def said(country: str, operator: str = "", entity: str = "local", **values: object) -> dict[str, str]:
    """Each block's paragraphs on one line."""
    there = words(country, operator, entity, VALUES | {"entity": entity} | values)
    return {name: " / ".join(parts) for name, parts in there.blocks.items()}


def test_the_most_special_template_is_taken() -> None:
    """Operator and entity, operator, entity, country, and what every letter says; empty without an operator."""
    assert candidates("ID", "ioh", "local") == (
        "ID-ioh-local.txt",
        "ID-ioh.txt",
        "ID-local.txt",
        "ID.txt",
        "letter.txt",
    )
    assert candidates("SG", "", "international") == ("SG-international.txt", "SG.txt", "letter.txt")


def test_a_country_without_words_of_its_own_has_a_letter() -> None:
    """A new country file needs no new template."""
    assert said("VN")["subject"] == "Letter of Authorisation: sender ID Kopi in Thailand"
    assert said("VN")["native_title"] == ""


def test_the_philippine_operators_are_addressed_by_their_registered_names() -> None:
    """Each in its own letter; another operator of the country has the country's words and its own name."""
    assert said("PH", "globe")["to"] == "Globe Telecom, Inc. / Thailand"
    assert said("PH", "smart")["to"] == "Smart Communications, Inc. / Thailand"
    assert said("PH", "dito", addressee="DITO")["to"] == "DITO / Thailand"
    assert "We have no objection" in said("PH", "dito")["closing"]


def test_a_company_abroad_authorises_the_partners_in_the_philippines_as_well() -> None:
    """A local one does not."""
    assert "partners in the Philippines" in said("PH", "globe", "international")["closing"]
    assert "partners" not in said("PH", "globe", "local")["closing"]


def test_only_a_local_company_in_indonesia_needs_a_revenue_stamp() -> None:
    """The letter has a field for it, and says how to sign over it."""
    local = said("ID", "ioh", "local")
    assert "Rp 10,000" in local["revenue_stamp"]
    assert "revenue stamp" in local["revenue_stamp_note"]
    for other in (said("ID", "ioh", "international"), said("TH", "ais", "local"), said("PH", "globe", "local")):
        assert other["revenue_stamp"] == other["revenue_stamp_note"] == ""


def test_in_singapore_the_letter_lets_an_affiliate_send_and_goes_to_us() -> None:
    """With the UEN where there is one."""
    letter = said("SG", company={**VALUES["company"], "uen": "196800306E"})  # type: ignore[dict-item]
    assert letter["to"] == "8x8 / Singapore"
    assert "Kopi (UEN 196800306E)" in letter["opening"]
    assert "our affiliate abroad" in letter["opening"]
    assert "UEN" not in said("SG")["opening"]


def test_a_stamp_is_asked_for_where_the_country_asks_for_one() -> None:
    """By its file: not in Singapore."""
    for rules in countries():
        letter = draw(next(data for name, data in SAMPLES.items() if name.startswith(rules.code)), None)
        assert (b"Company stamp" in page_text(letter.pdf)) == rules.loa.stamp


def page_text(pdf: bytes) -> bytes:
    """The first page's words."""
    import pypdfium2  # noqa: PLC0415 - one test needs it

    document = pypdfium2.PdfDocument(pdf)
    try:
        return str(document[0].get_textpage().get_text_bounded()).encode()
    finally:
        document.close()


def test_the_sample_message_keeps_its_lines_and_numbers_are_set_apart() -> None:
    """Rows of the table are a name and a value, whatever is in the value."""
    facts = dict(words("TH", "ais", "local", VALUES).facts)
    assert facts["Sample message"] == "one\n\ntwo"
    assert facts["Estimated messages"] == "1,234,567 a month"
    assert facts["Mobile operator"] == "AIS"
    assert dict(words("TH", "ais", "local", VALUES | {"operators": ["A", "B"]}).facts)["Mobile operators"] == "A, B"
    assert "Registration number" not in facts


def test_a_value_that_is_missing_is_an_error() -> None:
    """A letter never says nothing where a name belongs."""
    with pytest.raises(UndefinedError):
        words("TH", "ais", "local", {name: value for name, value in VALUES.items() if name != "provider"})


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_templates_are_named_after_countries_operators_and_entities(path: object) -> None:
    """A misspelt name would never be taken."""
    stem = path.stem  # type: ignore[attr-defined]
    Environment(autoescape=True).parse(path.read_text("utf-8"))  # type: ignore[attr-defined]
    country, *special = stem.split("-")
    there = {rules.code: rules for rules in countries()}
    if stem != "letter":
        operators = {operator.code for operator in there[country].operators}
        assert all(part in operators | {"local", "international"} for part in special)


def test_days_are_written_out() -> None:
    """Without a zero, with the month in words."""
    assert day("2026-11-03") == "3 November 2026"
