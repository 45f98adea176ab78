"""Countries by their names."""

from phonenumbers import SUPPORTED_REGIONS

from bot.contacts.countries import country_name


def test_every_region_has_a_name() -> None:
    """Whatever region phonenumbers knows is shown by a name, also one that a later release adds."""
    assert {region for region in SUPPORTED_REGIONS if country_name(region) == region} == set()


def test_names_are_in_english() -> None:
    """The four countries of the desk, and one with a sign in it."""
    names = [country_name(region) for region in ("ID", "PH", "SG", "TH", "CI")]
    assert names == ["Indonesia", "Philippines", "Singapore", "Thailand", "Côte d'Ivoire"]
