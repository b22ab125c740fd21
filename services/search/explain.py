"""Why a class stands where it stands: its score, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tantivy import Occur, Query

from services.search.clauses import Counted
from services.search.found import Asked
from services.search.schema import start_of
from services.search.view import View, said_length
from services.search.weights import weights
from services.understanding.meaning import Meaning

# what is said of each part of a score, and of the ways in which a word can be found
LABELS = {
    "ways": "几样中的一样：",
    "word": "“{what}”", "audience": "适合{what}", "level": "程度：{what}", "age": "年龄：{what}岁",
    "near": "离得近", "wish": "愿望：{what}", "close": "课名说中了多少", "soon": "上课早",
    "window": "现在能报名", "seats": "有名额",
}  # fmt: skip
WAYS = {
    "title": "在课名里", "topic": "就是这个主题", "spelled": "拼音对得上", "wider": "属于这一大类",
    "description": "在介绍里",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a score: its name, its label, its weight and its value from 0 to 1."""

    part: str
    label: str
    weight: float
    value: float

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.weight * self.value


def explain(view: View, asked: Asked, offering_id: int) -> tuple[Line, ...]:
    """Return the parts of a class's score, those that add nothing too; empty when it is not in the index."""
    oid = Query.term_query(view.queries.schema, "oid", offering_id, "basic")
    hits = view.searcher.search(oid, 1).hits
    if not hits:
        return ()
    addresses = [hits[0][1]]
    second, _ = start_of(int(view.searcher.fast_field_values("start", addresses)[0] or 0))
    shape = int(view.searcher.fast_field_values("shape", addresses)[0] or 0)
    close, soon = view.fine(asked, said_length(asked), second, shape)
    w = view.queries.weights
    lines = [_line(view, one, oid, asked.meaning) for one in view.counted(asked)]
    if not asked.include_closed:
        lines.append(Line("window", LABELS["window"], w.window, 1.0))
    lines += [
        Line("close", LABELS["close"], w.close, round(close, 4)),
        Line("soon", LABELS["soon"], w.soon, round(soon, 4)),
    ]
    return tuple(lines)


def seats_line(free: bool) -> Line:
    """The part that is only known once the table was asked."""
    return Line("seats", LABELS["seats"], weights().seats, float(free))


def _line(view: View, counted: Counted, oid: Query, meaning: Meaning) -> Line:
    best, way = max(_fitting(view, counted, oid), default=(0.0, ""))
    what = meaning.label(counted.what) if counted.kind == "wish" else counted.what
    label = LABELS[counted.kind].format(what=what)
    if counted.kind == "word":
        # a word has a weight for each place in which it is found
        name = WAYS.get(way, "没有对上")
        return Line(f"word:{counted.what}", f"{label}{name}", best, float(best > 0))
    if counted.kind == "ways":
        return Line("ways", f"{label}{WAYS.get(way, '没有对上')}", best, float(best > 0))
    if counted.kind == "near" and way:
        label = f"{label}（{way}米以内）"
    name = f"{counted.kind}:{counted.what}" if counted.what else counted.kind
    return Line(name, label, counted.weight, best)


def _fitting(view: View, counted: Counted, oid: Query) -> Iterator[tuple[float, str]]:
    for way, value, query in counted.ways:
        both = Query.boolean_query([(Occur.Must, oid), (Occur.Must, query)])
        if view.searcher.search(both, 1).hits:
            yield value, way
