"""``senderdesk rcs check`` from the shell."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.rcs import cli
from bot.rcs.keywords import REQUIRED

FIELDS = ["check", "ok", "level", "measured", "limit", "advice"]
GOOD = ["--name", "Kopi Nusantara", "--color", "#E91B0C", "--email", "help@kopi.example", "--phone", "+14155552671"]


def run(*arguments: object) -> Result:
    """The command's output and exit code."""
    return CliRunner().invoke(app, ["rcs", "check", *map(str, arguments)])


def test_json_is_what_was_promised(pictures) -> None:
    """A list of ``{check, ok, level, measured, limit, advice}``, in the order of the request form."""
    logo, hero = pictures.plain((224, 224), "logo.png"), pictures.plain((1440, 448), "hero.jpg")
    done = run(*GOOD, "--logo", logo, "--hero", hero, "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert [list(finding) for finding in told] == [FIELDS] * len(told)
    assert [finding["check"] for finding in told] == [
        *("name.length", "name.characters", "color.format", "color.contrast", "email.format", "phone.format"),
        *("logo.format", "logo.dimensions", "logo.bytes", "logo.orientation", "logo.transparency", "logo.crop"),
        *("hero.format", "hero.dimensions", "hero.bytes", "hero.orientation", "hero.transparency"),
    ]
    assert {(finding["ok"], finding["advice"]) for finding in told} == {(True, "")}


def test_one_error_is_enough_for_1(pictures) -> None:
    """What failed says what was measured, the limit, and what to do."""
    logo = pictures.plain((225, 224), "logo.png", size=51_201)
    done = run(*GOOD, "--logo", logo, "--json")
    assert done.exit_code == 1
    failed = {finding["check"]: finding for finding in json.loads(done.stdout) if not finding["ok"]}
    assert failed == {
        "logo.dimensions": {
            "check": "logo.dimensions", "ok": False, "level": "error", "measured": "225x224", "limit": "224x224",
            "advice": "Make it 224x224 pixels, no more and no less.",
        },
        "logo.bytes": {
            "check": "logo.bytes", "ok": False, "level": "error", "measured": 51_201, "limit": 51_200,
            "advice": "It is 1 byte above 50 KB. Save it smaller: fewer colours, or JPEG at a lower quality.",
        },
    }  # fmt: skip


def test_a_warning_ends_with_0(pictures) -> None:
    """It is told all the same."""
    done = run("--hero", pictures.plain((1440, 448), "hero.png", size=200_001))
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Nothing would be refused, but read this first."
    assert lines[1].startswith("⚠️ Take care · Hero image, size of the file: 200,001 bytes (asked for: at most 200,000")


def test_people_read_sentences() -> None:
    """What would be refused stands first, what holds follows, advice comes last."""
    lines = run("--name", "x" * 41, "--color", "#777", "--start-text", REQUIRED["start"]).stdout.splitlines()
    assert lines[0] == "2 things would be refused."
    assert lines[1] == (
        "⛔ Refused · Name: 41 characters (asked for: at most 40 characters). "
        f"Leave out 1 character. “{'x' * 40}” would still fit."
    )
    assert lines[2] == (
        "⛔ Refused · Contrast of the colour with white: 4.47:1 (asked for: at least 4.5:1). "
        "White text on it is hard to read. The nearest shade that passes is #767676."
    )
    assert lines[3] == "✅ Fine · Characters of the name: visible"
    assert lines[-1].startswith("Good to know · Answer to START: 8x8's compliance page also wants")


def test_nothing_given_is_told_what_can_be() -> None:
    """Exit code 2."""
    done = run()
    assert (done.exit_code, done.stdout) == (2, "")
    assert {"--name", "--color", "--logo", "--hero", "--privacy", "--terms", "--email", "--phone"} <= set(
        re.findall(r"--[a-z-]+", done.stderr)
    )


def test_every_option_that_is_checked_is_named() -> None:
    """The sentence for nothing given does not forget one."""
    helped = CliRunner().invoke(app, ["rcs", "check", "--help"]).stdout
    options = set(re.findall(r"--[a-z-]+", helped)) - {"--help", "--json", "--mend", "--preview", "--message"}
    assert options == set(cli._OPTIONS)


@pytest.mark.parametrize("option", ["--logo", "--hero"])
def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, option: str) -> None:
    """On stderr for people, and an object for machines; a folder is no file."""
    done = run(option, tmp_path / "nowhere.png")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"There is no file {tmp_path / 'nowhere.png'} here. Check the name and the folder.\n"
    told = json.loads(run(option, tmp_path, "--json").stdout)
    assert told["kind"] == "NoSuchPicture"


def test_mended_pictures_are_written(pictures, tmp_path: Path) -> None:
    """The mended ones pass; beside them lies what people compare. Without --mend it is offered."""
    logo = pictures.save(Image.new("RGBA", (300, 200), (0, 0, 200, 90)), "logo.png")
    hero = pictures.plain((1440, 600), "hero.jpg", size=300_000)
    given = ["--color", "#E91B0C", "--logo", logo, "--hero", hero]
    assert "--mend FOLDER" in run(*given).stdout.splitlines()[-1]

    done = run(*given, "--mend", tmp_path / "mended")
    assert done.exit_code == 1
    assert "--mend" not in done.stdout
    written = {path.name for path in (tmp_path / "mended").iterdir()}
    assert written == {
        *("logo.png", "logo-before-after.png", "logo-on-phones.png"),
        *("hero.jpg", "hero-before-after.png", "hero-on-phones.png"),
    }
    mended = [tmp_path / "mended" / name for name in ("logo.png", "hero.jpg")]
    assert run("--logo", mended[0], "--hero", mended[1]).stdout.splitlines()[0] == "All of it is fine."


def test_a_good_picture_is_offered_nothing(pictures) -> None:
    """And what cannot be opened cannot be mended."""
    assert "--mend" not in run("--logo", pictures.plain((224, 224), "logo.png")).stdout
    (pictures.folder / "broken.png").write_bytes(b"GIF89a")
    assert "--mend" not in run("--logo", pictures.folder / "broken.png").stdout


def test_the_agent_is_drawn(pictures, tmp_path: Path) -> None:
    """Into the file that was named, with what no font has told."""
    picture = tmp_path / "new" / "agent.png"
    done = run("--name", "Kopi 🎉", "--logo", pictures.plain((224, 224), "logo.png"), "--preview", picture)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-2:] == [
        f"Written: {picture}",
        "The preview leaves out 🎉, for which it has no font; phones show it.",
    ]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Exit code 2, and the file's name."""
    (tmp_path / "taken").write_text("")
    done = run("--name", "Kopi", "--preview", tmp_path / "taken" / "agent.png")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{tmp_path / 'taken' / 'agent.png'} cannot be written: ")


def test_a_private_address_is_refused() -> None:
    """Nothing is asked there."""
    done = run("--privacy", "https://127.0.0.1/privacy", "--terms", "http://kopi.example/terms", "--json")
    assert done.exit_code == 1
    told = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert {check: finding["ok"] for check, finding in told.items()} == {"privacy.format": False, "terms.format": False}


async def test_pages_are_really_visited(website, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is there, one is not."""
    monkeypatch.setattr(cli, "visitor", website.visitor)
    given = ["--privacy", "https://kopi.example/status/200", "--terms", "https://kopi.example/status/404", "--json"]
    done = await asyncio.to_thread(run, *given)
    assert done.exit_code == 1
    told = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert (told["privacy.reachable"]["ok"], told["privacy.reachable"]["measured"]) == (True, "answers 200")
    assert (told["terms.reachable"]["ok"], told["terms.reachable"]["level"]) == (False, "error")
    assert told["terms.reachable"]["advice"] == (
        "There is no page at this address. Check it, or publish the page first."
    )
    assert {path for _, _, path in website.asked} == {"/status/200", "/status/404"}
