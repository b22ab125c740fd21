"""A line to a PostgreSQL server that can be cut: nothing passes, nothing is refused, until it is mended."""

from __future__ import annotations

import asyncio

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url


class Line:
    """Passes bytes to and fro; `url` is the database's address through it."""

    def __init__(self, database_url: str) -> None:
        parsed = make_url(database_url)
        self._parsed = parsed
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        reached = conninfo_to_dict(plain)
        self._host, self._port = str(reached.get("host") or "127.0.0.1"), int(reached.get("port") or 5432)
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Line:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        through = self._parsed.set(host="127.0.0.1", port=port, query={})
        self.url = through.render_as_string(hide_password=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def cut(self) -> None:
        """From now on nothing arrives on either side."""
        self._whole.clear()

    def mend(self) -> None:
        """What was under way arrives, late."""
        self._whole.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        if self._host.startswith("/"):
            path = f"{self._host}/.s.PGSQL.{self._port}"
            there, back = await asyncio.open_unix_connection(path)
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        for pair in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass(*pair))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
