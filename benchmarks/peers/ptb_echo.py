"""python-telegram-bot as a webhook bot, with its own transport or ours: one message back for each update."""

from __future__ import annotations

import argparse
import hmac
from typing import Any

from aiohttp import web
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from benchmarks.peers.serving import SECRET, TOKEN, run, serve

Context = ContextTypes.DEFAULT_TYPE


async def echo(update: Update, _context: Context) -> None:
    """Say the same."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "…")


async def tapped(update: Update, context: Context) -> None:
    """Say what was tapped."""
    query, chat = update.callback_query, update.effective_chat
    assert query is not None and chat is not None
    await context.bot.send_message(chat.id, query.data or "…")


def build(api: str, transport: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """The application; `transport` is `default` (the library's own) or `ours`."""
    builder = Application.builder().token(TOKEN).base_url(f"{api}/bot").updater(None)
    if transport == "ours":
        from bot.platforms.telegram.request import AiohttpRequest

        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest(connection_limit=1))
    made = builder.concurrent_updates(64).build()
    made.add_handler(MessageHandler(filters.TEXT, echo))
    made.add_handler(CallbackQueryHandler(tapped))
    return made


async def main(port: int, api: str, transport: str) -> None:
    """Serve until ended; 200 is answered when the echo was sent."""
    application = build(api, transport)
    await application.initialize()

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given, SECRET):
            return web.Response(status=403)
        update = Update.de_json(await request.json(), application.bot)
        await application.process_update(update)
        return web.Response()

    app = web.Application()
    app.router.add_post("/telegram/webhook", webhook)
    await serve(app, port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api", required=True)
    parser.add_argument("--transport", choices=("default", "ours"), default="default")
    parser.add_argument("--uvloop", action="store_true")
    given = parser.parse_args()
    run(main(given.port, given.api, given.transport), with_uvloop=given.uvloop)
