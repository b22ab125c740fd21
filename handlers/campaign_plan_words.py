"""What a 学习周 would send, in words: how many messages to whom and when, before it is started."""

from __future__ import annotations

from handlers.turn import Turn
from models.statement import Row
from services.campaigns.foretelling import foretell
from services.phrases.when import say_moment


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
