"""How often somebody may ask: counted in this process, which is enough against guessing 256 bits and busy scripts."""

from collections import OrderedDict, deque
from collections.abc import Callable

_KNOWN = 10_000


class Rate:
    """At most ``most`` within ``seconds`` for each key; who has asked longest ago is forgotten first."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count one more; False when it is too many. What is refused does not count."""
        now = self._clock()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        if len(self._seen) > _KNOWN:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        return True
