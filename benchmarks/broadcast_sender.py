"""A sender in a process of its own, whose messages arrive at once: how fast it is, and what memory it takes.

python -m benchmarks.broadcast_sender URL BROADCAST MESSAGES: prints both as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import uvloop

from benchmarks.opened import open_town
from benchmarks.town import Size
from bot.sender import Delivered, Sender
from bot.work import Work
from services.broadcasting import rows
from services.delivery import Delivery

LOOK_SECONDS = 0.1


class Arrives:
    """A platform that takes every message."""

    def __init__(self) -> None:
        self.count = 0

    async def deliver(self, row: Delivery) -> Delivered:
        """Count it."""
        self.count += 1
        return Delivered("sent", platform_message_id=str(row.id))


async def send(url: str, broadcast: int, most: int) -> dict[str, float]:
    """Messages a second until `most` more are on record as sent, and this process's peak of memory, MB."""
    house = open_town(url, Size(0, 0))
    work, platform = Work(house.store), Arrives()
    before = await work.read(lambda tx: rows.counts(tx, broadcast)[0]["sent"])
    sender = Sender(work, house.town, {"telegram": platform}, bulk_rate=0)
    began = time.perf_counter()
    await sender.start()
    while platform.count < most:
        await asyncio.sleep(LOOK_SECONDS)
    await sender.settled()
    # what went out while the last was waited for counts as well
    sent = platform.count
    seconds = time.perf_counter() - began
    await sender.stop()
    recorded = await work.read(lambda tx: rows.counts(tx, broadcast)[0]["sent"])
    house.store.close()
    if recorded != before + platform.count:
        raise RuntimeError(f"{before} and {platform.count} arrived, {recorded} are on record")
    return {"rate": sent / seconds, "peak": peak_megabytes()}


def peak_megabytes() -> float:
    """The most resident memory this process has had; the kernel's `ru_maxrss` would count its parent's."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ProcessLookupError("this system does not tell")


if __name__ == "__main__":
    print(json.dumps(uvloop.run(send(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
