"""What due rows of agents do: look at pictures, visit pages, draw previews, and show it in the form that is open."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.delivery.jobs import JobKind, soon
from bot.delivery.outbox import FILE, Telling, tell
from bot.delivery.slack import SlackTrouble
from bot.delivery.slack_files import FileTooLarge, FileTrouble, SlackFiles, later
from bot.delivery.voices import Voices
from bot.delivery.worker import Hold, PutBack
from bot.errors import DeskError
from bot.rcs import arriving, links
from bot.rcs.arriving import Looked
from bot.rcs.fields import PAGES, AgentFields, pages_hash
from bot.rcs.picture_child import NotLookedAt, Seen, look_at
from bot.rcs.picture_rules import SPECS
from bot.rcs.picture_work import SUFFIX
from bot.rcs.pictures import FILE_MOST
from bot.rcs.preview import Profile, preview
from bot.rcs.rules import PictureStatus
from bot.rcs.sight import Sight, can_be_drawn, preview_message, preview_name, sight_of
from bot.rcs.steps import CHECK, DRAFT_PREVIEW, DRAW, LOOK, bring_pictures, pictures_of, shown_key
from bot.rcs.tables import Agent, AgentDraft, AgentPicture
from bot.rcs.visiting import Visitor
from bot.rcs.words import Telling as Saying
from bot.storage.database import Database, Tx
from bot.storage.files import Files, FilesAway, file_key
from bot.storage.rooms import room

SHOW = "rcs.show"
"""Due row: show the draft of this id as it stands, in the form in which it is open."""
_AWAY_SECONDS = 15.0
_SHOWS, _BETWEEN_SECONDS = 8, 1.0
_MOST = FILE_MOST // 1_000_000

Show = Callable[[str], Awaitable[bool]]
"""Draws the open form of a draft again; whether everything that it waits for was there."""


class NotReadable(DeskError):
    """I could not look at this picture, and it is not your fault. Attach it again; if that fails too, ask support."""


class AgentJobs:
    """All jobs of requests for agents. ``show`` draws the form that is open."""

    def __init__(
        self, database: Database, files: Files, slack_files: SlackFiles, voices: Voices, *, show: Show, visitor: Visitor
    ) -> None:
        self._database = database
        self._files = files
        self._slack_files = slack_files
        self._voices = voices
        self._show = show
        self._visitor = visitor

    def kinds(self) -> list[JobKind]:
        """The kinds of due rows."""
        return [
            JobKind(LOOK, self.look, _picture_is_dead),
            JobKind(CHECK, self.check),
            JobKind(DRAW, self.draw),
            JobKind(SHOW, self.show),
        ]

    # Pictures

    async def look(self, hold: Hold) -> None:
        """Bring a picture here, measure it, and mend it where something is wrong with it."""
        picture, brand = await self._database.read(_picture, hold.claim.key)
        if picture.status not in {PictureStatus.FETCHING, PictureStatus.CHECKING}:
            return
        try:
            if picture.status == PictureStatus.FETCHING:
                await self._fetch(picture)
            await self._look(picture, brand)
        except SlackTrouble as trouble:
            raise later(trouble, hold.claim.attempt) from trouble
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        except (FileTrouble, NotLookedAt) as error:
            await self._database.write(_refused, picture.id, error.sentence)

    async def _fetch(self, picture: AgentPicture) -> None:
        info = await self._slack_files.info(picture.slack_file_id, picture.name)
        limit_words = f"{_MOST} MB"
        if info.size > FILE_MOST:
            raise FileTooLarge(name=picture.name, limit=limit_words)
        chunks = self._slack_files.fetch(info, limit=FILE_MOST, limit_words=limit_words)
        key = file_key("rcs", picture.id, "source")
        stored = await self._files.put(key, chunks, most_bytes=FILE_MOST + 1)
        await self._database.write(arriving.picture_fetched, picture.id, stored)

    async def _look(self, picture: AgentPicture, brand: str) -> None:
        labels = Saying(self._voices, self._voices.marks).labels()
        with room() as folder:
            path, drawn = folder / "source", folder / "drawn"
            drawn.mkdir()
            await self._files.fetch_to(file_key("rcs", picture.id, "source"), path)
            seen = await look_at(path, SPECS[picture.what], brand=brand, into=drawn, labels=labels)
            mended = await self._mended(picture, seen)
            compared = await self._kept(picture, "before-after.png", seen.compared)
            await self._kept(picture, "shown.png", seen.shown)
        await self._database.write(_looked_at, picture.id, Looked(seen.look, mended, compared))

    async def _mended(self, picture: AgentPicture, seen: Seen) -> dict[str, Any]:
        """What is kept of a mended picture; nothing where there is none."""
        if seen.mended is None:
            return {}
        kind = SUFFIX[seen.mended.look.kind]
        key = await self._kept(picture, f"mended.{kind}", seen.mended.path)
        words = Saying(self._voices, self._voices.plain_marks).mended(SPECS[picture.what], seen.mended)
        return {"key": key, "size": seen.mended.look.size, "look": vars(seen.mended.look), "words": words}

    async def _kept(self, picture: AgentPicture, name: str, path: Path | None) -> str | None:
        if path is None:
            return None
        key = file_key("rcs", picture.id, name)
        await self._files.put(key, path, most_bytes=FILE_MOST)
        return key

    # Pages, and the preview

    async def check(self, hold: Hold) -> None:
        """Visit the pages of a draft that were not visited, and draw the agent when that is asked for."""
        sight = await self._database.read(_sight, hold.claim.key)
        if sight is None:
            return
        if any(page in sight.pending for page in PAGES):
            found = await self._visited(sight.asked)
            await self._database.write(_visited, sight.draft.id, pages_hash(sight.asked), found)
        name = preview_name(sight.asked, sight.pictures)
        if sight.draft.step == "review" and sight.is_drawable and name not in (sight.draft.preview_key or ""):
            key = await self._drawn(sight.asked, sight.pictures, sight.draft.id)
            await self._database.write(_drawn, sight.draft.id, key)

    async def draw(self, hold: Hold) -> None:
        """Draw an agent that was sent in before its preview was there."""
        agent, asked, pictures = await self._database.read(_agent, hold.claim.key)
        if agent.preview_key is None and can_be_drawn(pictures):
            key = await self._drawn(asked, pictures, agent.id)
            await self._database.write(_agent_drawn, agent.id, agent.revision, key)

    async def _visited(self, asked: AgentFields) -> list[dict[str, Any]]:
        pages = {what: getattr(asked, what) for what in PAGES}
        right = {what: url for what, url in pages.items() if links.judge_shape(what, url).ok}
        visits = await asyncio.gather(*(self._visitor.visit(url) for url in right.values()))
        found = [
            finding for (what, url), visit in zip(right.items(), visits, strict=True)
            for finding in links.judge(what, url, visit) if finding.check.endswith(".reachable")
        ]  # fmt: skip
        return arriving.as_rows(found)

    async def _drawn(self, asked: AgentFields, pictures: Mapping[str, AgentPicture], id_: str) -> str:
        """The agent on a phone, kept under its own name."""
        try:
            shown = {what: await self._shown(one) for what, one in pictures.items()}
            profile = Profile(
                name=asked.name,
                description=asked.description,
                colour=asked.brand,
                logo=shown.get("logo"),
                hero=shown.get("hero"),
                message=asked.message or asked.start,
            )
            made = await asyncio.to_thread(preview, profile, self._voices)
            key = file_key("rcs", id_, f"preview-{preview_name(asked, pictures)}.png")
            await self._files.put(key, made.png, most_bytes=FILE_MOST)
        except FilesAway as error:
            raise PutBack(_AWAY_SECONDS, "file store", spent=False) from error
        return key

    async def _shown(self, picture: AgentPicture) -> bytes | None:
        """A picture as PNG that we made ourselves; a mended one is ours in any kind."""
        if not picture.uses_mended:
            key = file_key("rcs", picture.id, "shown.png")
            return await self._content(key) if await self._files.exists(key) else None
        with room() as folder:
            path, drawn = folder / "source", folder / "drawn"
            drawn.mkdir()
            await self._files.fetch_to(shown_key(picture), path)
            seen = await look_at(path, SPECS[picture.what], into=drawn, labels=_labels(self._voices))
            return seen.shown.read_bytes() if seen.shown else None

    async def _content(self, key: str) -> bytes:
        return b"".join([chunk async for chunk in self._files.stream(key)])

    # The form

    async def show(self, hold: Hold) -> None:
        """Show it in the open form; again until the pictures that go with it are in Slack."""
        if not await self._show(hold.claim.key) and hold.claim.attempt < _SHOWS:
            raise PutBack(_BETWEEN_SECONDS, "pictures are on their way")


def _labels(voices: Voices) -> dict[str, str]:
    return Saying(voices, voices.marks).labels()


def _picture(tx: Tx, picture_id: str) -> tuple[AgentPicture, str]:
    picture = tx.session.get_one(AgentPicture, picture_id)
    return picture, arriving.brand_of(tx, picture)


def _sight(tx: Tx, draft_id: str) -> Sight | None:
    draft = tx.session.get(AgentDraft, draft_id)
    return sight_of(tx, draft) if draft is not None and draft.ended_at is None else None


def _looked_at(tx: Tx, picture_id: str, looked: Looked) -> None:
    arriving.picture_looked_at(tx, picture_id, looked)
    _shown_soon(tx, picture_id)


def _refused(tx: Tx, picture_id: str, sentence: str) -> None:
    arriving.picture_refused(tx, picture_id, sentence)
    _shown_soon(tx, picture_id)


def _shown_soon(tx: Tx, picture_id: str) -> None:
    draft_id = tx.session.get_one(AgentPicture, picture_id).draft_id
    draft = tx.session.get(AgentDraft, draft_id)
    if draft is not None and draft.ended_at is None:
        if draft.step == "review":
            soon(tx, CHECK, draft.id)
        soon(tx, SHOW, draft.id)


def _visited(tx: Tx, draft_id: str, about: str, found: list[dict[str, Any]]) -> None:
    draft = tx.session.get_one(AgentDraft, draft_id, with_for_update=True)
    if draft.ended_at is None and pages_hash(AgentFields.of(draft.data)) == about:
        draft.findings, draft.checked = found, about
        soon(tx, SHOW, draft_id)


def _drawn(tx: Tx, draft_id: str, key: str) -> None:
    draft = tx.session.get_one(AgentDraft, draft_id, with_for_update=True)
    if draft.ended_at is None:
        draft.preview_key = key
        tell(tx, Telling(DRAFT_PREVIEW, preview_message(draft), draft.user_id, FILE, draft.account_id))
        soon(tx, SHOW, draft_id)


def _agent(tx: Tx, agent_id: str) -> tuple[Agent, AgentFields, dict[str, AgentPicture]]:
    agent = tx.session.get_one(Agent, agent_id)
    ids = {"logo": agent.logo_id, "hero": agent.hero_id}
    return agent, AgentFields.of(agent.fields), pictures_of(tx, {what: id_ for what, id_ in ids.items() if id_})


def _agent_drawn(tx: Tx, agent_id: str, revision: int, key: str) -> None:
    agent = tx.session.get_one(Agent, agent_id, with_for_update=True)
    if agent.revision == revision and agent.preview_key is None:
        agent.preview_key = key
        bring_pictures(tx, agent)


def _picture_is_dead(tx: Tx, picture_id: str, _error: str) -> None:
    _refused(tx, picture_id, NotReadable().sentence)
