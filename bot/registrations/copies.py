"""Copies of a registration's papers for staff, brought into the thread of their card when somebody asks."""

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.delivery.outbox import FILE, REVIEW, Telling, find, tell
from bot.registrations.rules import PaperStatus
from bot.registrations.steps import COPY, REVIEW_CARD
from bot.registrations.tables import Paper
from bot.registrations.wholes import registration
from bot.storage.database import Tx

_SHORT = 31
"""Characters of a registration's id that fit behind a paper's in a message's key; the root has it whole."""


def bring_papers(tx: Tx, who: Who, registration_id: str) -> int:
    """Bring all papers that are kept; how many come that were not there yet. Raises NotAllowed, NotFound."""
    who.require_staff()
    whole = registration(tx, who, registration_id)
    ids = [paper_id for some in whole.submission.papers.values() for paper_id in some]
    kept = select(Paper).where(Paper.id.in_(ids), Paper.status == PaperStatus.KEPT)
    coming = 0
    for paper in tx.session.scalars(kept.order_by(Paper.slot, Paper.uploaded_at)).all():
        key = f"{paper.id}:{whole.registration.id[:_SHORT]}"
        if find(tx, COPY, key, REVIEW) is None:
            tell(tx, Telling(COPY, key, REVIEW, FILE, paper.account_id, parent=(REVIEW_CARD, registration_id)))
            coming += 1
    return coming
