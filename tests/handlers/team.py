"""A team of neighbours for plays: founded by its lead, joined by the code."""

from __future__ import annotations

import re

from tests.handlers.play import Person, Play


def founded(play: Play) -> Person:
    """王秀兰, who has founded a team."""
    lead = play.person("telegram", "80", name="王秀兰")
    lead.say("学习小组")
    assert "还没有加入学习小组" in lead.text
    lead.tap("建一个小组")
    lead.say("夕阳红读书会")
    assert "组员互相看得到称呼" in lead.text
    lead.say("同意")
    lead.say("王秀兰")
    assert "“夕阳红读书会”建好了，您是组长" in lead.text
    return lead


def code_of(person: Person) -> str:
    """The code of the invitation on the screen."""
    found = re.search(r"\b[2-9A-Z]{6}\b", person.text)
    assert found, person.text
    return found[0]


def joins(play: Play, lead: Person, account: str, name: str) -> Person:
    """Somebody who joins by the code on the lead's screen."""
    code = code_of(lead)
    person = play.person("telegram", account, name=name)
    person.say(code.lower())
    assert "邀您加入“夕阳红读书会”小组，组长王秀兰" in person.text
    person.tap("同意")
    person.tap("用“")
    assert "您加入了“夕阳红读书会”" in person.text
    return person
