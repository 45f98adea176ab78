"""What the desk counts about itself, for Prometheus. No label ever names a person, an account or a file."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from bot.delivery.tables import DEAD, PENDING, RUNNING, DueRow
from bot.storage.database import Tx, db_now

_QUEUES = ("outbox", "jobs")


class Metrics:
    """Every metric once, in a registry of its own: nothing is counted across tests or at import."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.deliveries = Counter(
            "senderdesk_deliveries_total",
            "What Slack delivered, by kind and by the status it was answered with.",
            ["kind", "status"],
            registry=self.registry,
        )
        self.ack_seconds = Histogram(
            "senderdesk_ack_seconds",
            "From a delivery's arrival to its answer; Slack waits 3 seconds.",
            ["kind"],
            buckets=(0.01, 0.03, 0.1, 0.3, 1, 2, 3),
            registry=self.registry,
        )
        self.sockets = Gauge("senderdesk_sockets_connected", "Socket Mode connections.", registry=self.registry)
        self.reconnects = Counter(
            "senderdesk_socket_reconnects_total",
            "Socket Mode connections that were given up and made anew, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.signing_events = Counter(
            "senderdesk_docusign_events_total",
            "What DocuSign told by itself, by what came of it; forged: it was not DocuSign.",
            ["outcome"],
            registry=self.registry,
        )
        self.due_rows = Gauge(
            "senderdesk_due_rows", "Rows of work, by queue and state.", ["queue", "state"], registry=self.registry
        )
        self.oldest_seconds = Gauge(
            "senderdesk_oldest_due_seconds", "How late the latest row of a queue is.", ["queue"], registry=self.registry
        )

    def count_due(self, rows: dict[tuple[str, str], int], late: dict[str, timedelta]) -> None:
        """Take over what `due` found."""
        for queue in _QUEUES:
            for state in (PENDING, RUNNING, DEAD):
                self.due_rows.labels(queue, state).set(rows.get((queue, state), 0))
            self.oldest_seconds.labels(queue).set(late.get(queue, timedelta()).total_seconds())

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


def due(tx: Tx) -> tuple[dict[tuple[str, str], int], dict[str, timedelta]]:
    """How many rows there are of each queue and state, and how late the first pending one of each queue is."""
    states = select(DueRow.queue, DueRow.state, func.count()).group_by(DueRow.queue, DueRow.state)
    rows = {(queue, state): count for queue, state, count in tx.session.execute(states)}
    first = select(DueRow.queue, func.min(DueRow.due_at)).where(DueRow.state == PENDING).group_by(DueRow.queue)
    now = db_now(tx)
    late = {queue: max(now - due_at, timedelta()) for queue, due_at in tx.session.execute(first)}
    return rows, late
