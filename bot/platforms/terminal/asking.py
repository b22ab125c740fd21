"""The language model for somebody at a terminal, who waits for the answer within the line."""

from __future__ import annotations

import asyncio
from types import TracebackType

from bot import metrics
from bot.assistant import Assistant, opinion
from services.town import Town
from services.understanding import Meaning


class Listener:
    """Asks from a program that has no event loop of its own; used in a `with`."""

    def __init__(self, assistant: Assistant, town: Town) -> None:
        self._assistant = assistant
        self._town = town
        self._runner = asyncio.Runner()

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._assistant.close())
        self._runner.close()

    def __call__(self, said: str) -> Meaning | None:
        """What the model makes of a masked text, within its few seconds."""
        outcome, meaning = self._runner.run(opinion(self._assistant, self._town, said))
        metrics.ASSISTANT.labels(outcome).inc()
        return meaning
