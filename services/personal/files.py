"""One's own data as files: a page that any phone opens, and the same for machines."""

import json
from datetime import date, datetime
from html import escape
from typing import Any

from services.message import Document, plain
from services.personal import Gathered
from services.phrases.hours import say_clock
from services.texts import Texts
from services.town import Town

# minutes after midnight, shown as times of day
_CLOCKS = ("quiet_from", "quiet_to")
_STYLE = (
    "body{font:20px/1.6 sans-serif;margin:1em auto;max-width:40em;padding:0 1em;color:#111;background:#fff}"
    "h1{font-size:1.4em}h2{font-size:1.2em;margin:1.4em 0 .4em}"
    "dl{border-top:1px solid #888;margin:.6em 0;padding-top:.6em}"
    "dt{color:#444;font-size:.85em}dd{margin:0 0 .4em;overflow-wrap:anywhere;white-space:pre-wrap}"
)


def page(gathered: Gathered, say: Texts, town: Town) -> Document:
    """A readable page without anything from outside; sections without rows say so in a line."""
    title = escape(say("mydata.title"))
    parts = [f"<h1>{title}</h1>", f"<p>{escape(_made(say, town))}</p>"]
    for name, rows in gathered.items():
        parts.append(f"<h2>{escape(say(f'mydata.section.{name}'))}</h2>")
        if not rows:
            parts.append(f"<p>{escape(say('mydata.nothing'))}</p>")
        parts += [_record(row, say, town) for row in rows]
    html = (
        f'<!doctype html><html lang="{say.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )
    return Document(f"{say('mydata.file')}.html", html.encode(), "text/html")


def data_file(gathered: Gathered, say: Texts, town: Town) -> Document:
    """The same as JSON; times are ISO 8601 in the town's zone."""

    def written(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(town.zone).isoformat(timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(f"not data: {value!r}")

    content = {"made": town.now(), **gathered}
    text = json.dumps(content, ensure_ascii=False, indent=1, default=written)
    return Document(f"{say('mydata.file')}.json", text.encode(), "application/json")


def _made(say: Texts, town: Town) -> str:
    return say("mydata.made", when=_value("", town.now(), say, town))


def _record(row: dict[str, Any], say: Texts, town: Town) -> str:
    lines = [
        f"<dt>{escape(say(f'mydata.field.{name}'))}</dt><dd>{escape(_value(name, value, say, town))}</dd>"
        for name, value in row.items()
        if value not in (None, "")
    ]
    return f"<dl>{''.join(lines)}</dl>"


def _value(name: str, value: Any, say: Texts, town: Town) -> str:
    if isinstance(value, datetime):
        return value.astimezone(town.zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return say("mydata.yes" if value else "mydata.no")
    if name in _CLOCKS:
        return say_clock(int(value), say.lang)
    key = f"mydata.value.{value}"
    return say(key) if isinstance(value, str) and say.has(key) else plain(str(value))
