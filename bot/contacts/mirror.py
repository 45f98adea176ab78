"""The groups that 8x8 has, kept here as they were when we last asked: pickers and lists show them at once."""

from collections.abc import Sequence

from sqlalchemy import delete

from bot.contacts.answers import Group
from bot.contacts.client import ContactsClient
from bot.contacts.operations.tables import ContactBook
from bot.contacts.tables import ContactGroup
from bot.storage.database import Database, Tx

_NAME, _DESCRIPTION = 200, 200


async def refresh(database: Database, client: ContactsClient, account_id: str) -> None:
    """Ask 8x8 for all groups and for the number of contacts. Raises a ContactsError."""
    groups = [group async for group in client.groups()]
    await database.write(seen, account_id, groups, await client.count_contacts())


def seen(tx: Tx, account_id: str, groups: Sequence[Group], contacts: int | None) -> None:
    """What 8x8 has in this account now."""
    tx.session.execute(delete(ContactGroup).where(ContactGroup.account_id == account_id))
    for group in groups:
        facts = {
            "name": group.name[:_NAME],
            "description": (group.description or "")[:_DESCRIPTION] or None,
            "is_blacklist": group.is_blacklist,
            "contacts": group.contacts,
        }
        tx.session.add(ContactGroup(account_id=account_id, group_id=group.id, seen_at=tx.now, **facts))
    tx.session.merge(ContactBook(account_id=account_id, contacts=contacts, seen_at=tx.now))
