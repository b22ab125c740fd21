"""A family in one account: a guardian and her children, told as people say it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select, text

from models.catalogue import offering
from models.enrolment import enrolment, excuse
from models.family import acted_for, dependent
from models.operations import audit_entry
from models.organising import survey
from models.people import consent, person
from models.statement import Tx
from models.store import Store, work_now
from services.catalogue import note_changes
from services.schedules import surveys
from services.town import Town
from tests.handlers.play import Person, Play
from tests.town import add_class

CHESS = ("ET01", "少儿围棋", "leisure", "孙老师", date(2026, 12, 5), 15, 60, 6, 2, 0, 6, 12)
CLASHING = ("ET02", "少儿美术", "arts", "钱老师", date(2026, 12, 5), 15, 60, 6, 10, 0, 6, 12)
TODDLERS = ("ET03", "亲子律动", "early_years", "赵老师", date(2026, 12, 6), 10, 60, 6, 10, 0, 1, 3)


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    def more(tx: Tx) -> None:
        note_changes(tx, [add_class(tx, row, 2, 1) for row in (CHESS, CLASHING, TODDLERS)], town.now())

    work_now(store, more)
    made = Play(store, town)
    made.refresh()
    return made


@pytest.fixture
def mother(play: Play) -> Person:
    return play.person("web", "w1", name="李静")


def add_child(mother: Person, wish: str, label: str = "老大", band: str = "6到8岁") -> None:
    """From a wish for a child to the repeat-back."""
    mother.say(wish)
    mother.say("1")
    mother.tap("报名")
    assert "给谁报" in mother.text
    mother.tap("新加一个孩子")
    mother.tap(label) if label in mother.buttons else mother.say(label)
    mother.tap(band)
    assert "监护人" in mother.text
    mother.tap("同意，我是监护人")
    if "由您代报" in mother.text:
        mother.tap("同意，继续报名")
    if "怎么称呼您" in mother.text:
        mother.say("李静")


def states(play: Play) -> list[tuple[str, str]]:
    rows = play.rows(select(enrolment.c.name, enrolment.c.state).order_by(enrolment.c.id))
    return [(row.name, row.state) for row in rows]


def test_a_guardian_enrols_her_son(play: Play, mother: Person) -> None:
    mother.say("给我儿子报个围棋")
    assert "少儿围棋" in mother.text
    mother.say("1")
    mother.tap("报名")
    assert "“少儿围棋”给谁报？" in mother.text
    mother.say("好")
    assert "“少儿围棋”给谁报？" in mother.text
    mother.say("孩子")
    assert "不用写真名" in mother.text
    mother.say("老大")
    assert "老大多大了" in mother.text
    mother.say("7岁")
    assert "6到8岁" in mother.text and "监护人" in mother.text
    assert play.rows(select(dependent)) == [], "nothing of the child is kept before the yes"
    mother.say("同意")
    assert "由您代报" in mother.text, "the guardian's own yes is another one"
    mother.say("同意")
    mother.say("李静")
    assert "由李静代老大报名" in mother.text and "少儿围棋" in mother.text
    mother.say("确认报名")
    assert "✓ 已报名：少儿围棋" in mother.text and "由李静代老大报名" in mother.text
    assert "开头写着【老大】" in mother.text
    mother.say("我的课")
    assert "老大（由您代报）" in mother.text and "少儿围棋" in mother.text


def test_of_a_child_only_a_label_and_an_age_band_are_kept(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    (child,) = play.rows(select(dependent))
    assert (child.label, child.age_band, child.kind) == ("老大", "6_9", "child")
    (kept,) = play.rows(select(person).where(person.c.id == child.person_id))
    assert kept.name == "老大"
    (yes,) = play.rows(select(consent).where(consent.c.person_id == child.person_id))
    assert (yes.purpose, yes.wording, yes.platform) == ("guardian", "guardian-2026-12", "web")
    (place,) = play.rows(select(enrolment))
    assert place.person_id == child.person_id, "limits and clashes hold for the child"
    (act,) = play.rows(select(acted_for))
    assert (act.actor_id, act.actor_name) == (mother.person_id, "李静")
    actors = play.rows(select(audit_entry.c.actor).where(audit_entry.c.action == "enrol"))
    assert [row.actor for row in actors] == [f"person:{mother.person_id}"]


def test_the_second_time_the_child_is_a_button(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    mother.say("给老大报个美术")
    mother.say("1")
    mother.tap("报名")
    assert "和老大报的“少儿围棋”时间撞了" in mother.text


def test_a_child_of_another_age_is_refused(play: Play, mother: Person) -> None:
    add_child(mother, "亲子律动", label="小宝", band="6到8岁")
    assert "小宝的年龄不合适" in mother.text
    assert states(play) == []


def test_a_class_of_the_old_asks_nothing_of_a_child(play: Play, mother: Person) -> None:
    play.work(lambda tx: tx.core(text("UPDATE offering SET min_age = 50, max_age = 75 WHERE code = 'SF01'")))
    mother.say("书法")
    mother.say("1")
    mother.say("给孩子报名")
    assert "招50到75岁的学员，孩子报不了" in mother.text and mother.buttons[:1] == ["我自己"]
    mother.say("孩子")
    assert "孩子报不了" in mother.text, "nothing of a child is asked for a class it cannot join"
    mother.say("自己")
    mother.say("书法")
    mother.say("1")
    mother.tap("替家人报名")
    assert "给谁报" in mother.text and "新加一个孩子" not in mother.buttons
    assert play.rows(select(dependent)) == []


def asked_for_the_age(mother: Person) -> None:
    mother.say("给我儿子报个围棋")
    mother.say("1")
    mother.tap("报名")
    mother.say("孩子")
    mother.say("老大")
    assert "老大多大了" in mother.text


@pytest.mark.parametrize("said", ["一年级", "上小学二年级", "8个月大", "2019年3月生的", "幼儿园大班"])
def test_an_age_told_in_other_ways_is_asked_for_in_years(mother: Person, said: str) -> None:
    asked_for_the_age(mother)
    mother.say(said)
    assert "老大几岁了" in mother.text and "6到8岁" in mother.buttons
    mother.say("快7岁了")
    assert "（6到8岁）报名" in mother.text and "监护人" in mother.text


def test_at_the_guardians_question_the_age_is_put_right(play: Play, mother: Person) -> None:
    asked_for_the_age(mother)
    mother.say("7岁")
    mother.say("不对，他10岁了")
    assert "（9到11岁）报名" in mother.text
    assert play.rows(select(dependent)) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [("我是他妈妈", "或者回复“同意”"), ("我是他奶奶", "爸爸妈妈"), ("我是孩子的姑姑", "爸爸妈妈")],
)
def test_who_says_how_they_are_kin_is_told_who_a_guardian_is(
    play: Play, mother: Person, said: str, told: str
) -> None:
    asked_for_the_age(mother)
    mother.say("7岁")
    mother.say(said)
    assert told in mother.text
    assert play.rows(select(dependent)) == []
    mother.say("同意")
    assert "由您代报" in mother.text


def test_good_is_no_name_of_a_child(mother: Person) -> None:
    mother.say("给我儿子报个围棋")
    mother.say("1")
    mother.tap("报名")
    mother.tap("新加一个孩子")
    mother.say("好")
    assert "请用" in mother.text and "个字以内的称呼" in mother.text


def test_the_privacy_page_is_read_beside_the_question(play: Play, mother: Person) -> None:
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    mother.say("小宝")
    mother.say("7岁")
    mother.tap("隐私说明")
    mother.tap(play_go_on(mother))
    assert "您是孩子的监护人" in mother.text
    mother.say("同意")
    assert "想给小宝报什么班" in mother.text


def play_go_on(mother: Person) -> str:
    """The way back to the question."""
    return next(label for label in mother.buttons if "报名" in label or "接着" in label)


def test_two_children_are_two_people(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    add_child(mother, "美术", label="老二")
    mother.tap("确认报名")
    assert "由李静代老二报名" in mother.text
    assert states(play) == [("老大", "enrolled"), ("老二", "enrolled")]
    mother.say("我的课")
    assert mother.text.index("老大（由您代报）") < mother.text.index("老二（由您代报）")


def test_in_english_the_mother_is_not_taken_for_the_child(play: Play, mother: Person) -> None:
    add_child(mother, "给孩子报少儿围棋")
    mother.say("确认报名")
    mother.say("hello, can I enroll my mother?")
    assert "给谁报" in mother.text and "父母、家人" in mother.buttons
    mother.say("我家里人")
    assert "老大" in mother.text


def test_on_telegram_the_answer_is_the_school(play: Play) -> None:
    mother = play.person("telegram", "30", name="李静")
    mother.say("给孩子报名")
    assert "境外" in mother.text and "到校或打电话" in mother.text
    mother.say("给孩子找个围棋班")
    mother.say("1")
    mother.tap("报名")
    assert "孩子报名请家长到校或打电话" in mother.text


def test_on_telegram_where_the_operator_allows_it(play: Play) -> None:
    play.town.children_on_telegram = True
    mother = play.person("telegram", "30", name="李静")
    add_child(mother, "围棋")
    mother.tap("确认报名")
    assert "✓ 已报名" in mother.text


def test_the_family_of_an_unverified_account_has_one_limit(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    add_child(mother, "美术", label="老二")
    mother.tap("确认报名")
    mother.say("给老大报个书法")
    mother.say("1")
    mother.tap("报名")
    assert "最多同时报2个班" in mother.text


def test_one_tap_deletes_a_child(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    mother.say("我的家人")
    assert "老大（6到8岁）" in mother.text
    mother.tap("删除老大")
    mother.tap("删除")
    assert "全部删掉" in mother.text
    assert play.rows(select(dependent)) == []
    assert states(play) == [("", "withdrawn")]


def test_a_guardian_leaves_for_the_child(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    mother.say("我的课")
    mother.say("1")
    assert "老大已报名这个班" in mother.text and "由李静代老大报名" in mother.text
    mother.tap("替老大退班")
    mother.say("确认退出")
    assert "已替老大退出" in mother.text
    assert states(play) == [("老大", "withdrawn")]


def test_a_guardian_excuses_the_child(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    mother.say("我的课")
    mother.say("1")
    mother.tap("下次请假")
    assert "少儿围棋" in mother.text and "请假" in mother.text
    assert len(play.rows(select(excuse))) == 1


def test_of_a_child_one_speaks_as_of_oneself(play: Play, mother: Person) -> None:
    play.work(lambda tx: tx.core(text("UPDATE offering SET fee_fen = 8000 WHERE code = 'ET01'")).rowcount)
    add_child(mother, "围棋")
    mother.tap("确认报名")
    mother.say("为什么")
    assert "孩子报名请家长到校" not in mother.text and "老大" in mother.text
    mother.say("缴费")
    assert "老大：“少儿围棋”：学费80元，还没缴" in mother.text
    for said in ("请假", "老大请假"):
        mother.say(said)
        assert "下次请假" in mother.buttons and "老大已报名这个班" in mother.text
    for said in ("退课", "帮老大退课"):
        mother.say(said)
        assert "真的要替老大退出“少儿围棋”吗" in mother.text
    mother.say("确认退出")
    assert states(play) == [("老大", "withdrawn")]


def test_what_cannot_be_read_leaves_the_question_and_its_numbers(play: Play, mother: Person) -> None:
    mother.say("给孩子报名")
    mother.say("1")
    mother.say("老大")
    for act in (
        lambda: mother.say("很长" * 2500), lambda: mother.send("voice"), lambda: mother.say("/oops"),
        lambda: mother.tap_action("gone:1"),
    ):  # fmt: skip
        act()
        assert not mother.buttons
    mother.say("3")
    assert "您要替老大（6到8岁）报名" in mother.text


def test_a_child_is_enrolled_in_english_by_typing(mother: Person) -> None:
    mother.say("/lang en")
    mother.say("enrol my child")
    mother.say("围棋")
    mother.say("1")
    mother.say("enrol")
    mother.say("my son")
    mother.say("Tom")
    mother.say("He is 7 years old")
    assert "guardian" in mother.text and "Tom" in mother.text
    mother.say("I am his mother")
    assert "type “yes”" in mother.text
    for said in ("yes", "yes", "Jane", "yes"):
        mother.say(said)
    assert "Jane enrols Tom" in mother.text


@pytest.mark.parametrize("said", ["book it for her", "can you sign her up please", "enrol them"])
def test_in_english_somebody_meant_by_a_pronoun_is_asked_for(mother: Person, said: str) -> None:
    mother.say("/lang en")
    mother.say("围棋")
    mother.say("1")
    mother.say(said)
    assert mother.text.startswith("Who is “") and "A parent, family" in mother.buttons


def test_in_english_a_child_has_an_english_label(mother: Person) -> None:
    mother.say("/lang en")
    mother.say("enrol my child")
    mother.say("1")
    mother.tap("Little one")
    assert "How old is Little one?" in mother.text
    mother.say("restart")
    mother.say("my family")
    assert mother.text.startswith("There is nobody here yet")
    mother.say("bye")
    assert mother.text.startswith("Goodbye!")


def test_nobody_else_can_touch_the_childs_place(play: Play, mother: Person) -> None:
    add_child(mother, "围棋")
    mother.tap("确认报名")
    place = play.rows(select(enrolment))[0].id
    other = play.person("web", "w2", name="陌生人")
    other.start()
    for action in (f"fam_place:{place}", f"fam_leave:{place}", "fam_leave_ok", f"part:{place}"):
        other.tap_action(action)
        assert "失效" in other.text or "已经" in other.text, action
    assert states(play) == [("老大", "enrolled")]


def test_a_changed_mind_keeps_nothing(play: Play, mother: Person) -> None:
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    mother.say("小宝")
    mother.say("三岁")
    mother.say("不同意")
    assert "没有报名" in mother.text
    assert play.rows(select(dependent)) == []


def test_a_guardian_is_asked_about_the_childs_class_and_answers(play: Play, mother: Person) -> None:
    work_now(play.store, lambda tx: surveys.due(tx, play.town))
    add_child(mother, "围棋")
    mother.tap("确认报名")
    [row] = play.rows(select(offering.c.last_end).where(offering.c.code == "ET01"))
    play.advance(row.last_end - play.now)
    play.advance(hours=2)
    while work_now(play.store, lambda tx: surveys.due(tx, play.town)):
        pass
    assert any("满意吗" in message.text for message in mother.inbox())
    mother.tap("很满意")
    mother.say("孙老师有耐心")
    assert play.rows(select(survey.c.score, survey.c.words)) == [(5, "孙老师有耐心")]


def together(play: Play, mother: Person) -> None:
    """Mother and child in one class that is over."""
    add_child(mother, "围棋", label="小宝")
    mother.tap("确认报名")
    [child] = play.rows(
        select(enrolment.c.offering_id, enrolment.c.account_id, offering.c.last_end).join_from(
            enrolment, offering
        )
    )

    def join(tx: Tx) -> None:
        keeper = tx.core(select(dependent.c.keeper_id)).scalar()
        place = {"offering_id": child.offering_id, "account_id": child.account_id, "since": play.now}
        who = {"person_id": keeper, "name": "李静", "state": "enrolled", "created_at": play.now}
        tx.core(insert(enrolment).values(**place, **who))

    work_now(play.store, join)
    play.advance(child.last_end - play.now)
    play.advance(hours=30)
    play.advance(days=2)


@pytest.mark.parametrize(
    ("said", "whose"),
    [("小宝", "小宝"), ("小宝的围棋", "小宝"), ("我自己", "李静"), ("我的", "李静")],
)
def test_a_class_of_both_is_rated_for_whom_it_is_meant(
    play: Play, mother: Person, said: str, whose: str
) -> None:
    together(play, mother)
    mother.say("挺满意的")
    assert [label for label in mother.buttons if "围棋" in label] == [
        "1 少儿围棋（小宝）", "2 少儿围棋（我自己）",
    ]  # fmt: skip
    mother.say("围棋")
    assert "少儿围棋（我自己）" in "".join(mother.buttons), "it is asked again which of the two"
    mother.say(said)
    assert ("少儿围棋（小宝）" in mother.text) is (whose == "小宝")
    asked = select(enrolment.c.name, survey.c.score).join_from(survey, enrolment)
    assert [row[:] for row in play.rows(asked)] == [(whose, 4)]
