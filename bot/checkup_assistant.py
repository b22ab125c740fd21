"""`doorstep doctor` asks the language model what it will be asked in earnest."""

from __future__ import annotations

import time
from datetime import datetime

from bot.assistant import assistant_of
from bot.settings import Settings
from services.second_opinion import LIMIT_SECONDS
from services.understanding.lexicon import Lexicon
from services.understanding.opinion import instructions, read_opinion

# nobody's words
SAID = "周末想学书法"
WHY = {
    "unreachable": "cannot be reached; check DOORSTEP_LLM_URL and the network",
    "refused": "refuses; check DOORSTEP_LLM_URL (it ends in /v1 as a rule), _MODEL and _KEY",
    "too_long": "answers far more than was asked for; check DOORSTEP_LLM_URL",
    "unreadable": "answers, but not as an OpenAI-compatible endpoint; check DOORSTEP_LLM_URL",
}


async def examine_assistant(settings: Settings, wait: float) -> tuple[str, str]:
    """How it is (ok, warn or fail), and a line to say so."""
    assistant = assistant_of(settings, limit=wait)
    if assistant is None:
        return "ok", "not set up"
    host = settings.llm_host
    day = datetime.now(settings.zone).date()
    began = time.monotonic()
    try:
        heard = await assistant.ask(SAID, instructions(day))
    finally:
        await assistant.close()
    took = time.monotonic() - began
    if heard.outcome == "slow":
        return "fail", f"{host} has not answered within {wait:g} s"
    if heard.outcome != "answered":
        return "fail", f"{host} {WHY[heard.outcome]}"
    if took > LIMIT_SECONDS:
        return (
            "warn",
            f"{host} took {took:.1f} s; only {LIMIT_SECONDS:g} s are waited for, use a faster model",
        )
    if read_opinion(heard.text, SAID, Lexicon(), day) is None:
        return "warn", f"{host} answers, but not with a meaning; use a model that follows instructions"
    return "ok", f"{host} understands, in {took:.1f} s"
