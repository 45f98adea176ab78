"""The child's side of ``child.check_in_child``: ``python -I -m bot.contacts.worker``."""

import time

from bot import limited
from bot.limited import Said, Say
from bot.loading import loading

_PROGRESS_SECONDS = 0.2


def _checked(order: Said, say: Say) -> Said:
    from pathlib import Path  # noqa: PLC0415 - after the limits

    with loading():
        from bot.contacts.check import check  # noqa: PLC0415
        from bot.contacts.engine_errors import TooMuchInside, Unreadable  # noqa: PLC0415
        from bot.contacts.outcome import CheckOptions  # noqa: PLC0415

    options, out = order["options"], order["out"]
    if options["columns"] is not None:
        options["columns"] = tuple(options["columns"])
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _PROGRESS_SECONDS:
            told = now
            say({"progress": [done, total]})

    try:
        result = check(Path(order["path"]), CheckOptions(**options), Path(out) if out else None, progress=tell)
    except Unreadable as error:
        return {"error": type(error).__name__, "facts": {name: str(fact) for name, fact in error.facts.items()}}
    except (MemoryError, OSError) as error:
        return {"error": TooMuchInside.__name__, "facts": {"what": limited.exhausted(error, order["limits"])}}
    return {"result": result.to_json()}


if __name__ == "__main__":
    limited.answer(_checked)
