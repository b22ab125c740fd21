"""The store on PostgreSQL: a few threads, short transactions, bounded retries."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from models.job_queue import JobQueue
from models.statement import Tx
from models.store import Begin, Job, StoreDown, StoreError, finish_all

# the last one ends the transaction of a process that is frozen or cut off, which else would keep its locks,
# that of a lease among them, from whoever takes over
OPTIONS = (
    "-c timezone=UTC -c statement_timeout=60000 -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=10000"
    # A plan is kept as long as its connection: one that was made while a table was small, where reading
    # all of it is cheapest, would read all of it for every turn once the table has grown. Where there is no
    # other way it is still done, at a cost by which each statement would be compiled first.
    " -c enable_seqscan=off -c jit=off"
)
WRITERS = 4
READERS = 2
GROUP = 8
# Units of a line have been waiting for each other anyway, so more of them share a commit; but for no longer
# than others that need the same rows, or the line in another process, may well wait. Many of a crowd's taps
# are second ones, which do not hold it.
LINE_GROUP = 32
# the first number of the locks of lines
LINES = 0x6C69
TRIES = 6
# what another transaction caused and a second run mends
PASSING = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.LockNotAvailable,
)


class PostgresStore:
    """READ COMMITTED units over psycopg; waiting units share a transaction, sorted by key.

    A group in which anything fails is undone and run again one by one.
    """

    kind = "postgresql"
    # each statement is a trip to the server
    run_brief = None

    def __init__(self, url: str) -> None:
        self.hand_back: Callable[[Sequence[Job[Any]]], None] = finish_all
        self._dsn = _dsn(url)
        self._engine = create_engine(
            "postgresql+psycopg://", creator=self._open, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        try:
            self._open().close()
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
            raise StoreError(
                f"PostgreSQL cannot be reached ({reason}); check DOORSTEP_DATABASE_URL"
            ) from None
        self._writes, self._reads = JobQueue(), JobQueue()
        self._threads = [
            threading.Thread(target=self._serve, args=(queue, share), name=f"store-{name}-{n}", daemon=True)
            for queue, share, name in ((self._writes, WRITERS, "writer"), (self._reads, READERS, "reader"))
            for n in range(share)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job[Any]) -> None:
        """Queue a writing unit. Raises Overloaded."""
        self._writes.put(job)

    def submit_read(self, job: Job[Any]) -> None:
        """Queue a reading unit. Raises Overloaded."""
        self._reads.put(job)

    def waiting(self) -> int:
        """How many units are queued."""
        return len(self._writes) + len(self._reads)

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._writes.close()
        self._reads.close()
        for thread in self._threads:
            thread.join()

    def _open(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            self._dsn,
            autocommit=True,
            connect_timeout=5,
            options=OPTIONS,
        )

    def _serve(self, queue: JobQueue, share: int) -> None:
        line = _Line(self._engine.connect)
        while jobs := queue.take(GROUP, share=share, of_line=LINE_GROUP):
            if not jobs[0].line:  # which is in the order in which they came
                jobs.sort(key=lambda job: job.key)
            if len(jobs) == 1 or not line.attempt(jobs):
                for job in jobs:
                    line.run(job)
            # in this order the waiters hear of one person's turns as they were committed
            self.hand_back(jobs)
            queue.done(jobs)
        line.close()


class _Line:
    """One thread's connection, opened again when it was lost."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._tx: Tx | None = None
        self._raw: psycopg.Connection[Any] | None = None

    def attempt(self, jobs: Sequence[Job[Any]]) -> bool:
        """Run all in one transaction; False when any failed, with everything undone."""
        try:
            tx, raw = self._opened()
            _run_together(tx, raw, jobs)
        except Exception:  # each is run again alone, where its own error is kept
            self._undo()
            return False
        return True

    def run(self, job: Job[Any]) -> None:
        """Run one in its own transaction, again after a conflict, and keep its error."""
        for tried in range(1, TRIES + 1):
            try:
                tx, raw = self._opened()
                _run_together(tx, raw, [job])
                return
            except Exception as raised:
                self._undo()
                job.error = raised
                match _of_driver(raised):
                    case error if isinstance(error, PASSING):
                        time.sleep(0.005 * tried * tried)
                    case psycopg.OperationalError() | psycopg.InterfaceError() as error:
                        job.error = StoreDown(str(error).strip().partition("\n")[0])
                        if tried == 2:
                            return
                    case _:
                        return

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = self._tx = self._raw = None

    def _opened(self) -> tuple[Tx, psycopg.Connection[Any]]:
        if self._tx is None or self._raw is None:
            self._connection = self._connect()
            self._raw = self._connection.connection.dbapi_connection  # type: ignore[assignment]
            assert self._raw is not None
            self._tx = Tx(self._connection, self._raw.cursor())
        return self._tx, self._raw

    def _undo(self) -> None:
        raw = self._raw
        if raw is None:
            return
        with contextlib.suppress(psycopg.Error):
            raw.execute("ROLLBACK")
            return
        self.close()


def _run_together(tx: Tx, raw: psycopg.Connection[Any], jobs: Sequence[Job[Any]]) -> None:
    """Run jobs of no line, or of one, in a transaction; raises what any of them raises.

    What they begin with locks the rows of all of them in one order, and only then the line is waited for, in
    which another process may have its turn: so two processes never hold each other's persons while they wait
    for the class, and while one has it the other gets ready.
    """
    raw.execute("BEGIN")
    beside = _begin_together(tx, jobs)
    if line := jobs[0].line:
        for job in jobs:
            if job.unit in beside:
                job.run(tx)
        jobs = [job for job in jobs if job.unit not in beside]
        if jobs:
            raw.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LINES, line))
    for job in jobs:
        job.run(tx)
    raw.execute("COMMIT")


def _begin_together(tx: Tx, jobs: Sequence[Job[Any]]) -> set[Any]:
    """Run what jobs begin with, once for all that begin alike; gives the units that need no line."""
    units: dict[Begin, list[Any]] = {}
    for job in jobs:
        if job.begin is not None:
            units.setdefault(job.begin, []).append(job.unit)
    return {unit for begin, alike in units.items() for unit in begin(tx, alike)}


def _of_driver(error: Exception) -> BaseException:
    """What the driver raised: a statement that is put together at run time has it wrapped by SQLAlchemy."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _dsn(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            "DOORSTEP_DATABASE_URL is not a database URL; use postgresql+psycopg://user:password@host/name"
        ) from None
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)
