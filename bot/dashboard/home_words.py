"""A row of the dashboard as App Home says it: two lines, and a line for each operator below when it is opened."""

from bot.dashboard.queries import Line
from bot.dashboard.words import LineWords
from bot.registrations.card_words import status_of

_HOME = "dashboard/home"


class HomeWords(LineWords):
    """Says rows of either view."""

    def row(self, line: Line) -> str:
        """What it is and how it stands; below, its ticket and the rest."""
        emoji, _, word = self._voices.state(f"operator.{status_of(line.rolled)}").partition(" ")
        said = {"emoji": emoji, "status": word, "approved_count": line.rolled.approved, "total": line.rolled.total}
        return f"{self._voices.text(_HOME, 'row', **said, **self._common(line))}\n{self.about(line)}"

    def about(self, line: Line) -> str:
        """Its ticket, and what it was asked for with."""
        return self._voices.text(_HOME, "about", **self._common(line))

    def operators(self, line: Line) -> list[str]:
        """A line for each operator: status, since when it is registered, till when it is valid."""
        return self._each(line, "operator")

    def by_operator(self, line: Line) -> list[str]:
        """The same with the sender ID in each, for who reads it by operator."""
        return self._each(line, "by_operator")

    def _each(self, line: Line, block: str) -> list[str]:
        said = self._common(line)
        return [
            self._voices.text(
                _HOME,
                block,
                operator=row.name,
                status=self._voices.state(f"operator.{row.status}"),
                registered_on=row.registered_on,
                valid_till=row.valid_till,
                **said,
            )
            for row in line.rows
        ]
