"""What staff type after ``/desk link`` and ``/desk people``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.linking import (
    LinkElsewhere,
    LinkOrder,
    LinkWhat,
    NameSomebody,
    NameTooLong,
    NotAnAccountId,
    canonical,
    check_place,
    read_link,
    read_person,
)

KOPI = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@given(st.uuids(), st.booleans(), st.lists(st.booleans(), min_size=4, max_size=4))
def test_every_way_to_write_an_account_id_is_one_id(uuid: object, upper: bool, hyphens: list[bool]) -> None:
    """Upper or lower case, with all, some or no hyphens: 8x8 means the same account."""
    first, *parts = str(uuid).split("-")
    written = first + "".join("-" * hyphen + part for hyphen, part in zip(hyphens, parts, strict=True))
    assert canonical(written.upper() if upper else written) == str(uuid)


@pytest.mark.parametrize(
    "given_",
    ["", "kopi", KOPI[:-1], KOPI + "0", KOPI.replace("3", "g", 1), KOPI.replace("-", "--", 1), f" {KOPI}", KOPI + "\n"],
)
def test_what_is_no_account_id_is_refused_by_name(given_: str) -> None:
    """Too short, too long, other letters, doubled hyphens: the sentence quotes what was typed and shows a good one."""
    with pytest.raises(NotAnAccountId) as refused:
        canonical(given_)
    assert given_ in refused.value.sentence
    assert KOPI in refused.value.sentence


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (KOPI, ""),
        (f"{KOPI} Kopi Nusantara", "Kopi Nusantara"),
        (f"  {KOPI}   Kopi   Nusantara ", "Kopi Nusantara"),
        (f'{KOPI} "Kopi Nusantara"', "Kopi Nusantara"),
        (f"{KOPI} “Kopi Nusantara”", "Kopi Nusantara"),
    ],
)
def test_a_link_order_is_an_id_and_perhaps_a_name(words: str, name: str) -> None:
    """Blanks and quotation marks around the name are not part of it."""
    assert read_link(words) == LinkOrder(KOPI, name)


def test_a_link_order_without_anything_says_what_to_type() -> None:
    """``/desk link`` alone is answered with an example."""
    with pytest.raises(LinkWhat, match="/desk link ACCOUNT_ID Name of the customer"):
        read_link("  ")


def test_a_name_has_at_most_eighty_characters() -> None:
    """A longer name is refused with its length."""
    assert read_link(f"{KOPI} {'x' * 80}").name == "x" * 80
    with pytest.raises(NameTooLong, match="81 characters"):
        read_link(f"{KOPI} {'x' * 81}")


@pytest.mark.parametrize(
    ("channel", "name", "where"),
    [
        ("C0REVIEW", "desk-review", "the staff's own channel"),
        ("D0ANA", "directmessage", "a direct message"),
        ("G0GROUP", "mpdm-rina--ana-1", "a direct message"),
    ],
)
def test_an_account_is_linked_where_its_people_are(channel: str, name: str, where: str) -> None:
    """Not in the staff's channel, and not in a direct message of two or more."""
    check_place("C0KOPI", "kopi-nusantara", "C0REVIEW")
    with pytest.raises(LinkElsewhere, match=where):
        check_place(channel, name, "C0REVIEW")


@pytest.mark.parametrize("words", ["<@U0ANA|ana>", "<@U0ANA>", "U0ANA", " <@U0ANA|ana> "])
def test_a_person_is_named_by_mention_or_id(words: str) -> None:
    """Slack writes a mention with the id inside; the bare id will do as well."""
    assert read_person(words, "add") == "U0ANA"


@pytest.mark.parametrize("words", ["", "@ana", "ana", "<#C0KOPI|kopi>", "<!channel>", "<@U0ANA> and <@U0BEN>"])
def test_what_names_nobody_says_how_to_name_somebody(words: str) -> None:
    """A name that Slack did not turn into a mention cannot be known for sure."""
    with pytest.raises(NameSomebody, match="pick the person"):
        read_person(words, "add")
