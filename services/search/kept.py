"""The index on disk: a folder that one process holds, and the state by which it is known to be whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from services.search.record import CatalogueRecord

# as many processes of one database on one machine keep an index; further ones hold theirs in memory
MOST_SLOTS = 32
STALE_SECONDS = 7 * 86_400
STATE, WORDS, LOCK = "state.json", "words.jsonl", "lock"
# a catalogue's words are learnt from these alone
WORD_FIELDS = ("code", "title", "description", "teacher", "district", "venue", "school", "address")
_NOTHING = CatalogueRecord(offering_id=0, code="", title="")
# a writer's lock is no part of the index
_UNCHECKED = {".tantivy-writer.lock", ".tantivy-meta.lock"}


@dataclass(slots=True)
class State:
    """What a folder holds: whose it is, up to which change, and the size and sum of each file."""

    version: str
    database: str
    folder: str
    # the last change it holds, and what the database says of it: one put back from a copy counts anew
    number: int = 0
    mark: str = ""
    files: dict[str, list[int]] = field(default_factory=dict)
    words: list[int] = field(default_factory=lambda: [0, 0])


class Slot:
    """One process's folder; the system lets go of it when the process ends, however it ends."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self._lock = lock

    def close(self) -> None:
        """Let go of the folder; what lies there is used by whoever takes it next."""
        self._lock.close()

    def state(self, database: str) -> State | None:
        """Return the state when every file is there and whole, and was made by this program; else None."""
        try:
            state = State(**json.loads((self.path / STATE).read_text("utf-8")))
            if (state.version, state.database) != (version(), database):
                return None
            folder = self.path / state.folder
            for name, (size, total) in state.files.items():
                data = (folder / name).read_bytes()
                if (len(data), zlib.crc32(data)) != (size, total):
                    return None
            size, total = state.words
            with (self.path / WORDS).open("rb+") as file:
                words = file.read(size)
                # what was added after the state was written is learnt again with its change
                file.truncate(size)
            return state if (len(words), zlib.crc32(words)) == (size, total) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def begin(self, database: str) -> State:
        """Empty the folder and return the state of a new index in it."""
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != LOCK:
                path.unlink()
        state = State(version(), database, f"index-{secrets.token_hex(4)}")
        (self.path / state.folder).mkdir()
        (self.path / WORDS).touch()
        return state

    def keep(self, state: State) -> None:
        """Write the state down, in one step: a process that dies here leaves the old one or the new one."""
        folder = self.path / state.folder
        names = {path.name for path in folder.iterdir()} - _UNCHECKED
        # the library never changes a file that it wrote, besides its list of what is alive
        known = {name: sums for name, sums in state.files.items() if name in names and name[-5:] != ".json"}
        for name in sorted(names - known.keys()):
            with contextlib.suppress(FileNotFoundError):
                data = (folder / name).read_bytes()
                known[name] = [len(data), zlib.crc32(data)]
        state.files = known
        new = self.path / f"{STATE}.new"
        new.write_text(json.dumps(asdict(state)), "utf-8")
        new.replace(self.path / STATE)

    def add_words(self, state: State, records: Iterable[CatalogueRecord], known: set[str]) -> None:
        """Write down the words of classes for the next start; `known` grows by them and saves repeating."""
        line: dict[str, list[str]] = {}
        for record in records:
            for name in WORD_FIELDS:
                word = getattr(record, name)
                mark = f"{name}:{word}" if name != "code" else ""
                if word and mark not in known:
                    line.setdefault(name, []).append(word)
                    if mark:
                        known.add(mark)
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        with (self.path / WORDS).open("ab") as file:
            file.write(data)
        size, total = state.words
        state.words = [size + len(data), zlib.crc32(data, total)]

    def words(self) -> Iterator[CatalogueRecord]:
        """Return made-up classes that teach a lexicon all that the kept ones did."""
        with (self.path / WORDS).open(encoding="utf-8") as file:
            for line in file:
                said: dict[str, list[str]] = json.loads(line)
                for at in range(max(map(len, said.values()), default=0)):
                    parts: Any = {name: words[at] for name, words in said.items() if at < len(words)}
                    yield replace(_NOTHING, **parts)


def take_slot(base: Path) -> Slot | None:
    """Hold the first free folder under `base`; None where nothing can be kept (a read-only disk, too many).

    Folders that nobody has held for a week are removed.
    """
    taken: Slot | None = None
    for number in range(1, MOST_SLOTS + 1):
        path = base / str(number)
        if taken is not None and not path.exists():
            continue
        slot = _held(path)
        if slot is None:
            continue
        if taken is None:
            taken = slot
        elif time.time() - _touched(path) > STALE_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
            slot.close()
        else:
            slot.close()
    return taken


def _held(path: Path) -> Slot | None:
    import fcntl

    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / LOCK).open("a+", encoding="ascii")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # somebody may have removed the folder as stale between opening and locking
        if os.stat(path / LOCK).st_ino == os.fstat(lock.fileno()).st_ino:
            return Slot(path, lock)
    except OSError:
        pass
    lock.close()
    return None


def _touched(path: Path) -> float:
    try:
        return (path / STATE).stat().st_mtime
    except OSError:
        return path.stat().st_mtime if path.exists() else time.time()


@cache
def version() -> str:
    """Return what tells this program's index from that of another version: a sum over what makes it."""
    import tantivy

    total = hashlib.sha256(str(getattr(tantivy, "__version__", "")).encode())
    understanding = files("services.understanding")
    sources = [*files("services.search").iterdir(), *understanding.joinpath("lexicon").iterdir()]
    sources.append(understanding.joinpath("normalise.py"))
    for source in sorted(sources, key=lambda path: path.name):
        if source.name.endswith((".py", ".toml")):
            total.update(source.name.encode() + source.read_bytes())
    return total.hexdigest()[:16]
