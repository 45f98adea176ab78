"""Who may do what, as pure decisions over facts that others have fetched."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import DeskError, NotAllowed


class NotLinked(NotAllowed):
    """This conversation belongs to no customer account yet. Ask support staff to run `/desk link` in your channel."""


class SeveralAccounts(NotAllowed):
    """You belong to more than one account, so I cannot tell which one you mean. Do this in that customer's channel."""


class GuestNotAdded(NotAllowed):
    """You are a guest here, so support staff must add you first. Ask them to run `/desk people add @you`."""


class OutsiderNotAdded(NotAllowed):
    """You are from another workspace, so support staff must add you first: ask them for `/desk people add @you`."""


class NoPerson(NotAllowed):
    """Only people can use Sender Desk, and this was an app."""


class Role(StrEnum):
    """What a person is to the desk. Each one may do what those before it may do."""

    NOBODY = "nobody"
    CUSTOMER = "customer"
    STAFF = "staff"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role is enough where ``needed`` is asked for."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Kind(StrEnum):
    """What Slack says about somebody, as far as it decides what they may become here."""

    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"
    BOT = "bot"


@dataclass(frozen=True)
class Who:
    """The person behind a payload, as the identity middleware decided.

    ``account_id`` is ours, not the provider's: the account of the channel, or of the person where there is no channel.
    Staff have none of their own; in a customer's channel they act on that customer's. ``channel_id`` is None on Home.
    """

    user_id: str
    team_id: str
    role: Role
    account_id: str | None
    channel_id: str | None
    kind: Kind = Kind.MEMBER

    @property
    def is_staff(self) -> bool:
        """Staff and admins: they may name any account."""
        return self.role.covers(Role.STAFF)

    def require(self, role: Role) -> None:
        """Raise what explains the refusal (a NotAllowed) when the role is not enough."""
        refusal = refuse(self, role)
        if refusal is not None:
            raise refusal

    def require_staff(self) -> None:
        """Raise NotAllowed for everybody but staff."""
        self.require(Role.STAFF)

    def require_account(self) -> str:
        """The account that this is about; raises NotLinked or SeveralAccounts when there is not exactly one."""
        if self.account_id is not None:
            return self.account_id
        raise SeveralAccounts if self.role is Role.CUSTOMER else NotLinked


def refuse(who: Who, needed: Role) -> DeskError | None:
    """Why this person may not do what ``needed`` may do, and how to get there; None when they may."""
    if who.kind is Kind.BOT:
        return NoPerson()
    if who.role.covers(needed):
        return None
    if needed is Role.ADMIN:
        return NotAllowed(who="an administrator of the desk", ask="one of them")
    if needed is Role.STAFF:
        return NotAllowed(who="support staff", ask="them in your channel")
    return {Kind.GUEST: GuestNotAdded, Kind.OUTSIDER: OutsiderNotAdded}.get(who.kind, NotLinked)()


@dataclass(frozen=True)
class Sender:
    """What a payload says about who sent it and where. ``hint`` is a channel that a modal remembers: not yet proven."""

    user_id: str
    team_id: str
    channel_id: str | None = None
    hint: str | None = None
    is_bot: bool = False

    @property
    def in_private(self) -> bool:
        """App Home, a modal, or a direct message with the app: nobody else reads along."""
        return self.channel_id is None or self.channel_id.startswith("D")


@dataclass(frozen=True)
class Standing:
    """What our database says: the account of the channel (or of the hint), and the accounts a person was added to."""

    channel_account: str | None
    own_accounts: frozenset[str] = frozenset()


def decide(sender: Sender, kind: Kind, role: Role, standing: Standing, seats: frozenset[str] = frozenset()) -> Who:
    """Make the Who of a sender out of facts.

    ``role`` is STAFF or ADMIN when the person is staff, else NOBODY; ``seats`` are the accounts in whose channels the
    person sits. Guests and outsiders count as customers only where staff added them; a seat is not enough.
    """
    reachable = standing.own_accounts | (seats if kind is Kind.MEMBER else frozenset())
    account = _account(sender, kind, standing, reachable, trusted=role.covers(Role.STAFF))
    if kind is Kind.BOT:
        role, account = Role.NOBODY, None
    elif role is Role.NOBODY and (account or (sender.in_private and not standing.channel_account and reachable)):
        role = Role.CUSTOMER
    proven = sender.channel_id or (sender.hint if account and account == standing.channel_account else None)
    return Who(sender.user_id, sender.team_id, role, account, proven, kind)


def _account(sender: Sender, kind: Kind, standing: Standing, reachable: frozenset[str], *, trusted: bool) -> str | None:
    """The one account that this is about, if the person may act on it."""
    here = standing.channel_account
    if trusted:
        return here
    if not sender.in_private:
        return here if kind is Kind.MEMBER or here in standing.own_accounts else None
    if here is not None:  # a modal that was opened in a channel is about that channel's account, or about none
        return here if here in reachable else None
    return next(iter(reachable)) if len(reachable) == 1 else None
