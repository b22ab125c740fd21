"""Logs: no secret and nobody's words or address in them, whichever way they come."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import HIDDEN, set_up_logs

SECRET = "123456:secret-part"


@pytest.fixture
def lines() -> Iterator[Any]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs([SECRET], stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


def test_a_secret_is_blotted_out_wherever_it_stands(lines: Any) -> None:
    log = structlog.get_logger()
    log.info("called", url=f"https://host/bot{SECRET}/getMe", nested={"tokens": [SECRET]})
    logging.getLogger("somebody.else").warning("failed at %s", SECRET)
    first, second = lines()
    assert first["url"] == f"https://host/bot{HIDDEN}/getMe"
    assert first["nested"] == {"tokens": [HIDDEN]}
    assert second["event"] == f"failed at {HIDDEN}"


def test_what_a_person_wrote_or_is_called_is_dropped(lines: Any) -> None:
    structlog.get_logger().info(
        "turn", text="我想学书法", name="王秀兰", chat="42", account="42", kind="text"
    )
    (line,) = lines()
    assert set(line) == {"event", "kind", "level", "timestamp"}


def test_an_error_tells_its_place_but_not_what_it_quotes(lines: Any) -> None:
    typed = "王秀兰"
    try:
        int(typed)
    except ValueError:
        structlog.get_logger().exception("turn_failed")
        logging.getLogger("somebody.else").exception("failed too")
    for line in lines():
        assert typed not in json.dumps(line, ensure_ascii=False)
        assert line["exception"].endswith("ValueError")
        assert "test_logs.py" in line["exception"]


def test_an_error_of_the_system_keeps_its_words(lines: Any) -> None:
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except OSError:
        structlog.get_logger().exception("not_reached")
    (line,) = lines()
    assert line["exception"].endswith("ConnectionRefusedError: [Errno 111] Connection refused")
