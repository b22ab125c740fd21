"""What is offered when nothing fits."""

from __future__ import annotations

from services.search.alternatives import Alternative, alternatives
from services.search.index import CatalogueIndex
from services.understanding import Meaning, understand
from tests.services.search.catalogue import NOW, TODAY, ZONE, town


def offered(meaning: Meaning | str, index: CatalogueIndex | None = None) -> tuple[Alternative, ...]:
    if isinstance(meaning, str):
        meaning = understand(meaning, today=TODAY, now_minute=0, lexicon=town().lexicon)
    assert town().search(meaning, now=NOW, zone=ZONE).total == 0
    return alternatives(index or town(), meaning, now=NOW, zone=ZONE)


def titles(alternative: Alternative) -> list[str]:
    found = [town().get(hit.offering_id) for hit in alternative.found.hits]
    return [record.title for record in found if record]


def test_each_condition_that_alone_is_to_blame_is_named_with_how_many_then_fit() -> None:
    fee, weekdays, word = offered("周末免费的舞蹈")
    assert (fee.relaxed, weekdays.relaxed) == ("fee", "weekdays")
    # nearest to free comes first
    assert titles(fee) == ["交谊舞", "少儿街舞"]
    assert titles(weekdays) == ["广场舞"]
    assert (fee.found.total, weekdays.found.total) == (2, 1)
    assert word.relaxed == "word:舞蹈"


def test_a_topic_is_widened_before_it_is_given_up() -> None:
    # it meets on Friday evenings; on Mondays there is another dance
    weekdays, wide = offered(Meaning(words=("拉丁舞",), weekdays=frozenset({0}), hours=(1080, 1440)))
    assert weekdays.relaxed == "weekdays"
    assert (wide.parts, wide.wider) == (("word:拉丁舞",), "舞蹈")
    assert wide.meaning.words == ("舞蹈",)
    assert titles(wide) == ["广场舞"]


def test_what_nobody_teaches_is_answered_by_its_wider_topic() -> None:
    (wide,) = offered(Meaning(words=("琵琶",)))
    assert wide.wider == "乐器"
    assert "二胡入门" in titles(wide)


def test_either_of_two_things_is_widened_too() -> None:
    (wide,) = offered(Meaning(words=("琵琶|马头琴",)))
    assert (wide.parts, wide.wider) == (("word:琵琶|马头琴",), "乐器")


def test_where_no_single_condition_is_to_blame_the_two_are_named() -> None:
    # costs 1000 yuan, on Saturday mornings
    (two,) = offered(Meaning(words=("叉车驾驶",), free=True, weekdays=frozenset({1}), place=("城西",)))
    assert set(two.parts) == {"fee", "weekdays"}
    assert two.relaxed == "+".join(two.parts)
    assert titles(two) == ["叉车驾驶"]


def test_of_two_conditions_both_wrong_none_is_left_to_ask_for() -> None:
    assert offered(Meaning(words=("滑雪",), code="ZZ999")) == ()


def test_a_wish_that_is_no_must_is_never_what_is_given_up() -> None:
    meaning = Meaning(words=("拉丁舞",), free=True, hours=(0, 720), soft=frozenset({"hours"}))
    assert [one.relaxed for one in offered(meaning)] == ["fee", "word:拉丁舞"]


def test_free_in_the_evening_is_answered_by_what_costs_and_by_what_is_free_by_day() -> None:
    fee, hours, _ = offered("智能手机 晚上 免费")
    assert (fee.relaxed, titles(fee)) == ("fee", ["手机短视频剪辑"])
    assert (hours.relaxed, sorted(titles(hours))) == ("hours", ["智能手机入门", "智能手机提高班"])


def test_painting_for_children_is_widened_to_painting() -> None:
    (wide,) = offered("少儿画画")
    assert (wide.parts, wide.wider) == (("word:儿童画",), "绘画")
    assert titles(wide)[0] == "水彩风景", "before what is taught to the old alone"
