"""What rows keep of 8x8's answers: a batch's status and counters, and why something was refused."""

from dataclasses import asdict
from typing import Any

from bot.contacts.answers import Batch, BatchType
from bot.contacts.client import ContactsClient
from bot.contacts.errors import ContactsError

COUNTERS = ("total_rows", "error_rows", "duplicated_rows", "inserted_rows", "contact_groups")


def stored_batch(batch: Batch) -> dict[str, Any]:
    """Status and whichever counters it came with."""
    plain = asdict(batch)
    return {"status": str(batch.status)} | {name: plain[name] for name in COUNTERS if plain[name] is not None}


def stored_trouble(error: ContactsError) -> dict[str, Any]:
    """The sentence, and what 8x8's error body said."""
    facts = {"code": error.code, "message": error.message, "error_id": error.error_id, "http": error.status}
    return {"sentence": error.sentence} | {name: value for name, value in facts.items() if value is not None}


async def with_counters(client: ContactsClient, batch: Batch, kind: BatchType) -> Batch:
    """A batch that ended, with its counters; 8x8's page shows them only in the list."""
    if not batch.terminal or batch.total_rows is not None:
        return batch
    async for listed in client.batches(kind):
        if listed.id == batch.id:
            return listed if listed.terminal else batch
    return batch
