"""What stands around an expression of time: not, only, best, before, after, the first session."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from services.understanding.times.said import ALL_DAYS, DAY, Said, ahead, from_today, open_end
from services.understanding.times.weekdays import next_weekday

_ONE = timedelta(days=1)
_AND = re.compile(r"\s?(?:[、和跟与及或]|还有|或者|以及|或是|还是|也不要|也不|也|要么|又)?\s?(?:是|在)?")
_TO = re.compile(r"\s?(?:号|日)?(?:一直)?(?:到|至|[-~—–])\s?")
_WITHIN = re.compile(r"之间|期间|左右|前后")
_FROM = re.compile(r"(?:从|自|打)$")
_NOT_BEFORE = re.compile(
    r"(?:除了|除去|除开|除|避开|排除|(?<![能要是想])(?:不要|不想要?|不能|不是|不选|不考虑|不喜欢|不需要|别|非|不)"
    r"(?:安?排|选|上|去|给我|推荐|报|约|放|开)?(?:是|在|到|要)?)(?:每)?$"
)
_NOT_AFTER = re.compile(
    r"(?:的|的课|的班|的时间|这[天两]天?|那天)?(?:我|都|也|就|要|得|可能|实在|一般|们|全|是){0,3}"
    r"(?:不行|不可以|不成|没空儿?|没时间|没有空|没有时间|不方便|有事儿?|不考虑|就?算了|除外|以外|之外"
    r"|外(?![语面国婆公地出教卖])|上不了|不合适|不能(?:上课?|去|来)?"
    r"|不想(?:上课?|去|来|要)?(?=[的了吧,，。;；!! ]|$)|不要(?=[的了吧,，。;；!! ]|$)|不上(?!班)课?|不去|不来"
    r"|[去来]不了|要(?:带|看|照顾|陪|接送?)(?:孩子|孙子|孙女|外孙|娃|老人|小孩)(?!一起"
    r"|[来去学上参])(?:,?没空|没时间|不行)?|忙(?![不])|(?<!没)上班|加班|有课了)的?了?(?:的话)?"
)
_AT_WORK = ("上班", "加班", "忙")
_ONLY = re.compile(r"(?:我)?(?:就|只)(?:有|能|想|要|在|是)?(?:选|上|等)?$")
_FREE = re.compile(
    r"(?:的时候|的话)?(?:我|才|都|也|还|能|比较)*(?:有空儿?|有时间|方便|能去|能来|休息|不上班|不加班|不忙|可以|合适"
    r"|(?<=[都也])[行成])(?:的|了|吧)?"
)
_BEST_BEFORE = re.compile(
    r"(?P<word>最好|尽量|尽可能|优先|希望|倾向于?|比较想|更想|更喜欢|偏好|要是|如果)(?:能|可以"
    r"|考虑)?(?:选|安?排|放|上)?(?:是|在|有)?$"
)
_BEST_AFTER = re.compile(
    r"(?:的话|的课|的)?(?:那)?(?:就)?(?:最好|更好|最合适|优先|为主|为佳|更合适|再好不过|最理想|(?:就|最"
    r"|更|比较)方便|比较好|就更?好)了?(?:的)?(?=[吧了呢啦的,，。!;； ]|$)"
)
_IF = re.compile(r"(?:最好|要是|如果|若是|能)(?:能)?(?:是|在|有)?$")
_AS_WELL = re.compile(r"(?:的)?也(?:行|成|可以|能|好|没问题)")
_CLAUSE = re.compile(r"[,，。;；!?！？]")
_SIDE = re.compile(
    r"(?:的)?(?P<before>以前|之前|前(?![面台后]))|(?P<after>以后|之后|过后|后(?![天日晚面台备勤])"
    r"|起(?!跑|床)|往后)|(?P<from>开始(?!的|上课|讲))"
)
_FIRST_SESSION = re.compile(
    r"(?:的?)(?:会|就|才|要|能|将|新|刚|正式|有没有|有)*(?:开课|开班|开始上课|开始(?=的)|开学的|开讲"
    r"|开的|新开|起课|开(?=什么|哪些|啥|新班))"
)
_FIRST_SESSION_BEFORE = re.compile(r"(?:开课|开班|开学)(?:的?(?:时间|日期))?(?:是|在|为|要|定)*$")
_ALL_WILL_DO = re.compile(r"(?:的)?(?:都|均|全)(?:行|可以?|好|成|能|没问题|有空|有时间)")


class Around:
    """The text beside the expressions; what is read there is taken too."""

    def __init__(self, text: str, found: list[Said], today: date) -> None:
        self.text, self.found, self.today = text, found, today
        self.taken: list[tuple[int, int]] = [(said.start, said.end) for said in found]
        self.anything_goes = False

    def read(self) -> None:
        """Join spans and read before, after, not, best and the first session."""
        self._join_spans()
        for at, said in enumerate(self.found):
            if self._gap(at, _AND):
                self._take(said.end, self.found[at + 1].start)
            self._sides(said)
            self._first_session(said)
            self._only(said)
            self._refusal_before(at, said)
            self._refusal_after(at, said)
        for at, said in enumerate(self.found):
            self._wish(at, said)
        self._second_best()
        if self.found and sum(bool(said.hours) for said in self.found) > 1:
            match = _ALL_WILL_DO.match(self.text, self.found[-1].end)
            self.anything_goes = bool(match) and not any(said.clock for said in self.found)

    def _take(self, start: int, end: int) -> None:
        self.taken.append((start, end))

    def _behind(self, pattern: re.Pattern[str], at: int) -> re.Match[str] | None:
        return pattern.search(self.text, max(0, at - 10), at)

    def _gap(self, at: int, pattern: re.Pattern[str]) -> bool:
        """Whether the text between an expression and the next one is just what the pattern allows."""
        if at < 0 or at + 1 >= len(self.found):
            return False
        return bool(pattern.fullmatch(self.text, self.found[at].end, self.found[at + 1].start))

    def _join_spans(self) -> None:
        at = 0
        while at + 1 < len(self.found):
            first, last = self.found[at], self.found[at + 1]
            days = first.exact_days()
            if days and self._gap(at, _TO) and (until := self._until(days[0], last)):
                self._take(first.end, last.start)
                joined = Said(first.start, last.end, days=(days[0], until), at_end=last.at_end)
                self.found[at : at + 2] = [joined]
            elif first.is_part_of_day and last.is_part_of_day and self._gap(at, _TO):
                assert first.hours and last.hours
                self._take(first.end, last.start)
                last.hours, first.hours = (first.hours[0], max(first.hours[1], last.hours[1])), None
            at += 1

    def _until(self, first: date, said: Said) -> date | None:
        days = said.exact_days()
        last = days[1] if days else None
        if last is None and len(said.weekdays) in (1, 2) and not said.hours:
            # 今天到周五, 12月5号到周末
            last = next_weekday(first, said.weekdays) + timedelta(days=len(said.weekdays) - 1)
        return last if last and last >= first else None

    def _sides(self, said: Said) -> None:
        if said.days and (opening := self._behind(_FROM, said.start)):
            self._take(*opening.span())
        if within := _WITHIN.match(self.text, said.end):
            self._take(*within.span())
        match = _SIDE.match(self.text, said.end)
        if match is None or said.clock or not (said.days or said.weekdays or said.hours):
            return
        if said.hours and not said.days:
            # before 一早, which begins with the day, there is nothing: its own end is what is meant
            start, end = said.hours
            said.hours = (0, start or end) if match["before"] else (min(end, 720), DAY)
        else:
            self._bound_days(said, match)
        said.end = match.end()
        self._take(*match.span())

    def _bound_days(self, said: Said, match: re.Match[str]) -> None:
        days = said.exact_days()
        of_week = days is None
        if days is None:
            day = next_weekday(self.today, said.weekdays)
            days = day, day
        if match["before"]:
            last = days[1] if said.at_end else days[0] - _ONE
            said.days = from_today((self.today, last), self.today) if last >= self.today else days
        elif of_week:
            said.days = days[0], ahead(days[0], 6 - days[0].weekday())
        elif match["from"] or match["after"] in ("以后", "起", "往后"):
            whole = (days[1] - days[0]).days >= 27 or (days[0].weekday(), (days[1] - days[0]).days) == (0, 6)
            exact = days[0] == days[1] or match["from"] or match["after"] == "起" or whole
            said.days = open_end(days[0] if exact else days[1] + _ONE)
        else:
            said.days = open_end(days[1] + _ONE)
        said.weekdays, said.at_end = frozenset(), False

    def _first_session(self, said: Said) -> None:
        if said.days is None:
            return
        match = _FIRST_SESSION.match(self.text, said.end) or self._behind(_FIRST_SESSION_BEFORE, said.start)
        if match:
            said.first_session = True
            self._take(*match.span())
            if match.start() == said.end:
                said.end = match.end()

    def _only(self, said: Said) -> None:
        if match := self._behind(_ONLY, said.start):
            self._take(*match.span())

    def _refusal_before(self, at: int, said: Said) -> None:
        if said.refused:
            return
        match = self._behind(_NOT_BEFORE, said.start)
        if match is None or not _says_something(said):
            return
        self._take(*match.span())
        said.refused = True
        # 不要周末和晚上 refuses both; 不要周末晚上 means evenings at weekends, and the days stand for them
        for place in range(at, len(self.found) - 1):
            this, after = self.found[place], self.found[place + 1]
            if not self._gap(place, _AND):
                break
            between = self.text[this.end : after.start].strip()
            if between or _kind(this) == _kind(after):
                after.refused = True
            else:
                after.hours = None
            self._take(this.end, after.start)

    def _refusal_after(self, at: int, said: Said) -> None:
        match = _NOT_AFTER.match(self.text, said.end)
        if match is None or not _says_something(said):
            if (free := _FREE.match(self.text, said.end)) and _says_something(said):
                self._take(*free.span())
            return
        self._take(*match.span())
        if (
            any(word in match[0] for word in _AT_WORK)
            and said.weekdays
            and any(other.hours and other.hours[0] >= 1020 for other in self.found)
        ):
            return self._forget(said)
        said.refused = True
        for place in range(at - 1, -1, -1):
            this, after = self.found[place], self.found[place + 1]
            gap = self.text[this.end : after.start]
            if this.refused or not (gap in ("", "的") or _AND.fullmatch(gap)) or gap == " ":
                break
            if _kind(this) == _kind(after):
                this.refused = True
            elif gap in ("", "的"):
                # 周六上午不行: the day stands for the hours that it cannot be said without
                this.refused, after.hours, after.refused = True, None, False
                break
            else:
                break
        return None

    def _forget(self, said: Said) -> None:
        said.days, said.weekdays, said.hours = None, frozenset(), None

    def _wish(self, at: int, said: Said) -> None:
        if said.wished or not _says_something(said):
            return
        start = said.start
        if match := self._behind(_NOT_BEFORE, start):
            start = match.start()
        after = _BEST_AFTER.match(self.text, said.end)
        before = self._behind(_BEST_BEFORE, start)
        if before and before["word"] in ("要是", "如果") and not self._later_best(at):
            before = None
        if before:
            said.wished = True
            if after:
                self._take(*after.span())
            self._forward_wish(at)
            if self._nothing_else_follows() or before["word"] not in ("最好", "希望"):
                self._take(*before.span())
        elif after and not self._gap_to_best(at):
            said.wished = True
            self._take(*after.span())
            if opening := self._behind(_IF, start):
                self._take(*opening.span())
            for place in range(at - 1, -1, -1):
                if not self._gap(place, _AND) or self.text[self.found[place].end : said.start] == " ":
                    break
                self.found[place].wished = True

    def _second_best(self) -> None:
        """最好下午,晚上也行: what would do as well adds nothing to the wish."""
        kinds = {_kind(said) for said in self.found if said.wished}
        for said in self.found:
            if _kind(said) in kinds and not said.wished and _AS_WELL.match(self.text, said.end):
                self._forget(said)

    def _later_best(self, at: int) -> bool:
        return any(_BEST_AFTER.match(self.text, said.end) for said in self.found[at : at + 4])

    def _gap_to_best(self, at: int) -> bool:
        """Whether 最好 behind an expression belongs to the next one: 周末最好上午."""
        if at + 1 >= len(self.found):
            return False
        following = self.found[at + 1]
        best = self._behind(_BEST_BEFORE, following.start)
        return bool(best) and not _CLAUSE.search(self.text, self.found[at].end, following.start)

    def _forward_wish(self, at: int) -> None:
        for place in range(at, len(self.found) - 1):
            if (
                not self._gap(place, _AND)
                and self.text[self.found[place].end : self.found[place + 1].start] != "的"
            ):
                return
            self.found[place + 1].wished = True

    def _nothing_else_follows(self) -> bool:
        rest = self.text[self.found[-1].end :]
        return not _CLAUSE.split(rest)[0].strip(" 的吧了呢啊课班")


def _says_something(said: Said) -> bool:
    return bool(said.days or said.weekdays or said.hours)


def _kind(said: Said) -> str:
    return "days" if said.weekdays or said.days else "hours" if said.hours else ""


def remaining(excluded: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the longest stretch of the day that hours which do not suit leave between eight and nine."""
    edges = sorted({0, DAY, *(edge for hours in excluded for edge in hours)})
    free = [
        (low, high)
        for low, high in pairwise(edges)
        if not any(start < high and low < end for start, end in excluded)
    ]
    return max(free, key=lambda span: min(span[1], 1260) - max(span[0], 480), default=None)


def all_but(weekdays: frozenset[int], excluded: frozenset[int]) -> frozenset[int]:
    """Return the weekdays wanted, or all of them, less those that do not suit."""
    return (weekdays or ALL_DAYS) - excluded
