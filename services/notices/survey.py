"""The question after the last session: five steps, one tap."""

from services.message import Button, Message
from services.reach import Reach
from services.surveying import SCORES


def survey_message(to: Reach, survey_id: int, title: str) -> Message:
    """Were you content? With a way to get no more of these."""
    say = to.say
    steps = [Button(say(f"survey.step_{score}"), f"rate:{survey_id}:{score}") for score in SCORES]
    refuse = Button(say("opting.mute_button"), "mute:survey")
    if to.big:  # a row each; the five steps are asked for, so the rest is left to the settings
        return Message(say("survey.ask", title=title), tuple((step,) for step in steps))
    rows = (tuple(steps[:2]), (steps[2],), tuple(steps[3:]), (refuse,))
    return Message(say("survey.ask", title=title), rows)
