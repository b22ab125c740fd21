"""待审核: the staff's yes or no to what people asked for, one at a time."""

from __future__ import annotations

from handlers import other
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, scope
from services.enrolling.refusal import Refused
from services.phrases.when import say_moment
from services.understanding.normalise import keyed
from services.windows import applications, approving

routes = Routes()
REASONS = ("full", "unfit", "before")
LEAST_REASON, MOST_REASON = 2, 100


@routes.command("approve", "待审核", "审核", "审核报名", "审核申请", "待审核的")
def first(turn: Turn) -> None:
    """The oldest that waits for a decision."""
    after(turn, 0)


@routes.tap("approve_next", number)
def after(turn: Turn, application_id: int) -> None:
    """The next one after this, and after the last the first again."""
    turn.state.settle()
    paths = scope.own_paths(turn.tx, turn.person.person_id, scope.EDITING)
    if not paths:
        turn.reply(turn.say("approval.not_staff"), (turn.button("start.browse", "browse"),))
        return
    waiting = [row for path in paths for row in approving.waiting(turn.tx, path)]
    waiting.sort(key=lambda row: int(row.id))
    if not waiting:
        turn.reply(turn.say("approval.none"))
        return
    row = next((one for one in waiting if one.id > application_id), waiting[0])
    turn.state.at(f"approve_next:{application_id}")
    buttons = [
        turn.button("approval.approve", f"approve:{row.id}"),
        turn.button("approval.decline", f"decline:{row.id}"),
    ]
    more = [(turn.button("approval.next", f"approve_next:{row.id}"),)] if len(waiting) > 1 else []
    turn.reply(
        turn.say(
            "approval.one", n=len(waiting) - 1, name=row.name, title=row.title, code=row.code,
            when=say_moment(row.created_at, turn.lang, turn.now, turn.town.zone),
        ),
        tuple(buttons), *more, courses=(row.code,),
    )  # fmt: skip


@routes.tap("approve", number)
def approve(turn: Turn, application_id: int) -> None:
    """Yes."""
    row = _allowed(turn, application_id)
    if row is None:
        return
    came = approving.approve(turn.tx, turn.town, application_id, _actor(turn))
    title = classes.one_class(turn.tx, row.offering_id, turn.now).title
    ways = ((turn.button("approval.next", f"approve_next:{application_id}"),),)
    if came is None:
        _gone(turn, application_id)
    elif isinstance(came, Refused):
        reason = refusal_words(turn, came, title)
        turn.reply(turn.say("approval.cannot", reason=reason), *ways)
    elif came.position:
        turn.reply(
            turn.say("approval.approved_waiting", name=row.name, title=title, position=came.position), *ways
        )
    else:
        turn.reply(turn.say("approval.approved", name=row.name, title=title), *ways)


@routes.tap("decline", number)
def decline(turn: Turn, application_id: int) -> None:
    """No, and why."""
    row = _allowed(turn, application_id)
    if row is None:
        return
    if row.state != "pending":
        _gone(turn, application_id)
        return
    turn.state.ask("approval.why", application=application_id)
    turn.reply(
        turn.say("approval.why"),
        *((turn.button(f"approval.why_{key}", f"decline_why:{application_id}:{key}"),) for key in REASONS),
    )


@routes.tap("decline_why", number, word)
def declined(turn: Turn, application_id: int, key: str) -> None:
    """No, for one of the usual reasons."""
    if key in REASONS:
        _decline(turn, application_id, turn.say(f"approval.why_{key}"))


@routes.step("approval.why")
def why_said(turn: Turn) -> bool:
    """No, for a reason in one's own words."""
    application_id = int(turn.state.data["application"])
    if is_no(turn.text, "先不处理"):
        after(turn, application_id - 1)
    elif is_yes(turn.text) or len(keyed(turn.text)) < LEAST_REASON:  # it goes to the person as it is
        turn.keeps_choices = True
        turn.reply(turn.say("approval.say_why"))
    elif other.is_courtesy(turn):
        return False
    else:
        _decline(turn, application_id, turn.text[:MOST_REASON])
    return True


def _decline(turn: Turn, application_id: int, reason: str) -> None:
    row = _allowed(turn, application_id)
    if row is None:
        return
    if (turn.state.step, turn.state.data.get("application")) == ("approval.why", application_id):
        turn.state.settle()
    if not approving.decline(turn.tx, turn.town, application_id, reason, _actor(turn)):
        _gone(turn, application_id)
        return
    turn.state.settle()
    text = turn.say("approval.declined", name=row.name)
    turn.reply(text, (turn.button("approval.next", f"approve_next:{application_id}"),))


def _gone(turn: Turn, application_id: int) -> None:
    """It was decided before, or taken back."""
    other.stale(
        turn, turn.say("approval.gone"), turn.button("approval.next", f"approve_next:{application_id}")
    )


def _allowed(turn: Turn, application_id: int) -> Row:
    """The application, if this person may decide about it; otherwise nothing is told of it."""
    row = turn.tx.one(applications.BY_ID, id=application_id)
    found = classes.one_class(turn.tx, row.offering_id, turn.now) if row and row.offering_id else None
    if found is None or not scope.may(turn.tx, turn.person.person_id, scope.EDITING, found.unit_path):
        other.stale(turn, turn.say("approval.not_staff"))
        return None
    return row


def refusal_words(turn: Turn, refused: Refused, title: str) -> str:
    """Why somebody else cannot be given a place, shortly."""
    values = {"title": title, "position": 0, **refused.values}
    if refused.code == "clash":
        values |= {"other_title": refused.values["title"], "title": title}
        values["at"] = say_moment(refused.values["at"], turn.lang, turn.now, turn.town.zone)
    return turn.say(f"refused.{refused.code}", **values)


def _actor(turn: Turn) -> str:
    return f"person:{turn.person.person_id}"
