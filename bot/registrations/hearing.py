"""What an operator's feed says, item by item. Late, doubled, contradictory and unknown news do no harm."""

from datetime import UTC, datetime

import structlog
from sqlalchemy import select

from bot.registrations import rules
from bot.registrations.decision import WORDS_MAX, Decision, apply, tell_all
from bot.registrations.reasons import NoSuchReason, reason, reasons
from bot.registrations.rules import ENDED_BY_US, UNDECIDED, Act, By
from bot.registrations.standing import inform_staff
from bot.registrations.steps import locked, write_down
from bot.registrations.tables import OperatorNews, OperatorRow, Registration
from bot.storage.database import Tx
from bot.storage.statements import add_once, held

_NEVER = datetime.min.replace(tzinfo=UTC)
log = structlog.get_logger()

ACTS = {
    "received": Act.SENT,
    "with_operator": Act.SENT,
    "approved": Act.APPROVE,
    "changes_asked": Act.ASK,
    "rejected": Act.REJECT,
}
"""The words of a feed, and what each one does."""
TAKEN, KNOWN, LATE, CONTRADICTS, UNKNOWN = "taken", "known", "late", "contradicts", "unknown"


def heard(  # noqa: PLR0917 - an item of a feed, field by field
    tx: Tx, operator: str, item_id: str, reference: str, status: str, reason: str, at: datetime
) -> bool:
    """An operator says something about what we asked under ``reference``; True when that changed a row.

    ``at`` is the operator's own time, ``reason`` a code of our list or its own words. What was heard is remembered by
    operator and ``item_id``. A word that was overtaken by a newer one of the same operator is late. One that
    contradicts what staff decided, or what the operator said itself, changes nothing: staff get a note instead, once;
    and so they do when it says a word that we do not know.
    """
    at = min(at, tx.now)  # what a clock that is fast calls tomorrow would make all that follows late
    news = OperatorNews(
        operator=operator, item_id=item_id, reference=reference, status=status, reason=reason, came_to=UNKNOWN,
        said_at=at, heard_at=tx.now,
    )  # fmt: skip
    if not add_once(tx, news):
        _compare(tx, news)
        return False
    row, act = _asked_under(tx, operator, reference), ACTS.get(status)
    if row is None:
        log.warning("operator_news_unknown", operator=operator, item=item_id, status=status)
        return False
    news.row_id, news.came_to = row.id, _comes_to(tx, row, act, at) if act else UNKNOWN
    if act and news.came_to == TAKEN:
        _take(tx, row, act, news)
    elif news.came_to in {CONTRADICTS, UNKNOWN} and not _told_before(tx, row, news):
        _tell_staff(tx, row, news)
    return news.came_to == TAKEN


def _compare(tx: Tx, news: OperatorNews) -> None:
    """An item that comes again should say the same; else its feed gives ids twice, and news of it would be lost."""
    kept = tx.session.get(OperatorNews, (news.operator, news.item_id))
    if kept and (kept.reference, kept.status) != (news.reference, news.status):
        log.warning("operator_news_changed", operator=news.operator, item=news.item_id, status=news.status)


def _asked_under(tx: Tx, operator: str, reference: str) -> OperatorRow | None:
    """The row, which nobody else changes before this transaction ends. An older question has no row any more."""
    asked = select(OperatorRow).where(OperatorRow.operator == operator, OperatorRow.reference == reference)
    row = tx.session.scalars(asked).one_or_none()
    if row is None:
        return None
    locked(tx, tx.session.get_one(Registration, row.registration_id).submission_id)
    row = held(tx, OperatorRow, row.id)
    return row if row.reference == reference else None


def _comes_to(tx: Tx, row: OperatorRow, act: Act, at: datetime) -> str:
    if rules.result(act) == row.status:
        return KNOWN
    if row.status not in UNDECIDED and row.decided_by is None and at < _said_last(tx, row):
        return LATE
    if rules.allowed(row.status, act, By.OPERATOR):
        return TAKEN
    # That it arrived says nothing against a decision; and what was withdrawn or has expired is over for everybody.
    return LATE if act is Act.SENT or row.status in ENDED_BY_US else CONTRADICTS


def _said_last(tx: Tx, row: OperatorRow) -> datetime:
    """When the operator said what counts now."""
    taken = (OperatorNews.row_id == row.id, OperatorNews.reference == row.reference, OperatorNews.came_to == TAKEN)
    last = select(OperatorNews.said_at).where(*taken).order_by(OperatorNews.said_at.desc()).limit(1)
    return tx.session.scalars(last).first() or _NEVER


def _take(tx: Tx, row: OperatorRow, act: Act, news: OperatorNews) -> None:
    submission = locked(tx, tx.session.get_one(Registration, row.registration_id).submission_id)
    decision = _decision(act, news.reason)
    apply(tx, [row], decision, who=None, facts={"item": news.item_id})
    tell_all(tx, submission, [row], decision, None)


def _decision(act: Act, why: str) -> Decision:
    try:
        return Decision(act, reason=reason(why).code) if why else Decision(act)
    except NoSuchReason:
        return Decision(act, reason="other", words=why[:WORDS_MAX])


def _told_before(tx: Tx, row: OperatorRow, news: OperatorNews) -> bool:
    """Whether staff know since the last decision that the operator says so."""
    since = row.decided_at or row.sent_at or _NEVER
    the_same = select(OperatorNews.item_id).where(
        OperatorNews.row_id == row.id,
        OperatorNews.reference == row.reference,
        OperatorNews.came_to == news.came_to,
        OperatorNews.status == news.status,
        OperatorNews.heard_at > since,
        OperatorNews.item_id != news.item_id,
    )
    return tx.session.scalars(the_same.limit(1)).first() is not None


def _tell_staff(tx: Tx, row: OperatorRow, news: OperatorNews) -> None:
    registration = tx.session.get_one(Registration, row.registration_id)
    what = "contradicted" if news.came_to == CONTRADICTS else "unclear"
    why = next((one.title for one in reasons() if one.code == news.reason), news.reason)
    said = {"said": news.status, "said_why": why, "item": news.item_id}
    inform_staff(tx, registration, write_down(tx, registration, what, None, [row], **said))
