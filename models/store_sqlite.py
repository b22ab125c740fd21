"""The store on SQLite: one writer thread with group commit, a few read-only readers."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from models.job_queue import JobQueue
from models.log_sync import LogSync, Sync, to_disk
from models.statement import Tx
from models.store import Job, Overloaded, StoreDown, StoreError, finish_all

GROUP = 64
READERS = 2
BUSY_SECONDS = 15.0
# What a turn reads again and again; the rest lies in the system's own cache, two microseconds away. A million
# people in four times as much saved two reads of sixteen a turn, and a broadcast filled it for nobody.
# The readers look through indexes.
CACHE_KIB = 16_384
READER_CACHE_KIB = 4096
# After so many changed rows (about 4000 pages) the log is brought into the file: in a large town each turn
# writes pages of its own, and what is written again before then is brought over once; more would hold the
# writer over 50 ms.
CHECKPOINT_CHANGES = 4000
# A change may also be a picture of ten megabytes. A log whose file is longer than this is brought over as
# well, and is cut to it when it begins anew. What a reader still sees stays: then again so much later.
LOG_BYTES = 32 * 1024 * 1024
LOG_STEP = 8 * 1024 * 1024
# brief units hold an event loop no longer at a time
BRIEF_SECONDS = 0.005
AGAIN_SECONDS = 0.005


class SqliteStore:
    """Durable units on one SQLite file; waiting units share a commit.

    Brief units run on the thread that brings them while nothing else writes: two threads that hand the
    interpreter to and fro for each statement cost an eighth of a turn. A group in which a unit fails is
    undone and run again in savepoints, so that it undoes only itself. No unit is handed back before the log
    holds it on the disk (`LogSync`; `sync` brings a file there).
    """

    kind = "sqlite"

    def __init__(self, url: str, *, sync: Sync = to_disk) -> None:
        self.path = Path(url.removeprefix("sqlite:///"))
        self.hand_back: Callable[[Sequence[Job[Any]]], None] = finish_all
        self._writes, self._reads = JobQueue(), JobQueue()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._connect(write=True)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"the SQLite file {self.path} cannot be opened ({error}); check DOORSTEP_DATABASE_URL"
            ) from None
        self._raw: sqlite3.Connection = self._writer.connection.dbapi_connection  # type: ignore[assignment]
        self._cursor = self._raw.cursor()
        self._tx = Tx(self._writer, self._cursor)
        # whoever has it writes
        self._turn = threading.Lock()
        # of the changes so far, those that are in the file
        self._brought = 0
        # the log is long from so many bytes on
        self._long_from = LOG_BYTES
        self._log = LogSync(self.path, lambda jobs: self.hand_back(jobs), sync)
        self._threads = [threading.Thread(target=self._write, name="store-writer", daemon=True)]
        for number in range(READERS):
            self._threads.append(
                threading.Thread(target=self._read, name=f"store-reader-{number}", daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job[Any]) -> None:
        """Queue a writing unit. Raises Overloaded."""
        self._writes.put(job)

    def submit_read(self, job: Job[Any]) -> None:
        """Queue a reading unit. Raises Overloaded."""
        self._reads.put(job)

    def run_brief(self, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        """Run brief units here and now, and return those that are to be brought again.

        That is all of them where others write or wait. Those of a group in which one fails, or takes long
        after all, are queued.
        """
        # who came before goes first
        if not (self._writes.idle and not self._log.far_ahead and self._turn.acquire(blocking=False)):
            return jobs
        try:
            self._tx.hurried = True
            ran = self._in_time(jobs)
        except Exception:  # each has its own error where it is run again
            _rollback(self._cursor)
            ran = jobs
            self._queue(jobs)
        else:
            self._log.add(ran)
        finally:
            self._tx.hurried = False
            self._turn.release()
        if self._log_is_long():
            # whoever brought these does not wait for the disk
            self._queue([Job(_nothing)])
        return jobs[len(ran) :]

    def _in_time(self, jobs: Sequence[Job[Any]]) -> Sequence[Job[Any]]:
        self._raw.execute("BEGIN IMMEDIATE")
        until = time.perf_counter() + BRIEF_SECONDS
        ran = 0
        while ran < len(jobs) and time.perf_counter() < until:
            jobs[ran].run(self._tx)
            ran += 1
        self._commit()
        return jobs[:ran]

    def _queue(self, jobs: Sequence[Job[Any]]) -> None:
        for job in jobs:
            try:
                self._writes.put(job)
            except Overloaded as error:
                job.error = error
                self.hand_back([job])

    def waiting(self) -> int:
        """How many units are queued."""
        return len(self._writes) + len(self._reads) + len(self._log)

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._writes.close()
        self._reads.close()
        for thread in self._threads:
            thread.join()
        self._log.close()
        # the last connection to close takes the log away
        self._writer.close()

    def _connect(self, *, write: bool) -> Connection:
        def creator() -> sqlite3.Connection:
            raw = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, check_same_thread=False, cached_statements=512
            )
            raw.isolation_level = None
            if write:
                (mode,) = raw.execute("PRAGMA journal_mode=WAL").fetchone()
                if mode != "wal":
                    raise sqlite3.OperationalError("its folder allows no write-ahead log; use a local disk")
                # the log is brought to the disk beside the writer, before anything is handed back
                raw.execute("PRAGMA synchronous=NORMAL")
                # bringing the log into the file waits for the disk: by `_write` alone
                raw.execute("PRAGMA wal_autocheckpoint=0")
                raw.execute(f"PRAGMA journal_size_limit={LOG_BYTES}")
                # nobody's loop stands still while another program writes: `_begin` comes again
                raw.execute("PRAGMA busy_timeout=0")
            else:
                raw.execute("PRAGMA query_only=ON")
            raw.execute("PRAGMA foreign_keys=ON")
            # what a reader sorts beyond its cache goes to a file: a million recipients, counted by outcome,
            # would take 50 MB
            raw.execute(f"PRAGMA temp_store={'MEMORY' if write else 'DEFAULT'}")
            raw.execute(f"PRAGMA cache_size=-{CACHE_KIB if write else READER_CACHE_KIB}")
            return raw

        engine = create_engine("sqlite://", creator=creator, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        return engine.connect()

    def _write(self) -> None:
        while jobs := self._writes.take(GROUP):
            with self._turn:
                self._run_group(self._raw, self._tx, jobs)
                self._writes.done(jobs)
                self._log.committed(jobs)
                self._log.measure()
                if self._log_is_long():
                    self._bring_over()

    def _bring_over(self) -> None:
        # what a full disk, say, does not take stays in the log, and comes with the next
        with contextlib.suppress(sqlite3.Error):
            self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            # Who begins the log anew waits for the disk, and that is not to be a loop: this writes a page.
            self._raw.execute("PRAGMA user_version=0")
        self._brought = self._raw.total_changes
        size = self._log.measure()
        self._long_from = LOG_BYTES if size <= LOG_BYTES else size + LOG_STEP

    def _log_is_long(self) -> bool:
        changes = self._raw.total_changes - self._brought
        return changes >= CHECKPOINT_CHANGES or self._log.size > self._long_from

    def _run_group(self, raw: sqlite3.Connection, tx: Tx, jobs: list[Job[Any]]) -> None:
        try:
            self._together(raw, tx, jobs)
            return
        except Exception:  # each is run again in its savepoint, where its own error is kept
            _rollback(self._cursor)
        self._apart(raw, tx, jobs)

    def _together(self, raw: sqlite3.Connection, tx: Tx, jobs: list[Job[Any]]) -> None:
        """All in one transaction without savepoints, which are worth a fifth of a turn's statements."""
        _begin(raw)
        for job in jobs:
            job.run(tx)
        self._commit()

    def _commit(self) -> None:
        self._log.committing()
        _end(self._cursor, "COMMIT")

    def _apart(self, raw: sqlite3.Connection, tx: Tx, jobs: list[Job[Any]]) -> None:
        try:
            self._in_savepoints(raw, tx, jobs)
        except sqlite3.Error as error:
            _rollback(self._cursor)
            if len(jobs) == 1:
                jobs[0].error = StoreDown(str(error))
                return
            for job in jobs:
                self._apart(raw, tx, [job])

    def _in_savepoints(self, raw: sqlite3.Connection, tx: Tx, jobs: list[Job[Any]]) -> None:
        _begin(raw)
        for job in jobs:
            raw.execute("SAVEPOINT unit")
            try:
                job.run(tx)
            except Exception as error:
                job.error = error
                if not raw.in_transaction:  # a full disk or a broken file ends the transaction itself
                    raise sqlite3.OperationalError("the transaction was ended by the database") from error
                raw.execute("ROLLBACK TO unit")
            raw.execute("RELEASE unit")
        self._commit()

    def _read(self) -> None:
        connection = self._connect(write=False)
        raw: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        cursor = raw.cursor()
        tx = Tx(connection, cursor)
        while jobs := self._reads.take(GROUP, share=READERS):
            for job in jobs:
                raw.execute("BEGIN")
                try:
                    job.run(tx)
                except Exception as error:
                    job.error = error
                _rollback(cursor)
            self._log.looked(jobs)
        connection.close()


def _begin(raw: sqlite3.Connection) -> None:
    """Begin to write, after whichever other program does. Raises OperationalError when it does not end."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            # the low byte: it is also busy while another program brings a torn log in order
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(AGAIN_SECONDS)


def _nothing(tx: Tx) -> None:
    """A unit that wakes the writer."""


def _end(cursor: sqlite3.Cursor, how: str) -> None:
    """End a transaction by the cursor that its units read with, and so let go of rows they left unread.

    As long as those wait, what the connection sees stands still: a reader finds nothing new, and the writer
    cannot begin again after another program's change.
    """
    cursor.execute(how)


def _rollback(cursor: sqlite3.Cursor) -> None:
    if cursor.connection.in_transaction:
        with contextlib.suppress(sqlite3.Error):  # nothing is left to undo when this fails
            _end(cursor, "ROLLBACK")
