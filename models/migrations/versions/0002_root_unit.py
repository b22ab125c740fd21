"""The root of the network, under which every unit stands.

Apart from the tables, so that those can be drafted from the models without losing it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Insert the unit `root`; its number comes from the database's own sequence."""
    op.execute(
        "INSERT INTO org_unit (code, name, level, path, phone, desk_hours, address)"
        " VALUES ('root', '社区教育', 'root', '', '', '', '')"
    )
    op.execute("UPDATE org_unit SET path = '/' || id || '/' WHERE code = 'root'")
