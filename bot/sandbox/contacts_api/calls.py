"""What every operation of the service gets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.contacts_api.answers import NOT_FOUND, ApiError, page_of
from bot.sandbox.contacts_api.book import AddressBook, Contact, Group
from bot.sandbox.contacts_api.service import Account, Contacts


@dataclass(frozen=True)
class Call:
    """An authenticated request to an account."""

    request: web.Request
    service: Contacts
    account: Account
    files: str
    """How links to batches' files begin."""

    @property
    def book(self) -> AddressBook:
        """The account's contacts and groups."""
        return self.account.book

    @property
    def query(self) -> dict[str, str]:
        """The query parameters, the first of each name."""
        return {name: self.request.query[name] for name in self.request.query}

    def contact(self) -> Contact:
        """The contact that the path names; ApiError 404 with code 1300."""
        return self.contact_by_id(self.request.match_info["contact_id"])

    def contact_by_id(self, text: str) -> Contact:
        """The contact with this id; ApiError 404 with code 1300."""
        contact = self.book.contacts.get(_id(text))
        if contact is None:
            raise ApiError(404, NOT_FOUND, f"Unable to find contact with id {text}")
        return contact

    def group(self) -> Group:
        """The group that the path names; ApiError 404 with code 1300."""
        return self.book.group(_id(self.request.match_info["group_id"]))

    def page(self, found: Sequence[Any], total: int, show: Callable[[Any], dict[str, Any]]) -> web.Response:
        """The asked-for page of a list."""
        paged = page_of(found, total, self.query, offset_counts=self.service.offset_counts, show=show)
        return web.json_response(paged)


def _id(text: str) -> int:
    """An id from a path; -1, which nothing has, when it is not a number."""
    return int(text[:20]) if text.isascii() and text.isdigit() else -1
