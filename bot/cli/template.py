"""`doorstep template [--out FILE.xlsx]`: an empty course sheet for the clerk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import CliError, new_app

ABOUT = "Write an empty course sheet (空白表) with drop-downs, notes and an example row."
NAME = Path("课程导入模板.xlsx")

app = new_app(ABOUT)


@app.command(help=ABOUT)
def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="where to write it")] = NAME,
) -> None:
    """Write the sheet; one that is there already is left alone."""
    from bot.settings import load_settings
    from models.clock import clock_for
    from services.sheets.template import course_template

    if out.suffix.lower() != ".xlsx":
        raise CliError(f"{out} 不是 .xlsx 文件名，请用 .xlsx 结尾")
    if out.exists() and out.stat().st_size:
        raise CliError(f"{out} 已经有了，请用 --out 换一个文件名")
    settings = load_settings()
    today = clock_for(settings.now, settings.clock_speed, None).civil().astimezone(settings.zone).date()
    out.write_bytes(course_template(today))
    print(f"空白表在 {out}，填好后导入：doorstep import courses {out}")
