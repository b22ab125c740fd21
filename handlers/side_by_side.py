"""What is said of classes that stand side by side: 后面那个便宜吗, 那就报便宜的那个, 两个都想报."""

from __future__ import annotations

from dataclasses import replace

from handlers import asking_school, find, references
from handlers.pointed_at import BEST, rows_of
from handlers.routes import Routes
from handlers.turn import Turn
from services.regex import regex
from services.understanding.references import Reference, read_reference

routes = Routes()
# 哪个近, of those side by side
_NEARER = regex(
    r"^(?:那|那么|它们|这两个|两个|到底|[ ,，])*哪一?(?:个|家|门)(?:班|课)?(?:离(?:我|我家|家|我们家))?"
    r"(?:更|最|比较)?近(?:一?点儿?|一?些)?(?:呢|啊|呀|[?？])*$"
    r"|^which (?:one )?is (?:closer|nearer|closest|nearest)"
)
_CHEAPER_ONE = regex(
    r"^(?:那|那么|它们|这两个|两个|到底|[ ,，])*哪一?(?:个|家|门)(?:班|课)?(?:更|最"
    r"|比较)?便宜(?:一?点儿?|一?些)?(?:呢|啊|呀"
    r"|[?？])*$"
)
# 前面那个, 后面那个
_SIDES = {"before": 0, "after": -1}
# 报便宜的
_TAKES_CHEAPER = regex(
    r"^(?:那|就|我|要|想|还是|给我|帮我)*(?:报名?|选|参加)(?:那个)?(?:最|比较)?便宜(?:一?点儿?|一?些)?的(?:那个|吧|了|[!！。])*$"
)
_PRICED = regex("便宜|贵|免费|要钱")


@routes.step("compared")
def compared(turn: Turn) -> bool:
    """Of those side by side both are wanted; anything else is another matter."""
    ids = turn.state.data.get("ids", ())
    turn.state.settle()
    last = find.last_meaning(turn)
    if last is not None and _NEARER.match(turn.text):
        find.near_how(turn, replace(last, order="nearest"), ids)
        return True
    if _CHEAPER_ONE.match(turn.text):
        references.go_on(turn, min(rows_of(turn, ids), key=BEST["cheapest"]), Reference(ask="fee"))
        turn.state.ask("compared", ids=ids)
        return True
    if _TAKES_CHEAPER.match(turn.text):
        references.go_on(turn, min(rows_of(turn, ids), key=BEST["cheapest"]), Reference(act="enrol"))
        return True
    reference = read_reference(turn.text)
    rows = rows_of(turn, ids) if reference is not None else ()
    if reference is None or not rows:
        return False
    if reference.which in BEST and not reference.rest:
        # 那就便宜的那个: of those side by side, whatever else the list has
        references.go_on(turn, min(rows, key=BEST[reference.which]), reference)
        return True
    if reference.which in _SIDES and len(rows) > 1:
        # 后面那个便宜吗, of those side by side
        asks_price = not reference.ask and not reference.act and _PRICED.search(turn.text)
        row = rows[_SIDES[reference.which]]
        reference = replace(reference, ask="fee") if asks_price else reference
        references.go_on(turn, row, reference)
        if reference.ask:
            # 那就报后面那个, said next, means the same one
            turn.state.ask("compared", ids=ids)
        return True
    if reference.ask in asking_school.ASKED and not reference.which and not reference.rest:
        asking_school.tell_each(turn, rows, reference.ask)
        return True
    return reference.act == "both" and references.both(turn, rows)
