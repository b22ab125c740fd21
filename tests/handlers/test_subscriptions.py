"""订阅 as people make, change and move it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.store import Store
from models.watching import watch
from services.subscription_words import enough_of, for_good, moved_to, subscribed_to
from services.understanding.meaning import Meaning
from tests.handlers.play import Person, Play
from tests.services.watching import add, tell
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store))


@pytest.fixture
def li(play: Play) -> Person:
    return play.person("telegram", "2001", name="李师傅")


def wishes(who: Person) -> list[tuple[str, bool]]:
    query = select(watch.c.meaning, watch.c.lasting).where(
        watch.c.person_id == who.person_id, watch.c.ended_at.is_(None)
    )
    return [(Meaning.from_json(row.meaning).say(), bool(row.lasting)) for row in who.play.rows(query)]


def subscribe(who: Person, text: str) -> None:
    who.say(text)
    if "同意，有了告诉我" in who.buttons:
        who.say("同意")
    assert "订阅好了" in who.text, who.text


SUBSCRIBED = [
    ("订阅电工培训", "电工培训"),
    ("我想订阅周末的书法班。", "周末的书法班"),
    ("请帮我订阅一下免费的电脑课通知", "免费的电脑课"),
    ("订阅", ""),
    ("subscribe to electrician", "electrician"),
    ("取消订阅", None),
    ("不要订阅了", None),
    ("我想学电工", None),
]


@pytest.mark.parametrize(("text", "wish"), SUBSCRIBED)
def test_what_is_subscribed_to(text: str, wish: str | None) -> None:
    assert subscribed_to(text) == wish


MOVED = [
    ("我搬到西城了", "西城"),
    ("我搬家到和平街道了。", "和平街道"),
    ("我搬家了，搬到新城了", "新城"),
    ("搬了家，现在搬到西城", "西城"),
    ("我搬家了，现在住和平街道", "和平街道"),
    ("我们搬了，住在西城了。", "西城"),
    ("我现在住到开发区了", "开发区"),
    ("我住和平街道", None),
    ("我住和平街道，有没有书法班", None),
    ("我搬家了", None),
    ("换到开发区上班了", "开发区"),
    ("现在调到东关干活", "东关"),
    ("我们厂搬去新城了", "新城"),
    ("搬到书法班", "书法班"),
    ("I moved to Heping", "heping"),
    ("我想换到周末", None),
    ("换到周末", None),
    ("调到周六上午", None),
    ("搬家", None),
    ("书法", None),
]


@pytest.mark.parametrize(("text", "place"), MOVED)
def test_where_somebody_moved(text: str, place: str | None) -> None:
    assert moved_to(text) == place


ENOUGH = [
    ("不要电工通知了", "电工"),
    ("家政的不用通知了", "家政"),
    ("电工的别通知我了。", "电工"),
    ("取消电工的订阅", "电工"),
    ("退订电工", "电工"),
    ("不订家政了", "家政"),
    ("别再通知我电工的课了", "电工"),
    ("电工培训不用告诉我了", "电工培训"),
    ("电工的通知别给我发了", "电工"),
    ("unsubscribe from yoga classes", "yoga"),
    ("取消书法", None),
    ("不用通知了", None),
    ("不要通知", None),
    ("取消订阅", None),
    ("电工培训通知我", None),
    ("取消报名", None),
]


@pytest.mark.parametrize(("text", "wish"), ENOUGH)
def test_of_what_one_has_heard_enough(text: str, wish: str | None) -> None:
    assert enough_of(text) == wish


def test_one_subscription_is_stopped_by_talking(li: Person) -> None:
    subscribe(li, "订阅电工")
    subscribe(li, "晚上的家政培训通知我")
    assert ("家政 · 晚上", True) in [(wish.replace("培训", ""), every) for wish, every in wishes(li)]
    li.say("提醒设置")  # what is on the screen does not stand in the way
    li.say("电工的不用通知了")
    assert "不再等“电工”了" in li.text
    assert len(wishes(li)) == 1
    li.tap("接着等")
    assert len(wishes(li)) == 2
    li.say("书法的不用通知了")
    assert "不再等" not in li.text and len(wishes(li)) == 2, "what nobody waits for stops nothing else"


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("有电工培训通知我", True),
        ("以后都告诉我", True),
        ("有书法班了告诉我", False),
        ("开了瑜伽班通知我", False),
    ],
)
def test_for_good_or_for_the_next(text: str, every: bool) -> None:
    assert for_good(text) is every


def test_a_worker_subscribes_by_talking_and_is_told_each_class_once(play: Play, li: Person) -> None:
    subscribe(li, "有焊工培训通知我")
    assert wishes(li) == [("焊工", True)]
    for number, code in enumerate(("HG11", "HG12")):
        add(play, code, f"焊工培训{number + 1}班", hour=18 + number)
    tell(play)
    play.advance(minutes=1)
    [digest] = li.inbox()
    assert set(digest.courses) == {"HG11", "HG12"}
    assert "您让我留意“焊工”" in li.text
    tell(play)
    play.advance(days=300)
    assert li.inbox() == []
    add(play, "HG13", "焊工培训三班", day=play.now.date().replace(year=play.now.year + 1))
    tell(play)
    play.advance(minutes=1)
    assert [message.courses for message in li.inbox()] == [("HG13",)]
    li.tap("不用再提醒")
    assert wishes(li) == []


def test_step_by_step_by_numbers_and_words(li: Person) -> None:
    li.say("订阅")
    li.say("1")
    assert "什么时间方便" in li.text
    li.say("周末")
    li.say("西城")
    li.say("只要免费的")
    li.say("同意")
    assert wishes(li) == [("职业技能 · 周末 · 免费 · 西城", True)]


def test_step_by_step_with_no_matter(li: Person) -> None:
    li.say("订阅")
    li.say("电工")
    li.say("都行")
    li.say("不限地方")
    li.tap("收费的也行")
    li.say("同意")
    assert wishes(li) == [("电工", True)]


def test_moving_keeps_everything_else(li: Person) -> None:
    subscribe(li, "订阅新城街道晚上的免费家政培训")
    subscribe(li, "订阅电工")
    before = dict(wishes(li))
    li.say("我搬到西城了")
    assert "别的没变" in li.text
    assert "家政 · 晚上 · 免费 · 新城街道" in before
    assert dict(wishes(li)) == {"家政 · 晚上 · 免费 · 西城": True, "电工": True}


def test_who_has_no_subscription_and_moves_sees_what_is_there(li: Person) -> None:
    li.say("我搬到新城街道了")
    assert "书法入门" in li.text


def test_one_is_changed_by_its_buttons(li: Person) -> None:
    subscribe(li, "订阅周末的书法")
    li.say("我的订阅")
    assert "一直订着" in li.text
    li.tap("改一改")
    li.tap("换时间")
    li.tap("晚上")
    assert wishes(li) == [("书法 · 晚上", True)]
    li.say("我的订阅")
    li.tap("改一改")
    li.tap("改学费")
    li.say("免费的")
    assert wishes(li) == [("书法 · 晚上 · 免费", True)]


def test_a_watch_becomes_a_subscription(li: Person) -> None:
    li.say("有二胡班了告诉我")
    li.say("同意")
    assert wishes(li) == [("二胡", False)]
    subscribe(li, "订阅二胡")
    assert wishes(li) == [("二胡", True)]


def test_two_that_come_to_wish_the_same_become_one(li: Person) -> None:
    subscribe(li, "订阅周末的书法")
    subscribe(li, "订阅晚上的书法")
    li.say("我的订阅")
    li.tap("改一改")
    li.say("1")
    li.tap("换时间")
    li.say("晚上")
    assert wishes(li) == [("书法 · 晚上", True)]


def test_nobody_changes_that_of_another(play: Play, li: Person) -> None:
    subscribe(li, "订阅周末的书法")
    other = play.person("telegram", "2002")
    for tapped in ("sub:1", "sub_edit:1:when", "sub_stay:1", "sub_where:1", "sub_when:any"):
        other.tap_action(tapped)
        assert "失效" in other.text
    assert wishes(li) == [("书法 · 周末", True)]


def test_what_is_no_place_is_no_move(li: Person) -> None:
    subscribe(li, "订阅新城街道的书法")
    before = wishes(li)
    for said in ("搬到书法班", "搬到周末", "换到晚上"):
        li.say(said)
        assert "别的没变" not in li.text
    assert wishes(li) == before
