"""Countries by their names. phonenumbers knows them too, but takes three seconds to load all its languages."""

from functools import cache

import yaml

from bot.delivery.voices import TEMPLATES


def country_name(region: str) -> str:
    """The English name of a region (alpha-2); the code itself when it has none."""
    return _names().get(region, region)


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = yaml.safe_load((TEMPLATES / "countries.yml").read_text("utf-8"))
    return names
