"""Whether each message was true when it was written: a witness in the database notes how things stood."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import text

from models.statement import Tx
from services.message import plain
from tests.system.town_days import Week

_TABLES = (
    "CREATE TABLE heard (id INTEGER PRIMARY KEY, account_id INTEGER, payload TEXT, place BOOLEAN)",
    "CREATE TABLE stood (heard_id INTEGER, code TEXT, state TEXT, place INTEGER)",
    "CREATE TABLE spoken_of (heard_id INTEGER, code TEXT, free INTEGER, line INTEGER, status TEXT)",
)
_NOTE = """
      INSERT INTO heard VALUES (NEW.id, NEW.account_id, NEW.payload, {place});
      INSERT INTO stood
        SELECT NEW.id, o.code, e.state, CASE WHEN e.state = 'waiting' THEN (
            SELECT count(*) FROM enrolment f
            WHERE f.offering_id = e.offering_id AND f.state = 'waiting' AND f.id <= e.id) END
        FROM account a JOIN enrolment e ON e.person_id = a.person_id
        JOIN offering o ON o.id = e.offering_id
        WHERE a.id = NEW.account_id AND e.state IN ('waiting', 'offered', 'enrolled');
      INSERT INTO spoken_of
        SELECT NEW.id, o.code, o.capacity - o.taken, (
            SELECT count(*) FROM enrolment e WHERE e.offering_id = o.id AND e.state = 'waiting'), o.status
        FROM {codes} JOIN offering o ON o.code = c.value;
"""
_ON_SQLITE = _NOTE.format(
    codes="json_each(NEW.payload, '$.c') c", place="json_type(NEW.payload, '$.p') IS NOT NULL"
)
_ON_POSTGRES = _NOTE.format(
    codes="json_array_elements_text(NEW.payload::json -> 'c') AS c(value)",
    place="NEW.payload::json -> 'p' IS NOT NULL",
)
# within the transaction that writes the message, after all that it did before
WITNESS = {
    "sqlite": (*_TABLES, f"CREATE TRIGGER witness AFTER INSERT ON outgoing BEGIN {_ON_SQLITE} END"),
    "postgresql": (
        *_TABLES,
        "CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {_ON_POSTGRES} RETURN NULL; END $$",
        "CREATE TRIGGER witness AFTER INSERT ON outgoing FOR EACH ROW EXECUTE FUNCTION witness()",
    ),
}


# a state of one's own in a class, with the place in line; free seats, how many wait, and whether it is held
Mine = tuple[str, int | None]
OfClass = tuple[int | None, int, str]


@dataclass
class Heard:
    """One message, and how its reader and the classes that it names stood when it was written."""

    account_id: int
    text: str
    codes: list[str]
    mine: dict[str, Mine] = field(default_factory=dict)
    classes: dict[str, OfClass] = field(default_factory=dict)


Rule = Callable[[Heard, re.Match[str]], bool]


def _mine(state: str) -> Rule:
    return lambda one, _: one.mine.get(one.codes[0], ("", None))[0] == state


def _not_mine(one: Heard, _: re.Match[str]) -> bool:
    return one.codes[0] not in one.mine


def _waits(one: Heard, found: re.Match[str]) -> bool:
    return one.mine.get(one.codes[0]) == ("waiting", int(found[1]))


def _waits_in_all(one: Heard, _: re.Match[str]) -> bool:
    said = [int(n) for n in re.findall(r"”候补第(\d+)位", one.text)]
    return [one.mine.get(code) for code in one.codes] == [("waiting", n) for n in said]


def _called_off(one: Heard, _: re.Match[str]) -> bool:
    return one.codes[0] not in one.mine and one.classes[one.codes[0]][2] == "cancelled"


def _would_wait(one: Heard, found: re.Match[str]) -> bool:
    free, line, _ = one.classes[one.codes[0]]
    return free == 0 and int(found[1]) == line + 1


def _has_seat(one: Heard, _: re.Match[str]) -> bool:
    free, line, status = one.classes[one.codes[0]]
    return status == "open" and line == 0 and (free is None or free > 0)


# what a message says, as it begins, and what must have been so
RULES: dict[str, tuple[str, Rule]] = {
    "a seat": ("✓ 已报名", _mine("enrolled")),
    "a place in line": (r"^候补第(\d+)位", _waits),
    "drawn": ("抽签结果：您抽中了", _mine("enrolled")),
    "not drawn": ("已经按抽签号给您排了候补", _waits_in_all),
    "an offer": ("有名额了，轮到您了", _mine("offered")),
    "lapsed, and at the end": (r"您排到了候补最后，是第(\d+)位", _waits),
    "lapsed": ("没有等到回复，已经让给下一位了", _not_mine),
    "declined": ("的名额让给下一位了，谢谢", _not_mine),
    "left": ("^已退出", _not_mine),
    "called off": ("停办了，后面的课都不上了", _called_off),
    "asked before a place in line": (r"确认后您排候补第(\d+)位", _would_wait),
    "asked before a seat": ("没问题就点“确认报名”", _has_seat),
    "in it already": ("您已经报名“", _mine("enrolled")),
    "in line already": (r"的候补里了，排第(\d+)位", _waits),
}
# Said without the lock of the class: nobody is kept waiting for one who has not said yes.
# SQLite has one writer: even these are so when they are written. On PostgreSQL somebody else's place may be
# committed between the reading and the writing; then they were so at some moment of the turn, no longer ago.
# All others are said under the lock, and hold at the instant on both.
BEFORE_THE_LOCK = frozenset(
    {"asked before a place in line", "asked before a seat", "in it already", "in line already"}
)


def call_a_witness(tx: Tx, kind: str) -> None:
    """From now on every message is noted with how things stand; `kind` is the database's."""
    for statement in WITNESS[kind]:
        tx.core(text(statement.replace(":", r"\:")))


def heard(week: Week) -> list[Heard]:
    """All messages to residents so far."""
    found: dict[int, Heard] = {}
    for one in week.sql("SELECT id, account_id, payload FROM heard ORDER BY id"):
        data = json.loads(one.payload)
        found[one.id] = Heard(one.account_id, plain(data["t"]), list(data.get("c", ())))
    for one in week.sql("SELECT heard_id, code, state, place FROM stood"):
        found[one.heard_id].mine[one.code] = (one.state, one.place)
    for one in week.sql("SELECT heard_id, code, free, line, status FROM spoken_of"):
        found[one.heard_id].classes[one.code] = (one.free, one.line, one.status)
    return list(found.values())


class _Before:
    """How things stood shortly before: the last states of each class, and what each reader last had."""

    def __init__(self, most: int) -> None:
        self._classes: dict[str, deque[OfClass]] = defaultdict(lambda: deque(maxlen=most))
        self._mine: dict[int, dict[str, Mine]] = {}

    def note(self, one: Heard) -> None:
        """What is noted with a message that changed nothing pushes nothing out."""
        for code, state in one.classes.items():
            states = self._classes[code]
            if not states or states[-1] != state:
                states.append(state)
        self._mine[one.account_id] = one.mine

    def might_have_read(self, one: Heard) -> Iterator[Heard]:
        """The same message as if it had been written earlier in its turn."""
        yield replace(one, mine=self._mine.get(one.account_id, {}))
        for code in one.codes:
            for state in self._classes[code]:
                yield replace(one, classes={**one.classes, code: state})


def each_was_true(messages: Sequence[Heard], at_once: int = 1) -> Counter[str]:
    """Hold every message against how things stood; how many said what.

    `at_once`: so many turns may be under way at the same time, each of which may change a class once between
    the reading and the writing of another.
    """
    said: Counter[str] = Counter()
    wrong: dict[str, list[Heard]] = defaultdict(list)
    before = _Before(at_once - 1)
    for one in messages:
        for name, (mark, holds) in RULES.items():
            if found := re.search(mark, one.text):
                said[name] += 1
                held = holds(one, found)
                if not held and at_once > 1 and name in BEFORE_THE_LOCK:
                    held = any(holds(earlier, found) for earlier in before.might_have_read(one))
                if not held:
                    wrong[name].append(one)
        before.note(one)
    assert not wrong, {name: (len(many), many[0]) for name, many in wrong.items()}
    return said
