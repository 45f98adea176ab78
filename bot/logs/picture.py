"""The summary of an export as a picture. Every word in it comes from the templates, and is told as text as well."""

import json
from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any

import typst

from bot import fonts
from bot.delivery.voices import TEMPLATES

_PPI = 144.0
_LOCK = Lock()
"""typst's compiler remembers what it was asked last."""


def drawn(order: Mapping[str, Any]) -> bytes:
    """A PNG; a tenth of a second for the processor, to be called in a thread.

    ``title``, ``about``: texts. ``days``: ``label``, ``count``, ``words``, ``bar`` (0 to 1). ``tables``: each with a
    ``title`` and ``rows`` of ``label``, ``words`` and ``bar``. Characters that no font of ours has are left out.
    """
    order = fonts.shown(dict(order) | {"fonts": fonts.FAMILIES})
    with _LOCK:
        png = _compiler().compile(sys_inputs={"data": json.dumps(order)}, format="png", ppi=_PPI)
    assert isinstance(png, bytes)  # noqa: S101 - one page
    return png


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATES / "logs" / "summary.typ", font_paths=fonts.fonts(), ignore_system_fonts=True)
