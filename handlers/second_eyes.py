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

_TAIL = r"(?:发出去|发送|发|开始|办)?[吧了啊]*"
YES = regex(rf"(?:我|可以|那就)?(?:同意|批准|通过|没意见|可以发|可以开始){_TAIL}")
NO = regex(rf"(?:我|先)?(?:不同意|不批准|不通过|别发|先别发|不要发|先不开始){_TAIL}")
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


def typed(turn: Turn, said: str) -> bool:
    """Such a word where something waits for it; of several it asks which. False for every other text."""
    words = keyed(said)
    yes = YES.fullmatch(words) is not None
    if turn.state.step or not (yes or NO.fullmatch(words)):
        return False
    found = _waiting(turn)
    if len(found) == 1:
        kind, row = found[0]
        acts = {
            "bcast": (broadcast.approved, broadcast.declined),
            "camp": (campaign_desk.approve, campaign_desk.decline),
        }
        acts[kind][0 if yes else 1](turn, row.id)
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
