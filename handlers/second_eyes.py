"""同意 and 不同意 of the second organiser, said in words: of a 群发 or a 学习周 that waits for it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from handlers import broadcast, campaign_desk
from handlers.broadcast_draft import begins_with
from handlers.routes import action
from handlers.turn import Turn
from models.broadcasting import broadcast as table
from models.campaigning import campaign
from models.catalogue import org_unit
from models.statement import Row, Statement
from services import scope
from services.message import Button
from services.regex import regex
from services.understanding.normalise import keyed

_TAIL = r"(?:发出去|发送|群发|发|(?:开始|办)(?:学习周|活动周)?)?[吧了啊]*"
YES = regex(rf"(?:我|可以|那就)?(?:同意|批准|通过|没意见|可以发|可以开始){_TAIL}")
# 别发 is as well said of one's own reminders, and of a draft
NO = regex(rf"(?:我|先)?(?:不同意|不批准|不通过|先不开始){_TAIL}")
_BROADCASTS = (
    select(table.c.id, table.c.text)
    .join_from(table, org_unit, org_unit.c.id == table.c.unit_id)
    .where(table.c.state == "waiting_approval", table.c.author_id != bindparam("person_id"))
)
_CAMPAIGNS = (
    select(campaign.c.id, campaign.c.theme.label("text"))
    .join_from(campaign, org_unit, org_unit.c.id == campaign.c.unit_id)
    .where(campaign.c.state == "waiting_approval", campaign.c.author_id != bindparam("person_id"))
)
WAITING = {
    kind: Statement(found.where(org_unit.c.path.startswith(bindparam("path"))).limit(6))
    for kind, found in (("bcast", _BROADCASTS), ("camp", _CAMPAIGNS))
}
SHOWS = {"bcast": "bcast_show", "camp": "camp"}
# said with it, such a word is said of the one thing that waits, and of nothing else
NAMED = {"bcast": regex("发"), "camp": regex("开始|学习周|活动周")}
ACTS = {
    "bcast": (broadcast.approved, broadcast.declined),
    "camp": (campaign_desk.approve, campaign_desk.decline),
}


def typed(turn: Turn, said: str) -> bool:
    """Such a word where something waits for it; False for every other text.

    What is on the screen is decided by it. What was not looked at yet is shown first, and of several it asks
    which, since a mere 同意 may be said of anything.
    """
    words = keyed(said)
    yes = YES.fullmatch(words) is not None
    if turn.state.step or not (yes or NO.fullmatch(words)):
        return False
    found = _waiting(turn)
    seen = [(kind, row) for kind, row in found if action(f"{kind}_yes", row.id) in turn.state.actions]
    if len(seen) == 1 or len(found) == 1:
        kind, row = (seen or found)[0]
        if seen or NAMED[kind].search(words):
            ACTS[kind][0 if yes else 1](turn, row.id)
        else:
            (broadcast.shown if kind == "bcast" else campaign_desk.show)(turn, row.id)
    elif found:
        turn.reply(
            turn.say("bcast.which_waits"),
            *((Button(begins_with(row.text), action(SHOWS[kind], row.id)),) for kind, row in found),
        )
    return bool(found)


def _waiting(turn: Turn) -> list[tuple[str, Row]]:
    person_id = turn.person.person_id
    return [
        (kind, row)
        for path in scope.own_paths(turn.tx, person_id, scope.SENDING)
        for kind, statement in WAITING.items()
        for row in turn.tx.all(statement, path=path, person_id=person_id)
    ]
