"""The sink of the benchmarks: as fast as the one of the tests, and it notes when each chat was answered."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import defaultdict, deque

from tests.botapi.lean import MESSAGES, chat_id_in
from tests.botapi.sink import TOO_MANY, Sink

_MESSAGES = frozenset(name.encode() for name in MESSAGES)


class TimedSink(Sink):
    """`GET /_control/times` gives the monotonic seconds of the messages to each chat, and forgets them.

    With a limit, a message beyond so many in a second is refused with a 429, and counted as `flood`.
    """

    def __init__(self, limit: int = 0) -> None:
        super().__init__()
        self._times: dict[int, list[float]] = defaultdict(list)
        self._limit = limit
        self._taken: deque[float] = deque(maxlen=limit)

    def answer(self, method: bytes, body: bytes) -> bytes:
        """The JSON answer to one call."""
        if method in _MESSAGES:
            if self._limit and self._full():
                self.counts[b"flood"] += 1
                return TOO_MANY
            self._times[chat_id_in(body)].append(time.perf_counter())
        elif method == b"times":
            times, self._times = self._times, defaultdict(list)
            return json.dumps(times).encode()
        return super().answer(method, body)

    def _full(self) -> bool:
        """Whether the last second has had its messages; else one more is noted."""
        now = time.perf_counter()
        if len(self._taken) == self._limit and now - self._taken[0] < 1.0:
            return True
        self._taken.append(now)
        return False


async def _run(port: int, limit: int) -> None:
    sink = await TimedSink(limit).start(port)
    print(f"Sink on {sink.url}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--limit", type=int, default=0)
    chosen = parser.parse_args()
    uvloop.run(_run(chosen.port, chosen.limit))
