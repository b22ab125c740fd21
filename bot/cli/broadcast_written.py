"""What the options of `doorstep broadcast send` say: its file, its buttons, its time."""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.base import CliError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.compose import House
    from models.statement import Tx


def document_of(file: Path | None) -> Any:
    """The file that goes with a broadcast, or None."""
    from services.message import Document

    if file is None:
        return None
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CliError(f"{file} cannot be read ({error.strerror})") from None
    mime = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Document(file.name, content, mime, picture=mime in ("image/png", "image/jpeg"))


def choice_of(tx: Tx, made: House, written: str) -> Any:
    """A button, written LABEL=URL or LABEL=CLASS."""
    from services.broadcasting.wording import Choice
    from services.classes import class_by_code

    label, sign, target = written.partition("=")
    if not sign or not label or not target:
        raise CliError(f"{written!r} is no button; write LABEL=https://… or LABEL=CLASS")
    if target.startswith(("https://", "http://")):
        return Choice(label, url=target)
    row = class_by_code(tx, target, made.town.now())
    if row is None:
        raise CliError(f"there is no class {target!r} for the button {label!r}")
    return Choice(label, action=f"enrol:{row.id}")


def time_of(written: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A time by the town's clock: with its day, or the next time that the clock shows it."""
    if not written:
        return None
    try:
        if len(written) <= 5:
            wall = time.fromisoformat(written.zfill(5))
            local = datetime.combine(now.astimezone(zone).date(), wall, zone)
            return (local if local > now else local + timedelta(days=1)).astimezone(UTC)
        said = datetime.fromisoformat(written)
    except ValueError:
        raise CliError(f"{written!r} is no time; write 2026-12-01T09:00 or 09:00") from None
    return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
