"""What a recipient reads: the organiser's words with the person's own put in, and the buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from models.broadcasting import broadcast_file
from models.catalogue import class_session, course, offering
from models.enrolment import enrolment
from models.statement import Row, Statement, Tx
from services import pictures
from services.learning_card import figures
from services.message import Button, Document, Message
from services.phrases.when import say_moment
from services.texts import as_lang, texts_of
from services.town import Town

NAME, CLASS, NEXT = "{姓名}", "{班级}", "{下次上课}"
VARIABLES = (NAME, CLASS, NEXT)
_BRACED = re.compile(r"\{[^{}\n]{1,20}\}")
MOST_BUTTONS = 3
MUTE = "mute:announcement"
MOST_LABEL = 20
# a button's target when it is tapped: what a class's card or its enrolment opens with
TARGETS = ("card", "enrol", "programme", "nominate", "vote", "card_of")

NEXT_CLASS = Statement(
    select(course.c.title, class_session.c.starts_at)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .join(course, course.c.id == offering.c.course_id)
    .join(class_session, class_session.c.offering_id == offering.c.id)
    .where(
        enrolment.c.person_id == bindparam("person_id"),
        enrolment.c.state == "enrolled",
        class_session.c.state == "planned",
        class_session.c.starts_at > bindparam("now"),
    )
    .order_by(class_session.c.starts_at, class_session.c.id)
    .limit(1)
)
FILE_NAME = Statement(
    select(broadcast_file.c.name, broadcast_file.c.mime).where(
        broadcast_file.c.broadcast_id == bindparam("id")
    )
)
PICTURES = frozenset({"image/png", "image/jpeg"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a broadcast: an address, or a class (`card:12`, `enrol:12`) that it opens."""

    label: str
    action: str = ""
    url: str = ""
    label_en: str = ""


def choices_to_json(choices: Iterable[Choice]) -> str:
    """As they are stored."""
    return json.dumps([[one.label, one.action, one.url, one.label_en] for one in choices], ensure_ascii=False)


def choices_from_json(stored: str) -> tuple[Choice, ...]:
    """What `choices_to_json` wrote."""
    return tuple(Choice(*one) for one in json.loads(stored))


def unknown_variables(text: str) -> list[str]:
    """What stands in braces and is none of the variables."""
    return [found for found in _BRACED.findall(text) if found not in VARIABLES]


def personal(row: Row) -> bool:
    """Whether what is read differs from person to person."""
    return (
        bool(row.text_en)
        or row.urgent  # its first line is said in the reader's language
        or any(name in row.text for name in VARIABLES)
        or any(one.action for one in choices_from_json(row.buttons))
    )


def message_for(
    tx: Tx, town: Town, row: Row, who: Row, recipient_id: int = 0, *, preview: bool = False
) -> Message:  # fmt: skip
    """The message of a broadcast as one person reads it; `who` has person_id, name and lang.

    With a recipient, a tap on a button of a class is counted before it is followed. One tap ends all that
    come; a preview is without it, as its author would be the one who gets no more.
    """
    english = as_lang(who.lang) == "en"
    text = row.text_en or row.text if english else row.text
    if row.urgent:
        text = f"{texts_of(as_lang(who.lang))('broadcast.urgent.head')}\n{text}"
    if NAME in text:
        text = text.replace(NAME, who.name or texts_of(as_lang(who.lang))("broadcast.no_name"))
    if CLASS in text or NEXT in text:
        text = _with_class(tx, town, text, who)
    buttons = _buttons(row, recipient_id, english)
    if not preview:
        buttons.append(Button(texts_of(as_lang(who.lang))("opting.mute_button"), MUTE))
    rows = tuple((button,) for button in buttons)
    document = _named_file(tx, row) or _own_card(tx, town, row, who)
    return Message(text, rows, document=document)


def _own_card(tx: Tx, town: Town, row: Row, who: Row) -> Document | None:
    """What thanks for a year of learning, and opens one's card of it, has the card on it."""
    years = [one.action.partition(":")[2] for one in choices_from_json(row.buttons) if _opens_card(one)]
    if not years:
        return None
    say = texts_of(as_lang(who.lang))
    found = figures(tx, town, who.person_id, int(years[0]))
    return pictures.card(found, say, town.operator_name or say("start.operator"))


def _opens_card(choice: Choice) -> bool:
    return choice.action.startswith("card_of:")


def _named_file(tx: Tx, row: Row) -> Document | None:
    """The file's name and kind; its bytes are kept once and read when the message is sent."""
    found = tx.one(FILE_NAME, id=row.id)
    return None if found is None else Document(found.name, b"", found.mime, picture=found.mime in PICTURES)


def _buttons(row: Row, recipient_id: int, english: bool) -> list[Button]:
    made = []
    for number, one in enumerate(choices_from_json(row.buttons)):
        action = f"bcast:{recipient_id}:{number}" if one.action and recipient_id else one.action
        label = one.label_en or one.label if english else one.label
        made.append(Button(label, action, one.url))
    return made


def _with_class(tx: Tx, town: Town, text: str, who: Row) -> str:
    say = texts_of(as_lang(who.lang))
    now = town.now()
    found = tx.one(NEXT_CLASS, person_id=who.person_id, now=now)
    title = found.title if found is not None else say("broadcast.no_class")
    moment = say_moment(found.starts_at, say.lang, now, town.zone) if found else say("broadcast.no_next")
    return str(text.replace(CLASS, title).replace(NEXT, moment))
