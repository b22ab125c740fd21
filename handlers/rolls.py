"""考勤: a teacher's roll in the chat, tapped name by name in one message, or typed: 缺王秀兰."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from handlers.roll_fixes import fix
from handlers.roll_screen import actor, counted, own_session, page_of, show_roll
from handlers.routes import Routes, number, word
from handlers.turn import MOST_BIG_BUTTONS, Turn
from models.statement import Row
from services import scope
from services.attending import checkin, roll
from services.attending.sessions import session_row, sessions_between
from services.enrolling.refusal import Refused
from services.message import Button, Document
from services.phrases.when import say_span

routes = Routes()
LOOKS_BACK = timedelta(days=7)
CODE_FROM = timedelta(minutes=30)
_SAID = re.compile(
    r"(?P<first>缺席|缺勤|缺课|缺|没来|没到|迟到|请假|到了|到)[:： ]*(?P<names>.+)"
    r"|(?P<names2>.+?)"
    r"(?P<last>缺席|缺勤|缺课|没来|没到|缺|迟到|迟到了|请假|请假了|到了|来了|到)"
    r"|(?P<first_en>absent|late|excused|present|here):? +(?P<names_en>.+)"
    r"|(?P<names_en2>.+?) +(?:(?:is|are|was|were) +)?(?P<last_en>absent|late|excused|present|here)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,，;；。]+ *")
_NAMES = re.compile(r"[、,， 和]+")
_NAMES_EN = re.compile(r" *(?:,|、|\band\b) *")
_STATES = {
    "缺席": "absent", "缺勤": "absent", "缺课": "absent", "缺": "absent", "没来": "absent", "没到": "absent",
    "迟到": "late", "迟到了": "late", "请假": "excused", "请假了": "excused",
    "到了": "present", "来了": "present", "到": "present", "here": "present",
    **{state: state for state in ("absent", "late", "excused", "present")},
}  # fmt: skip
_ALL = frozenset(
    {"全到", "都到", "都到了", "全到了", "都来了", "全来了", "到齐了", "都到齐了", "everybody is here"}
)
_DONE = frozenset({"记好了", "点好了", "点完", "点完名了", "记完了", "考勤记好了"})


@routes.command("roll", "考勤", "点名", "我要点名", "记考勤", "take the roll", "attendance")
def said(turn: Turn) -> None:
    """The roll of today's class, or the choice among several."""
    turn.state.settle()
    rows = _today(turn)
    if not scope.own_units(turn.tx, turn.person.person_id, scope.TEACHING):
        turn.reply(turn.say("roll.no_role"), (turn.button("start.browse", "browse"),))
    elif not rows:
        rows = _lately(turn)
        _which(turn, rows[-turn.page :], "roll.none_today" if rows else "roll.none")
    elif len(rows) == 1:
        show(turn, rows[0].id, 0)
    else:
        _which(turn, _nearest_first(turn, rows), "roll.which")


@routes.command("code", "签到码", "签到二维码", "check-in code")
def code(turn: Turn) -> None:
    """The code to be shown in class, with its picture to scan where there is one."""
    now = turn.now
    rows = [row for row in _today(turn) if row.starts_at - CODE_FROM <= now <= row.ends_at + checkin.AROUND]
    if not rows:
        has_role = scope.own_units(turn.tx, turn.person.person_id, scope.TEACHING)
        turn.reply(turn.say("roll.code_none" if has_role else "roll.no_role"))
    elif len(rows) == 1:
        code_of(turn, rows[0].id)
    else:
        _which(turn, rows, "roll.which_code", "roll_code")


@routes.tap("roll_code", number)
def code_of(turn: Turn, session_id: int) -> None:
    """The code of one session."""
    row = own_session(turn, session_id)
    if row is None:
        return
    if turn.now > row.ends_at + checkin.AROUND:
        turn.reply(turn.say("roll.code_over"), (turn.button("roll.open", f"roll:{session_id}:0"),))
        return
    digits = checkin.code_of(turn.town, session_id)
    document = None
    if link := checkin.link_of(turn.town, session_id):
        picture = io.BytesIO()
        from segno import make  # only here

        make(link, error="m", micro=False).save(picture, kind="png", scale=12, border=4)
        document = Document(
            f"{turn.say('roll.code_file')}.png", picture.getvalue(), "image/png", picture=True
        )
    turn.reply(
        turn.say("roll.code", title=row.title, code=f"{digits[:3]} {digits[3:]}"),
        (turn.button("roll.open", f"roll:{session_id}:0"),),
        courses=(row.code,),
        document=document,
    )


@routes.tap("roll", number, number)
def show(turn: Turn, session_id: int, offset: int) -> None:
    """The roll, in place of the one that was tapped."""
    show_roll(turn, session_id, offset, "present")


@routes.tap("roll_late", number, number)
def late_mode(turn: Turn, session_id: int, offset: int) -> None:
    """The same with taps that mark somebody as late."""
    show_roll(turn, session_id, offset, "late")


@routes.tap("roll_set", number, number, word, word)
def noted(turn: Turn, session_id: int, enrolment_id: int, mode: str, after: str) -> None:
    """A tap on a name: there, or not there after all; late in the other mode."""
    row = own_session(turn, session_id)
    if row is None or mode not in ("present", "late") or after not in (mode, "absent"):
        return
    members = roll.roll(turn.tx, session_id, row.offering_id)
    member = next((one for one in members if one.enrolment_id == enrolment_id), None)
    if member is None:
        turn.reply(turn.say("roll.not_in"))
        return
    if roll.closed(turn.tx, session_id):
        fix(turn, session_id, enrolment_id)
        return
    if (
        after == mode or member.state == mode
    ):  # what the button was shown with; the roll may be another by now
        _note(turn, session_id, enrolment_id, after)
    page = page_of(turn)
    show_roll(turn, session_id, members.index(member) // page * page, mode)


@routes.tap("roll_all", number)
def everybody(turn: Turn, session_id: int) -> None:
    """全到: whoever was not noted otherwise is there."""
    row = own_session(turn, session_id)
    if row is None:
        return
    if not roll.closed(turn.tx, session_id):
        roll.all_present(turn.tx, turn.town, session_id, row.offering_id, actor=actor(turn))
    show_roll(turn, session_id, 0, "present")


@routes.tap("roll_done", number)
def done(turn: Turn, session_id: int) -> None:
    """完成: whoever is not there was absent; what was counted is told."""
    row = own_session(turn, session_id)
    if row is None:
        return
    if row.starts_at > turn.now:
        turn.reply(turn.say("roll.not_yet", title=row.title))
        return
    members = roll.close(turn.tx, turn.town, session_id, row.offering_id, actor=actor(turn))
    turn.state.settle()
    lines = [turn.say("roll.done", title=row.title, count=counted(turn, members))]
    absent = [member.name for member in members if member.state == "absent"]
    if absent:
        lines.append(turn.say("roll.absent", names=turn.say("roll.between").join(absent)))
    turn.edit(
        "\n".join(lines),
        (turn.button("roll.correct", f"roll:{session_id}:0"),),
        courses=(row.code,),
        lasting=True,
    )


@routes.step("roll")
def named(turn: Turn) -> bool:
    """缺王秀兰、李建国 while the roll is open; 都到了, 点好了."""
    session_id = int(turn.state.data["session"])
    said = turn.text.strip().rstrip("。.！!")
    if said in _ALL:
        everybody(turn, session_id)
        return True
    if said in _DONE:
        done(turn, session_id)
        return True
    return _named(turn, session_id, turn.text)


def typed(turn: Turn, text: str) -> bool:
    """缺王秀兰 said without opening the roll, by somebody who has one class today."""
    if turn.state.step or not _SAID.fullmatch(text):
        return False
    rows = _today(turn)
    return len(rows) == 1 and _named(turn, rows[0].id, text)


def _named(turn: Turn, session_id: int, text: str) -> bool:
    told = _told(text)
    row = session_row(turn.tx, session_id)
    if (
        not told
        or row is None
        or not scope.acts_for(turn.tx, turn.person.person_id, scope.TEACHING, row.offering_id)
    ):
        return False
    members = roll.roll(turn.tx, session_id, row.offering_id)
    chosen = [[member for member in members if member.name == name] for name, _ in told]
    if not any(chosen):
        return False
    if roll.closed(turn.tx, session_id):
        fix(turn, session_id, next(some[0].enrolment_id for some in chosen if some))
        return True
    unclear = [name for (name, _), some in zip(told, chosen, strict=True) if len(some) != 1]
    for (_, state), some in zip(told, chosen, strict=True):
        if len(some) == 1:
            _note(turn, session_id, some[0].enrolment_id, state)
    show_roll(
        turn, session_id, 0, "present", turn.say("roll.unclear", names="、".join(unclear)) if unclear else ""
    )
    return True


def _told(text: str) -> list[tuple[str, str]]:
    """Each name with its state: 缺王秀兰、李建国; 王秀兰来了，李建国迟到 tells of each their own."""
    said = text.strip().rstrip("。.！!")
    parts = [_SAID.fullmatch(part) for part in _PARTS.split(said) if part]
    found = [part for part in parts if part]
    if len(found) < len(parts) or len(parts) == 1:  # 缺王秀兰，李建国: one state for all of them
        whole = _SAID.fullmatch(said)
        found = [whole] if whole else []
    told = []
    for one in found:
        state = one["first"] or one["last"] or (one["first_en"] or one["last_en"]).lower()
        names = one["names"] or one["names2"] or one["names_en"] or one["names_en2"]
        split = _NAMES_EN if one["first_en"] or one["last_en"] else _NAMES
        told += [(name, _STATES[state]) for name in split.split(names) if name]
    return told


def _note(turn: Turn, session_id: int, enrolment_id: int, state: str, reason: str = "") -> None:
    done = roll.note(
        turn.tx, turn.town, session_id, enrolment_id, state, way="roster", actor=actor(turn), reason=reason
    )
    if isinstance(done, Refused):
        turn.ack = turn.say(f"roll.{done.code}")


def _today(turn: Turn) -> list[Row]:
    midnight = turn.now.astimezone(turn.town.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return sessions_between(turn.tx, turn.person.person_id, midnight, midnight + timedelta(days=1))


def _nearest_first(turn: Turn, rows: list[Row]) -> list[Row]:
    """Where not all have a button: those nearest to now in their order, then the others."""
    room = MOST_BIG_BUTTONS if turn.person.big else 2 * turn.page
    if len(rows) <= room:
        return rows
    far = sorted(rows, key=lambda row: max(row.starts_at - turn.now, turn.now - row.ends_at))[room:]
    return [row for row in rows if row not in far] + far


def _lately(turn: Turn) -> list[Row]:
    """The sessions of the last days whose roll nobody has closed."""
    rows = sessions_between(turn.tx, turn.person.person_id, turn.now - LOOKS_BACK, turn.now)
    return [row for row in rows if not roll.closed(turn.tx, row.id)]


def _which(turn: Turn, rows: list[Row], key: str, verb: str = "roll") -> None:
    turn.reply(
        turn.say(key),
        *(
            (Button(_titled(turn, row), f"{verb}:{row.id}:0" if verb == "roll" else f"{verb}:{row.id}"),)
            for row in rows[: 2 * turn.page]
        ),
        courses=tuple(dict.fromkeys(row.code for row in rows)),
    )


def _titled(turn: Turn, row: Row) -> str:
    when = say_span(row.starts_at, row.ends_at, turn.lang, turn.now, turn.town.zone)
    return turn.say("roll.option", title=row.title, when=when)
