"""The child's side of an export: ``python -I -m bot.dashboard.worker`` writes the files."""

from bot import limited
from bot.limited import Said, Say


def _write(order: Said, say: Say) -> Said:
    import tempfile  # noqa: PLC0415 - after the limits
    from pathlib import Path  # noqa: PLC0415

    from bot.dashboard.sheets import write_csv, write_workbook  # noqa: PLC0415

    tempfile.tempdir = order["folder"]  # what is half written goes with the room
    write_csv(Path(order["csv"]), order["sheets"][order["csv_of"]])
    write_workbook(
        Path(order["workbook"]), order["sheets"], lambda done: say({"progress": [done, order["rows_count"]]})
    )
    return {"written": True}


if __name__ == "__main__":
    limited.answer(_write)
