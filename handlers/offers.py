"""A seat that is held for somebody: taken or given up by one tap or one word."""

from handlers import card, enrol_told, family_places, other
from handlers.family_words import labelled
from handlers.routes import Handler, Routes, number
from handlers.turn import Turn
from models.statement import Row
from services import classes, learning
from services.enrolling import groups, offers, seats
from services.family import people
from services.message import Button, Message
from services.outbox import post_notice
from services.reach import reach

routes = Routes()


@routes.tap("offer_yes", number)
def accept(turn: Turn, offer_id: int) -> None:
    """Take the seat."""
    offer = _own(turn, offer_id)
    if offer is None:
        return
    party = groups.living_offers(turn.tx, offer.enrolment_id)
    offers.accept(turn.tx, turn.town, offer, actor=f"person:{turn.person.person_id}")
    row = classes.one_class(turn.tx, offer.offering_id, turn.now)
    if len(party) > 1:
        _tell_party(turn, party, row, "accepted")
        turn.reply(
            turn.say("group.accepted_together", title=row.title, n=len(party)),
            (turn.button("card.calendar", f"ics:{row.id}"), turn.button("enrol.mine", "my")),
            courses=(row.code,),
            lasting=True,
        )
        return
    if offer.person_id != turn.person.person_id:
        family_places.tell_grown(turn, offer.person_id, "accepted", row.title)
        name = turn.tx.one(seats.BY_ID, id=offer.enrolment_id).name
        turn.reply(
            turn.say("family.accepted", name=name, title=row.title),
            (turn.button("card.calendar", f"ics:{row.id}"), turn.button("enrol.mine", "my")),
            courses=(row.code,),
            lasting=True,
        )
        return
    # told as every enrolment is, for from 18:00 on this takes the place of the evening's reminder
    enrol_told.enrolled(turn, row, offer.enrolment_id)


@routes.tap("offer_no", number)
def decline(turn: Turn, offer_id: int) -> None:
    """Give the seat to the next in line."""
    offer = _own(turn, offer_id)
    if offer is None:
        return
    party = offers.decline(turn.tx, turn.town, offer, actor=f"person:{turn.person.person_id}")
    row = classes.one_class(turn.tx, offer.offering_id, turn.now)
    if len(party) > 1:
        _tell_party(turn, party, row, "declined")
    else:
        family_places.tell_grown(turn, offer.person_id, "declined", row.title)
    turn.reply(
        turn.say("offer.declined", title=row.title),
        (turn.button("start.browse", "browse"),),
        courses=(row.code,),
        lasting=True,
    )


def _own(turn: Turn, offer_id: int) -> Row:
    """The living offer if it is this person's; otherwise how things stand now is told."""
    offer = turn.tx.one(offers.OFFER, id=offer_id)
    if offer is None or not people.may_act(turn.tx, turn.person.person_id, offer.person_id):
        other.stale(turn, turn.say("offer.none"), turn.button("enrol.mine", "my"))
        return None
    living = offers.living_offer(turn.tx, turn.town, offer_id)
    if living is None:
        mine = seats.living(turn.tx, offer.person_id, offer.offering_id)
        if mine is not None and mine.state == "enrolled":
            card.show(turn, offer.offering_id)
        else:
            turn.reply(turn.say("offer.gone"), (turn.button("offer.again", f"card:{offer.offering_id}"),))
    return living


def _tell_party(turn: Turn, party: list[Row], row: Row, key: str) -> None:
    """Tell the others of a group what one answered for all of them."""
    me = turn.person.person_id
    told = {turn.person.account_id}
    for one in party:
        if one.person_id == me:
            continue
        to = reach(turn.tx, one.person_id)
        if to is None or to.address.account_id in told:
            continue
        told.add(to.address.account_id)
        text = to.say(f"group.{key}_together", title=row.title, n=len(party))
        message = Message(text, ((Button(to.say("enrol.mine"), "my"),),), courses=(row.code,))
        post_notice(
            turn.tx, turn.town, to.address, message, purpose="change", expires_at=row.last_end, silent=True
        )


@routes.command("accept", "接受", "接受名额", "我要这个名额")
def accept_said(turn: Turn) -> None:
    """接受 in words: the offer that runs out first."""
    _said(turn, accept)


@routes.command("decline", "放弃", "放弃名额")
def decline_said(turn: Turn) -> None:
    """放弃 in words."""
    _said(turn, decline)


def _said(turn: Turn, act: Handler) -> None:
    own = learning.own_places(turn.tx, turn.person.person_id, turn.now)
    family = [place.row for place in family_places.of_family(turn, labelled(turn))]
    held = [place for place in (*own, *family) if place.state == "offered" and place.offer_id]
    if not held:
        other.stale(turn, turn.say("offer.none"), turn.button("enrol.mine", "my"))
        return
    act(turn, min(held, key=lambda place: place.expires_at).offer_id)
