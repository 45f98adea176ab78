"""Groups of contacts at 8x8: one is made, and another's contacts are copied into it."""

from bot.demo.story.agents import shows
from bot.demo.story.told import Told, texts
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT


async def a_group_is_copied(told: Told) -> None:
    """Ana makes a group, and copies the contacts of another one into it: what will be done is said before."""
    ana, book = told.ana, told.at_8x8(KOPI_ACCOUNT).book
    source = max(book.groups.values(), key=lambda group: len(group.members))
    await ana.command(KOPI, "/contacts groups")
    await shows(told, ana, source.name)
    await ana.click(ana.modal(), "Create a group")
    await fill(ana, {"groupname": "VIP"})
    await send(told, ana)
    await shows(told, ana, "✅", "VIP")
    await ana.close()
    await ana.command(KOPI, "/contacts copy")
    for side, name in (("source", source.name), ("target", "VIP")):
        await ana.choose(ana.modal(), "contacts:group_pick", name, block=side)
    await send(told, ana)
    await shows(told, ana, f"*{source.name}*", "*VIP*")
    told.say("\n".join(texts(ana.modal().blocks)))
    await send(told, ana)
    await told.sees(ana, KOPI, "Copy contacts", "Completed")
    copied = next(group for group in book.groups.values() if group.name == "VIP")
    told.check(len(copied.members) == len(source.members), "the copy is not whole")
