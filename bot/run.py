"""The start of the program: what is refused is refused before anything is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

from bot.compose import import_sample_if_unused, open_house, read_catalogue
from bot.instance import listening_socket, only_one
from bot.prepare import prepare
from bot.settings import Settings
from models.store import StoreError


def run(settings: Settings, role: str = "all", sample: bool | None = None) -> None:
    """Run until told to stop (SIGTERM, SIGINT).

    `sample` fills an unused database with the sample town; None does so for a SQLite file, as that is how one
    tries the program, and leaves a PostgreSQL database, which somebody has set up on purpose, to its owner.
    Raises StoreError and SettingsError before anything is served.
    """
    if settings.embedded and role != "all":
        raise StoreError(
            f"--role {role} needs PostgreSQL: a SQLite file is served by one process that does everything; "
            "leave --role out, or set DOORSTEP_DATABASE_URL=postgresql+psycopg://…"
        )
    with ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(only_one(settings.database_path))
        door = stack.enter_context(listening_socket(settings.host, settings.port))
        settings = settings.model_copy(update={"port": door.getsockname()[1]})
        filled = settings.embedded if sample is None else sample
        prepare(settings, filled)
        house = open_house(settings, catalogue=False)
        stack.callback(house.close)
        if filled:
            import_sample_if_unused(house)
        read_catalogue(house)
        # only now, as a start that is refused should be refused at once
        from bot.serve import serve

        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(house, role, door))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # where it does not run, the ordinary loop does
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
