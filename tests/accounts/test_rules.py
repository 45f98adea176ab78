"""Who may do what, as pure decisions."""

import pytest

from bot.accounts.rules import (
    GuestNotAdded,
    Kind,
    NotLinked,
    OutsiderNotAdded,
    Role,
    Sender,
    SeveralAccounts,
    Standing,
    Who,
    decide,
    refuse,
)
from bot.errors import NotAllowed

NOBODY, CUSTOMER, STAFF, ADMIN = Role
CHANNEL = Sender("U1", "T1", "C1")
UNLINKED, LINKED = Standing(None), Standing("kopi")


def who(role: Role = NOBODY, kind: Kind = Kind.MEMBER, account: str | None = None) -> Who:
    """Somebody."""
    return Who("U1", "T1", role, account, "C1", kind)


@pytest.mark.parametrize("needed", list(Role))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_those_before_it_may(role: Role, needed: Role) -> None:
    """Nobody, customer, staff, admin: who stands later is let in wherever an earlier one is."""
    order = [NOBODY, CUSTOMER, STAFF, ADMIN]
    assert (refuse(who(role), needed) is None) == (order.index(role) >= order.index(needed))


@pytest.mark.parametrize("needed", list(Role))
def test_a_bot_is_refused_even_what_everybody_may(needed: Role) -> None:
    """Bots never act here, whatever role they were given."""
    assert isinstance(refuse(who(ADMIN, Kind.BOT), needed), NotAllowed)


@pytest.mark.parametrize(
    ("kind", "told"), [(Kind.MEMBER, NotLinked), (Kind.GUEST, GuestNotAdded), (Kind.OUTSIDER, OutsiderNotAdded)]
)
def test_the_refusal_says_what_this_person_needs(kind: Kind, told: type[NotAllowed]) -> None:
    """A member needs a linked channel, a guest or an outsider needs to be added."""
    assert type(refuse(who(kind=kind), CUSTOMER)) is told


@pytest.mark.parametrize(("needed", "named"), [(STAFF, "support staff"), (ADMIN, "an administrator")])
def test_the_refusal_names_who_may(needed: Role, named: str) -> None:
    """What only staff or admins may do is refused with their name."""
    refusal = refuse(who(CUSTOMER), needed)
    assert refusal is not None
    assert named in refusal.sentence


@pytest.mark.parametrize(
    ("sender", "kind", "standing", "seats", "expected"),
    [
        # in a channel: its account, for members; for others only when they were added to that very account
        (CHANNEL, Kind.MEMBER, LINKED, [], (CUSTOMER, "kopi")),
        (CHANNEL, Kind.MEMBER, UNLINKED, [], (NOBODY, None)),
        (CHANNEL, Kind.GUEST, LINKED, [], (NOBODY, None)),
        (CHANNEL, Kind.OUTSIDER, LINKED, [], (NOBODY, None)),
        (CHANNEL, Kind.GUEST, Standing("kopi", frozenset({"kopi"})), [], (CUSTOMER, "kopi")),
        (CHANNEL, Kind.OUTSIDER, Standing("kopi", frozenset({"kopi"})), [], (CUSTOMER, "kopi")),
        (CHANNEL, Kind.OUTSIDER, Standing("kopi", frozenset({"mart"})), [], (NOBODY, None)),
        (CHANNEL, Kind.MEMBER, Standing("kopi", frozenset({"mart"})), ["mart"], (CUSTOMER, "kopi")),
        # in a channel that is nobody's an own account must not show up before everybody's eyes
        (CHANNEL, Kind.MEMBER, Standing(None, frozenset({"kopi"})), ["kopi"], (NOBODY, None)),
        # on Home and in direct messages: the one own account, or the one of the channels where they sit
        (Sender("U1", "T1"), Kind.MEMBER, UNLINKED, ["kopi"], (CUSTOMER, "kopi")),
        (Sender("U1", "T1", "D1"), Kind.MEMBER, UNLINKED, ["kopi"], (CUSTOMER, "kopi")),
        (Sender("U1", "T1"), Kind.MEMBER, Standing(None, frozenset({"kopi"})), [], (CUSTOMER, "kopi")),
        (Sender("U1", "T1"), Kind.MEMBER, Standing(None, frozenset({"kopi"})), ["mart"], (CUSTOMER, None)),
        (Sender("U1", "T1"), Kind.MEMBER, UNLINKED, [], (NOBODY, None)),
        (Sender("U1", "T1"), Kind.GUEST, UNLINKED, ["kopi"], (NOBODY, None)),
        (Sender("U1", "T1"), Kind.OUTSIDER, Standing(None, frozenset({"kopi"})), [], (CUSTOMER, "kopi")),
        # in a modal: the channel that it remembers counts for who sits there or was added, and for nobody else
        (Sender("U1", "T1", None, "C1"), Kind.MEMBER, LINKED, ["kopi", "mart"], (CUSTOMER, "kopi")),
        (Sender("U1", "T1", None, "C1"), Kind.MEMBER, LINKED, ["mart"], (NOBODY, None)),
        (Sender("U1", "T1", None, "C1"), Kind.MEMBER, LINKED, [], (NOBODY, None)),
        (Sender("U1", "T1", None, "C1"), Kind.GUEST, LINKED, ["kopi"], (NOBODY, None)),
        (CHANNEL, Kind.BOT, Standing("kopi", frozenset({"kopi"})), ["kopi"], (NOBODY, None)),
    ],
)
def test_whose_account_it_is_about(
    sender: Sender, kind: Kind, standing: Standing, seats: list[str], expected: tuple[Role, str | None]
) -> None:
    """Where somebody is and what staff did decide whose customer they are here."""
    decided = decide(sender, kind, NOBODY, standing, frozenset(seats))
    assert (decided.role, decided.account_id) == expected


def test_staff_act_on_the_account_of_the_channel() -> None:
    """Staff keep their role everywhere; in a customer's channel they act on that customer's account."""
    assert decide(CHANNEL, Kind.MEMBER, STAFF, LINKED) == Who("U1", "T1", STAFF, "kopi", "C1")
    assert decide(CHANNEL, Kind.MEMBER, STAFF, UNLINKED) == Who("U1", "T1", STAFF, None, "C1")
    assert decide(Sender("U1", "T1", None, "C1"), Kind.MEMBER, STAFF, LINKED).channel_id == "C1"


def test_a_modals_channel_is_only_believed_with_its_account() -> None:
    """Who may not act for the account of the channel that a modal remembers is not taken to be there."""
    sender = Sender("U1", "T1", None, "C1")
    assert decide(sender, Kind.MEMBER, NOBODY, LINKED, frozenset({"kopi"})).channel_id == "C1"
    assert decide(sender, Kind.MEMBER, NOBODY, LINKED, frozenset({"mart"})).channel_id is None


def test_a_missing_account_is_explained() -> None:
    """No account: link one. More than one: say which, by going to its channel."""
    assert who(CUSTOMER, account="kopi").require_account() == "kopi"
    with pytest.raises(NotLinked):
        who(STAFF).require_account()
    with pytest.raises(SeveralAccounts):
        who(CUSTOMER).require_account()
