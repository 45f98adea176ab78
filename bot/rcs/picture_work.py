"""What the child does with one picture: measure it, mend it, and draw what people look at."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from bot.rcs.colour import rgb
from bot.rcs.mending import encoded, mended, shown
from bot.rcs.picture_rules import HERO, LOGO, SPECS, Spec, judge
from bot.rcs.pictures import opened
from bot.rcs.showing import CHAT, DARK, LIGHT, Panel, board, chequered, circled, on_screen

SUFFIX = {"PNG": "png", "JPEG": "jpg"}


def work(order: dict[str, Any]) -> dict[str, Any]:
    """Answer an order ``{path, what, brand, into, labels}``; without ``into`` the file is only measured.

    Into that folder go ``shown.png`` (as a phone fills it into its place), ``screen.png`` (a logo in its circle, a hero
    in dark mode) and, where something is wrong with it, ``mended.png`` or ``.jpg`` and ``before-after.png``.
    """
    spec = SPECS[order["what"]]
    found = opened(Path(order["path"]), spec)
    answer: dict[str, Any] = {"look": asdict(found.look), "mended": None}
    if order["into"] is None or found.picture is None:
        return answer
    into, labels = Path(order["into"]), order["labels"]
    seen = shown(found.picture, spec)
    _write(into / "shown.png", seen)
    _write(into / "screen.png", _screen(spec, seen, labels))
    if any(not finding.ok for finding in judge(spec, found.look)):
        made = mended(found.picture, found.look, spec, rgb(order["brand"]) if order["brand"] else None)
        path = into / f"mended.{SUFFIX[made.kind]}"
        path.write_bytes(made.content)
        after = opened(path, spec)
        answer["mended"] = {
            "file": path.name,
            "look": asdict(after.look),
            "notes": [asdict(each) for each in made.notes],
        }
        if after.picture is not None:
            _write(into / "before-after.png", _compared(spec, found.picture, after.picture, labels))
    return answer


def _screen(spec: Spec, seen: Image.Image, labels: dict[str, str]) -> Image.Image:
    names = (labels["light"], LIGHT), (labels["dark"], DARK)
    if spec.is_round:
        panels = [Panel(label, circled(seen, behind, spec.width)) for label, behind in names]
    else:
        panels = [Panel(label, on_screen(seen, behind)) for label, behind in names]
    return board(panels, upright=not spec.is_round)


def _compared(spec: Spec, before: Image.Image, after: Image.Image, labels: dict[str, str]) -> Image.Image:
    panels = [Panel(labels["before"], chequered(before)), Panel(labels["after"], chequered(after))]
    if spec is LOGO:
        panels.append(Panel(labels["round"], circled(after, CHAT, spec.width)))
    return board(panels, upright=spec is HERO)


def _write(path: Path, picture: Image.Image) -> None:
    path.write_bytes(encoded(picture, "PNG"))
