"""Plays a story through the real wire, step by step, and prints what Slack shows. No browser, no token."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.demo.story import Step, Told, WentWrong
from bot.sandbox.slack.errors import NoAnswer, NotOnScreen
from bot.sandbox.watch import NeverHappened

Between = Callable[[], Awaitable[None]]
_MARKUP = re.compile(r"<(?:!date\^\d+\^[^|>]*|[^|>]*)\|([^>]*)>")


async def _nothing() -> None:
    """Nothing happens between two steps."""


@dataclass(frozen=True)
class Played:
    """How a step ended; ``trouble`` is empty when it went as told."""

    title: str
    seconds: float
    trouble: str = ""


async def play(story: Sequence[Step], told: Told, console: Console, *, between: Between = _nothing) -> int:
    """Play all steps; gives the exit code: 0 when every step went as told, else 1 at the first that did not.

    ``between`` happens before each step but the first: tests kill the bot there.
    """
    for number, step in enumerate(story, start=1):
        if number > 1:
            await between()
        played = await _play_one(step, told)
        mark = "[red]✗[/red]" if played.trouble else "[green]✓[/green]"
        console.print(
            f"{mark} [bold]{number:2}. {played.title}[/bold] [dim]({played.seconds:.1f} s)[/dim]", highlight=False
        )
        for line in told.take():
            console.print(Padding(Text(readable(line)), (0, 0, 0, 6)))
        if played.trouble:
            console.print(f"      [red]{played.trouble}[/red]", highlight=False)
            return 1
    console.print(f"\n[bold green]All {len(story)} steps went as told.[/bold green]", highlight=False)
    return 0


async def _play_one(step: Step, told: Told) -> Played:
    title = " ".join((step.__doc__ or step.__name__).split()).rstrip(".")
    began = time.monotonic()
    trouble = ""
    try:
        await step(told)
    except (WentWrong, NeverHappened, NoAnswer, NotOnScreen) as error:
        trouble = f"{type(error).__name__}: {error}"
    return Played(title, time.monotonic() - began, trouble)


def readable(mrkdwn: str) -> str:
    """Slack's markup as plain text for a terminal."""
    text = _MARKUP.sub(r"\1", mrkdwn).replace("*", "").replace("`", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
