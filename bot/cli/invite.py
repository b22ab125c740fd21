"""`doorstep invite --unit CODE --role ROLE` prints a link; `--list` and `--revoke ID` see to open ones."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.base import CliError, actor, house, new_app
from bot.cli.roles import By
from models.people import ROLES
from models.store import look_now, work_now

if TYPE_CHECKING:
    from bot.compose import House

ABOUT = "Make a link that gives a role (角色) on a unit to whoever opens it, once, within 7 days."
SECONDS = 10.0

app = new_app(ABOUT)


@app.command(help=ABOUT)
def invite(
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="CODE", help="the unit's code (机构代码)")
    ] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ROLE", help=", ".join(ROLES))] = None,
    listed: Annotated[bool, typer.Option("--list", help="show the links that can still be used")] = False,
    revoke: Annotated[int | None, typer.Option("--revoke", metavar="ID", help="take one back")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object, for scripts")] = False,
    by: By = None,
) -> None:
    """Print the link, or see to those that are there."""
    from services import inviting, scope

    with house() as made:
        town = made.town
        if revoke is not None:
            if not work_now(made.store, lambda tx: inviting.revoke(tx, town, revoke, None, actor(by))):
                raise CliError(f"invitation {revoke} was used, taken back or is over already")
            print(f"Invitation {revoke} is taken back.")
            return
        if listed:
            root = look_now(made.store, lambda tx: scope.unit_by_code(tx, "root"))
            for row in look_now(made.store, lambda tx: inviting.open_ones(tx, [root], town.now())):
                until = row.expires_at.astimezone(town.zone).isoformat(timespec="minutes")
                print(f"{row.id}  {row.role} of {row.code} ({row.name}), until {until}")
            return
        if unit is None or role is None:
            raise CliError("say --unit CODE and --role ROLE, or --list, or --revoke ID")
        if role not in ROLES:
            raise CliError(f"{role!r} is not a role (角色); choose one of {', '.join(ROLES)}")
        token = work_now(made.store, lambda tx: inviting.invite(tx, town, unit, role, actor(by)))
        if token is None:
            raise CliError(f"there is no unit (机构) {unit!r}; `doorstep import units FILE` brings units in")
        _know_telegram(made)
        links = inviting.links(town, token)
        start = f"/start {inviting.START}{token}"
    if as_json:
        print(json.dumps({"unit": unit, "role": role, "links": links, "start": start}, ensure_ascii=False))
        return
    for line in links or [start]:
        print(line)


def _know_telegram(made: House) -> None:
    """The bot's name for its links, asked from Telegram; without an answer the web page's link must do."""
    token = made.settings.telegram_token
    if token is None:
        return
    from bot.platforms.telegram import setup
    from bot.platforms.telegram.connection import Connection

    async def ask() -> str:
        connection = Connection(token.get_secret_value(), made.settings.telegram_api_url)
        await connection.open()
        try:
            async with asyncio.timeout(SECONDS):
                return await setup.username(connection.api)
        finally:
            await connection.close()

    try:
        made.town.telegram_name = asyncio.run(ask())
    except Exception as error:
        typer.echo(f"doorstep: Telegram did not answer ({type(error).__name__})", err=True)
