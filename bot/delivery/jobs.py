"""Jobs: what features have done outside of a listener. Each feature lists its kinds; ``app.py`` hands them over."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.claims import JOBS, Claim, schedule
from bot.delivery.worker import GiveUp, Hold
from bot.storage.database import Tx


def _nothing(_tx: Tx, _key: str, _error: str) -> None:
    """Nobody waits for this job."""


@dataclass(frozen=True)
class JobKind:
    """What a due row of this kind does.

    ``run(hold)`` may raise ``PutBack`` and ``GiveUp``. ``on_dead(tx, key, error)`` tells whoever waits that it will not
    come, in the transaction that gives the row up.
    """

    name: str
    run: Callable[[Hold], Awaitable[None]]
    on_dead: Callable[[Tx, str, str], None] = _nothing


def soon(tx: Tx, kind: str, key: str, *, after: timedelta = timedelta(0)) -> None:
    """Have a job done ``after`` a while. Jobs of one kind and key run one by one, and merge while they wait."""
    schedule(tx, JOBS, kind, key, after=after)


class Jobs:
    """All kinds of jobs, as one worker's ``run`` and ``on_dead``."""

    def __init__(self, kinds: Iterable[JobKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    async def run(self, hold: Hold) -> None:
        """Do the job that a due row names."""
        kind = self._kinds.get(hold.claim.kind)
        if kind is None:
            raise GiveUp(f"no such job: {hold.claim.kind}")
        await kind.run(hold)

    def on_dead(self, tx: Tx, claim: Claim, error: str) -> None:
        """Tell whoever waits for the job."""
        if claim.kind in self._kinds:
            self._kinds[claim.kind].on_dead(tx, claim.key, error)
