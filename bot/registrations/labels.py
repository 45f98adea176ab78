"""Labels on sender IDs: a few free words each, by which people find them again and keep them together."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select

from bot.accounts.rules import Who
from bot.errors import DeskError
from bot.registrations.categories import NoneChosen, chosen
from bot.registrations.steps import redraw
from bot.registrations.tables import Registration, RegistrationLabel, Submission, list_key
from bot.storage.audit import record
from bot.storage.database import Tx

LABEL_MAX, LABELS_MAX = 30, 10
_BETWEEN = ", "
_LEFT_OUT = re.compile(r"[\"“”„«»\x00-\x1f]")


class LabelTooLong(DeskError):
    """“{label}…” is {count} characters long, and {most} fit on a label. A word or two are enough."""


class TooManyLabels(DeskError):
    """{sender_id} would have {count} labels, and {most} fit. Take some away first."""


class NoLabels(DeskError):
    """Write a label to add, or choose one to take away."""


def split(words: str) -> list[str]:
    """The labels that stand in some words with commas between them; each once, in whatever letters."""
    tidy = (" ".join(_LEFT_OUT.sub("", part).split()) for part in words.split(","))
    found: dict[str, str] = {}
    for label in filter(None, tidy):
        found.setdefault(list_key(label), label)
    return list(found.values())


def label(tx: Tx, who: Who, ids: Sequence[str], *, add: str, take: Sequence[str] = ()) -> int:
    """Put labels on sender IDs, and take others away; how many sender IDs were changed.

    Raises NoneChosen, NoLabels, LabelTooLong, TooManyLabels, and NotFound for what is not the person's: then nothing is
    changed.
    """
    added = _checked(split(add))
    if not ids:
        raise NoneChosen(field="which")
    if not added and not take:
        raise NoLabels(field="add")
    gone = {list_key(each) for each in take}
    return sum(_change(tx, who, each, added, gone) for each in chosen(tx, who, ids))


def _checked(labels: list[str]) -> list[str]:
    for each in labels:
        if len(each) > LABEL_MAX:
            raise LabelTooLong(label=each[:LABEL_MAX], count=len(each), most=LABEL_MAX, field="add")
    return labels


def _change(tx: Tx, who: Who, one: Registration, added: Iterable[str], gone: set[str]) -> bool:
    there = {list_key(each): each for each in split(one.labels)}
    wanted = {key: each for key, each in there.items() if key not in gone}
    wanted = {list_key(each): each for each in added} | wanted  # as it is written there already
    if wanted.keys() == there.keys():
        return False
    if len(wanted) > LABELS_MAX:
        raise TooManyLabels(sender_id=one.sender_id, count=len(wanted), most=LABELS_MAX, field="add")
    put(tx, one, wanted.values())
    facts = {"labels": one.labels, "from_staff": who.is_staff}
    about = (Registration.__tablename__, one.id)
    act = "registrations:registration:labelled"
    record(tx, subject=about, act=act, actor=who.user_id, account_id=one.account_id, facts=facts)
    redraw(tx, tx.session.get_one(Submission, one.submission_id), [one])
    return True


def put(tx: Tx, one: Registration, labels: Iterable[str]) -> None:
    """Have a sender ID bear exactly these labels."""
    in_order = sorted(labels, key=list_key)
    one.labels = _BETWEEN.join(in_order)
    tx.session.execute(delete(RegistrationLabel).where(RegistrationLabel.registration_id == one.id))
    common = {"registration_id": one.id, "account_id": one.account_id, "requested_at": one.requested_at}
    if in_order:
        tx.session.execute(insert(RegistrationLabel), [common | {"key": list_key(each)} for each in in_order])


def take_over(tx: Tx, made: Registration) -> None:
    """A registration that renews another bears its labels."""
    labels = select(Registration.labels).where(Registration.id == made.renews_id)
    if made.renews_id and (old := tx.session.scalar(labels)):
        put(tx, made, split(old))
