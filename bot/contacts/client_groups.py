"""8x8's groups of contacts: list, make, change, delete, and who is in them."""

from collections.abc import AsyncIterator, Mapping, Sequence

from bot.contacts.answers import Group
from bot.contacts.calls import PAGE, Calls
from bot.contacts.errors import Refused

GROUP_EXISTS = 5003


class GroupCalls(Calls):
    """Calls about groups."""

    async def groups(self, name: str | None = None, *, limit: int = PAGE) -> AsyncIterator[Group]:
        """The account's groups, each once; ``name`` searches, so compare what comes."""
        async for item in self._listed("/groups", {"name": name} if name else {}, limit, 0):
            yield Group.read(item)

    async def group(self, group_id: int) -> Group:
        """One group as it stands; ``NotFound`` when there is none."""
        return Group.read({"id": group_id} | await self._get(f"/groups/{group_id}"))

    async def create_group(self, name: str, description: str | None = None) -> Group:
        """A group with this name: a new one, or the one that is there. So after ``Ambiguous`` just call it again."""
        try:
            return await self.new_group(name, description)
        except Refused as error:
            known = await self.group_named(name) if error.code == GROUP_EXISTS else None
            if known is None:
                raise
            return known

    async def new_group(self, name: str, description: str | None = None, *, is_blacklist: bool = False) -> Group:
        """A new group; ``Refused`` with code 5003 when there is one with this name."""
        body = {"name": name} | ({"description": description} if description else {})
        answer = await self._change("POST", "/groups", json=body | ({"isBlacklist": True} if is_blacklist else {}))
        return Group.read(answer, changes=True)

    async def group_named(self, name: str) -> Group | None:
        """The group with exactly this name, else one that differs in case only."""
        found = [group async for group in self.groups(name) if group.name.casefold() == name.casefold()]
        return next((group for group in found if group.name == name), found[0] if found else None)

    async def change_group(self, group_id: int, patch: Sequence[Mapping[str, object]]) -> Group:
        """Apply a JSON Patch; ``Refused`` with code 5003 when another group has the name."""
        answer = await self._change("PATCH", f"/groups/{group_id}", json=list(patch))
        return Group.read({"id": group_id} | answer, changes=True)

    async def delete_group(self, group_id: int) -> None:
        """Delete a group; its contacts stay. ``NotFound`` when there is none.

        It may be so because a connection broke and aiohttp sent it again, as HTTP lets it with DELETE.
        """
        await self._ask("DELETE", f"/groups/{group_id}", changes=True)

    async def add_to_group(self, group_id: int, contact_ids: Sequence[int]) -> Group:
        """Put contacts into a group."""
        return await self._members("POST", group_id, contact_ids)

    async def remove_from_group(self, group_id: int, contact_ids: Sequence[int]) -> Group:
        """Take contacts out of a group; they stay in the account."""
        return await self._members("DELETE", group_id, contact_ids)

    async def _members(self, method: str, group_id: int, contact_ids: Sequence[int]) -> Group:
        answer = await self._change(method, f"/groups/{group_id}/contacts", json={"contacts": list(contact_ids)})
        return Group.read({"id": group_id} | answer, changes=True)
