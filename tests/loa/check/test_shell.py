"""``senderdesk loa check`` from the shell: a letter that was drawn, and a file that came back."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.loa.check.known import expected_of


def test_a_letter_tells_its_own_box_and_code(post: Any, long_post: Any) -> None:
    """What is read from the file is what was drawn, to the third of a millimetre."""
    for each in (post, long_post):
        known, drawn = expected_of(each.expected.pdf), each.expected
        assert (known.code, known.number, known.pages, known.sha256) == (
            drawn.code, drawn.number, drawn.pages, drawn.sha256,
        )  # fmt: skip
        for name in ("page", "left", "bottom", "width", "height"):
            assert getattr(known.box, name) == pytest.approx(getattr(drawn.box, name), abs=1)


def test_a_signed_scan_is_fine_in_the_shell(post: Any, ways: Any, tmp_path: Path) -> None:
    """One object for machines, and the files in the folder that was named."""
    came, out = tmp_path / "signed.pdf", tmp_path / "out"
    came.write_bytes(ways.scanned(post.signed()))
    said = CliRunner().invoke(app, ["loa", "check", str(post.expected.pdf), str(came), "--json", "--out", str(out)])
    plain = json.loads(said.stdout)
    assert (said.exit_code, plain["verdict"], plain["findings"][0]["rule"]) == (0, "fine", "ink")
    assert {path.name for path in out.iterdir()} >= {"clean.pdf", "crop.png"}


def test_a_refused_file_has_exit_code_one_and_a_sentence(post: Any, tmp_path: Path) -> None:
    """The sentence says what to send."""
    came = tmp_path / "same.pdf"
    came.write_bytes(post.original)
    said = CliRunner().invoke(app, ["loa", "check", str(post.expected.pdf), str(came)])
    assert said.exit_code == 1
    assert "just as we sent it, without a signature" in said.stdout


def test_what_is_no_letter_of_ours_is_said(post: Any, ways: Any, tmp_path: Path) -> None:
    """Nothing was done: exit code 2."""
    other = tmp_path / "other.pdf"
    other.write_bytes(ways.saved(post.original, lambda pdf: pdf.pages[0].__setattr__("Contents", pdf.make_stream(b""))))
    said = CliRunner().invoke(app, ["loa", "check", str(other), str(other)])
    assert said.exit_code == 2
    assert "is no letter of ours" in said.stderr
