"""Fetching a file that somebody sent, before the turn in which it is answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.platforms.telegram.client import BotApi
from bot.work import Work
from handlers.incoming import Attachment, Incoming, Kind
from services.importing.door import ENDINGS, MOST_BYTES
from services.scope import edits_by_account

log = structlog.get_logger()
SECONDS = 20.0


async def with_file(incoming: Incoming, api: BotApi, work: Work) -> Incoming:
    """The same with the bytes of its file, where it may be a sheet of somebody who may bring one in.

    What is too large, or does not come within its time, is answered for by its `problem`.
    """
    file = incoming.attached
    if incoming.kind is not Kind.FILE or file is None or not file.name.lower().endswith(ENDINGS):
        return incoming
    if not await work.read(lambda tx: edits_by_account(tx, incoming.platform, incoming.account)):
        return incoming
    if file.size > MOST_BYTES:
        return replace(incoming, attached=replace(file, problem="too_big"))
    return replace(incoming, attached=await _fetched(file, api))


async def _fetched(file: Attachment, api: BotApi) -> Attachment:
    try:
        async with asyncio.timeout(SECONDS):
            found = await api.call("getFile", {"file_id": file.ref}, SECONDS)
            if int(found.get("file_size", 0)) > MOST_BYTES:
                return replace(file, problem="too_big")
            content = await api.fetch(str(found["file_path"]))
    except Exception as error:  # whoever sent it is told, and sends it again
        log.warning("file_not_fetched", error=type(error).__name__)
        return replace(file, problem="lost")
    return replace(file, problem="too_big") if len(content) > MOST_BYTES else replace(file, content=content)
