"""Runs the stand-in by itself: `python -m tests.botapi --port 8081 --token 123:TEST`."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress

from tests.botapi.server import BotApi


async def _run(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    api = BotApi(options.token, lean=options.lean, seed=options.seed)
    api.limits.enforce = options.limits
    await api.start(options.port)
    print(
        f"Bot API on {api.url} for {options.token.partition(':')[0]}, control at {api.url}/_control/",
        flush=True,
    )
    await stopped.wait()
    await api.stop()


def main() -> None:
    """Reads the command line and serves until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="123:TEST")
    parser.add_argument("--seed", type=int, default=0, help="for faults with a probability")
    parser.add_argument("--lean", action="store_true", help="count sends without checking or recording them")
    parser.add_argument("--limits", action="store_true", help="enforce 30 messages a second and 1 per chat")
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
