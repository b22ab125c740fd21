"""What the commands share: how an app is made, how a command ends badly, how it opens the house."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.compose import House


class CliError(Exception):
    """A command that cannot be done as asked; the text is the one line that the operator reads."""


def new_app(about: str) -> typer.Typer:
    """An app without colours, boxes and tracebacks: its output is read by people and by scripts."""
    return typer.Typer(
        help=about, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
        no_args_is_help=False,
    )  # fmt: skip


def nobody(account: str) -> CliError:
    """Whom an account names is not known; how accounts are written, where it is not written so."""
    known = f"nobody is known as {account!r}" if not account.strip() else f"nobody is known as {account}"
    return CliError(known if ":" in account else f"{known}; write telegram:ID, terminal:NAME or web:ID")


@contextmanager
def house(*, catalogue: bool = False, sample: bool = False) -> Iterator[House]:
    """The house for one command, with logs set to warnings. Raises SettingsError and StoreError.

    With `sample`, an embedded database that nobody has used is filled with the sample town first.
    """
    import logging

    from bot.compose import import_sample_if_unused, opened, read_catalogue
    from bot.logs import set_up_logs
    from bot.settings import DEFAULT_DATABASE, load_settings

    settings = load_settings()
    set_up_logs(settings.secrets(), level=logging.WARNING)
    with opened(settings, catalogue=catalogue) as made:
        if sample and settings.database_url == DEFAULT_DATABASE and import_sample_if_unused(made):
            read_catalogue(made)
        yield made


def actor(by: str | None) -> str:
    """Who acts, for the audit: what `--by` says, or the account at this machine."""
    if by:
        return by
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's account may have no name
        return "cli:unknown"
