"""`doorstep backup --out FILE`: a copy of the database, also while the program runs."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import CliError, new_app

ABOUT = "Copy the database (备份), also while the program runs."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def backup(
    out: Annotated[Path, typer.Option(help="the file to write, or a folder, which gets a dated one")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="in a folder: how many dated copies stay, the newest ones")
    ] = None,
) -> None:
    """Write the copy, whole or not at all, and say how large it is."""
    from datetime import datetime

    from bot.settings import load_settings
    from models.backup import SUFFIXES
    from models.backup import backup as copy

    settings = load_settings()
    suffix, folder = SUFFIXES[settings.embedded], out if out.is_dir() else None
    if keep is not None and folder is None:
        raise CliError(f"--keep needs --out to name a folder, and {out} is none")
    if folder is not None:
        # a file's name is for people at the machine, whatever clock the town shows
        out = folder / f"doorstep-{datetime.now(settings.zone):%Y%m%d-%H%M%S}{suffix}"
    size = copy(settings.database_url, out)
    print(f"The database was copied to {out} ({size / 1e6:.1f} MB).")
    if folder is not None and keep is not None:
        for old in sorted(folder.glob(f"doorstep-[0-9]*-[0-9]*{suffix}"))[:-keep]:
            old.unlink()
