"""What due rows of launches do: bring an item's file here, and look at what it is. No listener does any of this."""

from bot.delivery.jobs import JobKind
from bot.delivery.slack import SlackTrouble
from bot.delivery.slack_files import FileTooLarge, FileTrouble, SlackFiles, later
from bot.delivery.worker import Hold, PutBack
from bot.rcs import checklist, giving, item_files
from bot.rcs.checklist import Item
from bot.rcs.item_files import MOST_BYTES
from bot.rcs.launch_steps import LOOK
from bot.rcs.tables import ItemFile, LaunchItem
from bot.registrations.jobs import NotLookedAt
from bot.registrations.papers import PaperRefused
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key

_AWAY_SECONDS = 15.0


class LaunchJobs:
    """All jobs of launches, with what they need of the world outside."""

    def __init__(self, database: Database, files: Files, slack_files: SlackFiles) -> None:
        self._database = database
        self._files = files
        self._slack_files = slack_files

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [JobKind(LOOK, self.look, _is_dead)]

    async def look(self, hold: Hold) -> None:
        """Bring a file here, look at what it is, and keep it; or say why it cannot be used."""
        file, item = await self._database.read(_asked, hold.claim.key)
        if file.stored_key or file.trouble:
            return
        try:
            content = await self._fetch(file, item)
            kind = item_files.judge(file.name, content, item)
            key = file_key("rcs-items", file.id, "source")
            stored = await self._files.put(key, content, most_bytes=len(content))
        except SlackTrouble as trouble:
            raise later(trouble, hold.claim.attempt) from trouble
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (PaperRefused, FileTrouble) as error:
            await self._database.write(giving.file_refused, file.id, error.sentence)
        else:
            await self._database.write(giving.file_kept, file.id, kind, stored)

    async def _fetch(self, file: ItemFile, item: Item) -> bytes:
        """The bytes, no more than an item takes."""
        info = await self._slack_files.info(file.slack_file_id, file.name)
        if info.size > MOST_BYTES:
            raise item_files.too_large(file.name, info.size, item)
        try:
            chunks = self._slack_files.fetch(info, limit=MOST_BYTES, limit_words="")
            return b"".join([chunk async for chunk in chunks])
        except FileTooLarge as error:  # it is larger than Slack said
            raise item_files.too_large(file.name, MOST_BYTES + 1, item) from error


def _asked(tx: Tx, file_id: str) -> tuple[ItemFile, Item]:
    file = tx.session.get_one(ItemFile, file_id)
    return file, checklist.item(tx.session.get_one(LaunchItem, file.item_id).code)


def _is_dead(tx: Tx, file_id: str, _error: str) -> None:
    giving.file_refused(tx, file_id, NotLookedAt().sentence)
