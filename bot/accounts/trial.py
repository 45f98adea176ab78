"""Try a key: one cheap question to 8x8 that changes nothing."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

import aiohttp

from bot.accounts.access import Access
from bot.accounts.places import Product
from bot.accounts.refusals import Forbidden, ProviderError, Unauthorized, Unavailable, error_from
from bot.delivery.asking import NoAnswer, ask

SECONDS_OF_A_JOB = 10.0
_ANSWER_MOST = 1_000_000
_PATHS = {Product.CONTACTS: "/groups?limit=1", Product.CHATAPPS: "/webhooks", Product.SMS: "/webhooks"}


class Ends(StrEnum):
    """How a trial may end. AWAY: nobody can tell yet."""

    WORKS = "works"
    REFUSED = "refused"
    AWAY = "away"


@dataclass(frozen=True)
class Trial:
    """How it ended, and why as a sentence where it does not work."""

    ends: Ends
    error: ProviderError | None = None

    @property
    def sentence(self) -> str:
        """Why; empty when it works."""
        return self.error.sentence if self.error else ""

    @property
    def reason(self) -> str:
        """Status, code and error ID; empty when it works."""
        if self.error is None:
            return ""
        status = f"{self.error.status}, " if self.error.status and "HTTP" not in self.error.reason else ""
        return f"{status}{self.error.reason}"


async def try_key(http: aiohttp.ClientSession, access: Access, seconds: float) -> Trial:
    """Ask with this key at this place. 403 counts as refused: the key is for another account."""
    url = f"{access.base_url}/api/v1/accounts/{quote(access.provider_account_id, safe='')}{_PATHS[access.product]}"
    try:
        answer = await ask(http, "GET", url, token=access.key, most_bytes=_ANSWER_MOST, seconds=seconds)
    except NoAnswer as error:
        return Trial(Ends.AWAY, Unavailable(reason=str(error)))
    if answer.ok:
        return Trial(Ends.WORKS)
    refusal = error_from(answer.status, answer.headers, answer.body, changes=False)
    return Trial(Ends.REFUSED if isinstance(refusal, Unauthorized | Forbidden) else Ends.AWAY, refusal)
