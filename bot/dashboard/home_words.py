"""A row of the dashboard as App Home says it: two lines, and a line for each operator below when it is opened."""

from bot.dashboard.queries import Line
from bot.dashboard.words import LineWords
from bot.registrations.card_words import stands, status_of

_HOME = "dashboard/home"


class HomeWords(LineWords):
    """Says rows; what is said of each operator in the unlinked view is the same everywhere."""

    def row(self, line: Line) -> str:
        """What it is and how it stands; below, its ticket and the rest."""
        emoji, _, word = self._voices.state(f"operator.{status_of(line.rolled)}").partition(" ")
        said = {"emoji": emoji, "status": word, "approved_count": line.rolled.approved, "total": line.rolled.total}
        values = {**said, "stands": stands(self._voices, line.rolled), **self._common(line)}
        words = self._voices.slack(_HOME, **values)
        return f"{words.part('row')}\n{words.part('about')}"

    def operators(self, line: Line) -> list[str]:
        """A line for each operator: status, since when it is registered, till when it is valid."""
        return [
            self._voices.text(
                _HOME,
                "operator",
                operator=row.name,
                status=self._voices.state(f"operator.{row.status}"),
                registered_on=row.registered_on,
                valid_till=row.valid_till,
            )
            for row in line.rows
        ]
