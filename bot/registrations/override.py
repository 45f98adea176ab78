"""Whether a company counts as local or international is a guideline: staff may choose otherwise, and say why."""

from bot.accounts.rules import Who
from bot.accounts.service import load
from bot.errors import DeskError
from bot.registrations.decisions import may_decide
from bot.registrations.steps import letters_follow, locked, redraw, registrations_of
from bot.registrations.tables import Submission
from bot.storage.audit import record
from bot.storage.database import Tx

ENTITIES = ("local", "international")
BECAUSE_MAX = 300


class BecauseMissing(DeskError):
    """Say why in a few words: colleagues read it on the card, and so does whoever asks later."""


class SameEntity(DeskError):
    """That is what it is now. Choose the other one, or close this."""


def choose_entity(tx: Tx, who: Who, submission_id: str, entity: str, because: str) -> Submission:
    """Count a submission's company as local or international, whatever the country's rules and the customer say.

    What it was before stays in the audit. Raises NotAllowed, OwnSubmission, NotFound, BecauseMissing, SameEntity;
    ValueError for another entity.
    """
    who.require_staff()
    if entity not in ENTITIES:
        raise ValueError(entity)
    if not because.strip():
        raise BecauseMissing(field="because")
    load(tx, Submission, submission_id, who, what="That registration")
    submission = locked(tx, submission_id)
    may_decide(tx, who, submission)
    if submission.entity == entity:
        raise SameEntity(field="entity")
    before = submission.entity
    submission.entity, submission.entity_by = entity, who.user_id
    submission.entity_because = " ".join(because.split())[:BECAUSE_MAX]
    record(
        tx,
        subject=(Submission.__tablename__, submission.id),
        act="registrations:submission:entity_chosen",
        actor=who.user_id,
        account_id=submission.account_id,
        because=submission.entity_because,
        facts={"before": before, "after": entity, "from_staff": True},
    )
    redraw(tx, submission, registrations_of(tx, submission.id))
    letters_follow(tx, submission)
    return submission
