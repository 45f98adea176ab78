"""An RCS agent: asked for, its logo mended, a refusal answered, and made at 8x8."""

import io
from collections.abc import Mapping

from PIL import Image, ImageDraw

from bot.demo.story.told import PATIENCE, Told, texts
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message

NAME = "Kopi Nusantara"
_COLOUR = "#7A1F0B"
_BRAND: Mapping[str, object] = {
    "name": NAME,
    "description": "Orders and offers of Kopi",
    "color": _COLOUR,
    "use_case": "OTP",
    "markets": ["ID", "US"],
}
_CONTACT: Mapping[str, object] = {
    "privacy": "https://example.com/",
    "terms": "https://example.org/",
    "email": "care@kopi.example",
    "phone": "+622129000000",
}


def logo(side: int) -> bytes:
    """A white bean in the middle of the brand's colour, as PNG."""
    image, far = Image.new("RGB", (side, side), _COLOUR), side / 4
    draw = ImageDraw.Draw(image)
    draw.ellipse((far, far * 1.25, 3 * far, 2.75 * far), fill="white")
    draw.line((far * 1.3, far * 2, far * 2.7, far * 2), fill=_COLOUR, width=max(2, side // 40))
    return _written(image, "PNG")


def hero() -> bytes:
    """Hills in shades of the brand's colour, as JPEG."""
    image = Image.new("RGB", (1440, 448), "#F3E3D3")
    draw = ImageDraw.Draw(image)
    for place, shade in enumerate(("#C98B6B", "#A3502F", _COLOUR)):
        draw.ellipse((-300 + 420 * place, 180 + 60 * place, 900 + 480 * place, 1100), fill=shade)
    return _written(image, "JPEG")


def _written(image: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


async def shows(told: Told, person: Actor, *words: str) -> str:
    """Wait until the person's window shows all these words; all that it shows then."""

    def found() -> str | None:
        view = person.view()
        shown = str(view.blocks) if view else ""
        return shown if all(word in shown for word in words) else None

    return await told.world.until(found, PATIENCE, f"{person.person.name} never saw {words} in the window")


async def attach(person: Actor, name: str, files: list[tuple[str, bytes]]) -> None:
    """Attach files at the field whose id begins so."""
    block = next(each["block_id"] for each in person.modal().blocks if each.get("block_id", "").startswith(name))
    await person.choose(person.modal(), "files", files, block=block)


async def an_agent_is_asked_for(told: Told) -> None:
    """Ana asks for an RCS agent: her logo is too large, and she takes the mended one with one click."""
    ana = told.ana
    await ana.command(KOPI, "/rcs new")
    await fill(ana, _BRAND)
    await send(told, ana)
    await attach(ana, "logo", [("logo.png", logo(300))])
    await attach(ana, "hero", [("hero.jpg", hero())])
    await send(told, ana)
    await fill(ana, _CONTACT)
    await send(told, ana)
    await shows(told, ana, "300x300", "Take the mended logo", "slack_file")
    await ana.click(ana.modal(), "Take the mended logo")
    await shows(told, ana, "The agent on a phone")
    verdict = await _sent(told)
    told.say(verdict)
    await told.sees(ana, KOPI, "RCS agent", NAME, "Support has it")


async def _sent(told: Told) -> str:
    """Send in what the review shows, once nothing is being looked at; what it said before."""

    def looked_at() -> str | None:
        view = told.ana.view()
        shown = "\n".join(texts(view.blocks)) if view else ""
        return shown if "Being looked at" not in shown else None

    shown = await told.world.until(looked_at, PATIENCE, "the checks never ended")
    await send(told, told.ana)
    receipt = "\n".join(texts(told.ana.modal().blocks))
    told.check("SD-" in receipt, f"it was not sent in: {receipt}")
    await told.ana.close()
    return shown.splitlines()[1]


async def support_asks_for_a_change(told: Told) -> None:
    """Rina asks for a better description: Ana reads why, mends it and sends the request again."""
    card = await told.finds(told.rina, REVIEW, "RCS agent", NAME, "Created at 8x8")
    await told.rina.click(card, "Ask for changes")
    await fill(told.rina, {"reason": "description", "words": "Say that these are one-time passwords."})
    await send(told, told.rina)
    mine = await told.sees(told.ana, KOPI, NAME, "It is your turn", "one-time passwords")
    await told.ana.click(mine, "Fix and send again")
    await fill(told.ana, {"description": "One-time passwords of Kopi"})
    for _ in range(3):
        await send(told, told.ana)
    await _sent(told)


async def it_is_made_at_8x8(told: Told) -> None:
    """8x8 has made the agent: Rina enters its id, and Ana is told what comes next."""
    card = await told.finds(told.rina, REVIEW, NAME, "One-time passwords of Kopi", "version 2")
    await told.rina.click(card, "Created at 8x8")
    await fill(told.rina, {"reference": "kopi_nusantara_agent"})
    await send(told, told.rina)
    await told.sees(told.ana, KOPI, NAME, "8x8 made the agent", "kopi_nusantara_agent")


def agent_card(told: Told) -> Message:
    """Ana's card of the agent."""
    return next(one for one in reversed(told.ana.sees(KOPI)) if "RCS agent" in one.text and NAME in one.text)
