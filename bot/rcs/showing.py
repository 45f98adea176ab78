"""Pictures for people: how phones show a logo or a hero, and a mended one beside what came. Only in the child."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from bot.fonts import FOLDER
from bot.rcs.colour import Rgb
from bot.rcs.mending import flattened

LIGHT, DARK, CHAT = (255, 255, 255), (31, 31, 31), (226, 230, 236)
"""What is behind a picture on a phone: by day, in dark mode, and where a white logo is to be seen."""
_PAPER, _INK, _FRAME = (244, 245, 247), (60, 64, 67), (218, 220, 224)
_GAP, _LABEL, _FONT = 24, 34, 20
_FINE = 4  # a circle is drawn so many times larger, that its edge is smooth
_BOARD = 720
"""Pixels of a picture's width, at most, where several are shown."""


@dataclass(frozen=True)
class Panel:
    """A picture with what is said above it."""

    label: str
    picture: Image.Image


def circled(logo: Image.Image, behind: Rgb, size: int) -> Image.Image:
    """A logo as phones show it, on this colour, with some of that around it."""
    room = Image.new("RGB", (size + 2 * _GAP, size + 2 * _GAP), behind)
    mask = Image.new("L", (size * _FINE, size * _FINE), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size * _FINE - 1, size * _FINE - 1), fill=255)
    square = logo.resize((size, size), Image.Resampling.LANCZOS)
    room.paste(flattened(square, behind), (_GAP, _GAP), mask.resize((size, size), Image.Resampling.BOX))
    return room


def on_screen(hero: Image.Image, behind: Rgb) -> Image.Image:
    """A hero as phones show it, on this colour, with some of that around it."""
    small = hero.copy()
    small.thumbnail((_BOARD, _BOARD), Image.Resampling.LANCZOS)
    room = Image.new("RGB", (small.width + 2 * _GAP, small.height + 2 * _GAP), behind)
    room.paste(flattened(small, behind), (_GAP, _GAP))
    return room


def chequered(picture: Image.Image) -> Image.Image:
    """Small enough to stand beside another, with squares where it is transparent."""
    small = picture.copy()
    small.thumbnail((_BOARD, _BOARD), Image.Resampling.LANCZOS)
    squares = Image.new("RGBA", small.size, "white")
    draw, step = ImageDraw.Draw(squares), 12
    for left in range(0, small.width, step):
        for top in range((left // step % 2) * step, small.height, 2 * step):
            draw.rectangle((left, top, left + step - 1, top + step - 1), fill=(225, 227, 230))
    return Image.alpha_composite(squares, small).convert("RGB")


def board(panels: Sequence[Panel], *, upright: bool) -> Image.Image:
    """Panels one below the other, or side by side."""
    font = ImageFont.truetype(FOLDER / "NotoSans.ttf", _FONT)
    sizes = [_size(panel, font) for panel in panels]
    across, down = [width + _GAP for width, _ in sizes], [height + _GAP for _, height in sizes]
    size = (max(across), sum(down)) if upright else (sum(across), max(down))
    made = Image.new("RGB", (size[0] + _GAP, size[1] + _GAP), _PAPER)
    draw = ImageDraw.Draw(made)
    left = top = _GAP
    for panel, width, height in zip(panels, across, down, strict=True):
        draw.text((left, top), panel.label, fill=_INK, font=font)
        corner = (left, top + _LABEL)
        made.paste(panel.picture, corner)
        right, bottom = corner[0] + panel.picture.width, corner[1] + panel.picture.height
        draw.rectangle((corner[0] - 1, corner[1] - 1, right, bottom), outline=_FRAME)
        left, top = (left, top + height) if upright else (left + width, top)
    return made


def _size(panel: Panel, font: ImageFont.FreeTypeFont) -> tuple[int, int]:
    """Width and height of a panel with its label."""
    return max(panel.picture.width, round(font.getlength(panel.label))), panel.picture.height + _LABEL
