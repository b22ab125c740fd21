"""What the screens of a family share."""

from dataclasses import replace

from handlers.turn import Turn
from services.family import gating, people

CHILD = (
    "孩子们|孩子|小孩子|小孩|小朋友|娃娃|娃|宝宝|宝贝|儿子|女儿|闺女|小子|外孙女|外孙|孙女|孙子|老大|老二|老三|"
    "小的|大的"
)
GROWN = (
    "爸妈|父母|妈妈|爸爸|老妈|老爸|母亲|父亲|妈|爸|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳母|岳父|丈母娘|老丈人|"
    "老伴|爱人|老公|老婆|丈夫|妻子|媳妇|老人|家里老人"
)

CHILD_EN = r"sons?|daughters?|child(?:ren)?|kids?|grand(?:son|daughter|child(?:ren)?)s?|boys?|girls?"
GROWN_EN = r"mother|mum|mom|father|dad|parents?|husband|wife|grandmother|grandfather|grandma|grandpa|granny"


def here(turn: Turn) -> bool:
    """Whether children may be enrolled on this platform."""
    return gating.children_here(turn.town, turn.person.platform)


def labelled(turn: Turn) -> list[people.Learner]:
    """Everybody for whom one may act; children not where they are not to be spoken of."""
    found = [
        one if one.label else replace(one, label=turn.say("family.somebody"))
        for one in people.learners(turn.tx, turn.person.person_id)
    ]
    return found if here(turn) else [one for one in found if one.kind != "child"]
