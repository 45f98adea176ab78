"""What may become of a workbook of sender IDs, and why one cannot be read; each docstring is a sentence for people."""

from enum import StrEnum

from bot.errors import DeskError


class Status(StrEnum):
    """Where a workbook stands."""

    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"


MOVES: dict[str, frozenset[str]] = {
    Status.CHECKING: frozenset({Status.CHECKED, Status.REFUSED}),
    Status.CHECKED: frozenset(),
    Status.REFUSED: frozenset(),
}
"""A workbook is looked at once: who mends it sends it again, and that is another file."""


class Unusable(DeskError):
    """This workbook cannot be read. Get a new one with `/senderid bulk`, copy your rows into it, and send that."""


class NotAWorkbook(Unusable):
    """This is {what}, not a workbook of sender IDs. Get the workbook with `/senderid bulk`, fill it in, and send it."""


class TooHeavy(Unusable):
    """{what}, and a workbook of sender IDs needs far less. Copy only its rows into a new one, and send that."""


class Unread(Unusable):
    """Reading this file stopped halfway ({what}). Save it anew as .xlsx and send it again; if it stays, ask support."""


class NothingInIt(Unusable):
    """There is no sender ID in this workbook yet: the sheet “{sheet}” is empty. Write one a row, and send it again."""


class ColumnsMissing(Unusable):
    """{missing} missing in the row of titles. Get a new workbook with `/senderid bulk`, and copy your rows into it."""


class NoColumns(Unusable):
    """No column here is called “Sender ID”. Get the workbook with `/senderid bulk`; contacts need another file name."""


class TooManyRows(Unusable):
    """There are {found} sender IDs in this workbook, and {most} fit. Split it into several, and submit one by one."""


class CountryUnknown(Unusable):
    """This file does not say its country. Get the workbook for it with `/senderid bulk`, and copy your rows over."""


class OtherCountry(Unusable):
    """This workbook is for {its}, and the draft is for {draft}. Get the right one, or choose {its} in the draft."""


class NoSuchWorkbook(Unusable):
    """There is no file {name} here. Check the name and the folder."""


class NotLookedAt(DeskError):
    """I could not look at this workbook, and it is not your fault. Send it again; if that fails too, ask support."""


class Mending(DeskError):
    """This draft mends what was submitted, so nothing can be added to it. Get the workbook with `/senderid bulk`."""
