"""Residents who never stop: each talks, taps, enrols and withdraws at random, and waits for answers."""

from __future__ import annotations

import asyncio
import random

from tests.botapi import Message, Person

WISHES = ("书法", "太极", "手机", "烘焙", "电工", "我的课", "收藏", "帮助", "1", "2", "报名", "退课")
# what leads to a place, and out of it
WANTED = (
    "确认报名", "确认候补", "同意，继续报名", "用“", "是的", "满了", "接受名额", "确认退出", "报名", "排候补",
)  # fmt: skip
NEVER = ("注销", "English", "中文", "分享", "日历")


class Monkey:
    """One resident; `acts` counts what was sent to the bot."""

    def __init__(self, person: Person, chance: random.Random) -> None:
        self.person = person
        self.acts = 0
        self._chance = chance

    async def live(self, until: asyncio.Event) -> None:
        """Act until told to stop."""
        await self.person.starts()
        self.acts += 1
        while not until.is_set():
            await self._answer()
            button = self._button()
            if button is not None and self._chance.random() < 0.8:
                message, data = button
                await self.person.taps_data(data, message.message_id)
            else:
                await self.person.says(self._chance.choice(WISHES))
            self.acts += 1

    async def _answer(self) -> None:
        """Wait for an answer a while, and think a moment; people do not wait for ever."""
        try:
            await self.person.sees("", timeout=self._chance.uniform(0.5, 4.0))
        except AssertionError:
            return
        await asyncio.sleep(self._chance.uniform(0.02, 0.4))

    def _button(self) -> tuple[Message, str] | None:
        for message in reversed(self.person.chat.from_bot[-3:]):
            buttons = [
                button
                for row in message.buttons
                for button in row
                if button.data and not any(word in button.label for word in NEVER)
            ]
            wanted = [b for b in buttons if any(b.label.startswith(word) for word in WANTED)]
            if chosen := wanted or buttons:
                return message, str(self._chance.choice(chosen).data)
        return None
