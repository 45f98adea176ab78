"""What keeps a form from being taken: everything at once, each at its field."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import DeskError


@dataclass(frozen=True)
class Problem:
    """What is wrong at one field, and how to mend it.

    ``step`` is the wizard's (``details``, ``documents``, ``sender_ids``, ``review``) or ``company``. ``field`` is the
    name in the draft's data; a document's is its slot or the name of its ``any_of``; a sender ID's has its index in
    front, from 0: ``1.sample_text``.
    """

    step: str
    field: str
    sentence: str


class Incomplete(DeskError):
    """This cannot go on yet. {sentences}."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """All ``problems`` are kept, for the forms that show each at its field."""
        self.problems = tuple(problems)
        super().__init__(sentences=" ".join(problem.sentence for problem in self.problems).rstrip("."))


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise Incomplete when there is at least one."""
    if found := tuple(problems):
        raise Incomplete(found)
