"""Who is told of what happens to a ticket beside its thread: each person as they chose, each event once in a place.

What waits is a due row of the outbox like any other message, so that it outlives a restart and is told by one process.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.outbox import EMAIL, SlackCard, Telling, tell
from bot.delivery.tables import Message
from bot.storage.database import Tx
from bot.storage.statements import add_once, held
from bot.tickets.quiet import Event, Gathering, Plan, Wish, plan
from bot.tickets.tables import Notice, NoticePreference, Ticket

DIRECT, DIGEST, DIGEST_MAIL = "tickets.direct", "tickets.digest", "tickets.digest_mail"


@dataclass(frozen=True)
class News:
    """Something that people are told of: kind and key of the message that tells it in the thread.

    ``mail`` is the kind of its e-mail, which has the same key; empty: it has none. ``is_said``: a person wrote it there
    themselves, so that no words of ours can call anybody by name.
    """

    kind: str
    key: str
    mail: str = ""
    is_said: bool = False


@dataclass(frozen=True)
class Reading:
    """How news of one kind read elsewhere than in their thread, by their key.

    ``card`` is a direct message, ``line`` one plain line among others.
    """

    card: Callable[[Tx, str], SlackCard]
    line: Callable[[Tx, str], str]


Readings = Mapping[str, Reading]
"""By the kind of the news."""


def notify(
    tx: Tx, ticket: Ticket, news: News, *, to: str, email: str = "", by: str | None, needs_action: bool = False
) -> None:
    """Tell a person of news as they chose; of the same news once only. The thread's own message is not told here.

    ``email`` is their address where it is known; without one, that of their choice counts. ``by`` is who did it, None
    when it happened by itself.
    """
    choice = tx.session.get(NoticePreference, to)
    address = email or (choice.address if choice else "")
    in_private = ticket.channel == to or (to == ticket.requester and ticket.channel.startswith("D"))
    event = Event(
        needs_action=needs_action,
        is_own=by == to,
        has_email=bool(address and news.mail),
        in_private=in_private,
        is_said=news.is_said,
    )
    told = plan(_wish(choice), event, tx.now)
    notice = _write_down(tx, ticket, news, to, told)
    if notice is None:
        return
    if told.direct:
        tell(tx, Telling(DIRECT, notice.id, to, account_id=ticket.account_id))
    if told.email_at:
        tell(tx, Telling(news.mail, news.key, address, EMAIL, ticket.account_id), at=told.email_at)
    if told.gathered:
        _gather(tx, told.gathered, to, address)


def _write_down(tx: Tx, ticket: Ticket, news: News, to: str, told: Plan) -> Notice | None:
    """Keep how a person is told; None when they were told of it before."""
    notice = Notice(
        id=tx.new_id(),
        account_id=ticket.account_id,
        ticket_id=ticket.id,
        user_id=to,
        kind=news.kind,
        key=news.key,
        by_name=told.by_name,
        gathered_at=told.gathered.at if told.gathered else None,
        created_at=tx.now,
    )
    return notice if add_once(tx, notice) else None


def _gather(tx: Tx, gathering: Gathering, to: str, address: str) -> None:
    """One message for all that is told at this moment: whoever comes first has it sent then."""
    key = f"{to}:{int(gathering.at.timestamp())}"
    if gathering.direct:
        tell(tx, Telling(DIGEST, key, to), at=gathering.at)
    if gathering.email:
        tell(tx, Telling(DIGEST_MAIL, key, address, EMAIL), at=gathering.at)


def notify_requester(tx: Tx, ticket: Ticket, news: News, *, by: str | None, needs_action: bool = False) -> None:
    """Tell the person who asked."""
    notify(tx, ticket, news, to=ticket.requester, email=ticket.requester_email, by=by, needs_action=needs_action)


def notify_assignee(tx: Tx, ticket: Ticket, news: News, *, by: str | None) -> None:
    """Tell the colleague who looks after it, when there is one and it was not their own doing.

    None of it needs them at once: the clock of the ticket says when an answer is due, and it tells by itself.
    """
    if ticket.assignee and ticket.assignee != by:
        notify(tx, ticket, news, to=ticket.assignee, by=by)


def called(tx: Tx, kind: str, key: str) -> frozenset[str]:
    """Whom the thread's message of this kind and key calls by name."""
    wanted = select(Notice.user_id).where(Notice.kind == kind, Notice.key == key, Notice.by_name)
    return frozenset(tx.session.scalars(wanted))


def calls_assignee(tx: Tx, message: Message, ticket_id: str, card: SlackCard, told: Callable[[str], str]) -> SlackCard:
    """A note for staff; where it calls who looks after the ticket, it begins as ``told`` speaks to them."""
    assignee = tx.session.get_one(Ticket, ticket_id).assignee or ""
    if assignee not in called(tx, message.kind, message.key):
        return card
    text = f"{told(assignee)} {card.text}"
    return SlackCard(text, [blocks.section(text)])


# What people choose


def preferences(tx: Tx, who: Who) -> Wish | None:
    """What this person chose; None when they never did."""
    choice = tx.session.get(NoticePreference, who.user_id)
    return _wish(choice) if choice else None


def prefer(tx: Tx, who: Who, wish: Wish, *, address: str) -> Wish:
    """Keep what this person chose; ``address`` is the one that Slack knows. It counts for what happens from now on.

    Raises QuietHoursUnclear, DigestNowhere, NoSuchZone.
    """
    values = asdict(wish.checked()) | {"address": address, "changed_at": tx.now}
    values["channel"] = values.pop("by_name")
    if not add_once(tx, NoticePreference(user_id=who.user_id, **values)):
        choice = held(tx, NoticePreference, who.user_id)
        for name, value in values.items():
            setattr(choice, name, value)
    return wish


def choice_of(tx: Tx, user_id: str, *, zone: str) -> tuple[Wish, str]:
    """How a person wants to be told, and the address that Slack knew; who never chose lives in this zone."""
    choice = tx.session.get(NoticePreference, user_id)
    return (_wish(choice), choice.address) if choice else (Wish(zone=zone), "")


def _wish(choice: NoticePreference | None) -> Wish:
    if choice is None:
        return Wish()
    return Wish(
        by_name=choice.channel,
        direct=choice.direct,
        email=choice.email,
        digest=choice.digest,
        quiet_from=choice.quiet_from,
        quiet_to=choice.quiet_to,
        zone=choice.zone,
        weekly=choice.weekly,
    )
