"""What only a first start or an upgrade does, done beside the program, so that it keeps nothing of it.

Migrations, the sample town and the first search index need modules and memory (about 27 MB) that the running
program never needs again. A child does them, while this process reads the modules with which it will serve.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from bot.settings import Settings
from models.migrate import State, check

# what serving reads, beside what the composition has read already
MODULES = ("services.kept_catalogue", "services.search.index", "bot.serve", "bot.platforms.web.part")


def prepare(settings: Settings, sample: bool) -> None:
    """Bring a database that is not up to date to where a later start finds it.

    A child that fails says nothing: the start does again what is missing, and its error is told there.
    Raises StoreError.
    """
    # elsewhere than on Linux the system's own libraries do not always survive a fork
    if sys.platform != "linux" or check(settings.database_url) not in (State.EMPTY, State.BEHIND):
        return
    child = os.fork()
    if child == 0:
        _work_and_end(settings, sample)
    for name in MODULES:
        import_module(name)
    os.waitpid(child, 0)


def _work_and_end(settings: Settings, sample: bool) -> None:
    """The child's whole life; it ends without the parent's last words and exit handlers."""
    try:
        # the lock and the door are the parent's alone: should it be killed, nobody else may hold them
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        from bot.compose import import_sample_if_unused, open_house, read_catalogue

        house = open_house(settings, catalogue=False)
        try:
            if sample:
                import_sample_if_unused(house)
            read_catalogue(house)
        finally:
            house.close()
    finally:
        os._exit(0)
