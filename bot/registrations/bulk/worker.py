"""The child's side of ``child.read_in_child``: ``python -I -m bot.registrations.bulk.worker``."""

from bot import limited
from bot.limited import Said, Say


def _read(order: Said, _say: Say) -> Said:
    from pathlib import Path  # noqa: PLC0415 - after the limits

    from bot.contacts.engine_errors import Unreadable  # noqa: PLC0415
    from bot.registrations.bulk.rules import TooHeavy, Unusable  # noqa: PLC0415
    from bot.registrations.bulk.sheet import read  # noqa: PLC0415

    try:
        reading = read(Path(order["path"]))
    except (Unreadable, Unusable) as error:
        return {"error": type(error).__name__, "facts": {name: str(fact) for name, fact in error.facts.items()}}
    except (MemoryError, OSError) as error:
        what = f"This file is far larger inside than it looks: {limited.exhausted(error, order['limits'])}"
        return {"error": TooHeavy.__name__, "facts": {"what": what}}
    return {"reading": reading.to_json()}


if __name__ == "__main__":
    limited.answer(_read)
