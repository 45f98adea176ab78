"""What App Home shows of message logs: what needs this person, their latest exports, and how many are repeated."""

from sqlalchemy import func, select

from bot.accounts.rules import Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.links import Links
from bot.delivery.voices import Voices
from bot.logs import card, messages, service, steps
from bot.logs import words as filled
from bot.logs.rules import ScheduleStatus, Status
from bot.logs.tables import LogExport, LogSchedule
from bot.storage.database import Tx

_HOME = "logs/home"
_SHOWN, _NEEDS = 8, 3


class Home:
    """Message logs on App Home. ``export_action`` is that of its button."""

    def __init__(self, voices: Voices, links: Links, export_action: str) -> None:
        self._voices = voices
        self._links = links
        self._export_action = export_action

    def needs(self, tx: Tx, who: Who) -> list[Block]:
        """Exports that 8x8 refused, or of which nobody knows; and repeated ones that the desk stopped."""
        if who.account_id is None:
            return []
        stopped = [one for one in service.scheduled(tx, who) if one.status == ScheduleStatus.STOPPED]
        latest = service.recent(tx, who)[:_NEEDS]
        waiting = [one for one in latest if one.status == Status.UNSURE]
        waiting += [one for one in latest[:1] if one.status == Status.REFUSED]  # what was asked for since, mended it
        mine = [one for one in stopped if one.user_id == who.user_id][:_NEEDS]
        return [*(self._need(one) for one in waiting), *(self._stopped(one) for one in mine)]

    def _need(self, export: LogExport) -> Block:
        unsure = export.status == Status.UNSURE
        why = self._voices.plain(_HOME, "unsure") if unsure else (export.trouble or {}).get("sentence", "")
        words = self._voices.slack(_HOME, **filled.values(self._voices, export), why=why)
        word, action = ("ask_again", card.ASK_AGAIN) if unsure else ("change", card.CHANGE)
        button = blocks.button(words.plain(f"button_{word}"), action, f"{export.id}:{export.version}")
        return blocks.section("\n".join(words.lines("needs")), accessory=button)

    def _stopped(self, schedule: LogSchedule) -> Block:
        values = messages.schedule_values(self._voices, schedule)
        words = self._voices.slack(_HOME, **values, why=schedule.stop_reason)
        return blocks.section("\n".join(words.lines("needs_schedule")))

    def shown(self, tx: Tx, who: Who) -> list[Block]:
        """The latest exports, and the button that begins one."""
        if who.account_id is None:
            return []
        there, repeated = service.recent(tx, who)[:_SHOWN], len(service.scheduled(tx, who))
        words = self._voices.slack(_HOME, count=repeated)
        lines = [self._line(tx, export) for export in there] or [blocks.section(words.part("none"))]
        told = [blocks.context(words.part("schedules"))] if repeated else []
        button = blocks.button(words.plain("button_export"), self._export_action, "home")
        return [*lines, *told, blocks.actions([button])]

    def _line(self, tx: Tx, export: LogExport) -> Block:
        thread = self._links.find(tx, steps.CARD, export.id, export.place)
        words = self._voices.slack(_HOME, **filled.values(self._voices, export), thread=thread)
        return blocks.section("\n".join(words.lines("line")))

    def begun(self, tx: Tx, who: Who) -> bool:
        """Whether this person has exported something, or somebody repeats something for the account."""
        mine = select(func.count()).select_from(LogExport).where(LogExport.user_id == who.user_id)
        repeated = select(func.count()).select_from(LogSchedule).where(LogSchedule.account_id == who.account_id)
        return bool(tx.session.scalar(mine) or tx.session.scalar(repeated))
