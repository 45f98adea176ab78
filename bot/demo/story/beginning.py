"""How it begins: channels are linked to customers' accounts, and a newcomer looks around; and what holds at the end."""

from bot.demo.story.told import Told, texts
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT, MART, MART_ACCOUNT


async def link_channels(told: Told) -> None:
    """Rina of the staff links two channels to their customers' accounts."""
    await told.asks(told.rina, KOPI, f"/desk link {KOPI_ACCOUNT} Kopi Nusantara", "Kopi Nusantara")
    await told.asks(told.rina, MART, f"/desk link {MART_ACCOUNT} Manila Mart", "Manila Mart")


async def home_of_a_newcomer(told: Told) -> None:
    """Ana opens Home for the first time and reads how it works."""
    view = await told.ana.open_home()
    words = "\n".join(text for block in view.blocks for text in texts(block))
    told.check("Drop a file" in words, "Home does not say how to begin")
    told.say(words.splitlines()[0])


async def an_unknown_command(told: Told) -> None:
    """Ana mistypes a command and is told the nearest one."""
    await told.asks(told.ana, KOPI, "/contacts uplod", "/contacts upload")


async def a_customer_cannot_link(told: Told) -> None:
    """Ana may not link channels, and reads who may."""
    await told.asks(told.ana, KOPI, f"/desk link {MART_ACCOUNT} Mine now", "staff")


async def nothing_came_twice(told: Told) -> None:
    """No message of the desk stands in Slack twice, and no mail came twice under two Message-IDs."""
    keys = [
        str(message.metadata["event_payload"]["k"])
        for channel in told.world.slack.channels.values()
        for root in channel.messages
        for message in (root, *root.replies)
        if message.user == "U0DESK" and message.metadata
    ]
    told.check(len(keys) == len(set(keys)), "a message stands there twice")
    # SMTP cannot be asked what it took, so a mail may come again; its Message-ID tells mail programs to show one.
    mails = {dict(mail.headers)["Message-ID"]: (mail.text, *mail.recipients) for mail in told.world.mailbox.mails}
    told.check(len(mails) == len(set(mails.values())), "a mail came twice")
    told.say(f"{len(keys)} messages and {len(mails)} mails, each once")
