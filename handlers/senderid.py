"""``/senderid check`` and ``/senderid rules``: would this name be taken, and what does a country ask for."""

from datetime import date

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.delivery import blocks
from bot.desk import Desk
from bot.registrations import countries
from bot.registrations.answers import Answers
from bot.registrations.checks import check_sender_id
from bot.registrations.countries import Country
from bot.storage.database import Tx
from handlers import reply
from handlers.middleware import EVERYBODY, Listen
from handlers.payload import Payload

CHECK = "senderid:check"


async def help_me(desk: Desk, ack: AsyncAck) -> None:
    """Say what can be done with sender IDs."""
    words = desk.voices.slack("registrations/answers", countries=_known())
    await ack(**reply.message(words.headline, "\n".join(words.lines("help"))))


async def check(desk: Desk, words: str, ack: AsyncAck) -> None:
    """Look at a name by a country's rules; the country stands last, the name may have blanks."""
    if not words:
        await ack(**reply.message(desk.voices.text("registrations/answers", "no_name")))
        return
    name, country = countries.split(_typed(words))
    if not name:
        await ack(**reply.message(desk.voices.text("registrations/answers", "no_name")))
        return
    await ack(**_verdict(desk, name, country))


async def check_proposed(desk: Desk, action: Payload, body: Payload, ack: AsyncAck) -> None:
    """Look at the proposed name in the same way, in place of the first answer."""
    name, country = countries.split(action["value"])
    await ack()
    await reply.replace(desk, body, _verdict(desk, name, country))


def _verdict(desk: Desk, name: str, country: Country) -> Payload:
    said = Answers(desk.voices, desk.voices.marks).verdict(country, name, check_sender_id(country, name))
    told = reply.message(said.headline, *said.failed)
    if said.proposal:
        label = desk.voices.plain("registrations/check", "button_check", proposal=said.proposal)
        button = blocks.button(label, CHECK, f"{said.proposal} {country.code}")
        told["blocks"].append(blocks.section("\n".join(said.proposed), accessory=button))
    small = ["\n".join(said.open), said.sources]
    told["blocks"] += [blocks.context(text) for text in small if text]
    told["text"] = "\n".join((told["text"], *said.proposed))
    return told


async def rules(desk: Desk, words: str, ack: AsyncAck) -> None:
    """A country's rules, operators of today and papers."""
    if not words:
        await ack(**reply.message(desk.voices.text("registrations/answers", "no_country", countries=_known())))
        return
    today = await desk.read(_today)
    told = Answers(desk.voices, desk.voices.marks).rules(countries.country(_typed(words)), today)
    await ack(**reply.message(*told))


def _today(tx: Tx) -> date:
    return tx.now.date()


def _known() -> list[str]:
    return [f"{each.name} ({each.code})" for each in countries.countries()]


def _typed(words: str) -> str:
    """What a person typed: Slack escapes three characters of it."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def register(listen: Listen) -> None:
    """``/senderid`` alone helps, too. Rules are no secret: everybody may ask."""
    listen.command("/senderid", help_me, serves=EVERYBODY)
    listen.command("/senderid help", help_me, serves=EVERYBODY)
    listen.command("/senderid check", check, serves=EVERYBODY)
    listen.command("/senderid rules", rules, serves=EVERYBODY)
    listen.action(CHECK, check_proposed, serves=EVERYBODY)
