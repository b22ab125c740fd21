"""Said of a broadcast that is on its way or just was: 停一下, 继续发, 撤回, 发得怎么样了."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select

from handlers import broadcast, broadcast_report, other
from handlers.broadcast_draft import NOT_SENT, begins_with
from handlers.broadcast_words import SOFT
from handlers.routes import Handler, Routes, action
from handlers.turn import Turn
from models.broadcasting import broadcast as table
from models.statement import Row, Statement
from services.message import Button
from services.regex import regex
from services.understanding.normalise import keyed

routes = Routes()
# what was sent out so lately is still in one's mind; and Telegram deletes nothing older
JUST_NOW, RECALLABLE, REPORTED = timedelta(hours=2), timedelta(hours=48), timedelta(days=7)
MOST_SAID = 20
_BEFORE = (
    r"(?:那就?|快点?|赶紧|赶快|马上|立刻|请|帮我|麻烦|你们?|给我|我要|我想|先|都|把|哎呀?|喂|不对|等等"
    r"|(?:刚刚?才?|我)(?:发|群发)(?:出去)?|(?:这|那)(?:个|条|次)|群发|消息|通知|的|给)*"
)
_AFTER = r"(?:一下|吧|了|啊|呀|哦|嘛|呢|先|来|回来|(?:这|那)(?:个|条|次)|群发|消息|通知)*"
SAID = {
    name: regex(f"{_BEFORE}(?:{words}){_AFTER}")
    for name, words in {
        "pause": (
            r"暂停|停一停|停停|停一下?|停下来?|停|等(?:一?等|一?下|会儿?)再发"
            r"|(?:先?别|先?不要?)再?(?:继续)?发|pause"
        ),
        "resume": r"(?:继续|接着|恢复)(?:往下|再)?(?:发送|发)?|resume",
        "stop": r"停止(?:发送|发)?|停发|停掉|终止|中止|取消发送|(?:不要|别|不用)(?:再|继续)发|stop",
        "recall": r"撤回|撤掉|撤销|撤|收回|追回|(?:发|写)错人?|发重|recall",
        "report": (
            r"(?:发|送)(?:得|的|到|出去|出|完|送)*(?:了)?(?:怎么样|怎样|咋样|如何|哪里|哪儿|哪|没有?|吗"
            r"|多少(?:人|条)?|几个人?)|(?:有)?(?:多少|几个)人?(?:收到|看到|看)了?"
            r"|(?:大家|他们)?都?收到(?:了)?(?:没有?|吗)|(?:发送)?(?:进展|进度)(?:怎么样|如何)?"
            r"|howisitgoing"
        ),
    }.items()
}
_own = select(table.c.id, table.c.state, table.c.text).where(table.c.author_id == bindparam("person_id"))
OPEN = Statement(_own.where(table.c.state.in_(("running", "paused"))).order_by(table.c.id.desc()).limit(6))
# what has its time, the next first, or waits for a second organiser
AHEAD = Statement(
    _own.where(table.c.state.in_(("scheduled", "waiting_approval")))
    .order_by(table.c.starts_at, table.c.id)
    .limit(6)
)
LAST_BEGUN = Statement(
    _own.where(
        table.c.launched_at.is_not(None),
        table.c.launched_at > bindparam("since", type_=table.c.launched_at.type),
    )
    .order_by(table.c.id.desc())
    .limit(1)
)
# what changes it; while something else is asked, these are said of that
CHANGES = ("pause", "resume", "stop")
# what reaches people, or cannot be taken back; said without 发, it is said of much else too
GRAVE = ("resume", "stop")
# in which state each act finds what it is meant for
FITS = {"pause": ("running",), "resume": ("paused",)}


def typed(turn: Turn, said: str) -> bool:
    """Such a word of somebody whose own broadcast is on its way or just was; False for every other text."""
    return _typed(turn, said, turn.state.step)


def typed_after(turn: Turn, said: str) -> bool:
    """The same on a screen that may be answered but need not be, once it was no answer to it."""
    step = turn.state.step
    # 别发了 under the reminders is said of them
    return (
        step in SOFT and "发" not in said and _typed(turn, said, step if step.startswith("organise") else "")
    )


def _typed(turn: Turn, said: str, step: str) -> bool:
    words = keyed(said)
    if (
        not words
        or step.startswith("organise")  # 停 there is said of a class
        or said in routes.words
        or len(words) > MOST_SAID
        or step in other.LONG_ANSWERS
        or (step and len(words) < 2)
    ):
        return False
    name = next((name for name, pattern in SAID.items() if pattern.fullmatch(words)), "")
    if not name or (step.startswith("bcast") and NOT_SENT.fullmatch(words)):  # which is said of the draft
        return False
    bare = name in GRAVE and "发" not in words
    if _of_something_else(turn, name, bare, step):
        return False
    found = turn.tx.all(OPEN, person_id=turn.person.person_id)
    if found:
        _meant(turn, name, found, bare)
        return True
    # a question that is asked is answered first, by 不发了 above all
    ways = (_ahead, _over) if name == "stop" else (_over, _ahead)
    return not step and any(way(turn, name) for way in ways)


def _of_something_else(turn: Turn, name: str, bare: bool, step: str) -> bool:
    """Whether such a word rather answers a question, turns the page of a list or stops a 学习周."""
    actions = turn.state.actions
    if step:
        return bare or (name in CHANGES and not step.startswith("bcast"))
    if not bare or any(one.startswith("bcast") for one in actions):
        return False
    return (name == "resume" and bool(turn.state.shown)) or any(one.startswith("camp") for one in actions)


def _meant(turn: Turn, name: str, found: list[Row], bare: bool = False) -> None:
    """Do it for the one on its way that it may be meant for; of several it asks which.

    A `bare` word does what a button on the screen does, and otherwise shows what it may be meant for.
    """
    rows = [row for row in found if row.state in FITS.get(name, (row.state,))]
    seen = [row for row in rows if bare and _action(name, row.id) in turn.state.actions]
    rows = seen or rows
    if len(rows) > 1:
        turn.reply(
            turn.say("bcast.which_one"),
            *(
                (
                    Button(
                        turn.say("bcast.named", id=row.id, text=begins_with(row.text)),
                        _action("show" if bare else name, row.id),
                    ),
                )
                for row in rows
            ),
        )
    elif rows and (seen or not bare):
        ACTS[name](turn, rows[0].id)
    elif rows:
        broadcast.shown(turn, rows[0].id)
    else:  # it is so already
        broadcast.shown(turn, found[0].id)


def _over(turn: Turn, name: str) -> bool:
    """The same of what was sent out lately."""
    lately = {"recall": RECALLABLE, "report": REPORTED}.get(name, JUST_NOW)
    last = turn.tx.one(LAST_BEGUN, person_id=turn.person.person_id, since=turn.now - lately)
    if last is None:
        return False
    if name == "report" or (name == "recall" and last.state in ("done", "stopped")):
        ACTS[name](turn, last.id)
    else:  # nothing of it is left to be held
        broadcast.shown(turn, last.id)
    return True


def _ahead(turn: Turn, name: str) -> bool:
    """What has its time is shown, with what can be done about it."""
    found = turn.tx.all(AHEAD, person_id=turn.person.person_id) if name not in ("resume", "report") else []
    if len(found) > 1:
        broadcast.listed(turn)
    elif found:
        broadcast.shown(turn, found[0].id)
    return bool(found)


def _action(name: str, broadcast_id: int) -> str:
    return action(f"bcast_{name}", broadcast_id)


def _act(name: str) -> Handler:
    return lambda turn, broadcast_id: broadcast.act(turn, broadcast_id, name)


ACTS: dict[str, Handler] = {
    "pause": _act("pause"), "resume": _act("resume"), "stop": _act("stop"),
    "recall": broadcast.recall_asked, "report": broadcast_report.report,
}  # fmt: skip


def _command(name: str) -> Handler:
    """The same with 群发 said, which means nothing else."""

    def handler(turn: Turn) -> None:
        person_id = turn.person.person_id
        found = turn.tx.all(OPEN, person_id=person_id)
        if not found and name == "stop":
            found = turn.tx.all(AHEAD, person_id=person_id)
        if not found:
            found = turn.tx.all(LAST_BEGUN, person_id=person_id, since=turn.town.within(-10 * REPORTED))
        if found:
            _meant(turn, name, found)
        else:
            turn.reply(turn.say("bcast.none_yet"), (turn.button("bcast.new", "bcast_new"),))

    return handler


for _name, _words in {
    "pause": ("暂停群发", "停一停群发"), "resume": ("继续群发", "接着群发"),
    "stop": ("停止群发", "群发停下", "停掉群发"),
    "recall": ("撤回群发", "群发撤回", "收回群发", "群发发错了"),
    "report": (
        "群发报告", "看报告", "群发发到哪了", "发到哪了", "发了多少", "群发怎么样了", "群发进度",
    ),
}.items():  # fmt: skip
    routes.command(f"broadcast_{_name}", *_words)(_command(_name))
