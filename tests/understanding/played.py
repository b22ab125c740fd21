"""Dialogues as real turns on a real store: what is said goes in, what the answers are about comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from statistics import fmean
from typing import Any

from tests.handlers.play import Person, Play
from tests.services.learners import Learners
from tests.understanding.catalogue import NOW
from tests.understanding.entries import Dialogue
from tests.understanding.gold import Class, Gold, Wanted, joinable, relaxed, wanted

NOTHING = ("没有", "没找到", "没有找到", "暂无", "还没", "找不到", "没能找到")
# how many classes a page of a list shows
PAGE = 5
WEEKDAYS = "一二三四五六日"
# what is done in a turn, and what may be expected of its answer
ACTS = ("say", "tap", "locate")
EXPECTED = ("want", "opens", "says", "as", "more", "either")
# what a list may have more or less of than the one before it
MEASURES: dict[str, Callable[[Class], float]] = {
    "cheaper": lambda one: one.fee or 0,
    "shorter": lambda one: one.minutes,
    "fewer": lambda one: one.sessions,
    "later": lambda one: -one.first.toordinal(),
}


@dataclass(frozen=True)
class TurnOutcome:
    """Whether one turn was answered rightly, and what was answered."""

    dialogue: Dialogue
    number: int
    right: bool
    why: str
    came: tuple[str, ...]
    text: str

    @property
    def turn(self) -> dict[str, Any]:
        """The turn's own line."""
        return self.dialogue.turns[self.number]


@dataclass
class Stage:
    """The store with its people, and the classes as the gold sees them."""

    play: Play
    classes: Sequence[Class]
    _numbers: Iterator[int] = field(default_factory=lambda: count(50_000))

    def played(self, dialogues: Iterable[Dialogue]) -> list[TurnOutcome]:
        """Play each with somebody new; every turn of which something is expected."""
        return [outcome for dialogue in dialogues for outcome in self._played(dialogue)]

    def first(self, gold: Gold) -> Class:
        """The first class of a predicate, its code deciding."""
        right = wanted(gold, self.classes).right
        return next(one for one in self.classes if one.code in right)

    def by_code(self, code: str) -> Class:
        """A class."""
        return next(one for one in self.classes if one.code == code)

    def newcomer(self, dialogue: Dialogue) -> tuple[Person, list[Class]]:
        """Somebody who has the places that the dialogue begins with."""
        account = str(next(self._numbers))
        own = [self.first(gold) for gold in dialogue.enrolled]
        if own:
            learners = Learners(self.play.store, self.play.town)
            person = learners.person(account_id=account)
            for one in own:
                learners.enrol(person, one.code)
        return self.play.person("telegram", account, name="王秀兰"), own

    def _played(self, dialogue: Dialogue) -> Iterator[TurnOutcome]:
        person, own = self.newcomer(dialogue)
        seen = Seen(self, own)
        for number, turn in enumerate(dialogue.turns):
            act(person, turn)
            if any(key in turn for key in EXPECTED):
                why = seen.fault(person, turn, dialogue, number)
                yield TurnOutcome(dialogue, number, not why, why, tuple(person.courses), person.text)
            seen.note(person, turn)


def act(person: Person, turn: dict[str, Any]) -> None:
    """Say, tap or share what the turn has."""
    if "say" in turn:
        person.say(turn["say"])
    elif "locate" in turn:
        person.locate(*turn["locate"])
    else:
        person.tap(turn["tap"])


class Seen:
    """What was shown before in one dialogue."""

    def __init__(self, stage: Stage, own: list[Class]) -> None:
        self.stage = stage
        self.own = own
        self.list: list[str] = []
        self.pages: set[str] = set()
        self.found: list[Class] = []
        self.opened: str | None = None

    def note(self, person: Person, turn: dict[str, Any]) -> None:
        """Remember what a list showed, and which class was opened."""
        came = person.courses
        if "want" in turn:
            right = wanted(turn["want"], self.stage.classes).right
            self.found = [one for one in self.stage.classes if one.code in right]
        if "opens" in turn or ("says" in turn and len(came) == 1):
            self.opened = came[0] if came else None
        elif came:
            self.list = list(dict.fromkeys(came))
            self.pages = self.pages | set(came) if "more" in turn else set(came)

    def fault(self, person: Person, turn: dict[str, Any], dialogue: Dialogue, number: int) -> str:
        """What is wrong with the answer, or nothing."""
        if "either" in turn:
            faults = [self.fault(person, other, dialogue, number) for other in turn["either"]]
            return "" if "" in faults else "; or ".join(faults)
        if "as" in turn:
            return self._unlike(person, turn["as"], dialogue, number)
        if "says" in turn:
            return self._silent(person, turn)
        if "opens" in turn:
            return self._not_opened(person, turn["opens"])
        gold = wanted(turn["want"], self.stage.classes)
        if "more" in turn and (again := self.pages & set(person.courses)):
            return f"shown before: {sorted(again)}"
        return self._list(person, turn, gold)

    def _list(self, person: Person, turn: dict[str, Any], right: Wanted) -> str:
        gold = turn["want"]
        came = [code for code in dict.fromkeys(person.courses) if code not in right.neither]
        if not right.right:
            only_neither = bool(person.courses) and not came
            return "" if only_neither else self._nothing(person, gold, came)
        if any(word in person.text for word in ("没有找到", "没找到")):
            return "says that nothing fits"
        if not came and not person.courses:
            return "shows nothing"
        if wrong := [code for code in came if code not in right.right]:
            return f"does not fit: {wrong}"
        than = next((name for name in MEASURES if name == turn.get("than") or name in turn), "")
        named = self._lesser(right.named, MEASURES[than]) if than else right.named
        if "more" not in turn and len(set(person.courses)) < min(PAGE, len(named)):
            return f"shows {len(set(person.courses))} of {len(named)}"
        if than and not self._less(came, MEASURES[than]):
            return f"not {than} than what was shown"
        if {"best", "prefer"} & gold.keys() and came and came[0] not in right.best:
            return f"not the best first: {came[0]}"
        return ""

    def _lesser(self, codes: Iterable[str], measure: Callable[[Class], float]) -> list[str]:
        """Those that are less than the most that was shown: the others need not come."""
        most = max((measure(self.stage.by_code(code)) for code in self.list), default=0)
        return [code for code in codes if measure(self.stage.by_code(code)) < most]

    def _less(self, came: list[str], measure: Callable[[Class], float]) -> bool:
        now, before = ([measure(self.stage.by_code(code)) for code in codes] for codes in (came, self.list))
        return fmean(now) < fmean(before)

    def _nothing(self, person: Person, gold: Gold, came: list[str]) -> str:
        if not any(word in person.text for word in NOTHING):
            return "does not say that nothing fits"
        wishes = [wanted(other, self.stage.classes) for other in relaxed(gold)]
        nearest = frozenset().union(*(wish.right | wish.neither for wish in wishes))
        if not nearest:
            # of a wish with one condition nothing tells what comes nearest to it
            return ""
        if not came:
            return "offers no alternative"
        return f"no alternative: {came}" if set(came) - nearest else ""

    def _not_opened(self, person: Person, which: int | Gold) -> str:
        came = list(dict.fromkeys(person.courses))
        if isinstance(which, int):
            at = which - 1 if which > 0 else which
            right = {self.list[at]} if -len(self.list) <= at < len(self.list) else set()
        else:
            # of what the page shows, or of all that was found
            shown = wanted(which, [self.stage.by_code(code) for code in self.list])
            right = set(shown.best | wanted(which, self.found).best)
        return "" if len(came) == 1 and came[0] in right else f"should open {sorted(right)}"

    def _silent(self, person: Person, turn: dict[str, Any]) -> str:
        of = turn.get("of", "opened")
        if of == "opened":
            code = self.opened
        elif isinstance(of, int):
            code = self.list[of - 1] if of <= len(self.list) else None
        else:
            code = self.own[int(of.removeprefix("own"))].code
        if code and (others := sorted(set(person.courses) - {code})):
            return f"is about others: {others}"
        values = _values(self.stage.by_code(code)) if code else {}
        if code and "{seats}" in turn["says"]:
            # who played before may have taken one
            left = next(one.seats_left for one in joinable(self.stage.play.store, NOW) if one.code == code)
            values["seats"] = _seats(left)
        said = [text for template in turn["says"] for text in filled(template, values)]
        return "" if any(text in person.text for text in said) else f"should say one of {said}"

    def _unlike(self, person: Person, canonical: str, dialogue: Dialogue, number: int) -> str:
        """The same dialogue by somebody else, who then says it in the program's own word."""
        double, _ = self.stage.newcomer(dialogue)
        for turn in dialogue.turns[:number]:
            act(double, turn)
        double.say(canonical)
        return "" if double.text == person.text else f"not answered like {canonical}"


def _values(one: Class) -> dict[str, list[str]]:
    at = one.next
    fee = "免费" if one.fee == 0 else "" if one.fee is None else f"{one.fee:g}元"
    return {
        "clock": _clocks(at), "weekday": [f"周{WEEKDAYS[at.weekday()]}"], "venue": [one.venue],
        "date": [f"{at.month}月{at.day}日"], "teacher": [one.teacher], "fee": [fee], "title": [one.title],
        "seats": _seats(one.seats_left),
    }  # fmt: skip


def _seats(left: int | None) -> list[str]:
    if left is None:
        return ["不限", "名额充足"]
    return ["满", "候补"] if left == 0 else [f"{left}个", f"{left} 个", f"{left}位", f"余{left}", f"剩{left}"]


def _clocks(at: datetime) -> list[str]:
    minutes = {0: ("点",), 30: ("点半", "点30")}.get(at.minute, (f"点{at.minute}",))
    hours = {at.hour, at.hour - 12 if at.hour > 12 else at.hour}
    return [f"{hour}{end}" for hour in hours for end in minutes] + [f"{at:%H:%M}", f"{at.hour}:{at:%M}"]


def filled(template: str, values: dict[str, list[str]]) -> list[str]:
    """A template with each way to write what stands in braces; none where it is not known."""
    name = template[1:-1]
    if not (template.startswith("{") and template.endswith("}")):
        return [template]
    return [text for text in values.get(name, []) if text]
