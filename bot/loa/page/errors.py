"""Why somebody cannot sign on the page just now: each sentence says what happened, and what to do."""

from bot.errors import DeskError


class NoSuchLink(DeskError):
    """We do not know this link. Open it from the e-mail or from Slack once more, or ask there for a new one."""


class LinkOver(DeskError):
    """This link could be opened until {until}. Ask for a new one: in Slack, Sign LOA on the card of the sender ID."""


class OpenedElsewhere(DeskError):
    """This link was opened in another browser on {at}, and works there only. Ask for a new one: Sign LOA in Slack."""


class SessionOver(DeskError):
    """This page was open for too long, or in another browser, so it ended. Nothing was signed. Open your link again."""


class SignedAlready(DeskError):
    """{number} was signed already, on {at}. There is nothing left to do."""


class NotNeeded(DeskError):
    """{number} is not to be signed here any more: {because}. Ask your colleagues in Slack how it goes on."""


class KeptOnly(DeskError):
    """{number} was replaced, or is not needed any more, since you opened it. What you signed is kept and not used."""


class NotFromHere(DeskError):
    """Your browser sent this from another page, so nothing was done. Open your link again, and sign there."""


class TooOften(DeskError):
    """That was too often in a short time. Wait a minute, then open your link again."""


class LetterAway(DeskError):
    """The letter cannot be read just now, and nothing was signed. What you entered is still here: try in a minute."""


class FileAway(DeskError):
    """This file cannot be read just now. Try again in a minute."""


class LetterChanged(DeskError):
    """The letter is not as we made it, so it must not be signed. Ask support in Slack for a new one."""


class BecauseMissing(DeskError):
    """Say in a few words what should be different, so that we can mend it."""
