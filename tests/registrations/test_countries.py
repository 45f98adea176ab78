"""Each country's file is whole, consistent, and true to what its sources say."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.registrations import countries as data
from bot.registrations.countries import FOLDER, BrokenCountry, NoSuchCountry, countries, country, read, read_all, split

FILES = sorted(FOLDER.glob("*.yml"))
TODAY = date(2026, 11, 23)


def codes(slots) -> list[str]:
    """The slots' codes, in order."""
    return [slot.code for slot in slots]


def test_the_launch_countries_are_there() -> None:
    """Those that self-service is open for (seed)."""
    assert {"ID", "PH", "SG", "TH"} <= {each.code for each in countries()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_can_be_used(path: Path) -> None:
    """Everything in it is known, consistent and sourced; nothing is named that is not there."""
    found = read(path)
    assert found.code == path.stem
    assert found.operators_on(TODAY)
    assert found.lead_time.shortest <= found.lead_time.longest
    for entity in found.entities:
        assert any(slot.required for slot in found.slots(entity, "", brandless=False))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_network_belongs_to_one_operator_a_day(path: Path) -> None:
    """A merger ends the old ones the day before the new one begins: none is counted twice, and none is lost."""
    found = read(path)
    days = [day for each in found.operators for day in (each.since, each.until) if day] + [TODAY]
    for day in days:
        networks = [network for each in found.operators_on(day) for network in each.mcc_mnc]
        assert len(networks) == len(set(networks)), day


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_slots_of_one_group_are_asked_for_together(path: Path) -> None:
    """One is enough of those that are required alike in the same cases; a group of one would be none."""
    for slot in read(path).documents:
        if slot.any_of:
            group = [each for each in read(path).documents if each.any_of == slot.any_of]
            assert len(group) > 1
            assert {(each.required, each.when) for each in group} == {(slot.required, slot.when)}


def test_a_fifth_country_is_a_file(tmp_path: Path) -> None:
    """No code names countries: what lies in the folder is there."""
    for path in FILES:
        shutil.copy(path, tmp_path)
    (tmp_path / "MY.yml").write_text(FILES[0].read_text().replace("name: Indonesia", "name: Malaysia"))
    found = read_all(tmp_path)
    assert len(found) == len(FILES) + 1
    assert [each.name for each in found if each.code == "MY"] == ["Malaysia"]
    assert [each.name for each in found] == sorted(each.name for each in found)


@pytest.mark.parametrize(
    ("was", "becomes", "line_with", "place", "why"),
    [
        ("longest: 11", "longest: eleven", "longest: eleven", "rules[1].longest", "valid integer"),
        ("longest: 11", "longest: 11\n    colour: red", "colour: red", "rules[1].colour", "Unexpected"),
        ("  shortest: 3\n", "\n", "- rule: length", "rules[1].shortest", "missing|required"),
        ("source: NTC", "source: NTV", "", "", "no source is called NTV"),
        ("operators: [globe, smart]", "operators: [globe, smrt]", "", "", "loa: no operator smrt"),
        ("max_bytes: 3 MB", "max_bytes: 3000", "max_bytes: 3000", "documents[1].max_bytes", "written like 5 MB"),
        ("until: 2024-09-30", "until: soon", "until: soon", "operators[4].until", "date"),
        ("kind: latin", "kind: greek", "- rule: latin", "rules[3]", "greek"),
        ("name: Philippines", "name: Philippines\nname: Pinas", "name: Pinas", "YAML", "stands there twice"),
        ("- rule: latin", "- rule: length", "", "", "rules: length stands there twice"),
        ("entities: [local, international]", "entities: [local, foreign]", "entities:", "entities[2]", "local"),
        ("good: [KopiCafe]", "good: []", "good: []", "rules[3].good", "at least 1"),
        ("validity_days: 365", "validity_days: [", "", "YAML", "expected"),
    ],
)
def test_a_broken_file_is_told_by_name_line_and_place(
    tmp_path: Path, was: str, becomes: str, line_with: str, place: str, why: str
) -> None:
    """Who edits a file learns where to look."""
    text = (FOLDER / "PH.yml").read_text()
    assert was in text
    broken = text.replace(was, becomes, 1)
    (tmp_path / "PH.yml").write_text(broken)
    with pytest.raises(BrokenCountry, match=why) as told:
        read(tmp_path / "PH.yml")
    assert told.value.facts["file"] == "PH.yml"
    assert place in str(told.value.facts["place"])
    if line_with:
        assert line_with in broken.splitlines()[int(told.value.facts["line"]) - 1]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "Philippines"])
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, text: str) -> None:
    """Not every YAML is a country."""
    (tmp_path / "XX.yml").write_text(text)
    with pytest.raises(BrokenCountry, match=r"XX\.yml cannot be used"):
        read(tmp_path / "XX.yml")


@pytest.mark.parametrize("typed", ["PH", "ph", "Philippines", " philippines "])
def test_a_country_is_found_by_code_or_name(typed: str) -> None:
    """As people type it."""
    assert country(typed).code == "PH"


def test_an_unknown_country_is_answered_with_those_that_there_are() -> None:
    """What was typed is named, and the way out."""
    with pytest.raises(NoSuchCountry, match=r"^Atlantis is no country .* Indonesia \(ID\), .* and Thailand \(TH\)\.$"):
        country("Atlantis")


def test_the_country_stands_last() -> None:
    """A name may have blanks."""
    assert split("Kopi Nusantara Philippines")[0] == "Kopi Nusantara"
    assert split("Kopi ph")[1].code == "PH"


def test_a_country_of_two_words_stands_last_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is not taken for the end of the sender ID."""
    text = (FOLDER / "PH.yml").read_text().replace("name: Philippines", "name: Hong Kong", 1)
    (tmp_path / "HK.yml").write_text(text)
    monkeypatch.setattr(data, "countries", lambda: read_all(tmp_path))
    assert split("Kopi Nusantara hong kong") == ("Kopi Nusantara", read(tmp_path / "HK.yml"))


def test_operators_are_those_of_the_day() -> None:
    """Mergers: Indosat and Tri in 2022, XL and Smartfren in April 2025, True and dtac in 2023; DITO came in 2021."""

    def names(code: str, day: date) -> list[str]:
        return [operator.code for operator in country(code).operators_on(day)]

    assert names("ID", TODAY) == ["telkomsel", "ioh", "xlsmart"]
    assert names("ID", date(2025, 4, 15)) == ["telkomsel", "ioh", "xl", "smartfren"]
    assert names("ID", date(2021, 12, 31)) == ["telkomsel", "indosat", "tri", "xl", "smartfren"]
    assert names("TH", TODAY) == ["ais", "true_dtac", "nt"]
    assert names("TH", date(2023, 2, 28)) == ["ais", "nt", "truemove", "dtac"]
    assert names("PH", TODAY) == ["globe", "smart", "dito"]
    assert names("SG", TODAY) == ["singtel", "starhub", "m1", "simba"]


def test_indonesia_is_for_international_companies() -> None:
    """Seed: first release, Indonesia (international entity), the Philippines local and international."""
    assert country("ID").entities == ("international",)
    assert country("PH").entities == ("local", "international")


def test_a_local_bank_in_the_philippines_brings_its_papers() -> None:
    """(SEC registration or articles ...) and (business or mayor's permit) and the regulator's licence (8x8's pages)."""
    slots = country("PH").slots("local", "bfsi", brandless=False)
    required = {slot.any_of or slot.code for slot in slots if slot.required}
    assert required == {"letterhead", "registration", "permit", "regulator_licence"}
    groups = {name: codes(slot for slot in slots if slot.any_of == name) for name in ("registration", "permit")}
    assert groups["permit"] == ["business_permit", "mayors_permit"]
    assert {"sec_registration", "articles_of_incorporation"} <= set(groups["registration"])


def test_a_brandless_sender_id_needs_one_of_two_proofs() -> None:
    """Seed: IP rights to the brand name or a Corporate Secretary's Certificate; only then."""
    found = country("PH")
    proofs = [slot for slot in found.slots("local", "others", brandless=True) if slot.code.startswith("proof_")]
    assert codes(proofs) == ["proof_ip_rights", "proof_secretary_certificate"]
    assert {slot.any_of for slot in proofs} == {"proof"}
    assert all(slot.required for slot in proofs)
    assert not any(slot.code.startswith("proof_") for slot in found.slots("local", "others", brandless=False))


def test_limits_are_those_of_each_slot() -> None:
    """8x8's own pages differ by document: letterhead jpg or png up to 3 MB, papers up to 5 MB, proofs up to 3 MB."""
    slots = {slot.code: slot for slot in country("PH").documents}
    assert (slots["letterhead"].types, slots["letterhead"].max_bytes) == (("jpg", "png"), 3_000_000)
    assert slots["sec_registration"].max_bytes == 5_000_000
    assert slots["proof_ip_rights"].max_bytes == 3_000_000
    assert "pdf" in slots["proof_ip_rights"].types


def test_validity_is_365_days_in_the_philippines_only() -> None:
    """Elsewhere no end is known."""
    assert country("PH").validity_days == 365
    assert {country(code).validity_days for code in ("ID", "SG", "TH")} == {None}


def test_a_local_letter_in_indonesia_is_signed_in_ink() -> None:
    """It bears a paper revenue stamp; a foreign company's does not."""
    assert country("ID").loa.wet_for == ("local",)
    assert country("PH").loa.operators == ("globe", "smart")
    assert country("SG").loa.entities == ("international",)
