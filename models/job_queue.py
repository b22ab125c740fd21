"""A bounded queue of jobs that hands out everything that is waiting at once."""

import threading
from collections import deque
from typing import Any

from models.store import MOST_WAITING, Job, Overloaded

# how many that cannot be taken yet are looked past
MOST_PASSED = 64


class JobQueue:
    """Jobs in the order they came; `take` blocks for the first and gives up to `most`.

    Jobs of one line are handed out together and to one taker at a time, which says `done` afterwards: they
    would only wait for each other's locks. A line that has more goes behind whoever came before its next
    job, and before whoever came later. Jobs of one key (two messages of one person, say) are one taker's at
    a time for the same reason.
    """

    def __init__(self) -> None:
        # jobs of no line, and the numbers of lines that wait for a taker
        self._jobs: deque[Job[Any] | int] = deque()
        self._lines: dict[int, deque[Job[Any]]] = {}
        # the keys of the jobs of no line that were taken and are not done
        self._busy: set[int] = set()
        # those that wait, those that ever came, and those that came and are not done
        self._count = self._came = self._open = 0
        self._ready = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return self._count

    @property
    def idle(self) -> bool:
        """Whether nothing waits or is being run, and something may come."""
        return self._open == 0 and not self._closed

    def put(self, job: Job[Any]) -> None:
        """Queue a job. Raises Overloaded when too many wait, or when the store was closed."""
        with self._ready:
            if self._closed or self._count >= MOST_WAITING:
                raise Overloaded
            self._count += 1
            self._open += 1
            self._came += 1
            job.number = self._came
            if job.line in self._lines:
                self._lines[job.line].append(job)
                return
            if job.line:
                self._lines[job.line] = deque((job,))
            self._jobs.append(job.line or job)
            self._ready.notify()

    def take(self, most: int, share: int = 1, of_line: int = 0) -> list[Job[Any]]:
        """Up to `most` jobs, and no more than one of `share` takers' part; empty when closed.

        They are all of none, or of one line, of which nobody else has a part: then up to `of_line`.
        """
        with self._ready:
            while True:
                taken = self._takable(min(most, -(-self._count // share)), of_line or most)
                if taken or (self._closed and not self._jobs):
                    self._count -= len(taken)
                    return taken
                self._ready.wait()

    def _takable(self, wanted: int, of_line: int) -> list[Job[Any]]:
        """The first line's jobs or the first of no line, passing over those whose key another taker has."""
        taken: list[Job[Any]] = []
        passed: list[Job[Any] | int] = []
        while self._jobs and len(taken) < wanted and len(passed) < MOST_PASSED:
            first = self._jobs.popleft()
            if not isinstance(first, int):
                (passed if first.key in self._busy else taken).append(first)
            elif taken:
                passed.append(first)
                break
            else:
                line = self._lines[first]
                taken = [line.popleft() for _ in range(min(of_line, len(line)))]
                break
        self._jobs.extendleft(reversed(passed))
        if taken and not taken[0].line:
            self._busy.update(job.key for job in taken if job.key)
        return taken

    def done(self, jobs: list[Job[Any]]) -> None:
        """The jobs that were taken are committed: the rest of their line, or of their key, may be taken."""
        line = jobs[0].line
        with self._ready:
            self._open -= len(jobs)
            if not line:
                self._busy.difference_update(job.key for job in jobs)
            elif self._lines[line]:
                self._jobs.insert(self._place_of(line), line)
                self._ready.notify()
            else:
                del self._lines[line]
            if self._closed:
                self._ready.notify_all()

    def _place_of(self, line: int) -> int:
        number = self._lines[line][0].number
        for at, other in enumerate(self._jobs):
            if (self._lines[other][0] if isinstance(other, int) else other).number > number:
                return at
        return len(self._jobs)

    def close(self) -> None:
        """Let takers finish what is queued and then stop."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
