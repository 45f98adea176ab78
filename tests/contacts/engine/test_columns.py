"""Which column is which: by words of four languages, by exports of four programs, by what stands in the cells."""

import pytest

from bot.contacts.columns import find_header, letter, map_columns
from bot.contacts.engine_errors import NoNumberColumn, WrongColumns
from bot.contacts.synonyms import PhoneWord, phone_word


def names(line: str) -> list[str]:
    """The columns of an export, from its first line."""
    return line.split(",")


GOOGLE = names(
    "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,Organization Name,Birthday,Notes,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,"
    "Phone 2 - Value"
)
GOOGLE_OLD = names(
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Notes,E-mail 1 - Type,E-mail 1 - Value,"
    "Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value"
)
OUTLOOK = names(
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,"
    "Business Country/Region,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,"
    "Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,"
    "Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,E-mail Address,E-mail Display Name"
)
HUBSPOT = names(
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,WhatsApp Phone Number,"
    "Contact owner,Associated Company,Last Activity Date,Lead Status,Country/Region"
)
SALESFORCE = names(
    "Id,AccountId,LastName,FirstName,Salutation,Name,OtherCountry,Phone,Fax,MobilePhone,HomePhone,"
    "OtherPhone,AssistantPhone,Email,LeadSource"
)
SALESFORCE_REPORT = names("Salutation,First Name,Last Name,Title,Account Name,Mailing Country,Phone,Mobile,Fax,Email")


def mapped(header: list[str], rows: list[list[str]] = []) -> dict[str, str]:  # noqa: B006 - not changed
    """Source column -> target."""
    mapping = map_columns(header, rows, len(header))
    assert mapping.question is None
    return {column.name: column.target for column in mapping.columns if column.target}


def named_unused(header: list[str]) -> set[str]:
    """The phone columns that are named as not used."""
    return {column.name for column in map_columns(header, [], len(header)).columns if column.note.startswith("phone")}


@pytest.mark.parametrize(
    ("header", "number", "first", "last"),
    [
        (OUTLOOK, "Mobile Phone", "First Name", "Last Name"),
        (HUBSPOT, "Mobile Phone Number", "First Name", "Last Name"),
        (SALESFORCE, "MobilePhone", "FirstName", "LastName"),
        (SALESFORCE_REPORT, "Mobile", "First Name", "Last Name"),
        (GOOGLE, "Phone 1 - Value", "First Name", "Last Name"),
        (GOOGLE_OLD, "Phone 1 - Value", "Given Name", "Family Name"),
    ],
    ids=["outlook", "hubspot", "salesforce", "salesforce report", "google", "google, old"],
)
def test_exports_of_programs_are_known(header: list[str], number: str, first: str, last: str) -> None:
    """The mobile number and the names are found without a person's help."""
    assert mapped(header) == {number: "msisdn", first: "firstName", last: "lastName"}


def test_the_other_phone_columns_are_named() -> None:
    """A person sees which phone columns were passed over; faxes and pagers are none."""
    assert named_unused(SALESFORCE) == {"Phone", "HomePhone", "OtherPhone", "AssistantPhone"}
    assert named_unused(HUBSPOT) == {"Phone Number", "WhatsApp Phone Number"}
    assert {"Home Phone", "Business Phone", "Primary Phone"} <= named_unused(OUTLOOK)
    assert not named_unused(OUTLOOK) & {"Business Fax", "Home Fax", "Pager", "Telex", "Business Country/Region"}


def test_google_says_in_each_row_which_number_is_the_mobile_one() -> None:
    """The column whose labels say Mobile most often is the number."""
    row = dict.fromkeys(GOOGLE, "") | {"Phone 1 - Label": "Home", "Phone 1 - Value": "6561234567"}
    row |= {"Phone 2 - Label": "* Mobile", "Phone 2 - Value": "6591234567"}
    assert mapped(GOOGLE, [list(row.values())] * 3)["Phone 2 - Value"] == "msisdn"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Mobile Number,Given name,Surname", "msisdn,firstName,lastName"),
        ("No. HP,Nama Depan,Nama Belakang", "msisdn,firstName,lastName"),
        ("Nama Lengkap,No HP/WA,Alamat", "firstName,msisdn,"),
        ("No,Nama,Nomor Telepon,Kota", ",firstName,msisdn,"),
        ("nohp;nama".replace(";", ","), "msisdn,firstName"),
        ("Nomor Handphone,NAMA PELANGGAN", "msisdn,firstName"),
        ("Pangalan,Apelyido,Numero ng telepono", "firstName,lastName,msisdn"),
        ("Buong Pangalan,Cellphone No.", "firstName,msisdn"),
        ("CP #,Unang Pangalan", "msisdn,firstName"),
        ("ลำดับ,ชื่อ,นามสกุล,เบอร์โทรศัพท์", ",firstName,lastName,msisdn"),
        ("ชื่อ-นามสกุล,เบอร์มือถือ,โทรสาร", "firstName,msisdn,"),
        ("หมายเลขโทรศัพท์,ชื่อลูกค้า", "msisdn,firstName"),
        ("โทรศัพท์บ้าน,มือถือ", ",msisdn"),
        ("Phone (with country code),Phone country code", "msisdn,"),
        ("Contact No.,Contact Person,Email", "msisdn,firstName,"),
        ("Phone 2,Phone 1,Phone type", ",msisdn,"),
        ("msisdn,phone,mobile", "msisdn,,"),
        ("Phone,Telephone 2 (home)", "msisdn,"),
        ("MSISDN,FIRSTNAME,LASTNAME", "msisdn,firstName,lastName"),
        ("Name,First Name,Phone", ",firstName,msisdn"),
    ],
)
def test_headers_of_four_languages(header: str, expected: str) -> None:
    """What people of these countries call their columns."""
    mapping = map_columns(header.split(","), [], header.count(",") + 1)
    assert ",".join(column.target for column in mapping.columns) == expected


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Fax", PhoneWord.NONE),
        ("Phone type", PhoneWord.NONE),
        ("Mobile carrier", PhoneWord.NONE),
        ("Customer number", PhoneWord.NONE),
        ("No", PhoneWord.NONE),
        ("แฟกซ์", PhoneWord.NONE),
        ("Number", PhoneWord.PERHAPS),
        ("Kontak", PhoneWord.PERHAPS),
        ("Office tel.", PhoneWord.OTHER),
        ("Telp Rumah", PhoneWord.OTHER),
        ("Tel", PhoneWord.PHONE),
        ("WhatsApp", PhoneWord.WHATSAPP),
        ("WA", PhoneWord.WHATSAPP),
        ("Ponsel", PhoneWord.MOBILE),
    ],
)
def test_words_beside_the_phone_count(header: str, word: PhoneWord) -> None:
    """A phone at work is less fit than a mobile one, and a phone's type is none."""
    assert phone_word(header) == word


def test_a_whole_name_goes_to_the_first_name_and_says_so() -> None:
    """The API knows first and last names only."""
    columns = map_columns(["Name", "Phone"], [], 2).columns
    assert (columns[0].target, columns[0].note) == ("firstName", "whole name, goes to firstName")


def test_a_column_of_numbers_without_a_word_for_it_is_proposed() -> None:
    """When no header tells, the column with the most numbers is proposed, and a person is asked."""
    rows = [["100234", "2024-01-02", f"+65 9123 45{i:02}", "Ana"] for i in range(20)]
    mapping = map_columns(["Id", "Since", "Reach at", "Who"], rows, 4)
    assert mapping.question is not None
    assert mapping.question.proposed == 2


def test_several_equal_columns_are_asked_about() -> None:
    """Two mobile columns, both filled: only a person knows."""
    rows = [["6591234567", "6281234567890"]] * 5
    mapping = map_columns(["Mobile", "Cellphone"], rows, 2)
    assert mapping.question is not None
    assert mapping.question.why == "Several columns may be the number."
    assert mapped(["Mobile", "Cellphone"], [["", "6281234567890"]] * 5) == {"Cellphone": "msisdn"}


def test_a_weak_word_counts_only_with_numbers_under_it() -> None:
    """``Number`` may be a phone or a running number."""
    assert mapped(["Number", "Who"], [["6591234567", "Ana"]] * 3) == {"Number": "msisdn"}
    with pytest.raises(NoNumberColumn):
        map_columns(["Number", "Who"], [["1", "Ana"], ["2", "Budi"]], 2)


def test_without_a_header_a_person_is_asked() -> None:
    """The first row has a number in it, so it is no header; the number's column is proposed."""
    rows = [["Ana", "6591234567"], ["Budi", "6591234568"]]
    assert find_header(rows) is None
    mapping = map_columns(None, rows, 2)
    assert mapping.question is not None
    assert mapping.question.proposed == 1
    assert [column.name for column in mapping.columns] == ["column A", "column B"]


def test_a_title_above_the_header_is_passed_over() -> None:
    """The row that names the number is the header."""
    assert find_header([["Customers of May"], [], ["Name", "No HP"], ["Ana", "6591234567"]]) == 2
    assert find_header([["Name", "Reach"], ["Ana", "6591234567"], ["Phone", "x"]]) == 0


def test_a_persons_columns_override_everything() -> None:
    """Targets by position; what is not named is not used."""
    mapping = map_columns(["Mobile", "First Name", "Spare"], [], 3, ("", "lastName", "msisdn"))
    assert [column.target for column in mapping.columns] == ["", "lastName", "msisdn"]


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (("msisdn", "msisdn"), "one is named twice"),
        (("firstName",), "none is msisdn, the number"),
        (("msisdn", "", ""), "3 are named and the file has 2"),
        (("phone", ""), "phone is none of msisdn, firstName, lastName"),
    ],
)
def test_columns_that_do_not_fit_are_refused(chosen: tuple[str, ...], why: str) -> None:
    """The sentence says what does not fit."""
    with pytest.raises(WrongColumns, match=why):
        map_columns(["A", "B"], [], 2, chosen)


def test_equal_headers_get_different_names() -> None:
    """Two columns called Phone can be told apart, and a column without a name has its letter."""
    columns = map_columns(["Phone", "Phone", ""], [["6591234567", "", ""]], 3).columns
    assert [column.name for column in columns] == ["Phone", "Phone (column B)", "column C"]
    assert [letter(index) for index in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
