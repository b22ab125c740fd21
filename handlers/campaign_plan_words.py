"""A 学习周 before it is started: its day as it is said, and in words what it would send to whom and when."""

from __future__ import annotations

from datetime import date

from handlers.turn import Turn
from models.statement import Row
from services.campaigns.foretelling import foretell
from services.phrases.when import say_moment
from services.regex import regex
from services.schedules.times import local_day
from services.understanding.draft import Draft
from services.understanding.normalise import keyed, normalise
from services.understanding.times import read_times

# a day with all that is said around it
MOST_DAY = 20
_FROM_TO = regex(r"到|至|[-—~～]")
_BEGINS = regex(r"开始|开幕|起(?=[吧了好]|$)")
_BESIDE_A_DAY = regex(
    r"(?:那就?|还是|就|我?(?:想|要)|请|帮我|给我|把|(?:学习周|活动周|开幕)?的?(?:日子|日期|时间|开幕式?|开始)"
    r"|学习周|活动周|(?:改|换|挪|移|推迟|推|提前|延|定|放|安排)(?:到|在|成|为|至)?|从|在|于|是|到|至|起|开|办|举行"
    r"|吧|了|啊|呀|好了|好|的|[-—~～,，。.!！])*"
)


def foretold(turn: Turn, row: Row) -> list[str]:
    """A few lines for whoever is about to start it."""
    found, say = foretell(turn.tx, turn.town, row), turn.say
    people = found.found
    if people is None:
        lines = [say("campaign.foretold.many", n=found.messages)]
    elif not people.will_get:
        lines = [say("campaign.foretold.nobody", n=found.messages)]
    else:
        lines = [say("campaign.foretold.people", n=found.messages, people=people.will_get)]
    if found.to_some:
        lines.append(say("campaign.foretold.to_some", n=found.to_some))
    if people is not None and people.people > people.will_get:
        lines.append(say("campaign.foretold.without", n=people.people - people.will_get))
    if found.at_once:
        lines.append(say("campaign.foretold.at_once", n=found.at_once))
    if found.late:
        lines.append(say("campaign.foretold.late", n=found.late))
    if found.ahead:
        first, last = (
            say_moment(at, turn.lang, turn.now, turn.town.zone) for at in (found.ahead[0], found.ahead[-1])
        )
        key = "one_ahead" if len(found.ahead) == 1 else "ahead"
        lines.append(say(f"campaign.foretold.{key}", first=first, last=last))
    if people is not None and people.will_get > found.approve_above:
        lines.append(say("campaign.foretold.approval", most=found.approve_above))
    return lines


def nothing_but_a_day(turn: Turn) -> bool:
    """Whether a text says a day, and at most that it shall open then: 改到12月22号吧, and not 明天有课吗."""
    if len(turn.text) > MOST_DAY:
        return False
    said = _read(turn)
    return _BESIDE_A_DAY.fullmatch(keyed(said.text)) is not None


def day_said(turn: Turn) -> date | None:
    """The one day that was said; None for a span, of which it is not said which."""
    said = _read(turn)
    found = said.fields.get("dates") or said.fields.get("starts")
    if not found:
        return None
    days = [date.fromordinal(day) for day in range(found[0], found[1] + 1)]
    weekdays = said.fields.get("weekdays", frozenset())
    if len(weekdays) == 1:  # 下周三
        days = [day for day in days if day.weekday() in weekdays][:1]
    elif _FROM_TO.search(turn.text):  # 12月14号到20号 opens on the first
        days = days[:1]
    return days[0] if len(days) == 1 else None


def _read(turn: Turn) -> Draft:
    """The text with its days taken out of it; 12月22日开始 is that one day, and not all that come after."""
    said = Draft(normalise(_BEGINS.sub("", turn.text)))
    read_times(said, local_day(turn.now, turn.town.zone))
    return said
