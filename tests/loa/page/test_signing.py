"""A letter is signed on the desk's own page: from the link to the sealed file, with what people do on the way."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.claims import Claim
from bot.delivery.tables import DueRow, Message
from bot.delivery.worker import Hold
from bot.loa import moving, seal, service
from bot.loa.page.form import Entered, check
from bot.loa.rules import CopyStatus, LetterStatus, SigningStatus
from bot.loa.tables import Signing, SigningLink


async def test_a_letter_is_read_signed_and_given_back_sealed(office: Any) -> None:
    """What comes out begins with the very bytes of what was read, is sealed, and counts at once."""
    browser = await office.opened()
    assert browser.status == 200
    letter = await office.letter()
    assert f"Sign {letter.number}" in browser.text
    unsigned = await office.read(letter.pdf_key)
    await browser.get(f"{browser.at}/letter.pdf")
    assert browser.body == unsigned
    await browser.get(browser.at.replace("letter.pdf", "page-1.png"))
    assert browser.body.startswith(b"\x89PNG")
    await browser.get(browser.at.replace("/page-1.png", ""))
    await browser.sign()
    assert (browser.status, f"Thank you, {letter.number} is signed" in browser.text) == (200, True)
    await browser.get(f"{browser.at}/signed.pdf")
    assert browser.body.startswith(unsigned)
    found = await seal.verify(browser.body, await office.page.sealed.keys.certificates())
    assert (found.holds, found.signer) == (True, "Ana Santoso")
    (copy,) = await office.copies()
    assert (copy.status, copy.signer, copy.way, copy.by) == (CopyStatus.ACCEPTED, "Ana Santoso", "page", "U0ANA")
    assert (await office.letter()).status == LetterStatus.ACCEPTED
    (signing,) = await office.rows(Signing)
    assert signing.status == SigningStatus.COMPLETED


async def test_the_audit_has_who_signed_from_where(office: Any) -> None:
    """Name, network address and browser are kept there; the proxy of our own network names the visitor."""
    browser = await office.opened()
    await browser.post(browser.at, browser.form(), User_Agent="Phone/1\u200b", X_Forwarded_For="6.6.6.6, 203.0.113.7")
    (facts,) = await office.acts("loa:page:signed")
    told = {name: facts[name] for name in ("signer", "title", "how", "address", "agent", "mailed")}
    assert told == {
        "signer": "Ana Santoso",
        "title": "Director",
        "how": "drawn",
        "address": "203.0.113.7",
        "agent": "Phone/1",
        "mailed": False,
    }


async def test_a_typed_name_is_a_signature_too(office: Any) -> None:
    """It is the way for keyboards, and needs no script."""
    browser = await office.opened()
    await browser.sign(way="typed", strokes="")
    assert "is signed" in browser.text
    (facts,) = await office.acts("loa:page:signed")
    assert facts["how"] == "typed"


POSTGRES = pytest.mark.postgres
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"name": ""}, "name", "Enter your name as it stands in the letter: Ana Santoso"),
    ({"name": "Budi Santoso"}, "name", "The letter names Ana Santoso"),
    ({"name": "Ana Santoso " * 20}, "name", "100 characters at most"),
    ({"title": " "}, "title", "Enter what you are in the company"),
    ({"title": "x" * 101}, "title", "100 characters at most"),
    ({"title": "사장"}, "title", "HANGUL SYLLABLE SA"),
    ({"authorised": ""}, "authorised", "Tick this if you may sign"),
    ({"strokes": "[]"}, "signature", "We see hardly any ink"),
    ({"strokes": "[[500,200],[501,201]]"}, "signature", "We see hardly any ink"),
    ({"strokes": json.dumps([[0, 0, 900, 0] * 4000])}, "signature", "more than a signature"),
    ({"strokes": json.dumps([[0, 0]] * 300)}, "signature", "more than a signature"),
    ({"strokes": "[[0,0,2000,0]]"}, "signature", "did not come through"),
    ({"strokes": '[["<svg>",0,9,9]]'}, "signature", "did not come through"),
    ({"strokes": "[[0,0,NaN,9]]"}, "signature", "did not come through"),
    ({"strokes": "[[1,2,3]]"}, "signature", "did not come through"),
    ({"strokes": "[" * 5000}, "signature", "did not come through"),
    ({"strokes": '{"0": 1}'}, "signature", "did not come through"),
]


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office: Any) -> None:
    """The server checks everything itself; what was entered is still there."""
    browser = await office.opened()
    for changes, field, words in WRONG:
        sent = browser.form(**changes)
        await browser.post(browser.at, sent)
        assert browser.status == 422, changes
        assert words in browser.text.split(f'id="{field}-wrong">')[1].split("</p>")[0]
        for name in {"name", "title", "strokes"} - set(changes):
            assert sent[name].replace('"', "&#34;") in browser.text
    assert await office.copies() == []


@pytest.mark.parametrize("written", ["ana santoso", " Ana  Santoso ", "Ana-Santoso", "ANA SÁNTOSO"])
def test_a_name_may_be_written_in_any_case(written: str) -> None:
    """Blanks, accents and capitals make no other person."""
    checked = check(Entered(written, "Director", authorised=True, way="typed"), "Ana Santoso")
    assert checked.wrong == {}


async def test_hostile_words_stay_words(office: Any) -> None:
    """Neither on the page nor on the letter does anything that somebody enters become more than text."""
    browser = await office.opened()
    nasty = '"><script>alert(1)</script> #read("/etc/passwd") {{7*7}} $x$ @ref'
    await browser.sign(title=nasty, strokes="[]")
    assert "<script>alert" not in browser.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; #read(&#34;/etc/passwd&#34;) {{7*7}}" in browser.text
    await browser.sign(title=nasty)
    assert "is signed" in browser.text


@pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
async def test_two_clicks_sign_once(office: Any) -> None:
    """At the same moment or after another, in one tab or two: all see the same signed letter, and one file is kept."""
    browser = await office.opened()
    path, sent = browser.at, browser.form()
    twice = [await office.new_browser() for _ in range(2)]
    for other in twice:
        other.http.cookie_jar.update_cookies({c.key: c.value for c in browser.http.cookie_jar})
    await asyncio.gather(*(other.post(path, sent) for other in twice))
    await browser.post(path, sent)
    assert ["is signed" in one.text for one in (*twice, browser)] == [True] * 3
    (copy,) = await office.copies()
    assert all(copy.sha256 in one.text for one in (*twice, browser))
    (signing,) = await office.rows(Signing)
    stored = await asyncio.to_thread(lambda: len(list(office.files._folder.glob(f"loa/{signing.id}/*"))))
    assert stored == 1


async def test_whoever_signs_first_has_signed(office: Any) -> None:
    """The officer by e-mail and Ana by Sign now: the second one reads that it is done."""
    officer, ana = await office.new_browser(), await office.new_browser()
    await officer.open((await office.mailed())[1])
    await ana.open(await office.link())
    await officer.sign()
    await ana.post(ana.at, ana.form())
    assert "is signed" in ana.text
    (copy,) = await office.copies()
    assert copy.by is None


async def test_a_letter_that_was_replaced_meanwhile_is_told(office: Any, clock: Any) -> None:
    """What somebody signs in that moment is kept, and they read that it does not count."""
    browser = await office.opened()
    sign = office.page.web._signing.letter

    async def replaced_now(letter: Any) -> bytes:
        def replace(tx: Any) -> None:
            moving.supersede(tx, moving.held_letter(tx, letter.id).letter, "the company moved")

        await office.database.write(replace)
        return await sign(letter)

    object.__setattr__(office.page.web._signing, "letter", replaced_now)
    await browser.sign()
    assert "is kept and not used" in browser.text
    (copy,) = await office.copies()
    assert copy.status == CopyStatus.KEPT
    late = await office.new_browser()
    await late.get(f"/loa/letter/{(await office.rows(SigningLink))[0].id}")
    assert late.status == 403


async def test_a_letter_can_be_sent_back_with_a_reason(office: Any) -> None:
    """Without one it is asked for; then nobody can sign by that link any more."""
    browser = await office.opened()
    path, csrf = browser.at, browser.csrf
    await browser.post(f"{path}/back", {"csrf": csrf, "because": " "})
    assert (browser.status, "Say in a few words" in browser.text) == (422, True)
    await browser.post(f"{path}/back", {"csrf": csrf, "because": "Our address is <b>old</b>"})
    assert f"You sent {(await office.letter()).number} back" in browser.text
    (signing,) = await office.rows(Signing)
    assert (signing.status, signing.because) == (SigningStatus.DECLINED, "Our address is <b>old</b>")
    await browser.get(path)
    assert (browser.status, "Our address is &lt;b&gt;old&lt;/b&gt;" in browser.text) == (409, True)
    assert (await office.letter()).status == LetterStatus.READY


async def test_a_letter_that_is_not_as_it_was_drawn_is_not_signed(office: Any) -> None:
    """The store has other bytes: nobody puts a name under them."""
    browser = await office.opened()
    letter = await office.letter()
    await office.files.put(letter.pdf_key, b"%PDF-1.7 something else", most_bytes=100)
    await browser.sign()
    assert (browser.status, "is not as we made it" in browser.text) == (409, True)
    assert await office.copies() == []


async def test_a_store_that_is_away_loses_nothing(office: Any) -> None:
    """The form comes back as it was sent, with what to do."""
    browser = await office.opened()
    await office.files.delete((await office.letter()).pdf_key)
    await browser.sign(title="Managing Director")
    assert browser.status == 503
    assert "nothing was signed" in browser.text
    assert 'value="Managing Director"' in browser.text


async def test_a_broken_seal_is_told_and_the_file_is_not_given_out(office: Any) -> None:
    """One byte changed in the store: the page refuses it, and staff read of it, once."""
    browser = await office.opened()
    await browser.sign()
    (copy,) = await office.copies()
    spoilt = bytearray(await office.read(copy.stored_key))
    spoilt[1000] ^= 1
    await office.files.put(copy.stored_key, bytes(spoilt), most_bytes=len(spoilt))
    for _ in range(2):
        await browser.get(f"/loa/letter/{(await office.rows(SigningLink))[0].id}/signed.pdf")
        assert (browser.status, "is not as it was sealed" in browser.text) == (409, True)
    told = await office.rows(Message)
    assert [one.place for one in told if one.kind == "loa.seal_broken"] == ["review"]


async def _bring(office: Any) -> dict[str, set[str]]:
    """Ana asks for the signed letter in her thread: what is told where."""
    await office.database.write(service.bring_signed, office.ana, office.letter_id)
    (job,) = office.page.job_kinds()
    (copy,) = await office.copies()
    (due,) = [row for row in await office.rows(DueRow) if row.kind == job.name]
    await job.run(Hold(Claim(due.id, due.kind, due.key, 1, "tester"), timedelta(seconds=60)))
    told: dict[str, set[str]] = {}
    for message in await office.rows(Message):
        if message.key == copy.id:
            told.setdefault(message.kind, set()).add(message.place)
    return told


async def test_the_seal_is_checked_before_slack_shows_the_file(office: Any) -> None:
    """View LOA brings it into the thread."""
    browser = await office.opened()
    await browser.sign()
    assert await _bring(office) == {"loa.copy": {"C0KOPI"}}


async def test_a_broken_seal_is_told_in_slack_instead_of_the_file(office: Any) -> None:
    """To whoever asked, and to staff, each in their words."""
    browser = await office.opened()
    await browser.sign()
    (copy,) = await office.copies()
    content = await office.read(copy.stored_key)
    await office.files.put(copy.stored_key, content + b"\n", most_bytes=len(content) + 1)
    assert await _bring(office) == {"loa.seal_broken": {"C0KOPI", "review"}}
    (kind,) = [kind for kind in office.page.message_kinds() if kind.name == "loa.seal_broken"]
    there = [one for one in await office.rows(Message) if one.kind == kind.name]
    said = [await office.database.read(lambda tx, one=one: kind.draw(tx, one).text) for one in there]
    assert any("restore the file from a backup" in text for text in said)
    assert any("Our colleagues know" in text for text in said)
