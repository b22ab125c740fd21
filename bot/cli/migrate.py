"""`doorstep migrate`: bring the database up to date."""

from bot.cli.base import new_app

app = new_app("Bring the database up to date; `run` does it as well.")


@app.command()
def migrate() -> None:
    """Bring the database up to date; `run` does it as well."""
    from bot.settings import load_settings
    from models.migrate import State, head
    from models.migrate import migrate as bring_up

    before = bring_up(load_settings().database_url)
    done = "was up to date already" if before is State.CURRENT else "was brought up to date"
    print(f"The database {done} (migration {head()}).")
