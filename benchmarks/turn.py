"""A full durable turn over the webhook, 64 at once, beside bare echo bots that keep nothing.

One server at a time, in turns, against the same sink and load; the median of the runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks import loop_delay
from benchmarks.databases import Databases, NoServer, counts
from benchmarks.load import Figures, NotAsExpected, post_all, run_load
from benchmarks.mix import STATED, Mix, make_mix, make_warm_up
from benchmarks.peers.serving import SECRET, TOKEN
from benchmarks.processes import cpu_seconds, free_port, process
from benchmarks.slow_disk import PAUSE
from benchmarks.table import Table, millis, times, whole
from benchmarks.town import ZONE, Size

SIZE = Size(people=5000, classes=500)
UPDATES = 9000
# the slowest peer is given a part of them
PEER_UPDATES = 3000
WARM_UP = 600
WARM_UP_FIRST = 50_000_000
RUNS = 3
COMMIT_PAUSE = 0.004
AIOGRAM = "aiogram 3 echo, nothing kept"
PTB = "python-telegram-bot echo, default transport, nothing kept"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: where, and its database, if it has one."""

    ports: Sequence[int]
    pids: Sequence[int]
    url: str = ""


Server = Callable[[Databases, int, Path], "Iterator[Served]"]


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured: a name, how it is started, and how many of the updates it is given."""

    name: str
    start: Server
    updates: int = UPDATES


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one contender."""

    figures: Figures
    cpu: float
    loop_delay: float | None


def peer(module: str, *options: str) -> Server:
    """An echo bot of `benchmarks/peers/`."""

    def start(_databases: Databases, sink: int, folder: Path) -> Iterator[Served]:
        port = free_port()
        command = ["-m", f"benchmarks.peers.{module}", "--port", str(port), "--api", _api(sink), *options]
        with process(command, port, folder / "peer.log") as started:
            yield Served((port,), (started.pid,))

    return start


def doorstep(database: str, *, processes: int = 1, pause: float = 0.0, module: str = "") -> Server:
    """Doorstep as it is run, or as a `module` runs it, on a fresh copy of the database."""

    def start(databases: Databases, sink: int, folder: Path) -> Iterator[Served]:
        url = databases.sqlite() if database == "sqlite" else databases.postgres()
        module_of_it = module or ("benchmarks.slow_disk" if pause else "")
        command = ["-m", module_of_it] if module_of_it else ["-m", "bot", "run", "--no-sample"]
        with ExitStack() as stack:
            ports, pids = [], []
            for _ in range(processes):
                ports.append(free_port())
                surroundings = environment(url, ports[-1], sink) | ({PAUSE: str(pause)} if pause else {})
                started = stack.enter_context(
                    process(command, ports[-1], folder / "doorstep.log", environment=surroundings)
                )
                pids.append(started.pid)
            yield Served(ports, pids, url)

    return start


def environment(url: str, port: int, sink: int) -> dict[str, str]:
    """The settings of a server that talks to the sink by webhook."""
    return {
        "DOORSTEP_DATABASE_URL": url, "DOORSTEP_PORT": str(port), "DOORSTEP_TELEGRAM_TOKEN": TOKEN,
        "DOORSTEP_TELEGRAM_API_URL": _api(sink), "DOORSTEP_TELEGRAM_MODE": "webhook",
        "DOORSTEP_TELEGRAM_SECRET": SECRET, "DOORSTEP_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip


CONTENDERS = (
    Contender(AIOGRAM, peer("aiogram_echo")),
    Contender("aiogram 3 echo on uvloop, nothing kept", peer("aiogram_echo", "--uvloop")),
    Contender(PTB, peer("ptb_echo"), PEER_UPDATES),
    Contender(
        "python-telegram-bot echo, our transport, uvloop, nothing kept",
        peer("ptb_echo", "--transport", "ours", "--uvloop"),
    ),
    Contender("**Doorstep, SQLite**", doorstep("sqlite")),
    Contender("**Doorstep, SQLite, a commit takes 4 ms more**", doorstep("sqlite", pause=COMMIT_PAUSE)),
    Contender("**Doorstep, PostgreSQL**", doorstep("postgresql")),
    Contender("**Doorstep, PostgreSQL, two processes**", doorstep("postgresql", processes=2)),
)


def measure(
    quick: bool = False, runs: int = RUNS, only: str = "", updates: int = UPDATES, size: Size = SIZE
) -> Table:
    """The table; `only` picks contenders by a part of their names."""
    if quick:
        runs, updates, size = 1, 240, Size(people=400, classes=60, kept=1)
    chosen = [contender for contender in CONTENDERS if only.lower() in contender.name.lower()]
    found: dict[str, list[Run]] = {contender.name: [] for contender in chosen}
    missing: list[str] = []
    mix = make_mix(updates, size)
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-") as name, sink(Path(name)) as port:
        databases = Databases(Path(name), size, datetime.now(ZONE).date())
        try:
            for number in range(runs):
                # in turns and to and fro, so that a machine that slows down slows all
                for contender in chosen if number % 2 == 0 else reversed(chosen):
                    try:
                        found[contender.name].append(one_run(contender, databases, port, mix, Path(name)))
                    except NoServer as error:
                        missing.append(f"{contender.name}: not measured, {error}")
        finally:
            databases.close()
    return _table({name: runs for name, runs in found.items() if runs}, missing, mix, size)


@contextmanager
def sink(folder: Path, limit: int = 0) -> Iterator[int]:
    """The sink in a process of its own, which may refuse more than `limit` messages a second; its port."""
    port = free_port()
    command = ["-m", "benchmarks.sink", "--port", str(port), "--limit", str(limit)]
    with process(command, port, folder / f"sink-{limit}.log"):
        yield port


def one_run(contender: Contender, databases: Databases, sink: int, mix: Mix, folder: Path) -> Run:
    """Start it, warm it up, measure it, end it, and look whether it did its work."""
    count = min(contender.updates, len(mix.updates))
    started = contextmanager(contender.start)
    with started(databases, sink, folder) as server:
        warm_up = make_warm_up(min(WARM_UP, count // 2), databases.size, first_update=WARM_UP_FIRST)
        post_all(server.ports, warm_up)
        before = loop_delay.read(server.ports) if server.url else {}
        used = sum(map(cpu_seconds, server.pids))
        figures = run_load(server.ports, sink, mix.updates[:count], mix.chats[:count])
        used = sum(map(cpu_seconds, server.pids)) - used
        after = loop_delay.read(server.ports) if server.url else {}
    delay = loop_delay.percentile(before, after, 95) if server.url else None
    if server.url:
        _check(server.url, databases.size, mix, len(warm_up))
        taps = sum(b'"callback_query"' in update for update in mix.updates[:count])
        if figures.taps != taps:
            raise NotAsExpected(f"{figures.taps} of {taps} taps were answered")
        databases.drop(server.url)
    return Run(figures, used / count, delay)


def _check(url: str, size: Size, mix: Mix, warm_up: int) -> None:
    """Every update taken in once, every enrolment and withdrawal done, every answer marked as sent."""
    found = counts(url)
    before = sum(1 for number in range(size.people) if number % 3)
    expected = {
        "done": len(mix.updates) + warm_up, "failed": 0, "unsent": 0,
        "enrolled": before + mix.enrolled - mix.withdrawn, "withdrawn": mix.withdrawn,
    }  # fmt: skip
    if found != expected:
        raise NotAsExpected(f"the database holds {found}, and should hold {expected}")


def _api(sink: int) -> str:
    return f"http://127.0.0.1:{sink}"


def _table(found: dict[str, list[Run]], missing: list[str], mix: Mix, size: Size) -> Table:
    rates = {name: median(run.figures.rate for run in runs) for name, runs in found.items()}
    rows = []
    for name, runs in found.items():
        figures = [run.figures for run in runs]
        delays = [run.loop_delay for run in runs if run.loop_delay is not None]
        rows.append(
            [
                name, whole(rates[name]),
                *(times(rates[name] / rates[other]) if other in rates else "–" for other in (AIOGRAM, PTB)),
                *(
                    f"{millis(median(f.taken_p50 for f in figures))} / "
                    f"{millis(median(f.taken_p95 for f in figures))}",
                    f"{millis(median(f.answered_p50 for f in figures))} / "
                    f"{millis(median(f.answered_p95 for f in figures))}",
                ),
                millis(median(run.cpu for run in runs)),
                millis(median(delays)) if delays else "–",
            ]
        )  # fmt: skip
    notes = [
        f"{len(mix.updates):,} updates of {len(set(mix.chats)):,} accounts, 64 at once, in a town of "
        f"{size.people:,} people and {size.classes:,} classes: {STATED}; one search in 20 is a newcomer's "
        "first word. Each update is deduplicated, answered from the database and committed to the disk "
        "(SQLite: fdatasync of its log; PostgreSQL: fsync on), its answer sent and marked as sent; "
        "afterwards the rows are counted. The echo bots send one message back for each update and keep "
        "nothing; Doorstep also answers each tap. "
        f"Median of {max(map(len, found.values()), default=0)} alternating runs.",
        *dict.fromkeys(missing),
    ]
    return Table(
        "A durable turn over the webhook",
        (
            "server, one process", "updates/s", "× aiogram", "× PTB", "200 after, ms p50 / p95",
            "answered after, ms p50 / p95", "CPU an update, ms", "loop delay p95, ms",
        ),
        rows,
        notes,
    )  # fmt: skip
