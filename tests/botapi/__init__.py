"""Doorstep's strict stand-in for the Telegram Bot API over real HTTP, for tests, walks and benchmarks.

    async with BotApi() as api:                      # api.url, api.token
        xiulan = api.user(1001, first_name="秀兰")
        await xiulan.says("书法")
        card = await xiulan.sees("书法入门")
        await xiulan.taps("报名")
        api.faults.too_many(3, method="sendMessage", chat=1001)

By itself: `python -m tests.botapi --port 8081 --token 123:TEST`, with people acting over `/_control/`:
`curl -d '{"user": 1001, "text": "书法"}' http://127.0.0.1:8081/_control/say`.
"""

from tests.botapi.chats import Chat, Event, Message
from tests.botapi.people import Person
from tests.botapi.server import BotApi
from tests.botapi.state import Tap

__all__ = ["BotApi", "Chat", "Event", "Message", "Person", "Tap"]
