"""Where the rows of a workbook go: into which draft, and which do not; on both databases."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery.blocks import SECTION_MAX
from bot.delivery.links import Links
from bot.delivery.outbox import SlackCard
from bot.delivery.tables import Message
from bot.delivery.voices import Voices
from bot.registrations import drafts, messages, service, wizard
from bot.registrations.bulk import columns
from bot.registrations.bulk import messages as bulk_messages
from bot.registrations.bulk import service as bulk
from bot.registrations.bulk.reading import Reading, Row
from bot.registrations.bulk.rules import Mending, Status
from bot.registrations.bulk.service import Place
from bot.registrations.bulk.tables import Workbook
from bot.registrations.companies import Arrival
from bot.registrations.rules import Act
from bot.registrations.sight import Typed
from bot.registrations.steps import CARD, REVIEW_CARD, ROWS
from bot.registrations.tables import Draft
from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.storage.database import Tx
from handlers import senderid_review

BLOCKS_MAX = 50


def row(number: int, name: str, **cells: str) -> Row:
    """A good row."""
    told = {
        "sender_id": name,
        "sample_text": "Kopi Nusantara Inc.: your code is 123456",
        "message_type": "otp",
        "monthly_traffic": "1000",
        "subaccount": "kopi_hq",
        "named": "",
        "valid_from": "",
    }
    return Row(number, told | cells)


@dataclass
class Sender:
    """Ana sends workbooks."""

    bureau: Any
    sent: int = 0

    async def sends(self, *rows: Row, country: str = "PH", draft_id: str | None = None, **more: Any) -> Workbook:
        """A workbook with these rows, and what became of it."""
        self.sent += 1
        arrival = Arrival(f"FBULK{self.sent}", more.pop("name", "sender-ids.xlsx"), 9000)
        place = Place("C0KOPI", f"{self.sent}.1")
        (came,) = await self.bureau.do(bulk.came, self.bureau.ana, [arrival], place, draft_id)
        await self.bureau.do(bulk.checked, came.id, Reading(rows, country, 1, **more))
        workbook: Workbook = await self.bureau.look(lambda tx: tx.session.get_one(Workbook, came.id))
        return workbook

    async def draft(self, workbook: Workbook) -> Draft:
        """The draft that it went into."""
        found: Draft = await self.bureau.look(lambda tx: tx.session.get_one(Draft, workbook.draft_id))
        return found


@pytest.fixture
def ana(bureau: Any) -> Sender:
    """Sends workbooks."""
    return Sender(bureau)


def names(draft: Draft) -> list[str]:
    """Its sender IDs, in order."""
    return [entry["sender_id"] for entry in draft.data["sender_ids"]]


async def test_good_rows_begin_a_draft_and_others_are_kept_with_their_reasons(bureau: Any, ana: Sender) -> None:
    """Nobody had a draft for that country, so there is one now, which begins with what the workbook cannot say."""
    workbook = await ana.sends(row(2, "KopiNus"), row(5, "Kopi & Co"), other_sheets=("Ideas",))
    assert (workbook.status, workbook.good, workbook.wrong, workbook.country) == (Status.CHECKED, 1, 1, "PH")
    assert [(one["row"], one["rule"]) for one in workbook.findings["problems"]] == [(5, "characters")]
    draft = await ana.draft(workbook)
    assert (names(draft), draft.data["country"], draft.step, draft.channel) == (["KopiNus"], "PH", "details", "U0ANA")
    acts = await bureau.acts(workbook.id)
    assert acts == [("registrations:workbook:received", "U0ANA"), ("registrations:workbook:checked", None)]


async def test_a_workbook_adds_to_the_draft_of_its_country(bureau: Any, ana: Sender) -> None:
    """What stands there stays, the same name is taken anew, and the wizard then opens at the review."""
    kept = await bureau.draft(bureau.entry("KopiNus"), bureau.entry("KopiBar"))
    workbook = await ana.sends(row(2, "KOPINUS", monthly_traffic="77"), row(3, "KopiShop"))
    draft = await ana.draft(workbook)
    assert (draft.id, draft.step) == (kept.id, "review")
    assert names(draft) == ["KOPINUS", "KopiBar", "KopiShop"]
    assert draft.data["sender_ids"][0]["monthly_traffic"] == 77
    assert workbook.findings["replaced"] == 1
    sight = await bureau.look(wizard.look, bureau.ana, draft.id)
    assert sight.problems == ()


async def test_an_empty_form_that_stood_open_overwrites_nothing(bureau: Any, ana: Sender) -> None:
    """Who looks at the form for the first sender ID, drops a workbook, and then closes the form, loses no row."""
    draft = await bureau.draft()
    await bureau.do(drafts.save, bureau.ana, draft.id, {"sender_ids": []}, "sender_ids")
    await ana.sends(row(2, "KopiNus"), row(3, "KopiBar"))
    blank = {"sender_id": "", "subaccount": "", "message_type": "", "sample_text": "", "monthly_traffic": None}
    await bureau.do(wizard.keep, bureau.ana, draft.id, Typed(entry=blank, index=0), "sender_ids")
    assert names(await bureau.look(lambda tx: tx.session.get_one(Draft, draft.id))) == ["KopiNus", "KopiBar"]


async def test_the_same_file_comes_once(bureau: Any, ana: Sender) -> None:
    """Slack delivers twice; the second time nothing is added."""
    one = await ana.sends(row(2, "KopiNus"))
    again = await bureau.do(bulk.came, bureau.ana, [Arrival("FBULK1", "again.xlsx", 1)], Place("C0KOPI", "9.9"), None)
    assert [each.id for each in again] == [one.id]
    await bureau.do(bulk.checked, one.id, Reading((row(2, "Other"),), "PH", 1))
    assert names(await ana.draft(one)) == ["KopiNus"]


async def test_what_is_registered_already_is_told_at_its_row(bureau: Any, ana: Sender) -> None:
    """In review or approved, nobody is asked twice."""
    await bureau.submitted(bureau.entry("KopiNus"))
    workbook = await ana.sends(row(2, "kopinus"), row(3, "KopiShop"))
    (problem,) = workbook.findings["problems"]
    assert (problem["row"], problem["rule"]) == (2, "registered")
    assert "is in review in SD-1001 already" in problem["sentence"]
    assert names(await ana.draft(workbook)) == ["KopiShop"]


async def test_another_country_than_the_drafts_is_refused(bureau: Any, ana: Sender) -> None:
    """When it was given to that draft; dropped anywhere else it begins a draft of its own."""
    draft = await bureau.draft()
    refused = await ana.sends(row(2, "KopiNus"), country="SG", draft_id=draft.id)
    assert refused.status == Status.REFUSED
    assert "This workbook is for Singapore, and the draft is for the Philippines" in refused.trouble
    dropped = await ana.sends(row(2, "KopiNus"), country="SG")
    assert (await ana.draft(dropped)).id != draft.id
    assert names(await bureau.look(lambda tx: tx.session.get_one(Draft, draft.id))) == ["KOPI"]


async def test_a_csv_tells_its_country_by_its_name_or_its_draft(bureau: Any, ana: Sender) -> None:
    """Where neither does, the person is asked for the right workbook."""
    refused = await ana.sends(row(2, "KopiNus"), country="", name="sender-ids.csv")
    assert "does not say its country" in refused.trouble
    named = await ana.sends(row(2, "KopiNus"), country="", name="sender-ids-TH - Sender IDs.csv")
    assert named.country == "TH"
    draft = await bureau.draft(country="PH")
    assert (await ana.sends(row(2, "KopiBar"), country="", draft_id=draft.id)).country == "PH"


async def test_a_draft_that_mends_takes_no_workbook(bureau: Any) -> None:
    """What was submitted is mended by itself; the person is told before anything is read."""
    submission = await bureau.submitted()
    await bureau.decide(Act.ASK, (await bureau.rows(submission))[0])
    mending = await bureau.do(drafts.fix, bureau.ana, submission.id)
    with pytest.raises(Mending):
        await bureau.do(bulk.came, bureau.ana, [Arrival("F1", "a.xlsx", 1)], Place("U0ANA"), mending.id)


async def test_a_submission_takes_no_more_than_fit(bureau: Any, ana: Sender) -> None:
    """With those of the draft there would be too many: nothing of the workbook goes on."""
    first = await ana.sends(*(row(n, f"Kopi{n}x") for n in range(2, columns.ROWS_MAX + 2)))
    assert first.good == columns.ROWS_MAX
    more = await ana.sends(row(2, "KopiNus"))
    assert "with those of your draft 201" in more.trouble
    assert len((await ana.draft(first)).data["sender_ids"]) == columns.ROWS_MAX


async def test_the_largest_submission_fits_slack_everywhere(bureau: Any, ana: Sender) -> None:
    """200 sender IDs make one ticket; each page and each card stays within what Slack takes."""
    draft = await bureau.draft()
    rows = [row(n, f"Kopi{n}y") for n in range(2, columns.ROWS_MAX + 1)]
    workbook = await ana.sends(*rows, row(250, "Kopi & Co"))
    assert workbook.good == columns.ROWS_MAX - 1
    for step in drafts.STEPS:
        shown = senderid_review.page(Voices(), await bureau.do(wizard.go, bureau.ana, draft.id, step))
        assert check_view(shown) == [], step
    changed = await bureau.look(wizard.look, bureau.ana, draft.id)
    submission = await bureau.do(service.submit, bureau.ana, draft.id, changed.draft.version, "ana@kopi.example")
    assert len(await bureau.wholes(submission)) == columns.ROWS_MAX

    def draw(tx: Tx) -> list[tuple[str, Any]]:
        every = [*messages.kinds(Voices(), Links(), "fix"), *bulk_messages.kinds(Voices(), "draft")]
        draws = {kind.name: kind.draw for kind in every}
        told = tx.session.scalars(select(Message).where(Message.kind.in_(draws)))
        seen: dict[str, int] = {}
        drawn = []
        for message in told:
            seen[message.kind] = seen.get(message.kind, 0) + 1
            if seen[message.kind] <= 3:
                drawn.append((message.kind, draws[message.kind](tx, message)))
        return [*drawn, *((kind, count) for kind, count in seen.items())]

    told = await bureau.look(draw)
    counts = {kind: count for kind, count in told if isinstance(count, int)}
    assert (counts[CARD], counts[REVIEW_CARD], counts[ROWS]) == (1, columns.ROWS_MAX, columns.ROWS_MAX)
    cards = [(kind, card) for kind, card in told if isinstance(card, SlackCard)]
    for kind, card in cards:
        assert len(card.blocks) <= BLOCKS_MAX, kind
        assert len(card.text) <= SECTION_MAX, kind
        assert check_blocks(card.blocks, "message") == [], kind
    ours = next(card for kind, card in cards if kind == bulk.CARD)
    assert "199 good, 1 with problems" in ours.text
