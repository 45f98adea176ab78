"""A person's exports of the dashboard on App Home, the latest first."""

from sqlalchemy import select

from bot.accounts.rules import Who
from bot.dashboard import choices
from bot.dashboard.tables import DashboardExport
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.storage.database import Tx

_HOME, _EXPORT = "exports/home", "dashboard/export"
_SHOWN = 10


class Exports:
    """Draws the tab. ``export_action`` is the action id of the button that asks for one."""

    def __init__(self, voices: Voices, export_action: str) -> None:
        self._voices = voices
        self._export_action = export_action

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """How far each is; its files are in the conversation with the desk."""
        if not who.is_staff and who.account_id is None:
            return []
        mine = select(DashboardExport).where(DashboardExport.user_id == who.user_id)
        latest = tx.session.scalars(mine.order_by(DashboardExport.created_at.desc(), DashboardExport.id).limit(_SHOWN))
        words = self._voices.slack(_HOME)
        found = [blocks.section(self._line(export)) for export in latest] or [blocks.section(words.part("none"))]
        chosen = choices.last(tx, who).words or "all"
        return [*found, blocks.actions([blocks.button(words.plain("button_export"), self._export_action, chosen)])]

    def _line(self, export: DashboardExport) -> str:
        values = {"filters": export.words, "done_count": export.done, "trouble": export.trouble}
        words = self._voices.slack(_EXPORT, **values, written_percent=export.percent)
        asked = self._voices.text(_HOME, "asked", created_at=export.created_at)
        return f"{words.headline} · {asked}\n{words.part(export.status)}"
