"""How Telegram takes the bot: what an error says of it, and what goes before what."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

from bot.platforms.telegram.standing import CALM_SECONDS, CONFLICT, Standing, same_address, trouble_of

ERRORS = [
    (Conflict("terminated by other getUpdates request"), "conflict"),
    (InvalidToken("Unauthorized"), "token_refused"),
    (NetworkError("connection reset"), "unreachable"),
    (RetryAfter(3), ""),
    (BadRequest("bad webhook: IP address is reserved"), ""),
]
ADDRESSES = [
    ("https://xuexi.example/telegram/webhook", "https://xuexi.example:443/telegram/webhook", True),
    ("https://家门口.example/telegram/webhook", "https://xn--6orx5p826c.example/telegram/webhook", True),
    ("https://xuexi.example/telegram/webhook", "https://xuexi.example:8443/telegram/webhook", False),
    ("https://xuexi.example/telegram/webhook", "https://other.example/telegram/webhook", False),
]


@pytest.mark.parametrize(("error", "trouble"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
def test_what_an_error_says_of_the_bot(error: Exception, trouble: str) -> None:
    assert trouble_of(error) == trouble


@pytest.mark.parametrize(("one", "other", "same"), ADDRESSES)
def test_telegram_writes_an_address_in_its_own_way(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same


async def test_only_polls_that_go_well_for_a_while_show_that_nobody_else_polls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(Standing, "_now", staticmethod(lambda: now))
    standing = Standing()
    standing.well()
    standing.polled()
    assert not standing.receives, "the other one may be polling again in a moment"
    now += CALM_SECONDS
    standing.well()
    assert not standing.receives, "a call says nothing of it"
    standing.polled()
    assert standing.receives
    standing.raised(Conflict("terminated by other getUpdates request"))
    assert not standing.receives
    now += CALM_SECONDS - 1
    standing.raised(NetworkError("connection reset"))
    now += CALM_SECONDS - 1
    standing.polled()
    assert standing.trouble == CONFLICT, "what was out of reach was no calm"


async def test_a_cut_connection_does_not_hide_the_other_program() -> None:
    standing = Standing()
    standing.raised(Conflict("terminated by other getUpdates request"))
    standing.raised(NetworkError("connection reset"))
    standing.well()
    assert standing.trouble == CONFLICT
