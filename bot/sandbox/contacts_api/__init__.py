"""8x8's Contacts API v1 on loopback, with the paths, schemas, errors and gaps of its OpenAPI file."""

from bot.sandbox.contacts_api.api import add_routes
from bot.sandbox.contacts_api.batches import Batch, Script
from bot.sandbox.contacts_api.service import Account, Contacts

__all__ = ["Account", "Batch", "Contacts", "Script", "add_routes"]
