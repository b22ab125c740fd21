"""`doorstep chat --json`: one line in, one line out, also when a handler fails."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import pytest

from bot.cli.chat import _by_hand, _by_lines
from bot.platforms.terminal.talk import Talk
from handlers import router
from handlers.turn import Turn
from models.store import Store, work_now
from services.roles import grant
from services.town import Town
from tests.town import make_town


class Unforeseen(Exception):
    """An error of a kind that nobody thought of."""


def test_a_handler_that_fails_is_answered_for_and_the_talk_goes_on(
    store: Store, town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(turn: Turn) -> None:
        raise Unforeseen(turn.text)

    monkeypatch.setitem(router.routes.words, "坏掉", broken)
    lines = [{"text": "书法"}, {"text": "坏掉"}, {"text": "1"}]
    monkeypatch.setattr(sys, "stdin", StringIO("".join(json.dumps(line) + "\n" for line in lines)))
    _by_lines(Talk(store, town, "wang"), inbox=False)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    found, failed, after = (json.loads(line) for line in printed)
    assert "书法入门" in found["messages"][0]["text"]
    assert "刚才没办成" in failed["messages"][0]["text"]
    assert "书法入门" in after["messages"][0]["text"]


def test_a_file_is_sent_by_its_path(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    town = make_town(sqlite_store)
    work_now(sqlite_store, lambda tx: grant(tx, town, "terminal:chen", "broadcaster", "xincheng", "test"))
    (tmp_path / "海 报.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    lines = ["群发", "周六看展", f"/file {tmp_path}/海 报.png", f"/file {tmp_path}/没有.png"]
    monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{line}\n" for line in lines)))
    monkeypatch.chdir(tmp_path)
    _by_hand(Talk(sqlite_store, town, "chen"))
    printed = capsys.readouterr().out
    assert "“海 报.png”收好了" in printed and "发给谁" in printed
    assert "文件没收到" in printed
