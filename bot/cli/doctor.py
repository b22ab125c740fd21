"""`doorstep doctor`: one line a check, with what to do."""

from bot.cli.base import new_app

ABOUT = "Check the settings and everything around, and say what to do."

app = new_app(ABOUT)


@app.command(help=ABOUT)
def doctor() -> None:
    """Print the checks; exit 1 when one failed."""
    import typer

    from bot.checkup import Finding, examine

    width = max(len(level) for level in Finding.LEVELS)
    worst_first = list(examine())
    for finding in worst_first:
        print(f"{finding.level:<{width}}  {finding.about}: {finding.text}")
    if any(finding.level == "fail" for finding in worst_first):
        raise typer.Exit(1)
