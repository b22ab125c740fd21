"""What residents do around an enrolment day: some tap, some type, some in big mode, and most tap twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.botapi import Event, Message, Person
from tests.botapi.markup import Button

# what leads from a card to a place, or to an application; the last three are what a card offers
ONWARDS = (
    "同意，继续报名", "用“", "是的", "确认登记", "确认报名", "确认候补", "登记抽签", "加为志愿",
    "排候补", "报名",
)  # fmt: skip
LEAVING = ("确认退出", "退出这个班", "更多")
TWICE = ("确认报名", "确认候补", "确认登记")


@dataclass
class Resident:
    """Somebody with a phone; `number` decides about habits, so that every run is the same."""

    number: int
    phone: Person
    patience: float
    acts: int = 0
    wishes: list[str] = field(default_factory=list)

    @property
    def types(self) -> bool:
        """Whether this one types what others tap."""
        return self.number % 4 in (1, 3)

    @property
    def big(self) -> bool:
        """Whether this one has chosen big mode."""
        return self.number % 4 >= 2

    @property
    def newest(self) -> Message:
        """What stands at the end of the chat."""
        return self.phone.chat.from_bot[-1]

    async def says(self, words: str, what: str = "") -> Message:
        """Type, and wait for the answer."""
        self.acts += 1
        await self.phone.says(words)
        return await self.phone.sees(what, timeout=self.patience)

    async def opens(self, code: str, what: str = "") -> Message:
        """By the link on the school's poster."""
        self.acts += 1
        await self.phone.starts(f"c_{code}")
        return await self.phone.sees(what, timeout=self.patience)

    async def arrives(self) -> None:
        """For the first time: a yes to announcements, and big letters for those who need them."""
        self.acts += 2
        await self.phone.starts()
        await self.phone.taps("同意", timeout=self.patience)
        await self.phone.sees("", timeout=self.patience)
        if self.big:
            await self.says("/big")

    async def goes_on(self, words: Sequence[str], until: Sequence[str]) -> None:
        """Press or say what leads on, until a message says that it is done."""
        log, begun = self.phone.chat.log, len(self.phone.chat.log)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                # a second tap has its own answer, below the one that is waited for
                while not any(_says(event, until) for event in log[begun:]):
                    newest = self.newest
                    if found := _leads_on(newest, words):
                        await self.presses(newest, *found)
                    else:
                        await self.phone.chat.changed(1.0)
                return
        raise AssertionError(f"{self.number} does not come to {until}:\n{self.phone.chat.show()}")

    async def presses(self, message: Message, word: str, button: Button) -> None:
        """One step; a confirmation is pressed twice, as by a thumb that does not trust the first."""
        times = 2 if word in TWICE else 1
        spoken = re.split("[“”]", button.label)[1] if word == "用“" else word
        for _ in range(times):
            self.acts += 1
            if self.types:
                await self.phone.says(spoken)
            else:
                await self.phone.taps_data(str(button.data), message.message_id)
        await self.phone.sees("", timeout=self.patience)

    async def registers(self, code: str) -> None:
        """One more wish in a draw."""
        await self.opens(code)
        await self.goes_on(ONWARDS, ("登记好了",))
        self.wishes.append(code)

    async def rushes(self, code: str) -> None:
        """For a seat, as fast as it goes, or for a place in line."""
        await self.opens(code)
        await self.goes_on_to_a_seat()

    async def goes_on_to_a_seat(self) -> None:
        """Or to a place in line."""
        await self.goes_on(ONWARDS, ("✓ 已报名", "还没有名额，先别去上课"))

    async def leaves(self, code: str) -> None:
        """Give a place back."""
        await self.opens(code)
        await self.goes_on(LEAVING, ("已退出",))

    async def answers(self, offer_id: int, word: str) -> None:
        """接受 or 放弃, under the message of this offer or in words."""
        label = {"接受": "接受名额", "放弃": "放弃名额"}[word]
        if self.types:
            await self.says(word)
            return
        for message in reversed(self.phone.chat.from_bot):
            button = message.find(label)
            if button is not None and str(button.data).endswith(f":{offer_id}"):
                self.acts += 1
                await self.phone.taps_data(str(button.data), message.message_id)
                await self.phone.sees("", timeout=self.patience)
                return
        raise AssertionError(f"no offer {offer_id} in chat\n{self.phone.chat.show()}")


def _says(event: Event, marks: Sequence[str]) -> bool:
    message = event.message
    return message is not None and message.from_bot and any(mark in message.text for mark in marks)


def _leads_on(message: Message, words: Sequence[str]) -> tuple[str, Button] | None:
    """The first of these words that stands on a button, whose printed number does not count."""
    for word in words:
        for row in message.buttons:
            for button in row:
                label = button.label.rpartition(" · ")[0] or button.label
                if label == word or (word.endswith("“") and label.startswith(word)):
                    return word, button
    return None
