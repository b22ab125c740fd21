"""Doorstep's strict stand-in for the Telegram Bot API over real HTTP, for tests, walks and benchmarks."""

from tests.botapi.chats import Chat, Event, Message
from tests.botapi.people import Person
from tests.botapi.server import BotApi
from tests.botapi.state import Tap

__all__ = ["BotApi", "Chat", "Event", "Message", "Person", "Tap"]
