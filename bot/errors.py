"""One class per thing that can go wrong; its docstring is the sentence that the user reads.

The sentence may name facts in braces; they are given when the error is raised::

    raise FileTooLarge(name="contacts.csv", size="41.3 MB")

A feature keeps its own errors in this file's style beside its rules; what several features raise stands here.
"""

from inspect import cleandoc


class DeskError(Exception):
    """Something went wrong here, and it is not your fault. Try again in a minute."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """What the user reads: the class's docstring on one line, with the facts filled in."""
        words = " ".join(cleandoc(type(self).__doc__ or "").split())
        return words.format(**self.facts)


class NotAllowed(DeskError):
    """Only {who} can do this. Ask {ask} if you need it done."""


class NotFound(DeskError):
    """{what} is not here, or not yours to see. Check the name, or ask support in this channel."""


class OutOfDate(DeskError):
    """This was already {what} by {who}. The message above now shows the latest state."""
