"""Work on a sequence by several threads, with the results in the sequence's order and little of it in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def overlapped(threads: Executor, work: Callable[[A], B], items: Iterable[A], ahead: int) -> Iterator[B]:
    """``map(work, items)``, where ``work`` runs in ``threads`` on up to ``ahead`` items at a time."""
    waiting: deque[Future[B]] = deque()
    try:
        for item in items:
            waiting.append(threads.submit(work, item))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
