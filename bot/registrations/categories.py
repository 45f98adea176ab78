"""A category of a customer's own words for sender IDs, by which they find them again."""

from collections.abc import Sequence

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.errors import DeskError
from bot.registrations.steps import redraw
from bot.registrations.tables import Registration, Submission
from bot.storage.audit import record
from bot.storage.database import Tx

CATEGORY_MAX = 60


class NoneChosen(DeskError):
    """No sender ID is chosen yet. Choose one or several."""


class CategoryTooLong(DeskError):
    """That is {count} characters, and {most} fit here. A word or two are enough."""


def chosen(tx: Tx, who: Who, ids: Sequence[str]) -> list[Registration]:
    """Registrations of the person's account, or any for staff. Raises NotFound."""
    return [load(tx, Registration, id_, who, what="That registration") for id_ in ids]


def categorise(tx: Tx, who: Who, ids: Sequence[str], typed: str) -> str:
    """Put registrations into a category; empty takes them out of theirs. Returns it as it is kept.

    Raises NoneChosen, CategoryTooLong, and NotFound for what is not the person's: then nothing is changed.
    """
    category = " ".join(typed.replace('"', "").split())
    if not ids:
        raise NoneChosen(field="which")
    if len(category) > CATEGORY_MAX:
        raise CategoryTooLong(count=len(category), most=CATEGORY_MAX, field="category")
    for registration in chosen(tx, who, ids):
        if registration.category != category:
            registration.category = category
            redraw(tx, tx.session.get_one(Submission, registration.submission_id), [registration])
            record(
                tx,
                subject=(Registration.__tablename__, registration.id),
                act="registrations:registration:categorised",
                actor=who.user_id,
                account_id=registration.account_id,
                facts={"from_staff": who.is_staff},
            )
    return category
