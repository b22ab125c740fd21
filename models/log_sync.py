"""SQLite's write-ahead log on the disk: what was committed is let go once it lies there."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from models.store import Job, StoreDown

Sync = Callable[[int], None]

# the writer is not further ahead of the disk than so many units
MOST_AHEAD = 512
# Where several come at once the disk is asked no more often than this: handing back forty at once instead of
# ten spares a tenth of the processor. Somebody alone never waits for it.
GATHER_SECONDS = 0.005


def to_disk(descriptor: int) -> None:
    """Return when what was written to the file lies on the disk. Raises OSError."""
    # not every system has the one that leaves the file's times aside
    getattr(os, "fdatasync", os.fsync)(descriptor)


class LogSync:
    """Hands committed units back, in their order, when the log holds them on the disk.

    SQLite's own way (synchronous=FULL) has each COMMIT wait for the disk, and with it the one writer. Here a
    thread of its own waits, one time for all that was committed meanwhile. After an error nothing is known of
    what was written before (a second try may succeed and mean nothing), so every later unit fails as well,
    with StoreDown, until the program was started again.
    """

    def __init__(self, database: Path, hand_back: Callable[[Sequence[Job[Any]]], None], sync: Sync) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._hand_back = hand_back
        self._sync = sync
        self._descriptor: int | None = None
        # of the log's file when it was last looked at, by the writer or after a sync
        self.size = 0
        self._failed = ""
        self._pending: list[Job[Any]] = []
        self._changed = threading.Condition()
        self._closed = False
        # commits that began and that ended, by the writer, and that lie on the disk
        self._begun = self._ended = self._synced = 0
        self._thread = threading.Thread(target=self._run, name="store-sync", daemon=True)
        self._thread.start()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def far_ahead(self) -> bool:
        """Whether whoever gives more units has to wait for the disk."""
        return len(self._pending) >= MOST_AHEAD

    def committing(self) -> None:
        """A commit is about to begin; from now on a reader may see what is not on the disk."""
        self._begun += 1

    def committed(self, jobs: Sequence[Job[Any]]) -> None:
        """The writer's units are in the log; waits where it is too far ahead of the disk."""
        with self._changed:
            while self.far_ahead:
                self._changed.wait()
        self.add(jobs)

    def add(self, jobs: Sequence[Job[Any]]) -> None:
        """Units are in the log, by whoever must not wait; `far_ahead` told them before."""
        self._ended = self._begun
        with self._changed:
            self._pending += jobs
            self._changed.notify_all()

    def looked(self, jobs: Sequence[Job[Any]]) -> None:
        """A reader's units are done; they may have seen what is not on the disk, and then wait for it."""
        if self._begun == self._synced:
            self._hand_back(jobs)
            return
        with self._changed:
            self._pending += jobs
            self._changed.notify_all()

    def measure(self) -> int:
        """Look how large the log's file is."""
        if self._descriptor is not None:
            self.size = os.fstat(self._descriptor).st_size
        return self.size

    def close(self) -> None:
        """Hand everything back; whoever gives units has stopped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _run(self) -> None:
        last = 0.0
        while jobs := self._take():
            pause = last + GATHER_SECONDS - time.monotonic()
            if pause > 0 and len(jobs) > 1:
                time.sleep(pause)
                jobs += self._taken()
            last = time.monotonic()
            ended = self._ended
            if not self._failed:
                self._bring_to_disk()
            if self._failed:
                for job in jobs:
                    job.error = job.error or StoreDown(self._failed)
            else:
                self._synced = ended
            self._hand_back(jobs)

    def _take(self) -> list[Job[Any]]:
        with self._changed:
            while not self._pending and not self._closed:
                self._changed.wait()
            return self._taken()

    def _taken(self) -> list[Job[Any]]:
        with self._changed:
            jobs, self._pending = self._pending, []
            self._changed.notify_all()
            return jobs

    def _bring_to_disk(self) -> None:
        try:
            if self._descriptor is None:
                # it is made by the first commit and stays as long as the writer's connection
                self._descriptor = os.open(self._log, os.O_RDWR)
            self._sync(self._descriptor)
            self.measure()
        except OSError as error:
            self._failed = f"the disk did not take {self._log} ({error}); start again when it does"
