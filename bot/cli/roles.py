"""What `grant` and `revoke` share: how accounts, roles and units are written, and what can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, nobody
from models.people import ROLES
from models.store import work_now

if TYPE_CHECKING:
    from models.statement import Tx
    from services.roles import RoleChange
    from services.town import Town

PLATFORMS = ("telegram", "terminal", "web")

Account = Annotated[
    str, typer.Argument(metavar="PLATFORM:ACCOUNT", help="telegram:ID, terminal:NAME or web:ID")
]
Role = Annotated[str, typer.Argument(metavar="ROLE", help=", ".join(ROLES))]
Unit = Annotated[
    str, typer.Option("--unit", metavar="CODE", help="the unit's code (机构代码); root is all of them")
]
By = Annotated[str | None, typer.Option("--by", help="who acts, for the audit")]


def change(
    verb: Callable[[Tx, Town, str, str, str, str], RoleChange],
    account: str,
    role: str,
    unit: str,
    by: str | None,
) -> bool:
    """Do it in one transaction; whether anything changed. Raises CliError."""
    from services.roles import RoleChange

    _check(account, role)
    with house() as made:
        came = work_now(made.store, lambda tx: verb(tx, made.town, account, role, unit, actor(by)))
    if came is RoleChange.NO_UNIT:
        raise CliError(f"there is no unit (机构) {unit!r}; `doorstep import units FILE` brings units in")
    if came is RoleChange.NO_ACCOUNT:
        raise nobody(account)
    return came is RoleChange.DONE


def _check(account: str, role: str) -> None:
    platform, colon, name = account.partition(":")
    if platform not in PLATFORMS or not colon or not name or len(name) > 80:
        raise CliError(f"{account!r} is not an account; write telegram:ID, terminal:NAME or web:ID")
    if platform == "telegram" and not name.isdecimal():
        raise CliError(f"{account!r} is not an account; a Telegram ID is a number")
    if role not in ROLES:
        raise CliError(f"{role!r} is not a role (角色); choose one of {', '.join(ROLES)}")
