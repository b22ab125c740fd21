"""Plain searches and greetings are what they are, whoever says them and whatever is being asked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from handlers import family_asked, references, router
from handlers.chosen import ENDS, plain
from handlers.dialogue import Dialogue
from handlers.incoming import Incoming, Kind
from handlers.turn import Speaker, Turn
from models.statement import Tx
from services.message import clean
from tests.handlers.foreign import furnish
from tests.handlers.play import BOT, Person, Play

SAID = Path(__file__).parents[1] / "understanding"
GREETINGS = (
    "你好", "您好", "在吗", "早上好", "晚上好", "老师好", "谢谢", "好的谢谢", "再见", "有人吗",
    "辛苦了", "新年好", "hello", "hi", "good morning", "thanks",
)  # fmt: skip
# each begins or ends like a code, a roll, a fee or an excuse
NEARLY = (
    "加入书法班", "我要加入太极", "join a ballet class", "缺老师吗", "到周末的课", "到家近的课",
    "没来过 想学书法", "书法到了吗", "缺钱 免费的课", "收费标准", "迟到了怎么办", "2026年书法",
    "电工考证2026", "周六9点", "10元以内", "60岁能学吗", "100元以下", "小组合唱", "绑定不了怎么办",
    "取回什么", "签到在哪", "换班的人能上什么课", "12月5日的课", "2026-12", "18点以后",
)  # fmt: skip
Taking = Callable[[Turn, str], bool]


def searches() -> list[str]:
    found: list[str] = []
    for name in ("said.toml", "said_wishes.toml"):
        found += tomllib.loads((SAID / name).read_text("utf-8")).get("searches", {})
    return found


PLAIN = (*searches(), *GREETINGS, *NEARLY)


@pytest.fixture
def people(play: Play) -> dict[str, Person]:
    found = furnish(play)
    found["newcomer"] = play.person("telegram", "1999", name="新来的")
    found["newcomer"].start()
    return found


def taken(
    play: Play, who: Person, by: Iterable[Taking], steps: Iterable[str] = ("",), texts: Iterable[str] = PLAIN
) -> list[tuple[str, str, str]]:
    """What of the texts was taken: the text, by what, while which question was open."""
    by, steps = list(by), list(steps)
    row = who._row()

    def unit(tx: Tx) -> list[tuple[str, str, str]]:
        speaker = Speaker(row.person_id, row.id, who.platform, who.name, "zh", False, True, None)
        found = []
        for text in texts:
            said = clean(plain(text), 500)
            incoming = Incoming(who.platform, BOT, 1, who.account, who.account, Kind.TEXT, text=said)
            for step in steps:
                for one in by:
                    turn = Turn(tx, play.town, incoming, speaker, Dialogue(step=step))
                    if one(turn, said.rstrip(ENDS)):
                        found.append((text, f"{one.__module__}.{one.__name__}", step))
        return found

    return list(play.work(unit))


@pytest.mark.parametrize("who", ["newcomer", "wang", "owner"])
def test_with_nothing_open_no_plain_search_is_taken_for_anything_else(
    play: Play, people: dict[str, Person], who: str
) -> None:
    assert len(PLAIN) > 300
    # to enrol somebody is an act of its own; who has a class may ask about it
    apart = {family_asked.asked} if who == "newcomer" else {family_asked.asked, references.answered}
    asked = [one for one in router.ASKED if one not in apart]
    assert taken(play, people[who], (*router.CODES, *router.TYPED, *asked)) == []


def test_no_plain_search_is_a_code_whatever_is_being_asked(play: Play, people: dict[str, Person]) -> None:
    assert taken(play, people["wang"], router.CODES, sorted(router.routes.steps)) == []


def test_a_code_and_a_roll_are_taken(play: Play, people: dict[str, Person]) -> None:
    texts = ("入组 WXYZ23", "考勤 SF01")
    found = taken(play, people["owner"], (*router.CODES, *router.TYPED), texts=texts)
    assert [text for text, _, _ in found] == list(texts)
