"""What a launch needs, where it can be, which numbers are devices, which files are items: tables of cases."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot.errors import DeskError
from bot.rcs import checklist, devices, item_files, regions
from bot.rcs.checklist import Stand
from bot.rcs.devices import NumbersWrong, TooManyAtOnce, TooManyInvited, TooManyInvites
from bot.rcs.launch_acts import AMENDS_TO, Act, Decision, allowed, possible
from bot.rcs.rules import CarrierStatus, ItemStatus
from bot.registrations.papers import Broken, Empty
from bot.registrations.rules import ReasonMissing

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
DOCX = b"PK\x03\x04" + b"word/document.xml" + b"PK\x05\x06" + bytes(18)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(12) + b"\x00\x00\x00\x08moov"
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(12)


def test_each_list_asks_for_what_the_guide_names() -> None:
    """Outside of the United States five items, there eight; asked for together, each once."""
    everywhere = ["request_form", "brand_vetting", "demo_video", "testing", "questionnaire"]
    assert [item.code for item in checklist.items({"global"})] == everywhere
    there = {item.code for item in checklist.items({"us"})}
    assert there == {*everywhere, "program_brief", "tmobile", "keywords"}
    assert {item.code for item in checklist.items({"us", "global"})} == there
    assert re.search("5.10 business days", checklist.item("brand_vetting").note)
    assert "parallel" in checklist.item("brand_vetting").note


@pytest.mark.parametrize(
    ("lists", "use_case", "shown"),
    [
        ({"global"}, "OTP", ["opt_in", "transactional", "stop"]),
        ({"global"}, "MULTI_USE", ["opt_in", "transactional", "promotional", "stop"]),
        ({"us"}, "PROMOTIONAL", ["opt_in", "content", "stop"]),
        ({"us", "global"}, "PROMOTIONAL", ["opt_in", "transactional", "promotional", "content", "stop"]),
    ],
)
def test_a_video_must_show_what_its_list_and_its_use_case_ask(lists: set[str], use_case: str, shown: list[str]) -> None:
    """A promotion only where the agent sends some; the rich content only for the United States."""
    assert [one.code for one in checklist.item("demo_video").shows(lists, use_case)] == shown


def test_progress_counts_what_is_given_and_names_the_rest() -> None:
    """Returned is not given, and neither is what lacks a part."""
    statuses = [ItemStatus.GIVEN, ItemStatus.ACCEPTED, ItemStatus.RETURNED, ItemStatus.MISSING]
    stands = [Stand(checklist.item("tmobile"), status) for status in statuses]
    stands.append(Stand(checklist.item("demo_video"), ItemStatus.GIVEN, ("stop",)))
    assert checklist.progress(stands) == (2, 5)
    assert [one.status for one in checklist.lacking(stands)] == ["returned", "missing", "given"]


def test_every_region_has_a_list_and_carriers() -> None:
    """The United States have theirs, T-Mobile among the carriers; elsewhere the other one counts."""
    there = regions.regions()
    assert {one.checklist for code, one in there.items() if code != "US"} == {"global"}
    assert there["US"].checklist == "us"
    assert there["US"].carriers["tmobile"] == "T-Mobile"
    assert all(one.carriers for one in there.values())
    assert [code for code, one in there.items() if one.sure] == ["SG", "US"]
    assert regions.lists_of(["US", "TH"]) == {"us", "global"}


def test_a_carrier_says_what_its_newest_row_says() -> None:
    """What was withdrawn or replaced counts nothing, what is live counts before what is asked anew."""
    said = [("SG", "m1", "live"), ("SG", "singtel", "replaced"), ("SG", "singtel", "live"), ("TH", "ais", "rejected")]
    said += [("SG", "m1", "under_review"), ("TH", "nt", "withdrawn")]
    rows = [SimpleNamespace(region=region, carrier=carrier, status=status) for region, carrier, status in said]
    newest = regions.newest(rows)
    assert {(row.carrier, row.status) for row in newest} == {
        ("m1", "live"), ("singtel", "live"), ("ais", "rejected"),
    }  # fmt: skip
    rolled = regions.roll_up(newest)
    assert (rolled.live, rolled.total, rolled.live_in) == (2, 3, ("SG",))
    assert regions.repeated(["SG", "US"], ["US"]) == ["SG"]


@pytest.mark.parametrize(
    ("typed", "number", "why"),
    [
        ("+14155552671", "+14155552671", ""),
        ("+62 812-3456-789", "+628123456789", ""),
        ("08123456789", "", "plus and country code"),
        ("+999123456", "", "no country code"),
        ("+1415", "", "too long or too short"),
        ("+6561234567", "", "fixed line"),
        ("Ana's phone", "", "not a phone number"),
        ("+1 415 555 CALL", "", "not a phone number"),
        ("+1999999999999999", "", "too long or too short"),
    ],
)
def test_a_device_is_a_mobile_number_in_e164(typed: str, number: str, why: str) -> None:
    """Everything else is told what it lacks."""
    found, said = devices.judge(typed)
    assert found == number
    assert why in said


def test_several_numbers_are_read_at_once_each_once() -> None:
    """Lines, commas and semicolons part them; doubles are one, and known ones are told apart."""
    read = devices.read("+14155552671, +628123456789;\n+1 (415) 555-2671\n\n", {"+628123456789"})
    assert read.new == ("+14155552671",)
    assert read.again == ("+628123456789",)
    with pytest.raises(NumbersWrong, match=r"0812 needs .*; ?|0812 needs") as wrong:
        devices.read("0812\n+14155552671\nAna", ())
    assert "Ana is not" in wrong.value.sentence
    with pytest.raises(NumbersWrong, match="at least one"):
        devices.read(" \n", ())
    with pytest.raises(TooManyAtOnce):
        devices.read("+14155552671\n" * 51, ())


def test_invites_are_counted_by_the_day_and_in_all() -> None:
    """Twenty a day of UTC, two hundred devices in all; who was invited before counts for the day alone."""
    devices.check_invites(1, 19, 1, 199)
    with pytest.raises(TooManyInvites, match=r"0 are left today; the next day begins at 00:00 UTC"):
        devices.check_invites(1, 20, 0, 100)
    devices.check_invites(1, 0, 0, 200)
    with pytest.raises(TooManyInvited):
        devices.check_invites(1, 0, 1, 200)
    late = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    assert devices.day_of(late) == datetime(2026, 11, 23, tzinfo=UTC)
    assert devices.next_day(late) == datetime(2026, 11, 24, tzinfo=UTC)
    assert devices.masked("+628123456789") == "+62•••••789"


@pytest.mark.parametrize(
    ("code", "content", "kind"),
    [
        ("tmobile", PDF, "pdf"),
        ("program_brief", DOCX, "docx"),
        ("demo_video", MP4, "mp4"),
        ("demo_video", MP4.replace(b"mp42", b"qt  "), "mov"),
        ("demo_video", b"\x1a\x45\xdf\xa3webm", "webm"),
    ],
)
def test_a_file_is_what_its_content_is(code: str, content: bytes, kind: str) -> None:
    """Whatever it is called."""
    assert item_files.judge("whatever.txt", content, checklist.item(code)) == kind


@pytest.mark.parametrize(
    ("code", "content", "error", "said"),
    [
        ("tmobile", b"", Empty, "0 bytes"),
        ("tmobile", PDF[:-8], Broken, "its end is missing"),
        ("program_brief", DOCX.replace(b"PK\x05\x06", b"xxxx"), Broken, "its end is missing"),
        ("demo_video", MP4[:-4], Broken, "table of contents"),
        ("demo_video", HEIC, item_files.WrongFile, "a HEIC picture, and Demo video takes MP4, MOV or WebM"),
        ("tmobile", MP4, item_files.WrongFile, "an MP4 file"),
        ("demo_video", MP4 + bytes(10_000_000), item_files.FilmTooLarge, "give the link instead"),
        ("tmobile", PDF + bytes(10_000_000) + b"%%EOF", item_files.FileTooLarge, "10.1 MB, and 10 MB fit"),
    ],
)
def test_a_file_that_does_not_do_is_told_why(code: str, content: bytes, error: type[DeskError], said: str) -> None:
    """The measured value, the rule, and the way out."""
    with pytest.raises(error, match=said):
        item_files.judge("file", content, checklist.item(code))


@pytest.mark.parametrize("act", Act)
def test_what_staff_may_do_brings_what_the_moves_allow(act: Act) -> None:
    """Every act that is offered for a status is a move of the table, and only some ask why."""
    results = AMENDS_TO if act is Act.AMEND else (None,)
    for status in (status for status in CarrierStatus if allowed(status, act)):
        for amended in results:
            to = Decision(act, "why", amended_to=amended).to
            assert to == status or possible(status, to), (status, act)
    if act in {Act.ASK, Act.REJECT, Act.SUSPEND, Act.STRIKE}:
        with pytest.raises(ReasonMissing):
            Decision(act).checked()
