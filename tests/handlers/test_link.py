"""绑定: two accounts of one person become one, and the 取回码 brings a person back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.catalogue import offering
from models.enrolment import enrolment, favourite
from models.operations import audit_entry
from models.people import account, code_try, consent, link_code, person
from models.store import Store
from services import linking, verifying
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Iterator[Play]:
    """On both databases: merging touches many rows."""
    yield Play(store, make_town(store))


@pytest.fixture
def phone(play: Play) -> Person:
    """Wang on her own phone."""
    return play.person("telegram", "1001", name="王秀兰")


@pytest.fixture
def web(play: Play) -> Person:
    """Wang on the web page, which knows nobody."""
    return play.person("web", "b1")


def code_of(who: Person) -> str:
    who.say("绑定")
    if "给我一个码" in who.buttons:
        who.tap("给我一个码")
    (code,) = re.findall(r"\d{3} \d{3}(?: \d{4})?", who.text)
    return str(code)


def places(play: Play, person_id: int) -> dict[str, str]:
    query = select(offering.c.code, enrolment.c.state).join_from(enrolment, offering)
    return {
        row.code: row.state
        for row in play.rows(query.where(enrolment.c.person_id == person_id).order_by(enrolment.c.id))
    }


def join(giver: Person, taker: Person) -> None:
    code = code_of(giver)
    taker.say("绑定")
    taker.say(code)
    taker.tap("对，合成一个")


def test_the_phone_gives_a_code_and_the_web_page_takes_it(play: Play, phone: Person, web: Person) -> None:
    phone.enrol("书法")
    code = code_of(phone)
    assert "10分钟" in phone.text
    web.say("绑定")
    web.say(code)
    assert "书法入门" in web.text
    web.tap("对，合成一个")
    assert "合好了" in web.text
    web.tap("我的课")
    assert "书法入门" in web.text
    assert web.person_id == phone.person_id
    (told,) = phone.inbox()
    assert "网页" in told.text
    assert "找人帮忙" in told.text


@pytest.mark.parametrize("written", ["{a}{b}", "{a} {b}", "{a}-{b}", "{a}　{b}"])
def test_a_code_may_be_written_in_many_ways(phone: Person, web: Person, written: str) -> None:
    first, second = code_of(phone).split()
    web.say("/link " + written.format(a=first, b=second))
    assert "找到您的另一个账号" in web.text


def test_in_words_yes_and_no(play: Play, phone: Person, web: Person) -> None:
    code = code_of(phone)
    web.say("绑定")
    web.say(code)
    web.say("算了")
    assert "还是分开的" in web.text
    assert web.person_id != phone.person_id
    web.say("绑定")
    web.say(code_of(phone))
    web.say("好的")
    assert web.person_id == phone.person_id


def test_the_better_place_stays(play: Play, phone: Person, web: Person) -> None:
    """The phone waits for 手机 at the end, the web page has a seat; both are in 书法."""
    web.name = "小王"
    assert web.enrol("手机") == "enrolled"
    assert play.person("telegram", "11", name="张建国").enrol("手机") == "enrolled"
    assert phone.enrol("手机") == "waiting"
    phone.enrol("书法")
    web.enrol("书法")
    code = code_of(phone)
    web.say("绑定")
    web.say(code)
    assert (
        "两边都报了“智能手机从零学、书法入门”" in web.text
        or "两边都报了“书法入门、智能手机从零学”" in web.text
    )
    web.tap("对")
    living = {
        (row.code, row.state, row.ended)
        for row in play.rows(
            select(offering.c.code, enrolment.c.state, enrolment.c.ended).join_from(enrolment, offering)
        )
    }
    assert ("SJ01", "enrolled", "") in living
    assert ("SJ01", "withdrawn", "linked") in living
    assert ("SF01", "withdrawn", "linked") in living
    taken = {row.code: row.taken for row in play.rows(select(offering.c.code, offering.c.taken))}
    assert (taken["SF01"], taken["SJ01"]) == (1, 2)
    phone.say("我的课")
    assert phone.text.count("书法入门") == 1
    assert "候补" not in phone.text


def test_everything_comes_over_and_the_givers_settings_stay(play: Play, phone: Person, web: Person) -> None:
    phone.say("大字")
    phone.say("隐私")
    for _ in range(4):
        phone.tap("接着看")
    phone.tap("同意")
    web.say("烘焙")
    web.say("1")
    web.tap("收藏")
    web.enrol("书法")
    gone = web.person_id
    join(phone, web)
    kept = phone.person_id
    assert web.person_id == kept
    assert all(len(message.buttons()) <= 4 for message in web.messages)  # already in large print
    assert places(play, kept) == {"SF01": "enrolled"}
    for table in (favourite, account, consent):
        owners = {row.person_id for row in play.rows(select(table.c.person_id))}
        assert owners == {kept}, table.name
    assert {row.purpose for row in play.rows(select(consent))} == {"announcements", "enrolment"}
    (row,) = play.rows(select(person).where(person.c.id == kept))
    assert (row.name, bool(row.big)) == ("王秀兰", True)
    assert not play.rows(select(person).where(person.c.id == gone))
    (entry,) = play.rows(select(audit_entry).where(audit_entry.c.action == "linked"))
    assert (entry.subject, entry.fields) == (f"person:{kept}", f"person:{gone} code")


def test_whoever_is_verified_on_one_account_is_on_both(play: Play, phone: Person, web: Person) -> None:
    web.say("你好")
    phone.say("你好")
    join(phone, web)
    assert {bool(row.verified) for row in play.rows(select(account.c.verified))} == {True}


def test_three_accounts_become_one_person(play: Play, phone: Person, web: Person) -> None:
    terminal = play.person("terminal", "wang")
    terminal.enrol("烘焙")
    join(web, terminal)
    join(phone, web)
    assert phone.person_id == web.person_id == terminal.person_id
    terminal.say("我的课")
    assert "家常烘焙" in terminal.text


# guarding


def test_wrong_codes_sound_alike_and_are_counted(play: Play, phone: Person, web: Person) -> None:
    code = code_of(phone).replace(" ", "")
    wrong = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 6)]
    own = code_of(web).replace(" ", "")
    answers = set()
    for guess in wrong:
        if guess != own:
            web.say(guess)
            answers.add(web.text)
    assert answers == {"这个码不对，或者过期了。请再看看，重新打一遍。"}
    web.say(f"/link {code}")
    assert "次数太多" in web.text
    assert web.person_id != phone.person_id
    play.advance(minutes=11)
    web.say(f"/link {code_of(phone)}")
    assert "找到您的另一个账号" in web.text


def test_an_old_code_and_a_used_one_are_wrong_codes(play: Play, phone: Person, web: Person) -> None:
    old = code_of(phone)
    play.advance(minutes=10)
    web.say(f"/link {old}")
    first = web.text
    join(phone, web)
    play.person("terminal", "li").say("你好")
    other = play.person("terminal", "li")
    used = code_of(phone)
    code_of(phone)  # a new code ends the one before
    other.say(f"/link {used}")
    assert other.text == first
    assert "不对，或者过期了" in first


def test_a_code_that_ran_out_before_the_yes(play: Play, phone: Person, web: Person) -> None:
    code = code_of(phone)
    web.say(f"/link {code}")
    play.advance(minutes=11)
    web.tap("对")
    assert "过期了" in web.text
    assert web.person_id != phone.person_id


def test_the_same_code_joins_once(play: Play, phone: Person, web: Person) -> None:
    code = code_of(phone)
    other = play.person("terminal", "li")
    web.say(f"/link {code}")
    other.say(f"/link {code}")
    web.tap("对")
    other.tap("对")
    assert "过期了" in other.text
    assert other.person_id != phone.person_id


def test_a_tap_out_of_nowhere_joins_nobody(phone: Person, web: Person) -> None:
    code_of(phone)
    web.say("你好")
    web.tap_action("link_ok")
    assert web.person_id != phone.person_id


def test_ones_own_code_is_for_the_other_account(play: Play, phone: Person) -> None:
    phone.say(code_of(phone))
    assert "请到另一个账号" in phone.text
    assert play.rows(select(code_try)) == []


def test_codes_are_kept_as_hashes_one_at_a_time(play: Play, phone: Person) -> None:
    code_of(phone)
    code = code_of(phone).replace(" ", "")
    (row,) = play.rows(select(link_code))
    assert row.code_hash == linking.hashed(play.town, code)
    assert code not in row.code_hash
    assert row.expires_at == play.now + timedelta(minutes=10)


def test_many_new_accounts_cannot_guess_together(play: Play, phone: Person) -> None:
    short = code_of(phone)
    play.work(many_tries, play, phone.account_id)
    newcomer = play.person("web", "b9")
    newcomer.say(f"/link {short}")
    assert "现在的绑定码是10个数字" in newcomer.text
    assert not newcomer.text.startswith("找到")
    # it turns nobody away: with a code of ten digits, typed in the same dialogue, they are joined
    long = code_of(phone)
    assert re.fullmatch(r"\d{3} \d{3} \d{4}", long)
    newcomer.say(long)
    newcomer.tap("对")
    assert newcomer.person_id == phone.person_id


def test_when_the_guessing_is_over_short_codes_are_good_again(play: Play, phone: Person, web: Person) -> None:
    phone.say("你好")
    play.work(many_tries, play, phone.account_id)
    play.advance(hours=25)
    join(phone, web)
    assert web.person_id == phone.person_id


@pytest.mark.parametrize("giver_has_it", [True, False])
def test_who_acts_for_a_school_is_not_joined_by_a_code(
    play: Play, phone: Person, web: Person, giver_has_it: bool
) -> None:
    web.say("你好")
    code = code_of(phone)
    holder = "telegram:1001" if giver_has_it else "web:b1"
    play.work(lambda tx: grant(tx, play.town, holder, "teacher", "root", "cli:test"))
    web.say(f"/link {code}")
    assert "替学校办事" in web.text
    assert web.person_id != phone.person_id


def test_a_role_given_between_the_code_and_the_yes(play: Play, phone: Person, web: Person) -> None:
    web.say(f"/link {code_of(phone)}")
    play.work(lambda tx: grant(tx, play.town, "web:b1", "teacher", "root", "cli:test"))
    web.tap("对")
    assert web.person_id != phone.person_id


def test_the_preview_says_whom_it_verifies(play: Play, phone: Person, web: Person) -> None:
    web.say("你好")
    web.say(f"/link {code_of(phone)}")
    assert "网页账号也算核实过的" in web.text
    web.tap("对")
    join(phone, play.person("terminal", "wang"))
    assert "核实" not in web.text


def many_tries(tx: Any, play: Play, account_id: int) -> None:
    for _ in range(linking.TRIES_OF_TOWN):
        tx.add(linking.ADD_TRY, account_id=account_id, at=play.now)


@pytest.mark.parametrize(
    ("said", "answer"),
    [("1234", "6个数字"), ("12345678", "6个数字"), ("书法", "书法入门"), ("谢谢", "不客气")],
)
def test_what_is_no_code(phone: Person, said: str, answer: str) -> None:
    phone.say("绑定")
    phone.say(said)
    assert answer in phone.text


def test_an_account_that_is_being_deleted_is_not_joined(play: Play, phone: Person, web: Person) -> None:
    phone.say("注销")
    phone.tap("确认注销")
    web.say(f"/link {code_of(phone)}")
    assert "正在注销" in web.text
    assert web.person_id != phone.person_id


# the 取回码


def recovery_code(who: Person) -> str:
    who.enrol("书法")
    (code,) = re.findall(r"\d{4} \d{4} \d{4}", who.text)
    return str(code)


@pytest.mark.parametrize("spaces", [True, False])
def test_the_code_brings_the_enrolments_to_a_new_browser(play: Play, web: Person, spaces: bool) -> None:
    code = recovery_code(web)
    other = play.person("web", "b2")
    other.say("取回码")
    other.say(code if spaces else code.replace(" ", ""))
    assert "书法入门" in other.text
    other.tap("对")
    assert "找回来了" in other.text
    assert other.person_id == web.person_id
    other.say("我的课")
    assert "书法入门" in other.text
    other.enrol("烘焙")
    assert "取回码" not in other.text  # the one that was written down still holds


def test_the_browser_that_was_lost_is_a_stranger_from_then_on(play: Play, web: Person) -> None:
    code = recovery_code(web)
    lost = web.account_id
    other = play.person("web", "b2")
    other.say(f"/link {code.replace(' ', '')}")
    other.tap("对")
    epochs = {row.id: row.cookie_epoch for row in play.rows(select(account.c.id, account.c.cookie_epoch))}
    assert epochs == {lost: 1, other.account_id: 0}


def test_a_wrong_recovery_code_counts_as_a_try(play: Play, web: Person) -> None:
    recovery_code(web)
    other = play.person("web", "b2")
    for _ in range(5):
        other.say("/link 000011112222")
        assert "不对" in other.text
    other.say("/link 000011112222")
    assert "次数太多" in other.text


# codes as people type them


@pytest.mark.parametrize(
    "written", ["{0}", "{1}", "取回 {0}", "找回{1}", "我的取回码是 {0}", "绑定 {1}", "/link {1}"]
)
def test_a_recovery_code_is_tried_however_it_is_typed(play: Play, web: Person, written: str) -> None:
    code = recovery_code(web)
    other = play.person("web", "b2")
    other.say(written.format(code, code.replace(" ", "")))
    assert "找到您的另一个账号" in other.text
    other.tap("对")
    assert other.person_id == web.person_id


@pytest.mark.parametrize("written", ["{0}", "{1}", "绑定{1}", "绑定 {0}", "我的绑定码：{0}"])
def test_a_link_code_is_tried_however_it_is_typed(phone: Person, web: Person, written: str) -> None:
    code = code_of(phone)
    web.say(written.format(code, code.replace(" ", "")))
    assert "找到您的另一个账号" in web.text


def test_a_newcomer_is_asked_for_the_code_and_shown_none(phone: Person, web: Person) -> None:
    phone.enrol("书法")
    phone.say("绑定")
    assert re.search(r"\d{3} \d{3}", phone.text)  # who has something to bring gets a code at once
    web.say("绑定")
    assert "您手上有" in web.text
    assert not re.search(r"\d{3} \d{3}", web.text)
    web.tap("给我一个码")
    assert re.search(r"\d{3} \d{3}", web.text)


def test_找回_asks_for_the_code(play: Play, web: Person) -> None:
    code = recovery_code(web)
    other = play.person("web", "b2")
    other.say("找回")
    assert "12个数字" in other.text
    other.say(code)
    assert "找到您的另一个账号" in other.text


@pytest.mark.parametrize("said", ["2026-12", "10 000", "2026 1205 0900 11", "20261205"])
def test_other_numbers_are_no_codes(play: Play, web: Person, said: str) -> None:
    web.say(said)
    assert "码" not in web.text
    assert play.rows(select(code_try)) == []


# the school verifies


def test_the_school_verifies_a_web_account(play: Play, web: Person) -> None:
    web.say("你好")
    assert play.work(verifying.verify, play.town, "web:b1", "cli:test") is verifying.Verified.DONE
    assert play.work(verifying.verify, play.town, "web:b1", "cli:test") is verifying.Verified.UNCHANGED
    assert play.work(verifying.verify, play.town, "web:nobody", "cli:test") is verifying.Verified.NO_ACCOUNT
    (row,) = play.rows(select(audit_entry).where(audit_entry.c.action == "verified"))
    assert (row.actor, row.subject) == ("cli:test", f"person:{web.person_id}")
