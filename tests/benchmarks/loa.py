"""How many letters of authorisation are drawn in a second, and how heavy they are.

Letters of made-up companies, each with another number and sender ID, on four kinds of letterhead; the fonts are loaded
before. ``draw`` is all that the desk does: glyphs, words, layout, the PDF and its preview as a PNG; ``preview`` is that
last part alone. ``memory`` is what the process grew by, in all. The last line is one JSON object.

    python tests/benchmarks/loa.py [--letters 100]
"""

import argparse
import io
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image, ImageDraw

from bot.loa.letter import PREVIEW_HEIGHT, DrawnLetter, LetterData, draw
from bot.loa.pictures import page_picture
from bot.loa.samples import samples

ROUND = (
    "PH-international-globe",
    "ID-local-ioh",
    "SG-international-all",
    "TH-local-ais",
    "names-thai",
    "names-chinese",
)


def letterheads() -> Iterator[tuple[str, bytes | None]]:
    """What letters are drawn on: nothing, a logo, a banner, a whole scanned page."""
    yield "none", None
    for name, size in {"logo": (400, 400), "banner": (1600, 320), "page": (1654, 2339)}.items():
        picture = Image.new("RGB", size, "white")
        if name == "page":
            grain = Image.effect_noise(size, 6).convert("RGB").point(lambda tone: min(255, tone + 110))
            picture.paste(grain)
        ImageDraw.Draw(picture).rectangle((20, 20, size[0] - 20, min(size[1] - 20, 300)), fill="#6f4e37")
        written = io.BytesIO()
        picture.save(written, "JPEG" if name == "page" else "PNG")
        yield name, written.getvalue()


def letters(count: int) -> Iterator[LetterData]:
    """So many, all different."""
    by_name = {each.name: each.data for each in samples()}
    for place in range(count):
        data = by_name[ROUND[place % len(ROUND)]]
        yield replace(data, number=f"LOA-{place:06d}-1", sender_id=f"Kopi{place}")


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(count: int, letterhead: bytes | None) -> dict[str, float]:
    """Letters a second, milliseconds of each part, and bytes of what is made; medians but for the first."""
    made: list[DrawnLetter] = []
    seconds = [timed(lambda data=data: made.append(draw(data, letterhead))) for data in letters(count)]
    previews = [timed(lambda one=one: page_picture(one.pdf, 1, PREVIEW_HEIGHT)) for one in made]
    return {
        "letters_per_second": round(count / sum(seconds), 1),
        "draw_ms": round(statistics.median(seconds) * 1000, 1),
        "draw_ms_worst": round(max(seconds) * 1000, 1),
        "preview_ms": round(statistics.median(previews) * 1000, 1),
        "pdf_bytes": round(statistics.median(len(one.pdf) for one in made)),
        "preview_bytes": round(statistics.median(len(one.preview) for one in made)),
    }


def main() -> None:
    """Measure, and print a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=100, help="for each kind of letterhead")
    asked = parser.parse_args()
    first = timed(lambda: draw(next(letters(1)), None))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {name: measure(asked.letters, letterhead) for name, letterhead in letterheads()}
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{'letterhead':<12}" + "".join(f"{name:>20}" for name in found["none"]))
    for name, figures in found.items():
        print(f"{name:<12}" + "".join(f"{figure:>20,}" for figure in figures.values()))
    print(f"first letter: {first * 1000:.0f} ms; memory: {grown:+.0f} MB after {4 * asked.letters} letters")
    plain = {"letters": asked.letters, "first_ms": round(first * 1000, 1), "memory_mb": round(grown, 1)}
    print(json.dumps(plain | {"letterheads": found}))


if __name__ == "__main__":
    main()
