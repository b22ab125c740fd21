"""What is typed on the screen of a 学习周 instead of tapping its buttons: its day, 开始吧, 停掉吧."""

from __future__ import annotations

from handlers import campaign_desk
from handlers.campaign_plan_words import day_said, nothing_but_a_day
from handlers.routes import Routes, action
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services.regex import regex
from services.understanding.normalise import keyed

routes = Routes()
STARTS = regex(r"(?:可以|那就|好)?(?:开始|启动)(?:学习周|活动周)?[吧了]*")
STOPS = regex(
    r"(?:那|还是|就|先|把|给我|帮我|这个|学习周|活动周|它)*(?:停掉|停了|停止|终止|中止|不办)"
    r"(?:学习周|活动周|它|了|吧|啊|呀)*"
)

# the buttons whose first number is that of a week
OF_A_WEEK = frozenset(
    ("camp", "camp_date", "camp_named", "camp_no", "camp_plan", "camp_read", "camp_report", "camp_start",
     "camp_stop", "camp_stop_ok", "camp_yes")
)  # fmt: skip


@routes.step(campaign_desk.DRAFT)
def draft_said(turn: Turn) -> bool:
    """Under a draft: another day, or that it may begin; no more on the screen, it is shown."""
    campaign_id = int(turn.state.data["campaign"])
    seen = _on_screen(turn) == {campaign_id}
    if STARTS.fullmatch(keyed(turn.text)):
        (campaign_desk.start if seen else campaign_desk.show)(turn, campaign_id)
    elif seen and nothing_but_a_day(turn) and (opens := day_said(turn)) is not None:
        campaign_desk.redated(turn, campaign_id, opens)
    else:
        return False
    return True


def typed(turn: Turn, said: str) -> bool:
    """That the week on the screen shall stop, which is asked once more, or the answer to that."""
    words, actions = keyed(said), turn.state.actions
    shown = _on_screen(turn)
    if len(shown) != 1:
        return False
    [campaign_id] = shown
    stops = STOPS.fullmatch(words) is not None
    if action("camp_stop_ok", campaign_id) in actions:  # whether it shall was asked
        if stops or is_yes(said):
            campaign_desk.stopped(turn, campaign_id)
            return True
        if is_no(said):
            campaign_desk.show(turn, campaign_id)
            return True
    elif stops and action("camp_stop", campaign_id) in actions:
        campaign_desk.stop(turn, campaign_id)
        return True
    return False


def _on_screen(turn: Turn) -> set[int]:
    """The weeks that the buttons of the last answer are about."""
    parts = [one.split(":") for one in turn.state.actions]
    return {int(part[1]) for part in parts if part[0] in OF_A_WEEK}
