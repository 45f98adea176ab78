"""Every rule of every country, tried with its examples; and what is proposed in place of what is refused."""

import re
from dataclasses import asdict, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.registrations import uen
from bot.registrations.checks import Finding, check_sender_id, ok
from bot.registrations.countries import Country, countries, country
from bot.registrations.judging import Case

ALL = countries()
RULES = [(each, rule) for each in ALL for rule in each.rules]
GOOD = [(each, rule, case) for each, rule in RULES for case in rule.good]
BAD = [(each, rule, case) for each, rule in RULES for case in rule.bad]
PH = country("PH")


def named(value: object) -> str:
    """A parameter's name in the list of tests."""
    return value.code if isinstance(value, Country) else value.name if isinstance(value, Case) else value.rule


def finding(of: Country, rule: str, **case: object) -> Finding:
    """What one rule says."""
    return next(found for found in check_sender_id(of, **case) if found.rule == rule)


@pytest.mark.parametrize(("of", "rule"), RULES, ids=named)
def test_every_rule_has_a_passing_and_a_failing_example(of: Country, rule: object) -> None:
    """A rule without both cannot be trusted to do anything."""
    assert rule.good
    assert rule.bad


@pytest.mark.parametrize(("of", "rule", "case"), GOOD, ids=named)
def test_what_is_good_passes(of: Country, rule: object, case: Case) -> None:
    """And is really judged, not only waiting to be."""
    found = finding(of, rule.rule, **asdict(case))
    assert found.ok, found.message
    assert found.judged, found.message


@pytest.mark.parametrize(("of", "rule", "case"), BAD, ids=named)
def test_what_is_bad_fails_with_reason_and_source(of: Country, rule: object, case: Case) -> None:
    """It says what is wrong and why, as severe as the file says, and where that is written."""
    findings = check_sender_id(of, **asdict(case))
    found = next(each for each in findings if each.rule == rule.rule)
    assert not found.ok
    assert found.level == rule.level
    assert found.message.endswith(rule.why)
    assert len(found.message) > len(rule.why) + 10
    assert found.source
    assert ok(findings) is False or rule.level == "warning"


@pytest.mark.parametrize("of", ALL, ids=named)
def test_every_rule_is_judged_once_in_the_files_order(of: Country) -> None:
    """Nothing is left out, whatever is known."""
    assert [found.rule for found in check_sender_id(of, "")] == [rule.rule for rule in of.rules]
    assert all(not rule.says[:1].islower() and rule.says.strip() for rule in of.rules)


@pytest.mark.parametrize("of", ALL, ids=named)
def test_what_is_not_known_is_not_judged(of: Country) -> None:
    """Rules on company and text wait, and say for what; nobody is refused for what was not asked."""
    findings = check_sender_id(of, "KopiNusanta")
    assert ok(findings)
    waiting = [found for found in findings if not found.judged]
    assert waiting
    assert all("to be checked with" in found.message for found in waiting)
    assert all(found.ok and found.level == "info" for found in waiting)


@pytest.mark.parametrize("code", ["ID", "PH", "SG", "TH"])
@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("Kopi Nusantara", "KopiNusanta"),
        ("Kopi Nusantara Jaya", "KopiNusanta"),
        ("Manila Mart Online", "ManilaMart"),
        ("-KopiNusanta!", "KopiNusanta"),
        ("KopiCafé", "KopiCafe"),
        ("Straße&Söhne", "StrasseSohn"),
    ],
)
def test_a_mended_name_is_proposed(code: str, typed: str, mended: str) -> None:
    """Cut where no stump is left, specials taken out, accents replaced."""
    findings = check_sender_id(country(code), typed)
    proposals = {found.proposal for found in findings if not found.ok and found.about == "name"}
    assert proposals == {mended}


def test_the_company_helps_where_the_name_cannot_be_mended() -> None:
    """Of a generic name nothing is left; the company's own is proposed."""
    assert finding(PH, "generic", name="InfoSMS").proposal == ""
    assert finding(PH, "generic", name="InfoSMS", company="PT Kopi Nusantara Tbk").proposal == "KopiNusanta"
    assert finding(PH, "linked", name="Javabean", company="PT Kopi Nusantara Tbk").proposal == "KopiNusanta"


def test_a_text_without_the_brand_gets_it_in_front() -> None:
    """The proposal is a text, and passes."""
    found = finding(PH, "brand_in_text", name="KopiNusanta", company="PT Kopi Nusantara", text="Your code is 1234")
    assert (found.about, found.proposal) == ("text", "Kopi Nusantara: Your code is 1234")
    mended = finding(PH, "brand_in_text", name="KopiNusanta", company="PT Kopi Nusantara", text=found.proposal)
    assert mended.ok


def test_a_name_that_only_gets_warnings_is_not_refused() -> None:
    """Warnings advise; errors stop."""
    findings = check_sender_id(country("TH"), "Kopi-Nus")
    assert [found.rule for found in findings if not found.ok] == ["plain_characters"]
    assert ok(findings)


def test_a_name_in_another_alphabet_is_asked_for_in_latin_letters() -> None:
    """Nobody can see from Thai letters whether a Latin name fits; the text may name it as it is."""
    findings = check_sender_id(PH, "Kafaedi", company="กาแฟดี", text="กาแฟดี: 1234")
    found = {each.rule: each for each in findings}
    assert "in Latin letters" in found["linked"].message
    assert not found["linked"].judged
    assert found["brand_in_text"].ok


def test_indonesia_refuses_local_companies() -> None:
    """Self-service takes international entities only there (seed)."""
    assert not ok(check_sender_id(country("ID"), "KopiNusanta", entity="local"))
    assert ok(check_sender_id(country("ID"), "KopiNusanta", entity="international"))
    assert ok(check_sender_id(PH, "KopiNusanta", entity="local"))


PIECES = (
    *("Kopi", "Nusantara", "Mart", "Co", "info", "SMS", "TEST", "otp", "Smart", "globe", "sun", "XL", "M1", "gov"),
    *("-", ".", " ", "_", "&", "é", "กาแฟ", "123456", "i", "n", "f", "o"),
)
LIKELY = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=24),
    st.lists(
        st.sampled_from(PIECES),
        max_size=7,
    ).map("".join),
)
OWNERS = st.one_of(st.just(""), LIKELY, st.sampled_from(["PT Kopi Nusantara Tbk", "กาแฟดี", "Sun Life Inc.", "Ltd"]))


@pytest.mark.parametrize("of", ALL, ids=named)
@settings(max_examples=250, deadline=None)
@given(name=LIKELY, company=OWNERS, brand=OWNERS, text=LIKELY, brandless=st.booleans())
@example(name="SMS-Info", company="Info SMS Ltd", brand="", text="", brandless=False)
@example(name="", company="", brand="", text="", brandless=False)
@example(name="ǅungla", company="", brand="", text="", brandless=False)
def test_a_proposal_passes_the_same_check(of: Country, **case: object) -> None:
    """Whatever was typed, what is proposed in its place is refused by no rule on names, or is a text that will do."""
    findings = check_sender_id(of, **case)
    asked = Case(**case)
    for found in findings:
        assert not (found.ok and found.proposal)
        if found.proposal and found.about == "name":
            again = check_sender_id(of, **asdict(replace(asked, name=found.proposal)))
            wrong = [each.rule for each in again if each.about == "name" and not each.ok and each.level == "error"]
            assert wrong == []
            assert found.proposal != asked.name
            assert re.fullmatch(r"[ -~]{3,11}", found.proposal)
        elif found.proposal:
            again = check_sender_id(of, **asdict(replace(asked, text=found.proposal)))
            assert next(each for each in again if each.rule == found.rule).ok


@pytest.mark.parametrize("pasted", ["info" * 8000, "Aa-" * 10_000, "a." * 10_000, "https://" * 4000, "กา" * 10_000])
def test_what_is_pasted_by_mistake_is_judged_all_the_same(pasted: str) -> None:
    """A page in place of a name or a text is refused as such, and holds nobody up: the test's own time limit."""
    findings = {found.rule: found for found in check_sender_id(PH, pasted, company=pasted, text=pasted)}
    assert f"has {len(pasted)} characters" in findings["length"].message
    assert all(len(found.message) < 400 for found in findings.values())


@pytest.mark.parametrize("text", ["Kopi.Nusantara", "v1.2.3", "10.30", "Rp1.000", "ana@kopi.ph", "Hi.There"])
def test_not_every_dot_makes_a_link(text: str) -> None:
    """Only what a phone would make one of."""
    assert finding(PH, "links", name="Kopis", text=text).ok


@pytest.mark.parametrize(
    "number", ["196800306E", "197200078R", "199201624D", "00192200M", "197401143C", "S16FC0121D", "T01FC6132D"]
)
def test_a_real_uen_is_taken_and_a_mistyped_one_is_not(number: str) -> None:
    """Numbers of registered entities; another check letter, or a digit changed, does not pass."""
    assert uen.is_valid(number)
    assert not uen.is_valid(number[:-1] + ("A" if number[-1] != "A" else "B"))
    place = next(at for at in range(4, len(number)) if number[at].isdigit())
    other = str((int(number[place]) + 1) % 10)
    assert not uen.is_valid(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("number", ["", "1968003060", "171200306E", "X01FC6132D", "T01F16132D", "1968 00306E"])
def test_what_has_not_the_shape_of_a_uen_is_none(number: str) -> None:
    """8 digits and a letter; a year, 5 digits and a letter; T, S or R with year, kind, 4 digits and a letter."""
    assert not uen.has_shape(number)
