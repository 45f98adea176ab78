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
