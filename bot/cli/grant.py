"""`doorstep grant PLATFORM:ACCOUNT ROLE --unit CODE`."""

from bot.cli.base import new_app
from bot.cli.roles import Account, By, Role, Unit, change

ABOUT = "Give an account a role (角色) on a unit and everything under it."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def grant(account: Account, role: Role, unit: Unit, by: By = None) -> None:
    """Give the role, and say so."""
    from services.roles import grant as give

    done = change(give, account, role, unit, by)
    print(f"{account} is {role} of {unit}." if done else f"{account} was {role} of {unit} already.")
