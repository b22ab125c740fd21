"""The sink of the benchmarks: as fast as the one of the tests, and it notes when each chat was answered."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import defaultdict

from tests.botapi.lean import MESSAGES, chat_id_in
from tests.botapi.sink import Sink

_MESSAGES = frozenset(name.encode() for name in MESSAGES)


class TimedSink(Sink):
    """`GET /_control/times` gives the monotonic seconds of the messages to each chat, and forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[int, list[float]] = defaultdict(list)

    def answer(self, method: bytes, body: bytes) -> bytes:
        """The JSON answer to one call."""
        if method in _MESSAGES:
            self._times[chat_id_in(body)].append(time.perf_counter())
        elif method == b"times":
            times, self._times = self._times, defaultdict(list)
            return json.dumps(times).encode()
        return super().answer(method, body)


async def _run(port: int) -> None:
    sink = await TimedSink().start(port)
    print(f"Sink on {sink.url}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(_run(parser.parse_args().port))
