"""`doorstep draw commit|run|publish ID` and `doorstep draw verify FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app
from bot.cli.classes import By
from models.store import look_now, work_now

if TYPE_CHECKING:
    from bot.compose import House
    from models.statement import Tx

app = new_app("Draw by lot (抽签), so that anybody can check it.")

Which = Annotated[str, typer.Argument(metavar="ID", help="the draw's number, or a class of it (抽签编号)")]
LONGEST_PUBLIC = 200


@app.command(
    help="Publish what binds the draw: before closing its commitment, after closing the list's hash."
)
def commit(which: Which, by: By = None) -> None:
    """Print both as far as they are known."""
    from services.drawing import running

    with house() as made:
        number = _number(made, which)
        drawn = look_now(made.store, lambda tx: running.standing_of(tx, number))
        found = look_now(made.store, lambda tx: _closed(tx, number, made))
        if found and drawn.state == "committed":
            _fix(made, number, actor(by))
            drawn = look_now(made.store, lambda tx: running.standing_of(tx, number))
    print(f"commitment (封存码): {drawn.commitment}")
    if drawn.list_hash:
        print(f"list_hash (名单指纹): {drawn.list_hash}")
    else:
        print("The list's hash follows when applications have closed; run this again then.")


@app.command(help="Compute the result, once applications have closed. It is told to nobody yet.")
def run(
    which: Which,
    public: Annotated[
        str,
        typer.Option(
            "--public",
            metavar="VALUE",
            help="a value that became known after closing, a lottery's say (公开值)",
        ),
    ] = "",
    by: By = None,
) -> None:
    """Fix the list if that has not happened, and draw."""
    from services.drawing import running
    from services.drawing.listing import CannotDraw

    if len(public) > LONGEST_PUBLIC or not public.isprintable():
        raise CliError(f"--public must be one line of at most {LONGEST_PUBLIC} characters")
    with house() as made:
        number, town = _number(made, which), made.town
        try:
            _fix(made, number, actor(by))
            result = look_now(made.store, lambda tx: running.compute(tx, town, number, public))
            work_now(made.store, lambda tx: running.keep_result(tx, town, number, result, public, actor(by)))
        except CannotDraw as error:
            raise CliError(str(error)) from None
    print(f"Draw {number} is done; `doorstep draw publish {number}` tells everybody.")


@app.command(help="Let the result out: seats are given, everybody is told, and the file can be had.")
def publish(
    which: Which,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="save the file as well")] = None,
    by: By = None,
) -> None:
    """Publish piece by piece, and say how many were told."""
    from services.drawing import publishing, running
    from services.drawing.listing import CannotDraw

    told = 0
    with house() as made:
        number, town = _number(made, which), made.town
        try:
            for step in look_now(made.store, lambda tx: running.outcome_steps(tx, number, actor(by))):
                work_now(made.store, lambda tx, step=step: step(tx, town))  # type: ignore[misc]
        except CannotDraw as error:
            raise CliError(str(error)) from None
        while piece := work_now(made.store, lambda tx: publishing.publish_some(tx, town, number)):
            told += piece
        text = look_now(made.store, lambda tx: running.file_of(tx, number))
    if out is not None:
        out.write_text(text, "utf-8")
    print(f"Draw {number} is published: {told} people told (通知{told}人). It stands under /draws/{number}.")


@app.command(help="Save the published file of a draw.")
def export(
    which: Which,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="instead of printing it")] = None,
) -> None:
    """Print or save it."""
    from services.drawing import running

    with house() as made:
        number = _number(made, which)
        text = look_now(made.store, lambda tx: running.file_of(tx, number))
    if not text:
        raise CliError(f"draw {number} is not published yet")
    if out is None:
        print(text)
    else:
        out.write_text(text, "utf-8")


@app.command(help="Compute a published draw again from its file alone; exit 1 where it does not hold.")
def verify(file: Annotated[Path, typer.Argument(metavar="FILE", help="the published JSON file")]) -> None:
    """Print that it holds, or the first difference."""
    from services.drawing.check import NotAFile
    from services.drawing.check import verify as check

    try:
        wrong = check(file.read_text("utf-8"))
    except UnicodeDecodeError:
        wrong = f"{file}: no JSON file of a draw, but something that is no text"
    except NotAFile as error:
        wrong = f"{file}: {error}"
    if wrong is not None:
        print(f"The draw does not hold (结果不符): {wrong}")
        raise typer.Exit(1)
    print("The draw holds: computed again from the file, everything is the same (核对无误).")


def _number(made: House, which: str) -> int:
    from bot.cli.window import window_id
    from services.drawing import running

    number = look_now(made.store, lambda tx: window_id(tx, made.town, which))
    if look_now(made.store, lambda tx: running.standing_of(tx, number)) is None:
        raise CliError(f"window {number} is no draw; `doorstep window set CODE --mode draw` makes one")
    return number


def _closed(tx: Tx, number: int, made: House) -> bool:
    from services.windows.reading import window

    found = window(tx, number)
    return found is not None and found.closed(made.town.now())


def _fix(made: House, number: int, by: str) -> None:
    """Fix the list where that has not happened yet. Raises CannotDraw."""
    from services.drawing import running, sheet
    from services.drawing.listing import CannotDraw, build_listing, seen

    drawn = look_now(made.store, lambda tx: running.standing_of(tx, number))
    if drawn.state != "committed":
        return
    try:
        mark = look_now(made.store, lambda tx: seen(tx, number))
        listing = look_now(made.store, lambda tx: build_listing(tx, made.town, number))
        fixed = sheet.fixed(listing)
        work_now(made.store, lambda tx: running.keep_listing(tx, made.town, number, fixed, by, mark=mark))
    except CannotDraw as error:
        raise CliError(str(error)) from None
