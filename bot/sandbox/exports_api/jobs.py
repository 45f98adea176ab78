"""Export jobs, and how they go as time passes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.sandbox.contacts_api.answers import short_time
from bot.sandbox.exports_api.bodies import Wanted

Product = Literal["chatapps", "sms"]
ENDED = frozenset({"succeeded", "failed", "cancelled", "empty", "error"})
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Script:
    """How a job goes: its words in order, each for ``seconds``; it stays at the last one.

    A word may be one that the OpenAPI file does not have. ``rows`` is how many messages there are on a day, None: as
    chance has it. A job that should succeed without any is ``empty``. ``kept``: how long its files can be fetched.
    """

    words: tuple[str, ...] = ("queued", "running", "succeeded")
    seconds: float = 1.0
    rows: int | None = None
    rows_a_file: int = 50_000
    kept: timedelta = KEPT

    def at(self, age: float) -> str:
        """The word of a job that is ``age`` seconds old."""
        place = int(age / self.seconds) if self.seconds else len(self.words)
        return self.words[min(place, len(self.words) - 1)]


@dataclass
class Job:
    """One export. ``files`` are made when it succeeds, each with the token by which it is fetched."""

    id: str
    product: Product
    account_id: str
    subaccount: str
    wanted: Wanted
    script: Script
    created_at: datetime
    status: str = "queued"
    expires: datetime | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def show(self, root: str) -> dict[str, Any]:
        """The job as the API shows it; ``root`` begins its links."""
        if self.status != "succeeded" or self.expires is None:
            return {"status": self.status}
        links = [f"{root}/messages/download/{token}" for token in self.files]
        return {"status": self.status, "data": links, "expires": short_time(self.expires)}
