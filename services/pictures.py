"""Pictures that are drawn when they are about to be shown: a message in the outbox carries what is on them.

Drawing takes some hundredths of a second, which no transaction waits for; whoever sends draws in a thread.
"""

from __future__ import annotations

from dataclasses import replace

from services import card_picture
from services.broadcasting import drawing
from services.learning_card import Figures, figures_from
from services.lettering import font_file
from services.message import Document
from services.texts import Texts, as_lang, texts_of

CARD, CHART = "card", "chart"


def card(found: Figures, say: Texts, operator: str) -> Document | None:
    """The learning card of a year, not drawn yet; None where nothing was learnt, or there is no font."""
    if not found.hours or font_file() is None:
        return None
    name = f"{say('card_of_year.title')}-{found.year}.png"
    sketch = (CARD, say.lang, operator, *found.plain())
    return Document(name, b"", "image/png", picture=True, sketch=sketch)


def chart(found: drawing.Figures, say: Texts) -> Document | None:
    """The picture of a broadcast's report, not drawn yet; None where there is no font."""
    if font_file() is None:
        return None
    sketch = (CHART, say.lang, *found.plain())
    return Document(f"broadcast-{found.number}.png", b"", "image/png", picture=True, sketch=sketch)


def drawn(document: Document) -> Document:
    """The same with its content. Raises ValueError for what nobody can draw, or can no more."""
    if not document.sketch:
        return document
    what, lang, *rest = document.sketch
    say, content = texts_of(as_lang(lang)), None
    if what == CARD:
        operator, *plain = rest
        content = card_picture.picture(figures_from(plain), say, operator)
    elif what == CHART:
        content = drawing.chart(drawing.figures_from(rest), say)
    if content is None:
        raise ValueError("no_picture")
    return replace(document, content=content, sketch=())
