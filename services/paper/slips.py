"""Slips to print and hand out: one a person, with class, time, place and how they stand.

A page of HTML is the lightest good way: any phone or office machine opens and prints it, large and legible,
without fonts to ship or a program to install.
"""

from collections.abc import Sequence
from html import escape

from models.statement import Row, Tx
from services import classes
from services.message import Document
from services.paper.enrolling import Entry
from services.paper.wording import outcome
from services.phrases.dates import Meeting, say_dates
from services.phrases.days import say_date
from services.phrases.money import say_fee
from services.texts import Texts
from services.town import Town

_STYLE = (
    "body{font:22px/1.5 sans-serif;margin:0;color:#000;background:#fff}"
    ".slip{border:2px solid #000;border-radius:8px;margin:1em;padding:.8em 1.2em;break-inside:avoid}"
    "h1{font-size:1.3em;margin:0}h2{font-size:1.15em;margin:.2em 0}p{margin:.2em 0}"
    ".state{font-size:1.25em;font-weight:bold}.small{font-size:.75em;color:#333}"
    "@media print{.slip{margin:0 0 8mm}}"
)


def slips(
    tx: Tx, town: Town, row: Row, entries: Sequence[Entry], say: Texts, *, by: str, unit: str
) -> Document:
    """A page with a slip for each who has a place; whoever was refused gets none."""
    dates = _dates(tx, town, row, say)
    today = say_date(
        town.now().astimezone(town.zone).date(), say.lang, town.now().astimezone(town.zone).date()
    )
    where = _where(row, say)
    parts = []
    for entry in entries:
        if entry.state == "refused":
            continue
        lines = [
            f"<h1>{escape(entry.name)}</h1>",
            f"<h2>{escape(row.title)}</h2>",
            f'<p class="state">{escape(outcome(entry, row, say, town))}</p>',
            *(f"<p>{escape(line)}</p>" for line in (*dates.splitlines(), where)),
        ]
        if row.fee_fen is not None:
            fee = say(
                "paper.slip_fee" if row.fee_fen else "paper.slip_free", fee=say_fee(row.fee_fen, say.lang)
            )
            lines.append(f"<p>{escape(fee)}</p>")
        if entry.state == "waiting":
            lines.append(f"<p>{escape(say('paper.slip_waiting'))}</p>")
        if row.phone:
            lines.append(f"<p>{escape(say('paper.slip_phone', school=row.school, phone=row.phone))}</p>")
        lines.append(f'<p class="small">{escape(say("paper.slip_by", actor=by, unit=unit, day=today))}</p>')
        parts.append(f'<div class="slip">{"".join(lines)}</div>')
    title = escape(say("paper.slips", title=row.title))
    html = (
        f'<!doctype html><html lang="{say.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )
    return Document(f"{say('paper.slips_file', code=row.code)}.html", html.encode(), "text/html")


def _dates(tx: Tx, town: Town, row: Row, say: Texts) -> str:
    meetings = [
        Meeting(session.starts_at, session.ends_at, session.state != "planned")
        for session in classes.sessions_of(tx, row.id)
    ]
    return say_dates(meetings, say.lang, town.now(), town.zone)


def _where(row: Row, say: Texts) -> str:
    if row.online:
        return say("search.online")
    district = "" if row.district and row.district in (row.address or "") else row.district
    words = dict.fromkeys(word for word in (row.venue, district, row.address) if word)
    return " ".join(words) or str(row.school)
