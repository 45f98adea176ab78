"""The automata, kept on disk: built when they are first needed, and again when phonenumbers is another version.

Several processes may need one at the same moment: each builds it, and puts it there whole; the last one stays. A file
that is damaged, or a folder that cannot be written to, costs the time to build, and no verdict.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import phonenumbers

from bot.contacts.numbering.international import International
from bot.contacts.numbering.national import National
from bot.contacts.numbering.patterns import UnknownPattern
from bot.contacts.numbering.plan import Outcome
from bot.contacts.numbering.states import Automaton, build
from bot.contacts.reasons import Reason
from bot.loading import undisturbed

_GROUP_OR_OTHERS = 0o022
_DIGEST = 32  # bytes of SHA-256, in front of what they are of


class Store:
    """Gives automata. ``folder``: where they are kept; None: nowhere, they are built anew in each process."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, Automaton | None] = {}
        self._lock = Lock()

    def international(self) -> Automaton:
        """For the digits behind a plus."""
        automaton = self._get("international")
        assert automaton is not None  # noqa: S101 - a plan that is not known asks
        return automaton

    def national(self, region: str) -> Automaton | None:
        """For digits without a plus in this region; None when its patterns are of a kind that is not known here."""
        return self._get(region)

    def _get(self, name: str) -> Automaton | None:
        with self._lock:
            if name not in self._known:
                self._known[name] = self._find(name)
            return self._known[name]

    def _find(self, name: str) -> Automaton | None:
        path = self._folder and self._folder / f"numbers-{phonenumbers.__version__}-{_builders()}-{name}"
        automaton = _load(path) if path else None
        if automaton is None:
            automaton = _build(name)
            if path and automaton:
                _save(path, automaton)
        return automaton


def own_folder() -> Path | None:
    """The user's folder for such files; None when there is none that only the user can write to."""
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    folder = Path(base, "senderdesk")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.stat()
    except (OSError, RuntimeError):
        return None
    return folder if about.st_uid == os.getuid() and not about.st_mode & _GROUP_OR_OTHERS else None


@cache
def _builders() -> str:
    """Stands for the code that builds automata: a desk that builds them otherwise does not use those of another."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _build(name: str) -> Automaton | None:
    try:
        with undisturbed():
            return build(International() if name == "international" else National(name))
    except UnknownPattern:
        return None


def _load(path: Path) -> Automaton | None:
    """What was saved; None when nothing was, or when it is not as it was saved."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        return None
    with np.load(io.BytesIO(content[_DIGEST:]), allow_pickle=False) as saved:
        outcomes = tuple(_outcome(plain) for plain in json.loads(str(saved["outcomes"])))
        return Automaton(saved["steps"], saved["ends"], outcomes, int(saved["start"]))


def _outcome(plain: dict[str, Any]) -> Outcome:
    return Outcome(**plain | {"reason": Reason(plain["reason"]) if plain["reason"] else None})


def _save(path: Path, automaton: Automaton) -> None:
    """Whole or not at all; a full disk or a folder that cannot be written to is no reason to fail."""
    outcomes = json.dumps([asdict(outcome) for outcome in automaton.outcomes])
    content = io.BytesIO()
    np.savez(content, steps=automaton.steps, ends=automaton.ends, start=automaton.start, outcomes=outcomes)
    digest = hashlib.sha256(content.getvalue()).digest()
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
        whole = Path(folder, path.name)
        whole.write_bytes(digest + content.getvalue())
        whole.replace(path)
