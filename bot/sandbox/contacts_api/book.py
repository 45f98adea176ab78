"""What one 8x8 account holds: contacts, groups, and the rules by which contacts merge."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.contacts_api.answers import GROUP_EXISTS, INVALID, NOT_FOUND, ApiError, short_time

ADDRESSES = ("msisdn", "email", "weChatUserId", "facebookUserId", "zaloId", "lineId", "kakaoTalkId")
FIELDS = ("firstName", "lastName", "externalId", "country")
GROUPS_MOST = 10


@dataclass
class Group:
    """A group of contacts; a blacklist is a group that is not written to."""

    id: int
    name: str
    created_at: datetime
    description: str | None = None
    is_blacklist: bool = False
    members: dict[int, "Contact"] = field(default_factory=dict)


@dataclass(slots=True)
class Contact:
    """A person: names and the like by their names in the API, addresses by kind, ids of groups."""

    id: int
    created_at: datetime
    fields: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    groups: tuple[int, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)


def same_address(kind: str, value: str) -> tuple[str, str]:
    """What two addresses are compared by: numbers without the plus, e-mail in lower case."""
    return kind, value.removeprefix("+") if kind == "msisdn" else value.casefold() if kind == "email" else value


class AddressBook:
    """The contacts and groups of one account."""

    def __init__(self, *, now: Callable[[], datetime], ids: Callable[[], int]) -> None:
        self.contacts: dict[int, Contact] = {}
        self.groups: dict[int, Group] = {}
        self._by_address: dict[tuple[str, str], int] = {}
        self._now = now
        self._ids = ids

    def find(self, addresses: Mapping[str, str]) -> list[Contact]:
        """The contacts that have one of these addresses, each once."""
        found = [self._by_address.get(same_address(kind, value)) for kind, value in addresses.items()]
        return [self.contacts[known] for known in dict.fromkeys(found) if known is not None]

    def merge(
        self,
        addresses: Mapping[str, str],
        fields: Mapping[str, str],
        *,
        groups: Iterable[int] = (),
        custom: Mapping[str, Any] | None = None,
    ) -> tuple[Contact, bool]:
        """Add a contact, or add to the one that has one of the addresses; True says it is new.

        Raises ApiError 409 when the addresses belong to more than one contact (its code is not documented).
        """
        found = self.find(addresses)
        if len(found) > 1:
            raise ApiError(409, INVALID, "More than one contact was found with the given addresses")
        known_groups = self.known_groups(groups)
        contact = found[0] if found else Contact(self._ids(), self._now())
        contact.fields.update(fields)
        contact.custom.update(custom or {})
        self.contacts[contact.id] = contact
        self.readdress(contact, {**contact.addresses, **addresses})
        for group_id in known_groups:
            self.join(contact, group_id)
        return contact, not found

    def join(self, contact: Contact, group_id: int) -> None:
        """Put a contact into a group."""
        if group_id not in contact.groups:
            contact.groups += (group_id,)
            self.groups[group_id].members[contact.id] = contact

    def leave(self, contact: Contact, group_id: int) -> None:
        """Take a contact out of a group; nothing happens when it is not in it."""
        if group_id in contact.groups:
            contact.groups = tuple(known for known in contact.groups if known != group_id)
            del self.groups[group_id].members[contact.id]

    def readdress(self, contact: Contact, addresses: Mapping[str, str]) -> None:
        """Give a contact these addresses instead of those it has."""
        for address in contact.addresses.items():
            self._by_address.pop(same_address(*address), None)
        contact.addresses = dict(addresses)
        for address in addresses.items():
            self._by_address[same_address(*address)] = contact.id

    def remove(self, contact_id: int) -> None:
        """Forget a contact; nothing happens when there is none."""
        contact = self.contacts.pop(contact_id, None)
        if contact:
            self.readdress(contact, {})
            for group_id in contact.groups:
                self.leave(contact, group_id)

    def known_groups(self, ids: Iterable[int]) -> list[int]:
        """The ids, when there is a group for each; ApiError 400 otherwise."""
        ids = list(ids)
        for group_id in ids:
            if group_id not in self.groups:
                raise ApiError(400, INVALID, f"Unable to find group with id {group_id}")
        return ids

    def group(self, group_id: int) -> Group:
        """The group, or ApiError 404 with code 1300."""
        if group_id not in self.groups:
            raise ApiError(404, NOT_FOUND, f"Unable to find group with id {group_id}")
        return self.groups[group_id]

    def add_group(self, name: str, description: str | None = None, *, is_blacklist: bool = False) -> Group:
        """A new group; ApiError 409 with code 5003 when the name is taken."""
        self.free_name(name)
        group = Group(self._ids(), name, self._now(), description, is_blacklist)
        self.groups[group.id] = group
        return group

    def free_name(self, name: str, *, but: Group | None = None) -> None:
        """ApiError 409 with code 5003 when another group has this name."""
        if any(group.name == name and group is not but for group in self.groups.values()):
            raise ApiError(409, GROUP_EXISTS, "A group with the same name already exists")

    def remove_group(self, group_id: int, *, with_contacts: bool = False) -> None:
        """Forget a group, and its contacts too when asked; nothing happens when there is none."""
        group = self.groups.get(group_id)
        for contact in [*group.members.values()] if group else []:
            self.leave(contact, group_id)
            if with_contacts:
                self.remove(contact.id)
        self.groups.pop(group_id, None)

    def show_group(self, group: Group) -> dict[str, Any]:
        """A group as the API shows it."""
        described = {} if group.description is None else {"description": group.description}
        return {
            "id": group.id,
            "contacts": len(group.members),
            "createdAt": short_time(group.created_at),
            "name": group.name,
            **described,
            "isBlacklist": group.is_blacklist,
        }

    def show_contact(self, contact: Contact) -> dict[str, Any]:
        """A contact as the API shows it, with its groups in full.

        ``groups`` is left out when there are none: the schema wants at least one (its own example does not).
        """
        groups = [self.show_group(self.groups[group_id]) for group_id in contact.groups]
        return {
            "id": contact.id,
            "createdAt": short_time(contact.created_at),
            **contact.fields,
            **({"groups": groups} if groups else {}),
            "addresses": dict(contact.addresses),
            "customAttributes": dict(contact.custom),
        }
