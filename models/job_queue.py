"""A bounded queue of jobs that hands out everything that is waiting at once."""

import threading
from collections import deque
from typing import Any

from models.store import MOST_WAITING, Job, Overloaded


class JobQueue:
    """Jobs in the order they came; `take` blocks for the first and gives up to `most`."""

    def __init__(self) -> None:
        self._jobs: deque[Job[Any]] = deque()
        self._ready = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job[Any]) -> None:
        """Queue a job. Raises Overloaded when too many wait, or when the store was closed."""
        with self._ready:
            if self._closed or len(self._jobs) >= MOST_WAITING:
                raise Overloaded
            self._jobs.append(job)
            self._ready.notify()

    def take(self, most: int, share: int = 1) -> list[Job[Any]]:
        """Up to `most` jobs, and no more than one of `share` takers' part; empty when closed."""
        with self._ready:
            while not self._jobs and not self._closed:
                self._ready.wait()
            count = min(most, -(-len(self._jobs) // share))
            return [self._jobs.popleft() for _ in range(count)]

    def close(self) -> None:
        """Let takers finish what is queued and then stop."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
