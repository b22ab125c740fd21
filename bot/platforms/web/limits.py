"""Token buckets, by elapsed time: how often somebody may come, and when to come again."""

from __future__ import annotations

from collections.abc import Callable

MOST_KEPT = 50_000


class Buckets:
    """One bucket per key; a full bucket is as good as none and is forgotten."""

    def __init__(self, burst: float, per_second: float, elapsed: Callable[[], float]) -> None:
        self._burst = burst
        self._rate = per_second
        self._elapsed = elapsed
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> float:
        """Take one: 0.0 when it may pass, otherwise the seconds after which it may."""
        now = self._elapsed()
        left = self._now_left(key, now)
        if left < 1.0:
            self._left[key] = (left, now)
            return (1.0 - left) / self._rate
        # the latest used stand at the end, so that pruning takes the oldest first
        self._left.pop(key, None)
        self._left[key] = (left - 1.0, now)
        if len(self._left) > MOST_KEPT:
            self._prune(now)
        return 0.0

    def __len__(self) -> int:
        return len(self._left)

    def _now_left(self, key: str, now: float) -> float:
        left, at = self._left.get(key, (self._burst, now))
        return min(self._burst, left + max(0.0, now - at) * self._rate)

    def _prune(self, now: float) -> None:
        full = [key for key in self._left if self._now_left(key, now) >= self._burst]
        for key in full:
            del self._left[key]
        while len(self._left) > MOST_KEPT // 2:
            del self._left[next(iter(self._left))]
