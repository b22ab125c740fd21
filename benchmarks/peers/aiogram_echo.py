"""aiogram 3 as its documentation shows a webhook bot: one message back for each text and tap, no more."""

from __future__ import annotations

import argparse

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.peers.serving import SECRET, TOKEN, run, serve

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    """Say the same."""
    await message.answer(message.text or "…")


@dispatcher.callback_query()
async def tapped(query: CallbackQuery) -> None:
    """Say what was tapped."""
    if query.message is not None:
        await query.message.answer(query.data or "…")


async def main(port: int, api: str) -> None:
    """Serve until ended; 200 is answered when the echo was sent, so that the load stays bounded."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
    handler.register(app, "/telegram/webhook")
    await serve(app, port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api", required=True)
    parser.add_argument("--uvloop", action="store_true")
    given = parser.parse_args()
    run(main(given.port, given.api), with_uvloop=given.uvloop)
