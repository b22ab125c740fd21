"""`doorstep chat --json`: one line in, one line out, also when a handler fails."""

from __future__ import annotations

import json
import sys
from io import StringIO

import pytest

from bot.cli.chat import _by_lines
from bot.platforms.terminal.talk import Talk
from handlers import router
from handlers.turn import Turn
from models.store import Store
from services.town import Town


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
