"""A sender between a real database and the sandbox's Slack, and messages that tests can change."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import claims
from bot.delivery.claims import OUTBOX, Claim
from bot.delivery.lanes import Lanes
from bot.delivery.mail import MailSender
from bot.delivery.outbox import REVIEW, Mail, MessageKind, SlackCard, SlackFile, Telling, tell
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.slack import SlackMessages
from bot.delivery.tables import Message
from bot.delivery.worker import Hold, PutBack
from bot.sandbox.seed import seed
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World
from bot.storage.database import Database, Tx
from bot.storage.files import Files

LEASE = timedelta(seconds=60)


@dataclass
class Post:
    """The outbox by hand: say what a message shows, and let it be sent."""

    database: Database
    sender: Sender
    reconciler: Reconciler
    world: World
    files: Files
    slack: SlackMessages
    words: dict[str, str] = field(default_factory=dict)

    def draw(self, _tx: Tx, message: Message) -> SlackCard:
        """What the message shows now."""
        words = self.words[message.key]
        return SlackCard(words, [{"type": "section", "text": {"type": "mrkdwn", "text": words}}])

    async def tell(self, key: str, words: str, place: str = "C0KOPI", **more: Any) -> Message:
        """Something happened: this message shows it."""
        self.words[key] = words
        return await self.database.write(tell, Telling(more.pop("kind", "card"), key, place, **more))

    async def send_one(self, *, finish: bool = True) -> str:
        """Claim one due row and send it; "sent", or why it was put back. Without ``finish`` as if the process died."""
        (claim,) = await self.database.write(claims.claim, OUTBOX, "tester", limit=1, lease=LEASE)
        try:
            await self.sender.run(Hold(claim, LEASE))
        except PutBack as later:
            pause = timedelta(seconds=later.seconds)
            await self.database.write(claims.put_back, claim, after=pause, error=later.why, spent=later.spent)
            return later.why
        if finish:
            await self.database.write(claims.finish, claim)
        return "sent"

    async def reconcile(self) -> None:
        """Compare Slack and the database once."""
        await self.reconciler.run(Hold(Claim(0, "delivery.reconcile", "all", 1, "tester"), LEASE))

    def messages(self, channel: str = "C0KOPI") -> list[Any]:
        """Our messages in a channel as Slack has them, threads included, oldest first."""
        roots = self.world.slack.channels[channel].messages
        there = [*roots, *(reply for root in roots for reply in root.replies)]
        return sorted((one for one in there if one.user == "U0DESK" and not one.deleted), key=lambda one: one.ts)

    def shown(self, channel: str = "C0KOPI") -> list[str]:
        """What they show."""
        return [one.text for one in self.messages(channel)]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The demo's world on loopback."""
    async with Sandbox(seed()) as sandbox:
        yield sandbox


@pytest.fixture
async def post(database: Database, sandbox: Sandbox, clock: Any, tmp_path: Any) -> AsyncIterator[Post]:
    """An outbox whose lanes follow the test's clock."""
    world = sandbox.world
    async with aiohttp.ClientSession() as http:
        client = AsyncWebClient(
            token=world.slack.app.bot_token, base_url=f"{sandbox.url}/api/", session=http, retry_handlers=[]
        )
        slack = SlackMessages(client, http, timeout=60)
        files = Files(f"file:{tmp_path}/files")
        made: list[Post] = []

        def mail(_tx: Tx, message: Message) -> Mail:
            words = made[0].words[message.key]
            return Mail(words, f"<p>{words}</p>", words, about="ticket-1")

        def file(_tx: Tx, message: Message) -> SlackFile:
            return SlackFile(message.key, "rejected.csv", "Rejected rows", made[0].words[message.key])

        kinds = [
            MessageKind("card", lambda tx, message: made[0].draw(tx, message)),  # noqa: PLW0108 not made yet
            MessageKind("mail", mail),
            MessageKind("file", file),
        ]
        smtp = sandbox.environment()["SMTP_URL"]
        sender = Sender(
            database,
            files,
            slack=slack,
            mail=MailSender(smtp, "Desk <desk@desk.example>"),
            kinds=kinds,
            lanes=Lanes(lambda: clock().timestamp()),
            places={REVIEW: "C0REVIEW", "nowhere": ""},
        )
        made.append(Post(database, sender, Reconciler(database, slack, sender), world, files, slack))
        yield made[0]
