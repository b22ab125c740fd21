"""Telegram: python-telegram-bot as parser and API client, carried by our own transport."""

import os

# the library reads this at each use: durations arrive as timedelta, and its deprecation warning about
# whole seconds stays silent; an operator's own setting is left alone
os.environ.setdefault("PTB_TIMEDELTA", "true")
