"""A clerk's door: a sheet is sent in, comes back checked, and is published or not; undone within a day."""

from pathlib import PurePath

from handlers import other
from handlers.incoming import Attachment
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from services import scope
from services.importing import door, units_door
from services.importing.applying import Result
from services.importing.door import Checked
from services.importing.undo import CannotUndo, plan_undo, undo
from services.importing.units_door import UnitsSheet
from services.message import Button, Document
from services.sheets.problems import Problem

routes = Routes()
MOST_LISTED = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def received(turn: Turn) -> None:
    """A file: a sheet of somebody who may bring one in is checked, everything else is declined kindly."""
    file = turn.incoming.attached
    if file is None or not file.name.lower().endswith(door.ENDINGS):
        other.unreadable(turn)
    elif not scope.own_units(turn.tx, turn.person.person_id, scope.EDITING):
        if turn.state.step:
            other.unreadable(turn)
            return
        turn.reply(turn.say("door.no_role"), (turn.button("start.browse", "browse"),))
    elif file.content is None:
        turn.keeps_choices = bool(turn.state.step)
        turn.reply(turn.say("door.too_big" if file.problem == "too_big" else "door.lost"))
    else:
        _check(turn, file, file.content)


@routes.command("sheet", "导入", "导入课程", "发表格", "上传课程表", "import")
@routes.intent("sheet")
def how(turn: Turn) -> None:
    """How a sheet is brought in."""
    if scope.own_units(turn.tx, turn.person.person_id, scope.EDITING):
        turn.reply(turn.say("door.how"))
    else:
        turn.reply(turn.say("door.no_role"), (turn.button("start.browse", "browse"),))


def _check(turn: Turn, file: Attachment, content: bytes) -> None:
    # a sheet of which nothing can be published leaves what is being asked
    turn.keeps_choices = bool(turn.state.step)
    checked = turn.incoming.sheet or door.check(
        turn.tx, turn.town, turn.person.person_id, file.name, content
    )  # fmt: skip
    marked = _marked(turn, file.name, checked)
    if checked.people:
        turn.reply(turn.say("paper.sheet_first"))
    elif checked.error is not None:
        turn.reply(f"{checked.error_in(turn.lang)}\n{turn.say('door.again')}")
    elif not checked.ok:
        count = len(checked.problems)
        lines = [turn.say.count("door.wrong", count), *_listed(turn, checked.problems)]
        turn.reply("\n".join([*lines, turn.say("door.mended")]), document=marked)
    elif checked.units is not None:
        _check_units(turn, file, content, checked, checked.units)
    elif checked.plan is None or checked.plan.empty:
        turn.reply(turn.say("door.nothing_new"))
    else:
        draft = _kept(turn, file, content)
        turn.reply(
            "\n".join(_summary(turn, checked)), *_ways(turn, draft, checked.plan.people),
            document=marked, lasting=True,
        )  # fmt: skip


def _kept(turn: Turn, file: Attachment, content: bytes) -> int:
    """The sheet as a draft, which is what is asked about from now on."""
    turn.state.settle()
    turn.keeps_choices = False
    return door.keep(turn.tx, turn.town, turn.person.account_id, file.name, content)


def _check_units(turn: Turn, file: Attachment, content: bytes, checked: Checked, sheet: UnitsSheet) -> None:
    """A sheet of units: what it would change, and whether it shall."""
    plan = sheet.plan
    if not (plan.new or plan.changed):
        turn.reply(turn.say("door.units_nothing_new"))
        return
    draft = _kept(turn, file, content)
    lines = [turn.say("door.units_fine", new=len(plan.new), changed=len(plan.changed), same=plan.unchanged)]
    changed = [("units_new", unit) for unit in plan.new] + [("units_changed", one) for one, _ in plan.changed]
    lines += [turn.say(f"door.{key}", name=one.name, code=one.code) for key, one in changed[:MOST_LISTED]]
    if checked.warnings:
        lines.append(turn.say("door.look"))
        lines += _listed(turn, checked.warnings)
    lines.append(turn.say("door.sure"))
    turn.reply(
        "\n".join(lines), *_ways(turn, draft, 0), document=_marked(turn, file.name, checked), lasting=True
    )


def _ways(turn: Turn, draft: int, people: int) -> list[tuple[Button, ...]]:
    rows = [(turn.button("door.publish", action("sheet_go", draft)),)]
    if people:
        rows.append((turn.button("door.publish_silent", action("sheet_quiet", draft)),))
    return [*rows, (turn.button("door.cancel", "sheet_no"),)]


def _summary(turn: Turn, checked: Checked) -> list[str]:
    plan = checked.plan
    assert plan is not None
    lines = [turn.say("door.fine", new=len(plan.new), changed=len(plan.changed), same=plan.unchanged)]
    lines += [
        turn.say("door.changed", code=one.target.row.code, title=one.target.row.title)
        for one in plan.changed[:MOST_LISTED]
    ]
    if checked.warnings:
        lines.append(turn.say("door.look"))
        lines += _listed(turn, checked.warnings)
    lines.append(turn.say.count("door.tells", plan.people) if plan.people else turn.say("door.tells_nobody"))
    lines.append(turn.say("door.sure"))
    return lines


def _listed(turn: Turn, problems: tuple[Problem, ...]) -> list[str]:
    said = [one.line_en() if turn.lang == "en" else one.line_zh() for one in problems[:MOST_LISTED]]
    lines = [turn.say("door.line", text=text) for text in said]
    if len(problems) > MOST_LISTED:
        lines.append(turn.say.count("door.more", len(problems) - MOST_LISTED))
    return lines


def _marked(turn: Turn, name: str, checked: Checked) -> Document | None:
    if checked.marked is None:
        return None
    return Document(f"{PurePath(name).stem[:60]}{turn.say('door.checked_name')}.xlsx", checked.marked, XLSX)


@routes.tap("sheet_go", number)
def publish(turn: Turn, draft_id: int) -> None:
    """Write the sheet and tell those whose class changes."""
    _publish(turn, draft_id, notify=True)


@routes.tap("sheet_quiet", number)
def publish_silently(turn: Turn, draft_id: int) -> None:
    """Write the sheet and tell nobody."""
    _publish(turn, draft_id, notify=False)


def _publish(turn: Turn, draft_id: int, *, notify: bool) -> None:
    person = turn.person
    if not scope.own_units(turn.tx, person.person_id, scope.EDITING):
        other.stale(turn, turn.say("door.no_role"), turn.button("start.browse", "browse"))
        return
    draft = door.draft_of(turn.tx, person.account_id, draft_id, turn.now)
    if draft is None:
        other.stale(turn, turn.say("door.gone"))
        return
    checked = turn.incoming.sheet or door.check(
        turn.tx, turn.town, person.person_id, draft.name, bytes(draft.content), mark=False
    )  # fmt: skip
    if checked.ok and checked.units is not None:
        _publish_units(turn, checked.units)
        return
    if not checked.ok or checked.plan is None:
        door.drop(turn.tx, person.account_id)
        turn.reply(turn.say("door.no_longer"))
        return
    # where somebody changed these classes just now it raises: the turn is undone and can be tried again
    done = door.publish(turn.tx, turn.town, person.account_id, person.person_id, checked.plan, notify=notify)
    _published(turn, done)


def _publish_units(turn: Turn, sheet: UnitsSheet) -> None:
    person = turn.person
    done = units_door.publish(turn.tx, turn.town, person.person_id, sheet)
    door.drop(turn.tx, person.account_id)
    if done.problems or not (done.created or done.changed):
        turn.reply(turn.say("door.no_longer" if done.problems else "door.units_nothing_new"))
        return
    turn.reply(turn.say("door.units_done", new=done.created, changed=done.changed), lasting=True)


def _published(turn: Turn, done: Result) -> None:
    if done.batch is None:
        turn.reply(turn.say("door.nothing_new"))
        return
    lines = [turn.say("door.done", new=done.created, changed=done.changed)]
    if done.notified:
        lines.append(turn.say.count("door.told", done.notified))
    lines.append(turn.say("door.undo_until"))
    turn.reply("\n".join(lines), (turn.button("door.undo", action("sheet_undo", done.batch)),), lasting=True)


@routes.tap("sheet_no")
def cancel(turn: Turn) -> None:
    """Forget the sheet."""
    if door.drop(turn.tx, turn.person.account_id):
        turn.reply(turn.say("door.cancelled"), lasting=True)
    else:
        other.stale(turn, turn.say("door.gone"))


@routes.tap("sheet_undo", number)
def undo_asked(turn: Turn, batch_id: int) -> None:
    """Ask before an import is taken back, with how many people would be told."""
    if not door.may_undo(turn.tx, turn.person.person_id, batch_id):
        other.stale(turn)
        return
    try:
        plan = plan_undo(turn.tx, turn.town, batch_id)
    except CannotUndo as error:
        turn.reply(error.text_en if turn.lang == "en" else error.text_zh)
        return
    lines = [turn.say("door.undo_sure", new=len(plan.batch.new), changed=len(plan.edits))]
    lines.append(turn.say.count("door.tells", plan.people) if plan.people else turn.say("door.tells_nobody"))
    turn.reply(
        "\n".join(lines),
        (turn.button("door.undo_yes", action("sheet_undone", batch_id)),),
        (turn.button("door.undo_no", "sheet_kept"),),
    )


@routes.tap("sheet_undone", number)
def undone(turn: Turn, batch_id: int) -> None:
    """Take an import back, and tell those whose class changes with it."""
    person_id = turn.person.person_id
    if not door.may_undo(turn.tx, person_id, batch_id):
        other.stale(turn)
        return
    try:
        done = undo(turn.tx, turn.town, batch_id, f"person:{person_id}", notify=True)
    except CannotUndo as error:
        turn.reply(error.text_en if turn.lang == "en" else error.text_zh)
        return
    lines = [turn.say("door.undone", new=done.removed, changed=done.restored)]
    if done.notified:
        lines.append(turn.say.count("door.told", done.notified))
    turn.reply("\n".join(lines), lasting=True)


@routes.tap("sheet_kept")
def kept(turn: Turn) -> None:
    """The import stays."""
    if other.past(turn):
        return
    turn.reply(turn.say("door.kept"))
