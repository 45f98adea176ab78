"""What a feature hands over whose requests are tickets, so that tickets know no feature."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.storage.audit import AuditRow, Subject
from bot.storage.database import Tx
from bot.tickets.tables import Ticket


def _no_subjects(_tx: Tx, _ticket: Ticket) -> Sequence[Subject]:
    return []


def _no_ticket(_tx: Tx, _kind: str, _key: str) -> str | None:
    return None


def _nothing(_tx: Tx, _ticket: Ticket, _rows: Sequence[AuditRow]) -> Mapping[int, Mapping[str, str]]:
    return {}


@dataclass(frozen=True)
class Feature:
    """One feature's part in a ticket's story and threads.

    ``subjects`` gives the audit's subjects (kind, id) that belong to a ticket besides itself. ``ticket_of`` gives the
    id of the ticket to which a root message of the feature's (kind, key) belongs: where there are several for one
    ticket, people write under each of them. ``told`` are the acts that a customer may read of, and ``facts`` what of
    the audit's facts about them; all else stays inside. ``explained`` gives, by the audit row's id, what
    people read in place of codes; its ``reason_words`` say why.
    """

    subjects: Callable[[Tx, Ticket], Sequence[Subject]] = _no_subjects
    ticket_of: Callable[[Tx, str, str], str | None] = _no_ticket
    told: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    explained: Callable[[Tx, Ticket, Sequence[AuditRow]], Mapping[int, Mapping[str, str]]] = _nothing
