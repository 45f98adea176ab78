"""Staff look at letters of authorisation: release them, have them drawn again, accept or return what came back."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.blocks import Block
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.loa import service, steps
from bot.loa.deciding import WORDS_MAX
from bot.loa.reasons import REASONS
from bot.loa.review_card import ACCEPT, AGAIN, RELEASE, RELEASE_ALL, RETURN, SHOW
from bot.loa.tables import SignedCopy
from bot.loa.words import Asked
from handlers import reach, reply
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate, named_row
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember


async def release(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """The customer may sign these letters."""
    whole = action["action_id"] == RELEASE_ALL
    await desk.write(steps.release, who, _id(action), whole=whole)
    await ack()


async def draw_again(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """What could not be drawn was mended."""
    await desk.write(steps.draw_again, who, _id(action))
    await ack()


async def show(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """Bring the letters into the card's thread."""
    await desk.write(service.bring_letters, who, _id(action))
    await ack()


async def accept(desk: Desk, who: Who, action: Payload, ack: AsyncAck) -> None:
    """A doubtful copy is right."""
    await desk.write(steps.accept, who, *named_row(action))
    await ack()


async def ask_why(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask why it must be signed again."""
    who.require_staff()
    copy_id, seen = named_row(action)
    copy, about = await desk.read(service.copy_of, who, copy_id)
    there = await reach.of_news(desk, about.submission.submitted_by, about.submission.channel)
    told = remember(channel_of(body), copy=copy_id, seen=str(seen))
    await reply.open_view(desk, body, form(desk.voices, copy, about, told, there))
    await ack()


def form(voices: Voices, copy: SignedCopy, about: Asked, told: str, there: Block) -> Payload:
    """The list of reasons, and words for the customer. ``there`` says whom it reaches."""
    words = voices.slack(
        "loa/return",
        number_of_letter=about.letter.number,
        sender_id=about.registration.sender_id,
        country=about.rules.name,
        version_number=copy.number,
    )
    options = [blocks.option(words.plain(f"title_{code}"), code) for code in REASONS]
    picker = frame.select(options, None, words.plain("reason_placeholder"))
    body = [
        blocks.section(words.headline),
        frame.field(words, "reason", picker),
        frame.field(words, "words", frame.text(most=WORDS_MAX, multiline=True), optional=True),
        blocks.context(words.part("follows")),
        there,
    ]
    title, submit = words.plain("title", 24), words.plain("submit", 24)
    return frame.modal(RETURN, told, title, body, close=words.plain("close", 24), submit=submit)


async def returned(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    there, told = frame.values(view), memory({"view": view})
    if not told.get("copy") or not told.get("seen", "").isdigit():
        raise FormOutOfDate
    why = frame.typed(there.get("reason")), frame.typed(there.get("words"))
    await desk.write(steps.return_, who, told["copy"], int(told["seen"]), why)
    await ack()


def _id(action: Payload) -> str:
    return str(action.get("value") or "").partition(":")[0]


def register(listen: Listen) -> None:
    """For staff."""
    listen.action(RELEASE, release, serves=Role.STAFF)
    listen.action(RELEASE_ALL, release, serves=Role.STAFF)
    listen.action(AGAIN, draw_again, serves=Role.STAFF)
    listen.action(SHOW, show, serves=Role.STAFF)
    listen.action(ACCEPT, accept, serves=Role.STAFF)
    listen.action(RETURN, ask_why, serves=Role.STAFF)
    listen.view(RETURN, returned, serves=Role.STAFF)
