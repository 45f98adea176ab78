"""What people call the columns of a contact list: in English, Indonesian, Filipino and Thai, and in exports.

The names are as ``words`` gives them: lower case, no marks, one blank between words. Sources of the exports' names:
Google Contacts (both of its CSV layouts), Outlook's contacts.csv, HubSpot's and Salesforce's contact properties.
"""

import re
import unicodedata
from enum import IntEnum

_NO_WORD = re.compile(r"[^\w\u0e00-\u0e7f]+|_")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")
_MARKS = re.compile(r"[\u0300-\u036f]")


def words(header: str) -> str:
    """A header reduced to what it says: ``No. HP/WA`` -> ``no hp wa``, ``MobilePhone`` -> ``mobile phone``."""
    plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", header)))
    said = " ".join(_NO_WORD.sub(" ", _HUMP.sub(" ", plain)).casefold().split())
    return said.replace("whats app", "whatsapp")


class PhoneWord(IntEnum):
    """How well a header fits the number that gets messages; 0: it names something else."""

    NONE = 0
    PERHAPS = 1  # "Number": only when the cells look like phone numbers
    OTHER = 2  # at home, at work, a second one
    PHONE = 3
    WHATSAPP = 4
    MOBILE = 5
    MSISDN = 6


def _set(words_of_a_kind: str) -> frozenset[str]:
    return frozenset(words_of_a_kind.split())


_MSISDN = frozenset({"msisdn", "msisdns", "msisdn number", "mobile msisdn"})
_MOBILE = _set(
    "mobile mobil cell cellphone cellular cel handphone hp nohp ponsel seluler selular selpon celpon cp gsm "
    "sms mobilephone mobileno mobilenumber cellno"
)
_WHATSAPP = _set("whatsapp wa nowa wanumber")
_PHONE = _set(
    "phone phones telephone tel telp tlp telepon telpon telefon telfon telepono telno notelp notlp notelepon "
    "phoneno phonenumber phonenum contactno contactnumber"
)
_OTHER = _set(
    "home house rumah bahay work office kantor opisina business company perusahaan kumpanya landline main "
    "assistant asst car radio callback other secondary alternate alternative second 2nd lain kedua emergency "
    "darurat tty tdd"
)
_NO_PHONE = _set(
    "fax faks pager telex type label email mail extension ext country negara code kode area carrier operator "
    "provider network status verified validated date time tanggal opt optin consent count model brand merk "
    "note notes address alamat app version os device isdn name nama"
)
_WITH_CODE = re.compile(
    r"\b(with|incl|including|include|plus|dengan|pakai|kasama|and)? ?(country|kode negara|code)\b.*"
)
_NUMBER = _set("number no num nomor numero nr nos numbers nomer")
_PERHAPS = frozenset(
    {"number", "numbers", "nomor", "numero", "nomer", "contact", "kontak", "recipient", "recipients", "subscriber"}
    | {"destination", "penerima", "tujuan", "หมายเลข", "เบอร์", "ติดต่อ", "ผู้รับ"}
)
_THAI_MOBILE, _THAI_PHONE = ("มือถือ",), ("โทร", "เบอร์")
_THAI_OTHER, _THAI_NO = ("บ้าน", "ที่ทำงาน", "สำนักงาน", "สำรอง", "ฉุกเฉิน"), ("โทรสาร", "แฟกซ์", "แฟ็กซ์", "ประเภท")


def phone_word(header: str) -> PhoneWord:
    """How well this header names the number that gets messages."""
    said = words(header)
    if said in _MSISDN:
        return PhoneWord.MSISDN
    if any(word in said for word in _THAI_NO):
        return PhoneWord.NONE
    tokens = set(said.split())
    phone = _kind_of_phone(said, tokens)
    if phone and tokens & _NO_PHONE:
        tokens = set(_WITH_CODE.sub("", said).split())  # "Phone (with country code)", but not "Phone country code"
        phone = (
            _kind_of_phone(said, tokens) if re.search(r"\b(with|incl|dengan|pakai|kasama)", said) else PhoneWord.NONE
        )
    if phone:
        return PhoneWord.NONE if tokens & _NO_PHONE else phone
    return PhoneWord.PERHAPS if said in _PERHAPS else PhoneWord.NONE


def _kind_of_phone(said: str, tokens: set[str]) -> PhoneWord:
    other = bool(tokens & _OTHER) or any(word in said for word in _THAI_OTHER)
    if tokens & _MOBILE or any(word in said for word in _THAI_MOBILE):
        return PhoneWord.OTHER if tokens & {"second", "2nd", "secondary", "kedua"} else PhoneWord.MOBILE
    if tokens & _WHATSAPP:
        return PhoneWord.WHATSAPP
    by_contact = bool(tokens & {"contact", "kontak"}) and bool(tokens & _NUMBER)
    if tokens & _PHONE or by_contact or any(word in said for word in _THAI_PHONE if said != "เบอร์"):
        return PhoneWord.OTHER if other else PhoneWord.PHONE
    return PhoneWord.NONE


FIRST_NAMES = frozenset(
    {"first name", "firstname", "given name", "givenname", "fname", "forename", "first", "contact first name"}
    | {"nama depan", "namadepan", "nama pertama", "nama panggilan", "unang pangalan", "pangalan una"}
    | {"ชื่อจริง", "ชื่อต้น", "ชื่อแรก"}
)
LAST_NAMES = frozenset(
    {"last name", "lastname", "family name", "familyname", "lname", "surname", "last", "contact last name"}
    | {"nama belakang", "namabelakang", "nama akhir", "nama keluarga", "apelyido", "huling pangalan"}
    | {"นามสกุล", "สกุล"}
)
WHOLE_NAMES = frozenset(
    {"name", "full name", "fullname", "contact name", "customer name", "client name", "display name", "member name"}
    | {"recipient name", "subscriber name", "contact person", "person name", "customer", "names"}
    | {"nama", "nama lengkap", "namalengkap", "nama pelanggan", "nama customer", "nama konsumen", "nama kontak"}
    | {"nama penerima", "nama anggota", "nama nasabah", "nama klien", "nama peserta"}
    | {"pangalan", "buong pangalan", "kumpletong pangalan", "pangalan ng customer"}
    | {"ชื่อ", "ชื่อนามสกุล", "ชื่อ นามสกุล", "ชื่อ สกุล", "ชื่อสกุล", "ชื่อเต็ม", "ชื่อลูกค้า", "ชื่อผู้ติดต่อ", "ชื่อผู้รับ", "ชื่อและนามสกุล"}
)
MOBILE_LABELS = re.compile(r"mobile|cell|seluler|ponsel|handphone|\bhp\b|มือถือ", re.IGNORECASE)
"""What Google Contacts writes beside a number that is a mobile one."""
LABELLED = re.compile(r"phone (\d+) value")
"""Google Contacts: the number's column; its label stands in ``phone N label`` (``phone N type`` in older exports)."""
