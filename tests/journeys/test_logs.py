"""Message logs in the whole desk: from the form to files and numbers in a direct message."""

from datetime import timedelta
from typing import Any

from bot.app import House
from bot.demo.story import KOPI, Told
from bot.sandbox.exports_api import Script


async def test_logs_are_exported_and_come_as_a_direct_message(told: Told, house: House) -> None:
    """One message says how far it is; then come numbers, picture and files. Links stay secret."""
    ana, world = told.ana, told.world
    world.exports.normal = Script(seconds=0.05, rows=30, rows_a_file=120)
    await ana.command(KOPI, "/logs export")
    await ana.fill("logs:subaccount", "kopi_otp")
    assert await ana.submit() is None
    assert "on its way" in str(ana.modal().blocks)
    dm = world.slack.direct("U0ANA").id

    def came() -> dict[str, bytes] | None:
        files = {file.name: file.data for one in ana.sees(dm) for file in one.files}
        return files if len(files) > 2 else None

    files: dict[str, Any] = await world.until(came, 60)
    day = (world.clock() + timedelta(hours=7)).date() - timedelta(days=7)
    names = [f"message-logs SMS kopi_otp {day} {number}.csv" for number in (1, 2)]
    assert sorted(files) == sorted([*names, f"message-logs SMS kopi_otp {day}.png"])
    (job,) = world.exports.jobs.values()
    assert [files[name] for name in names] == list(job.files.values())
    (picture,) = [file for one in ana.sees(dm) for file in one.files if file.name.endswith("png")]
    assert "Status: delivered" in picture.alt
    rows = sum(data.count(b"\n") - 1 for data in job.files.values())
    card = await told.sees(ana, dm, "Message logs", "✅ Ready", f"{rows} messages", "2 files")
    assert "masks phone numbers" in str(card.blocks)
    assert not any(token in str(one.blocks) + one.text for token in job.files for one in ana.sees(dm))
    assert "kopi_otp" in (await ana.command(KOPI, "/logs")).text
