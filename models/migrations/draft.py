"""Writes a migration from the models: `python -m models.migrations.draft NUMBER "what it does"`.

It migrates an empty SQLite database up to the migration before NUMBER, compares it with the models, and
writes `versions/NUMBER_what_it_does.py`. Read the file before it is committed: a renamed column looks like a
drop and an add. Until the first release the tables are drafted anew instead of being followed by others:
`python -m models.migrations.draft 0001 tables`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from models.migrate import FOLDER, alembic_config, locked
from models.migrations.compare import OPTIONS, render_item
from models.registry import metadata
from models.types import tell_postgresql

TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
{imports}

revision = "{number}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; going back is done by restoring a backup."""
    {body}
'''


def draft(number: str, message: str) -> Path:
    """Write the migration `number` in place of what stood there, and return its file."""
    versions = FOLDER / "versions"
    name = re.sub(r"\W+", "_", message.lower()).strip("_")
    for old in versions.glob(f"{number}_*.py"):
        old.unlink()
    before = max(
        (path.name[:4] for path in versions.glob("[0-9]*.py") if path.name[:4] < number), default=None
    )
    with tempfile.TemporaryDirectory() as folder, locked(f"sqlite:///{folder}/draft.db") as connection:
        if before is not None:
            command.upgrade(alembic_config(connection), before)
        body = _difference(connection)
    imports = "from models.types import UtcTime" if "UtcTime()" in body else ""
    path = versions / f"{number}_{name}.py"
    title = message[:1].upper() + message[1:]
    path.write_text(
        TEMPLATE.format(title=title, imports=imports, number=number, before=before, body=body), "utf-8"
    )
    for arguments in (["format", "--quiet"], ["check", "--quiet", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(path)], check=True)  # noqa: S603
    return path


def _difference(connection: Connection) -> str:
    tell_postgresql(metadata)
    context = MigrationContext.configure(connection, opts={**OPTIONS, "target_metadata": metadata})
    operations = produce_migrations(context, metadata).upgrade_ops
    assert operations is not None
    code = render_python_code(
        operations, render_as_batch=True, render_item=render_item, migration_context=context
    )
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("# ###")).strip()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not re.fullmatch(r"\d{4}", sys.argv[1]):
        sys.exit('say which and what: python -m models.migrations.draft 0003 "teams"')
    print(draft(sys.argv[1], sys.argv[2]))  # noqa: T201
