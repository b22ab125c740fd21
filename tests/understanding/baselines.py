"""What course sites do instead: SQL LIKE, and SQLite's full text index over words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from tests.understanding.entries import Utterance
from tests.understanding.gold import Class
from tests.understanding.singles import ASKED_FOR, Answer

_RUN = re.compile(r"[㐀-鿿]+|[a-z0-9]+", re.IGNORECASE)
_TAIL = re.compile(r"(入门|提高|基础|零基础|培训|进阶|中级|初级|一年级|二年级)*(班|课|课堂|讲座|小组)?$")
LONGEST = 8


class Baselines:
    """One table of the classes that one can join, searched in two plain ways.

    Both know the catalogue's own words; a bare LIKE over whole sentences would find nothing at all.
    """

    def __init__(self, classes: Sequence[Class]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE TABLE plain (code, title, said)")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5(code UNINDEXED, said, tokenize='unicode61')")
        self.words = {word for one in classes for word in _title_words(one.title)}
        for one in classes:
            said = " ".join((one.title, one.description, one.where, one.teacher, *one.audience))
            self._db.execute("INSERT INTO plain VALUES (?, ?, ?)", (one.code, one.title, said))
            self._db.execute("INSERT INTO words VALUES (?, ?)", (one.code, " ".join(self.cut(said))))

    def like(self) -> Callable[[Utterance], tuple[Answer, str]]:
        """LIKE for the longest words of the catalogue in the text, most words matched first."""

        def ask(utterance: Utterance) -> tuple[Answer, str]:
            terms = [word for word in dict.fromkeys(self._cut_words(utterance.say)) if word in self.words]
            if not terms:
                return ("search", self._like([utterance.say]), []), utterance.say
            return ("search", self._like(terms), []), " ".join(terms)

        return ask

    def full_text(self) -> Callable[[Utterance], tuple[Answer, str]]:
        """FTS5 with any of the text's words, by bm25."""

        def ask(utterance: Utterance) -> tuple[Answer, str]:
            terms = list(dict.fromkeys(self.cut(utterance.say)))
            if not terms:
                return ("search", [], []), ""
            query = " OR ".join(f'"{term}"' for term in terms)
            rows = self._db.execute(
                "SELECT code FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (query, ASKED_FOR)
            )
            return ("search", [code for (code,) in rows], []), query

        return ask

    def cut(self, text: str) -> list[str]:
        """Words of titles where there are any, pairs of characters besides."""
        pairs = [run[at : at + 2] for run in _RUN.findall(text) for at in range(max(1, len(run) - 1))]
        return [word.lower() for word in (*self._cut_words(text), *pairs)]

    def _like(self, terms: list[str]) -> list[str]:
        score = " + ".join("(title LIKE ?) * 2 + (said LIKE ?)" for _ in terms)
        patterns = [f"%{term}%" for term in terms for _ in range(2)]
        rows = self._db.execute(
            f"SELECT code, {score} AS score FROM plain WHERE score > 0 ORDER BY score DESC, rowid LIMIT ?",
            (*patterns, ASKED_FOR),
        )
        return [code for code, _ in rows]

    def _cut_words(self, text: str) -> Iterable[str]:
        at = 0
        while at < len(text):
            word = next(
                (text[at:to] for to in range(at + LONGEST, at + 1, -1) if text[at:to] in self.words), ""
            )
            if word:
                yield word
            at += len(word) or 1


def _title_words(title: str) -> Iterable[str]:
    stem = _TAIL.sub("", title)
    for word in (title, stem):
        if len(word) >= 2:
            yield word
