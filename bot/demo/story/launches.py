"""An RCS agent goes live: tested on a device, its checklist filled in, and decided carrier by carrier."""

import asyncio
import io
from collections.abc import Sequence

import pikepdf

from bot.demo.story.agents import NAME, agent_card, shows
from bot.demo.story.told import Told
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI, REVIEW
from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.records import Message

_FORMS = ("brand_vetting", "program_brief", "tmobile")
_VIDEO = "https://kopi.example/demo-video"
_ANSWERS = {
    "contact_name": "Sari Dewi",
    "contact_title": "Director",
    "contact_email": "sari@kopi.example",
    "trigger": "Somebody signs in at Kopi and asks for a code.",
    "interactions": "They read the code, and answer HELP or STOP.",
    "opt_out": "They send STOP, and get the opt-out text.",
    "access": "Open kopi.example, sign up with any number, ask for a code.",
}


def _form(title: str) -> bytes:
    """A form that was filled in: a PDF of one page."""
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = title
        document.save(written)
    return written.getvalue()


async def a_device_tests_it(told: Told) -> None:
    """Ana names her phone as a test device, Rina invites it at Google, and Ana taps Accept on it."""
    await told.ana.click(agent_card(told), "Testers")
    await fill(told.ana, {"numbers": "+62 812 3456 7890"})
    await send(told, told.ana)
    await told.ana.close()
    await told.rina.command(KOPI, f"/rcs testers {NAME}")
    await told.rina.click(told.rina.modal(), "testers:invite")
    await told.rina.close()
    await told.ana.command(KOPI, f"/rcs testers {NAME}")
    await _choose(told.ana, "testers:mark", "accept")
    await shows(told, told.ana, "✅ Accepted")
    await told.ana.close()


async def _choose(person: Actor, action: str, word: str) -> None:
    """Choose what begins with this word in the menu of the window's only row."""
    beside = [one.get("accessory", {}) for one in person.modal().blocks]
    menu = next(one for one in beside if one.get("action_id") == action)
    value = next(one["value"] for one in menu["options"] if word in one["value"])
    await person.choose(person.modal(), action, value)


async def the_checklist_is_filled_in(told: Told) -> None:
    """Ana gives what Indonesia and the United States ask for, item by item, and asks for the launch."""
    ana = told.ana
    await ana.click(agent_card(told), "Launch")
    for code in _FORMS:
        await _open(ana, code)
        await fill(ana, {"file": [(f"{code}.pdf", _form(code))]})
        await send(told, ana)
    await _open(ana, "demo_video")
    boxes = next(one for one in ana.modal().blocks if str(one.get("block_id", "")).startswith("contents"))
    await fill(ana, {"link": _VIDEO, "contents": [option["value"] for option in boxes["element"]["options"]]})
    await send(told, ana)
    await _open(ana, "questionnaire")
    await fill(ana, _ANSWERS)
    await send(told, ana)
    await _looked_at(told)
    told.say(str(ana.modal().blocks[0]["text"]["text"]))
    await send(told, ana)
    await shows(told, ana, "was asked for")
    await ana.close()
    await told.sees(ana, KOPI, "Launch of", NAME)


async def _open(person: Actor, code: str) -> None:
    """Open the form of an item."""
    await person.click(person.modal(), "launch:item", block=f"give:{code}")


async def _looked_at(told: Told) -> None:
    """Press Look again until no file is being looked at."""
    for _ in range(600):
        await told.ana.click(told.ana.modal(), "launch:look")
        if "is being looked at" not in str(told.ana.modal().blocks):
            return
        await asyncio.sleep(0.1)
    told.check(ok=False, otherwise="the files were never looked at")


async def _carriers(told: Told, *words: str) -> Message:
    """The carriers' rows in the staff's channel, once they show these words."""
    review = await told.finds(told.rina, REVIEW, "Launch of", NAME)
    return await told.finds(told.rina, REVIEW, "T-Mobile", *words, thread_ts=review.ts)


async def _decide(told: Told, act: str, only: Sequence[str] = (), **more: str) -> None:
    """Rina decides of these carriers at once, or of all that are undecided."""
    rows = await _carriers(told, "Decide several")
    await told.rina.click(rows, "carrier:several")
    field = next(one for one in told.rina.modal().blocks if str(one.get("block_id", "")).startswith("carriers"))
    options = [one for one in field["element"]["options"] if not only or one["text"]["text"].startswith(tuple(only))]
    await fill(told.rina, {"carriers": [one["value"] for one in options], "act": act, **more})
    await send(told, told.rina)


async def a_carrier_asks_for_changes(told: Told) -> None:
    """Rina sends it to the carriers; T-Mobile asks for a change, and Ana mends the one form that it names."""
    ana = told.ana
    await _decide(told, "sent")
    await _decide(told, "ask", ["T-Mobile"], words="Name the opt-in page.", item="tmobile")
    card = await told.sees(ana, KOPI, "Launch of", NAME, "Send again")
    await told.sees(ana, KOPI, "T-Mobile asks for changes", "Name the opt-in page.", thread_ts=card.ts)
    await ana.click(card, "Send again")
    await _open(ana, "tmobile")
    await fill(ana, {"file": [("tmobile-2.pdf", _form("with the opt-in page"))]})
    await send(told, ana)
    await _looked_at(told)
    await fill(ana, {"changed": "The opt-in page is named."})
    await send(told, ana)
    await ana.close()


async def it_goes_live(told: Told) -> None:
    """Every carrier approves, 8x8 switches it on, and Ana reads that her agent is live in both regions."""
    await _decide(told, "approve")
    await _decide(told, "live")
    await told.sees(told.ana, KOPI, "Launch of", NAME, "6 of 6")
