"""Buttons of long ago, tapped while something is being asked: the question stands, and its numbers with it.

A property over the table of routes, so that a new verb is covered by being there.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.router import routes
from handlers.routes import long_number, number
from models.enrolment import enrolment
from models.people import conversation
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import owner_of
from tests.handlers.test_door import send

# a number of nothing that there is, and words that some verbs know
NOTHING = 777_777
WORDS = ("gone", "present", "mistake")


# looked at beside a question, with numbers of their own
BESIDE = frozenset(
    {"big", "fam_band", "fam_child", "group_set", "help_all", "help_human", "lang_menu", "phone"}
)
# lists from a place on, and what is about nothing that could be gone: another screen takes its place
SCREENS = frozenset(
    {"approve_next", "card_of", "fam_all", "fam_grown", "fam_several", "favs", "fees_page", "forget_ok",
     "inbox", "mys", "privacy_page", "watches_from", "winset_page"}
)  # fmt: skip


# the no of a question, which says that nothing was done
NOES = (
    "act_no", "ask_no", "change_no", "decide_no", "enrol_stop", "excuse_no", "fam_stay", "fam_stop",
    "forget_no", "invite_no", "link_no", "nominate_not", "own_nothing", "paper_no", "rate_none",
    "recovery_no", "sheet_kept", "sheet_no", "watch_no", "winset_no", "withdraw_no:1",
)  # fmt: skip


def state_of(who: Person) -> dict[str, Any]:
    """What the conversation remembers."""
    kept = who.play.rows(select(conversation.c.state).where(conversation.c.account_id == who.account_id))
    found: dict[str, Any] = json.loads(kept[0].state)
    return found


def put_back(who: Person, state: dict[str, Any]) -> None:
    """The conversation as it was."""
    kept = update(conversation).where(conversation.c.account_id == who.account_id)
    who.play.work(lambda tx: tx.core(kept.values(state=json.dumps(state))).rowcount)


def long_gone(verb: str) -> Iterator[str]:
    """The verb about things that are not there."""
    _, parsers = routes.taps[verb]
    kinds = [(NOTHING,) if parser in (number, long_number) else WORDS for parser in parsers]
    for arguments in itertools.product(*kinds):
        yield ":".join([verb, *map(str, arguments)])


def learner(play: Play) -> Person:
    who = play.person("telegram", "1001", name="王秀兰")
    who.enrol("书法")
    return who


def owner(play: Play) -> Person:
    who = owner_of(play)
    who.enrol("书法")
    return who


@pytest.mark.parametrize("speaker", [learner, owner])
def test_whatever_leaves_the_question_leaves_its_numbers(play: Play, speaker: Any) -> None:
    who = speaker(play)
    who.say("退出")
    asked = state_of(who)
    assert asked["step"] == "withdraw"
    assert set(asked["choices"]) == {"1", "2"}
    lost: list[str] = []
    for verb in routes.taps:
        for tapped in long_gone(verb):
            who.tap_action(tapped)
            now = state_of(who)
            kept = now.get("step") == "withdraw"
            if kept and now.get("choices") != asked["choices"] and verb not in BESIDE:
                lost.append(f"{tapped}: {who.text} {who.buttons}")
            if ":" in tapped and not kept and verb not in SCREENS:
                lost.append(f"{tapped} puts the question aside: {who.text}")
            if now != asked:
                put_back(who, asked)
    assert not lost, "\n".join(lost)
    assert play.rows(select(enrolment.c.state))[0].state == "enrolled"


def test_the_number_typed_next_answers_what_is_asked(play: Play) -> None:
    who = learner(play)
    who.say("退出")
    who.tap_action("fam_yes")
    assert who.text == "这个按钮已经失效了。上面问的还等着您，请接着回答。"
    who.tap_action("offer_yes:9")
    assert who.text == "现在没有等您回复的名额。\n上面问的还等着您，请接着回答。"
    assert not who.buttons
    who.say("1")
    assert "退" in who.text
    assert play.rows(select(enrolment.c.state))[0].state == "withdrawn"


def test_where_nothing_is_asked_there_are_ways_on(play: Play) -> None:
    who = learner(play)
    who.tap_action("fam_yes")
    assert "这个按钮已经失效了。要继续，请直接打字" in who.text
    assert who.buttons == ["看看有哪些课", "我的课"]


def test_a_question_about_what_is_gone_is_over(play: Play) -> None:
    who = learner(play)
    who.say("退出")
    asked = state_of(who)
    put_back(who, asked | {"choices": {"1": ["看一看", f"card:{NOTHING}"]}})
    who.tap_action(f"card:{NOTHING}")
    assert "step" not in state_of(who)
    assert who.buttons == ["看看有哪些课"]


@pytest.mark.parametrize("said", ["谢谢", "你好", "再见"])
def test_kind_words_leave_the_numbers(play: Play, said: str) -> None:
    who = learner(play)
    who.say("退出")
    who.say(said)
    assert "没有第" not in who.text and not who.buttons
    who.say("1")
    assert play.rows(select(enrolment.c.state))[0].state == "withdrawn"


@pytest.mark.parametrize("speaker", [learner, owner])
@pytest.mark.parametrize("name", ["名单.xlsx", "名单.pdf", "课程.csv"])
def test_a_file_that_is_no_answer_leaves_the_numbers(play: Play, speaker: Any, name: str) -> None:
    who = speaker(play)
    who.say("退出")
    send(who, name, "尊敬的学员：您好".encode())
    assert who.text
    who.say("2")
    assert who.text == "好的，没有退。"


@pytest.mark.parametrize("tapped", NOES)
def test_a_no_of_long_ago_claims_nothing_and_ends_no_other_question(play: Play, tapped: str) -> None:
    who = owner(play)
    who.tap_action(tapped)
    assert "已经过去了，不用再答" in who.text or "已经发布或者取消了" in who.text
    who.say("请假")
    asked = state_of(who)
    who.tap_action(tapped if tapped != "excuse_no" else "change_no")
    assert "上面问的还等着您" in who.text
    assert state_of(who) == asked


def test_what_was_done_is_not_denied_by_the_no_beside_it(play: Play) -> None:
    who = learner(play)
    who.say("退出")
    no = who.button("不退了").action
    who.say("1")
    who.tap_action(no)
    assert "没有退" not in who.text
    assert play.rows(select(enrolment.c.state))[0].state == "withdrawn"
