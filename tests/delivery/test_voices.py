"""One template, three voices."""

import re
import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.delivery.marks import Html, Mrkdwn, Plain
from bot.delivery.voices import TEMPLATES, NoSuchPart, Voices, _wrap

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VALUES = {"file": "list.csv", "good": 1204, "url": "https://desk.test/t?a=1&b=2", "at": NOON, "bad": ["+1", "+2"]}
CHECKED = """
{% block subject %}T-7: {{ file }} was checked{% endblock %}
{% block headline %}{{ bold(file) }} is checked & ready.{% endblock %}
{% block body %}
{{ plural(good, "number") }} can be
used.

Not these:
{{ bullets(bad) }}
{% endblock %}
{% block facts %}
{{ fact("Checked", date(at)) }}
{% if good > 1 %}
{{ fact("Good", number(good)) }}
{% endif %}
{% endblock %}
{% block buttons %}
{{ link(url, "Open " ~ file) }}
{% endblock %}
{% block button_submit %}Submit {{ file }} & go{% endblock %}
{% block status %}{{ state("contacts.checked") }}{% endblock %}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with one message."""
    for name in ("_mail.html", "_mail.j2"):
        shutil.copy(TEMPLATES / name, tmp_path)
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts/checked.j2").write_text(CHECKED)
    (tmp_path / "states.yml").write_text("contacts:\n  checked: ✅ Checked\n")
    return tmp_path


@pytest.fixture
def voices(folder: Path) -> Voices:
    """The voices of that folder."""
    return Voices(folder)


def write(folder: Path, block: str) -> Voices:
    """A message ``one`` with one block ``words``."""
    (folder / "one.j2").write_text("{% block words %}" + block + "{% endblock %}")
    return Voices(folder)


def test_slack_hears_mrkdwn(voices: Voices) -> None:
    """Bold, lists and dates are Slack's; a single line end in a template is a blank."""
    words = voices.slack("contacts/checked", **VALUES)
    assert words.headline == "*list.csv* is checked &amp; ready."
    assert words.body == "1,204 numbers can be used.\n\nNot these:\n• +1\n• +2"
    moment = f"<!date^{int(NOON.timestamp())}^{{date_short_pretty}} at {{time}}|23 November 2026, 12:00 UTC>"
    assert words.facts == (f"*Checked:* {moment}", "*Good:* 1,204")
    assert words.text == "\n".join([words.headline, words.body, *words.facts])


def test_a_mail_says_the_same_twice(voices: Voices) -> None:
    """The HTML part and the text part come from the same sentences."""
    mail = voices.email("contacts/checked", **VALUES)
    assert mail.subject == "T-7: list.csv was checked"
    assert mail.text.startswith(
        "list.csv is checked & ready.\n\n"
        "1,204 numbers can be used.\n\n"
        "Not these:\n- +1\n- +2\n\n"
        "Checked: 23 November 2026, 12:00 UTC\nGood: 1,204\n\n"
        "Open list.csv (https://desk.test/t?a=1&b=2)\n\n"
    )
    html = re.sub(r' style="[^"]*"', "", mail.html)
    assert "<h1><b>list.csv</b> is checked &amp; ready.</h1>" in html
    assert "<p>1,204 numbers can be used.</p>" in html
    assert "<ul><li>+1</li><li>+2</li></ul>" in html
    assert '<a href="https://desk.test/t?a=1&amp;b=2">Open list.csv</a>' in html


def test_a_mail_carries_its_styles_with_it(voices: Voices) -> None:
    """Styles stand at the elements, what only a screen's width or darkness decides stays a rule, nothing is fetched."""
    html = voices.email("contacts/checked", **VALUES).html
    assert 'class="inside" style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 480px" in html
    assert not re.search(r"<(script|form|img|link|iframe)\b", html)
    assert len(html) < 100_000


def test_the_preheader_is_the_message_without_its_headline(voices: Voices) -> None:
    """What a mail program shows beside the subject adds to it."""
    assert voices.email("contacts/checked", **VALUES).preheader.startswith("1,204 numbers can be used.")


def test_plain_words_are_for_buttons(voices: Voices) -> None:
    """Slack's plain_text is not escaped, and is cut to what the element takes."""
    words = voices.slack("contacts/checked", **VALUES)
    assert words.plain("button_submit") == "Submit list.csv & go"
    assert words.plain("button_submit", limit=10) == "Submit li…"


def test_a_status_has_one_pair_of_emoji_and_word(voices: Voices) -> None:
    """Templates name a status, and every voice says it the same way."""
    assert voices.text("contacts/checked", "status") == "✅ Checked"


def test_an_unknown_status_is_an_error(folder: Path) -> None:
    """A status without words is found by rendering."""
    with pytest.raises(NoSuchPart, match=r"contacts\.lost"):
        write(folder, '{{ state("contacts.lost") }}').text("one", "words")


def test_a_missing_block_names_those_that_there_are(voices: Voices) -> None:
    """Asking for a block that a template lacks says which file and what it has."""
    with pytest.raises(NoSuchPart, match=r"contacts/checked\.j2 has no block footer; it has body, button_submit, "):
        voices.text("contacts/checked", "footer", **VALUES)


def test_a_missing_value_is_an_error(voices: Voices) -> None:
    """Nothing is said with a hole in it."""
    with pytest.raises(UndefinedError, match="'file' is undefined"):
        voices.text("contacts/checked", "headline")


@pytest.mark.parametrize("value", [None, True, 1.5, NOON, ["a"], {"a": 1}, b"a"])
def test_a_value_without_words_of_its_own_is_an_error(folder: Path, value: object) -> None:
    """None, flags, fractions, times and lists never land in a sentence the way Python writes them."""
    with pytest.raises(TypeError, match="no words of its own"):
        write(folder, "{{ x }}").text("one", "words", x=value)


def test_a_time_without_a_zone_is_an_error(folder: Path) -> None:
    """A moment must say where its clock hangs."""
    with pytest.raises(TypeError, match="time zone"):
        write(folder, "{{ date(x) }}").text("one", "words", x=datetime(2026, 11, 23, 12))  # noqa: DTZ001 that is the test


def test_a_moment_is_told_in_utc_where_the_readers_zone_is_unknown() -> None:
    """A time from Jakarta is the same moment in a mail."""
    jakarta = datetime(2026, 11, 23, 1, 30, tzinfo=timezone(timedelta(hours=7)))
    assert Plain().date(jakarta) == "22 November 2026, 18:30 UTC"


def test_a_day_is_the_same_everywhere() -> None:
    """A date has no time zone to be turned into."""
    assert {str(voice.date(date(2026, 3, 1))) for voice in (Mrkdwn(), Html(), Plain())} == {"1 March 2026"}


def test_macros_and_set_blocks_are_escaped_once(folder: Path) -> None:
    """What Jinja puts together on the way is not escaped again at the end."""
    voices = write(folder, "{% set both %}{{ x }} & y{% endset %}{% macro m(v) %}<{{ v }}>{% endmacro %}{{ m(both) }}")
    assert voices.text("one", "words", x="a&b") == "&lt;a&amp;b &amp; y&gt;"
    assert voices.plain("one", "words", x="a&b") == "<a&b & y>"


def test_what_a_person_typed_cannot_mention_or_link(folder: Path) -> None:
    """Slack's commands in a value are text like any other."""
    text = write(folder, "{{ x }} {{ bold(x) }} {{ code(x) }} {{ fact('A', x) }}").text(
        "one", "words", x="<!channel> <@U1> <https://evil.test|ok>"
    )
    assert "<" not in text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://x.test", "//x.test", "http://[", ""])
@pytest.mark.parametrize("marks", [Mrkdwn(), Html(), Plain()])
def test_only_addresses_of_web_and_mail_are_linked(marks: Mrkdwn, url: str) -> None:
    """For any other address the label stands alone."""
    assert marks.link(url, "here") == "here"


@given(url=st.text(max_size=80).map("https://desk.test/".__add__), label=st.text(max_size=80))
def test_a_link_in_slack_is_always_one_link(url: str, label: str) -> None:
    """Whatever address and label hold, they cannot end the link or begin another."""
    assert re.fullmatch(r"<https://desk\.test/[^<>|\s]*\|[^<>|]*>", Mrkdwn().link(url, label))


@given(text=st.text())
def test_html_holds_no_tag_that_a_person_typed(text: str) -> None:
    """Every angle bracket of a value is escaped."""
    assert not set("<>\"'") & set(Html().inline(text))


@given(text=st.text())
@pytest.mark.parametrize("marks", [Mrkdwn(), Html(), Plain()])
def test_a_value_stays_on_its_line(marks: Mrkdwn, text: str) -> None:
    """No value breaks a line or turns the direction of the text after it."""
    assert not set(marks.inline(text)) & set("\n\r\t\x0b\x0c\x1b\u2028\u2029\u202e\u2066")


def test_a_long_value_ends_with_an_ellipsis() -> None:
    """Three hundred characters of a value are enough for a sentence."""
    said = Plain().inline("x" * 5000)
    assert len(said) == 300
    assert said.endswith("x…")


def test_a_quotation_keeps_its_lines() -> None:
    """A person's own words are set apart line by line in Slack."""
    assert Mrkdwn().quoted("one <b>\r\ntwo").split("\u2028")[1:-1] == ["> one &lt;b&gt;", "> two"]


@given(text=st.text(alphabet="a&<>*\n ", max_size=200), limit=st.integers(1, 60))
def test_a_cut_never_halves_an_entity_or_a_link(text: str, limit: int) -> None:
    """What is too long is cut between pieces."""
    written = Mrkdwn().escape(text) + Mrkdwn().link("https://x.test", "label") + Mrkdwn().escape(text)
    fitted = Mrkdwn().fit(written, limit)
    assert len(fitted) <= limit
    left = re.sub(r"&(amp|lt|gt);|<https://x\.test\|label>", "", fitted)
    assert not set("&<>") & set(left)


@given(words=st.lists(st.text(alphabet="abcไทย-", min_size=1, max_size=200), max_size=30))
def test_the_text_part_is_narrow(words: list[str]) -> None:
    """No line is over 76 columns, and no word is lost."""
    wrapped = _wrap(" ".join(words), 76)
    assert max(map(len, wrapped.split("\n"))) <= 76
    assert wrapped.replace("\n", "").replace(" ", "") == "".join(words)


def test_an_address_is_never_broken() -> None:
    """A link longer than a line stands on a line of its own."""
    url = "https://desk.test/" + "x" * 100
    assert _wrap(f"Open the thread ({url}) now", 76).split("\n") == ["Open the thread", f"({url})", "now"]
