"""Where contact files come from when they are checked: from Slack by way of the file store, or from this machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.accounts.directory import Directory, SlackSilent
from bot.contacts import results, rules
from bot.contacts.tables import ContactFile
from bot.delivery.slack_files import SlackFiles
from bot.storage.database import Database
from bot.storage.files import Files, file_key

_UPLOAD_LIMIT_WORDS = "30 MB"


class Origin(Protocol):
    """Brings a file here."""

    async def bring(self, file: ContactFile, folder: Path) -> Path:
        """The file on this machine; ``folder`` is there for it, and gone after the check."""
        ...


@dataclass(frozen=True)
class FromSlack:
    """Files that people gave us in Slack: fetched once, and kept in the file store from then on."""

    database: Database
    files: Files
    slack_files: SlackFiles
    people: Directory

    async def bring(self, file: ContactFile, folder: Path) -> Path:
        """The file out of the store. Raises SlackTrouble, FileTrouble, FileGone, FilesAway."""
        path = folder / f"source.{rules.ending(file.name) or 'bin'}"
        await self.files.fetch_to(file.source_key or await self._fetch(file), path)
        return path

    async def _fetch(self, file: ContactFile) -> str:
        info = await self.slack_files.info(file.slack_file_id, file.name)
        content = self.slack_files.fetch(info, limit=rules.UPLOAD_BYTES_MAX, limit_words=_UPLOAD_LIMIT_WORDS)
        stored = await self.files.put(
            file_key("contacts", file.id, "source"), content, most_bytes=rules.UPLOAD_BYTES_MAX
        )
        email = await self._email(file.uploader)
        await self.database.write(
            results.fetched, file.id, source_key=stored.key, size=stored.size, sha256=stored.sha256, email=email
        )
        return stored.key

    async def _email(self, user_id: str) -> str:
        try:
            return (await self.people.profile(user_id)).email
        except SlackSilent:
            return ""


@dataclass(frozen=True)
class FromDisk:
    """The one file of a job in the shell: it is read where it lies, and not copied."""

    path: Path

    async def bring(self, file: ContactFile, folder: Path) -> Path:  # noqa: ARG002 - it is here already
        """The file itself."""
        return self.path
