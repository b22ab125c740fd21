"""群发 as an organiser asks for it in a sentence: 怎么群发, 我想给农民工发个通知, 看群发3."""

from __future__ import annotations

from handlers import broadcast, other
from handlers.turn import Turn
from services.broadcasting import rights
from services.regex import regex
from services.understanding.normalise import keyed

# to whom nobody writes in this way
OTHERS = frozenset({"我", "自己", "你", "你们", "您", "学校", "老师"})
MOST_SAID = 120
_WISH = regex(
    r"(?:请问|请教|我们?|学校|怎么|怎样|如何|咋|想|要|能不能|可以|帮我|请|再|去|才能)*(?:(?:给|向|跟|通知)(?P<whom>.{1,40}?))?"
    r"(?:群发|发送?(?:一?个|一?条|一?份|一些|点)?(?:群发)?(?:通知|消息|公告|信息))(?:一?个|一?条|一?份)?(?:通知|消息|公告|信息)?"
    r"(?:怎么发|怎么弄|怎么办|给(?P<to>.{1,40}?))?[吗呢啊呀吧了的]*",
)


# 看群发3, as its button says
_ONE = regex(r"(?:看|看看|查看)?群发(\d{1,9})(?:号|怎么样了?)?")


def asked(turn: Turn, text: str) -> bool:
    """怎么群发 and 我想给农民工发个通知 of somebody who may; False for every other text and person."""
    if (one := _ONE.fullmatch(keyed(text))) and rights.units_of(turn.tx, turn.person.person_id):
        broadcast.shown(turn, int(one[1]))
        return True
    found = _WISH.fullmatch(text.strip(" 。.!！?？,，")) if len(text) <= MOST_SAID else None
    whom = (found["whom"] or found["to"] or "") if found is not None else ""
    if found is None or whom in OTHERS or turn.state.step in other.LONG_ANSWERS:
        return False
    own = rights.units_of(turn.tx, turn.person.person_id)
    if not own:
        return False
    broadcast.begin(turn)
    if turn.state.step in ("bcast.text", "bcast.unit") and whom:
        turn.state.data["whom"] = whom
    return True
