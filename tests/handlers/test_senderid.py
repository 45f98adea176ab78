"""``/senderid check`` and ``/senderid rules`` in Slack."""

import pytest

from bot.registrations.countries import countries
from bot.sandbox.seed import GENERAL, KOPI
from bot.sandbox.slack.actor import Actor


def shown(reply: object) -> str:
    """Every word of an answer's blocks."""
    return str(reply.blocks)


@pytest.mark.parametrize("typed", ["/senderid", "/senderid help", "/senderid HELP"])
async def test_help_names_the_commands_and_the_countries(ana: Actor, typed: str) -> None:
    """Anybody may ask, anywhere."""
    reply = await ana.command(GENERAL, typed)
    assert "/senderid check NAME COUNTRY" in reply.text
    assert all(f"{each.name} ({each.code})" in reply.text for each in countries())


@pytest.mark.parametrize("where", ["PH", "ph", "Philippines"])
async def test_a_name_that_would_be_refused_is_explained_and_mended(ana: Actor, where: str) -> None:
    """A name may have blanks; what is wrong, why, and one that would pass."""
    reply = await ana.command(KOPI, f"/senderid check Kopi Nusantara {where}")
    assert reply.text.startswith("`Kopi Nusantara` would be refused in the Philippines")
    assert "has 14 characters; it must have 3 to 11. Phones show no more" in reply.text
    assert "has blanks" in reply.text
    assert "How about `KopiNusanta`?" in reply.text
    assert "Where this is written: " in shown(reply)


async def test_the_proposal_can_be_checked_by_a_click(ana: Actor) -> None:
    """The answer is replaced by that on the proposed name, which passes."""
    reply = await ana.command(KOPI, "/senderid check Kopi Nusantara PH")
    await ana.click(reply.message, "Check KopiNusanta")
    assert reply.text == "`KopiNusanta` can be registered in the Philippines, as far as its name goes"
    assert "Refused" not in shown(reply)


async def test_what_can_only_be_judged_later_is_said(ana: Actor) -> None:
    """Company and text are not known here: the answer promises nothing about them."""
    reply = await ana.command(KOPI, "/senderid check KopiNusanta PH")
    assert "Not checked yet" in shown(reply)
    assert "to be checked with the company's name" in shown(reply)
    assert "to be checked with a sample text" in shown(reply)


async def test_advice_does_not_refuse(ana: Actor) -> None:
    """A warning is shown as one, with a safer name."""
    reply = await ana.command(KOPI, "/senderid check Kopi-Nus Thailand")
    assert reply.text.startswith("`Kopi-Nus` can be registered in Thailand, but read this first")
    assert "Take care" in reply.text
    assert "How about `KopiNus`?" in reply.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/senderid check", "Which sender ID shall I check?"),
        ("/senderid check PH", "Which sender ID shall I check?"),
        ("/senderid check Kopi Nusantara", "Nusantara is no country that I have rules for. There are Indonesia (ID)"),
        ("/senderid rules", "In which country? I know Indonesia (ID)"),
        ("/senderid rules Atlantis", "Atlantis is no country that I have rules for."),
    ],
)
async def test_what_is_missing_is_asked_for(ana: Actor, typed: str, told: str) -> None:
    """With the way out."""
    assert told in (await ana.command(KOPI, typed)).text


async def test_what_was_typed_is_shown_as_typed(ana: Actor) -> None:
    """Slack escapes it on its way to us; it comes back once escaped, calls nobody, and is judged as it was meant."""
    reply = await ana.command(KOPI, "/senderid check Kopi&Co<!here> PH")
    assert "`Kopi&amp;Co&lt;!here&gt;` would be refused" in reply.text
    assert "<!here>" not in shown(reply)


@pytest.mark.parametrize("each", countries(), ids=lambda each: each.code)
async def test_the_rules_of_a_country_can_be_read(ana: Actor, each: object) -> None:
    """Operators of today, the name, the papers, and how long it takes."""
    reply = await ana.command(KOPI, f"/senderid rules {each.name}")
    assert reply.error == ""
    assert f"Sender IDs in {each.spoken}" in reply.text
    assert "3 to 11 characters" in reply.text
    assert each.lead_time.words in reply.text
    assert all(slot.title in reply.text for slot in each.documents)
    assert ("dtac" in reply.text) == (each.code == "TH")


async def test_operators_that_are_gone_are_not_shown(ana: Actor) -> None:
    """Those of today are: in Indonesia three are left after the mergers."""
    reply = await ana.command(KOPI, "/senderid rules ID")
    assert "Telkomsel, Indosat Ooredoo Hutchison and XLSmart" in reply.text


async def test_an_outsider_may_read_rules(otto: Actor) -> None:
    """They are no secret."""
    assert "would be refused" in (await otto.command(KOPI, "/senderid check SMS SG")).text
