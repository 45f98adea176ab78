"""8x8's single contacts: search, look at, add, change, block, delete."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.contacts.answers import Contact
from bot.contacts.calls import PAGE, Calls
from bot.contacts.errors import Ambiguous

CREATED = 201


class ContactCalls(Calls):
    """Calls about single contacts."""

    async def contacts(self, query: str, *, limit: int = PAGE) -> AsyncIterator[Contact]:
        """Contacts by part of a name, a number or another address, each once (320 characters at most)."""
        async for item in self._listed("/contacts", {"query": query} if query else {}, limit, 0):
            yield Contact.read(item)

    async def count_contacts(self) -> int | None:
        """How many contacts the account has; None when 8x8 does not say."""
        total = (await self._get("/contacts", {"limit": "1", "offset": "0"})).get("totalCount")
        return int(total) if isinstance(total, int | float) and not isinstance(total, bool) else None

    async def contact(self, contact_id: int) -> Contact:
        """One contact as it stands; ``NotFound`` when there is none."""
        return Contact.read({"id": contact_id} | await self._get(f"/contacts/{contact_id}"))

    async def add_contact(self, body: Mapping[str, Any]) -> tuple[Contact, bool]:
        """Add a contact; True: it is new (201), False: it was merged into one with the same address (200).

        ``Refused`` with HTTP status 409 when its addresses belong to more than one contact.
        """
        answer = await self._ask("POST", "/contacts", changes=True, json=dict(body))
        said = answer.object()
        if said is None:
            raise Ambiguous(reason="the answer is not what 8x8 documents")
        return Contact.read(said, changes=True), answer.status == CREATED

    async def change_contact(self, contact_id: int, patch: Sequence[Mapping[str, object]]) -> Contact:
        """Apply a JSON Patch, whole or not at all."""
        answer = await self._change("PATCH", f"/contacts/{contact_id}", json=list(patch))
        return Contact.read({"id": contact_id} | answer, changes=True)

    async def block(self, msisdn: str) -> None:
        """Put a number on the account's block list. Done twice it is done once."""
        await self._ask("POST", f"/contacts/blacklist/{quote(msisdn, safe='')}", changes=True)

    async def delete_contact(self, contact_id: int) -> None:
        """Delete a contact; 8x8 answers alike when there is none."""
        await self._ask("DELETE", f"/contacts/{contact_id}", changes=True)
