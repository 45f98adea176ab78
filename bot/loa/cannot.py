"""Why a letter cannot be drawn: each sentence says what to mend."""

from bot.errors import DeskError


class CannotDraw(DeskError):
    """The letter cannot be drawn."""


class NoGlyph(CannotDraw):
    """{field} has {characters}, which a letter cannot show. {remedy}"""  # noqa: D400, D415 - the remedy is a sentence


class NoPicture(CannotDraw):
    """The letterhead cannot be used: {why}. Send it anew as a PNG, JPEG or PDF that opens on your computer."""


class PictureTooLarge(CannotDraw):
    """The letterhead is too large: {measured}, and at most {most} can be drawn. Send a smaller picture of it."""


class FilledPaper(CannotDraw):
    """The letterhead is a page full of writing, so no letter fits on it. Send empty letter paper, or only its head."""
