"""The child's side of ``child.judge``: ``python -I -m bot.loa.check.worker``."""

import os

from bot import limited
from bot.limited import Said, Say


def _look(order: Said, _say: Say) -> Said:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each of its threads would take memory
    import json  # noqa: PLC0415 - after the limits
    from pathlib import Path  # noqa: PLC0415

    from bot.loa.check.examine import examine  # noqa: PLC0415
    from bot.loa.check.rules import OPENED, Expected, Judged, Verdict, finding  # noqa: PLC0415

    def opened(judged: Judged) -> None:
        Path(order["into"], OPENED).write_text(json.dumps(judged.to_json()), "utf-8")

    try:
        judged = examine(Expected.from_json(order["expected"]), Path(order["came"]), Path(order["into"]), opened)
    except (MemoryError, OSError) as error:
        why = finding("too_heavy", limited.exhausted(error, order["limits"]))
        judged = Judged(Verdict.REFUSED, (why,))
    return {"judged": judged.to_json()}


if __name__ == "__main__":
    limited.answer(_look)
