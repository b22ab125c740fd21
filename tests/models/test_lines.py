"""Jobs of one line: handed to one taker at a time, as they came, and holding nobody else up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from models.job_queue import JobQueue
from models.statement import Tx
from models.store import Job, open_store


def _job(name: str, line: int = 0) -> Job[Any]:
    job: Job[Any] = Job(lambda _tx: name, line=line)
    job.result = name
    return job


def _keyed(names: str) -> list[Job[Any]]:
    """One job a letter; those of one letter, large or small, have one key."""
    jobs = [_job(name) for name in names]
    for job in jobs:
        job.key = ord(str(job.result).lower())
    return jobs


def _names(jobs: list[Job[Any]]) -> str:
    return "".join(job.result for job in jobs)


def test_a_line_is_one_takers_and_the_others_go_on() -> None:
    queue = JobQueue()
    for name in "aXbYZc":
        queue.put(_job(name, line=7 if name in "XYZ" else 0))
    assert _names(queue.take(8)) == "a", "what stands before the line goes alone"
    line = queue.take(8, of_line=2)
    assert _names(line) == "XY"
    assert _names(queue.take(8)) == "bc", "nobody else has Z while the line is served"
    assert len(queue) == 1
    queue.put(_job("d"))
    queue.put(_job("V", line=7))
    queue.done(line)
    line = queue.take(8, of_line=1)
    assert _names(line) == "Z", "the line goes before who came after its next"
    queue.done(line)
    assert _names(queue.take(8)) == "d", "and behind who came before it"
    line = queue.take(8)
    assert _names(line) == "V"
    queue.done(line)
    assert len(queue) == 0


def test_what_one_person_says_is_one_takers_and_the_others_go_on() -> None:
    queue = JobQueue()
    for job in _keyed("aAbaBc"):
        queue.put(job)
    first = queue.take(2)
    assert _names(first) == "aA", "both of one person may share a transaction"
    second = queue.take(8)
    assert _names(second) == "bBc", "a has to wait until what was said before is committed"
    queue.put(_job("X", line=7))
    assert _names(queue.take(8)) == "X", "a line is not held up by somebody who waits before it"
    for job in _keyed("Ca"):
        queue.put(job)
    queue.done(first)
    assert _names(queue.take(8)) == "aa", "in the order in which it was said, past C who is still busy"
    queue.done(second)
    assert _names(queue.take(8)) == "C"


def test_whoever_waits_for_a_busy_person_hears_of_the_end() -> None:
    queue = JobQueue()
    for job in _keyed("aA"):
        queue.put(job)
    first = queue.take(1)
    waited: list[list[Job[Any]]] = []
    waiting = threading.Thread(target=lambda: waited.append(queue.take(8)))
    waiting.start()
    queue.close()
    queue.done(first)
    waiting.join(10)
    assert [_names(jobs) for jobs in waited] == ["A"]


def test_lines_do_not_wait_for_each_other() -> None:
    queue = JobQueue()
    for name in "XxYy":
        queue.put(_job(name, line=7 if name in "XY" else 8))
    assert _names(queue.take(8)) == "XY"
    assert _names(queue.take(8)) == "xy"


def test_what_waits_in_a_line_is_still_done_when_the_queue_is_closed() -> None:
    queue = JobQueue()
    for name in "XYZ":
        queue.put(_job(name, line=7))
    first = queue.take(1)
    queue.close()
    queue.done(first)
    rest = queue.take(8)
    assert _names(first + rest) == "XYZ"
    queue.done(rest)
    assert queue.take(8) == []


def test_two_processes_do_not_run_a_line_at_the_same_time(new_database: Callable[[str, bool], str]) -> None:
    url = new_database("postgresql", False)
    stores = [open_store(url), open_store(url)]
    inside, most, guard = 0, 0, threading.Lock()
    pause = threading.Event()

    def unit(_tx: Tx) -> None:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        pause.wait(0.005)
        with guard:
            inside -= 1

    def run(line: int) -> int:
        nonlocal most
        most = 0
        jobs: list[Job[None]] = [Job(unit, line=line) for _ in range(40)]
        for at, job in enumerate(jobs):
            stores[at % 2].submit(job)
        for job in jobs:
            job.wait()
        return most

    try:
        assert run(line=7) == 1
        assert run(line=0) > 1, "without a line they are run side by side"
    finally:
        for store in stores:
            store.close()


def test_who_turns_out_to_need_no_line_does_not_wait_for_it(new_database: Callable[[str, bool], str]) -> None:
    url = new_database("postgresql", False)
    first, second = open_store(url), open_store(url)
    within, go_on = threading.Event(), threading.Event()

    def holds_it(_tx: Tx) -> None:
        within.set()
        go_on.wait(20)

    def says(_tx: Tx) -> str:
        return "done"

    def none_needs_it(_tx: Tx, units: Sequence[Any]) -> Sequence[Any]:
        return units

    def all_need_it(_tx: Tx, _units: Sequence[Any]) -> Sequence[Any]:
        return ()

    try:
        holder: Job[None] = Job(holds_it, line=7)
        first.submit(holder)
        assert within.wait(20)
        beside: Job[str] = Job(says, line=7, begin=none_needs_it)
        second.submit(beside)
        assert beside.wait() == "done"
        waits: Job[str] = Job(says, line=7, begin=all_need_it)
        second.submit(waits)
        time.sleep(0.1)
        assert waits.result is None, "the line is another's"
        go_on.set()
        assert waits.wait() == "done"
        assert holder.wait() is None
    finally:
        go_on.set()
        first.close()
        second.close()
