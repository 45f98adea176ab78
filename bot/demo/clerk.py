"""The clerk of the demo: whoever presses "Sent to operator" in Slack has also sent it to the operator.

In real life staff do that in the operator's portal or by e-mail. The clerk reads what they see, the rows in the staff's
channel, and hands each reference over to the world's operators.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.sandbox.seed import REVIEW, RINA
from bot.sandbox.world import World

_ROW = "row:"
_REFERENCE = re.compile(r"Reference `([^`]+)`")


@asynccontextmanager
async def at_work(world: World) -> AsyncIterator[None]:
    """Have the clerk hand over whatever staff send, as long as this lasts."""
    task = asyncio.create_task(_work(world))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _work(world: World) -> None:
    while True:
        for operator, reference in sent(world):
            world.operators.hand_over(operator, reference)
        await world.changed.next_change()


def sent(world: World) -> Iterator[tuple[str, str]]:
    """Operator and reference of every row that shows that it was sent and can still be decided."""
    rina = world.slack.actor(RINA)
    for message in [reply for card in rina.sees(REVIEW) for reply in rina.sees(REVIEW, card.ts)]:
        for before, block in zip(message.blocks, message.blocks[1:], strict=False):
            operator = str(block.get("block_id") or "")
            actions = {element.get("action_id") for element in block.get("elements", ())}
            if operator.startswith(_ROW) and "review:approve" in actions and "review:sent" not in actions:
                yield from ((operator.removeprefix(_ROW), found) for found in _REFERENCE.findall(_words(before)))


def _words(block: dict[str, Any]) -> str:
    return " ".join(str(element.get("text") or "") for element in block.get("elements", ()))
