"""Notices about a freed seat: the offer, and that it has gone to the next in line."""

from datetime import datetime, timedelta

from models.statement import Tx
from services import classes
from services.message import Button, Message
from services.outbox import Subject, post_notice
from services.phrases.when import say_deadline, say_moment
from services.reach import Reach
from services.town import Town


def post_offer(
    tx: Tx,
    town: Town,
    to: Reach,
    *,
    offering_id: int,
    offer_id: int,
    enrolment_id: int,
    sent: datetime,
    expires: datetime,
    names: tuple[str, ...] = (),
) -> None:
    """Tell the first in line that a seat is theirs until a named hour; not sent any more after it.

    `names` are those of a group, whose seats are taken or given back together.
    """
    row = classes.one_class(tx, offering_id, town.now())
    until = say_deadline(expires, to.lang, sent, town.zone)
    text = to.say("offer.made", title=row.title, until=until)
    if row.next_start is not None:  # of parallel classes, which one it is
        when = say_moment(row.next_start, to.lang, sent, town.zone)
        begun = row.first_start < row.next_start
        text = f"{text}\n{to.say('merging.next' if begun else 'drawn.begins', when=when)}"
    if names:
        named = to.say("other.between").join(names)
        text = f"{text}\n{to.say('group.offer', n=len(names), names=named)}"
    message = Message(
        text,
        (
            (Button(to.say("offer.accept"), f"offer_yes:{offer_id}"),),
            (Button(to.say("offer.decline"), f"offer_no:{offer_id}"),),
        ),
        courses=(row.code,),
    )
    post_notice(
        tx,
        town,
        to.address,
        message,
        purpose="offer",
        not_before=sent,
        expires_at=expires,
        subject=Subject(offer_id=offer_id, enrolment_id=enrolment_id),
    )


def post_free(
    tx: Tx, town: Town, to: Reach, *, offering_id: int, enrolment_id: int, sent: datetime, until: datetime
) -> None:
    """Tell somebody who waits that a seat is free for whoever comes first, until enrolment ends."""
    row = classes.one_class(tx, offering_id, town.now())
    message = Message(
        to.say("offer.free", title=row.title, until=say_deadline(until, to.lang, sent, town.zone)),
        # who is told of somebody whom they keep takes it for that one
        ((Button(to.say("offer.free_take"), _take_action(to, offering_id, enrolment_id)),),),
        courses=(row.code,),
    )
    post_notice(
        tx, town, to.address, message, purpose="seat_free", not_before=sent, expires_at=until,
        subject=Subject(enrolment_id=enrolment_id),
    )  # fmt: skip


def _take_action(to: Reach, offering_id: int, enrolment_id: int) -> str:
    return f"fam_take:{enrolment_id}" if to.address.learner_id else f"enrol:{offering_id}"


def post_short(
    tx: Tx,
    town: Town,
    to: Reach,
    *,
    offering_id: int,
    enrolment_id: int,
    size: int,
    free: int,
    sent: datetime,
) -> None:
    """Tell a group that is first in line that fewer seats are free than it needs, and that it may part."""
    row = classes.one_class(tx, offering_id, town.now())
    message = Message(
        to.say("group.short", title=row.title, n=size, free=free),
        ((Button(to.say("group.part"), f"part:{enrolment_id}"),),),
        courses=(row.code,),
    )
    post_notice(
        tx, town, to.address, message, purpose="seat_free", not_before=sent, expires_at=row.enrol_closes,
        subject=Subject(enrolment_id=enrolment_id),
    )  # fmt: skip


def post_lapsed(tx: Tx, town: Town, to: Reach, *, offering_id: int, position: int = 0) -> None:
    """Tell somebody that the offered seat has gone to the next in line, and of a new place at its end."""
    row = classes.one_class(tx, offering_id, town.now())
    message = Message(
        to.say("offer.lapsed_once" if position else "offer.lapsed", title=row.title, position=position),
        ((Button(to.say("offer.again"), f"card:{offering_id}"),),),
        courses=(row.code,),
    )
    post_notice(tx, town, to.address, message, purpose="lapse", expires_at=town.now() + timedelta(hours=24))
