"""考勤: the roll in the chat, checking in, hours that follow, and who stays away twice is drawn later."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from models.attending import ATTENDANCE_TRANSITIONS, STATES, attendance, credit_entry, hour_entry
from models.catalogue import class_session
from models.enrolment import IllegalMove, check_move
from models.store import Store
from services.attending import checkin, roll, standing
from services.roles import grant
from services.town import Town
from tests.handlers.play import Person, Play

NAMES = ("王秀兰", "李建国", "赵桂英")


def teacher_of(play: Play, role: str = "teacher", unit: str = "xincheng", account: str = "9001") -> Person:
    teacher = play.person("telegram", account, name="王老师")
    play.work(lambda tx: grant(tx, play.town, f"telegram:{account}", role, unit, "cli:test"))
    return teacher


def learners(play: Play, wish: str = "书法") -> list[Person]:
    people = [play.person("telegram", str(1001 + n), name=name) for n, name in enumerate(NAMES)]
    for person in people:
        assert person.enrol(wish) == "enrolled"
    return people


def states(play: Play) -> list[tuple[int, str, str]]:
    chosen = select(attendance.c.enrolment_id, attendance.c.state, attendance.c.way).order_by(attendance.c.id)
    return [tuple(row) for row in play.rows(chosen)]


def hours(play: Play, enrolment_id: int) -> int:
    chosen = select(hour_entry.c.hundredths).where(hour_entry.c.enrolment_id == enrolment_id)
    return sum(row.hundredths for row in play.rows(chosen))


def to_first_session(play: Play) -> None:
    play.at(9, 5, days=5)  # Saturday 5 December, five minutes after 书法入门 began


def test_a_second_tap_on_a_name_makes_nobody_absent(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    here = teacher.button("1 王秀兰").action
    for _ in "ab":  # the second before the message was seen to change
        teacher.tap_action(here)
        assert teacher.button("1 王秀兰").label == "1 王秀兰 到"
    absent = teacher.button("1 王秀兰").action
    for _ in "ab":
        teacher.tap_action(absent)
        assert teacher.button("1 王秀兰").label == "1 王秀兰 缺"
    teacher.tap("记迟到")
    teacher.tap("1 王秀兰")
    teacher.tap_action(absent)
    assert teacher.button("1 王秀兰").label == "1 王秀兰 迟到", "as it stands by now"
    assert [state for _, state, _ in states(play)] == ["present", "absent", "late"]


def test_the_roll_by_taps_in_one_message(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    assert "书法入门" in teacher.text and "共3人：待到3" in teacher.text
    teacher.tap("1 王秀兰")
    assert teacher.taken and teacher.taken.written[0].edit_of, "the roll is changed in place"
    assert "到1" in teacher.text and "1 王秀兰 到" in teacher.buttons
    teacher.tap("记迟到")
    teacher.tap("2 李建国")
    assert "2 李建国 迟到" in teacher.buttons
    teacher.tap("点完了")
    assert "到1，迟到1，缺1" in teacher.text and "缺席：赵桂英" in teacher.text
    assert [state for _, state, _ in states(play)] == ["present", "late", "absent"]
    # 90 minutes are two hours of learning
    assert [hours(play, n) for n in (1, 2, 3)] == [200, 200, 0]


def test_the_roll_by_typing(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("考勤")
    teacher.say("全到")
    assert "到3" in teacher.text
    teacher.say("缺王秀兰、李建国")
    assert "到1，缺2" in teacher.text
    teacher.say("1")
    assert "1 王秀兰 到" in teacher.buttons
    teacher.say("赵桂英迟到了")
    assert "3 赵桂英 迟到" in teacher.buttons
    teacher.say("点完了")
    assert "缺席：李建国" in teacher.text


def test_the_roll_as_teachers_say_it(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    teacher.say("都到了")
    assert "到3" in teacher.text
    teacher.say("李建国缺勤")
    assert "到2，缺1" in teacher.text
    teacher.say("记好了")
    assert "考勤记好了" in teacher.text and "缺席：李建国" in teacher.text


def test_each_of_several_is_told_in_one_sentence(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    teacher.say("王秀兰来了，李建国迟到")
    assert "待到1，到1，迟到1" in teacher.text and "没找到" not in teacher.text
    teacher.say("缺王秀兰，李建国")
    assert "待到1，缺2" in teacher.text
    teacher.say("/lang en")
    teacher.say("roll SF01")
    assert "absent Wang Xiulan" in teacher.text
    teacher.say("李建国 is late, here 王秀兰")
    assert "1 expected, 1 here, 1 late" in teacher.text


def test_of_many_classes_the_one_that_is_on_now_has_a_button(store: Store, town: Town) -> None:
    play = Play(store, town)
    teacher = teacher_of(play, "owner", "root")
    play.at(19, 5, days=1)  # Tuesday, 电工上岗培训 has begun
    early = (
        select(class_session.c.id).where(class_session.c.starts_at > play.now - timedelta(hours=14)).limit(6)
    )
    times = {"starts_at": play.now - timedelta(hours=12), "ends_at": play.now - timedelta(hours=11)}
    moved = update(class_session).where(class_session.c.id.in_(early)).values(**times)
    play.work(lambda tx: tx.core(moved).rowcount)
    now = insert(class_session).values(
        offering_id=5, number=99, starts_at=play.now, ends_at=play.now + timedelta(hours=2)
    )
    play.work(lambda tx: tx.core(now).rowcount)
    teacher.say("大字")
    teacher.say("点名")
    assert any("电工上岗培训" in label and "晚上7点05" in label for label in teacher.buttons), teacher.buttons


def test_an_absence_is_typed_without_opening_the_roll(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("缺李建国")
    assert "2 李建国 缺" in teacher.buttons
    teacher.say("缺张三丰")
    assert states(play) == [(2, "absent", "roster")]


def test_only_the_teacher_editor_or_owner_of_the_unit_takes_the_roll(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    actions = [button.action for message in teacher.messages for button in message.buttons()]
    strangers = [
        wang,
        teacher_of(play, "viewer", "xincheng", "9002"),
        teacher_of(play, "broadcaster", "root", "9003"),
        teacher_of(play, "owner", "heping", "9004"),
    ]
    for stranger in strangers:
        stranger.say("点名")
        assert "书法入门" not in stranger.text
        for action in actions:
            stranger.tap_action(action)
            assert "王秀兰" not in stranger.text and stranger.messages
    assert states(play) == []
    for n, (role, unit) in enumerate((("editor", "xincheng"), ("owner", "root"))):
        helper = teacher_of(play, role, unit, f"910{n}")
        helper.say("点名")
        assert "王秀兰" in "".join(helper.buttons)


def test_a_correction_is_a_new_row_with_its_reason_and_hours_follow(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    teacher.tap("全到")
    teacher.tap("点完了")
    assert hours(play, 1) == 200
    teacher.tap("改一个人")
    teacher.tap("1 王秀兰")
    teacher.tap("缺")
    assert "为什么改" in teacher.text
    teacher.say("认错人了")
    assert "王秀兰，缺（认错人了）" in teacher.text
    assert hours(play, 1) == 0
    history = play.work(roll.history, 1, 1)
    assert [(row.state, row.way, row.reason) for row in history] == [
        ("present", "roster", ""), ("absent", "correction", "认错人了"),
    ]  # fmt: skip
    assert [row.hundredths for row in play.rows(select(hour_entry.c.hundredths))] == [200, 200, 200, -200]
    # without a reason the service refuses
    refused = play.work(roll.note, town, 1, 1, "present", way="roster", actor="cli:test")
    assert refused.code == "roll_reason"


def test_checking_in_by_the_code_on_the_board(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, li, zhao = learners(play)
    teacher = teacher_of(play)
    stranger = play.person("telegram", "2001", name="路人")
    play.at(8, 40, days=5)
    teacher.say("签到码")
    code = re.search(r"\d{3} \d{3}", teacher.text)
    assert code
    digits = code[0].replace(" ", "")
    wang.say(f"签到 {digits}")
    assert "15分钟" in wang.text and states(play) == []  # twenty minutes ahead
    play.at(8, 50, days=0)
    wang.say("签到")
    wang.say(digits)
    assert "✓ “书法入门”签到了，记2学时" in wang.text
    wang.say(digits)
    assert "已经签到过了" in wang.text
    play.at(9, 20)
    li.say(digits)  # the bare number
    assert "算迟到" in li.text
    stranger.say(f"签到 {digits}")
    assert "没有您要签到的课" in stranger.text
    play.at(10, 46)  # sixteen minutes after the end
    zhao.say(f"签到 {digits}")
    assert "没有您要签到的课" in zhao.text
    assert states(play) == [(1, "present", "code"), (2, "late", "code")]
    teacher.say("签到码")
    assert "没有您的课" in teacher.text


def test_a_bare_number_that_is_no_code_of_this_hour_is_left_to_the_others(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    to_first_session(play)
    wang.say("654321")
    assert "签到" not in wang.text


def test_guessing_codes_is_stopped_for_the_person(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    to_first_session(play)
    right = checkin.code_of(town, 1)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(checkin.TRIES):
        wang.say(f"签到 {wrong}")
        assert "不对" in wang.text
    wang.say(f"签到 {right}")
    assert "歇10分钟" in wang.text
    play.advance(minutes=11)
    wang.say(f"签到 {right}")
    assert "签到了" in wang.text


def test_the_qr_code_opens_the_same(store: Store, town: Town) -> None:
    play = Play(store, town)
    town.telegram_name = "jiamenkou_bot"
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("签到码")
    (picture,) = teacher.documents
    assert picture.picture, "it is shown, to be scanned from the screen"
    assert picture.mime == "image/png" and picture.content.startswith(b"\x89PNG")
    link = checkin.link_of(town, 1)
    payload = link.partition("?start=")[2]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    wang.start(payload)
    assert "签到了" in wang.text
    assert states(play) == [(1, "present", "link")]
    wang.start("a_1_xyz")
    assert wang.messages and len(states(play)) == 1


def test_the_qr_code_opens_the_web_chat_where_there_is_one(store: Store, town: Town) -> None:
    play = Play(store, town)
    town.telegram_name, town.public_url = "jiamenkou_bot", "https://door.example"
    wang, *_ = learners(play)
    to_first_session(play)
    link = checkin.link_of(town, 1)
    page, token = link.rsplit("/", 1)
    assert page == "https://door.example/s" and re.fullmatch(r"1_\d{6}", token)
    wang.start(f"s_{token}")
    assert states(play) == [(1, "present", "link")]
    stranger = play.person("web", "b9")
    stranger.start(f"s_{token}")
    assert "这里还没有您的报名" in stranger.text and "告诉老师您来了" in stranger.text
    assert stranger.button("Telegram").url == f"https://t.me/jiamenkou_bot?start=s_{token}"
    assert len(states(play)) == 1


def test_who_is_excused_in_time_is_excused_at_the_end(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, li, _ = learners(play)
    teacher = teacher_of(play)
    play.at(6, 59, days=5)
    wang.tap_action("excuse:1:1")
    assert "记下您请假了" in wang.text
    play.at(7, 1)
    li.tap_action("excuse:2:1")
    assert "不到2小时" in li.text
    to_first = play.now.astimezone(town.zone).replace(hour=9, minute=5)
    play.advance(to_first - play.now)
    teacher.say("点名")
    assert "1 王秀兰 请假" in teacher.buttons and "2 李建国 待到" in teacher.buttons
    teacher.tap("3 赵桂英")
    teacher.tap("点完了")
    assert "请假1，缺1" in teacher.text and "缺席：李建国" in teacher.text


def test_nothing_is_closed_before_it_begins(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    play.at(8, 30, days=5)
    teacher.say("点名")
    teacher.tap("点完了")
    assert "还没开始上课" in teacher.text and states(play) == []


def test_my_hours(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    wang.say("我的学时")
    assert "还没有学时" in wang.text
    for _ in range(4):
        to_first_session(play) if not states(play) else play.advance(timedelta(weeks=1))
        teacher.say("点名")
        teacher.tap("全到")
        teacher.tap("点完了")
    wang.say("我的学时")
    assert "一共8学时，0.5学分，上了4次课" in wang.text
    assert "人文艺术：8学时" in wang.text and "书法入门：8学时" in wang.text
    credited = play.rows(select(credit_entry.c.enrolment_id, credit_entry.c.hundredths))
    assert [(row.enrolment_id, row.hundredths) for row in credited] == [(1, 50), (2, 50), (3, 50)]


def miss_twice(play: Play, teacher: Person) -> None:
    """Two sessions to which nobody came."""
    for week in range(2):
        to_first_session(play) if not week else play.advance(timedelta(weeks=1))
        teacher.say("点名")
        teacher.say("到赵桂英、李建国")
        teacher.tap("点完了")


def test_two_no_shows_are_told_kindly_and_can_be_appealed(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, li, _ = learners(play)
    teacher = teacher_of(play)
    owner = teacher_of(play, "owner", "xincheng", "9009")
    owner.say("你好")
    miss_twice(play, teacher)
    ids = [wang.person_id, li.person_id]
    assert play.work(standing.later, ids, "2027-spring") == {wang.person_id}
    assert play.work(standing.later, ids, "2026-autumn") == frozenset()
    wang.inbox()
    assert "2次课没请假也没来" in wang.text and "“书法入门”周六（12月5日）" in wang.text
    assert not re.search("禁|罚|黑名单|警告", wang.text)
    assert li.inbox() == []
    wang.tap("申诉")
    wang.say("算了")
    assert "交给学校" not in wang.text, "what leaves the question is not what the school reads"
    wang.say("申诉")
    for courtesy in ("谢谢", "您好", "好的"):
        wang.say(courtesy)
        assert "交给学校" not in wang.text
    wang.say("家里老人住院了")
    assert "交给学校了" in wang.text
    wang.say("申诉")
    assert "等学校看" in wang.text
    owner.inbox()
    assert "家里老人住院了" in owner.text
    forged = owner.button("同意").action
    li.tap_action(forged)
    assert "学校的工作人员" in li.text
    owner.tap("同意")
    assert play.work(standing.later, ids, "2027-spring") == frozenset()
    wang.inbox()
    assert "抽签照常" in wang.text
    owner.tap_action(forged)
    assert "有人处理过" in owner.text


def test_an_appeal_can_be_declined_and_is_listed(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    owner = teacher_of(play, "owner", "xincheng", "9009")
    owner.say("你好")
    miss_twice(play, teacher)
    wang.say("申诉")
    plain = wang.button("就这样交").action
    wang.tap("就这样交")
    owner.say("申诉")
    assert "王秀兰" in owner.text
    owner.tap("不改")
    wang.inbox()
    assert "只影响下学期" in wang.text
    assert play.work(standing.later, [wang.person_id], "2027-spring") == {wang.person_id}
    wang.say("申诉")
    assert "已经看过" in wang.text
    wang.tap_action(plain)
    assert "已经看过" in wang.text and "交上去" not in wang.text, "a second tap of long ago"


def test_a_corrected_absence_lifts_it_by_itself(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    miss_twice(play, teacher)
    assert play.work(standing.later, [wang.person_id], "2027-spring")
    teacher.tap("改一个人")
    teacher.tap("1 王秀兰")
    teacher.tap("到")
    teacher.tap("其实来了")
    assert "王秀兰，到（其实来了）" in teacher.text
    assert play.work(standing.later, [wang.person_id], "2027-spring") == frozenset()
    wang.inbox()
    assert "改过来了" in wang.text


def test_in_big_mode_and_english(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    teacher.say("大字")
    to_first_session(play)
    teacher.say("点名")
    assert len(teacher.buttons) <= 4
    teacher.say("全到")
    assert "到3" in teacher.text
    teacher.say("下一页")
    assert any("赵桂英" in label for label in teacher.buttons)
    teacher.say("点完了")
    assert "考勤记好了" in teacher.text
    teacher.say("english")
    teacher.say("take the roll")
    assert "This roll is done" in teacher.text


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_states_move_along_the_written_table(before: str, after: str) -> None:
    if after in ATTENDANCE_TRANSITIONS[before]:
        check_move(ATTENDANCE_TRANSITIONS, before, after)
    else:
        with pytest.raises(IllegalMove):
            check_move(ATTENDANCE_TRANSITIONS, before, after)


def test_a_cancelled_session_has_no_roll(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    play.work(
        lambda tx: tx.core(class_session.update().where(class_session.c.id == 1).values(state="cancelled"))
    )
    to_first_session(play)
    teacher.tap_action("roll:1:0")
    assert "取消" in teacher.text
    refused = play.work(roll.note, town, 1, 1, "present", way="roster", actor="cli:test")
    assert refused.code == "roll_cancelled"


def test_my_learning_card(store: Store, town: Town) -> None:
    pytest.importorskip("PIL")
    play = Play(store, town)
    wang, *_ = learners(play)
    teacher = teacher_of(play)
    wang.say("我的学习卡")
    assert "2026年还没有学时" in wang.text and not wang.documents
    for _ in range(3):
        to_first_session(play) if not states(play) else play.advance(timedelta(weeks=1))
        teacher.say("点名")
        teacher.tap("全到")
        teacher.tap("点完了")
    wang.say("我的学时")
    wang.tap("我的学习卡")
    assert "您学了6学时，上了1门课、3次，最长连着3周没断：人文艺术" in wang.text
    (picture,) = wang.documents
    assert picture.content.startswith(b"\x89PNG") and picture.mime == "image/png"
    wang.say("去年的学习卡")
    assert "2025年还没有学时" in wang.text
    wang.tap_action("card_of:1")
    assert "6学时" in wang.text


def test_a_code_that_cannot_be_one_is_told_so_and_a_sentence_will_do(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    to_first_session(play)
    code = checkin.code_of(town, 1)
    wang.say("签到")
    for said in ("abc", "１２３４５"):
        wang.say(said)
        assert "签到码是6位数字" in wang.text, said
    wang.say(f"我来了，签到 {code}")
    assert "签到了" in wang.text


def test_the_right_code_counts_after_a_wrong_one(store: Store, town: Town) -> None:
    play = Play(store, town)
    wang, *_ = learners(play)
    to_first_session(play)
    code = checkin.code_of(town, 1)
    wang.say("签到")
    wang.say("我到了")
    assert "打黑板上的6位签到码" in wang.text and states(play) == []
    wang.say("我的课")
    wang.say(f"{(int(code) + 1) % 10**6:06d}")  # a slip of the finger, without the question
    assert "不对" in wang.text
    wang.say(code)
    assert "签到了" in wang.text


def test_a_yes_is_no_reason_for_a_correction(store: Store, town: Town) -> None:
    play = Play(store, town)
    learners(play)
    teacher = teacher_of(play)
    to_first_session(play)
    teacher.say("点名")
    for label in ("全到", "点完了", "改一个人", "1 王秀兰", "缺"):
        teacher.tap(label)
    teacher.say("好")
    assert "请说一句为什么改" in teacher.text
    teacher.say("不改")
    assert "1 王秀兰 到" in teacher.buttons
    assert [state for _, state, _ in states(play)] == ["present"] * 3
