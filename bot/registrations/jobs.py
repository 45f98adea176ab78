"""What due rows of registrations do: fetch papers and look at them, remind and expire. No listener does any of this."""

from bot.delivery.jobs import JobKind
from bot.delivery.slack import SlackTrouble
from bot.delivery.slack_files import FileTooLarge, FileTrouble, SlackFiles, later
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.registrations import companies, papers, renewal
from bot.registrations.countries import Slot
from bot.registrations.papers import PaperRefused
from bot.registrations.rules import PaperStatus
from bot.registrations.steps import PAPER, RENEWAL
from bot.registrations.tables import Draft, Paper
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key

_AWAY_SECONDS = 15.0


class NotLookedAt(DeskError):
    """I could not look at this file, and it is not your fault. Attach it again; if that fails too, ask support here."""


class RegistrationJobs:
    """All jobs of registrations, with what they need of the world outside."""

    def __init__(self, database: Database, files: Files, slack_files: SlackFiles) -> None:
        self._database = database
        self._files = files
        self._slack_files = slack_files

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(PAPER, self.paper, _paper_is_dead), JobKind(RENEWAL, self.renewal)]

    async def paper(self, hold: Hold) -> None:
        """Bring a paper here, look at what it is, and keep it; or say why it cannot be used."""
        paper, slot = await self._database.read(_look, hold.claim.key)
        if paper.status != PaperStatus.FETCHING:
            return
        try:
            content = await self._fetch(paper, slot)
            kind = papers.judge(paper.name, content, slot)
            stored = await self._files.put(file_key("papers", paper.id, "source"), content, most_bytes=len(content))
        except SlackTrouble as trouble:
            raise later(trouble, hold.claim.attempt) from trouble
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (PaperRefused, FileTrouble) as error:
            await self._database.write(companies.paper_refused, paper.id, error.sentence)
        else:
            await self._database.write(companies.paper_kept, paper.id, kind, stored)

    async def _fetch(self, paper: Paper, slot: Slot) -> bytes:
        """The bytes, no more than the slot takes."""
        info = await self._slack_files.info(paper.slack_file_id, paper.name)
        if info.size > slot.max_bytes:
            raise papers.too_large(paper.name, info.size, slot)
        try:
            chunks = self._slack_files.fetch(info, limit=slot.max_bytes, limit_words="")
            return b"".join([chunk async for chunk in chunks])
        except FileTooLarge as error:  # it is larger than Slack said
            raise papers.too_large(paper.name, slot.max_bytes + 1, slot) from error

    async def renewal(self, _hold: Hold) -> None:
        """Expire and remind until nothing is left for today."""
        while await self._database.write(renewal.look):
            pass


def _look(tx: Tx, paper_id: str) -> tuple[Paper, Slot]:
    """A paper, and the document that it should be: by the rules of its draft's country when it has one."""
    paper = tx.session.get_one(Paper, paper_id)
    draft = tx.session.get(Draft, paper.draft_id) if paper.draft_id else None
    country = str(draft.data.get("country") or "") if draft else ""
    return paper, companies.slot_named(paper.slot, country)


def _paper_is_dead(tx: Tx, paper_id: str, _error: str) -> None:
    companies.paper_refused(tx, paper_id, NotLookedAt().sentence)
