"""Why staff have a letter signed again: a short list, whose words stand in ``templates/loa/return.j2``."""

from bot.registrations.rules import ReasonMissing

REASONS = ("unsigned", "unreadable", "pages", "stamp", "signer", "altered", "other")
"""No signature; cannot be read; pages are missing; no stamp; another person signed; its text was changed."""
OTHER = "other"


def check(reason: str, words: str) -> None:
    """Raise ReasonMissing where it says nothing, ValueError for what no form offers."""
    if reason and reason not in REASONS:
        raise ValueError(reason)
    if not reason or (reason == OTHER and not words.strip()):
        raise ReasonMissing(field="words")
