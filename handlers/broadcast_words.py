"""What an organiser types on the screen from which a broadcast is sent, instead of tapping its buttons."""

from __future__ import annotations

from collections.abc import Callable

from handlers import broadcast_audience, broadcast_buttons, broadcast_compose
from handlers.broadcast_draft import drop, own_draft, review, says_now
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.yes_no import is_no
from services.broadcasting.when import read_time, several_days
from services.understanding.normalise import keyed

routes = Routes()
# the label of each button, what opens it, and what people say for it
WAYS: tuple[tuple[str, Callable[..., bool | None], tuple[str, ...]], ...] = (
    ("bcast.at", broadcast_compose.ask_time, ("定时", "定时发", "几点发", "晚点发", "以后发", "later")),
    ("bcast.test", broadcast_compose.test_to_oneself, ("预览", "试发", "先给我看看", "先看看", "test")),
    ("bcast.button", broadcast_buttons.ask_button, ("加按钮", "再加个按钮", "加一个按钮")),
    ("bcast.retext", broadcast_compose.again_text, ("改文字", "改一下内容", "重写", "改写")),
    ("bcast.rewhom", broadcast_audience.asked_again, ("换人", "换一批", "改人", "发给别人")),
    ("bcast.go_on", review, ()),
    ("bcast.urgent", broadcast_compose.ask_urgent, ("紧急", "紧急通知")),
    ("bcast.calm", broadcast_compose.calmed, ("不紧急",)),
)  # fmt: skip


@routes.step("bcast")
def review_said(turn: Turn) -> bool:
    """What a button says, in its words or others, or when it shall go out; a mere yes sends nothing."""
    draft_id = int(turn.state.data["bcast"])
    said = keyed(turn.text)
    if is_no(said, turn.say("bcast.drop"), "不发", "别发", "别发了"):
        drop(turn, draft_id)
        return True
    if says_now(turn):
        broadcast_compose.sent(turn, draft_id, 0)
        return True
    for label, opens, words in WAYS:
        if said in words or said == keyed(turn.say(label)):
            opens(turn, draft_id)
            return True
    at = read_time(turn.text, turn.now, turn.town.zone)
    if several_days(turn.text):
        broadcast_compose.tell_unclear(turn)
        return True
    if at is None or at <= turn.now:
        return False
    row = own_draft(turn, draft_id)
    if row is not None:
        broadcast_compose.set_time(turn, row, at)
    return True
