"""Alembic's entry: runs the migrations on the connection that `models.migrate` hands over."""

from alembic import context

from models.migrations.compare import OPTIONS
from models.registry import metadata

# the transaction and the lock belong to the caller, so a migration that fails leaves nothing behind
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, **OPTIONS)
context.run_migrations()
