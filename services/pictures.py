"""Pictures that are drawn when they are about to be shown: a message in the outbox carries what is on them.

Drawing takes some hundredths of a second, which no transaction waits for; whoever sends draws in a thread.
"""

from __future__ import annotations

from dataclasses import replace

from services import card_picture
from services.learning_card import Figures, figures_from
from services.message import Document
from services.texts import Texts, as_lang, texts_of

CARD = "card"


def card(found: Figures, say: Texts, operator: str) -> Document | None:
    """The learning card of a year, not drawn yet; None where nothing was learnt, or there is no font."""
    if not found.hours or card_picture.font_file() is None:
        return None
    name = f"{say('card_of_year.title')}-{found.year}.png"
    sketch = (CARD, say.lang, operator, *found.plain())
    return Document(name, b"", "image/png", picture=True, sketch=sketch)


def drawn(document: Document) -> Document:
    """The same with its content. Raises ValueError for what nobody can draw, or can no more."""
    if not document.sketch:
        return document
    what, lang, operator, *rest = document.sketch
    content = None
    if what == CARD:
        content = card_picture.picture(figures_from(rest), texts_of(as_lang(lang)), operator)
    if content is None:
        raise ValueError("no_picture")
    return replace(document, content=content, sketch=())
