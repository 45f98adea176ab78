"""How people reach the brand: a phone number and an e-mail address. Pure."""

import re
from collections.abc import Iterator

import phonenumbers

from bot.rcs.findings import Finding, fails, holds

_ADDRESS_MOST, _LOCAL_MOST = 254, 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"(?P<local>{_ATOM}(\.{_ATOM})*)@(?P<host>[^@\s]+)")
_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?!\d+$)[A-Za-z0-9-]{2,63}")
_SHOWN = 80


def is_host(name: str) -> bool:
    """Whether this is the name of a host in the world's DNS, international ones too; no IP address."""
    try:
        plain = name.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _HOST.fullmatch(plain) is not None


def is_email(typed: str) -> bool:
    """Whether this is one address that mail can be sent to, by its syntax (RFC 5321, without quoted names)."""
    found = _EMAIL.fullmatch(typed)
    if found is None or len(typed) > _ADDRESS_MOST or len(found["local"]) > _LOCAL_MOST:
        return False
    return is_host(found["host"])


def judge_email(typed: str) -> Iterator[Finding]:
    """``email.format``."""
    address, limit = typed.strip(), "name@company.com"
    if is_email(address):
        yield holds("email.format", address, limit)
    else:
        yield fails("error", "email.format", address[:_SHOWN], limit, "email", typed=address[:_SHOWN])


def judge_phone(typed: str) -> Iterator[Finding]:
    """``phone.format``: E.164; in plans that change faster than what we know of them, a warning is enough."""
    shown, limit = " ".join(typed.split())[:_SHOWN], "E.164, such as +14155552671"
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        say = "phone_national" if re.fullmatch(r"[\d\s()./-]+", typed.strip()) else "phone"
        yield fails("error", "phone.format", shown, limit, say, typed=shown)
        return
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension or not phonenumbers.is_possible_number(number) or re.search(r"[A-Za-z]", typed):
        yield fails("error", "phone.format", shown, limit, "phone", typed=shown)
    elif not phonenumbers.is_valid_number(number):
        yield fails("warning", "phone.format", written, limit, "phone_unknown", typed=written)
    else:
        yield holds("phone.format", written, limit)
