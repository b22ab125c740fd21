"""The control surface under `/_control/`: acting as people, reading chats and injecting faults over HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.botapi.chats import Message
from tests.botapi.faults import KINDS
from tests.botapi.people import Person
from tests.botapi.refusals import Refused
from tests.botapi.state import Tap

if TYPE_CHECKING:
    from tests.botapi.server import BotApi

Asked = dict[str, Any]


def shown(message: Message) -> Asked:
    """A message as the control surface tells it."""
    return {
        "message_id": message.message_id,
        "from": "bot" if message.from_bot else "person",
        "kind": message.kind,
        "text": message.text,
        "edited": message.edited,
        "place": message.place,
        "file": message.document_name,
        "buttons": [
            [{"label": b.label, "data": b.data, "url": b.url} for b in row] for row in message.buttons
        ],
    }


def _tapped(tap: Tap) -> Asked:
    return {"query_id": tap.query_id, "data": tap.data, "answered": tap.answered, "answer": tap.answer}


class Control:
    """POST a JSON object to an act; GET `chat?user=`, `calls`, `webhook`; DELETE `fault` clears faults."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._acts: dict[str, Callable[[Asked], Awaitable[object]]] = {
            "user": self._user,
            "say": self._say,
            "tap": self._tap,
            "location": self._location,
            "file": self._file,
            "block": self._block,
            "unblock": self._unblock,
            "start": self._start,
            "sees": self._sees,
            "fault": self._fault,
            "drained": self._drained,
        }

    async def serve(self, request: web.BaseRequest, name: str) -> web.Response:
        """Answers one request; what cannot be done is a 400 with `error`."""
        try:
            asked = await self._asked(request)
            if request.method == "POST" and name in self._acts:
                return _answer(await self._acts[name](asked))
            if request.method == "GET" and name == "chat":
                messages = self._person(asked).chat.messages
                return _answer([shown(message) for message in messages])
            if request.method == "GET" and name == "calls":
                log = self._api.log
                return _answer({"counts": log.counts, "sent": len(log.sends()), "worst_second": log.worst()})
            if request.method == "GET" and name == "webhook":
                pusher = self._api.pusher
                return _answer(
                    {
                        "delivered": pusher.delivered,
                        "dropped": pusher.dropped,
                        "pending": len(self._api.state.queue),
                    }
                )
            if request.method == "DELETE" and name == "fault":
                self._api.faults.clear()
                return _answer(True)
        except (AssertionError, KeyError, TypeError, ValueError, TimeoutError, Refused) as error:
            return _answer({"error": f"{type(error).__name__}: {error}"}, 400)
        return _answer({"error": f"no such act: {request.method} {name}"}, 404)

    async def _asked(self, request: web.BaseRequest) -> Asked:
        asked: Asked = dict(request.query)
        body = await request.content.read()
        if body:
            asked.update(json.loads(body))
        return asked

    def _person(self, asked: Asked) -> Person:
        return self._api.user(int(asked["user"]))

    async def _user(self, asked: Asked) -> object:
        names = ("first_name", "last_name", "username", "language_code")
        person = self._api.user(int(asked["user"]), **{name: asked[name] for name in names if name in asked})
        return person.profile.user()

    async def _say(self, asked: Asked) -> object:
        return shown(await self._person(asked).says(asked["text"]))

    async def _start(self, asked: Asked) -> object:
        return shown(await self._person(asked).starts(asked.get("payload", "")))

    async def _tap(self, asked: Asked) -> object:
        person = self._person(asked)
        if "data" in asked:
            return _tapped(await person.taps_data(asked["data"], int(asked["message_id"])))
        return _tapped(await person.taps(asked["label"], float(asked.get("timeout", 3.0))))

    async def _location(self, asked: Asked) -> object:
        return shown(
            await self._person(asked).sends_location(float(asked["latitude"]), float(asked["longitude"]))
        )

    async def _file(self, asked: Asked) -> object:
        content = base64.b64decode(asked["base64"], validate=True)
        mime = asked.get("mime", "application/octet-stream")
        return shown(await self._person(asked).sends_file(asked["name"], content, mime))

    async def _block(self, asked: Asked) -> object:
        await self._person(asked).blocks()
        return True

    async def _unblock(self, asked: Asked) -> object:
        await self._person(asked).unblocks()
        return True

    async def _sees(self, asked: Asked) -> object:
        return shown(await self._person(asked).sees(asked["text"], float(asked.get("timeout", 3.0))))

    async def _fault(self, asked: Asked) -> object:
        kind = asked.pop("kind")
        if kind not in (*KINDS, "too_many"):
            raise ValueError(f"kind must be one of too_many, {', '.join(KINDS)}")
        getattr(self._api.faults, kind)(**asked)
        return True

    async def _drained(self, asked: Asked) -> object:
        await self._api.drained(float(asked.get("timeout", 10.0)))
        return True


def _answer(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, content_type="application/json")
