"""How long the look at a file that came back takes, by what it is: milliseconds in process, and with its child.

Prints one JSON object. The letters and files are those of tests/loa/check.
"""

import asyncio
import importlib.util
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.loa.check.child import judge

ROUNDS = 5
_MADE = Path(__file__).parents[1] / "loa" / "check" / "conftest.py"


def made() -> ModuleType:
    """What the tests make letters with."""
    spec = importlib.util.spec_from_file_location("letters_that_come_back", _MADE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def milliseconds(work: Callable[[], Any]) -> float:
    """The middle of several rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 1)


def main() -> None:
    """Measure each kind of file."""
    letters = made()
    with tempfile.TemporaryDirectory() as folder:
        data = letters.LETTERS["PH-international-globe"]
        post = letters.Post(data, letters.draw(data, None), Path(folder))
        aslant = ((0.18, 0.08), (0.84, 0.12), (0.97, 0.94), (0.03, 0.96))
        files = {
            "the unsigned original": post.original,
            "drawn in a viewer": post.drawn_on("Ink"),
            "digitally signed": post.sealed(),
            "scanned": letters.scanned(post.signed()),
            "photographed": letters.photographed(post.signed(), size=(3000, 4000)),
            "photographed aslant": letters.photographed(post.signed(), size=(3000, 4000), corners=aslant),
            "no code to be read": letters.photographed(post.signed(), blur=4),
        }
        came = Path(folder, "came")
        came.write_bytes(files["scanned"])
        measured = {name: milliseconds(lambda content=content: post.judge(content)) for name, content in files.items()}
        child = milliseconds(lambda: asyncio.run(judge(post.expected, came, "signed.pdf", Path(folder))))
    print(json.dumps({"ms": measured, "ms_scanned_in_a_child": child, "rounds": ROUNDS}, indent=1))


if __name__ == "__main__":
    main()
