"""Why the files of an export do not come; what 8x8's API itself refuses is in ``bot.accounts.refusals``."""

from bot.errors import DeskError


class LinkGone(DeskError):
    """8x8 does not give out the files of this export ({reason}). Export the same again: it costs nothing."""


class FilesTooLarge(DeskError):
    """The files of this export are larger than {most}. Export a shorter time, or set a limit."""


class TooManyFiles(DeskError):
    """This export has {count} files, and I bring {most} at most. Export a shorter time, or set a limit."""


class NotFollowed(DeskError):
    """8x8 did not finish this export in {days} days; its last word was {word}. Try a shorter time, or ask support."""


class JobGone(DeskError):
    """8x8 does not know this export any more ({reason}). Export the same again: it costs nothing."""


class NotBrought(DeskError):
    """I could not bring the files, and it is not your fault. Export the same again; if that fails too, ask support."""


class NotAsked(DeskError):
    """I cannot tell whether 8x8 took this in. Ask again if you want it: a second export there costs nothing."""


class NotCancelled(DeskError):
    """8x8 did not answer. The export may go on there unseen, which does no harm."""


class StoreAway(DeskError):
    """Our file store does not answer just now. I try again by myself."""


class OwnerLeft(DeskError):
    """<@{user}> does not belong to this account any more, so nobody would get it."""


class NotLinkedNow(DeskError):
    """The account is not linked to any conversation any more."""


class PlaceGone(DeskError):
    """The conversation that it went to does not belong to this account any more."""
