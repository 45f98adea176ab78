"""Letters of authorisation: released by staff, signed on paper, on our own page and at DocuSign."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.demo.story.paper import scanned
from bot.demo.story.registrations import by_mail, number_of, rows_of
from bot.demo.story.told import PATIENCE, Told, everything
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI, REVIEW
from bot.sandbox.slack.records import Json, Message

_NAME = "KopiNus"
_THAI = "KopiThai"


async def letters_are_released(told: Told) -> None:
    """Rina looks at the letters for Globe and Smart, and releases them: Ana is told in the thread and by e-mail."""
    card = await _released(told, _NAME)
    await by_mail(told, f"{number_of(card)}: LOA ready to sign ({_NAME})")


async def _released(told: Told, name: str) -> Message:
    """Have a sender ID's letters released; Ana's card, once she was told."""
    review = await told.finds(told.rina, REVIEW, f"*{name}*", "Sample text")
    stand = await told.finds(told.rina, REVIEW, "Letters of authorisation", "Release", thread_ts=review.ts)
    await told.rina.click(stand, "loa:release")
    card = await told.finds(told.ana, KOPI, name, "Sign LOA")
    await told.sees(told.ana, KOPI, "LOA ready to sign", thread_ts=card.ts)
    return card


def letter_number(card: Message, place: int) -> str:
    """The number of a ticket's letter, counted from 1."""
    return f"LOA-{int(number_of(card).removeprefix('SD-')):06}-{place}"


async def one_is_signed_on_paper(told: Told) -> None:
    """Ana downloads Globe's letter, has it printed, signed and scanned, and sends it back: Globe is asked."""
    card = await told.finds(told.ana, KOPI, _NAME, "Sign LOA")
    number = letter_number(card, 1)
    await send_back(told, number, scanned(await download(told, card, number), signed=True))
    await told.sees(told.ana, KOPI, number, "signed and accepted", thread_ts=card.ts)
    await rows_of(told, _NAME, "With the operator")


async def download(told: Told, card: Message, number: str) -> bytes:
    """Open the letters and download one; the file that comes into the thread. The form stays open."""
    await told.ana.click(card, "loa:sign")
    await told.ana.click(told.ana.modal(), "loa:download", block=ways(told, number))

    def came() -> bytes | None:
        there = [file for one in told.ana.sees(KOPI, card.ts) for file in one.files]
        return next((file.data for file in there if file.name == f"{number}.pdf"), None)

    return await told.world.until(came, PATIENCE, f"{number} never came")


def ways(told: Told, number: str) -> str:
    """The id of the block with a letter's buttons."""
    shown = iter(told.ana.modal().blocks)
    for block in shown:
        if block["type"] == "section" and f"*{number}*" in block.get("text", {}).get("text", ""):
            break
    return next(str(block["block_id"]) for block in shown if block["type"] == "actions")


async def send_back(told: Told, number: str, scan: bytes) -> None:
    """Send a letter back by the form that is open."""
    field = ways(told, number).replace("ways:", "letter:")
    await told.ana.choose(told.ana.modal(), "files", [("scan.pdf", scan)], block=field)
    await send(told, told.ana)
    await told.ana.close()


async def a_scan_without_a_signature(told: Told) -> None:
    """Smart's letter comes back unsigned: a colleague looks at the box, and returns it with the reason."""
    card = await told.finds(told.ana, KOPI, _NAME, "Sign LOA")
    number = letter_number(card, 2)
    await send_back(told, number, scanned(await download(told, card, number), signed=False))
    await told.sees(told.ana, KOPI, "could not see a signature", thread_ts=card.ts)
    review = await told.finds(told.rina, REVIEW, f"*{_NAME}*", "Sample text")
    stand = await told.finds(told.rina, REVIEW, "Letters of authorisation", "could not see", thread_ts=review.ts)
    doubtful = next(one["block_id"] for one in stand.blocks if "loa:accept" in str(one))
    await told.rina.click(stand, "loa:return", block=doubtful)
    await fill(told.rina, {"reason": "unsigned", "words": "Sari Dewi signs inside the frame."})
    await send(told, told.rina)
    await told.sees(told.ana, KOPI, "must be signed again", "inside the frame", thread_ts=card.ts)


async def it_is_signed_on_our_page(told: Told) -> None:
    """Ana has it signed on the desk's own page instead: it is sealed, and Smart is asked."""
    card = await told.finds(told.ana, KOPI, _NAME, "Sign LOA")
    number = letter_number(card, 2)
    await sign_on_page(await link(told, card, number))
    await told.sees(told.ana, KOPI, number, "signed and accepted", "our signing page", thread_ts=card.ts)
    await told.finds(told.ana, KOPI, _NAME, "View LOA")


async def link(told: Told, card: Message, number: str) -> str:
    """Press the button to sign a letter on a screen; where the button leads then."""
    await told.ana.click(card, "loa:sign")
    place = ways(told, number)
    await told.ana.click(told.ana.modal(), "loa:now", block=place)

    def address() -> str | None:
        buttons: list[Json] = next(one["elements"] for one in told.ana.modal().blocks if one.get("block_id") == place)
        return next((str(button["url"]) for button in buttons if "url" in button), None)

    url = await told.world.until(address, PATIENCE, "there is no link to sign")
    await told.ana.close()
    return url


async def sign_on_page(url: str) -> None:
    """What a browser does there: open the letter, fill in the form, send it."""
    parts = urlsplit(url)
    own = {"Origin": f"{parts.scheme}://{parts.netloc}"}
    jar = aiohttp.CookieJar(unsafe=True)  # also of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar, raise_for_status=True) as browser:
        async with browser.post(url, headers=own) as opened:
            form, address = await opened.text(), opened.url
        fields = dict(re.findall(r'name="(csrf|name|title)" value="([^"]*)"', form))
        fields = {name: unescape(value) for name, value in fields.items()}
        async with browser.post(address, headers=own, data={**fields, "way": "typed", "authorised": "yes"}):
            pass


async def thailand_signs_at_docusign(told: Told) -> None:
    """The desk is given DocuSign, and the letters for Thailand are signed there, each after one click."""
    await told.restart_with(told.world.docusign.environment())
    card = await _released(told, _THAI)
    for number in (letter_number(card, place) for place in (1, 2, 3)):
        await sign_at_docusign(await link(told, card, number))
        await told.finds(told.ana, KOPI, number, "signed and accepted", "by DocuSign", thread_ts=card.ts)
    shown = await told.sees(told.ana, KOPI, _THAI, "View LOA")
    told.check("The operators have it" in everything(shown), "signed letters did not move the sender ID on")


async def sign_at_docusign(url: str) -> None:
    """What a browser does there: follow the link, and press the button."""
    async with aiohttp.ClientSession(raise_for_status=True) as browser:
        async with browser.get(url) as opened:
            form, address = await opened.text(), str(opened.url)
        action = unescape(next(iter(re.findall(r'<form method="post" action="([^"]+)"', form))))
        async with browser.post(urljoin(address, action), data={"act": "sign"}):
            pass
