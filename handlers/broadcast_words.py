"""What an organiser types on the screen from which a broadcast is sent, instead of tapping its buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, select

from handlers import broadcast_audience, broadcast_buttons, broadcast_compose
from handlers.broadcast_draft import NOT_SENT, as_draft, begins_with, drop, own_draft, review, says_now
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.yes_no import is_no
from models.broadcasting import broadcast
from models.statement import Row, Statement
from services.broadcasting import composing, rows
from services.broadcasting.when import how_often, read_time, several_days
from services.regex import regex
from services.understanding.normalise import keyed

routes = Routes()
MOST_SAID = 16
_TAIL = r"[吧了啊呀哦嘛呢]*"
# the label of each button, what opens it, and how people say it
WAYS: tuple[tuple[str, Callable[..., bool | None], re.Pattern[str]], ...] = tuple(
    (label, opens, regex(f"(?:{words}){_TAIL}"))
    for label, opens, words in (
        (
            "bcast.at", broadcast_compose.ask_time,
            r"(?:我想|我要|还是)?(?:定|约|设|选|换|改)(?:一?个|一下|好)?"
            r"(?:发送|发的?)?(?:时间|时候)(?:再?发)?"
            r"|定时(?:发送|发|群发)?|(?:几点|什么时候|啥时候)发|(?:晚点|以后|过(?:一?会儿?)|等会儿?|改天|回头)再?发"
            r"|发送时间|later",
        ),
        (
            "bcast.test", broadcast_compose.test_to_oneself,
            r"预览(?:一下)?|试发(?:一下|一条)?|测试(?:一下|发送)?|试一?试|先?看看效果|先?看看|test"
            r"|先?(?:发|给)(?:一条|一份|一个)?给?(?:我|自己)(?:自己|先)?"
            r"(?:看看|看一[看眼下]|瞧瞧|瞧一瞧|试试|试一下)?",
        ),
        (
            "bcast.button", broadcast_buttons.ask_button,
            r"(?:再|我想|我要|还要)?(?:加|添|放)(?:一?个|上)?按钮",
        ),
        (
            "bcast.no_buttons", broadcast_buttons.no_buttons,
            r"(?:不要|去掉|删掉|删了|取消)(?:这个|那个|所有)?按钮(?:去掉|删掉)?|按钮(?:不要|去掉|删掉|删了)",
        ),
        (
            "bcast.retext", broadcast_compose.again_text,
            r"(?:我想|我要|还要|再)?(?:改|换|修改|重写|重新写|改写)(?:一下|一改|改|几个|个)?"
            r"(?:文字|内容|文案|正文|措辞|写法|话|字|词)|(?:文字|内容|文案|正文)(?:要|得|再)?(?:改|换)(?:一下|一改|改)?"
            r"|重写|重新写|改写|写错了?|改一下|改一改|改改|修改",
        ),
        (
            "bcast.rewhom", broadcast_audience.asked_again,
            r"(?:我想|我要|还要|再|重新)?(?:换|改|重选|选|挑)(?:一下|一换|一?个|一批|批|些)?"
            r"(?:发送)?(?:对象|收件人|人群|范围|人|别人|别的人)"
            r"|(?:对象|收件人|人群|范围)(?:要|得|再)?(?:改|换)(?:一下|一改|改)?"
            r"|(?:改|换成?)?发给(?:别人|别的人)|换一批",
        ),
        ("bcast.go_on", review, r"(?:接着|继续|回去)(?:写|办|编|弄)(?:群发|通知|那条|这条)?|回到?群发"),
        ("bcast.urgent", broadcast_compose.ask_urgent, r"(?:标为|算|改成)?紧急(?:通知)?"),
        ("bcast.calm", broadcast_compose.calmed, r"不(?:算)?紧急"),
    )
)  # fmt: skip
# what is said as well of a list of classes, of time or of something else, where no draft is on the screen
ELSEWHERE = frozenset(
    ("先看看", "看看", "试试", "试一试", "换一批", "换人", "改人", "选人", "改时间", "换时间", "换个时间",
     "改一下", "改一改", "改改", "修改", "写错了", "给我看看",
     "later", "test", "现在", "马上", "now", "紧急", "不紧急")
)  # fmt: skip
# the questions of composing that take one's words for an answer; said there, the label of a button opens it
ASKS = frozenset({"bcast.text", "bcast.expr", "bcast.button", "bcast.time", "bcast.repeat"})
# 明早8点发, and not 出发, 理发, 开发
_SENDS_AT = regex(
    r".*(?:发出去|发送|群发|(?<![出美理沙头烫染剪毛假白长短护洗盘编开爆突激批颁转散自])发)(?:吧|好了)?[。.!！]?"
)
# after the draft was begun something else was sent, so that 现在发 is rather said of that once more
SENT_SINCE = Statement(
    select(broadcast.c.id)
    .where(
        broadcast.c.author_id == bindparam("person_id"),
        broadcast.c.launched_at > bindparam("since", type_=broadcast.c.launched_at.type),
    )
    .limit(1)
)


def typed(turn: Turn, text: str) -> bool:
    """The words of the draft's screen, said after something else came in between; False for all else.

    What sends it, now or at a time, or gives it up, first shows it again: it is no longer before one's eyes.
    """
    said, step = keyed(text), turn.state.step
    if not said or said in ELSEWHERE or len(text) > 2 * MOST_SAID or (step and step not in SOFT):
        return False
    opens = _way(turn, said)
    leaves, now, at = NOT_SENT.fullmatch(said) is not None, says_now(turn), _time_to_send(turn, text)
    if opens is None and not (leaves or now or at):
        return False
    draft = rows.own_draft(turn.tx, turn.town, turn.person.person_id)
    if draft is None:
        return False
    if opens is not None:
        opens(turn, draft.id)
    elif leaves:
        _once_more(turn, draft, True)
    elif turn.tx.one(SENT_SINCE, person_id=turn.person.person_id, since=draft.created_at):
        return False
    elif now or at is None or _takes_time(turn, draft.id, at):
        _once_more(turn, draft, False)
    return True


def _time_to_send(turn: Turn, text: str) -> datetime | None:
    """The moment ahead at which a text says that it shall be sent."""
    at = read_time(text, turn.now, turn.town.zone) if _SENDS_AT.fullmatch(text) else None
    return at if at is not None and at > turn.now else None


def _takes_time(turn: Turn, draft_id: int, at: datetime) -> bool:
    """Keep the time in the draft, and how often where that was said with it; not sent by that."""
    row = rows.one(turn.tx, draft_id)
    if not broadcast_compose.keep_time(turn, row, at):
        return False
    if (often := how_often(turn.text)) and not row.urgent:  # which is sent once
        composing.change(turn.tx, draft_id, as_draft(row, repeat=often))
    return True


# something was shown, and may be answered, but need not be
SOFT = frozenset({"remind", "wishes", "organise.which"})


def _once_more(turn: Turn, draft: Row, leaves: bool) -> None:
    """It was not sent yet: does one give it up, or see it once more and then send it?"""
    turn.state.settle()
    if leaves:
        turn.reply(
            turn.say("bcast.still_there", text=begins_with(draft.text)),
            (turn.button("bcast.go_on", f"bcast_review:{draft.id}"),),
            (turn.button("bcast.drop", f"bcast_drop:{draft.id}"),),
        )
        return
    turn.reply(turn.say("bcast.look_first"))
    review(turn, draft.id)  # last, since the number of its audience may be put into it


def _way(turn: Turn, said: str) -> Callable[..., bool | None] | None:
    """What a text opens, by the label of a button or in other words."""
    if len(said) > MOST_SAID:
        return None
    for label, opens, words in WAYS:
        if words.fullmatch(said) or said == keyed(turn.say(label)):
            return opens
    return None


def beside(turn: Turn, text: str) -> bool:
    """A button's own words while a question of composing waits for an answer; False for every other text."""
    step, data = turn.state.step, turn.state.data
    if step not in ASKS or not data.get("bcast") or data.get("new"):
        return False
    said = keyed(text)
    for label, opens, words in WAYS:
        if said == keyed(turn.say(label)) or (opens is review and words.fullmatch(said)):
            opens(turn, int(data["bcast"]))
            return True
    return False


@routes.step("bcast")
def review_said(turn: Turn) -> bool:
    """What a button says, in its words or others, or when it shall go out; a mere yes sends nothing."""
    draft_id = int(turn.state.data["bcast"])
    said = keyed(turn.text)
    if is_no(said, turn.say("bcast.drop")) or NOT_SENT.fullmatch(said):
        drop(turn, draft_id)
        return True
    if says_now(turn):
        broadcast_compose.sent(turn, draft_id, 0)
        return True
    if opens := _way(turn, said):
        opens(turn, draft_id)
        return True
    if broadcast_audience.said_whom(turn, draft_id, turn.text):
        return True
    if several_days(turn.text):
        broadcast_compose.tell_unclear(turn)
        return True
    return _timed(turn, draft_id)


def _timed(turn: Turn, draft_id: int) -> bool:
    """When it shall go out, said with the time."""
    at = read_time(turn.text, turn.now, turn.town.zone)
    if at is None or at <= turn.now:
        return False
    row = own_draft(turn, draft_id)
    if row is not None:
        broadcast_compose.set_time(turn, row, at)
    return True
