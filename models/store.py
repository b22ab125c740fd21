"""The store: runs a unit of work in one transaction; nothing else knows which database it is."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, Protocol, TypeVar

from models.statement import Tx

T = TypeVar("T")
Unit = Callable[[Tx], T]
# what several units begin with, in the transaction in which they are run after it; gives those of them that
# turned out to need no line
Begin = Callable[[Tx, Sequence[Any]], Collection[Any]]

# more units than this waiting means that answering "come again" is kinder than queueing
MOST_WAITING = 4000


class StoreError(Exception):
    """The database cannot be used as configured; the text says what to do."""


class StoreDown(Exception):
    """The database did not answer; nothing is known to have been changed."""


class Overloaded(Exception):
    """Too many units are waiting; the caller should come again after `retry_after` seconds."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


class Job(Generic[T]):
    """A queued unit and, once `finish` was called, its result or its error.

    `key` groups and orders units on PostgreSQL (the account of a turn, say). Units of one `line` (the class
    whose lock they need, say; 0: none) are run there one after the other, as they came. With `begin` the
    first statements of all that share a transaction are one: each trip to the server costs as much as what
    it asks for. It is called there before the unit, also when the unit is run again or alone; and before the
    line is entered, which those units do not wait for that it gives back.
    """

    __slots__ = ("_done", "begin", "error", "key", "line", "number", "result", "unit")

    def __init__(self, unit: Unit[T], key: int = 0, line: int = 0, begin: Begin | None = None) -> None:
        self.unit = unit
        self.key = key
        self.line = line
        self.begin = begin
        # in which order it came, by its queue
        self.number = 0
        self.result: T | None = None
        self.error: BaseException | None = None
        # a bare lock: most jobs are awaited in an event loop and never waited for here
        self._done = threading.Lock()
        self._done.acquire()

    def run(self, tx: Tx) -> None:
        """Run the unit, keeping its result and letting its error out."""
        self.error = None
        self.result = self.unit(tx)

    def finish(self) -> None:
        """Wake whoever waits for it."""
        self._done.release()

    def wait(self) -> T:
        """The result, after the commit; raises what the unit or the commit raised."""
        with self._done:
            pass
        if self.error is not None:
            raise self.error
        return self.result  # type: ignore[return-value]


BriefRun = Callable[[Sequence[Job[Any]]], Sequence[Job[Any]]]


def finish_all(jobs: Sequence[Job[Any]]) -> None:
    """The plain way of handing back: wake each waiter from the store's own thread."""
    for job in jobs:
        job.finish()


class Store(Protocol):
    """Units of work over one database.

    A unit may run more than once (a failed group commit, a deadlock), so it touches nothing but its
    transaction; what should follow a commit is returned and done by the caller. `hand_back` is called
    once per committed batch, on the store's thread.
    """

    kind: str
    hand_back: Callable[[Sequence[Job[Any]]], None]

    def submit(self, job: Job[Any]) -> None:
        """Queue a unit that writes. Raises Overloaded."""
        ...

    def submit_read(self, job: Job[Any]) -> None:
        """Queue a unit that only reads. Raises Overloaded."""
        ...

    @property
    def run_brief(self) -> BriefRun | None:
        """How brief units are run by whoever brings them, if they can be; its result is brought again."""
        ...

    def waiting(self) -> int:
        """How many units are queued."""
        ...

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        ...


def work_now(store: Store, unit: Unit[T]) -> T:
    """Run a writing unit and wait for its commit (the command line, tests)."""
    job: Job[T] = Job(unit)
    store.submit(job)
    return job.wait()


def look_now(store: Store, unit: Unit[T]) -> T:
    """Run a reading unit and wait for it."""
    job: Job[T] = Job(unit)
    store.submit_read(job)
    return job.wait()


def open_store(url: str) -> Store:
    """Open the store named by a database URL (`sqlite:///path` or `postgresql+psycopg://…`).

    Raises StoreError with a sentence for the operator.
    """
    if url.startswith("sqlite:///"):
        from models.store_sqlite import SqliteStore

        return SqliteStore(url)
    if url.startswith("postgresql+psycopg://"):
        from models.store_postgres import PostgresStore

        return PostgresStore(url)
    scheme = url.partition(":")[0]
    raise StoreError(
        f"DOORSTEP_DATABASE_URL starts with {scheme!r}; use sqlite:///path or postgresql+psycopg://…"
    )
