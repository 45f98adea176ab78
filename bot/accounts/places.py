"""Where 8x8's services are: products, regions and their hosts. Source: 8x8, data centre regions."""

from collections.abc import Mapping
from enum import StrEnum


class Product(StrEnum):
    """What of 8x8's is asked for an account; the word is the first one of its host."""

    CONTACTS = "contacts"
    CHATAPPS = "chatapps"
    SMS = "sms"


class Region(StrEnum):
    """Where an account's data lives, which only 8x8 and the customer know: it is never derived."""

    ASIA = "asia"
    US = "us"
    EU = "eu"
    ID = "id"


class KeyPlace(StrEnum):
    """A key is in use, or waits to be."""

    IN_USE = "in_use"
    WAITING = "waiting"


_DOMAINS: Mapping[Region, str] = {
    Region.ASIA: "8x8.com",
    Region.US: "us.8x8.com",
    Region.EU: "8x8.uk",
    Region.ID: "8x8.id",
}


def base_url(region: Region, product: Product) -> str:
    """Where a product answers in a region."""
    return f"https://{product}.{_DOMAINS[region]}"
