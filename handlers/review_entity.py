"""Staff count a company as local or international, whatever the customer chose: the form, and what was typed."""

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.accounts.rules import Role, Who
from bot.delivery import blocks
from bot.delivery.voices import Voices
from bot.desk import Desk
from bot.registrations import override, service
from bot.registrations.countries import country
from bot.registrations.override import BECAUSE_MAX, ENTITIES
from bot.registrations.review_card import ENTITY
from bot.registrations.wholes import Whole
from bot.tickets.rules import number_words
from handlers import reply
from handlers import senderid_frame as frame
from handlers.fallback import FormOutOfDate
from handlers.middleware import Listen
from handlers.payload import Payload, channel_of, memory, remember


async def open_form(desk: Desk, who: Who, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Ask what it counts as, and why."""
    who.require_staff()
    whole, *_ = await desk.read(service.submission, who, str(action.get("value") or "").partition(":")[0])
    await reply.open_view(desk, body, form(desk.voices, whole, channel_of(body)))
    await ack()


def form(voices: Voices, whole: Whole, channel: str | None) -> Payload:
    """The two, with the one that counts now chosen, and a field for the reason."""
    words = voices.slack(
        "registrations/entity",
        ticket=number_words(whole.ticket.number),
        country=country(whole.submission.country).name,
        company=whole.submission.company.get("name") or "",
    )
    options = [blocks.option(words.plain(f"entity_{each}"), each) for each in ENTITIES]
    body = [
        blocks.section(words.headline),
        frame.field(words, "entity", frame.select(options, whole.submission.entity, "", kind="radio_buttons")),
        frame.field(words, "because", frame.text(most=BECAUSE_MAX, multiline=True)),
        blocks.context(words.part("follows")),
    ]
    told, title = remember(channel, submission=whole.submission.id), words.plain("title", 24)
    return frame.modal(ENTITY, told, title, body, close=words.plain("close", 24), submit=words.plain("submit", 24))


async def chosen(desk: Desk, who: Who, view: Payload, ack: AsyncAck) -> None:
    """The form came."""
    there, told = frame.values(view), memory({"view": view})
    entity, because = frame.typed(there.get("entity")), frame.typed(there.get("because"))
    if entity not in ENTITIES or "submission" not in told:
        raise FormOutOfDate
    await desk.write(override.choose_entity, who, told["submission"], entity, because)
    await ack()


def register(listen: Listen) -> None:
    """For staff."""
    listen.action(ENTITY, open_form, serves=Role.STAFF)
    listen.view(ENTITY, chosen, serves=Role.STAFF)
