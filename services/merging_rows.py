"""What is one person's becomes another's, table by table; of what both have the giver's stays."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from models.attending import later_stratum
from models.broadcasting import broadcast_recipient as recipient
from models.broadcasting import person_group
from models.enrolment import enrolment, favourite
from models.operations import audit_entry, audit_text
from models.people import account, consent, link_code, person
from models.statement import Statement
from models.watching import watch
from models.windows import application, standing
from services import erasing_more, merging_family
from services.campaigns import of_person as campaigns

GIVER: BindParameter[int] = bindparam("giver", type_=person.c.id.type)
TAKER: BindParameter[int] = bindparam("taker", type_=person.c.id.type)
_liked = favourite.alias("liked")
_said = consent.alias("said")
_awaited = watch.alias("awaited")
_declared = person_group.alias("declared")
_other = recipient.alias("other")
_TWICE = recipient.c.broadcast_id.in_(select(_other.c.broadcast_id).where(_other.c.person_id == GIVER))
_later = later_stratum.alias("later")
_asked = application.alias("asked")
_stands = standing.alias("stands")
# in this order, each with the parameters giver, taker, giver_name, taker_name, now
JOIN = (
    Statement(
        delete(favourite).where(
            favourite.c.person_id == TAKER,
            favourite.c.offering_id.in_(select(_liked.c.offering_id).where(_liked.c.person_id == GIVER)),
        )
    ),
    Statement(
        update(consent)
        .where(
            consent.c.person_id == TAKER,
            consent.c.withdrawn_at.is_(None),
            consent.c.purpose.in_(
                select(_said.c.purpose).where(_said.c.person_id == GIVER, _said.c.withdrawn_at.is_(None))
            ),
        )
        .values(withdrawn_at=bindparam("now", type_=consent.c.withdrawn_at.type))
    ),
    *campaigns.JOIN,
    Statement(delete(link_code).where(link_code.c.person_id == TAKER)),
    # one person, one application: that of the giver stays
    Statement(
        update(application)
        .where(
            application.c.person_id == TAKER,
            application.c.state.in_(("applied", "pending")),
            select(_asked.c.id)
            .where(
                _asked.c.person_id == GIVER,
                _asked.c.window_id == application.c.window_id,
                func.coalesce(_asked.c.offering_id, 0) == func.coalesce(application.c.offering_id, 0),
                _asked.c.state.in_(("applied", "pending", "drawn")),
            )
            .exists(),
        )
        .values(state="withdrawn")
    ),
    Statement(
        delete(standing).where(
            standing.c.person_id == TAKER,
            select(_stands.c.id)
            .where(
                _stands.c.person_id == GIVER,
                _stands.c.kind == standing.c.kind,
                _stands.c.area == standing.c.area,
            )
            .exists(),
        )
    ),
    Statement(
        delete(person_group).where(
            person_group.c.person_id == TAKER,
            person_group.c.code.in_(select(_declared.c.code).where(_declared.c.person_id == GIVER)),
        )
    ),
    # of a broadcast that was for both, the second is skipped if it has not gone, and is nobody's from now on
    Statement(
        update(recipient)
        .where(recipient.c.person_id == TAKER, recipient.c.state == "pending", _TWICE)
        .values(state="skipped", reason="linked", ended_at=bindparam("now", type_=recipient.c.ended_at.type))
    ),
    Statement(update(recipient).where(recipient.c.person_id == TAKER, _TWICE).values(person_id=None)),
    *erasing_more.JOIN,
    Statement(
        delete(watch).where(
            watch.c.person_id == TAKER,
            watch.c.meaning.in_(
                select(_awaited.c.meaning).where(_awaited.c.person_id == GIVER, _awaited.c.ended_at.is_(None))
            ),
        )
    ),
    *merging_family.JOIN,
    Statement(
        delete(later_stratum).where(
            later_stratum.c.person_id == TAKER,
            later_stratum.c.term.in_(select(_later.c.term).where(_later.c.person_id == GIVER)),
        )
    ),
    *(
        Statement(update(table).where(table.c.person_id == TAKER).values(person_id=GIVER))
        for table in (
            favourite,
            consent,
            enrolment,
            account,
            audit_text,
            watch,
            person_group,
            recipient,
            later_stratum,
            application,
            standing,
        )
    ),
    *(
        Statement(
            update(audit_entry)
            .where(audit_entry.c[column] == bindparam("taker_name"))
            .values({column: bindparam("giver_name", type_=audit_entry.c[column].type)})
        )
        for column in ("actor", "subject")
    ),
    Statement(delete(person).where(person.c.id == TAKER)),
)
