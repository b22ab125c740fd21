"""What stands around an expression of time: not, only, best, before, after, the first session."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from services.understanding.times import beside
from services.understanding.times.said import DAY, Said, ahead, from_today, open_end
from services.understanding.times.weekdays import next_weekday

_ONE = timedelta(days=1)
_AT_WORK = ("上班", "加班", "忙")


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
            if self._gap(at, beside.AND):
                self._take(said.end, self.found[at + 1].start)
            self._sides(said)
            self._first_session(said)
            self._only(said)
            self._refusal_before(at, said)
            self._refusal_after(at, said)
        for at, said in enumerate(self.found):
            self._wish(at, said)
        self._second_best()
        if len(self.found) > 1:
            self._told()
        if self.found and sum(bool(said.hours) for said in self.found) > 1:
            match = beside.ALL_WILL_DO.match(self.text, self.found[-1].end)
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
            if days and self._gap(at, beside.TO) and (until := self._until(days[0], last)):
                self._take(first.end, last.start)
                joined = Said(first.start, last.end, days=(days[0], until), at_end=last.at_end)
                self.found[at : at + 2] = [joined]
            elif first.is_part_of_day and last.is_part_of_day and self._gap(at, beside.TO):
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
        if said.days and (opening := self._behind(beside.FROM, said.start)):
            self._take(*opening.span())
        if within := beside.WITHIN.match(self.text, said.end):
            self._take(*within.span())
        match = beside.SIDE.match(self.text, said.end)
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
        match = beside.FIRST_SESSION.match(self.text, said.end) or self._behind(
            beside.FIRST_SESSION_BEFORE, said.start
        )
        if match:
            said.first_session = True
            self._take(*match.span())
            if match.start() == said.end:
                said.end = match.end()

    def _only(self, said: Said) -> None:
        if match := self._behind(beside.ONLY, said.start):
            self._take(*match.span())

    def _refusal_before(self, at: int, said: Said) -> None:
        if said.refused:
            return
        match = self._behind(beside.NOT_BEFORE, self._opening(at))
        if match is None or not _says_something(said):
            return
        self._take(*match.span())
        said.refused = True
        # 不要周末和晚上 refuses both; 不要周末晚上 means evenings at weekends, and the days stand for them
        for place in range(at, len(self.found) - 1):
            this, after = self.found[place], self.found[place + 1]
            if not self._gap(place, beside.AND):
                break
            between = self.text[this.end : after.start].strip()
            if between or _kind(this) == _kind(after):
                after.refused = True
            else:
                after.hours = None
            self._take(this.end, after.start)

    def _opening(self, at: int) -> int:
        """Where an expression begins with the part of the day that its clock has taken up (下午三点以后)."""
        start = self.found[at].start
        while at > 0 and not _says_something(self.found[at - 1]) and self.found[at - 1].end == start:
            at -= 1
            start = self.found[at].start
        return start

    def _told(self) -> None:
        """白天跑车,晚上想学: what somebody does at one time is told of, at another they would learn."""
        for earlier, said in pairwise([one for one in self.found if _says_something(one)]):
            if _kind(earlier) != _kind(said) or earlier.refused or said.refused or earlier.wished:
                continue
            between = self.text[earlier.end : said.start]
            if (
                len(between) > 2
                and beside.CLAUSE_OR_GAP.search(between)
                and not beside.WOULD.match(self.text, earlier.end)
                and beside.WOULD.match(self.text, said.end)
                and not beside.NAMES.search(between)
            ):
                self._forget(earlier)

    def _refusal_after(self, at: int, said: Said) -> None:
        match = beside.NOT_AFTER.match(self.text, said.end)
        if match is None or not _says_something(said):
            if (free := beside.FREE.match(self.text, said.end)) and _says_something(said):
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
            if this.refused or not (gap in ("", "的") or beside.AND.fullmatch(gap)) or gap == " ":
                break
            if _kind(this) == _kind(after):
                this.refused = True
            elif gap in ("", "的") and _kind(this) == "days":
                # 周六上午不行: the day stands for the hours that it cannot be said without
                this.refused, after.hours, after.refused = True, None, False
                break
            elif gap not in ("", "的", " ") and "都" in match[0] and not self._of_a_day(place):
                # 周末和晚上都不行
                this.refused = True
            elif gap not in ("", "的") and self._of_a_day(place):
                # 周五晚上和周末都不行: so it does here
                this.hours, self.found[place - 1].refused = None, True
                break
            else:
                break
        return None

    def _of_a_day(self, at: int) -> bool:
        """Whether hours are those of the day said right before them."""
        if at < 1 or _kind(self.found[at]) != "hours" or _kind(self.found[at - 1]) != "days":
            return False
        return self.text[self.found[at - 1].end : self.found[at].start] in ("", "的")

    def _forget(self, said: Said) -> None:
        said.days, said.weekdays, said.hours = None, frozenset(), None

    def _wish(self, at: int, said: Said) -> None:
        if said.wished or not _says_something(said):
            return
        start = said.start
        if match := self._behind(beside.NOT_BEFORE, start):
            start = match.start()
        after = beside.BEST_AFTER.match(self.text, said.end)
        before = self._behind(beside.BEST_BEFORE, start)
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
            if opening := self._behind(beside.IF, start):
                self._take(*opening.span())
            for place in range(at - 1, -1, -1):
                if not self._gap(place, beside.AND) or self.text[self.found[place].end : said.start] == " ":
                    break
                self.found[place].wished = True

    def _second_best(self) -> None:
        """最好下午,晚上也行: what would do as well adds nothing to the wish."""
        kinds = {_kind(said) for said in self.found if said.wished}
        for said in self.found:
            if _kind(said) in kinds and not said.wished and beside.AS_WELL.match(self.text, said.end):
                self._forget(said)

    def _later_best(self, at: int) -> bool:
        return any(beside.BEST_AFTER.match(self.text, said.end) for said in self.found[at : at + 4])

    def _gap_to_best(self, at: int) -> bool:
        """Whether 最好 behind an expression belongs to the next one: 周末最好上午."""
        if at + 1 >= len(self.found):
            return False
        following = self.found[at + 1]
        best = self._behind(beside.BEST_BEFORE, following.start)
        return bool(best) and not beside.CLAUSE.search(self.text, self.found[at].end, following.start)

    def _forward_wish(self, at: int) -> None:
        for place in range(at, len(self.found) - 1):
            if (
                not self._gap(place, beside.AND)
                and self.text[self.found[place].end : self.found[place + 1].start] != "的"
            ):
                return
            self.found[place + 1].wished = True

    def _nothing_else_follows(self) -> bool:
        rest = self.text[self.found[-1].end :]
        return not beside.CLAUSE.split(rest)[0].strip(" 的吧了呢啊课班")


def _says_something(said: Said) -> bool:
    return bool(said.days or said.weekdays or said.hours)


def _kind(said: Said) -> str:
    return "days" if said.weekdays or said.days else "hours" if said.hours else ""
