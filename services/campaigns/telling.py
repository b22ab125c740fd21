"""The words of a campaign: its messages with their variables filled in, and what organisers are told."""

from __future__ import annotations

from datetime import timedelta

from models.statement import Row, Tx
from services.broadcasting import rights
from services.broadcasting.wording import Choice
from services.campaigns.plan import Planned
from services.message import Button, Message
from services.outbox import post_notice
from services.phrases.days import date_words
from services.phrases.hours import Lang
from services.reach import reach
from services.scope import unit_by_id
from services.texts import texts_of
from services.town import Town

PURPOSE = "campaign"
APPROVAL_LIFE = timedelta(days=3)


def filled(text: str, row: Row, lang: Lang) -> str:
    """A message's text for everybody; {姓名} is left for each person."""
    for name, value in (
        ("{主题}", row.theme), ("{机构}", row.unit_name),
        ("{开幕}", date_words(row.opens_on, lang, with_year=False)),
        ("{闭幕}", date_words(row.closes_on, lang, with_year=False)),
    ):  # fmt: skip
        text = text.replace(name, value)
    return text


def choices(message: Planned, row: Row) -> tuple[Choice, ...]:
    """The buttons of a message; each opens something of this campaign."""
    zh, en = texts_of("zh"), texts_of("en")
    return tuple(
        Choice(
            zh(f"campaign.button.{target}"), _action(target, row), "",
            en(f"campaign.button.{target}"),
        )
        for target in message.buttons
    )  # fmt: skip


def _action(target: str, row: Row) -> str:
    return f"card_of:{row.closes_on.year}" if target == "card" else f"{target}:{row.id}"


def ask_others(tx: Tx, town: Town, row: Row, people: int, author: int) -> int:
    """Show a campaign to those who may approve it; how many could be asked."""
    asked = 0
    for person_id in rights.other_organisers(tx, author, unit_by_id(tx, row.unit_id)):
        to = reach(tx, person_id)
        if to is None:
            continue
        say = to.say
        text = say(
            "campaign.ask_approval", unit=row.unit_name, theme=row.theme, n=people,
            opens=date_words(row.opens_on, to.lang, with_year=False),
            closes=date_words(row.closes_on, to.lang, with_year=False),
        )  # fmt: skip
        buttons = (
            (Button(say("campaign.plan_button"), f"camp_plan:{row.id}"),),
            (
                Button(say("campaign.approve"), f"camp_yes:{row.id}"),
                Button(say("campaign.decline"), f"camp_no:{row.id}"),
            ),
        )
        until = town.now() + APPROVAL_LIFE
        post_notice(tx, town, to.address, Message(text, buttons), purpose="approval", expires_at=until)
        asked += 1
    return asked
