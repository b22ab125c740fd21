"""Migrations of both databases, run by `models.migrate`; `models.migrations.draft` writes a new one."""
