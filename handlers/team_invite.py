"""The invitation of a team: its code, its link, and a page with the QR code to show or to print."""

from html import escape

from handlers.routes import Routes, number
from handlers.team_words import link_of, own
from handlers.turn import Turn
from services.message import Document

routes = Routes()


@routes.tap("team_invite", number)
def invite(turn: Turn, team_id: int) -> None:
    """The code, the link, and the QR code to show on a screen or to print."""
    row = own(turn, team_id)
    if row is None:
        return
    link = link_of(turn, row.code)
    text = turn.say("team.invite", name=row.name, code=row.code)
    document = None
    if link:
        from segno import make  # only here

        text = f"{text}\n{turn.say('team.invite_link', link=link)}"
        picture = make(link, error="m", micro=False).svg_inline(scale=6, border=4)
        title = escape(row.name)
        page = (
            f'<!doctype html><meta charset="utf-8"><title>{title}</title>'
            f"<h1>{title}</h1><h2>{row.code}</h2>{picture}"
        )
        document = Document(f"{turn.say('team.invite_file')}_{row.code}.html", page.encode(), "text/html")
    turn.reply(text, (turn.button("team.look", f"team:{row.id}"),), document=document, lasting=True)
