"""How else a catalogue can be searched: LIKE, FTS5, PostgreSQL's tsvector, and tantivy without our house.

Each finds the five best for a topic's words among the same titles and descriptions; what a wish says of
time, money and place is beyond them, so theirs is the lighter task.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

import psycopg
import tantivy

from benchmarks.catalogue import records
from services.search.record import CatalogueRecord
from services.search.schema import grams
from services.understanding.normalise import keyed

CHUNK = 5000
LIKE = "SELECT id FROM plain WHERE title LIKE ?1 OR description LIKE ?1 ORDER BY start LIMIT 5"
FTS5 = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 5"
TSVECTOR = (
    "SELECT id FROM plain, to_tsquery('simple', %s) q WHERE words @@ q"
    " ORDER BY ts_rank(words, q) DESC LIMIT 5"
)
Ask = Callable[[str], object]


def build(folder: Path, count: int, today: date, postgres: str | None) -> None:
    """Fill everybody's tables; `postgres` is a database's address."""
    lite = sqlite3.connect(folder / "peers.db")
    lite.execute("PRAGMA synchronous=OFF")
    lite.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, title TEXT, description TEXT, start REAL)")
    lite.execute("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61')")
    (folder / "bare").mkdir()
    index = tantivy.Index(_schema(), path=str(folder / "bare"))
    writer = index.writer(60_000_000, 1)
    server = psycopg.connect(postgres) if postgres else None
    if server:
        server.execute("CREATE TABLE plain (id bigint PRIMARY KEY, words tsvector)")
    classes = records(count, today)
    while page := list(islice(classes, CHUNK)):
        cut = [(one.offering_id, _words(f"{one.title} {one.description}")) for one in page]
        lite.executemany("INSERT INTO plain VALUES (?, ?, ?, ?)", map(_plain, page))
        lite.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", cut)
        for number, words in cut:
            document = tantivy.Document(text=[words])
            document.add_unsigned("id", number)
            writer.add_document(document)
        if server:
            with server.cursor().copy("COPY plain (id, words) FROM STDIN") as copy:
                for number, words in cut:
                    copy.write_row((number, " ".join(f"'{word}'" for word in words.split())))
    lite.commit()
    lite.close()
    writer.commit()
    writer.wait_merging_threads()
    if server:
        server.execute("CREATE INDEX ON plain USING gin (words)")
        server.commit()
        server.autocommit = True
        server.execute("VACUUM ANALYZE plain")
        server.close()


@contextmanager
def ways(folder: Path, postgres: str | None) -> Iterator[dict[str, Ask]]:
    """Each way of searching by its name, with connections that are closed at the end."""
    with ExitStack() as stack:
        yield _ways(folder, postgres, stack)


def _ways(folder: Path, postgres: str | None, stack: ExitStack) -> dict[str, Ask]:
    lite = stack.enter_context(closing(sqlite3.connect(folder / "peers.db")))
    index = tantivy.Index.open(str(folder / "bare"))
    index.reload()
    searcher, schema = index.searcher(), index.schema

    def bare(topic: str) -> object:
        terms = [tantivy.Query.term_query(schema, "text", word, "freq") for word in _asked(topic)]
        return searcher.search(tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in terms]), 5)

    found: dict[str, Ask] = {
        "bare tantivy, pairs of characters": bare,
        "SQLite FTS5, pairs of characters": lambda topic: lite.execute(
            FTS5, (" ".join(f'"{word}"' for word in _asked(topic)),)
        ).fetchall(),
        "SQLite LIKE": lambda topic: lite.execute(LIKE, (f"%{topic}%",)).fetchall(),
    }
    if postgres:
        server = stack.enter_context(closing(psycopg.connect(postgres, autocommit=True)))
        found["PostgreSQL tsvector, GIN"] = lambda topic: server.execute(
            TSVECTOR.encode(), (" & ".join(_asked(topic)),)
        ).fetchall()
    return found


def _plain(one: CatalogueRecord) -> tuple[int, str, str, float]:
    assert one.first_start is not None
    return one.offering_id, one.title, one.description, one.first_start.timestamp()


def _words(text: str) -> str:
    return " ".join(grams(keyed(text), single=True))


def _asked(topic: str) -> list[str]:
    return grams(keyed(topic), single=len(topic) == 1)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
