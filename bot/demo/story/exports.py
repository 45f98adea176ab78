"""Message logs: exported for a week, counted, and brought to whoever asked."""

from bot.demo.story.told import PATIENCE, Told, everything
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI

_SUBACCOUNT = "kopi_otp"


async def logs_are_exported(told: Told) -> None:
    """Ana asks for last week's message logs: files, numbers and a picture come to her alone."""
    ana, dm = told.ana, told.world.slack.direct("U0ANA").id
    await ana.command(KOPI, "/logs export")
    await fill(ana, {"logs:subaccount": _SUBACCOUNT})
    await send(told, ana)
    await ana.close()

    def came() -> list[str] | None:
        names = [file.name for one in ana.sees(dm) for file in one.files if "message-logs" in file.name]
        return names if any(name.endswith("csv") for name in names) and any(map(_is_picture, names)) else None

    names = await told.world.until(came, PATIENCE, "the logs never came")
    card = await told.sees(ana, dm, "Message logs", _SUBACCOUNT, "Ready", "Status:")
    told.check("masks phone numbers" in everything(card), "nobody says that numbers are masked")
    told.check(not any(_SUBACCOUNT in everything(one) for one in ana.sees(KOPI)), "the logs came into the channel")
    told.say("\n".join(f"📎 {name}" for name in names))


def _is_picture(name: str) -> bool:
    return name.endswith("png")
