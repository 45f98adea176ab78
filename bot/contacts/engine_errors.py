"""Why a contact file cannot be read. Each docstring is the sentence that the user reads."""

from bot.errors import DeskError


class Unreadable(DeskError):
    """This file cannot be read as contacts. Save it as CSV or .xlsx and send it again."""


class EmptyFile(Unreadable):
    """This file is empty: there is no row in it. Check that you sent the right one, and send it again."""


class TooLarge(Unreadable):
    """This file has {size}, and the limit is {limit}. Split it into smaller files and send them one by one."""


class WrongType(Unreadable):
    """This is {what}, not a list of contacts. {way_out}"""  # noqa: D400, D415 - the way out has its own full stop

    def __init__(self, what: str, way_out: str = "Save your contacts as CSV or .xlsx and send that file.") -> None:
        super().__init__(what=what, way_out=way_out)


class PasswordProtected(Unreadable):
    """This file is protected by a password. Save it without one (in Excel: File, Info, Protect) and send it again."""


class Broken(Unreadable):
    """This file is damaged or was cut short on its way ({what}). Open it, save it anew and send it again."""


class TooMuchInside(Unreadable):
    """This file is far larger inside than it looks: {what}. Copy only the contacts into a new sheet and send that."""


class TooMuchWork(Unreadable):
    """Checking this file took more than {what}, so it was stopped. Split it into smaller files, or send it as CSV."""


class NoSuchSheet(Unreadable):
    """There is no sheet called {name} in this workbook. Its sheets are: {sheets}."""


class NoNumberColumn(Unreadable):
    """No column of this file holds phone numbers. One is needed: the international form is best, like +6591234567."""


class WrongColumns(Unreadable):
    """These columns do not fit the file: {why}. Name them in the file's order, like msisdn,firstName,lastName."""


class NoSuchCountry(Unreadable):
    """There is no country {name}. Give its code of two letters, like PH for the Philippines."""


class CheckStopped(Unreadable):
    """Checking this file stopped halfway ({what}). Save it anew as CSV and send that; if it happens again, ask us."""


class OnlyHiddenRows(Unreadable):
    """All rows of this workbook are in hidden sheets ({sheets}). Show the right one, save, and send it again."""


class AForm(Unreadable):
    """This is Sender Desk's workbook of sender IDs, not a list of contacts. Drop it in Slack, and it is read as one."""


class NoSuchFile(Unreadable):
    """There is no file {name} here. Check the name and the folder."""


class ColumnsNeeded(Unreadable):
    """{why} Name the columns in the file's order, with - for those that are not used: --columns {example}"""  # noqa: D400, D415 - copied into a shell
