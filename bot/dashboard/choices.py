"""What a person last wanted to see: kept, so that it is shown again when nothing is said."""

from bot.accounts.rules import Who
from bot.dashboard.filters import Filters
from bot.dashboard.tables import DashboardChoice
from bot.dashboard.typed import read
from bot.errors import DeskError
from bot.storage.database import Tx
from bot.storage.statements import add_once


def remember(tx: Tx, who: Who, filters: Filters) -> None:
    """Keep it for the next time."""
    kept = tx.session.get(DashboardChoice, who.user_id)
    if kept is None:
        kept = DashboardChoice(user_id=who.user_id, words=filters.words, changed_at=tx.now)
        if add_once(tx, kept):
            return
        kept = tx.session.get_one(DashboardChoice, who.user_id)
    kept.words, kept.changed_at = filters.words, tx.now


def last(tx: Tx, who: Who) -> Filters:
    """What was kept; everything for who never chose, and where something is no longer known that was chosen."""
    kept = tx.session.get(DashboardChoice, who.user_id)
    try:
        return read(kept.words) if kept else Filters()
    except DeskError:
        return Filters()
