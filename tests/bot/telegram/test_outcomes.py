"""The closed table of outcomes, from what a server says to the verdict, and from each exception."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import bot.platforms.telegram as telegram_platform
from bot.platforms.telegram import outcomes
from bot.platforms.telegram.client import BotApi
from bot.platforms.telegram.outcomes import Outcome, Verdict, classify
from bot.platforms.telegram.request import AiohttpRequest
from bot.platforms.telegram.request_errors import (
    AnswerLate,
    AnswerLost,
    BotApiFault,
    GatewayError,
    NotSent,
    NotSentInTime,
)
from tests.bot.telegram import servers
from tests.bot.telegram.servers import TOKEN, answers, refuses, serving

SAID: list[tuple[int, str, str]] = [
    (400, "Bad Request: message is not modified: specified new message content and reply markup are exactly "
          "the same as a current content and reply markup of the message", "sent not_modified"),
    (403, "Forbidden: bot was blocked by the user", "stopped blocked"),
    (403, "Forbidden: user is deactivated", "stopped deactivated"),
    (400, "Bad Request: USER_IS_BLOCKED", "stopped blocked"),
    (400, "Bad Request: INPUT_USER_DEACTIVATED", "stopped deactivated"),
    (403, "Forbidden: bot was kicked from the group chat", "stopped kicked"),
    (403, "Forbidden: bot was kicked from the supergroup chat", "stopped kicked"),
    (403, "Forbidden: bot is not a member of the channel chat", "stopped kicked"),
    (400, "Bad Request: not enough rights to send text messages to the chat", "stopped muted"),
    (400, "Bad Request: have no rights to send a message", "stopped muted"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "stopped muted"),
    (403, "Forbidden: bot can't initiate conversation with a user", "dead never_started"),
    (403, "Forbidden: bot can't send messages to bots", "dead is_a_bot"),
    (403, "Forbidden: the group chat was deleted", "dead chat_deleted"),
    (400, "Bad Request: chat not found", "dead no_chat"),
    (400, "Bad Request: user not found", "dead no_chat"),
    (400, "Bad Request: PEER_ID_INVALID", "dead no_chat"),
    (400, "Bad Request: group chat was upgraded to a supergroup chat", "dead migrated"),
    (400, "Bad Request: message to edit not found", "invalid message_gone"),
    (400, "Bad Request: message can't be edited", "invalid message_gone"),
    (400, "Bad Request: MESSAGE_ID_INVALID", "invalid message_gone"),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid",
     "invalid tap_too_old"),
    (400, "Bad Request: message is too long", "invalid too_long"),
    (400, "Bad Request: message caption is too long", "invalid too_long"),
    (400, "Bad Request: message text is empty", "invalid empty"),
    (400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 0", "invalid markup"),
    (400, "Bad Request: BUTTON_DATA_INVALID", "invalid button"),
    (413, "Request Entity Too Large", "invalid too_big"),
    (400, "Bad Request: something that Telegram says for the first time", "invalid refused"),
    (403, "Forbidden: something that Telegram says for the first time", "invalid forbidden"),
    (401, "Unauthorized", "retry token"),
    (404, "Not Found", "retry token"),
    (409, "Conflict: terminated by other getUpdates request", "retry conflict"),
    (429, "Too Many Requests: retry later", "retry flood"),
    (500, "Internal Server Error", "retry server_fault"),
    (502, "Bad Gateway", "retry server_fault"),
    (504, "Gateway Timeout", "retry server_fault"),
]  # fmt: skip


async def verdict_on(answer: servers.Answering) -> Verdict:
    async with serving(answer) as server, AiohttpRequest(read_timeout=0.2) as request:
        with pytest.raises(TelegramError) as caught:
            await BotApi(TOKEN, request, server.base).call("sendMessage", {"chat_id": 1, "text": "您好"})
    return classify(caught.value)


@pytest.mark.parametrize(
    ("status", "description", "expected"), SAID, ids=[f"{s[0]} {s[1][:50]}" for s in SAID]
)
async def test_what_the_bot_api_says(status: int, description: str, expected: str) -> None:
    verdict = await verdict_on(refuses(status, description))
    assert f"{verdict.outcome} {verdict.reason}" == expected
    assert verdict.retry_after is None


HAPPENED: list[tuple[str, servers.Answering, Verdict]] = [
    ("told to wait", refuses(429, "Too Many Requests: retry after 7", retry_after=7),
     Verdict(Outcome.retry, "flood", 7)),
    ("told to wait for half a second", refuses(429, "Too Many Requests", retry_after=0.5),
     Verdict(Outcome.retry, "flood", 1)),
    ("told not to wait", refuses(429, "Too Many Requests", retry_after=0), Verdict(Outcome.retry, "flood")),
    ("told to wait by a 503", refuses(503, "Service Unavailable", retry_after=3),
     Verdict(Outcome.retry, "flood", 3)),
    ("moved to another chat", refuses(400, "Bad Request: upgraded", migrate_to_chat_id=-100),
     Verdict(Outcome.dead, "migrated")),
    ("hung up after reading", servers.drops, Verdict(Outcome.unknown, "answer_lost")),
    ("never answered", servers.never_answers, Verdict(Outcome.unknown, "answer_lost")),
    ("broke off", servers.breaks_off, Verdict(Outcome.unknown, "answer_lost")),
    ("a success nobody can read", answers(200, b"<html>", "text/html"),
     Verdict(Outcome.unknown, "answer_lost")),
    ("502 in HTML", answers(502, b"<html>", "text/html"), Verdict(Outcome.unknown, "gateway")),
    ("500 in JSON of another house", answers(500, {"error": "x"}), Verdict(Outcome.unknown, "gateway")),
    ("403 of a firewall", answers(403, b"<html>bot was blocked by the user", "text/html"),
     Verdict(Outcome.retry, "gateway")),
    ("407 of a proxy", answers(407, b"", "text/html"), Verdict(Outcome.retry, "gateway")),
    ("429 of a proxy", answers(429, b"", "text/html"), Verdict(Outcome.retry, "gateway")),
    ("413 of a proxy", answers(413, b"", "text/html"), Verdict(Outcome.invalid, "gateway")),
    ("302 of a captive portal", answers(302, b"", "text/html"), Verdict(Outcome.unknown, "gateway")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expected"), [row[1:] for row in HAPPENED], ids=[row[0] for row in HAPPENED]
)
async def test_what_happens_on_the_wire(answer: servers.Answering, expected: Verdict) -> None:
    assert await verdict_on(answer) == expected


RAISED: list[tuple[BaseException, str]] = [
    (NotSent("x"), "retry not_sent"),
    (NotSentInTime("x"), "retry not_sent"),
    (AnswerLost("x"), "unknown answer_lost"),
    (AnswerLate("x"), "unknown answer_lost"),
    (GatewayError("x", 502), "unknown gateway"),
    (BotApiFault("x", 500), "retry server_fault"),
    (ChatMigrated(-100), "dead migrated"),
    (Forbidden("Forbidden: bot was blocked by the user"), "stopped blocked"),
    (BadRequest("chat not found"), "dead no_chat"),
    (InvalidToken(), "retry token"),
    (Conflict("x"), "retry conflict"),
    (EndPointNotFound("x"), "invalid no_such_method"),
    (TimedOut(), "unknown unforeseen"),
    (NetworkError("x"), "unknown unforeseen"),
    (TelegramError("x"), "unknown unforeseen"),
    (KeyError("result"), "unknown unforeseen"),
    (asyncio.CancelledError(), "unknown unforeseen"),
]


@pytest.mark.parametrize(("error", "expected"), RAISED, ids=[repr(row[0]) for row in RAISED])
def test_each_exception_has_its_verdict(error: BaseException, expected: str) -> None:
    verdict = classify(error)
    assert f"{verdict.outcome} {verdict.reason}" == expected


WAITS: list[tuple[Any, int]] = [(7, 7), (0.2, 1), (timedelta(seconds=35), 35), (timedelta(milliseconds=1), 1)]


@pytest.mark.parametrize(("told", "seconds"), WAITS)
def test_waiting_is_in_whole_seconds_rounded_up(told: Any, seconds: int) -> None:
    assert classify(RetryAfter(told)) == Verdict(Outcome.retry, "flood", seconds)


@pytest.mark.filterwarnings("ignore:.*retry_after.*")
def test_waiting_is_understood_when_the_operator_keeps_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "false")
    error = RetryAfter(7)
    assert isinstance(error.retry_after, int)
    assert classify(error).retry_after == 7


@given(st.text(), st.sampled_from([BadRequest, Forbidden]))
def test_any_words_get_a_verdict_that_is_never_repeated(words: str, kind: type[TelegramError]) -> None:
    assert classify(kind(words)).outcome not in (Outcome.retry, Outcome.unknown)


def test_the_outcomes_are_the_six_of_the_design() -> None:
    assert " ".join(Outcome) == "sent retry unknown stopped dead invalid"


def test_every_description_stands_in_lower_case_and_once() -> None:
    parts = [part for part, _, _ in outcomes._DESCRIPTIONS]
    assert parts == [part.lower() for part in parts]
    assert len(set(parts)) == len(parts)


def test_telegram_words_are_matched_in_one_place_only() -> None:
    here = Path(str(outcomes.__file__))
    # the short ones are ordinary words that any text may use
    long_enough = [re.escape(part) for part, _, _ in outcomes._DESCRIPTIONS if len(part) > 12]
    words = re.compile("|".join(long_enough))
    for source in Path(str(telegram_platform.__file__)).parent.glob("**/*.py"):
        if source != here:
            assert not words.search(source.read_text("utf-8").lower()), source.name
