"""The card of a contact file: Slack takes it in every state, with whatever people and 8x8 put into it."""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.contacts.card import Card
from bot.contacts.outcome import CheckResult, Column, CountryHint, Example, Question
from bot.contacts.reasons import Reason
from bot.contacts.rules import MOVES, BatchState, Status
from bot.contacts.tables import ContactBatch, ContactFile
from bot.delivery.voices import Voices
from bot.sandbox.slack.blocks import check_blocks

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAMES = {
    "plain": "contacts june.csv",
    "hostile": "<!channel> *x* `y` <https://evil.test|pay> & ~z~.csv",
    "long": "ลูกค้า" * 400 + ".csv",
    "odd": "\u202efsc.exe\n\nrow.csv",
}
BATCHES: dict[str, dict[str, Any] | None] = {
    "none": None,
    "bare": {"status": "queued"},
    "unheard": {"status": "warmingUp", "total_rows": 12},
    "full": {
        "status": "inProgress",
        "total_rows": 12,
        "error_rows": 6,
        "duplicated_rows": 5,
        "inserted_rows": 2,
        "contact_groups": 0,
    },
    "ended": {"status": "completed", "inserted_rows": 1_048_575},
}


def verdict(name: str = "Mobile") -> dict[str, Any]:
    """What the engine says of a large file with everything wrong that there is."""
    reasons = {str(reason): 1_000 - place for place, reason in enumerate(Reason)}
    result = CheckResult(
        kind="csv",
        rows_total=1_048_575,
        rows_accepted=1_000_000,
        rows_rejected=48_000,
        rows_duplicate=575,
        reasons=reasons,
        examples={reason: tuple(Example(row, "…123") for row in (2, 30_001, 1_048_576)) for reason in reasons},
        columns=tuple(Column(place, f"{name} {place}", "msisdn" if place == 3 else "") for place in range(60)),
        encoding="utf-8",
        delimiter=";",
        country_hints=(CountryHint("PH", 1_204, 63),),
        notes=(f"{name} was read as mobile.",) * 9,
        preview=((name,) * 60,) * 5,
    )
    return result.to_json()


def drawn(status: Status, name: str = NAMES["plain"], **more: Any) -> tuple[str, list[dict[str, Any]]]:
    """The card's text and blocks."""
    values: dict[str, Any] = {
        "id": "f" * 32,
        "account_id": "kopi",
        "status": status,
        "version": 3,
        "channel": "C0KOPI",
        "thread_ts": "1.2",
        "uploader": "U0ANA",
        "slack_file_id": "F1",
        "name": name,
        "size": 812,
        "created_at": NOW,
        "options": {},
        "groups": [],
        "submissions": 0,
        "checks": 1,
        "source_key": "contacts/x/source",
        "rejected_key": "contacts/x/rejected.csv",
    }
    at_8x8 = more.pop("at_8x8", [("waiting", None, None)])
    batches = [batch(number, *one) for number, one in enumerate(at_8x8, 1)]
    card = Card(Voices(), ContactFile(**(values | more), batches=batches), None).draw()
    return card.text, card.blocks


def batch(number: int, status: str, answer: dict[str, Any] | None = None, trouble: str | None = None) -> ContactBatch:
    """One batch of a file, as 8x8 last told of it."""
    made = {"id": f"{number:032}", "account_id": "kopi", "number": number, "submission": 1, "version": 1}
    known = f"{number:08}-0000-4000-8000-000000000000" if answer else None
    why = {"sentence": trouble} if trouble else None
    return ContactBatch(**made, status=status, answer=answer, batch_id=known, trouble=why)


def mrkdwn(part: Any) -> list[str]:
    """The texts that Slack reads for markup."""
    if isinstance(part, list):
        return [text for inner in part for text in mrkdwn(inner)]
    if not isinstance(part, dict):
        return []
    return [part["text"]] if part.get("type") == "mrkdwn" else [t for inner in part.values() for t in mrkdwn(inner)]


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    """The words on the buttons, in order."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


@pytest.mark.parametrize(
    ("status", "name"), list(itertools.product(Status, NAMES.values())), ids=lambda value: str(value)[:12]
)
def test_slack_takes_every_card(status: Status, name: str) -> None:
    """In each status, before and after a check, with the worst names, the card is within Slack's rules."""
    seen = {"submitted_by": "U0ANA", "submitted_at": NOW, "looked_at": NOW}
    at_8x8 = [(state, BATCHES["full"], name) for state in BatchState]
    trouble = {"sentence": f"8x8 refused {name[:400]}", "waits": True}
    groups = [{"name": name[:100], "id": number} for number in range(10)]
    judged = [verdict(name[:300])] if status not in {Status.CHECKING, Status.UNREADABLE} else [None, verdict()]
    for found in judged:
        text, blocks = drawn(status, name, verdict=found, trouble=trouble, groups=groups, at_8x8=at_8x8, **seen)
        assert check_blocks(blocks, "message") == []
        assert len(text) <= 4_000
        assert "<!channel>" not in text + "".join(mrkdwn(blocks))


@pytest.mark.parametrize("answer", BATCHES.values(), ids=BATCHES)
@pytest.mark.parametrize("status", [Status.RUNNING, Status.COMPLETED, Status.FAILED])
def test_whatever_8x8_counts_is_shown(status: Status, answer: dict[str, Any] | None) -> None:
    """Counters may be there or not, and a status may be one that nobody knows."""
    seen = {"submitted_by": "U0ANA", "submitted_at": NOW, "submissions": 1}
    _, blocks = drawn(status, verdict=verdict(), at_8x8=[(str(status), answer)], **seen)
    assert check_blocks(blocks, "message") == []
    if answer and status == Status.RUNNING:
        known = {"queued": "Queued", "inProgress": "In progress", "completed": "completed"}
        assert known.get(answer["status"], answer["status"]) in str(blocks)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.CHECKING, ["Cancel"]),
        (Status.UNREADABLE, ["Check again", "Cancel"]),
        (Status.NEEDS_COLUMNS, ["Choose columns", "Cancel"]),
        (Status.CHECKED, ["Submit 1,000,000 contacts", "Change columns", "Download rejected", "Cancel"]),
        (Status.SUBMITTING, ["Download rejected"]),
        (Status.RUNNING, ["Download rejected"]),
        (Status.COMPLETED, ["Download rejected"]),
        (Status.CANCELLED, ["Check again"]),
    ],
)
def test_a_card_offers_what_can_be_done_now(status: Status, expected: list[str]) -> None:
    """No button is shown that the rules would refuse."""
    question = Question("The file has no header row.", 1)
    found = verdict() | ({"needs_columns": {"why": question.why, "proposed": 1}} if status == "needs_columns" else {})
    _, blocks = drawn(status, verdict=found, submitted_at=NOW)
    assert labels(blocks) == expected


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNSURE, Status.FAILED, Status.STOPPED, Status.TIMEOUT])
def test_what_did_not_go_in_can_be_submitted_again(status: Status) -> None:
    """After every end but the good one there is a way on."""
    _, blocks = drawn(status, verdict=verdict(), submissions=1, submitted_at=NOW, trouble={"sentence": "No."})
    assert "Submit again" in labels(blocks)
    assert ("Change columns" in labels(blocks)) == (Status.CHECKING in MOVES[status])


def test_nothing_good_offers_no_submit() -> None:
    """A file without one good row cannot be submitted, and says what to do."""
    _, blocks = drawn(Status.CHECKED, verdict=verdict() | {"rows_accepted": 0})
    assert not any(label.startswith("Submit") for label in labels(blocks))
    assert "No row can be submitted" in str(blocks)


def test_without_rejected_rows_there_is_nothing_to_download() -> None:
    """A clean file has no report."""
    _, blocks = drawn(Status.CHECKED, verdict=verdict() | {"rows_rejected": 0, "reasons": {}})
    assert "Download rejected" not in labels(blocks)


@pytest.mark.parametrize(("gained", "lost", "offered"), [(30, 0, True), (30, 2, True), (3, 159, False), (5, 5, False)])
def test_a_country_is_proposed_only_when_it_helps(gained: int, lost: int, offered: bool) -> None:
    """Reading numbers as a country's may spoil others: then it is not offered, and what it costs is said."""
    hint = {"country": "PH", "rows": gained, "calling_code": 63, "lost": lost}
    _, blocks = drawn(Status.CHECKED, verdict=verdict() | {"country_hints": [hint]})
    assert ("Read as +63" in str(blocks)) == offered
    assert ("would then be rejected" in str(blocks)) == (offered and lost > 0)


def test_sheets_that_were_not_read_are_named() -> None:
    """A workbook's other sheets, and the hidden ones, are no secret."""
    found = verdict() | {"sheet": "June", "other_sheets": ["July"], "hidden_sheets": ["Export info"]}
    _, blocks = drawn(Status.CHECKED, verdict=found)
    assert "Other sheets, not read: July. Hidden sheets, not read: Export info." in str(blocks)


def test_the_first_value_of_a_reason_is_shown_without_its_digits() -> None:
    """A number's last three digits tell which it is; the hidden ones are an ellipsis."""
    reason = str(Reason.NO_CODE)
    seen = [Example(137, "••••••••-•398"), Example(249, "••••181")]
    found = verdict() | {"reasons": {reason: 8}, "examples": {reason: [{"row": e.row, "value": e.value} for e in seen]}}
    _, blocks = drawn(Status.CHECKED, verdict=found)
    assert "no country code: row 137 “…398”, 249 …" in str(blocks)


def test_a_reason_that_nobody_knows_any_more_is_shown_as_it_is() -> None:
    """A verdict of an older desk may name reasons that have other names today."""
    found = verdict() | {"reasons": {"smells odd": 3}, "examples": {"smells odd": [{"row": 5, "value": "x"}]}}
    _, blocks = drawn(Status.CHECKED, verdict=found)
    assert "smells odd: row 5" in str(blocks)
    assert check_blocks(blocks, "message") == []


def running(*at_8x8: tuple[str, dict[str, Any] | None], status: Status = Status.RUNNING) -> str:
    """All that the card of a file in several batches shows."""
    seen = {"submitted_by": "U0ANA", "submitted_at": NOW, "submissions": 1}
    _, blocks = drawn(status, verdict=verdict(), at_8x8=at_8x8, **seen)
    assert check_blocks(blocks, "message") == []
    return "\n".join(mrkdwn(blocks))


def test_several_batches_have_one_bar_and_one_sum() -> None:
    """The bar is over all of them, the words say at which 8x8 works, and what it counted is added up."""
    ended = {"status": "completed", "total_rows": 10, "inserted_rows": 8, "error_rows": 2, "contact_groups": 2}
    half = {"status": "inProgress", "total_rows": 10, "inserted_rows": 5, "contact_groups": 2}
    words = running(("completed", ended), ("running", half), ("running", {"status": "queued"}))
    assert "▰▰▰▰▰▰▱▱▱▱ Batch 2 of 3 · ⏳ In progress" in words  # (1 + 0.5 + 0.3) / 3
    assert "20 rows, 13 inserted, 2 with errors and 2 groups" in words
    assert "Batches `00000001-0000-4000-8000-000000000000` `00000002-0000-4000-8000-000000000000`" in words


def test_one_batch_is_not_numbered() -> None:
    """Most files are one batch; its card does not speak of batches of batches."""
    words = running(("running", {"status": "inProgress"}))
    assert " of 1" not in words
    assert "Batch `" in words


def test_a_batch_that_was_refused_is_named_while_the_others_run() -> None:
    """Nobody waits for the end to read what went wrong."""
    _, blocks = drawn(
        Status.RUNNING,
        verdict=verdict(),
        submitted_at=NOW,
        at_8x8=[("running", {"status": "queued"}), ("refused", None, "8x8 refused this."), ("waiting", None)],
    )
    assert "Batch 2: ⛔ Refused by 8x8. 8x8 refused this." in str(blocks)


def test_of_very_many_batches_some_are_named() -> None:
    """Slack's limits hold for a file of any size."""
    words = running(*[("failed", {"status": "failed"})] * 400, status=Status.FAILED)
    assert "0 of 400 batches went in" in words
    assert "Batch 10: ❌ Failed at 8x8" in words
    assert "• 390 more" in words
    assert "and 390 more" in words
