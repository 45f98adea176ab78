"""The job that tries an account's key at 8x8, until 8x8 says whether it takes it."""

import aiohttp

from bot.accounts.access import TRY, WAIT_SECONDS, Accesses
from bot.accounts.key_turns import is_missed, next_trial, tried
from bot.accounts.trial import SECONDS_OF_A_JOB, Ends, Trial, try_key
from bot.delivery.jobs import JobKind
from bot.delivery.worker import Hold, PutBack
from bot.storage.database import Database

_AGAIN_SECONDS = 60.0


def kinds(database: Database, http: aiohttp.ClientSession, accesses: Accesses) -> list[JobKind]:
    """The job; its key is the account."""

    async def run(hold: Hold) -> None:
        found = await database.read(next_trial, accesses, hold.claim.key)
        if found is None:
            if await database.read(is_missed, hold.claim.key):  # one may come with the settings
                raise PutBack(WAIT_SECONDS, "no key", spent=False)
            return
        access, place = found
        trial: Trial = await try_key(http, access, SECONDS_OF_A_JOB)
        if not await database.write(tried, access, place, trial):
            seconds = _AGAIN_SECONDS if trial.ends is Ends.AWAY else WAIT_SECONDS
            raise PutBack(seconds, trial.reason, spent=False)

    return [JobKind(TRY, run)]
