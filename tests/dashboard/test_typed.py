"""Filters as people type them, and what is said where they cannot be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dashboard.filters import Filters, Sort, View
from bot.dashboard.typed import TooLong, UnknownFilter, UnknownValue, read
from bot.registrations.rules import LoaState, OperatorStatus

UNDERSTOOD = {
    "": Filters(),
    "country:PH": Filters(country="PH"),
    "Country: philippines": Filters(country="PH"),
    "destination:th": Filters(country="TH"),
    "status:pending": Filters(status=OperatorStatus.UNDER_REVIEW),
    "status:Under-Review": Filters(status=OperatorStatus.UNDER_REVIEW),
    'status:"with operator"': Filters(status=OperatorStatus.WITH_OPERATOR),
    "status:changes": Filters(status=OperatorStatus.CHANGES_ASKED),
    "loa:sign": Filters(loa=LoaState.READY),
    "loa:not_needed": Filters(loa=LoaState.NOT_NEEDED),
    "loa:none": Filters(loa=LoaState.NOT_NEEDED),
    "sub:Kopi_HQ": Filters(subaccount="kopi_hq"),
    "category:“Online  Shop”": Filters(category="online shop"),
    "category:none": Filters(category=""),
    "label:Promo": Filters(label="promo"),
    'labels:"Q4  launch"': Filters(label="q4 launch"),
    "sort:id": Filters(sort=Sort.SENDER_ID, descending=False),
    "sort:-status": Filters(sort=Sort.STATUS),
    "sort:oldest": Filters(descending=False),
    "by:newest": Filters(),
    "unlinked": Filters(view=View.UNLINKED),
    "view:operators": Filters(view=View.UNLINKED),
    "MY  Brand": Filters(text="my brand"),
    '"unlinked"': Filters(text="unlinked"),
    "country:PH status:pending loa:ready sort:-date globe": Filters(
        country="PH", status=OperatorStatus.UNDER_REVIEW, loa=LoaState.READY, text="globe"
    ),
}
NOT_UNDERSTOOD = {
    "contry:PH": (UnknownFilter, "Did you mean “country:”?"),
    "colour:red": (UnknownFilter, "I know country:, status:"),
    "country:Phillipines": (UnknownValue, "Did you mean “philippines”?"),
    "status:aproved": (UnknownValue, "Did you mean “approved”?"),
    "status:blue": (UnknownValue, "Choose one of: under review"),
    "loa:redy": (UnknownValue, "Did you mean “ready”?"),
    "sort:categry": (UnknownValue, "Did you mean “category”?"),
    "view:links": (UnknownValue, "Did you mean “linked”?"),
    "x" * 61: (TooLong, "60 characters fit"),
}
KEYS = st.text(
    st.characters(codec="utf-8", exclude_characters='"“”„«»', exclude_categories=["C", "Z"]), max_size=20
).map(lambda text: " ".join(text.lower().split()))


@pytest.mark.parametrize("words", UNDERSTOOD)
def test_what_people_type_is_understood(words: str) -> None:
    """In any case, with the words of 8x8's portal as well as ours."""
    assert read(words) == UNDERSTOOD[words]


@pytest.mark.parametrize("words", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_said_with_the_nearest(words: str) -> None:
    """And with what there is to choose from."""
    error, said = NOT_UNDERSTOOD[words]
    with pytest.raises(error) as raised:
        read(words)
    assert said in raised.value.sentence


@given(
    st.builds(
        Filters,
        country=st.sampled_from(["", "PH", "ID"]),
        status=st.sampled_from(["", *OperatorStatus]),
        loa=st.sampled_from(["", *LoaState]),
        subaccount=KEYS,
        category=st.none() | KEYS.filter(lambda text: text != "none"),
        label=KEYS,
        text=KEYS,
        sort=st.sampled_from(Sort),
        descending=st.booleans(),
        view=st.sampled_from(View),
    )
)
def test_filters_say_themselves_in_words_that_mean_them(filters: Filters) -> None:
    """What stands on a button, and is kept, is read back as it was."""
    assert read(filters.words) == filters
