"""Name, description, use case, contacts and keyword texts."""

from pathlib import Path

import pytest

from bot.rcs import contact_rules, keywords, name_rules
from bot.rcs.keywords import REQUIRED
from bot.rcs.name_rules import UseCase, judge_description, judge_name, judge_use_case

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
"""One picture of three people: five code points, eight UTF-16 units."""


@pytest.mark.parametrize(
    ("name", "measured", "ok", "level"),
    [
        ("", 0, False, "error"),
        ("   ", 0, False, "error"),
        ("K", 1, True, "info"),
        ("x" * 39, 39, True, "info"),
        ("x" * 40, 40, True, "info"),
        ("x" * 41, 41, False, "error"),
        (f"  {'x' * 40}  ", 40, True, "info"),
        ("x" * 20 + "    " + "x" * 19, 40, True, "info"),
        ("e\u0301" * 40, 40, True, "info"),
        ("é" * 41, 41, False, "error"),
        ("ที่" * 13, 39, True, "info"),
        ("ที่" * 14, 42, False, "error"),
        ("x" * 38 + "🎉", 39, True, "info"),
        ("x" * 39 + "🎉", 41, False, "warning"),
        ("🎉" * 40, 80, False, "warning"),
        ("🎉" * 41, 41, False, "error"),
        (FAMILY * 8, 64, False, "warning"),
    ],
)
def test_how_a_name_is_counted(name: str, measured: int, ok: bool, level: str) -> None:
    """Composed and without blanks around, in code points; units of UTF-16 are worth a warning."""
    length = next(judge_name(name))
    assert (length.check, length.measured, length.limit) == ("name.length", measured, 40)
    assert (length.ok, length.level) == (ok, level)


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\ufeff", "\x07", "\u00ad", "\u2066"])
def test_nothing_in_a_name_is_hidden(hidden: str) -> None:
    """What turns the writing around, or is not seen at all, would be refused; joiners of scripts are not that."""
    characters = list(judge_name(f"Kopi{hidden}Nusantara"))[1]
    assert (characters.check, characters.ok, characters.level) == ("name.characters", False, "error")
    assert list(judge_name("ක්‍රි 👨‍👩‍👧 กาแฟ"))[1].ok


@pytest.mark.parametrize(("length", "ok"), [(0, False), (1, True), (99, True), (100, True), (101, False)])
def test_a_description_has_a_hundred_characters(length: int, ok: bool) -> None:
    """Google's limit; it must be there."""
    (found,) = judge_description("x" * length)
    assert (found.check, found.ok, found.measured, found.limit) == ("description.length", ok, length, 100)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Transactional", UseCase.TRANSACTIONAL), ("promotional", UseCase.PROMOTIONAL), ("otp", UseCase.OTP),
        ("Multi-use", UseCase.MULTI_USE), ("MULTI_USE", UseCase.MULTI_USE), ("multi use", UseCase.MULTI_USE),
        ("multi-purpose", UseCase.MULTI_USE), ("one-time password", UseCase.OTP), ("marketing", None), ("", None),
    ],
)  # fmt: skip
def test_there_are_four_use_cases(typed: str, meant: UseCase | None) -> None:
    """The page's three and Google's fourth, in any spelling."""
    assert name_rules.use_case(typed) is meant
    (found,) = judge_use_case(typed)
    assert (found.check, found.ok) == ("use_case.known", meant is not None)


@pytest.mark.parametrize(
    ("typed", "ok", "level", "measured"),
    [
        ("+14155552671", True, "info", "+14155552671"),
        ("+1 (415) 555-2671", True, "info", "+14155552671"),
        ("+62 812-3456-7890", True, "info", "+6281234567890"),
        ("+1-866-879-8647", True, "info", "+18668798647"),
        ("+61 1300 975 707", True, "info", "+611300975707"),
        ("+6281234", False, "warning", "+6281234"),
        ("+1415555267", False, "error", "+1415555267"),
        ("+999123456789", False, "error", "+999123456789"),
        ("081234567890", False, "error", "081234567890"),
        ("+1 800 FLOWERS", False, "error", "+1 800 FLOWERS"),
        ("+14155552671 ext. 5", False, "error", "+14155552671 ext. 5"),
        ("call us", False, "error", "call us"),
        ("", False, "error", ""),
    ],
)
def test_a_phone_number_is_e164(typed: str, ok: bool, level: str, measured: str) -> None:
    """With + and the country's code; what the plans as we know them do not have is only a warning."""
    (found,) = contact_rules.judge_phone(typed)
    assert (found.check, found.ok, found.level, found.measured) == ("phone.format", ok, level, measured)


def test_a_national_number_is_told_what_it_lacks() -> None:
    """Another sentence than for what is no number."""
    assert next(contact_rules.judge_phone("0812 3456")).say == "phone_national"
    assert next(contact_rules.judge_phone("none")).say == "phone"


@pytest.mark.parametrize(
    ("typed", "ok"),
    [
        ("help@kopi.example", True), ("a.b+c@mail.kopi.co.id", True), (" help@kopi.example ", True),
        ("help@kopí.example", True), ("x" * 64 + "@kopi.example", True), ("x" * 65 + "@kopi.example", False),
        ("help@" + "x" * 63 + ".example", True), ("help@" + "x" * 64 + ".example", False),
        ("help", False), ("help@kopi", False), ("@kopi.example", False), ("help@", False), ("a@b@kopi.example", False),
        (".help@kopi.example", False), ("he..lp@kopi.example", False), ("help.@kopi.example", False),
        ("help@-kopi.example", False), ("help@kopi..example", False), ("help@127.0.0.1", False),
        ("Ana <help@kopi.example>", False), ("a@kopi.example, b@kopi.example", False), ("", False),
    ],
)  # fmt: skip
def test_an_email_address_is_one_that_mail_can_be_sent_to(typed: str, ok: bool) -> None:
    """By its syntax; nobody is asked."""
    (found,) = contact_rules.judge_email(typed)
    assert (found.check, found.ok) == ("email.format", ok)


@pytest.mark.parametrize("keyword", REQUIRED)
def test_the_exact_texts_hold(keyword: str) -> None:
    """Also with other blanks and line ends."""
    text = f"  {REQUIRED[keyword].replace('. ', '.' + chr(10))} "
    found = {finding.check: finding for finding in keywords.judge({keyword: text})}
    assert found[f"keywords.{keyword}"].ok


@pytest.mark.parametrize(
    ("keyword", "change", "say", "place"),
    [
        ("start", ("Msg&data", "Msg & data"), "keyword", "9"),
        ("start", ("varies.", "varies"), "keyword", "8"),
        ("start", (" to cancel.", ""), "keyword_missing", "18"),
        ("start", ("cancel.", "cancel. Kopi"), "keyword_more", "20"),
        ("start", ("Welcome", "welcome"), "keyword", "1"),
        ("stop", ("unsubscribed", "un-subscribed"), "keyword", "4"),
        ("help", ("please call", "call"), "keyword", "3"),
        ("help", ("1-866-879-8647", "us"), "keyword", "5"),
    ],
)
def test_the_first_other_word_is_named(keyword: str, change: tuple[str, str], say: str, place: str) -> None:
    """Word by word, marks and case too."""
    found = next(keywords.judge({keyword: REQUIRED[keyword].replace(*change)}))
    assert (found.ok, found.level, found.say, found.facts["place"]) == (False, "error", say, place)


@pytest.mark.parametrize(
    ("contact", "ok"),
    [
        ("1-866-879-8647", True), ("+62 21 555 01010", True), ("help@kopi.example", True), ("(415) 555-2671", True),
        ("our hotline", False), ("123", False), ("1-800-FLOWERS", False), ("", False),
    ],
)  # fmt: skip
def test_help_names_the_brands_own_contact(contact: str, ok: bool) -> None:
    """A number or an address in the place of the example's."""
    found = next(keywords.judge({"help": f"For support, please call {contact}."}))
    assert found.ok is ok


def test_what_the_compliance_page_wants_is_advice() -> None:
    """It contradicts the exact texts, so it keeps nobody from going on."""
    found = list(keywords.judge(REQUIRED, "Kopi Nusantara"))
    assert [finding.ok for finding in found[:3]] == [True] * 3
    assert {finding.check for finding in found[3:]} == {
        "keywords.start.brand", "keywords.stop.brand", "keywords.help.contact", "keywords.help.stop",
    }  # fmt: skip
    assert {(finding.ok, finding.level) for finding in found[3:]} == {(False, "info")}


def test_no_text_is_an_error() -> None:
    """What is given empty is missing; what is not given is not judged."""
    assert [finding.say for finding in keywords.judge({"stop": " "})] == ["keyword_empty"]
    assert list(keywords.judge({})) == []


def test_advice_is_there_for_everything_that_can_be_said() -> None:
    """Every word of advice that rules name has its block, and no block is left over."""
    folder = Path(keywords.__file__).parent
    rules = "".join(path.read_text() for path in folder.glob("*.py"))
    template = (folder.parents[1] / "templates" / "rcs" / "advice.j2").read_text()
    blocks = {line.split()[2] for line in template.splitlines()}
    written = {block for block in blocks if f'"{block}"' in rules or block.startswith("page_")}
    assert blocks == written
