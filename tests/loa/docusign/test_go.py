"""A click leads to DocuSign's page, which is asked for at that moment and kept nowhere; and the way back is a hint."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.loa.docusign import ByMail, DocuSignAway, NotOpen, NotReadyYet
from bot.loa.rules import LetterStatus
from bot.registrations.countries import country
from bot.sandbox.faults import Fault


async def test_a_click_leads_to_a_page_where_the_letter_is_signed(bureau: Any, http: Any) -> None:
    """From the click to the letter that counts, as a browser goes."""
    signing = await bureau.opened()
    address = await bureau.way.go(signing.id)
    async with http.get(address) as page:
        assert "Sign as Ana Santoso" in await page.text()
        there = page.url
    async with http.get(f"{there}/0.png") as picture:
        assert (await picture.read()).startswith(b"\x89PNG")
    async with http.post(there, data={"act": "sign"}) as back:
        assert back.url.path == f"/loa/docusign/back/{signing.id}"
        assert "Thank you" in await back.text()
        assert back.headers["Cache-Control"] == "no-store"
    await bureau.docusign.connect.settled()
    assert await bureau.run("fetch") == "done"
    assert (await bureau.letter()).status == LetterStatus.ACCEPTED


async def test_each_click_has_an_address_of_its_own_that_works_once_and_for_five_minutes(
    bureau: Any, http: Any
) -> None:
    """Whoever finds it later, in a history or a log, finds nothing."""
    signing = await bureau.opened()
    first, second, third = [await bureau.way.go(signing.id) for _ in range(3)]
    assert len({first, second, third}) == 3
    async with http.get(first) as page:
        assert page.status == 200
    async with http.get(first) as page:
        assert page.status == 410
    bureau.clock.advance(minutes=4)
    async with http.get(second) as page:
        assert page.status == 200
    bureau.clock.advance(minutes=1)
    async with http.get(third) as page:
        assert page.status == 410


async def test_an_address_is_neither_kept_nor_logged(bureau: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a secret of the browser's."""
    signing = await bureau.opened()
    ticket = (await bureau.way.go(signing.id)).rpartition("/")[2]

    def everything(tx: Any) -> str:
        names = tx.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return str([tx.session.execute(text(f'SELECT * FROM "{name}"')).all() for name in names])

    assert ticket not in await bureau.database.read(everything)
    said = capsys.readouterr()
    assert ticket not in said.out + said.err


async def test_a_click_waits_for_an_envelope_that_is_being_made(bureau: Any) -> None:
    """For some seconds; then it says so, and the link works again later."""
    bureau.way.patience = 0
    signing = await bureau.begin()
    with pytest.raises(NotReadyYet):
        await bureau.way.go(signing.id)
    await bureau.run("create")
    assert await bureau.way.go(signing.id)


async def test_who_was_written_to_is_not_led_there(bureau: Any) -> None:
    """DocuSign would refuse it; the sentence says where the letter is."""
    signing = await bureau.opened(by_mail=True)
    with pytest.raises(ByMail):
        await bureau.way.go(signing.id)


async def test_a_click_after_the_end_looks_how_it_ended(bureau: Any) -> None:
    """We may not know yet that it is over: then DocuSign says so, and we ask."""
    signing = await bureau.opened()
    bureau.sandbox.world.faults.add(Fault("docusign:connect", "drop"))
    bureau.docusign.decline(bureau.envelopes[0], "No")
    with pytest.raises(NotOpen):
        await bureau.way.go(signing.id)
    await bureau.run("poll")
    with pytest.raises(NotOpen):
        await bureau.way.go(signing.id)


async def test_while_docusign_is_away_a_click_says_so(bureau: Any) -> None:
    """And what to do instead."""
    signing = await bureau.opened()
    bureau.sandbox.world.faults.add(Fault("docusign:recipientView", "status", status=503))
    with pytest.raises(DocuSignAway, match="by hand"):
        await bureau.way.go(signing.id)
    assert await bureau.way.go(signing.id)


SAID = {
    "signing_complete": "Thank you",
    "decline": "You declined",
    "cancel": "Nothing is signed yet",
    "session_timeout": "too long",
    "ttl_expired": "too long",
    "exception": "went wrong",
    "<script>": "went wrong",
    "": "went wrong",
}


async def test_the_way_back_says_what_happened_by_what_the_browser_brings(bureau: Any, http: Any) -> None:
    """It moves nothing by itself: whoever types it reads the same."""
    signing = await bureau.opened()
    url = f"{bureau.way.public_url}/loa/docusign/back/{signing.id}"
    for event, words in SAID.items():
        async with http.get(url, params={"event": event}) as page:
            said = await page.text()
        assert words in said, event
        assert "<script>" not in said
    assert (await bureau.letter()).status == LetterStatus.READY


async def test_the_way_back_has_us_look_soon_when_no_event_comes(bureau: Any, http: Any) -> None:
    """A minute later, unless DocuSign was asked a short time ago."""
    signing = await bureau.opened()
    url = f"{bureau.way.public_url}/loa/docusign/back/{signing.id}"
    async with http.get(url):
        assert await bureau.due("poll") == pytest.approx(60)
    assert await bureau.later("poll") == "done"
    bureau.clock.advance(minutes=1)
    async with http.get(url):
        assert await bureau.due("poll") == pytest.approx(timedelta(minutes=14).total_seconds())
    async with http.get(f"{bureau.way.public_url}/loa/docusign/back/{'0' * 32}") as nobody:
        assert nobody.status == 200


def test_ink_cannot_be_asked_for_on_a_screen(bureau: Any) -> None:
    """Where the rules want ink, DocuSign is not offered; nor where it is not set up."""
    offered = {code: bureau.way.offered(country(code), "international") for code in ("PH", "TH", "ID")}
    assert offered == {"PH": True, "TH": True, "ID": True}
    assert not bureau.way.offered(country("ID"), "local")
    assert bureau.way.leads
    bureau.way.public_url = ""
    assert not bureau.way.leads
    bureau.way.client = None
    assert not bureau.way.offered(country("PH"), "international")
