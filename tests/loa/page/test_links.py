"""Links and sessions: who gets in, how often, and what everybody else reads."""

from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.public import HEADERS
from bot.loa import links
from bot.loa.page.rates import Rate
from bot.loa.rules import CopyStatus, LetterStatus
from bot.loa.tables import Signing, SigningLink


async def test_looking_at_a_link_opens_nothing(office: Any) -> None:
    """What a mail scanner or a preview fetches leaves the link as it was."""
    address = await office.link()
    scanner = await office.new_browser()
    for _ in range(3):
        await scanner.get(address)
        assert (scanner.status, "Open the letter" in scanner.text) == (200, True)
    (link,) = await office.rows(SigningLink)
    assert (link.opened_at, link.session_sha256) == (None, None)
    person = await office.new_browser()
    await person.open(address)
    assert "I am authorised" in person.text


async def test_a_link_is_the_browsers_that_opened_it(office: Any) -> None:
    """That one comes back to it; another one reads when it was opened, and where a new one comes from."""
    address = await office.link()
    first, second = await office.new_browser(), await office.new_browser()
    await first.open(address)
    await second.open(address)
    assert second.status == 409
    assert "was opened in another browser on 23 November 2026, 09:00 UTC" in second.text
    await first.open(address)
    assert "I am authorised" in first.text


@pytest.mark.parametrize(("minutes", "opens"), [(9, True), (10, False), (60 * 24 * 40, False)])
async def test_a_link_of_sign_now_opens_for_ten_minutes(office: Any, clock: Any, minutes: int, opens: bool) -> None:
    """After that it says so, and how to get a new one."""
    address = await office.link()
    clock.advance(minutes=minutes)
    browser = await (await office.new_browser()).open(address)
    assert ("I am authorised" in browser.text) is opens
    assert ("could be opened until 23 November 2026, 09:10 UTC. Ask for a new one" in browser.text) is not opens


async def test_the_officers_link_opens_for_a_week(office: Any, clock: Any) -> None:
    """It comes out of the e-mail as it was made, and only its hash is kept."""
    link, address = await office.mailed()
    assert link.token_sha256 == links.sha256(address.rpartition("/")[2])
    clock.advance(days=6, hours=23)
    browser = await (await office.new_browser()).open(address)
    assert "I am authorised" in browser.text
    assert (link.expires_at - link.made_at) == timedelta(days=7)


async def test_the_officer_gets_one_mail_until_it_is_opened(office: Any) -> None:
    """Asking again sends no second one; Ana's own link works beside it, and both sign the same."""
    first, address = await office.mailed()
    assert (await office.mailed())[0].id == first.id
    ana = await (await office.new_browser()).open(await office.link())
    officer = await (await office.new_browser()).open(address)
    assert (await office.mailed())[0].id != first.id
    assert ["I am authorised" in one.text for one in (ana, officer)] == [True, True]
    assert len(await office.rows(Signing)) == 1


async def test_the_mail_has_the_link_and_what_it_is_about(office: Any) -> None:
    """Drawn as often as wanted it is the same; once there is nothing to sign any more nobody is written to."""
    link, address = await office.mailed()
    (kind,) = [kind for kind in office.page.message_kinds() if kind.name == links.MAIL]

    def draw(tx: Any) -> Any:
        message = type("Message", (), {"key": link.id})()
        return kind.draw(tx, message)

    mail, again = [await office.database.read(draw) for _ in range(2)]
    assert mail == again
    assert address in mail.text
    assert f'href="{address}"' in mail.html
    assert "Ana Santoso" in mail.text
    officer = await (await office.new_browser()).open(address)
    await officer.sign()
    assert await office.database.read(draw) is None


async def test_a_session_ends(office: Any, clock: Any) -> None:
    """Whoever opened a link has two hours, whatever they left on the screen; then nothing is signed."""
    browser = await office.opened()
    path, form = browser.at, browser.form()
    clock.advance(hours=1, minutes=59)
    assert (await browser.get(path)).status == 200
    clock.advance(minutes=1)
    assert (await browser.post(path, form)).status == 403
    assert "Nothing was signed" in browser.text
    assert await office.copies() == []


async def test_strangers_get_nothing(office: Any) -> None:
    """Without the cookie, or with another letter's or another link's, every address refuses alike."""
    browser = await office.opened()
    path, form = browser.at, browser.form()
    other = await (await office.new_browser()).open((await office.mailed())[1])
    await browser.sign()
    stranger = await office.new_browser()
    ours = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}
    for thief, cookies in ((stranger, {}), (other, {f"loa-{path.rpartition('/')[2]}": "x" * 43}), (stranger, {})):
        thief.http.cookie_jar.update_cookies(cookies)
        for part in ("", "/letter.pdf", "/signed.pdf", "/page-1.png"):
            assert (await thief.get(path + part)).status == 403
        assert (await thief.post(path, form)).status == 403
        assert (await thief.post(f"{path}/back", form | {"because": "x"})).status == 403
    ghost = "0" * 32
    stranger.http.cookie_jar.update_cookies({f"loa-{ghost}": next(iter(ours.values()))})
    assert (await stranger.get(f"/loa/letter/{ghost}")).status == 403


async def test_forged_forms_do_nothing(office: Any) -> None:
    """Another site's origin, none, a guessed or another session's token: the letter stays unsigned."""
    browser = await office.opened()
    path, form = browser.at, browser.form()
    second = await office.opened()
    for fields, headers in (
        (form, {"Origin": "https://evil.example"}),
        (form, {"Origin": "null"}),
        (form, {"Origin": f"{office.url}.evil.example"}),
        (form, {"Origin": ""}),
        (form, {"Sec_Fetch_Site": "cross-site"}),
        (form, {"Sec_Fetch_Site": "same-site"}),
        (form | {"csrf": ""}, {}),
        (form | {"csrf": "é"}, {}),
        (form | {"csrf": second.csrf}, {}),
        ({name: value for name, value in form.items() if name != "csrf"}, {}),
    ):
        await browser.post(path, fields, **headers)
        assert (browser.status, "nothing was done" in browser.text) == (403, True), (fields["name"], headers)
    assert await office.copies() == []
    await browser.post(path, form, Sec_Fetch_Site="same-origin")
    assert "is signed" in browser.text


async def test_opening_is_not_done_from_elsewhere(office: Any) -> None:
    """A page of another site cannot use up a link."""
    address = await office.link()
    browser = await office.new_browser()
    await browser.post(address, {}, Origin="https://evil.example")
    assert browser.status == 403
    await browser.open(address)
    assert "I am authorised" in browser.text


async def test_a_replayed_form_changes_nothing(office: Any) -> None:
    """After the letter was returned to be signed anew, the old page signs nothing."""
    browser = await office.opened()
    path, form = browser.at, browser.form()
    await browser.sign()
    await browser.post(path, form)
    (copy,) = await office.copies()
    assert copy.status == CopyStatus.ACCEPTED
    assert (await office.letter()).status == LetterStatus.ACCEPTED


async def test_what_is_too_large_is_not_read(office: Any) -> None:
    """A form beyond its limit is refused before it is looked at."""
    browser = await office.opened()
    form = browser.form(strokes="9" * 400_000)
    assert (await browser.post(browser.at, form)).status == 413
    assert (await browser.post(await office.link(), {"x": "9" * 400_000})).status in {200, 413}
    assert await office.copies() == []


async def test_guessing_links_ends_soon(office: Any) -> None:
    """Twenty unknown links from one address, then a pause; who has a right one from there gets in all the same."""
    browser = await office.new_browser()
    for _ in range(20):
        assert (await browser.get(f"/loa/sign/{'x' * 43}")).status == 404
    await browser.get(f"/loa/sign/{'y' * 43}")
    assert (browser.status, browser.headers["Retry-After"]) == (429, "60")
    assert "I am authorised" in (await browser.open(await office.link())).text


async def test_a_form_is_sent_twenty_times_at_most(office: Any) -> None:
    """Beyond that the session waits, and the page says so."""
    browser = await office.opened()
    path, wrong = browser.at, browser.form(authorised="")
    statuses = [(await browser.post(path, wrong)).status for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_a_rate_counts_by_key_and_forgets() -> None:
    """So many within the time; what was refused does not prolong it."""
    now = [0.0]
    rate = Rate(2, 60, lambda: now[0])
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
    assert rate.allows("b")
    now[0] = 59.0
    assert not rate.allows("a")
    now[0] = 60.0
    assert rate.allows("a")


async def test_pages_protect_the_browser(office: Any) -> None:
    """No script but ours, no frame, nothing stored on the way; the cookie is for this server's pages alone."""
    browser = await office.new_browser()
    address = await office.link()
    await browser.get(address)
    said = {name: browser.headers[name] for name in HEADERS}
    assert said == HEADERS | {"Referrer-Policy": "same-origin"}
    assert "script-src 'self'" in HEADERS["Content-Security-Policy"]
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    async with browser.http.post(address, headers={"Origin": office.url}, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    assert answer.status == 303
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/loa", "Max-Age="))
    for missing in ("/loa/static/..%2fweb.py", "/loa/static/DancingScript-OFL.txt", "/loa/static/nothing.css"):
        assert (await browser.get(missing)).status == 404


async def test_old_links_are_forgotten(office: Any, clock: Any) -> None:
    """A month after their end; until then they are told from links that never were."""
    await office.link()
    clock.advance(days=29)
    await office.database.write(links.purge)
    assert len(await office.rows(SigningLink)) == 1
    clock.advance(days=2)
    await office.database.write(links.purge)
    assert await office.rows(SigningLink) == []
