"""报名安排: how the seats of a class, or of all to come, are given: the draft, its parts, and the yes."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import other, window_draft
from handlers.routes import Routes, action, number, word
from handlers.turn import Turn
from handlers.window_draft import FIELDS, MOST_AT_ONCE, Target
from handlers.yes_no import is_no, is_yes
from models.windows import MODES
from services import scope
from services.message import Button
from services.understanding.normalise import keyed
from services.windows import reading, saying, setting
from services.windows.saying import Draft
from services.windows.words import lines, say_point

routes = Routes()


def modes(turn: Turn, target: Target) -> None:
    """What holds, and what to choose from."""
    if len(target.ids) > MOST_AT_ONCE:
        turn.state.settle()
        turn.reply(turn.say("winset.too_many", n=len(target.ids), most=MOST_AT_ONCE, code=target.code))
        return
    turn.state.ask("winset", code=target.code)
    found = _present(turn, target)
    said = lines(found, turn.say, turn.now, turn.town.zone) if found is not None else []
    turn.reply(
        "\n".join(
            (
                turn.say("winset.heading", title=target.title, code=target.code),
                *(said or [turn.say("winset.now_fcfs")]),
                turn.say("winset.which_mode"),
            )
        ),
        *((turn.button(f"winset.mode_{mode}", f"winset_mode:{mode}"),) for mode in MODES),
        courses=target.courses,
    )


@routes.tap("winset_mode", word)
def mode_chosen(turn: Turn, mode: str) -> None:
    """A way with the times that fit as a rule, to be read over."""
    target = target_of(turn)
    if target is None or mode not in MODES:
        return
    found = _present(turn, target)
    if found is not None and found.mode == mode and found.draw_state != "published":
        draft = window_draft.of_window(turn, found)
    else:
        draft = saying.proposed(mode, turn.now, turn.town.zone, target.last)
    review(turn, target, draft)


def review(turn: Turn, target: Target, draft: Draft) -> None:
    """Read the draft back; everything in it can still be changed."""
    window_draft.keep(turn, target, draft)
    turn.reply(
        "\n".join(window_draft.words(turn, target, draft)),
        (turn.button("winset.confirm", "winset_ok"), turn.button("winset.drop", "winset_no")),
        tuple(turn.button(f"winset.change_{field}", f"winset_ask:{field}") for field in _parts(draft)),
        courses=target.courses,
    )


@routes.step("winset")
def said(turn: Turn) -> bool:
    """Yes, no, or what is to be another way."""
    return _said(turn, "")


@routes.step("winset.field")
def field_said(turn: Turn) -> bool:
    """The moment that was asked for, or anything else of the draft."""
    return _said(turn, str(turn.state.data.get("field", "")))


def _said(turn: Turn, field: str) -> bool:
    if is_no(turn.text, "不设了", "先不设"):
        dropped(turn)
        return True
    target = target_of(turn)
    if target is None:
        return True
    draft = window_draft.kept(turn)
    asked = _part_named(turn, draft) if draft is not None else ""
    if asked:
        ask_field(turn, asked)
        return True
    if draft is not None and not field and is_yes(turn.text, "确认", "就这样", "没错"):
        confirmed(turn)
        return True
    before = draft or saying.proposed("fcfs", turn.now, turn.town.zone, target.last)
    text = saying.named_here(turn.text, target.district)
    after = saying.changed(before, text, turn.now, turn.town.zone, field, target.last)
    if after is None:
        if (draft is None and not field) or other.is_courtesy(turn):
            return False
        turn.reply(turn.say("winset.unclear"), (turn.button("winset.back", "winset_back"),))
        return True
    review(turn, target, after)
    return True


def _part_named(turn: Turn, draft: Draft) -> str:
    """Which part is named by the words of its button, also where that is no longer shown."""
    said = keyed(turn.text)
    return next((one for one in _parts(draft) if keyed(turn.say(f"winset.change_{one}")) == said), "")


def _parts(draft: Draft) -> list[str]:
    """What can be changed in a draft."""
    first = [] if draft.plan.phases else ["opens"]
    return [*first, "closes", *(["draws"] if draft.mode == "draw" else []), "phases"]


@routes.tap("winset_ask", word)
def ask_field(turn: Turn, field: str) -> None:
    """Another opening, closing, hour of the result, or phases; the usual ones are buttons."""
    target, draft = target_of(turn), window_draft.kept(turn)
    if target is None or draft is None or field not in FIELDS:
        return
    window_draft.keep(turn, target, draft, field)
    if field == "phases":
        buttons = [
            turn.button(f"winset.first_{who}", f"winset_first:{who}") for who in ("returning", "first_timer")
        ]
        buttons.append(turn.button("winset.first_none", "winset_first:none"))
    else:
        buttons = [
            Button(say_point(at, turn.lang, turn.now, turn.town.zone, end=field == "closes"), _at(field, at))
            for at in _likely(turn, draft, field)
        ]
        if field == "opens" or draft.mode != "draw":
            buttons.append(turn.button(f"winset.{field}_none", action("winset_at", field, 0)))
    buttons.append(turn.button("winset.back", "winset_back"))
    turn.reply(turn.say(f"winset.ask_{field}"), *((button,) for button in buttons), courses=target.courses)


@routes.tap("winset_at", word, number)
def at_chosen(turn: Turn, field: str, minute: int) -> None:
    """A moment by its button; 0 is none."""
    target, draft = target_of(turn), window_draft.kept(turn)
    if target is None or draft is None or field not in ("opens", "closes", "draws") or minute > 10**8:
        return
    at = datetime.fromtimestamp(minute * 60, turn.now.tzinfo) if minute else None
    review(turn, target, saying.with_moment(draft, field, at))


@routes.tap("winset_first", word)
def first_chosen(turn: Turn, who: str) -> None:
    """One audience a day before the others, or all together."""
    target, draft = target_of(turn), window_draft.kept(turn)
    if target is None or draft is None:
        return
    if who in ("returning", "first_timer"):
        review(turn, target, saying.ahead_by(draft, who, "", 1, turn.now))
    else:
        review(turn, target, saying.at_once(draft))


@routes.tap("winset_back")
def back(turn: Turn) -> None:
    """The draft again."""
    target, draft = target_of(turn), window_draft.kept(turn)
    if target is not None and draft is not None:
        review(turn, target, draft)
    elif target is not None:
        modes(turn, target)


@routes.tap("winset_no")
def dropped(turn: Turn) -> None:
    """Nothing is set."""
    if other.past(turn, "winset"):
        return
    turn.state.settle()
    turn.reply(turn.say("winset.dropped"), (turn.button("winset.again", "winset_page:0"),))


@routes.tap("winset_ok")
def confirmed(turn: Turn) -> None:
    """Set it; what stands in the way is told, and the draft stays."""
    target, draft = target_of(turn), window_draft.kept(turn)
    if target is None or draft is None:
        return
    try:
        done = setting.set_window(
            turn.tx, turn.town, target.code, draft.mode, draft.times, draft.plan,
            by=f"person:{turn.person.person_id}", new_secret=lambda: turn.town.random_digits(64),
        )  # fmt: skip
    except setting.CannotSet as error:
        turn.reply(
            turn.say(f"winset.cannot_{error.code}", **window_draft.in_words(turn, error.values)),
            (turn.button("winset.back", "winset_back"), turn.button("winset.drop", "winset_no")),
            courses=target.courses,
        )
        return
    turn.state.settle()
    found = reading.window(turn.tx, done.window_id)
    assert found is not None
    said = [turn.say.count("winset.done", len(done.codes), title=target.title)]
    said += lines(found, turn.say, turn.now, turn.town.zone) or [turn.say("winset.now_fcfs")]
    ways = [turn.button("winset.again", "winset_page:0")]
    if done.commitment:
        said.append(turn.say("winset.bound", id=done.window_id, commitment=done.commitment))
        if turn.town.public_url:
            said.append(turn.say("draw.page", url=turn.town.public_url, id=done.window_id))
        ways.append(turn.button("drawing.back", f"drawing:{done.window_id}"))
    turn.reply("\n".join(said), tuple(ways), courses=target.courses, lasting=True)


def typed(turn: Turn, code: str, rest: str) -> bool:
    """报名安排 SF01 抽签，12月7日截止: the draft at once; without more, the three ways."""
    target = window_draft.target(turn, code) or window_draft.target(turn, code.upper())
    if target is None:
        return False
    before = saying.proposed("fcfs", turn.now, turn.town.zone, target.last)
    rest = saying.named_here(rest, target.district)
    draft = saying.changed(before, rest, turn.now, turn.town.zone, "", target.last) if rest else None
    if draft is None or len(target.ids) > MOST_AT_ONCE:
        modes(turn, target)
    else:
        review(turn, target, draft)
    return True


def _present(turn: Turn, target: Target) -> reading.Window | None:
    """The window that holds the target's classes, if one holds them all."""
    held = {reading.window_id_of(turn.tx, offering_id) for offering_id in target.ids}
    only = held.pop() if len(held) == 1 else None
    return None if only is None else reading.window(turn.tx, only)


def _likely(turn: Turn, draft: Draft, field: str) -> list[datetime]:
    """Moments that are chosen as a rule."""
    zone = turn.town.zone
    today = turn.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if field == "opens":
        nine = today.replace(hour=9)
        return [nine + timedelta(days=ahead) for ahead in sorted({1, 7 - today.weekday()})]
    if field == "closes":
        start = max(today, (draft.times.opens or turn.now).astimezone(zone).replace(hour=0, minute=0))
        return [start + timedelta(days=ahead + 1) for ahead in (3, 7, 14)]
    closes = (draft.times.closes or turn.now).astimezone(zone)
    first = closes.replace(hour=saying.DRAW_HOUR, minute=0, second=0, microsecond=0)
    return [first + timedelta(days=ahead) for ahead in range(3) if first + timedelta(days=ahead) > closes]


def _at(field: str, at: datetime) -> str:
    return action("winset_at", field, int(at.timestamp()) // 60)


def target_of(turn: Turn) -> Target | None:
    """What the dialogue is about, if one may still set it; otherwise it is told kindly."""
    code = str(turn.state.data.get("code", "")) if turn.state.step.startswith("winset") else ""
    found = window_draft.target(turn, code) if code else None
    if found is None:
        not_staff(turn)
    return found


def not_staff(turn: Turn) -> None:
    """Why this cannot be set here: it is over, or not theirs to set."""
    if turn.state.step.startswith("winset"):
        turn.state.settle()
    staff = bool(scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING))
    way = turn.button("winset.again", "winset_page:0") if staff else turn.button("start.browse", "browse")
    other.stale(turn, turn.say("winset.gone" if staff else "winset.not_staff"), way)
