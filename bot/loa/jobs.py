"""What due rows of letters do: follow what is registered, draw letters, look at signed copies. No listener does it."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

from bot.delivery.jobs import JobKind
from bot.delivery.slack import SlackTrouble
from bot.delivery.slack_files import FileTrouble, SlackFiles, later
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.loa import needs, steps
from bot.loa.box import Box
from bot.loa.check.rules import MOST_BYTES, Expected, Judged, Verdict
from bot.loa.following import letterhead_of
from bot.loa.letter import CannotDraw, DrawnLetter, draw
from bot.loa.letterhead import kept_letterhead
from bot.loa.moving import CHECK, DRAW
from bot.loa.rules import CopyStatus, LetterStatus
from bot.loa.steps import Drawing, Outcome
from bot.loa.tables import Letter, SignedCopy
from bot.registrations.steps import LETTERS
from bot.registrations.tables import Paper, Registration, Submission
from bot.storage.database import Database, Tx
from bot.storage.files import FileGone, Files, FilesAway, file_key

Judge = Callable[[Expected, Path, str, Path], Awaitable[Judged]]
"""Looks at what came back: the letter, the file, its name, and a folder for what is made of it."""
_AWAY_SECONDS = 15.0
_LETTER_BYTES = 50_000_000
OTHER_LETTER = "other_letter"
"""The finding that a copy is another letter of ours; what was measured is its number."""
_COMING = (CopyStatus.FETCHING, CopyStatus.CHECKING)


class NotDrawn(DeskError):
    """Drawing it failed, and it is not your fault. A colleague has it drawn again."""


class NotChecked(DeskError):
    """I could not look at this file, and it is not your fault. Send it again; if that fails too, ask support here."""


class TooLargeToSign(FileTrouble):
    """{name} is larger than {limit}. Scan it in grey at 300 dots an inch, or send a photo of it."""


class LetterJobs:
    """All jobs of letters, with what they need of the world outside. ``provider`` is who is authorised by letters."""

    def __init__(
        self,
        database: Database,
        files: Files,
        slack_files: SlackFiles,
        judge: Judge,
        *,
        provider: str,
        release_by: str,
    ) -> None:
        self._database = database
        self._files = files
        self._slack_files = slack_files
        self._judge = judge
        self._provider = provider
        self._release_by = release_by

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        drawing, checking = JobKind(DRAW, self.draw, _not_drawn), JobKind(CHECK, self.check, _not_checked)
        return [JobKind(LETTERS, self.follow), drawing, checking]

    async def follow(self, hold: Hold) -> None:
        """Bring a submission's letters to what it is now."""
        await self._database.write(steps.follow, hold.claim.key, self._provider)

    # Drawing

    async def draw(self, hold: Hold) -> None:
        """Draw a letter and keep it; or say why it cannot be drawn."""
        letter, paper = await self._database.read(_to_draw, hold.claim.key)
        if letter.status != LetterStatus.DRAWING:
            return
        data = needs.read(letter.data)
        try:
            letterhead = await kept_letterhead(self._files, paper) if paper and data.letterhead_sha256 else None
            made = await asyncio.to_thread(draw, data, letterhead)
            drawing = await self._keep(letter, made)
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (CannotDraw, FileGone) as error:
            await self._database.write(steps.cannot_draw, letter.id, error.sentence)
        else:
            await self._database.write(steps.drawn, letter.id, drawing, self._release_by)

    async def _keep(self, letter: Letter, made: DrawnLetter) -> Drawing:
        pdf = await self._files.put(file_key("loa", letter.id, "letter.pdf"), made.pdf, most_bytes=_LETTER_BYTES)
        preview = file_key("loa", letter.id, "preview.png")
        await self._files.put(preview, made.preview, most_bytes=_LETTER_BYTES)
        return Drawing(pdf.key, preview, pdf.sha256, made.pages, made.box, made.code)

    # Signed copies

    async def check(self, hold: Hold) -> None:
        """Bring a signed copy here as it came, and look whether it is the letter, signed."""
        copy, letter = await self._database.read(_to_check, hold.claim.key)
        if copy.status not in _COMING:
            return
        try:
            with tempfile.TemporaryDirectory() as folder:
                copy = await self._fetched(copy)
                outcome = await self._look(copy, letter, Path(folder, "first"))
                if await self._is_another(copy, outcome):
                    copy, letter = await self._database.read(_to_check, copy.id)
                    outcome = await self._look(copy, letter, Path(folder, "second"))
        except SlackTrouble as trouble:
            raise later(trouble, hold.claim.attempt) from trouble
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (FileTrouble, FileGone) as error:
            await self._database.write(steps.unreadable, copy.id, error.sentence)
        else:
            await self._database.write(steps.judged, copy.id, outcome)

    async def _is_another(self, copy: SignedCopy, outcome: Outcome) -> bool:
        """Whether its code names another letter that waits for it; then it is that one's from now on."""
        said = [str(one["measured"]) for one in outcome.findings if one["rule"] == OTHER_LETTER]
        return bool(said) and await self._database.write(steps.moved_to, copy.id, said[0]) is not None

    async def _fetched(self, copy: SignedCopy) -> SignedCopy:
        if copy.stored_key is not None:
            return copy
        info = await self._slack_files.info(str(copy.slack_file_id), copy.name)
        limit = f"{MOST_BYTES // 1_000_000} MB"
        if info.size > MOST_BYTES:
            raise TooLargeToSign(name=copy.name, limit=limit)
        came = self._slack_files.fetch(info, limit=MOST_BYTES, limit_words=limit)
        stored = await self._files.put(file_key("loa", copy.id, "source"), came, most_bytes=MOST_BYTES)
        return await self._database.write(steps.fetched, copy.id, stored)

    async def _look(self, copy: SignedCopy, letter: Letter, folder: Path) -> Outcome:
        """Judge it, and keep what was made of it."""
        made = folder / "made"
        await asyncio.to_thread(made.mkdir, parents=True)
        came, pdf = folder / "came", folder / "letter.pdf"
        await self._files.fetch_to(str(copy.stored_key), came)
        await self._files.fetch_to(str(letter.pdf_key), pdf)
        expected = Expected(pdf, str(letter.sha256), letter.code, letter.number, letter.pages, Box(**letter.box))
        judged = await self._judge(expected, came, copy.name, made)
        findings = [asdict(finding) for finding in judged.findings]
        clean_key, clean_sha256 = await self._kept(copy, letter, "clean.pdf", judged.clean)
        crop_key, _ = await self._kept(copy, letter, "crop.png", judged.crop)
        return Outcome(
            str(Verdict(judged.verdict)), findings, judged.kind, judged.pages, clean_key, clean_sha256, crop_key
        )

    async def _kept(
        self, copy: SignedCopy, letter: Letter, name: str, path: Path | None
    ) -> tuple[str, str] | tuple[None, None]:
        """Keep what was made of a copy; one that turns out to be another letter is made anew, beside the first."""
        if path is None:
            return None, None
        key = file_key("loa", copy.id, f"{letter.id}-{name}")
        stored = await self._files.put(key, path, most_bytes=10 * _LETTER_BYTES)
        return stored.key, stored.sha256


def _to_draw(tx: Tx, letter_id: str) -> tuple[Letter, Paper | None]:
    letter = tx.session.get_one(Letter, letter_id)
    registration = tx.session.get_one(Registration, letter.registration_id)
    return letter, letterhead_of(tx, tx.session.get_one(Submission, registration.submission_id))


def _to_check(tx: Tx, copy_id: str) -> tuple[SignedCopy, Letter]:
    copy = tx.session.get_one(SignedCopy, copy_id)
    return copy, tx.session.get_one(Letter, copy.letter_id)


def _not_drawn(tx: Tx, letter_id: str, _error: str) -> None:
    steps.cannot_draw(tx, letter_id, NotDrawn().sentence)


def _not_checked(tx: Tx, copy_id: str, _error: str) -> None:
    steps.unreadable(tx, copy_id, NotChecked().sentence)
