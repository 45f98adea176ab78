"""Quick starts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import many modules in here: nobody looks for garbage meanwhile, which takes a fifth of a start's time.

    What was made here stays, so it is not looked at later either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nobody looks for garbage while this makes a great many things that it keeps: that would take half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
