"""The nominations of a learning week as its organisers see them: looked at, published or turned down."""

from __future__ import annotations

from handlers.campaign_desk import own, refuse
from handlers.routes import Routes, action, number
from handlers.turn import Turn
from services.campaigns import nominating
from services.message import Button

routes = Routes()
MOST_LISTED = 6


@routes.tap("camp_named", number)
def named(turn: Turn, campaign_id: int) -> None:
    """The nominations, those first on which something is to be decided."""
    row = own(turn, campaign_id)
    if row is None:
        return
    every = sorted(
        (one for one in nominating.every(turn.tx, row.id) if one.name),
        key=lambda one: (one.state != "agreed", one.award, one.id),
    )
    lines = [turn.say("campaign.named_head", n=len(every))]
    buttons: list[tuple[Button, ...]] = []
    for one in every[:20]:
        award, state = turn.say(f"campaign.award.{one.award}"), turn.say(f"campaign.nomination.{one.state}")
        lines.append(
            turn.say("campaign.named_line", award=award, name=one.name, state=state, votes=one.votes)
        )
        if one.state == "agreed" and len(buttons) < MOST_LISTED:
            buttons.append((turn.button("campaign.look", action("camp_look", one.id), name=one.name),))
    turn.reply("\n".join(lines), *buttons, (turn.button("campaign.back", action("camp", row.id)),))


@routes.tap("camp_look", number)
def look(turn: Turn, nomination_id: int) -> None:
    """One nomination, with its story, to be published or not."""
    one = turn.tx.one(nominating.BY_ID, id=nomination_id)
    if one is None or own(turn, one.campaign_id) is None:
        return
    turn.reply(
        turn.say(
            "campaign.looked_at",
            award=turn.say(f"campaign.award.{one.award}"),
            name=one.name,
            story=one.story,
        ),
        (
            turn.button("campaign.publish", action("camp_publish", one.id)),
            turn.button("campaign.turn_down", action("camp_down", one.id)),
        ),
    )


@routes.tap("camp_publish", number)
def publish(turn: Turn, nomination_id: int) -> None:
    """Publish it."""
    _publish(turn, nomination_id, True)


@routes.tap("camp_down", number)
def turn_down(turn: Turn, nomination_id: int) -> None:
    """Do not."""
    _publish(turn, nomination_id, False)


def _publish(turn: Turn, nomination_id: int, yes: bool) -> None:
    one = turn.tx.one(nominating.BY_ID, id=nomination_id)
    if one is None or own(turn, one.campaign_id) is None:
        return
    refused = nominating.publish(turn.tx, turn.town, nomination_id, yes, by=turn.person.person_id)
    if refused is not None:
        refuse(turn, refused)
        return
    key = "campaign.published" if yes else "campaign.turned_down"
    turn.reply(
        turn.say(key, name=one.name),
        (turn.button("campaign.nominations", action("camp_named", one.campaign_id)),), lasting=True,
    )  # fmt: skip
