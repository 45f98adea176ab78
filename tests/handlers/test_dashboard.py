"""``/senderid dashboard``: what each person is shown as text, its buttons, and the categories."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.accounts.tables import Account
from bot.dashboard.tables import DashboardChoice, DashboardExport, DashboardWeek
from bot.desk import Desk
from bot.registrations.tables import Registration
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT, REVIEW
from bot.sandbox.slack.actor import Actor, Reply
from bot.storage.audit import AuditRow
from bot.storage.database import Tx

Rows = Callable[..., Any]


@pytest.fixture(autouse=True)
async def linked(rina: Actor) -> None:
    """Both customers have their channels."""
    await rina.command(KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara")
    await rina.command(MART, f"/desk link {MART_ACCOUNT} Manila Mart")


@pytest.fixture
async def there(desk: Desk, plant: Any, clock: Any) -> None:
    """Twelve sender IDs of Kopi's, of which one needs its LOA signed, and one of Mart's."""

    def put(tx: Tx) -> None:
        kopi, mart = (
            tx.session.scalars(select(Account.id).where(Account.name.startswith(name))).one()
            for name in ("Kopi", "Manila")
        )
        every = [
            {
                "id": f"{number:032x}",
                "account": mart if number == 12 else kopi,
                "sender_id": f"{'Mart' if number == 12 else 'Kopi'}{number}",
                "requested_at": clock() - timedelta(hours=100 - number),
                "loa": "ready" if number == 3 else "not_needed",
                "statuses": {"globe": "approved" if number % 2 else "under_review", "smart": "approved"},
            }
            for number in range(13)
        ]
        plant(tx, every)

    await desk.write(put)


def everything(answer: Reply) -> str:
    """All that an answer shows."""
    return f"{answer.text}\n{json.dumps(answer.blocks, ensure_ascii=False)}"


async def test_who_has_none_is_told_how_to_begin(ana: Actor, rina: Actor) -> None:
    """Customers register the first; staff wait for it; what fits nothing is said, with the way out."""
    assert "/senderid register" in (await ana.command(KOPI, "/senderid dashboard")).text
    assert "as soon as a customer submits" in (await rina.command(REVIEW, "/senderid dashboard")).text
    nothing = await ana.command(KOPI, "/senderid dashboard country:TH")
    assert "Nothing fits `country:TH`" in nothing.text
    assert "Clear filters" in everything(nothing)


@pytest.mark.usefixtures("there")
async def test_a_line_says_it_all(ana: Actor) -> None:
    """Emoji and word, how many of its operators approved, the LOA, the ticket."""
    answer = await ana.command(KOPI, "/senderid dashboard")
    assert "*Sender IDs*: *12*" in answer.text
    first, *_ = (line for line in answer.text.splitlines() if "Kopi10" in line)
    assert first == "🔎 *Kopi10* · Philippines · 1 of 2 approved · Under review · SD-1011 · 19 November 2026 · shop"
    ready = (await ana.command(KOPI, "/senderid dashboard loa:sign")).text.splitlines()[-1]
    assert "✅ *Kopi3* · Philippines · 2 of 2 approved · ✍️ LOA to be signed · SD-1004" in ready
    assert "Mart12" not in answer.text


@pytest.mark.usefixtures("there")
async def test_pages_turn_in_place(ana: Actor) -> None:
    """Ten on the first, the rest on the next, and back again to the same."""
    answer = await ana.command(KOPI, "/senderid dashboard sort:id")
    first = answer.text
    assert first.count("SD-10") == 10
    assert answer.message is not None
    await ana.click(answer.message, "Next page")
    assert answer.text.count("SD-10") == 2
    await ana.click(answer.message, "Previous")
    assert answer.text == first


@pytest.mark.usefixtures("there")
async def test_what_was_looked_at_is_kept_until_it_is_cleared(ana: Actor, rows: Rows) -> None:
    """For each person; the other view and the cleared filters are kept like what is typed."""
    await ana.command(KOPI, "/senderid dashboard status:pending kopi1")
    again = await ana.command(KOPI, "/senderid dashboard")
    assert 'Shown: `status:under_review "kopi1"`' in again.text
    assert "Kopi10" in again.text
    assert again.message is not None
    await ana.click(again.message, "By operator")
    assert "🔎 Under review · *Kopi10* · Philippines · Globe" in again.text
    assert "Smart" not in again.text
    await ana.click(again.message, "Clear filters")
    assert "*Sender IDs*: *12*" in again.text
    assert [choice.words for choice in await rows(DashboardChoice)] == [""]


@pytest.mark.usefixtures("there")
async def test_what_is_not_understood_names_the_nearest(ana: Actor, rows: Rows) -> None:
    """And nothing is kept of it."""
    assert "Did you mean “pending”?" in (await ana.command(KOPI, "/senderid dashboard status:pendign")).text
    assert await rows(DashboardChoice) == []


@pytest.mark.usefixtures("there")
async def test_staff_see_all_accounts_and_what_waits(rina: Actor) -> None:
    """With the customers' names; in a customer's channel that customer's alone."""
    answer = await rina.command(REVIEW, "/senderid dashboard")
    assert "*Sender IDs*: *13*" in answer.text
    assert "Mart12" in answer.text
    assert "Manila Mart" in answer.text
    assert "Support's turn: *13*" in everything(answer)
    there = await rina.command(MART, "/senderid dashboard")
    assert "*Sender IDs* of Manila Mart: *1*" in there.text


@pytest.mark.usefixtures("there")
async def test_a_category_is_set_for_what_is_ticked(ana: Actor, rows: Rows) -> None:
    """It is written down, and found by its name."""
    answer = await ana.command(KOPI, "/senderid dashboard kopi1")
    assert answer.message is not None
    await ana.click(answer.message, "Set category")
    await ana.fill("which", [f"{number:032x}" for number in (1, 10)])
    await ana.fill("category", " Online  Shops ")
    await ana.submit()
    assert "2 sender IDs now in the category" in json.dumps(ana.modal().blocks)
    found = await ana.command(KOPI, "/senderid dashboard category:“online shops”")
    assert found.text.count("Online Shops") == 2
    acts = [row for row in await rows(AuditRow) if row.act == "registrations:registration:categorised"]
    assert [(row.actor, row.facts) for row in acts] == 2 * [("U0ANA", {"from_staff": False})]


@pytest.mark.usefixtures("there")
async def test_labels_are_put_on_and_taken_away(ana: Actor, rina: Actor, rows: Rows) -> None:
    """By customers and by staff: each once, in the order of letters, and found by them; what does not fit is said."""
    answer = await ana.command(KOPI, "/senderid dashboard kopi1")
    assert answer.message is not None
    await ana.click(answer.message, "Labels")
    await ana.fill("which", [f"{number:032x}" for number in (1, 10)])
    assert "Write a label" in str(await ana.submit())
    await ana.fill("add", "x" * 31)
    assert "31 characters long, and 30 fit" in str(await ana.submit())
    await ana.fill("add", ", ".join(f"n{number}" for number in range(11)))
    assert "would have 11 labels, and 10 fit" in str(await ana.submit())
    await ana.fill("add", " VIP,Q4  launch, vip,“promo”")
    await ana.submit()
    assert "2 sender IDs changed" in json.dumps(ana.modal().blocks)
    for words in ("label:“q4 launch”", "vi", "label:promo"):
        said = (await ana.command(KOPI, f"/senderid dashboard {words}")).text
        assert said.count("🏷️\N{NO-BREAK SPACE}promo, Q4 launch, VIP") == 2

    theirs = await rina.command(REVIEW, "/senderid dashboard label:vip")
    assert theirs.message is not None
    await rina.click(theirs.message, "Labels")
    await rina.fill("which", [f"{1:032x}"])
    await rina.fill("take", ["VIP", "promo"])
    await rina.submit()
    assert {one.labels for one in await rows(Registration)} == {"", "Q4 launch", "promo, Q4 launch, VIP"}
    acts = [row for row in await rows(AuditRow) if row.act == "registrations:registration:labelled"]
    assert [row.actor for row in acts] == ["U0ANA", "U0ANA", "U0RINA"]


@pytest.mark.usefixtures("there")
async def test_nobody_sorts_another_accounts(carla: Actor, deliver: Any, rows: Rows) -> None:
    """Ids in a form are no proof: what is not the person's is not found, and all stays as it is."""
    answer = await carla.command(MART, "/senderid dashboard")
    assert answer.message is not None
    await carla.click(answer.message, "Set category")
    view, typed = carla.modal(), {"type": "plain_text_input", "value": "Mine"}
    state = {
        "which": {"which": {"type": "checkboxes", "selected_options": [{"value": f"{n:032x}"} for n in (12, 1)]}},
        "category": {"category": typed},
        "add": {"add": typed},
    }
    body: dict[str, Any] = {
        "type": "view_submission",
        "user": {"id": "U0CARLA", "team_id": "T0SENDER"},
        "team": {"id": "T0SENDER"},
        "view": {
            "type": "modal",
            "id": view.id,
            "callback_id": "dashboard:category",
            "hash": "1",
            "private_metadata": "",
            "blocks": [],
            "state": {"values": state},
        },
    }
    for form in ("dashboard:category", "dashboard:labels"):
        body["view"]["callback_id"] = form
        assert "not yours" in (await deliver(body)).body
    assert {(one.category, one.labels) for one in await rows(Registration)} == {("", "")}


@pytest.mark.usefixtures("there")
async def test_an_export_is_asked_for_by_word_and_by_button(ana: Actor, rows: Rows) -> None:
    """With the filters of the moment, for the person alone; the answer says where it comes."""
    await ana.command(KOPI, "/senderid dashboard kopi1")
    assert "direct message" in (await ana.command(KOPI, "/senderid dashboard export")).text
    assert "direct message" in (await ana.command(KOPI, "/senderid dashboard export country:TH")).text
    answer = await ana.command(KOPI, "/senderid dashboard sort:id")
    assert answer.message is not None
    await ana.click(answer.message, "Export")
    assert "as a direct message" in (await ana.command(KOPI, "/senderid dashboard picture")).text
    assert [(week.place, week.monday) for week in await rows(DashboardWeek)] == [("U0ANA", None)]
    asked = {(one.words, one.user_id) for one in await rows(DashboardExport)}
    assert asked == {('"kopi1"', "U0ANA"), ("country:TH", "U0ANA"), ("sort:id", "U0ANA")}
