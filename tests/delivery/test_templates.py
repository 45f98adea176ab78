"""Every message there is, in every voice, with the worst values that people can give it."""

import itertools
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables
from playwright.async_api import async_playwright

import bot
from bot.delivery.voices import TEMPLATES, Voices, Words

MESSAGES = sorted(str(path.relative_to(TEMPLATES).with_suffix("")) for path in TEMPLATES.rglob("*.j2"))
NASTY = {
    "markup": "*bold* <b>x</b> & `code` _it_ ~no~ </p><script>alert(1)</script> {{ 7*7 }} {% raw %}",
    "mentions": "<!channel> <!here|x> <@U123> <#C1> <https://evil.test|bank> @channel",
    "lines": "one\r\ntwo\n\nthree\u2028four\x00five\x1b[31m",
    "long": "ยาว" * 1700,
    "unbroken": "&" * 5000,
    "right_to_left": "שלום \u202eevil\u202c مرحبا",
    "emoji": "👨‍👩‍👧‍👦 🇹🇭 :tada: 👍🏽",
    "empty": "",
}
# What a template may call on its way besides its values.
MARKS = {"bold", "link", "bullets", "quoted", "code", "person", "channel", "fact", "date", "number", "plural", "listed"}
TIMES = re.compile(r"(^|_)(at|on|until|since|till|valid_from|when|day|due)$")
COUNTS = re.compile(
    r"(^|_)(count|total|rows|number|accepted|rejected|duplicates?|attempts?|left|size|percent|revision|traffic|n|good|bad)s?$"
)


class Nasty(str):
    """A text that is also a row with any column, a list of two, and larger than any number."""

    __slots__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return value_for(name, str(self))

    def __iter__(self) -> Iterator["Nasty"]:
        return iter([Nasty(self)] * 2)

    def __gt__(self, other: object) -> bool:
        return True

    __ge__ = __gt__


def value_for(name: str, text: str) -> object:
    """A value that fits the name: a time, a count, or the nasty text."""
    if TIMES.search(name):
        return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    return 1_234_567 if COUNTS.search(name) else Nasty(text)


def values_for(message: str, text: str) -> dict[str, object]:
    """Values for everything that a template names."""
    tree = Environment(autoescape=True).parse((TEMPLATES / f"{message}.j2").read_text())
    return {name: value_for(name, text) for name in find_undeclared_variables(tree) - MARKS - {"state"}}


@pytest.fixture(scope="module")
def voices() -> Voices:
    """The voices of the real templates."""
    return Voices()


def blocks(message: str) -> list[str]:
    """The names of a template's blocks."""
    tree = Environment(autoescape=True).parse((TEMPLATES / f"{message}.j2").read_text())
    return [block.name for block in tree.find_all(nodes.Block)]


def test_there_are_messages() -> None:
    """The tests below have something to render."""
    assert "_mail" in MESSAGES
    assert len(MESSAGES) > 1


@pytest.mark.parametrize("message", MESSAGES)
def test_a_template_is_blocks_and_nothing_else(message: str) -> None:
    """Text outside of blocks is never shown, so there is none."""
    source = (TEMPLATES / f"{message}.j2").read_text()
    outside = re.sub(r"\{#.*?#\}", "", re.sub(r"\{% block .*?\{% endblock %\}", "", source, flags=re.DOTALL))
    assert outside.split() == []


DECIDED = ("with_operator", "approved", "changes_asked", "rejected")
NEWS: list[dict[str, object]] = [
    *({"what": what, "to": ""} for what in ("submitted", "resubmitted", "withdrawn", "expired", "ending", "amended")),
    *({"what": "decided", "to": to, "many": many} for to in DECIDED for many in ("", "many")),
]
"""What news of a registration may be about: each reads differently."""


LETTER_NEWS = [
    {"what": what, "accepted_at": since, "on_screen": more}
    for what in ("ready", "stuck", "refused", "unsure", "kept", "returned", "accepted", "ended")
    for since, more in (("", ""), (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "more"))
]
"""What news of a letter may be about."""
AGENT_NEWS: list[dict[str, object]] = [
    {"what": what} for what in ("submitted", "resubmitted", "withdrawn", "created", "changes_asked", "rejected")
]
"""What news of an RCS agent may be about."""
LAUNCH_NEWS: list[dict[str, object]] = [
    *({"what": what} for what in ("submitted", "resubmitted", "withdrawn", "carrier_added", "struck", "amended")),
    *({"what": f"tester_{what}"} for what in ("asked", "invited", "accepted", "declined", "removed")),
    *({"what": f"item_{what}"} for what in ("refused", "accepted", "returned")),
    *({"to": to} for to in ("with_carrier", "approved", "live", "suspended", "changes_asked", "rejected")),
    {"to": "live", "act": "resume"},
    {"what": "submitted", "change": ""},
]
"""What news of an RCS agent's devices, items and launch may be about."""
READINGS: dict[str, list[dict[str, object]]] = {
    "rcs/launch/news": LAUNCH_NEWS,
    "registrations/news": NEWS,
    "loa/news": LETTER_NEWS,
    "rcs/news": AGENT_NEWS,
}


def readings(message: str) -> list[dict[str, object]]:
    """What decides how a message reads."""
    return READINGS.get(message, [{}])


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("message", MESSAGES)
def test_in_slack_nothing_that_a_person_gives_does_harm(voices: Voices, message: str, text: str) -> None:
    """Every block fits its place, and holds no markup but that of our own marks."""
    every = [voices.slack(message, **(values_for(message, text) | more)) for more in readings(message)]
    for words, block in itertools.product(every, blocks(message)):
        said = words.part(block)
        assert len(said) <= 3000
        ours = re.sub(r"<(https?://|mailto:)[^<>|]+\|[^<>|]+>|<!date\^\d+\^[^<>|]+\|[^<>|]+>", "", said)
        assert not set("<>") & set(re.sub(r"^>( |$)|<[@#][A-Z0-9]+>", "", ours, flags=re.MULTILINE))
        assert not re.search(r"&(?!(amp|lt|gt);)", said)
        assert not set("\x00\x1b\u202e\u2028\r") & set(said)
        assert max(map(len, words.lines(block)), default=0) <= 500


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("message", MESSAGES)
def test_plain_words_carry_no_markup_of_ours(voices: Voices, message: str, text: str) -> None:
    """Buttons and titles show a person's text as it is, on one line, without entities."""
    words = voices.slack(message, **values_for(message, text))
    for block in blocks(message):
        said = words.plain(block, limit=75)
        assert len(said) <= 75
        assert not set("\x00\x1b\u202e\u2028\r\n") & set(said)
        assert not re.search(r"&(lt|gt|#39|#34|quot);", said)


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_a_mail_is_whole_whatever_it_tells(voices: Voices, text: str) -> None:
    """Subject on one line, both parts there, no foreign tag, every link absolute and with text."""
    for message, more in told_by_mail():
        mail = voices.email(message, **(values_for(message, text) | more))
        assert 0 < len(mail.subject) <= 78
        assert "\n" not in mail.subject + mail.preheader
        assert max(len(line) for line in mail.text.split("\n") if "://" not in line) < 78
        assert not re.search(r"<(script|form|iframe|img)\b", mail.html)
        assert len(mail.html) < 100_000
        for address, label in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', mail.html):
            assert address.startswith(("https://", "http://127.0.0.1", "mailto:"))
            assert label.strip()


def told_by_mail() -> Iterator[tuple[str, dict[str, object]]]:
    """Every e-mail there is, and what decides how it reads."""
    for message in MESSAGES:
        if "subject" in blocks(message):
            yield from ((message, more) for more in readings(message))


@pytest.mark.browser
@pytest.mark.parametrize(
    "text", ["Kopi Nusantara", NASTY["unbroken"], NASTY["long"]], ids=["words", "unbroken", "long"]
)
async def test_a_mail_is_no_wider_than_its_window(voices: Voices, chromium: Path, text: str) -> None:
    """On a phone and on a desk nothing is cut off; ``make mails`` keeps the pictures of the plain words."""
    pictures = os.environ.get("SENDERDESK_SCREENSHOTS") if text == "Kopi Nusantara" else None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width in (390, 800):
            page = await browser.new_page(viewport={"width": width, "height": 600}, is_mobile=width == 390)
            for message, more in told_by_mail():
                await page.set_content(voices.email(message, **(values_for(message, text) | more)).html)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (message, more)
                if pictures:
                    name = "-".join(
                        [message.replace("/", "-"), *(str(each)[:10] for each in more.values() if each), str(width)]
                    )
                    await page.screenshot(path=f"{pictures}/{name}.png", full_page=True)
        await browser.close()


@pytest.mark.parametrize("message", MESSAGES)
def test_words_that_depend_on_nothing_fit_their_place(voices: Voices, message: str) -> None:
    """A button, a title, a placeholder of our own words is never cut."""
    words: Words = voices.slack(message, **values_for(message, ""))
    room = {"button": 75, "title": 24, "submit": 24, "close": 24, "placeholder": 150}
    for block in blocks(message):
        kind = block.split("_")[0]
        if kind in room:
            assert "…" not in words.plain(block, limit=room[kind])


def test_templates_are_where_an_installed_package_finds_them() -> None:
    """The folder lies beside the package bot, which is where a wheel puts it."""
    assert Path(bot.__file__).parent.parent / "templates" == TEMPLATES
