"""The child's side of ``letterhead.safe_letterhead``: ``python -I -m bot.loa.letterhead_worker``."""

from bot import limited
from bot.limited import Said, Say


def _make_safe(order: Said, _say: Say) -> Said:
    from pathlib import Path  # noqa: PLC0415 - after the limits

    from PIL import Image  # noqa: PLC0415

    from bot.loa.cannot import CannotDraw, NoPicture  # noqa: PLC0415
    from bot.loa.pictures import clean  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = None  # ``clean`` has a limit of its own, and tells it
    try:
        made = clean(Path(order["path"]), order["kind"])
    except CannotDraw as error:
        return {"error": type(error).__name__, "facts": {name: str(fact) for name, fact in error.facts.items()}}
    except MemoryError as error:
        return {"error": NoPicture.__name__, "facts": {"why": limited.exhausted(error, order["limits"])}}
    Path(order["into"]).write_bytes(made)
    return {"bytes": len(made)}


if __name__ == "__main__":
    limited.answer(_make_safe)
