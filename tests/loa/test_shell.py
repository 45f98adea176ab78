"""``senderdesk loa`` from the shell, beside a desk that is running."""

import asyncio
import hashlib
import io
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.accounts.rules import Who
from bot.cli import app
from bot.loa import needs
from bot.loa.following import follow
from bot.loa.letter import draw
from bot.loa.samples import SHORT, SINGAPOREAN, samples
from bot.loa.tables import Letter
from bot.registrations import companies, drafts, service
from bot.registrations.companies import Arrival
from bot.registrations.company_fields import CompanyFields
from bot.registrations.completeness import slots_of
from bot.registrations.tables import Registration, Submission
from bot.registrations.wholes import Whole, whole
from bot.storage.database import Database, Tx
from bot.storage.files import Files

PROVIDER = "8x8 International Pte. Ltd."
Submitted = Callable[..., Awaitable[Whole]]


def run(*arguments: str) -> Result:
    """The command's output and exit code."""
    return CliRunner().invoke(app, ["loa", *arguments])


async def beside(*arguments: str) -> Result:
    """The same, while the test's own database stays open."""
    return await asyncio.to_thread(run, *arguments)


def a_letterhead() -> bytes:
    """A brown head."""
    written = io.BytesIO()
    Image.new("RGB", (900, 200), "#6f4e37").save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def files(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The desk's files; the commands find them and the database."""
    monkeypatch.setenv("FILES_URL", f"file:{tmp_path / 'files'}")
    monkeypatch.setenv("DATABASE_URL", database_url)
    return Files(f"file:{tmp_path / 'files'}")


@pytest.fixture
def submit(database: Database, files: Files, people: tuple[Who, ...]) -> Submitted:
    """Submits for a country and an entity; the letters are made, and not drawn."""
    ana = people[0]
    papers = iter(range(1, 100))

    async def submitted(country: str = "PH", entity: str = "local", company: Mapping[str, str] = SHORT) -> Whole:
        whose = await database.write(companies.save, ana, None, 0, CompanyFields(**company))
        draft = await database.write(drafts.begin, ana, ana.channel_id or "C0KOPI")
        entry = {
            "sender_id": "KopiNusanta", "subaccount": "kopi_hq", "message_type": "otp", "monthly_traffic": 1000,
            "sample_text": f"{company['name']}: your code is 123456", "brandless": False, "valid_from": "2026-12-01",
        }  # fmt: skip
        typed = {"country": country, "entity": entity, "industry": "others", "company_id": whose.id}
        draft = await database.write(drafts.save, ana, draft.id, typed | {"sender_ids": [entry]}, "review")
        for slot in slots_of(draft):
            number = next(papers)
            paper = await database.write(
                companies.add_paper, ana, slot.code, Arrival(f"F{number}", "head.png", 99), None, draft.id
            )
            stored = await files.put(f"papers/{paper.id}/source", a_letterhead(), most_bytes=100_000)
            await database.write(companies.paper_kept, paper.id, "png", stored)
        draft = await database.read(lambda tx: tx.session.get_one(type(draft), draft.id))
        done = await database.write(service.submit, ana, draft.id, draft.version, "ana@kopi.example")
        await database.write(follow, done.id, PROVIDER)
        return await database.read(of, done)

    return submitted


def of(tx: Tx, submission: Submission) -> Whole:
    """A submission's one registration."""
    return whole(tx, tx.session.scalars(select(Registration).where(Registration.submission_id == submission.id)).one())


async def test_the_letters_of_a_registration_are_drawn(
    submit: Submitted, database: Database, files: Files, tmp_path: Path
) -> None:
    """Each with its picture, on the letterhead; it is told whether they are what the desk keeps."""
    asked = await submit()
    kept = await database.read(lambda tx: list(tx.session.scalars(select(Letter).order_by(Letter.number))))
    made = draw(needs.read(kept[0].data), a_letterhead())
    await database.write(
        lambda tx: tx.session.execute(update(Letter).where(Letter.id == kept[0].id).values(sha256=made.sha256))
    )
    done = await beside("draw", asked.registration.id, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    names = [f"{letter.number}-{letter.slot}" for letter in kept]
    assert [name.rpartition("-")[2] for name in names] == ["globe", "smart"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        f"{name}.{ending}" for name in names for ending in ("pdf", "png")
    )
    first, second = done.stdout.splitlines()
    assert first == (f"{tmp_path / 'out' / names[0]}.pdf: 1 page, SHA-256 {made.sha256}, the same as the desk keeps")
    there = hashlib.sha256((tmp_path / "out" / f"{names[1]}.pdf").read_bytes()).hexdigest()
    assert second == f"{tmp_path / 'out' / names[1]}.pdf: 1 page, SHA-256 {there}"


async def test_a_ticket_and_a_letter_are_named_by_their_numbers(submit: Submitted, tmp_path: Path) -> None:
    """As people read them; without a picture where none is wanted, and for machines as objects."""
    number = (await submit()).ticket.number
    name = f"LOA-{number:06d}-2"
    one = await beside("draw", name, "--out", str(tmp_path), "--no-preview", "--json")
    assert one.exit_code == 0
    told = json.loads(one.stdout)
    assert (told["name"], told["pages"], told["kept"]) == (f"{name}-smart", 1, "")
    assert told["files"] == [str(tmp_path / f"{name}-smart.pdf")]
    assert told["code"].startswith(f"{name} ")
    both = await beside("draw", f"#{number}", "--out", str(tmp_path))
    assert [line.partition(".pdf")[0].rpartition("/")[2] for line in both.stdout.splitlines()] == [
        f"LOA-{number:06d}-1-globe",
        f"{name}-smart",
    ]


async def test_a_letter_that_cannot_be_drawn_is_said(submit: Submitted, tmp_path: Path) -> None:
    """Exit code 1, with the sentence that its customer reads."""
    asked = await submit(company={**SHORT, "officer_name": "김지수"})
    done = await beside("draw", str(asked.ticket.number), "--out", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert done.stderr.count("The signing officer's name has “김” (HANGUL SYLLABLE GIM)") == 2
    assert not (tmp_path / "out").exists()


async def test_where_none_is_needed_it_is_said_why(submit: Submitted, tmp_path: Path) -> None:
    """In the words of the country's file; exit code 2."""
    asked = await submit("SG", "local", SINGAPOREAN)
    done = await beside("draw", asked.registration.id, "--out", str(tmp_path))
    assert done.exit_code == 2
    assert done.stderr.startswith("KopiNusanta in Singapore needs no letter of authorisation now. Only when")


async def test_what_is_not_there_is_said(submit: Submitted, tmp_path: Path) -> None:
    """What was typed, and how to write it; exit code 2."""
    for typed in ("77", "f" * 32, "LOA-000077-1"):
        done = await beside("draw", typed, "--out", str(tmp_path))
        assert done.exit_code == 2
        assert done.stderr == (
            f"There is no registration, ticket or letter {typed} here. "
            "Write a registration's id, 123 or LOA-000123-1.\n"
        )


def test_without_a_desk_beside_it_the_tables_must_be_of_today(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is there is read; one that is not there is not made."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert "no registration, ticket or letter 5" in run("draw", "5", "--out", str(tmp_path)).stderr
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert "There is no database at" in run("draw", "5", "--out", str(tmp_path)).stderr
    assert not (tmp_path / "none.db").exists()


def test_samples_are_drawn_for_everybody(tmp_path: Path) -> None:
    """One file for each country, entity and operator."""
    done = run("samples", "--out", str(tmp_path / "some" / "folder"), "--no-preview")
    assert done.exit_code == 0
    names = {path.stem for path in (tmp_path / "some" / "folder").iterdir()}
    assert names == {each.name for each in samples()}
    assert {"ID-local-ioh", "PH-international-smart", "SG-international-all", "TH-local-ais"} <= names


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """With the path; exit code 2."""
    (tmp_path / "file").write_text("")
    done = run("samples", "--out", str(tmp_path / "file" / "folder"))
    assert done.exit_code == 2
    assert "cannot be written: Not a directory." in done.stderr


def test_what_is_kept_comes_back_as_it_was() -> None:
    """A letter's data go to the database and back, and give the same code."""
    data = next(samples()).data
    again = needs.read(json.loads(json.dumps(needs.numbered(data, data.number, data.dated))))
    assert again.code == data.code
    assert again == replace(data, company=dict(data.company))
