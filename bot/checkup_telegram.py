"""What `doorstep doctor` asks of Telegram, and what the running program last knew of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.telegram.parse import PLATFORM
from bot.platforms.telegram.setup import webhook_address
from bot.platforms.telegram.standing import ADVICE, TOKEN_REFUSED, same_address
from bot.settings import Settings
from models.clock import real_seconds
from models.migrate import State, check
from models.store import StoreError, look_now, open_store
from services import standing

MOST_SKEW = timedelta(seconds=30)
LATELY = timedelta(minutes=10)
UNKNOWN_TOKEN = (401, 404)

Line = tuple[str, str, str]


async def examine_telegram(settings: Settings, seconds: float) -> list[Line]:
    """Level, subject and text of each check."""
    assert settings.telegram_token is not None
    token = settings.telegram_token.get_secret_value()
    host = urlsplit(settings.telegram_api_url).hostname
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            about, date = await _ask(session, f"{settings.telegram_api_url}/bot{token}/getMe")
            hook, _ = await _ask(session, f"{settings.telegram_api_url}/bot{token}/getWebhookInfo")
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        # the error's own words hold the address, and with it the token
        reason = type(error).__name__
        return [("fail", PLATFORM, f"{host} cannot be reached ({reason}); check the network or a proxy")]
    if not about.get("ok"):
        return [("fail", PLATFORM, _refusal(about, host))]
    found = [("ok", PLATFORM, f"@{about['result'].get('username', '?')} by {settings.telegram_mode}")]
    found += _webhook(settings, hook.get("result") or {})
    found += _last_known(settings, token.partition(":")[0])
    if date and settings.official_api:
        found.append(_clock(parsedate_to_datetime(date)))
    return found


async def _ask(session: aiohttp.ClientSession, url: str) -> tuple[dict[str, Any], str | None]:
    async with session.get(url) as answer:
        body = await answer.json(content_type=None)
        return body if isinstance(body, dict) else {}, answer.headers.get("Date")


def _refusal(body: dict[str, Any], host: str | None) -> str:
    code = body.get("error_code")
    if code in UNKNOWN_TOKEN:
        return f"{host} refuses this token ({code}); {ADVICE[TOKEN_REFUSED]}"
    return f"{host} does not answer as Telegram does ({code or 'no answer of its form'}); try again later"


def _webhook(settings: Settings, info: dict[str, Any]) -> Iterator[Line]:
    """Who is told of updates, and whether that works."""
    url = str(info.get("url") or "")
    waiting = int(info.get("pending_update_count") or 0)
    if settings.telegram_mode == "polling":
        if url:
            yield (
                "warn", PLATFORM,
                f"a webhook is set at {urlsplit(url).hostname}, of another program perhaps: while it stands"
                " nothing can be polled; a start of this program takes it away",
            )  # fmt: skip
        return
    if not url:
        yield "warn", PLATFORM, "no webhook is set; a start of this program sets it"
    elif not same_address(url, webhook_address(settings.public_url)):
        yield (
            "fail", PLATFORM,
            f"the webhook leads to {urlsplit(url).hostname}, so another program is told what people say; stop"
            " that, then start this again",
        )  # fmt: skip
    elif int(info.get("last_error_date") or 0) > real_seconds() - LATELY.total_seconds() and waiting:
        said = str(info.get("last_error_message"))[:120]
        yield "warn", PLATFORM, f"{waiting} updates wait, as Telegram could not post to the webhook: {said}"


def _last_known(settings: Settings, bot: str) -> Iterator[Line]:
    """What the running program found out, which only who receives can know."""
    try:
        if check(settings.database_url) is not State.CURRENT:
            return
        store = open_store(settings.database_url)
    except StoreError:  # the database has a line of its own
        return
    try:
        last = look_now(store, lambda tx: standing.kept(tx, PLATFORM, bot))
    finally:
        store.close()
    if last is None:
        return
    minutes = max(0, round((real_seconds() - last.since) / 60))
    advice = ADVICE.get(last.trouble, "look at its log")
    if last.trouble == TOKEN_REFUSED:
        advice = "the token that is set here is taken; start the program again with it"
    yield (
        "fail",
        PLATFORM,
        f"the program says {last.trouble} since {minutes} min, or did when it last ran: {advice}",
    )


def _clock(theirs: datetime) -> Line:
    off = abs(datetime.now(UTC) - theirs)
    if off > MOST_SKEW:
        seconds = round(off.total_seconds())
        return "fail", "clock", f"this machine is {seconds} s off; switch time synchronisation (NTP) on"
    return "ok", "clock", "agrees with Telegram's"
