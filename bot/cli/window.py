"""`doorstep window set|show|list|pending|approve|decline|standing`: how the seats of classes are given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, actor, house, new_app, nobody
from bot.cli.classes import AsJson, By, class_of, in_chinese, why_not
from models.store import look_now, work_now
from models.windows import MODES

if TYPE_CHECKING:
    from models.statement import Row, Tx
    from services.town import Town
    from services.windows.phases_file import Plan
    from services.windows.reading import Window
    from services.windows.setting import Set

app = new_app("Set how the seats of classes are given: first come, by draw, or by approval (报名安排).")

Code = Annotated[str, typer.Argument(metavar="CODE", help="a class (课程编号) or a unit (机构代码)")]
Account = Annotated[
    str, typer.Argument(metavar="PLATFORM:ACCOUNT", help="telegram:ID, terminal:NAME, web:ID")
]
KINDS = ("resident", "priority")


@app.command("set", help="Set the mode, times and phases of a class, or of all classes to come of a unit.")
def set_(
    code: Code,
    mode: Annotated[str, typer.Option("--mode", help="fcfs (先到先得), draw (抽签) or approve (审核)")],
    opens: Annotated[str | None, typer.Option("--opens", help="2026-12-01 or '2026-12-01 09:00'")] = None,
    closes: Annotated[
        str | None, typer.Option("--closes", help="2026-12-07 (to its end) or '2026-12-07 17:00'")
    ] = None,
    phases: Annotated[
        Path | None, typer.Option("--phases", metavar="FILE", help="phases and quotas, TOML or CSV (分批)")
    ] = None,
    draws_at: Annotated[
        str | None, typer.Option("--draws-at", help="when the draw is published (公布)")
    ] = None,
    by: By = None,
) -> None:
    """Set it, and say what it holds."""
    import secrets

    from services.windows.setting import CannotSet, Times, set_window

    if mode not in MODES:
        raise CliError(f"--mode {mode!r}: choose of {', '.join(MODES)}")
    with house() as made:
        town = made.town
        times = Times(
            _moment("--opens", opens, town), _moment("--closes", closes, town, end=True),
            _moment("--draws-at", draws_at, town),
        )  # fmt: skip
        plan = _plan(phases, town)
        secret = secrets.token_hex(32)

        def unit(tx: Tx) -> Set:
            return set_window(
                tx, town, code.strip(), mode, times, plan, by=actor(by), new_secret=lambda: secret
            )

        try:
            done = work_now(made.store, unit)
        except CannotSet as error:
            raise CliError(str(error)) from None
        shown = look_now(made.store, lambda tx: _described(tx, town, done.window_id))
    print(f"Window {done.window_id} ({mode}) holds {len(done.codes)} class(es): {', '.join(done.codes)}.")
    for line in shown["words"]:
        print(line)
    if done.commitment:
        print(f"Draw {done.window_id} is bound: commitment (封存码) {done.commitment}")


@app.command(help="Show one window: the id of a window, or the code of one of its classes.")
def show(which: Annotated[str, typer.Argument(metavar="ID|CODE")], as_json: AsJson = False) -> None:
    """Print it."""
    with house() as made:
        town = made.town
        found = look_now(made.store, lambda tx: _described(tx, town, window_id(tx, town, which)))
    _print(found, as_json)


@app.command("list", help="List the windows, newest first.")
def list_(as_json: AsJson = False) -> None:
    """Print them."""
    from services.windows.reading import all_windows

    with house() as made:
        town = made.town
        found = look_now(made.store, lambda tx: [_described(tx, town, one.id) for one in all_windows(tx)])
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        _print(one, False)
    if not found:
        print("There is no window (报名安排) yet: seats are for whoever comes first.")


@app.command(help="List what awaits the staff's decision (待审核).")
def pending(as_json: AsJson = False) -> None:
    """Print them, the oldest first."""
    from services.windows.approving import waiting

    with house() as made:
        zone = made.town.zone
        rows = look_now(made.store, lambda tx: waiting(tx, "/"))
    found = [
        {
            "code": row.code, "title": row.title, "name": row.name,
            "account": f"{row.platform}:{row.external_id}",
            "since": row.created_at.astimezone(zone).isoformat(timespec="seconds"),
        }
        for row in rows
    ]  # fmt: skip
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        print("  ".join((one["code"], one["title"], one["name"], one["account"], one["since"][:16])))
    if not found:
        print("Nothing awaits a decision (没有待审核的申请).")


@app.command(help="Say yes to what somebody asked for in a class; they are told.")
def approve(code: Code, account: Account, by: By = None) -> None:
    """Approve it, and say what came of it."""
    from services.enrolling.refusal import Refused
    from services.windows.approving import approve as say_yes

    with house() as made:
        town = made.town
        came = work_now(
            made.store, lambda tx: say_yes(tx, town, _asked(tx, town, code, account).id, actor(by))
        )
        if isinstance(came, Refused):
            raise why_not(came, town)
    if came is None:
        raise CliError("this has been decided already")
    place = f"waits at no. {came.position} (候补)" if came.position else "has a seat (已报名)"
    print(f"{account} {place} in {code}.")


@app.command(help="Say no to what somebody asked for in a class; they are told why.")
def decline(
    code: Code,
    account: Account,
    reason: Annotated[str, typer.Option("--reason", help="told to the person (原因)")],
    by: By = None,
) -> None:
    """Decline it."""
    from services.windows.approving import decline as say_no

    with house() as made:
        town = made.town
        done = work_now(
            made.store, lambda tx: say_no(tx, town, _asked(tx, town, code, account).id, reason, actor(by))
        )
    if not done:
        raise CliError("this has been decided already")
    print(f"{account} is not in {code}, and has been told why.")


@app.command(help="Note what a person is, for phases and quotas: resident of --area, or priority.")
def standing(
    account: Account,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="resident (居民) or priority (优先)")],
    area: Annotated[str, typer.Option("--area", help="the district of a resident (街道)")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="take the note back")] = False,
    by: By = None,
) -> None:
    """Note it, or take it back."""
    from services.accounts import find_account
    from services.windows.standing import note, take_back

    if kind not in KINDS or (kind == "resident" and not area):
        raise CliError("say resident --area DISTRICT, or priority")
    with house() as made:
        town = made.town

        def unit(tx: Tx) -> bool:
            row = find_account(tx, account)
            if row is None:
                raise nobody(account)
            if remove:
                return take_back(tx, town, row.person_id, kind, area, by=actor(by))
            note(tx, town, row.person_id, kind, area, by=actor(by))
            return True

        done = work_now(made.store, unit)
    if not done:
        raise CliError(f"{account} had no such note")
    print(f"{account}: {kind} {area}".rstrip() + (" taken back." if remove else " noted."))


def window_id(tx: Tx, town: Town, which: str) -> int:
    """The window that is meant by its id, or by the code of one of its classes. Raises CliError."""
    from services.windows.reading import window, window_id_of

    if re.fullmatch(r"\d{1,18}", which) and window(tx, int(which)) is not None:  # longer is no row's number
        return int(which)
    row = class_of(tx, town, which)
    found = window_id_of(tx, row.id)
    if found is None:
        raise CliError(f"{which} has no window (报名安排): its seats are for whoever comes first")
    return found


def _asked(tx: Tx, town: Town, code: str, account: str) -> Row:
    from services.accounts import find_account
    from services.windows.applications import pending as asked_for

    row, who = class_of(tx, town, code), find_account(tx, account)
    found = None if who is None else asked_for(tx, row.id, who.person_id)
    if found is None:
        raise CliError(f"{account} has not asked for {code}, or has been answered already")
    return found


def _moment(name: str, text: str | None, town: Town, *, end: bool = False) -> Any:
    from services.windows.phases_file import read_moment

    if text is None:
        return None
    try:
        return read_moment(text, town.zone, end=end)
    except ValueError:
        raise CliError(f"{name} {text!r} is no time; write '2026-12-01 09:00'") from None


def _plan(path: Path | None, town: Town) -> Plan:
    from services.windows.phases_file import PhasesError, Plan, read_plan

    if path is None:
        return Plan()
    try:
        return read_plan(path.name, path.read_text("utf-8"), town.zone)
    except (PhasesError, UnicodeDecodeError) as error:
        raise CliError(f"{path}: {error}") from None


def _described(tx: Tx, town: Town, which: int) -> dict[str, Any]:
    from services.texts import texts_of
    from services.windows import applications, reading, words

    found = reading.window(tx, which)
    if found is None:
        raise CliError(f"there is no window {which}")
    return {
        "id": found.id, "mode": found.mode, "unit": found.school, "state": _state(found, town),
        "opens": _iso(found.opens_at, town), "closes": _iso(found.closes_at, town),
        "draws_at": _iso(found.draws_at, town), "most": found.most,
        "phases": [
            {"who": phase.audience, "area": phase.area, "opens": _iso(phase.opens_at, town)}
            for phase in found.phases
        ],
        "quotas": [
            {"who": one.audience, "area": one.area, "seats": one.seats, "percent": one.percent}
            for one in reading.quotas_of(tx, which)
        ],
        "classes": [row.code for row in reading.classes_of(tx, which)],
        "applications": applications.count(tx, which),
        "words": words.lines(found, texts_of("zh" if in_chinese() else "en"), town.now(), town.zone),
    }  # fmt: skip


def _state(found: Window, town: Town) -> str:
    if found.mode == "draw" and found.draw_state != "committed":
        return found.draw_state
    if found.opens_at is not None and town.now() < found.opens_at:
        return "not open"
    return "closed" if found.closes_at is not None and town.now() >= found.closes_at else "open"


def _iso(at: Any, town: Town) -> str | None:
    return None if at is None else at.astimezone(town.zone).isoformat(timespec="minutes")


def _print(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    codes = ", ".join(found["classes"][:8]) + (" …" if len(found["classes"]) > 8 else "")
    print(f"{found['id']}  {found['mode']}  {found['state']}  {found['unit']}: {codes}")
    for line in found["words"]:
        print(f"   {line}")
