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


def of_class(play: Play, code: str) -> list[tuple[int | None, str]]:
    chosen = select(survey.c.score, survey.c.words).join(offering, offering.c.id == survey.c.offering_id)
    return [tuple(row) for row in play.rows(chosen.where(offering.c.code == code))]


def test_what_is_said_in_the_hour_before_anybody_asks_is_kept_and_not_asked_again(play: Play) -> None:
    [wang] = learners(play, 1)
    wang.say("不太满意，太快了")
    assert "书法入门" in wang.text and "不客气" not in wang.text
    wang.say("是的")
    assert "您对“书法入门”的评价是：不满意" in wang.text and "太快了" not in wang.text
    assert of_class(play, "SF01") == [(2, "太快了")]
    play.advance(hours=2)
    run(play)
    assert not any("满意吗" in message.text for message in wang.inbox()), "it was said already"


def test_weeks_later_the_word_may_be_another(play: Play) -> None:
    [wang] = learners(play, 1)
    play.advance(hours=2)
    run(play)
    wang.say("很满意")
    wang.tap("不说了")
    play.advance(days=20)
    wang.say("一般般")
    assert "书法入门" in wang.text and "改成" in wang.text
    wang.say("不是")
    assert of_class(play, "SF01") == [(5, "")]
    wang.say("一般般")
    wang.say("1")
    assert of_class(play, "SF01") == [(3, "")]
    play.advance(days=20)
    wang.say("很满意")
    assert of_class(play, "SF01") == [(3, "")], "after a month it stands"


def test_of_a_class_that_runs_the_school_is_told_and_not_thanked(play: Play) -> None:
    run(play)
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    [row] = play.rows(select(offering.c.first_start).where(offering.c.code == "SF01"))
    play.advance(row.first_start - play.now)
    wang.say("不太满意")
    assert "“书法入门”还没上完" in wang.text and "告诉学校" in wang.text
    assert "不客气" not in wang.text and play.rows(select(survey.c.score)) == []
    wang.say("很满意")
    assert "“书法入门”还没上完" in wang.text and "高兴" in wang.text


def test_of_several_it_asks_which(play: Play) -> None:
    run(play)
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    wang.enrol("手机")
    [row] = play.rows(select(offering.c.last_end).where(offering.c.code == "SJ01"))
    play.advance(row.last_end - play.now)
    wang.say("不满意，教室太冷")
    assert "哪个班" in wang.text
    wang.say("手机班")
    assert of_class(play, "SJ01") == [(2, "教室太冷")]
    wang.say("不满意，教室太冷")
    wang.say("书法")
    assert "“书法入门”还没上完" in wang.text and of_class(play, "SF01") == []


def test_what_is_said_of_a_class_that_runs_reaches_the_school(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    clerk = play.person("telegram", "2001", name="陈老师")
    clerk.start()
    work_now(play.store, lambda tx: grant(tx, play.town, "telegram:2001", "owner", "root", "test"))
    [row] = play.rows(select(offering.c.first_start).where(offering.c.code == "SF01"))
    play.advance(row.first_start - play.now)
    wang.say("不满意，教室太冷")
    assert "把“教室太冷”转告" in wang.text
    wang.say("转告学校")
    assert "转" in wang.text
    clerk.say("收件箱")
    clerk.say("1")
    assert "不满意，教室太冷" in clerk.text


def test_who_has_no_class_and_is_not_content_is_told_where_to_turn(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.start()
    wang.say("不太满意")
    assert "抱歉" in wang.text and "学校" in wang.text
    wang.say("很满意")
    assert "抱歉" not in wang.text


def test_another_subject_leaves_the_question(play: Play) -> None:
    [wang] = learners(play, 1)
    wang.say("很满意")
    wang.say("我的课")
    assert "满意" not in wang.text
    assert play.rows(select(survey.c.score)) == []
