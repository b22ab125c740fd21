"""How an import answers: in Chinese for a clerk, or as one JSON object for a script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.base import CliError

if TYPE_CHECKING:
    from services.sheets.problems import Problem
    from services.sheets.table import Table

MOST_CHANGES = 20
_THINGS = {"units": "机构", "courses": "班"}


@dataclass
class Outcome:
    """What an import found and did; `changes` are code, title and the columns that differ.

    `people` would be told, `notified` were; `error` is a sentence where the whole file or import is refused.
    """

    kind: str
    dry_run: bool
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    people: int = 0
    notified: int = 0
    batch: int | None = None
    error: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    changes: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.error and not self.problems


def finish(outcome: Outcome, *, as_json: bool, code: int = 1) -> None:
    """Print the outcome; ends the command with `code` when it is not well."""
    if as_json:
        print(json.dumps(_data(outcome), ensure_ascii=False, indent=1))
    else:
        for line in _lines(outcome):
            print(line)
    if not outcome.ok:
        raise typer.Exit(code)


def save_marked(path: Path | None, data: bytes, table: Table, outcome: Outcome) -> None:
    """Write the clerk's sheet with its cells marked, if asked for."""
    if path is None:
        return
    from services.sheets.problems import SheetError
    from services.sheets.report import marked_copy

    if path.suffix.lower() != ".xlsx":
        raise CliError(f"--report {path}：标好的表是 Excel 文件，请用 .xlsx 结尾的文件名")
    try:
        path.write_bytes(marked_copy(data, table, outcome.problems, outcome.warnings))
    except SheetError as error:
        raise CliError(f"--report 写不出来：{error}") from None


def _data(outcome: Outcome) -> dict[str, Any]:
    if outcome.kind == "undo":
        return {
            "ok": outcome.ok, "batch": outcome.batch, "removed": outcome.created, "restored": outcome.changed,
            "to_notify": outcome.people, "notified": outcome.notified, "error": outcome.error,
        }  # fmt: skip
    return {
        "ok": outcome.ok,
        "dry_run": outcome.dry_run,
        "batch": outcome.batch,
        "created": outcome.created if outcome.ok else 0,
        "changed": outcome.changed if outcome.ok else 0,
        "unchanged": outcome.unchanged,
        "to_notify": outcome.people,
        "notified": outcome.notified,
        "changes": [
            {"code": code, "title": title, "columns": columns} for code, title, columns in outcome.changes
        ],
        "warnings": [_problem(one) for one in outcome.warnings],
        "problems": [_problem(one) for one in outcome.problems],
        "error": outcome.error,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "column": problem.column, "value": problem.value, "text": problem.text_zh}


def _lines(outcome: Outcome) -> Iterable[str]:
    for warning in outcome.warnings:
        yield f"请看一下　{warning.line_zh()}"
    for problem in outcome.problems:
        yield f"要改　{problem.line_zh()}"
    if outcome.error:
        yield outcome.error
    elif outcome.problems:
        yield f"一共{len(outcome.problems)}处要改，什么也没有写入。改好后请再导入一次。"
    elif outcome.kind == "undo":
        yield f"{outcome.batch}号导入已撤销：{outcome.created}个新班已删掉，{outcome.changed}个班已改回原样。"
        yield from _told(outcome)
    else:
        yield from _done(outcome)


def _done(outcome: Outcome) -> Iterable[str]:
    thing = _THINGS[outcome.kind]
    if not outcome.created and not outcome.changed:
        yield "没有变化。"
        return
    for code, title, columns in outcome.changes[:MOST_CHANGES]:
        yield f"修改　{code} {title}：{'、'.join(columns)}"
    if len(outcome.changes) > MOST_CHANGES:
        yield f"……还有{len(outcome.changes) - MOST_CHANGES}个班有修改"
    counts = f"新增{outcome.created}个{thing}，修改{outcome.changed}个，{outcome.unchanged}个没有变化。"
    if outcome.dry_run:
        yield f"可以导入：{counts}"
        if outcome.people:
            yield f"将通知{outcome.people}人（上课时间或地点变了）。"
        yield "这是试一遍，什么也没有写入。"
        return
    yield f"已导入：{counts}"
    yield from _told(outcome)
    if outcome.batch is not None:
        yield f"这是{outcome.batch}号导入，一天之内可以撤销：doorstep import undo {outcome.batch}"


def _told(outcome: Outcome) -> Iterable[str]:
    if outcome.notified:
        yield f"已通知{outcome.notified}人。"
    elif outcome.people:
        yield f"没有通知（{outcome.people}人的上课时间或地点变了）。"
