"""The child's side of a summary: ``python -I -m bot.logs.worker`` counts what is in the files."""

from bot import limited
from bot.limited import Said, Say


def _count(order: Said, _say: Say) -> Said:
    from pathlib import Path  # noqa: PLC0415 - after the limits

    from polars.exceptions import PolarsError  # noqa: PLC0415

    from bot.logs.summary import summarised  # noqa: PLC0415

    try:
        return {"summary": summarised([Path(path) for path in order["files"]], order["zone"])}
    except PolarsError as error:
        return {"unreadable": type(error).__name__}


if __name__ == "__main__":
    limited.answer(_count)
