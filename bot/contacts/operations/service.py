"""What people ask to be done at 8x8: one function, one transaction. Jobs do it, and follow it to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.accounts.tables import Account
from bot.contacts.operations import rules
from bot.contacts.operations.rules import Kind, State
from bot.contacts.operations.steps import OPERATE, facts_of, move, show
from bot.contacts.operations.tables import ContactBook, ContactOperation, ContactWindow
from bot.contacts.rules import KEPT_AFTER_END, Status
from bot.contacts.steps import GROUPS, PURGE
from bot.contacts.steps import move as move_file
from bot.contacts.tables import ContactFile, ContactGroup
from bot.delivery.inbox import first_time
from bot.delivery.jobs import soon
from bot.errors import NotFound
from bot.storage.audit import record
from bot.storage.database import Tx

Fields = Mapping[str, str]
_WINDOW = "What this window shows"


@dataclass(frozen=True)
class Came:
    """How an order came: ``key`` names the delivery, which asks once; the window in which it was asked, if any."""

    key: str
    window_id: str | None = None


@dataclass(frozen=True)
class Sure:
    """The name that was typed to say that one means it, and the field that it was typed into."""

    typed: str
    field: str


def ask(tx: Tx, who: Who, kind: Kind, what: Mapping[str, Any], came: Came) -> None:
    """Have something done; the same delivery asks once."""
    if first_time(tx, came.key):
        _begin(tx, who, kind, what, window_id=came.window_id)


def _begin(
    tx: Tx,
    who: Who,
    kind: Kind,
    what: Mapping[str, Any],
    *,
    window_id: str | None = None,
    place: tuple[str, str | None] | None = None,
) -> ContactOperation:
    channel, thread_ts = place or (who.channel_id or who.user_id, None)
    operation = ContactOperation(
        id=tx.new_id(),
        account_id=who.require_account(),
        kind=kind,
        channel=channel,
        thread_ts=thread_ts,
        asked_by=who.user_id,
        by_staff=who.is_staff,
        asked_at=tx.now,
        what=dict(what),
        window_id=window_id,
        parts=rules.parts(int(what.get("count") or 1)) if kind == Kind.DELETE else 1,
        batches=[],
        before=[],
    )
    tx.session.add(operation)
    tx.session.flush()
    about = (ContactOperation.__tablename__, operation.id)
    facts = facts_of(operation)
    record(
        tx,
        subject=about,
        act="contacts:operation:asked",
        actor=who.user_id,
        account_id=operation.account_id,
        to_status=State.WAITING,
        facts=facts,
    )
    show(tx, operation)
    soon(tx, OPERATE, operation.id)
    return operation


# Batches


def between(tx: Tx, who: Who, kind: Kind, source_id: int, target_id: int) -> dict[str, Any]:
    """What a copy or a move would do, with the groups' names and how many contacts are meant.

    Raises SameGroup and NotFound.
    """
    source, target = (group_of(tx, who, group_id) for group_id in (source_id, target_id))
    if source_id == target_id:
        raise rules.SameGroup(name=source.name, field="target")
    return {"kind": kind, "source": _named(source), "target": _named(target)}


def ask_between(tx: Tx, who: Who, kind: Kind, pair: tuple[int, int], came: Came) -> None:
    """Copy or move all contacts of a group into another."""
    ask(tx, who, kind, between(tx, who, kind, *pair), came)


def ask_delete_numbers(tx: Tx, who: Who, numbers: Sequence[str], came: Came) -> None:
    """Delete the contacts with these numbers."""
    ask(tx, who, Kind.DELETE, {"numbers": list(numbers), "count": len(numbers)}, came)


def ask_delete_file(tx: Tx, who: Who, file_id: str, seen: int) -> None:
    """Delete the contacts whose numbers a checked file has; the file has done its part then."""
    file = load(tx, ContactFile, file_id, who)
    count = int((file.verdict or {}).get("rows_accepted") or 0)
    keys = [batch.accepted_key for batch in file.batches]
    move_file(tx, file, Status.HANDED, "handed", by=who.user_id, seen=seen, ended_at=tx.now, submitted_by=who.user_id)
    what = {"keys": keys, "count": count, "file": file.name}
    _begin(tx, who, Kind.DELETE, what, place=(file.channel, file.thread_ts))
    soon(tx, PURGE, file.id, after=KEPT_AFTER_END)


def ask_delete_all(tx: Tx, who: Who, sure: Sure, came: Came) -> None:
    """Delete all contacts of the account, whose name was typed. Raises WrongName."""
    rules.name_typed(sure.typed, account_name(tx, who), sure.field)
    ask(tx, who, Kind.DELETE, {"all": True, "contacts": contacts_of(tx, who.require_account())}, came)


def groups_to_delete(tx: Tx, who: Who, ids: Sequence[int], *, with_contacts: bool) -> dict[str, Any]:
    """What deleting these groups would do. Raises NoGroup, TooManyAtOnce, NotFound."""
    if not ids:
        raise rules.NoGroup(field="groups")
    if len(ids) > rules.GROUPS_AT_ONCE:
        raise rules.TooManyAtOnce(count=len(ids), most=rules.GROUPS_AT_ONCE, field="groups")
    return {"groups": [_named(group_of(tx, who, each)) for each in ids], "with_contacts": with_contacts}


def name_to_type(tx: Tx, who: Who, groups: Sequence[Mapping[str, Any]]) -> str:
    """What must be typed before groups go with their contacts: the group's name, or of several the account's."""
    return str(groups[0]["name"]) if len(groups) == 1 else account_name(tx, who)


def ask_delete_groups(tx: Tx, who: Who, ids: Sequence[int], with_contacts: Sure | None, came: Came) -> None:
    """Delete groups; with their contacts only when the name was typed. Raises WrongName."""
    what = groups_to_delete(tx, who, ids, with_contacts=with_contacts is not None)
    if with_contacts is not None:
        rules.name_typed(with_contacts.typed, name_to_type(tx, who, what["groups"]), with_contacts.field)
    ask(tx, who, Kind.DELETE_GROUPS, what, came)


# Groups


def ask_new_group(tx: Tx, who: Who, typed: Fields, came: Came) -> None:
    """Make a group. Raises GroupExists where we know of one with the name; 8x8 may know more."""
    _free(tx, who, typed["name"])
    ask(tx, who, Kind.NEW_GROUP, {"name": typed["name"], "typed": dict(typed)}, came)


def ask_change_group(tx: Tx, who: Who, group_id: int, typed: Fields, came: Came) -> None:
    """Rename or describe a group. Raises GroupExists and NothingChanged."""
    group = group_of(tx, who, group_id)
    steps = rules.patch({"name": group.name, "description": group.description}, typed)
    if not steps:
        raise rules.NothingChanged(field="name")
    if typed["name"].casefold() != group.name.casefold():
        _free(tx, who, typed["name"])
    what = {"group_id": group_id, "name": group.name, "typed": dict(typed), "patch": steps}
    ask(tx, who, Kind.CHANGE_GROUP, what, came)


def ask_drop_group(tx: Tx, who: Who, group_id: int, came: Came) -> None:
    """Delete a group that nobody is in; 8x8 is asked for that once more before."""
    group = group_of(tx, who, group_id)
    ask(tx, who, Kind.DROP_GROUP, {"group_id": group_id, "name": group.name}, came)


def _free(tx: Tx, who: Who, name: str) -> None:
    same = (ContactGroup.account_id == who.require_account(), func.lower(ContactGroup.name) == name.lower())
    if tx.session.scalars(select(ContactGroup).where(*same).limit(1)).first() is not None:
        raise rules.GroupExists(name=name, field="name")


# One contact


def ask_add(tx: Tx, who: Who, typed: Fields, came: Came) -> None:
    """Add a contact."""
    shown = {"shown": shown_name(typed), "typed": {name: value for name, value in typed.items() if value}}
    ask(tx, who, Kind.ADD, shown, came)


def ask_change(tx: Tx, who: Who, contact_id: int, typed: Fields, came: Came) -> None:
    """Change the contact as the window shows it. Raises NothingChanged."""
    before = contact_in(tx, who, came.window_id, contact_id)
    steps = rules.patch(before, typed)
    if not steps:
        raise rules.NothingChanged(field="firstName")
    what = {"contact_id": contact_id, "shown": shown_name(before), "typed": dict(typed), "patch": steps}
    ask(tx, who, Kind.CHANGE, what, came)


def ask_block(tx: Tx, who: Who, contact_id: int, came: Came) -> None:
    """Put the number of a contact that the window shows on the block list."""
    contact = contact_in(tx, who, came.window_id, contact_id)
    what = {"contact_id": contact_id, "shown": shown_name(contact), "msisdn": contact["msisdn"]}
    ask(tx, who, Kind.BLOCK, what, came)


def ask_remove(tx: Tx, who: Who, contact_id: int, came: Came) -> None:
    """Delete a contact that the window shows."""
    shown = shown_name(contact_in(tx, who, came.window_id, contact_id))
    ask(tx, who, Kind.REMOVE, {"contact_id": contact_id, "shown": shown}, came)


def window_of(tx: Tx, who: Who, window_id: object) -> ContactWindow:
    """A window of this person's own, in their account. Raises NotFound."""
    window = load(tx, ContactWindow, window_id, who, what=_WINDOW)
    if window.user_id != who.user_id:
        raise NotFound(what=_WINDOW)
    return window


def contact_in(tx: Tx, who: Who, window_id: str | None, contact_id: int) -> dict[str, Any]:
    """The facts of a contact that a window shows. Raises NotFound."""
    items = (window_of(tx, who, window_id).found or {}).get("items", ())
    found = next((item for item in items if item.get("id") == contact_id), None)
    if found is None:
        raise NotFound(what=_WINDOW)
    return dict(found["facts"])


def shown_name(typed: Mapping[str, str | None]) -> str:
    """How a contact is called where others read along: by the end of its number; empty when it has none."""
    number = typed.get("msisdn")
    return rules.masked(number) if number else ""


# What was asked already


def do_again(tx: Tx, who: Who, operation_id: str, seen: int) -> None:
    """Have what was refused, or did not come to a good end, done once more, at a person's word."""
    operation = load(tx, ContactOperation, operation_id, who)
    anew: dict[str, Any] = {"trouble": None, "answer": None, "sent_at": None, "looks": 0, "polls": 0, "ended_at": None}
    move(tx, operation, State.WAITING, by=who.user_id, seen=seen, act="asked_again", **anew)
    soon(tx, OPERATE, operation.id)


def look_again(tx: Tx, who: Who, operation_id: str, seen: int) -> None:
    """Look once more whether 8x8 has it."""
    operation = load(tx, ContactOperation, operation_id, who)
    move(tx, operation, State.SENDING, by=who.user_id, seen=seen, act="looked_again", looks=0, trouble=None)
    soon(tx, OPERATE, operation.id)


def leave(tx: Tx, who: Who, operation_id: str, seen: int) -> None:
    """Do nothing more about it; what 8x8 has of it stays as it is there."""
    operation = load(tx, ContactOperation, operation_id, who)
    move(tx, operation, State.CANCELLED, by=who.user_id, seen=seen, act="left")


# What people look at


def account_name(tx: Tx, who: Who) -> str:
    """The name of the person's account."""
    return tx.session.get_one(Account, who.require_account()).name


def contacts_of(tx: Tx, account_id: str) -> int | None:
    """How many contacts the account had when 8x8 was last asked; None when it never was."""
    book = tx.session.get(ContactBook, account_id)
    return book.contacts if book else None


def group_of(tx: Tx, who: Who, group_id: int) -> ContactGroup:
    """A group of the person's account, as 8x8 had it last. Raises NotFound."""
    group = tx.session.get(ContactGroup, (who.require_account(), group_id))
    if group is None:
        raise NotFound(what="This group")
    return group


def groups(tx: Tx, who: Who, words: str = "") -> list[ContactGroup]:
    """The account's groups whose name has these words, by name; block lists too."""
    wanted = select(ContactGroup).where(
        ContactGroup.account_id == who.require_account(),
        func.lower(ContactGroup.name).contains(words.lower(), autoescape=True),
    )
    return list(tx.session.scalars(wanted.order_by(func.lower(ContactGroup.name), ContactGroup.group_id)))


def refresh_groups(tx: Tx, who: Who) -> None:
    """Have 8x8 asked for its groups: what is offered next time is newer."""
    soon(tx, GROUPS, who.require_account())


def _named(group: ContactGroup) -> dict[str, Any]:
    return {"id": group.group_id, "name": group.name, "contacts": group.contacts, "blocked": group.is_blacklist}
