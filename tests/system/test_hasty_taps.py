"""Hasty thumbs over the stand-in Bot API: two taps before an answer is seen, and buttons of long ago."""

from __future__ import annotations

from models.statement import Tx
from models.store import Store, work_now
from services.roles import grant
from tests.botapi import Message, Person
from tests.system.town_days import Week, a_week
from tests.town import START

PATIENCE = 20.0


def nothing_more(tx: Tx) -> None:
    """The small town as it is."""


async def says(week: Week, person: Person, *words: str) -> Message:
    """Type one after the other; the newest message that came."""
    for said in words:
        await person.says(said)
        await week.at_rest()
    return person.chat.from_bot[-1]


async def taps(week: Week, person: Person, shown: Message, label: str, times: int = 1) -> Message:
    """Tap a button of this message as it was shown, so many times at once."""
    found = next(one for row in shown.buttons for one in row if one.label.startswith(label))
    for _ in range(times):
        await person.taps_data(str(found.data), shown.message_id)
    await week.at_rest()
    return person.chat.from_bot[-1]


async def test_hasty_thumbs_do_no_harm(sqlite_store: Store) -> None:
    async with a_week(sqlite_store, START, nothing_more, PATIENCE) as week:
        wang, teacher = week.api.user(1001, "王秀兰"), week.api.user(9001, "王老师")
        asked = await says(week, wang, "/start c_SF01", "报名", "好", "好")
        enrolled = await taps(week, wang, asked, "确认报名", times=2)
        assert "已经报名" in enrolled.text
        await says(week, wang, "退课")
        leaving = wang.chat.from_bot[-1]
        await taps(week, wang, asked, "不报了")
        assert "上面问的还等着您" in wang.chat.from_bot[-1].text
        await wang.sends_file("名单.xlsx", b"no sheet")
        await says(week, wang, "谢谢", "啊" * 4000)
        kept = await says(week, wang, "2")
        assert kept.text == "好的，没有退。"
        await taps(week, wang, leaving, "确认退出")
        assert "真的要退出" in wang.chat.from_bot[-1].text, "a yes of long ago asks again"
        await says(week, wang, "2")

        work_now(
            sqlite_store, lambda tx: grant(tx, week.town, "telegram:9001", "teacher", "xincheng", "test")
        )
        week.it_is(START.replace(month=12, day=5, hour=9, minute=5))
        roll = await says(week, teacher, "点名")
        await taps(week, teacher, roll, "1 王秀兰", times=2)
        assert "到1" in roll.text and roll.edited, "changed in place, and by one tap only"
