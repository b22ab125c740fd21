"""缴费: at the desk by taps, seen by the resident, with the greatest discount alone and an honest refund."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models.catalogue import offering
from models.running import fee_entry, fee_rule
from models.store import Store
from services.running import fee_rules, fees
from services.town import Town
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import enrol, owner_of
from tests.services.parallel_town import add_parallel


@pytest.fixture
def play(store: Store, town: Town) -> Play:
    play = Play(store, town)
    play.ids = play.work(add_parallel, town)  # type: ignore[attr-defined]
    return play


def rule(play: Play, kind: str, name: str, percent: int, unit: str = "xincheng") -> None:
    from services.running.fee_rules import set_rule

    play.work(set_rule, play.town, unit, kind, name, percent, actor="cli:test")


def entries(play: Play) -> list[tuple[str, int, str]]:
    chosen = select(fee_entry.c.kind, fee_entry.c.fen, fee_entry.c.reason).order_by(fee_entry.c.id)
    return [tuple(row) for row in play.rows(chosen)]


def test_paid_at_the_desk_and_seen_by_the_resident(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    wang.say("我的课")
    assert "学费120元，还没缴，请到学校缴。" in wang.text
    owner.say("缴费 SF01")
    assert "还差120元" in owner.text
    owner.tap("王秀兰")
    owner.say("60元")
    assert "已缴60元，还差60元" in owner.text
    owner.tap("再看一遍")
    owner.tap("已缴60元")
    assert "还差0元" in owner.text
    wang.say("我的课")
    assert "学费120元，已缴清" in wang.text
    wang.say("缴费")
    assert "“书法入门”：学费120元，已缴清" in wang.text
    assert entries(play) == [("due", 12000, ""), ("paid", -6000, ""), ("paid", -6000, "")]


def test_staff_find_the_class_by_a_tap(play: Play) -> None:
    owner = owner_of(play)
    owner.say("缴费")
    assert owner.text == "收费的班还没有人报名，现在没有要记的缴费。"
    enrol(play, "1001", "王秀兰", "SF01")
    owner.say("缴费")
    assert owner.text.startswith("给哪个班的学员记缴费？")
    owner.tap("1 书法入门（SF01）")
    assert "还差120元" in owner.text
    owner.tap("王秀兰")
    owner.tap("已缴120元")
    assert "还差0元" in owner.text


def test_one_step_back_is_the_list(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.say("上一步")
    assert "点名字记缴费" in owner.text


def test_the_desk_types_the_name(play: Play) -> None:
    for account, name in (("1001", "王秀兰"), ("1002", "王秀"), ("1003", "李建国"), ("1004", "李建国")):
        enrol(play, account, name, "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    assert "打字也行" in owner.text
    owner.say("王秀兰")
    assert "王秀兰，“书法入门”" in owner.text and "还差120元" in owner.text
    owner.say("缴费 SF01")
    owner.say("王秀兰交了60元")
    assert "王秀兰缴费记好了" in owner.text and "还差60元" in owner.text
    owner.say("缴费 SF01")
    owner.say("王秀 交清了")
    assert "王秀缴费记好了" in owner.text and "还差0元" in owner.text
    owner.say("缴费 SF01")
    owner.say("李建国交了120")
    assert "有几位都叫“李建国”" in owner.text
    owner.say("赵大爷")
    assert "没听明白" in owner.text
    owner.say("3")
    assert "李建国，“书法入门”" in owner.text
    owner.tap("减免")
    owner.say("全免")
    assert "李建国减免记好了" in owner.text
    assert [entry for entry in entries(play) if entry[0] == "paid"] == [
        ("paid", -6000, ""),
        ("paid", -12000, ""),
    ]


def test_the_amount_is_typed_in_english_too(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("/lang en")
    owner.say("fees SF01")
    owner.say("1")
    owner.say("20 yuan")
    assert "¥100 left" in owner.text
    owner.say("fees SF01")
    owner.say("王秀兰 ¥30")
    assert "¥70 left" in owner.text


def test_a_second_tap_pays_nothing_twice(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    action = owner.button("已缴120元").action
    owner.tap_action(action)
    owner.tap_action(action)
    assert "已经缴清了" in owner.text
    assert [kind for kind, *_ in entries(play)] == ["due", "paid"]


def test_the_greatest_discount_alone_applies(play: Play) -> None:
    rule(play, "discount", "六十岁以上", 50)
    rule(play, "discount", "老学员", 20)
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    for label, told in (("老学员", "减免24元（老学员）"), ("六十岁以上", "减免60元（六十岁以上）")):
        owner.say("缴费 SF01")
        owner.tap("王秀兰")
        owner.tap("减免")
        owner.tap(label)
        assert told in owner.text
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.tap("减免")
    owner.tap("老学员")
    assert "只算减得最多的一种" in owner.text
    assert entries(play) == [
        ("due", 12000, ""), ("discount", -2400, "老学员"), ("discount", -3600, "六十岁以上"),
    ]  # fmt: skip


def test_a_fund_pays(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.tap("经费代缴")
    owner.say("老年教育专项")
    assert "还差0元" in owner.text
    (row,) = play.rows(select(fee_entry.c.source).where(fee_entry.c.kind == "paid"))
    assert row.source == "老年教育专项"


# when one leaves (days, hour), what is given back of 120 yuan
LEAVING = [(0, 18, 12000), (5, 12, 8400), (11, 12, 8400), (12, 12, 0)]


@pytest.mark.parametrize(("days", "hour", "back"), LEAVING)
def test_who_leaves_gets_back_by_the_week(play: Play, days: int, hour: int, back: int) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.tap("已缴120元")
    play.at(hour, days=days)
    wang.say("退课")
    wang.tap("确认退出")
    owner.say("缴费 SF01")
    if not back:
        assert "王秀兰 已清" in "".join(owner.buttons)
        return
    assert f"应退{back // 100}元" in "".join(owner.buttons)
    owner.tap("王秀兰")
    owner.tap(f"已退{back // 100}元")
    account = play.work(fees.account_of, play.town, 1)
    assert (account.balance, account.refunded) == (0, back)


def test_a_school_has_its_own_schedule(play: Play) -> None:
    rule(play, "refund", "0", 90)
    rule(play, "refund", "1", 0)
    found = play.work(fee_rules.refunds, play.rows(select(offering.c.unit_id))[0].unit_id)
    assert found == {0: 90, 1: 0}
    assert [row.percent for row in play.rows(select(fee_rule.c.percent).order_by(fee_rule.c.id))] == [90, 0]


def test_what_was_paid_goes_along_to_the_parallel_class(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.say("100元")
    wang.say("换班")
    wang.tap("周日")
    wang.tap("换")
    wang.say("我的课")
    assert "学费120元，已缴100元，还差20元" in wang.text
    old, new = (play.work(fees.account_of, play.town, n) for n in (1, 2))
    assert (old.balance, new.balance) == (0, 2000)
    # no money moved: what was received at the desk is counted once
    assert sum(fen for kind, fen, _ in entries(play) if kind == "paid") == -10000
    assert sum(fen for kind, fen, _ in entries(play) if kind == "carried") == 0


def test_the_fee_of_the_day_of_enrolment_stays(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    play.work(lambda tx: tx.core(update(offering).where(offering.c.code == "SF01").values(fee_fen=20000)))
    wang.say("缴费")
    assert "学费120元" in wang.text


def test_a_cancelled_class_is_owed_nothing(play: Play) -> None:
    enrol(play, "1001", "王秀兰", "SF01")
    owner = owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.tap("已缴120元")
    owner.tap_action(f"decide_cancel:{play.ids['SF01']}")  # type: ignore[attr-defined]
    owner.tap("确认取消")
    owner.say("缴费 SF01")
    assert "应退120元" in "".join(owner.buttons)


def test_only_staff_of_the_school_note_fees(play: Play) -> None:
    wang = enrol(play, "1001", "王秀兰", "SF01")
    for person in (
        wang,
        owner_of(play, "owner", "heping", "9002"),
        owner_of(play, "teacher", "xincheng", "9003"),
    ):
        person.say("缴费 SF01")
        assert "点名字记缴费" not in person.text
        for action in (
            "fee_pay:1:12000",
            "fee_waive:1:0",
            "fee_back:1:100",
            "fee_of:1",
            "fees:1:0",
            "fee_fund:1",
        ):
            person.tap_action(action)
            assert "工作人员" in person.text
    assert entries(play) == [("due", 12000, "")]


def desk_of(play: Play, paid: str = "") -> tuple[Person, Person]:
    """王秀兰 and the desk with her account open, `paid` noted already."""
    wang, owner = enrol(play, "1001", "王秀兰", "SF01"), owner_of(play)
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    if paid:
        owner.tap(paid)
    return wang, owner


def test_an_amount_is_typed_as_one_says_it_and_nonsense_books_nothing(play: Play) -> None:
    _, owner = desk_of(play)
    for said in ("0元", "-5元", "500元"):
        owner.say(said)
        assert "找到" not in owner.text and entries(play)[1:] == [], said
    owner.say("六十块")
    assert "已缴60元，还差60元" in owner.text
    owner.tap("再看一遍")
    owner.tap("经费代缴")
    for said in ("好", "60", "x" * 5000):
        owner.say(said)
        assert [kind for kind, *_ in entries(play)] == ["due", "paid"], said
    owner.say("算了")
    owner.tap("减免")
    owner.say("全免")
    assert [kind for kind, *_ in entries(play)] == ["due", "paid", "waived"]


def test_what_was_noted_by_mistake_is_taken_back_with_a_reason(play: Play) -> None:
    wang, owner = desk_of(play, "已缴120元")
    owner.tap("再看一遍")
    owner.tap("记错了")
    assert "已缴120元" in owner.text and "点错了人" in owner.buttons
    owner.say("好")
    assert "请说一句为什么" in owner.text
    owner.tap_action("fee_why:person")
    assert "原来的记录也留着" in owner.text and "还差120元" in owner.text
    owner.tap_action("fee_why:person")
    assert entries(play) == [("due", 12000, ""), ("paid", -12000, ""), ("paid", 12000, "点错了人")]
    wang.say("我要交钱")
    assert "学费120元，还没缴" in wang.text
    owner.tap_action("fee_wrong:1")
    assert "记错了" not in owner.buttons, "there is nothing left to take back"


def test_who_leaves_is_told_what_comes_back_before_and_after(play: Play) -> None:
    wang, owner = desk_of(play, "已缴120元")
    play.at(12, days=5)
    wang.say("退课")
    assert "现在退，交过的学费退70%" in wang.text
    wang.tap("确认退出")
    assert "学校要退84元" in wang.text
    wang.say("怎么交费")
    assert "已经退出，学校要退84元" in wang.text
    owner.say("缴费 SF01")
    owner.tap("王秀兰")
    owner.tap("已退84元")
    wang.say("缴费")
    assert "没有要缴的学费" in wang.text


def test_who_leaves_late_without_having_paid_sees_what_the_desk_sees(play: Play) -> None:
    wang, owner = desk_of(play)
    play.at(12, days=5)
    wang.say("退课")
    assert "按规定还要缴30%" in wang.text
    wang.tap("确认退出")
    assert "还要缴36元" in wang.text
    owner.say("缴费 SF01")
    assert "王秀兰 差36元" in "".join(owner.buttons)
