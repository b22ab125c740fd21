"""A daughter for her mother: only by the mother's own yes, told of each act, ended by one tap."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.enrolment import enrolment
from models.family import acted_for, acting_right
from models.people import consent
from models.store import Store
from services.roles import grant
from services.roster import roster
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import ZONE


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    return Play(store, town)


@pytest.fixture
def daughter(play: Play) -> Person:
    return play.person("telegram", "50", name="李静")


@pytest.fixture
def mother(play: Play) -> Person:
    return play.person("telegram", "51", name="王秀兰")


def code_in(person: Person) -> str:
    found = re.search(r"\d{3} \d{3}", person.text)
    assert found, person.text
    return found[0]


def allowed(daughter: Person, mother: Person) -> None:
    """The mother's code, read out on the phone."""
    mother.say("允许代报")
    assert "每办一件，都会告诉您" in mother.text
    mother.say("允许")
    code = code_in(mother)
    daughter.say("给我妈报个书法")
    daughter.say("1")
    daughter.tap("报名")
    assert "给谁报" in daughter.text
    daughter.tap("父母、家人")
    assert "本人的同意" in daughter.text
    daughter.say(code)
    assert "同意由您代报了" in daughter.text
    daughter.say("妈妈")


def enrols(daughter: Person) -> None:
    if "写明由您代报" in daughter.text:
        daughter.say("同意")
    if "怎么称呼您" in daughter.text:
        daughter.say("李静")
    assert "由李静代王秀兰报名" in daughter.text, daughter.text
    daughter.say("确认报名")


def test_a_daughter_enrols_her_mother_by_the_mothers_code(
    play: Play, daughter: Person, mother: Person
) -> None:
    allowed(daughter, mother)
    enrols(daughter)
    assert "✓ 已报名：书法入门" in daughter.text and "由李静代王秀兰报名" in daughter.text
    assert "已经告诉妈妈了" in daughter.text
    daughter.tap_action("fam_ok:1")
    assert "已经办过了" in daughter.text, "a second tap is no fault"
    (place,) = play.rows(select(enrolment))
    assert (place.person_id, place.account_id) == (mother.person_id, mother.account_id)
    assert len(mother.inbox()) == 1
    assert "李静替您报上了“书法入门”" in mother.text
    assert "第一次上课：周六（12月5日）上午9点" in mother.text
    mother.say("我的课")
    assert "您报名的班" in mother.text and "书法入门" in mother.text
    daughter.say("我的课")
    assert "妈妈（由您代报）" in daughter.text
    (act,) = play.rows(select(acted_for))
    assert (act.actor_id, act.actor_name) == (daughter.person_id, "李静")
    (entry,) = play.work(lambda tx: roster(tx, place.offering_id, ZONE))
    assert (entry["name"], entry["by"], entry["account"]) == ("王秀兰", "李静", "telegram:51")


def test_without_the_mothers_yes_nothing_is_done(play: Play, daughter: Person, mother: Person) -> None:
    mother.start()
    daughter.say("给我妈报个书法")
    daughter.say("1")
    daughter.tap("报名")
    daughter.tap("父母、家人")
    daughter.say("123456")
    assert "这个码不对" in daughter.text
    daughter.tap_action(f"fam_for:1:{mother.person_id}")
    assert "失效" in daughter.text
    assert play.rows(select(enrolment)) == []


def test_the_mother_taps_on_her_own_phone(play: Play, daughter: Person, mother: Person) -> None:
    daughter.say("给父母报名")
    daughter.tap("父母、家人")
    code = code_in(daughter)
    mother.say(code)
    assert "想替您报名" in mother.text
    mother.tap("允许")
    assert "可以替您报名了" in mother.text
    (right,) = play.rows(select(acting_right))
    assert (right.actor_id, right.subject_id, right.way) == (daughter.person_id, mother.person_id, "tap")
    assert right.wording == "acting-2026-12"
    purposes = play.rows(select(consent.c.purpose).where(consent.c.person_id == mother.person_id))
    assert [row.purpose for row in purposes] == ["enrolment"]
    daughter.inbox()
    assert "同意由您代报了" in daughter.text


def test_after_the_tap_the_daughter_says_how_she_calls_her(play: Play, daughter: Person) -> None:
    mother = play.person("telegram", "53", name="")
    daughter.say("给我妈报个书法")
    daughter.say("1")
    daughter.tap("报名")
    daughter.tap("父母、家人")
    mother.say(code_in(daughter))
    mother.tap("允许")
    daughter.inbox()
    assert "您的家人同意由您代报了" in daughter.text and "怎么称呼" in daughter.text
    daughter.say("妈妈")
    for said in ("同意", "李静"):
        daughter.say(said)
    assert "书法入门" in daughter.text and "由李静代妈妈报名" in daughter.text, "the class was not lost"
    daughter.say("我的家人")
    assert "· 妈妈，本人同意由您代报" in daughter.text
    daughter.tap("改妈妈的称呼")
    daughter.say("好")
    assert "请用10个字以内的称呼" in daughter.text
    daughter.say("不改了")
    assert "称呼不改" in daughter.text
    daughter.say("我的家人")
    daughter.say("1")
    daughter.say("婆婆")
    assert "以后就叫“婆婆”" in daughter.text
    daughter.tap("我的家人")
    assert "· 婆婆，本人同意由您代报" in daughter.text


def test_whoever_has_no_name_yet_is_called_something(play: Play, daughter: Person) -> None:
    mother = play.person("web", "53", name="")
    daughter.say("给父母报名")
    daughter.tap("父母、家人")
    mother.say(code_in(daughter))
    mother.say("允许")
    daughter.say("我的家人")
    assert "· 您的家人，本人同意由您代报" in daughter.text
    daughter.tap("替家人报名")
    daughter.tap("您的家人")
    assert "您平时怎么称呼？报名表上也先这么写" in daughter.text
    daughter.say("姑姑")
    assert "想给姑姑报什么班" in daughter.text
    mother.tap_action(f"fam_called:{mother.person_id}:0")
    assert "失效" in mother.text


def test_the_teacher_reads_whose_mother_she_is(play: Play, daughter: Person) -> None:
    play.town.public_url = "https://door.example"
    mother = play.person("web", "53", name="")
    daughter.say("给我妈报个书法")
    daughter.say("1")
    daughter.tap("报名")
    daughter.tap("父母、家人")
    assert "https://door.example" in daughter.text, "where her phone can open it"
    mother.say(code_in(daughter))
    mother.tap("允许")
    for said in ("妈妈", "同意", "李静"):
        daughter.say(said)
    assert "由李静代妈妈报名" in daughter.text
    daughter.say("确认报名")
    assert "网页不能主动叫人" in daughter.text, "nothing is promised that a web page cannot do"
    (place,) = play.rows(select(enrolment))
    assert place.name == "李静的妈妈"
    mother.say("电工")
    mother.say("1")
    mother.say("报名")
    assert "怎么称呼您" in mother.text, "妈妈 is not her name"


def test_the_mother_says_no(play: Play, daughter: Person, mother: Person) -> None:
    daughter.say("替我妈报名")
    daughter.tap("父母、家人")
    code = code_in(daughter)
    mother.say(code)
    mother.say("不允许")
    assert "谁也不能替您报名" in mother.text
    assert play.rows(select(acting_right)) == []


def test_the_mother_says_in_her_words_that_it_is_over(daughter: Person, mother: Person) -> None:
    mother.say("别让她替我报了")
    assert "可以替您报名" not in mother.text, "nobody may, and nothing is said of it"
    allowed(daughter, mother)
    mother.say("别让她替我报了")
    assert "李静可以替您报名" in mother.text or "您的家人可以替您报名" in mother.text
    mother.tap("代报了")
    assert "从现在起不能代报了" in mother.text


def test_an_age_that_nobody_asked_for_loses_nothing(daughter: Person, mother: Person) -> None:
    allowed(daughter, mother)
    for said in ("同意", "李静"):
        if "请您核对" not in daughter.text:
            daughter.say(said)
    assert "请您核对" in daughter.text
    daughter.say("她70岁")
    assert "请您核对" in daughter.text
    daughter.say("好")
    assert "✓ 已报名" in daughter.text


def test_one_tap_ends_it(play: Play, daughter: Person, mother: Person) -> None:
    allowed(daughter, mother)
    enrols(daughter)
    mother.inbox()
    mother.tap("不让代报了")
    assert "从现在起不能代报了" in mother.text
    daughter.inbox()
    assert "不用您代报了" in daughter.text
    daughter.say("给我妈报个烘焙")
    daughter.say("1")
    daughter.tap("报名")
    assert "妈妈" not in daughter.buttons
    daughter.say("我的课")
    assert "妈妈" not in daughter.text
    assert [row.state for row in play.rows(select(enrolment))] == ["enrolled"], "classes stay as they are"


def test_the_age_is_asked_of_the_mother(play: Play, daughter: Person, mother: Person) -> None:
    allowed(daughter, mother)
    daughter.say("给妈妈报个太极")
    daughter.say("1")
    daughter.tap("报名")
    if "写明由您代报" in daughter.text:
        daughter.say("同意")
    if "怎么称呼您" in daughter.text:
        daughter.say("李静")
    assert "妈妈符合吗" in daughter.text
    daughter.say("今年43岁")
    assert "妈妈这次报不了" in daughter.text
    assert play.rows(select(enrolment)) == []


def test_a_code_for_this_joins_no_accounts(play: Play, daughter: Person, mother: Person) -> None:
    mother.say("允许代报")
    mother.say("允许")
    code = code_in(mother)
    daughter.say(f"绑定 {code}")
    assert "不对" in daughter.text or "过期" in daughter.text
    assert daughter.person_id != mother.person_id


def test_the_code_is_known_after_something_else_was_said(daughter: Person, mother: Person) -> None:
    mother.say("允许代报")
    mother.say("允许")
    code = code_in(mother)
    daughter.say("给我妈报个书法")
    daughter.say("1")
    daughter.tap("报名")
    daughter.tap("父母、家人")
    daughter.say("我妈不会用手机")
    assert "到学校柜台" in daughter.text and "找人帮忙" in daughter.buttons
    daughter.say("电工")
    assert "电工" in daughter.text
    daughter.say("654321")
    assert "不对" in daughter.text
    daughter.say(code)
    assert "同意由您代报了" in daughter.text
    daughter.say("妈妈")
    assert "书法入门" in daughter.text or "写明由您代报" in daughter.text, "the class was not lost"


def test_the_code_may_stand_in_a_sentence(daughter: Person, mother: Person) -> None:
    mother.say("允许代报")
    mother.say("允许")
    code = code_in(mother)
    daughter.say("给父母报名")
    daughter.tap("父母、家人")
    daughter.say(f"我妈的码是{code}")
    assert "同意由您代报了" in daughter.text


def test_the_daughter_leaves_for_her_and_the_mother_hears_of_it(
    play: Play, daughter: Person, mother: Person
) -> None:
    allowed(daughter, mother)
    enrols(daughter)
    mother.inbox()
    daughter.say("我的课")
    daughter.say("1")
    daughter.tap("替妈妈退班")
    daughter.tap("确认退出")
    mother.inbox()
    assert "李静替您退了“书法入门”" in mother.text


def test_at_the_desk_in_chat(play: Play, daughter: Person) -> None:
    clerk = play.person("telegram", "70", name="周主任")
    play.work(grant, play.town, "telegram:70", "editor", "xincheng", "cli:test")
    daughter.say("给我妈报名")
    daughter.tap("父母、家人")
    code = code_in(daughter)
    clerk.say("柜台同意")
    clerk.say(code)
    clerk.say("李桂兰")
    assert "李桂兰当面同意由" in clerk.text
    daughter.inbox()
    assert "李桂兰同意由您代报了" in daughter.text
    daughter.say("给李桂兰报个书法")
    daughter.say("1")
    daughter.tap("报名")
    for said in ("同意", "李静"):
        daughter.say(said)
    assert "由李静代李桂兰报名" in daughter.text
    daughter.say("确认报名")
    assert "✓ 已报名" in daughter.text and "开头写着【李桂兰】" in daughter.text


def test_a_question_without_buttons_does_not_speak_of_buttons(play: Play) -> None:
    wang = play.person("telegram", "99", name="王强")
    wang.say("加入小组")
    wang.say("哈哈")
    assert "没听明白" in wang.text and "按钮" not in wang.text
