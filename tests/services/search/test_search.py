"""Searching the small town: what must be found, what must not, and in which order."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pypinyin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search.alternatives import alternatives
from services.search.index import CatalogueIndex, Found
from services.search.record import CatalogueRecord
from services.understanding import Meaning, understand
from services.understanding.lexicon import Lexicon
from tests.services.search.catalogue import NOW, TODAY, ZONE, records, town
from tests.services.understanding.test_meaning import MEANINGS


def ask(text: str, index: CatalogueIndex | None = None, limit: int = 100) -> Found:
    index = index or town()
    meaning = understand(text, today=TODAY, now_minute=720, lexicon=index.lexicon)
    assert meaning.intent == "search"
    return index.search(meaning, now=NOW, zone=ZONE, limit=limit)


def titles(found: Found, index: CatalogueIndex | None = None) -> list[str]:
    found_records = [(index or town()).get(hit.offering_id) for hit in found.hits]
    return [record.title for record in found_records if record]


# what is asked, what must stand among the results, what must not
ASKED = [
    ("书法", {"书法楷书一年级", "书法行书二年级", "周末书法体验", "硬笔书法", "少儿书法"}, {"国画花鸟"}),
    ("请问有没有教写毛笔字的", {"书法楷书一年级", "周末书法体验"}, {"国画花鸟"}),
    ("shufa", {"书法楷书一年级", "硬笔书法"}, {"国画花鸟"}),
    ("書法", {"书法楷书一年级"}, set()),
    ("琴", {"电子琴一年级", "扬琴", "钢琴启蒙"}, {"二胡入门", "古筝一年级"}),
    ("舞", {"广场舞", "拉丁舞", "民族舞蹈"}, {"瑜伽一年级"}),
    ("乐器", {"二胡入门", "古筝一年级", "葫芦丝", "钢琴启蒙", "尤克里里"}, {"声乐一年级", "广场舞"}),
    ("舞蹈", {"广场舞", "拉丁舞", "少儿街舞", "交谊舞"}, {"健身操"}),
    ("给我妈找个手机班", {"智能手机入门", "智能手机提高班"}, {"电脑基础"}),
    ("tjq", {"太极拳二十四式", "太极拳提高班"}, {"八段锦"}),
    ("太极", {"太极拳二十四式", "太极拳提高班"}, {"八段锦"}),
    ("东关街道附近的太极", {"太极拳二十四式"}, {"太极拳提高班"}),
    ("晚上有什么课", {"葫芦丝", "广场舞", "低压电工"}, {"书法楷书一年级"}),
    ("周末免费的", {"周末书法体验", "读书沙龙", "象棋"}, {"摄影基础", "葫芦丝"}),
    ("五十块以内的舞蹈", {"拉丁舞", "广场舞", "交谊舞"}, {"民族舞蹈", "少儿街舞"}),
    ("考电工证", {"低压电工"}, {"电焊工"}),
    ("看孩子", {"育婴员"}, set()),
    ("带孙子", {"隔代教育讲座"}, set()),
    ("防骗", {"防诈骗讲座"}, set()),
    ("跳操", {"健身操"}, set()),
    ("炒菜", {"家常菜", "中式烹调师"}, set()),
    ("做吃的", {"家常菜", "烘焙入门", "面点制作"}, set()),
    ("线上的英语", {"英语口语"}, set()),
    ("不是线上的英语", set(), {"英语口语"}),
    ("王秀兰", {"书法楷书一年级", "书法行书二年级"}, {"硬笔书法"}),
    ("林老师", {"古筝一年级", "电子琴一年级"}, {"二胡入门"}),
    ("图书馆周末", {"周末书法体验", "读书沙龙"}, {"素描基础"}),
    ("职业技能 免费", {"养老护理员", "电商开店"}, {"低压电工"}),
    ("8岁的孩子学画画", set(), {"国画花鸟"}),
    ("我妈六十五了，想学跳舞", {"民族舞蹈", "广场舞"}, {"少儿街舞"}),
    ("二十四式", {"太极拳二十四式"}, {"太极拳提高班"}),
    ("国画花鸟", {"国画花鸟"}, set()),
    ("DG001", {"书法楷书一年级"}, {"书法行书二年级"}),
]


@pytest.mark.parametrize(("text", "wanted", "unwanted"), ASKED, ids=[row[0] for row in ASKED])
def test_the_right_classes_are_found(text: str, wanted: set[str], unwanted: set[str]) -> None:
    found = set(titles(ask(text)))
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("text", ["滑雪", "有没有滑雪班", "潜水", "马术", "跳伞", "书桌", "huaxue"])
def test_what_nobody_teaches_finds_nothing(text: str) -> None:
    assert ask(text) == Found(0)


def test_a_title_outranks_a_description() -> None:
    found = titles(ask("手机"))
    assert {"手机短视频剪辑", "智能手机入门", "智能手机提高班"} == set(found[:3])
    assert titles(ask("考证")).count("低压电工") == 1


def test_the_next_to_start_comes_first_among_equals() -> None:
    found = [town().get(hit.offering_id) for hit in ask("马上开课的").hits]
    starts = [min(day for day in record.dates if day >= TODAY.toordinal()) for record in found if record]
    assert starts == sorted(starts)


def test_the_cheapest_comes_first_and_an_untold_price_last() -> None:
    found = [town().get(hit.offering_id) for hit in ask("最便宜的").hits]
    fees = [record.fee_fen for record in found if record]
    assert fees[-1] is None
    told = [fee for fee in fees if fee is not None]
    assert told == sorted(told) and len(told) == len(fees) - 1


def test_an_untold_price_is_never_free_nor_cheap() -> None:
    assert "素描基础" not in titles(ask("免费")) + titles(ask("五百块以内"))
    assert "素描基础" in titles(ask("素描"))


def test_the_nearest_comes_first() -> None:
    wish = Meaning(words=("瑜伽",), near=(36.05, 114.31), order="nearest")
    assert titles(town().search(wish, now=NOW, zone=ZONE)) == ["晚间瑜伽", "瑜伽一年级"]


def test_an_hour_counts_only_with_its_own_day() -> None:
    # 书法楷书 meets on Monday mornings and Thursday afternoons
    assert "书法楷书一年级" in titles(ask("周四下午的书法"))
    assert "书法楷书一年级" not in titles(ask("周四上午的书法"))
    assert "书法楷书一年级" not in titles(ask("12月10号上午的书法"))


def test_pages_never_overlap() -> None:
    everything = ask("找课", limit=1000)
    assert everything.total == len(everything.hits) == len(records())
    wish = Meaning()
    pages = [town().search(wish, now=NOW, zone=ZONE, limit=7, offset=at).hits for at in range(0, 98, 7)]
    assert [hit for page in pages for hit in page] == list(everything.hits)


def test_only_what_can_be_joined_now_is_found() -> None:
    index = CatalogueIndex(Lexicon())
    base = replace(records()[0], enrol_opens=None, enrol_closes=None)
    index.build(
        [
            replace(base, offering_id=1, code="A1"),
            replace(base, offering_id=2, code="A2", cancelled=True),
            replace(base, offering_id=3, code="A3", enrol_opens=NOW + timedelta(seconds=1)),
            replace(base, offering_id=4, code="A4", enrol_closes=NOW),
            replace(base, offering_id=5, code="A5", enrol_opens=NOW, enrol_closes=NOW + timedelta(seconds=1)),
        ]
    )
    wish = Meaning(words=("书法",))
    assert {hit.code for hit in index.search(wish, now=NOW, zone=ZONE).hits} == {"A1", "A5"}
    assert index.search(wish, now=NOW, zone=ZONE, include_closed=True).total == 5


def test_a_change_is_searchable_at_once() -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    assert ask("皮影戏", index) == Found(0)
    index.apply([replace(records()[0], offering_id=900, code="NEW1", title="皮影戏")], [2])
    assert titles(ask("皮影戏", index), index) == ["皮影戏"]
    assert titles(ask("piyingxi", index), index) == ["皮影戏"]
    assert "书法行书二年级" not in titles(ask("书法", index), index)
    index.apply([replace(records()[0], offering_id=900, code="NEW2", title="木偶戏")])
    assert ask("皮影戏", index) == Found(0)
    assert index.by_code("NEW1") is None
    found = index.by_code("new2")
    assert found is not None and found.title == "木偶戏"
    index.apply([], [900, 901])
    assert index.get(900) is None and len(index) == len(records()) - 1


def test_readers_and_a_writer_do_not_disturb_each_other() -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    faults: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(100):
                assert ask("瑜伽", index).total >= 2
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for number in range(15):
        index.apply(
            [replace(records()[3], offering_id=1000 + number, code=f"N{number}", title=f"新课{number}")]
        )
    for thread in readers:
        thread.join()
    assert not faults
    assert len(index) == len(records()) + 15


@pytest.mark.parametrize("record", records(), ids=lambda record: record.title)
def test_a_class_is_found_by_its_title_and_its_pinyin(record: CatalogueRecord) -> None:
    spelled = "".join(pypinyin.lazy_pinyin(record.title, v_to_u=False))
    initials = "".join(pypinyin.lazy_pinyin(record.title, style=pypinyin.Style.FIRST_LETTER))
    for text in (record.title, spelled):
        assert record.title in titles(ask(text)), text
    if any(char.isascii() for char in record.title):
        return
    wish = Meaning(words=(initials,))
    assert record.title in titles(town().search(wish, now=NOW, zone=ZONE, limit=100))


NAMES = st.text(alphabet="书法太极舞蹈琴画手机音乐银行重阳长寿传统家乡编织绿植数学", min_size=3, max_size=10)


@settings(deadline=None, max_examples=40)
@given(NAMES)
def test_any_new_title_is_found_by_itself(title: str) -> None:
    index = CatalogueIndex(Lexicon())
    index.build([replace(records()[0], title=title)])
    assert ask(title, index).total == 1
    assert index.search(Meaning(words=(title,)), now=NOW, zone=ZONE).total == 1
    spelled = "".join(pypinyin.lazy_pinyin(title, v_to_u=False))
    assert spelled and index.search(Meaning(words=(spelled,)), now=NOW, zone=ZONE).total == 1


@settings(deadline=None, max_examples=200)
@given(MEANINGS)
def test_dropping_a_condition_never_shrinks_the_result(meaning: Meaning) -> None:
    before = town().search(meaning, now=NOW, zone=ZONE, limit=200)
    for part in meaning.parts():
        after = town().search(meaning.without(part), now=NOW, zone=ZONE, limit=200)
        assert {hit.code for hit in before.hits} <= {hit.code for hit in after.hits}


def test_what_shuts_everything_out_is_named() -> None:
    wish = understand("周末免费的拉丁舞", today=TODAY, now_minute=0, lexicon=town().lexicon)
    assert town().search(wish, now=NOW, zone=ZONE).total == 0
    assert [other.relaxed for other in alternatives(town(), wish, now=NOW, zone=ZONE)] == [
        "fee+weekdays",
        "word:拉丁舞",
    ]
    wish = wish.without("weekdays")
    offered = alternatives(town(), wish, now=NOW, zone=ZONE)
    assert offered[0].relaxed == "fee"
    assert titles(offered[0].found) == ["拉丁舞"]
    assert offered[0].meaning == Meaning(words=("拉丁舞",))


def test_a_single_wish_that_nothing_fits_has_no_alternative() -> None:
    assert alternatives(town(), Meaning(words=("滑雪",)), now=NOW, zone=ZONE) == ()
