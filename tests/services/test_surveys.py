"""满意度: asked once after the last session, answered by a tap or a word, told without names."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.operations import occurrence
from models.organising import survey
from models.store import Store, work_now
from services import surveying
from services.roles import grant
from services.schedules import surveys
from services.surveying_words import graded
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


def run(play: Play) -> int:
    missed = 0
    for _ in range(500):
        done = work_now(play.store, lambda tx: surveys.due(tx, play.town))
        missed += done.missed
        if not done:
            return missed
    raise AssertionError("it does not end")


def learners(play: Play, count: int) -> list[Person]:
    run(play)  # the house was open before
    made = []
    for number in range(count):
        person = play.person("telegram", str(1001 + number), name=f"王{'一二三四五六七八'[number]}")
        person.enrol("书法")
        made.append(person)
    [row] = play.rows(select(offering.c.last_end).where(offering.c.code == "SF01"))
    play.advance(row.last_end - play.now)
    return made


def test_asked_an_hour_after_the_last_session_and_once(play: Play) -> None:
    [wang] = learners(play, 1)
    run(play)
    assert not any("满意吗" in message.text for message in wang.inbox())
    play.advance(hours=1, minutes=1)
    for _ in range(2):
        run(play)
    [asked] = [message for message in wang.inbox() if "满意吗" in message.text]
    labels = [button.label for button in asked.buttons()]
    assert labels[:5] == ["很满意", "满意", "一般", "不满意", "很不满意"]
    wang.tap("很满意")
    assert "还想说一句吗" in wang.text
    wang.say("王老师讲得真好")
    assert play.rows(select(survey.c.score, survey.c.words)) == [(5, "王老师讲得真好")]
    assert len(play.rows(select(occurrence.c.id).where(occurrence.c.schedule == "survey"))) == 1


def test_by_a_word_and_no_sentence(play: Play) -> None:
    [wang] = learners(play, 1)
    play.advance(hours=2)
    run(play)
    wang.say("不满意")
    wang.say("不说了")
    assert "谢谢" in wang.text
    wang.say("很不满意")
    assert "谢谢！您对" not in wang.text, "it was answered already"
    assert play.rows(select(survey.c.score, survey.c.words)) == [(2, "")]


def test_the_school_sees_no_names_and_nothing_below_five(play: Play) -> None:
    people = learners(play, 6)
    play.advance(hours=2)
    run(play)
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "viewer", "xincheng", "cli:test"))
    viewer = play.person("telegram", "3001")
    for number, person in enumerate(people, 1):
        person.say("很满意" if number % 2 else "一般")
        person.say("不错" if number == 1 else "不说了")
        viewer.say("满意度 SF01")
        assert ("平均" in viewer.text) is (number >= surveying.LEAST_ANSWERS)
    assert "平均4.0分" in viewer.text
    assert "· 很满意：3人" in viewer.text
    assert "“不错”" in viewer.text
    assert "王" not in viewer.text
    viewer.say("满意度")
    viewer.say("1")
    assert "平均4.0分" in viewer.text
    for words in ("书法班的满意度怎么样", "满意度 书法入门", "看看SF01的满意度"):
        viewer.say(words)
        assert "平均4.0分" in viewer.text
    viewer.say("满意度 书法提高班")
    assert "平均" not in viewer.text
    play.work(lambda tx: grant(tx, play.town, "telegram:3009", "owner", "heping", "cli:test"))
    other = play.person("telegram", "3009")
    other.say("满意度 SF01")
    assert "不归您管" in other.text
    other.tap_action("survey:1")
    assert "失效" in other.text


def test_too_late_is_missed_and_a_class_called_off_is_not_asked_about(play: Play) -> None:
    learners(play, 1)
    play.advance(days=4)
    assert run(play) == 1
    assert play.rows(select(survey.c.id)) == []


def test_a_class_called_off_is_not_asked_about(play: Play) -> None:
    learners(play, 1)
    play.work(lambda tx: tx.core(update(offering).values(status="cancelled")))
    play.advance(hours=2)
    run(play)
    assert play.rows(select(survey.c.id)) == []


def test_nobody_answers_for_another(play: Play) -> None:
    learners(play, 1)
    play.advance(hours=2)
    run(play)
    other = play.person("telegram", "1999")
    other.tap_action("rate:1:1")
    assert "失效" in other.text
    other.say("很满意")
    assert play.rows(select(survey.c.score)) == [(None,)]


def test_in_large_print_each_step_has_a_row(play: Play) -> None:
    [wang] = learners(play, 1)
    wang.say("大字")
    play.advance(hours=2)
    run(play)
    [asked] = [message for message in wang.inbox() if "满意吗" in message.text]
    assert [len(row) for row in asked.rows] == [1] * 5


@pytest.mark.parametrize("said", ["一般吧", "算了吧", "还凑合吧"])
def test_a_word_about_a_class_is_no_farewell(play: Play, said: str) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say(said)
    assert "注销" not in wang.text


@pytest.mark.parametrize(
    ("said", "score", "words"),
    [
        ("老师很好，很满意", 5, "老师很好"),
        ("一般吧", 3, ""),
        ("挺满意的！王老师有耐心，就是教室冷。", 4, "王老师有耐心，就是教室冷"),
        ("不太满意，太快了", 2, "太快了"),
        ("我非常不满意", 1, ""),
        ("老师很好", None, ""),
        ("有没有让人满意的书法班", None, ""),
        ("满意，也不满意", None, ""),
    ],
)
def test_the_step_and_the_sentence_at_once(said: str, score: int | None, words: str) -> None:
    assert graded(said) == (None if score is None else (score, words))


def test_in_one_breath(play: Play) -> None:
    [wang] = learners(play, 1)
    wang.say("挺满意的")
    assert play.rows(select(survey.c.score)) == [], "nobody asked yet"
    play.advance(hours=2)
    run(play)
    wang.inbox()
    wang.say("挺满意的，就是教室冷")
    assert "您对“书法入门”的评价是：满意" in wang.text
    assert play.rows(select(survey.c.score, survey.c.words)) == [(4, "就是教室冷")]
