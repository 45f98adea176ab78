"""``/logs`` through the wire: the form and its errors, the card's buttons, the list and what is repeated."""

from datetime import timedelta
from typing import Any

import pytest

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.logs import results, service
from bot.logs.card import Card
from bot.logs.tables import LogExport, LogSchedule
from bot.sandbox.seed import KOPI
from bot.sandbox.slack.actor import Actor
from bot.storage.database import Tx


@pytest.fixture
async def kopi(rina: Actor, rows: Any) -> Who:
    """Ana in her channel, which is linked."""
    await rina.command(KOPI, "/desk link 3fa85f64-5717-4562-b3fc-2c963f66afa6 Kopi Nusantara")
    (account,) = await rows(Account)
    return Who("U0ANA", "T0SENDER", Role.CUSTOMER, account.id, KOPI)


async def test_the_form_says_at_each_field_what_is_wrong_and_keeps_what_was_typed(
    ana: Actor, kopi: Who, rows: Any, clock: Any
) -> None:
    """All at once, before 8x8 is asked. Then the export begins, and the next form is filled in like this one."""
    await ana.command(KOPI, "/logs export")
    await ana.choose(ana.modal(), "logs:product", "chatapps")
    await ana.choose(ana.modal(), "logs:period", "chosen")
    await ana.fill("logs:subaccount", "kopi/otp")
    await ana.fill("since", "2026-05-01")
    for name, value in {"number": "0811", "limit": "many", "channel_user": "a b", "again": "weekly"}.items():
        await ana.fill(name, value)
    errors = await ana.submit()
    assert errors is not None
    assert set(errors) == {"subaccount", "number", "limit", "channel_user", "period", "since"}
    assert "24 May 2026" in errors["since"]
    mended = {"logs:subaccount": "kopi_otp", "since": "2026-11-01", "since_time": "08:30", "until": "2026-11-02"}
    mended |= {"number": "+62 811 1234 5678", "limit": "500", "channel_user": "ID.1", "again": "once"}
    for name, value in mended.items():
        await ana.fill(name, value)
    await ana.fill("logs:countries", ["ID", "SG"])
    assert await ana.submit() is None
    (export,) = await rows(LogExport)
    assert (export.product, export.subaccount, export.number) == ("chatapps", "kopi_otp", "6281112345678")
    assert (export.limit_count, export.channel_user, export.countries) == (500, "ID.1", ["ID", "SG"])
    assert [each.isoformat() for each in (export.since, export.until)] == [
        "2026-11-01T01:30:00+00:00",
        "2026-11-02T17:00:00+00:00",
    ]
    assert export.place == "U0ANA"
    await ana.command(KOPI, "/logs export")
    shown = str(ana.modal().blocks)
    for typed in ("kopi_otp", "2026-11-01", "08:30", "2026-11-02", "+6281112345678", "500", "ID.1", "Singapore"):
        assert typed in shown, typed
    await ana.fill("place", "channel")
    assert await ana.submit() is None
    assert [each.place for each in await rows(LogExport)] == ["U0ANA", KOPI]


async def test_a_cards_buttons_do_what_they_say(
    ana: Actor, kopi: Who, desk: Any, rows: Any, deliver: Any, slack: Any
) -> None:
    """Cancel, ask again, change, export again; the second click is told who was first."""
    await ana.command(KOPI, "/logs export")
    await ana.fill("logs:subaccount", "kopi_otp")
    assert await ana.submit() is None
    (export,) = await rows(LogExport)

    async def click(action: str) -> str:
        shown = await desk.read(lambda tx: Card(desk.voices, tx.session.get_one(LogExport, export.id)).draw())
        value = f"{export.id}:{(await desk.read(_version, export.id))}"
        payload = {
            "type": "block_actions",
            "user": {"id": "U0ANA", "team_id": "T0SENDER"},
            "team": {"id": "T0SENDER"},
            "channel": {"id": KOPI},
            "container": {"channel_id": KOPI, "message_ts": "1.1"},
            "trigger_id": slack.triggers.issue("U0ANA", "message"),
            "response_url": slack.response_urls.issue("U0ANA", KOPI)[0],
            "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": action}],
        }
        assert action in str(shown.blocks)
        await deliver(payload)
        return str((await rows(LogExport))[0].status)

    await desk.write(results.sending, export.id)
    await desk.write(results.unsure, export.id, {"sentence": "nobody knows"})
    assert await click("logs:ask_again") == "waiting"
    await desk.write(results.refused, export.id, {"sentence": "no", "code": 1001, "error_id": "e"})
    await click("logs:change")
    assert "8x8 said that" in str(ana.modal().blocks)
    await ana.close()
    await desk.write(service.ask_again, kopi, export.id, await desk.read(_version, export.id))
    assert await click("logs:cancel") == "cancelled"
    await click("logs:again")
    assert len(await rows(LogExport)) == 2


def _version(tx: Tx, export_id: str) -> int:
    return tx.session.get_one(LogExport, export_id).version


async def test_the_list_shows_what_was_exported_and_ends_what_is_repeated(
    ana: Actor, kopi: Who, rows: Any, clock: Any
) -> None:
    """Pause, resume and delete in place; without any export it says how to begin, and help tells all of it."""
    assert "/logs export" in (await ana.command(KOPI, "/logs")).text
    assert "masks phone numbers" in (await ana.command(KOPI, "/logs help")).text
    await ana.command(KOPI, "/logs export")
    await ana.fill("logs:subaccount", "kopi_otp")
    await ana.fill("again", "month_end")
    assert await ana.submit() is None
    assert "on the last day of every month" in str(ana.modal().blocks)
    await ana.close()
    answer = await ana.command(KOPI, "/logs")
    assert "kopi_otp" in answer.text
    for action, status in (("logs:pause", "paused"), ("logs:resume", "active"), ("logs:delete", "deleted")):
        await ana.click(answer.message, action)
        (schedule,) = await rows(LogSchedule)
        assert schedule.status == status
    assert "Repeated exports" not in str(answer.message.blocks)
    clock.now += timedelta(days=1)
    view = await ana.open_home()
    assert "Message logs" in str(view.blocks)


async def test_a_subaccount_may_be_typed_and_countries_are_offered(ana: Actor, kopi: Who, rows: Any) -> None:
    """What is not known is offered as it was typed."""
    await ana.command(KOPI, "/logs export")
    await ana.fill("logs:subaccount", "new_one")
    await ana.fill("logs:countries", ["PH"])
    assert await ana.submit() is None
    (export,) = await rows(LogExport)
    assert (export.subaccount, export.countries) == ("new_one", ["PH"])
