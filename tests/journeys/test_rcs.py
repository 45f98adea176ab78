"""An RCS agent from the first click to its id at 8x8: a picture mended, a change asked for, and sent again."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw

import bot.features
from bot.app import House
from bot.demo.story import Told
from bot.rcs.links import End, Visit
from bot.rcs.tables import Agent, AgentPicture
from bot.sandbox.seed import KOPI, REVIEW
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.actor import Actor


class Browser:
    """Stands for the world's websites, which no test may visit: every page is there."""

    async def visit(self, url: str) -> Visit:
        """A page."""
        return Visit(End.THERE, "answers 200", url)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The whole desk runs once here; both databases are looked at elsewhere."""
    return sqlite_url


@pytest.fixture(autouse=True)
def _websites(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bot.features, "Visitor", Browser)
    return


def picture(size: tuple[int, int], kind: str) -> bytes:
    """A disc in the middle of a ground."""
    image, written = Image.new("RGB", size, "#7A1F0B"), io.BytesIO()
    middle, far = (size[0] / 2, size[1] / 2), min(size) / 4
    ImageDraw.Draw(image).ellipse((middle[0] - far, middle[1] - far, middle[0] + far, middle[1] + far), fill="white")
    image.save(written, kind)
    return written.getvalue()


async def press(person: Actor, label: str) -> None:
    """Press a button of the modal."""
    await person.click(person.modal(), label)


async def fill(person: Actor, **fields: Any) -> None:
    """Fill a page, and go on."""
    for name, value in fields.items():
        if name in {"logo", "hero"}:
            block = next(each["block_id"] for each in person.modal().blocks if each["block_id"].startswith(name))
            await person.choose(person.modal(), "files", value, block=block)
        else:
            await person.fill(name, value)
    assert await person.submit() is None


async def kept(house: House) -> None:
    """What stands in the database at the end."""
    [agent] = await house.desk.read(lambda tx: list(tx.session.query(Agent)))
    assert (agent.status, agent.revision, agent.fields["markets"]) == ("created", 2, ["ID", "US"])
    pictures = await house.desk.read(lambda tx: {one.id: one for one in tx.session.query(AgentPicture)})
    assert pictures[agent.logo_id].uses_mended
    assert not pictures[agent.hero_id].mended


async def test_an_agent_is_asked_for_mended_and_made(house: House, told: Told, sandbox: Sandbox) -> None:
    """The whole way of a request, with everything that both sides see of it."""
    slack, ana, rina = sandbox.world.slack, told.ana, told.rina

    def says(person: Actor, *words: str) -> Any:
        return lambda: person.view() and all(word in str(person.modal().blocks) for word in words) and person.modal()

    def sees(person: Actor, place: str, *words: str) -> Any:
        return lambda: next(
            (one for one in person.sees(place) if all(word in f"{one.text}{one.blocks}" for word in words)), None
        )

    await ana.command(KOPI, "/rcs new")
    texts = {"name": "Kopi Nusantara", "description": "Orders and offers of Kopi", "color": "#7A1F0B"}
    await fill(ana, **texts, use_case="OTP", markets=["US", "ID"])
    logo, hero = picture((300, 300), "PNG"), picture((1440, 448), "JPEG")
    await fill(ana, logo=[("logo.png", b"GIF89a")], hero=[("hero.jpg", hero)])
    await press(ana, "Back")
    await slack.until(says(ana, "This is a GIF file, whatever its name says"), 90)
    await fill(ana, logo=[("logo.png", logo)])
    pages = {"privacy": "https://kopi.example/privacy", "terms": "https://kopi.example/terms"}
    await fill(ana, **pages, email="care@kopi.example", phone="+622129000000")
    assert ana.modal().title == "Step 4 of 4: Review"

    await slack.until(says(ana, "1 thing would be refused", "300x300", "slack_file"), 90)
    await press(ana, "Take the mended logo")
    await slack.until(says(ana, "All of it is fine", "'alt_text': 'The agent on a phone"), 90)
    await ana.submit()
    assert "SD-1001" in str(ana.modal().blocks)

    card = await slack.until(sees(rina, REVIEW, "RCS agent", "Kopi Nusantara", "Created at 8x8"), 60)
    await rina.click(card, "Reject")
    await rina.fill("reason", "other")
    assert "words" in (await rina.submit() or {})
    await rina.close()
    await rina.click(card, "Ask for changes")
    await rina.fill("reason", "description")
    await rina.fill("words", "Say that these are one-time passwords.")
    assert await rina.submit() is None
    mine = await slack.until(sees(ana, KOPI, "It is your turn", "one-time passwords"), 60)
    await ana.click(mine, "Fix and send again")
    assert ana.modal().title == "Step 1 of 4: Brand"
    assert "Say that these are one-time passwords." in str(ana.modal().blocks)
    await fill(ana, description="One-time passwords of Kopi")
    await fill(ana)
    await fill(ana)
    await slack.until(says(ana, "All of it is fine"), 90)
    await ana.submit()
    assert "SD-1001" in str(ana.modal().blocks)

    card = await slack.until(sees(rina, REVIEW, "One-time passwords of Kopi", "version 2"), 60)
    await rina.click(card, "Created at 8x8")
    await rina.fill("reference", "kopi_nusantara_agent")
    assert await rina.submit() is None
    await slack.until(sees(ana, KOPI, "8x8 made the agent", "kopi_nusantara_agent"), 60)
    await kept(house)
    mail = await slack.until(
        lambda: next((one for one in sandbox.world.mailbox.mails if "needs changes" in one.subject), None), 60
    )
    assert "Say that these are one-time passwords." in " ".join(mail.text.replace("> ", "").split())
