"""`doorstep chat`: talk to it in this terminal, as a resident does."""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.base import CliError, house, new_app
from bot.platforms.terminal.paint import as_json, painted
from bot.platforms.terminal.talk import Talk
from handlers.incoming import Incoming
from services.message import Message

if TYPE_CHECKING:
    from bot.compose import House
    from bot.platforms.terminal.asking import Listener

ABOUT = "Talk to it in this terminal, as a resident does; an empty line or Ctrl-D ends."
WATCH_SECONDS = 1.0
FILE = "/file "

app = new_app(ABOUT)


@app.command(help=ABOUT)
def chat(
    name: Annotated[str, typer.Option("--as", help="Who speaks; each name is a person of their own.")] = "me",
    as_lines: Annotated[bool, typer.Option("--json", help="A JSON object a line, in and out.")] = False,
    inbox: Annotated[bool, typer.Option("--inbox", help="With --json: show what arrived meanwhile.")] = False,
) -> None:
    """Read what is typed until the input ends."""
    if not name or len(name) > 60 or not name.isprintable():
        raise CliError("--as takes a name of 1 to 60 printable characters")
    with house(catalogue=True, sample=True) as made, _listener(made) as ask:
        talk = Talk(made.store, made.town, name, ask)
        if as_lines:
            _by_lines(talk, inbox)
        else:
            _by_hand(talk)


@contextmanager
def _listener(made: House) -> Iterator[Listener | None]:
    """The language model, where one is set up; without it nothing of it is even loaded."""
    if not made.settings.llm_url:
        yield None
        return
    from bot.assistant import assistant_of
    from bot.platforms.terminal.asking import Listener

    assistant = assistant_of(made.settings)
    if assistant is not None:
        with Listener(assistant, made.town) as listener:
            yield listener


def _by_lines(talk: Talk, inbox: bool) -> None:
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            incoming = _read(talk, json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            answer: dict[str, Any] = {"messages": [], "error": f"not understood: {error}"}
        else:
            said = talk.take(incoming, inbox=inbox)
            answer = {"messages": [as_json(message, _saved(message)) for message in said.messages]}
            if inbox:
                answer["inbox"] = [as_json(message, _saved(message)) for message in said.inbox]
        print(json.dumps(answer, ensure_ascii=False), flush=True)


def _read(talk: Talk, given: Any) -> Incoming:
    if not isinstance(given, dict):
        raise TypeError('a line is an object such as {"text": "书法"}')
    if "text" in given:
        return talk.text(_string(given, "text"))
    if "tap" in given:
        tapped = given["tap"]
        if isinstance(tapped, int) and not isinstance(tapped, bool):
            return talk.text(str(tapped))
        return talk.tap(_string(given, "tap"))
    if "location" in given:
        latitude, longitude = given["location"]
        return talk.location(float(latitude), float(longitude))
    if "file" in given:
        return talk.file(Path(_string(given, "file")))
    raise KeyError("a line has text, tap, location or file")


def _string(given: dict[str, Any], name: str) -> str:
    if not isinstance(given[name], str):
        raise TypeError(f"{name} is a string, not {json.dumps(given[name])}")
    return str(given[name])


def _by_hand(talk: Talk) -> None:
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    live = sys.stdin.isatty()
    if live:
        print("（直接打字，按回车；发文件打 /file 和它的路径；空行结束）", flush=True)
    while True:
        line = _next_line(talk, colours) if live else sys.stdin.readline()
        if not line or (live and not line.strip()):
            return
        if not line.strip():
            continue
        said = talk.take(_typed(talk, line.rstrip("\n")), inbox=True)
        for message in [*said.inbox, *said.messages]:
            _show(message, colours)


def _typed(talk: Talk, line: str) -> Incoming:
    """A line, or the file that it names."""
    if line.startswith(FILE):
        return talk.file(Path(line.removeprefix(FILE).strip()).expanduser())
    return talk.text(line)


def _next_line(talk: Talk, colours: bool) -> str:
    """The next typed line; what arrives while nobody types is shown at once."""
    print("> ", end="", flush=True)
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], WATCH_SECONDS)
        if ready:
            return sys.stdin.readline()
        # an answer only waits here when the program was killed before it could be shown
        found = talk.fetch(replies=True, notices=True)
        arrived = [*found.messages, *found.inbox]
        for message in arrived:
            print()
            _show(message, colours)
        if arrived:
            print("> ", end="", flush=True)


def _show(message: Message, colours: bool) -> None:
    print(painted(message, colours=colours))
    if saved := _saved(message):
        print(f"   → {saved}")
    print(flush=True)


def _saved(message: Message) -> str | None:
    """Write a document where the program keeps its files, and say where."""
    if message.document is None:
        return None
    from services.pictures import drawn

    folder = Path("var/files")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / Path(message.document.name).name
    path.write_bytes(drawn(message.document).content)
    return str(path)
