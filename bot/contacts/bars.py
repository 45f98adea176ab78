"""A bar on standard error while something takes its time; where nobody watches bars, a line for what is new."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer


@dataclass
class Bar:
    """``draw(done, total, words)`` moves the bar; ``told`` prints words instead, each once."""

    draw: Callable[[float, float, str], None] | None = None
    told: bool = False
    said: str = ""

    def rows(self, done: int, total: int) -> None:
        """So many rows of about so many."""
        self._move(done, total, f"{done:,} of {max(done, total):,} rows")

    def bytes(self, done: int, total: int) -> None:
        """So many bytes of so many."""
        self._move(done, total, f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    def part(self, share: float, words: str) -> None:
        """A share, 0 to 1, and how it stands."""
        self._move(share, 1, words)
        if self.told and words != self.said:
            self.said = words
            typer.echo(words, err=True)

    def _move(self, done: float, total: float, words: str) -> None:
        if self.draw is not None:
            self.draw(done, total, words)


@contextmanager
def bar(*, shown: bool, told: bool = False) -> Iterator[Bar]:
    """A bar that is gone when its work is over; not ``shown``, it is ``told`` in lines or not at all."""
    if not shown:
        yield Bar(told=told)
        return
    from rich.console import Console  # noqa: PLC0415 - for people only
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield Bar(lambda done, total, words: progress.update(task, completed=done, total=total, description=words))
