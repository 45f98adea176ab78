"""Slack's rate limits, one lane per (method, channel): a burst, then a steady pace; Retry-After closes the lane."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Lane:
    tokens: float
    at: float
    closed_until: float = 0.0


class Lanes:
    """Says how long to wait before the next call; never sleeps itself. Times are seconds of a monotonic clock."""

    def __init__(self, monotonic: Callable[[], float], *, burst: int = 4, per_second: float = 1.0) -> None:
        self._monotonic = monotonic
        self._burst = burst
        self._per_second = per_second
        self._lanes: dict[tuple[str, str], _Lane] = {}

    def enter(self, method: str, channel: str) -> float:
        """Take a place in the lane: 0.0 when the call may go now, else the seconds to come back after."""
        now = self._monotonic()
        lane = self._lanes.setdefault((method, channel), _Lane(self._burst, now))
        lane.tokens = min(self._burst, lane.tokens + (now - lane.at) * self._per_second)
        lane.at = now
        if lane.closed_until > now:
            return lane.closed_until - now
        if lane.tokens < 1:
            return (1 - lane.tokens) / self._per_second
        lane.tokens -= 1
        return 0.0

    def close(self, method: str, channel: str, seconds: float) -> None:
        """Slack said Retry-After: nobody calls this method for this channel before then."""
        now = self._monotonic()
        lane = self._lanes.setdefault((method, channel), _Lane(0, now))
        lane.closed_until = max(lane.closed_until, now + seconds)
