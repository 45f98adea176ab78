"""The steps that every use case of operations takes: move one on, write it down, tell it."""

from collections.abc import Mapping
from typing import Any

from bot.contacts.operations import rules
from bot.contacts.operations.rules import Kind, State
from bot.contacts.operations.tables import ContactOperation
from bot.delivery.jobs import soon
from bot.delivery.outbox import REVIEW, Telling, tell
from bot.delivery.transition import transition
from bot.storage.database import Tx

CARD, ENDED, ASKED, RESULT = (
    "contacts.operation", "contacts.operation_ended", "contacts.operation_asked", "contacts.operation_result",
)  # fmt: skip
OPERATE, FOLLOW, WINDOW = "contacts.operate", "contacts.follow", "contacts.window"
_PRIVATE = ("numbers", "typed", "before", "patch", "msisdn")
"""What of an order names people; it goes when the order ended."""


def card(operation: ContactOperation) -> Telling:
    """The card of an operation."""
    return Telling(
        CARD, operation.id, operation.channel, account_id=operation.account_id, thread_ts=operation.thread_ts
    )


def news(operation: ContactOperation) -> Telling:
    """How it ended, in the thread of its card."""
    parent = None if operation.thread_ts else (CARD, operation.id)
    key = f"{operation.id}:{operation.version}"
    return Telling(
        ENDED, key, operation.channel, account_id=operation.account_id, thread_ts=operation.thread_ts, parent=parent
    )


def show(tx: Tx, operation: ContactOperation) -> None:
    """Draw again whatever shows it: its card, the staff's, the window in which it was asked."""
    if has_card(operation):
        tell(tx, card(operation))
    if operation.kind in rules.DESTROYS:
        tell(tx, Telling(ASKED, operation.id, REVIEW, account_id=operation.account_id))
    if operation.window_id:
        soon(tx, WINDOW, operation.window_id)


def has_card(operation: ContactOperation) -> bool:
    """Whether it is shown where it was asked. What a customer does to one contact stands in their window only.

    What support staff do for a customer is shown in any case, with who asked.
    """
    return operation.kind in rules.BATCHES or operation.by_staff


def move(
    tx: Tx,
    operation: ContactOperation,
    to: State,
    *,
    by: str | None = None,
    seen: int | None = None,
    act: str = "",
    because: str = "",
    facts: Mapping[str, Any] | None = None,
    **values: Any,
) -> ContactOperation:
    """Move it to another status by the rules, write it down, and have it drawn again."""
    if to in rules.ENDED:
        values |= {"ended_at": tx.now}
    if to in (State.COMPLETED, State.CANCELLED):
        values |= {"what": {name: value for name, value in operation.what.items() if name not in _PRIVATE}}
    transition(
        tx,
        operation,
        to,
        moves=rules.MOVES,
        act=f"contacts:operation:{act or to}",
        by=by,
        seen=seen,
        because=because,
        facts={"kind": operation.kind, **(facts or {})},
        **values,
    )
    show(tx, operation)
    return operation


def facts_of(operation: ContactOperation) -> dict[str, Any]:
    """What the audit is told: ids and counts, no names and no numbers."""
    what = operation.what
    ids: dict[str, Any] = {name: what[name]["id"] for name in ("source", "target") if name in what}
    counts: dict[str, Any] = {
        name: what[name] for name in ("all", "count", "with_contacts", "contact_id", "group_id") if name in what
    }
    groups = {"groups": [group["id"] for group in what["groups"]]} if "groups" in what else {}
    return {"kind": operation.kind, **ids, **counts, **groups}


def is_batch(operation: ContactOperation) -> bool:
    """Whether 8x8 works on it as a batch."""
    return Kind(operation.kind) in rules.BATCHES
