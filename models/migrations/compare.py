"""How models and database are compared, and how our column types are written into a migration."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from models.types import UtcTime


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write our own types plainly, so that an old migration needs nothing but the types it names."""
    if kind != "type":
        return False
    if isinstance(item, UtcTime):
        return "UtcTime()"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


OPTIONS: dict[str, Any] = {
    "compare_type": True,
    "compare_server_default": True,
    "render_as_batch": True,  # sqlite changes a table only by copying it
    "render_item": render_item,
}
