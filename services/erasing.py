"""Leaving for good: a wait of seven days that can be called off, then erasure.

What statistics need stays under a nameless person made for it: the places in classes and the outcomes of
messages. That person has one account of platform `erased` with a random id, reaches nobody, and is a new
one at each erasure, since a person holds at most one living place per class. The old person, the accounts
and everything else are deleted, so a web cookie or a Telegram id leads nowhere.
"""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, delete, literal, or_, select, union_all, update

from models.attending import attendance, check_in_try, later_stratum
from models.broadcasting import broadcast, person_group
from models.broadcasting import broadcast_recipient as recipient
from models.catalogue import offering
from models.enrolment import LIVING, enrolment, excuse, favourite
from models.family import acted_for, acting_right, dependent
from models.operations import audit_entry, audit_text
from models.outgoing import outgoing
from models.people import account, code_try, consent, conversation, link_code, person, role_grant
from models.running import fee_entry
from models.statement import Statement, Tx, insert_into
from models.teams import team_member
from models.watching import watch
from models.windows import application, standing
from services import consenting, erasing_more, feeds, teams, watches
from services.audit import record
from services.campaigns import of_person as campaigns
from services.enrolling import seats
from services.town import Town
from services.windows import applying

WAIT = timedelta(days=7)
PLATFORM = "erased"
EXTERNAL_DIGITS = 24
MOST_DUE = 20

_WHOSE: BindParameter[int] = bindparam("whose")
_own_accounts = select(account.c.id).where(account.c.person_id == _WHOSE)
_words = audit_text.alias("words")
_own_entries = select(audit_entry.c.id).where(
    or_(audit_entry.c.subject == bindparam("who"), audit_entry.c.actor == bindparam("who"))
)

SET_FORGET = Statement(
    update(person)
    .where(person.c.id == _WHOSE)
    .values(forget_at=bindparam("until", type_=person.c.forget_at.type))
)
FORGET_AT = Statement(select(person.c.forget_at).where(person.c.id == _WHOSE))
DUE = Statement(
    select(person.c.id)
    .where(person.c.forget_at <= bindparam("now"))
    .order_by(person.c.forget_at)
    .limit(MOST_DUE)
)
LOCK_DIALOGUES = Statement(
    select(conversation.c.account_id)
    .where(conversation.c.account_id.in_(_own_accounts))
    .order_by(conversation.c.account_id)
    .with_for_update()
)
LOCK_PERSON = Statement(select(person.c.id).where(person.c.id == _WHOSE).with_for_update())
PLACES = Statement(
    select(enrolment.c.id, enrolment.c.offering_id)
    .join_from(enrolment, offering, offering.c.id == enrolment.c.offering_id)
    .where(
        enrolment.c.person_id == _WHOSE, enrolment.c.state.in_(LIVING), offering.c.last_end > bindparam("now")
    )
    .order_by(enrolment.c.offering_id)
)
CHILDREN = Statement(
    select(dependent.c.person_id)
    .where(dependent.c.keeper_id == _WHOSE, dependent.c.kind == "child")
    .order_by(dependent.c.person_id)
)
ADD_PERSON = insert_into(person, "created_at", "remind_evening", "remind_hour", "weekly")
ADD_ACCOUNT = insert_into(
    account, "platform", "external_id", "person_id", "verified", "state", "created_at", "seen_at"
)
_NAMELESS = bindparam("nameless", type_=person.c.id.type)
_NAMELESS_ACCOUNT = bindparam("nameless_account", type_=account.c.id.type)
_own_enrolments = select(enrolment.c.id).where(enrolment.c.person_id == _WHOSE)
# each with the parameters whose, who, nameless, nameless_account, now
UNLINK = (
    # by whom others were enrolled stays as an act of nobody; who enrolled oneself goes
    Statement(delete(acted_for).where(acted_for.c.enrolment_id.in_(_own_enrolments))),
    Statement(update(acted_for).where(acted_for.c.actor_id == _WHOSE).values(actor_id=None, actor_name="")),
    Statement(
        delete(acting_right).where(
            or_(acting_right.c.actor_id == _WHOSE, acting_right.c.subject_id == _WHOSE)
        )
    ),
    Statement(update(dependent).where(dependent.c.keeper_id == _WHOSE).values(keeper_id=None)),
    Statement(delete(dependent).where(dependent.c.person_id == _WHOSE)),
    Statement(delete(team_member).where(team_member.c.person_id == _WHOSE)),
    # what told a keeper of a child
    Statement(
        update(outgoing)
        .where(outgoing.c.learner_id == _WHOSE, outgoing.c.state.in_(("queued", "sending")))
        .values(state="dropped", reason="erased", ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
    ),
    Statement(
        update(outgoing)
        .where(outgoing.c.learner_id == _WHOSE)
        .values(learner_id=None, payload='{"t":""}', document=None)
    ),
    *erasing_more.ERASE,
    Statement(
        delete(excuse).where(
            excuse.c.enrolment_id.in_(select(enrolment.c.id).where(enrolment.c.person_id == _WHOSE))
        )
    ),
    # what was counted stays with the nameless place; the words beside it do not
    *(
        Statement(
            update(table)
            .where(
                table.c.enrolment_id.in_(select(enrolment.c.id).where(enrolment.c.person_id == _WHOSE)),
                table.c.reason != "",
            )
            .values(reason="")
        )
        for table in (attendance, fee_entry)
    ),
    Statement(delete(later_stratum).where(later_stratum.c.person_id == _WHOSE)),
    Statement(delete(check_in_try).where(check_in_try.c.account_id.in_(_own_accounts))),
    Statement(
        update(enrolment)
        .where(enrolment.c.person_id == _WHOSE)
        .values(person_id=_NAMELESS, account_id=_NAMELESS_ACCOUNT, name="", age_confirmed=False, remind=False)
    ),
    # an enrolment that came over by linking still names the account through which it was made
    Statement(
        update(enrolment).where(enrolment.c.account_id.in_(_own_accounts)).values(account_id=_NAMELESS_ACCOUNT)
    ),
    Statement(
        update(outgoing)
        .where(outgoing.c.account_id.in_(_own_accounts), outgoing.c.state.in_(("queued", "sending")))
        .values(state="dropped", reason="erased", ended_at=bindparam("now", type_=outgoing.c.ended_at.type))
    ),
    Statement(
        update(outgoing)
        .where(outgoing.c.account_id.in_(_own_accounts))
        .values(
            account_id=_NAMELESS_ACCOUNT, chat="", payload='{"t":""}', document=None, edit_of="",
            platform_message_id="",
        )
    ),
    Statement(
        update(audit_text)
        .where(
            audit_text.c.id.in_(
                union_all(
                    select(_words.c.id).where(_words.c.person_id == _WHOSE),
                    select(_words.c.id).where(_words.c.entry_id.in_(_own_entries)),
                )
            )
        )
        .values(before="", after="", person_id=None)
    ),
    Statement(
        update(audit_entry)
        .where(audit_entry.c.actor == bindparam("who"))
        .values(actor=literal("person:erased"))
    ),
    Statement(
        update(audit_entry)
        .where(audit_entry.c.subject == bindparam("who"))
        .values(subject=literal("person:erased"))
    ),
    # whom a broadcast was for is forgotten, that it was for somebody is not; nobody is written to any more
    Statement(
        update(recipient)
        .where(recipient.c.person_id == _WHOSE, recipient.c.state == "pending")
        .values(state="skipped", reason="erased", ended_at=bindparam("now", type_=recipient.c.ended_at.type))
    ),
    Statement(
        update(recipient).where(recipient.c.person_id == _WHOSE).values(person_id=None, account_id=None)
    ),
    Statement(
        update(broadcast).where(broadcast.c.author_id == _WHOSE).values(author_id=None, account_id=None)
    ),
    Statement(update(broadcast).where(broadcast.c.approver_id == _WHOSE).values(approver_id=None)),
    Statement(delete(person_group).where(person_group.c.person_id == _WHOSE)),
    *campaigns.UNLINK,
    # of a draw only the number stays, which is in a published file and leads to nobody
    Statement(
        update(application)
        .where(application.c.person_id == _WHOSE)
        .values(person_id=_NAMELESS, account_id=_NAMELESS_ACCOUNT, name="", age_confirmed=False)
    ),
    Statement(
        update(application)
        .where(application.c.account_id.in_(_own_accounts))
        .values(account_id=_NAMELESS_ACCOUNT)
    ),
    Statement(
        update(application)
        .where(application.c.person_id == _NAMELESS, application.c.state == "declined")
        .values(answer="")
    ),
    Statement(
        update(application)
        .where(application.c.person_id == _NAMELESS, application.c.state.in_(("applied", "pending")))
        .values(state="withdrawn")
    ),
    Statement(delete(standing).where(standing.c.person_id == _WHOSE)),
    Statement(delete(favourite).where(favourite.c.person_id == _WHOSE)),
    Statement(delete(consent).where(consent.c.person_id == _WHOSE)),
    Statement(delete(watch).where(watch.c.person_id == _WHOSE)),
    Statement(delete(role_grant).where(role_grant.c.person_id == _WHOSE)),
    Statement(delete(link_code).where(link_code.c.person_id == _WHOSE)),
    Statement(delete(code_try).where(code_try.c.account_id.in_(_own_accounts))),
    Statement(delete(conversation).where(conversation.c.account_id.in_(_own_accounts))),
    Statement(delete(account).where(account.c.person_id == _WHOSE)),
    Statement(delete(person).where(person.c.id == _WHOSE)),
)  # fmt: skip


def ask_to_forget(tx: Tx, town: Town, person_id: int, *, leave_now: bool) -> datetime:
    """Begin the wait, and stop announcements and the language model at once.

    With `leave_now` also leave every class to come. Returns when erasure is due; a second asking keeps the
    first one's time.
    """
    tx.take_time()
    now = town.now()
    pending = tx.one(FORGET_AT, whose=person_id).forget_at
    until: datetime = pending or now + WAIT
    who = f"person:{person_id}"
    if pending is None:
        tx.run(SET_FORGET, whose=person_id, until=until)
        record(tx, now, who, "forget_asked", who)
    feeds.close(tx, town, person_id)
    for purpose in ("announcements", "assistant"):
        if consenting.withdraw(tx, person_id, purpose, now):
            record(tx, now, who, "consent_withdrawn", who, purpose)
    if leave_now:
        leave_classes(tx, town, person_id, why="forget", actor=who)
        applying.withdraw_all(tx, town, person_id, who, "forget")
    return until


def keep_after_all(tx: Tx, town: Town, person_id: int) -> bool:
    """Call the erasure off; False if none was pending."""
    if tx.one(FORGET_AT, whose=person_id).forget_at is None:
        return False
    tx.run(SET_FORGET, whose=person_id, until=None)
    who = f"person:{person_id}"
    record(tx, town.now(), who, "forget_called_off", who)
    return True


def erase_due(tx: Tx, town: Town) -> int:
    """Erase whoever asked for it seven days ago, at most 20 at a time; returns how many."""
    due = tx.all(DUE, now=town.now())
    for row in due:
        erase(tx, town, row.id)
    return len(due)


def erase(tx: Tx, town: Town, person_id: int) -> None:
    """Pass living seats on, then delete or unlink everything about a person; nothing for one who is gone."""
    now = town.now()
    tx.all(LOCK_DIALOGUES, whose=person_id)
    if tx.one(LOCK_PERSON, whose=person_id) is None:
        return
    for child in tx.all(CHILDREN, whose=person_id):
        erase(tx, town, child.person_id)
    leave_classes(tx, town, person_id, why="erased", actor="system")
    teams.leave_all(tx, town, person_id)
    nameless = tx.add(ADD_PERSON, created_at=now, remind_evening=False, remind_hour=False, weekly=False)
    nameless_account = tx.add(
        ADD_ACCOUNT, platform=PLATFORM, external_id=town.random_digits(EXTERNAL_DIGITS), person_id=nameless,
        verified=False, state=PLATFORM, created_at=now, seen_at=now,
    )  # fmt: skip
    values = {
        "whose": person_id, "who": f"person:{person_id}", "nameless": nameless,
        "nameless_account": nameless_account, "now": now,
    }  # fmt: skip
    watches.forget_told(tx, person_id)
    for statement in UNLINK:
        tx.run(statement, **values)
    record(tx, now, "system", "erased", "person:erased")


def leave_classes(tx: Tx, town: Town, person_id: int, *, why: str, actor: str) -> list[int]:
    """Give up every living place in a class that is not over, class by class; returns their offering ids."""
    return [
        place.offering_id
        for place in tx.all(PLACES, whose=person_id, now=town.now())
        if seats.leave(tx, town, place, why=why, actor=actor)
    ]
