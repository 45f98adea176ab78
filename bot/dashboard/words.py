"""A row of the dashboard in a line of words, alike wherever it is shown as text."""

from bot.dashboard.queries import Line, Row
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.registrations.card_words import stands, status_of
from bot.registrations.countries import country
from bot.registrations.rules import UNDECIDED, LoaState
from bot.tickets.rules import number_words

_LINE = "dashboard/line"


class LineWords:
    """Says lines of either view."""

    def __init__(self, voices: Voices, links: Links) -> None:
        self._voices = voices
        self._links = links

    def linked(self, line: Line) -> str:
        """A sender ID and destination: how many operators approved, its LOA, its ticket, and the rest."""
        status = status_of(line.rolled)
        emoji, _, word = self._voices.state(f"operator.{status}").partition(" ")
        said = {"stands": stands(self._voices, line.rolled), "status": word if status in UNDECIDED else ""}
        return self._voices.text(_LINE, "linked", emoji=emoji, **said, **self._common(line))

    def unlinked(self, line: Line) -> list[str]:
        """A line for each of its operators."""
        return [self._operator(line, row) for row in line.rows]

    def _operator(self, line: Line, row: Row) -> str:
        return self._voices.text(
            _LINE,
            "unlinked",
            operator=row.name,
            status=self._voices.state(f"operator.{row.status}"),
            registered_on=row.registered_on,
            valid_till=row.valid_till,
            **self._common(line),
        )

    def _common(self, line: Line) -> dict[str, object]:
        needed = line.loa != LoaState.NOT_NEEDED
        return {
            "sender_id": line.sender_id,
            "country": country(line.country).name,
            "account": line.account,
            "loa": self._voices.state(f"loa.{line.loa}") if needed else "",
            "subaccount": line.subaccount,
            "category": line.category,
            "labels": line.labels,
            "requested_on": line.requested_at.date(),
            "ticket": number_words(line.ticket_number),
            "thread": self._links.to(line.root, line.root.thread_ts) if line.root else "",
        }
