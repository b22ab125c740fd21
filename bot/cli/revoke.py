"""`doorstep revoke PLATFORM:ACCOUNT ROLE --unit CODE`."""

from bot.cli.base import new_app
from bot.cli.roles import Account, By, Role, Unit, change

ABOUT = "Take a role (角色) on a unit back."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def revoke(account: Account, role: Role, unit: Unit, by: By = None) -> None:
    """Take the role, and say so."""
    from services.roles import revoke as take

    done = change(take, account, role, unit, by)
    print(f"{account} is no longer {role} of {unit}." if done else f"{account} was not {role} of {unit}.")
