"""Countries by their names."""

from phonenumbers.geodata.locale import LOCALE_DATA


def country_name(region: str) -> str:
    """The English name of a region (alpha-2, as phonenumbers has it); the code itself when it has none."""
    return str(LOCALE_DATA.get(region, {}).get("en", region))
