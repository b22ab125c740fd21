"""A class that is half over: what is shown is what is still to come."""

from __future__ import annotations

from sqlalchemy import text

from tests.handlers.play import Play


def test_the_card_of_a_class_that_one_is_in(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    assert "共8次" in wang.text
    play.at(12, days=6)  # Sunday: one session is over
    wang.say("我的课")
    wang.say("1")
    assert "12月12日到1月23日，还有7次" in wang.text
    assert "12月5日" not in wang.text


def test_in_english_the_audience_is_english_where_it_is_known(play: Play) -> None:
    said = text("UPDATE offering SET audience = '老年人、零基础、戏迷、船工' WHERE code = 'SF01'")
    play.work(lambda tx: tx.core(said))
    li = play.person("telegram", "1002", name="Li")
    li.say("书法")
    li.say("1")
    assert "适合：老年人、零基础、戏迷、船工" in li.text
    li.say("/lang en")
    li.say("书法")
    li.say("1")
    assert "For: older people, beginners, opera fans, 船工" in li.text
