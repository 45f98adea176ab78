"""Countries by their names."""

from phonenumbers.geodata.locale import LOCALE_DATA


def country_name(region: str) -> str:
    """The English name of a region (alpha-2, as phonenumbers has it); the code itself when it has none."""
    names = LOCALE_DATA.get(region, {})
    name = str(names.get("en", region))
    # "*aa" means: the same as in language aa.
    return str(names[name[1:]]) if name.startswith("*") else name
