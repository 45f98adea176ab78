"""The key with which 8x8 is asked for a customer: changed while the desk works, and shown to nobody."""

from bot.demo.story.told import Told, texts
from bot.demo.story.wizard import fill, send
from bot.sandbox.seed import KOPI, KOPI_ACCOUNT

_WRONG, _NEW = "a-key-that-was-mistyped-aaaaaa", "the-new-key-of-kopi-nusantara-b7c8d9"


async def a_key_is_rotated(told: Told) -> None:
    """8x8 gives Kopi a new key: Rina mistypes it and is told, then sets it; it is in use at once, with no restart."""
    keys = told.at_8x8(KOPI_ACCOUNT).keys
    before = set(keys)
    keys.add(_NEW)
    await told.rina.command(KOPI, "/desk account")
    await fill(told.rina, {"key": _WRONG})
    errors = await told.rina.submit() or {}
    told.check("1200" in errors.get("key", ""), f"a mistyped key was taken: {errors}")
    told.say(errors["key"])
    await fill(told.rina, {"key": _NEW})
    await send(told, told.rina)
    shown = "\n".join(texts(told.rina.modal().blocks))
    told.check("8x8 takes the key" in shown and _NEW[-6:] in shown, f"the key was not taken: {shown}")
    told.check(_NEW not in shown, "the key is shown")
    told.say(shown)
    await told.rina.close()
    keys -= before  # 8x8 ends the old key; what comes next works with the new one alone
