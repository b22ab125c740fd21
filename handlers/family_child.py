"""A child is added: a label, an age band, and the guardian's own yes before anything of it is kept."""

import re

from handlers import consents, family_asks, family_enrol, other
from handlers.family_words import here
from handlers.routes import Routes, number, word
from handlers.turn import Turn
from handlers.wordings import age_words
from handlers.yes_no import is_no, is_yes
from models.family import AGE_BANDS
from models.statement import Row
from services import classes, erasing
from services.audit import record
from services.family import gating, people
from services.regex import regex
from services.understanding.normalise import keyed
from services.understanding.numbers import read_int

routes = Routes()
LABELS = range(3)
MOST_NEARLY = 16
_AGE = re.compile(
    r"(?:不对|不是|错了|打错了|应该是|今年|孩子|他|她|都|快|已经|才|刚|满|是|有|(?:he|she)(?:is|'s)?)*"
    r"(\d{1,2}|[一二两三四五六七八九十]{1,3})(?:周?岁|了|半|yearsold|years|yo)*"
)
# 五年级, 8个月, 2016年生: an age is told, but not in years
_NEARLY = regex(
    r"年级|幼儿园|学前|小学|初中|初[一二三]|[小中大]班|个?月大?$|年.*生|年出生|生日|grade|months?|born"
)
_PARENT = regex(
    r"(?:我?是)?(?:他|她|孩子|宝宝|娃)?的?(?:亲生)?(?:妈妈?|爸爸?|母亲|父亲|家长|监护人)|i(?:am|'m)(?:his|her|their|the)\w*?(?:mother|father|mum|mom|dad|parent|guardian)"
)
_KIN = regex(
    r"我?是(?:他|她|孩子|宝宝|娃)的?(?:\w{0,2}(?:奶奶?|爷爷?|外婆|外公|姥姥|姥爷|姑|姨|叔|伯|舅|哥|姐|老师|保姆|邻居)\w?)"
    r"|i(?:am|'m)(?:his|her|their|the)\w*?(?:grand\w+|aunt|uncle|brother|sister|teacher|neighbou?r)"
)
_LABEL = re.compile(r"[^\W\d_][\w· ]*")


def not_here(turn: Turn) -> None:
    """Children are not enrolled on this platform: where they are."""
    url = turn.town.public_url
    text = turn.say("family.not_here")
    if url:
        text = f"{text}\n{turn.say('family.not_here_web', url=url)}"
    turn.reply(text, (turn.button("help.human", "help_human"), turn.button("start.browse", "browse")))


def too_young(turn: Turn, row: Row) -> None:
    """No child can come to this class: told before anything about a child is asked."""
    turn.reply(
        turn.say("family.too_young", title=row.title, ages=age_words(turn, row)),
        (turn.button("family.myself", f"fam_self:{row.id}"), turn.button("start.browse", "browse")),
        courses=(row.code,),
    )


@routes.tap("fam_child", number)
def new(turn: Turn, offering_id: int) -> None:
    """How to call the child; no name is needed."""
    if not here(turn):
        not_here(turn)
        return
    row = classes.one_class(turn.tx, offering_id, turn.now) if offering_id else None
    if row is not None and not gating.for_a_child(row):
        too_young(turn, row)
        return
    taken = [one.label for one in people.learners(turn.tx, turn.person.person_id) if one.kind == "child"]
    if len(taken) >= people.MOST_CHILDREN:
        turn.reply(turn.say("family.too_many", most=people.MOST_CHILDREN))
        return
    turn.state.ask("family.label", id=offering_id)
    free = [at for at in LABELS if turn.say(f"family.label_{at}") not in taken]
    turn.reply(
        turn.say("family.label"),
        tuple(turn.button(f"family.label_{at}", f"fam_label:{offering_id}:{at}") for at in free),
    )


@routes.tap("fam_label", number, number)
def label_tapped(turn: Turn, offering_id: int, at: int) -> None:
    """One of the labels on the buttons."""
    if at in LABELS:
        _labelled(turn, offering_id, turn.say(f"family.label_{at}"))


@routes.step("family.label")
def label_said(turn: Turn) -> bool:
    """A label in words."""
    text = re.sub(r"^(?:就?叫(?:他|她)?|称呼)", "", " ".join(turn.text.split())).strip("。.!！ ")
    if is_no(turn.text, "不报", "不报了", "先不报"):
        family_enrol.stop(turn)
        return True
    if is_yes(turn.text) or len(text) > people.MOST_LABEL or not _LABEL.fullmatch(text):
        turn.reply(turn.say("family.label_bad", most=people.MOST_LABEL))
        return True
    _labelled(turn, int(turn.state.data.get("id", 0)), text)
    return True


def _labelled(turn: Turn, offering_id: int, label: str) -> None:
    if any(one.label == label for one in people.learners(turn.tx, turn.person.person_id)):
        turn.state.ask("family.label", id=offering_id)
        turn.reply(turn.say("family.label_taken", name=label))
        return
    _ask_band(turn, offering_id, label, "family.ask_band")


def _ask_band(turn: Turn, offering_id: int, label: str, key: str) -> None:
    turn.state.ask("family.band", id=offering_id, label=label)
    bands = [turn.button(f"family.band.{band}", f"fam_band:{offering_id}:{band}") for band in AGE_BANDS]
    turn.reply(turn.say(key, name=label), tuple(bands[:3]), tuple(bands[3:]))


@routes.tap("fam_band", number, word)
def band_tapped(turn: Turn, offering_id: int, band: str) -> None:
    """An age band; nothing nearer is asked."""
    label = str(turn.state.data.get("label", ""))
    if not label or band not in AGE_BANDS:
        new(turn, offering_id)
        return
    _ask_yes(turn, offering_id, label, band)


@routes.step("family.band")
def band_said(turn: Turn) -> bool:
    """An age in words, of which the band is kept."""
    data, age = turn.state.data, _age_said(turn)
    offering_id = int(data.get("id", 0))
    if age is None:
        if is_no(turn.text, "不报", "不报了", "先不报"):
            family_enrol.stop(turn)
            return True
        if len(turn.text) <= MOST_NEARLY and _NEARLY.search(keyed(turn.text)):
            _ask_band(turn, offering_id, str(data["label"]), "family.band_how")
            return True
        return False
    band = next((name for name, (low, high) in AGE_BANDS.items() if low <= age < high), None)
    if band is None:
        turn.state.settle()
        turn.reply(turn.say("family.too_old"), (turn.button("help.human", "help_human"),))
        return True
    _ask_yes(turn, offering_id, str(data["label"]), band)
    return True


def _age_said(turn: Turn) -> int | None:
    found = _AGE.fullmatch(keyed(turn.text))
    return read_int(found[1]) if found else None


def _ask_yes(turn: Turn, offering_id: int, label: str, band: str) -> None:
    turn.state.ask("family.consent", id=offering_id, label=label, band=band)
    operator = turn.town.operator_name or turn.say("start.operator")
    text = turn.say("family.consent", name=label, band=turn.say(f"family.band.{band}"), operator=operator)
    turn.reply(
        "\n".join([*consents.abroad(turn), text]),
        (turn.button("family.consent_yes", "fam_yes"),),
        (turn.button("enrol.consent_no", "fam_stop"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("fam_yes")
def agreed(turn: Turn) -> None:
    """Keep the guardian's yes and the child, and go on."""
    data = turn.state.data
    if turn.state.step != "family.consent":  # a second tap, or a button of long ago
        other.stale(turn)
        return
    if not here(turn):
        not_here(turn)
        return
    person = turn.person
    child = people.add_child(
        turn.tx, turn.town, person.person_id, str(data["label"]), str(data["band"]), person.platform
    )
    if child is None:
        new(turn, int(data["id"]))
        return
    family_asks.begin(turn, int(data["id"]), [child.person_id])


def ask_again(turn: Turn) -> None:
    """The question once more, after something was looked up beside it."""
    data = turn.state.data
    _ask_yes(turn, int(data["id"]), str(data["label"]), str(data["band"]))


@routes.step("family.consent")
def agreed_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "我是监护人", "同意我是监护人", "我同意", "愿意", "继续"):
        agreed(turn)
    elif is_no(turn.text, "不报", "不报了", "先不报", "不愿意", "我不同意"):
        family_enrol.stop(turn)
    elif _age_said(turn) is not None:  # the age was another one
        band_said(turn)
    elif _PARENT.fullmatch(keyed(turn.text)) or _KIN.fullmatch(keyed(turn.text)):
        turn.keeps_choices = True
        parent = _PARENT.fullmatch(keyed(turn.text)) is not None
        turn.reply(turn.say("family.guardian_yes" if parent else "family.guardian_who"))
    else:
        return False
    return True


@routes.tap("fam_drop", number)
def drop(turn: Turn, person_id: int) -> None:
    """Delete what is kept of a child, or give up acting for somebody grown, after one question."""
    one = people.learner(turn.tx, turn.person.person_id, person_id)
    if one is None:
        other.stale(turn)
        return
    turn.state.ask("family.drop", person=person_id)
    key = "family.drop_child" if one.kind == "child" else "family.drop_grown"
    turn.reply(
        turn.say(key, name=one.label or turn.say("family.somebody")),
        (turn.button("family.drop_yes", "fam_drop_ok"), turn.button("family.drop_no", "my_family")),
    )


@routes.tap("fam_drop_ok")
def dropped(turn: Turn) -> None:
    """A child's places go to the next in line, and everything about it is deleted at once."""
    if turn.state.step != "family.drop":
        other.stale(turn)
        return
    me = turn.person.person_id
    one = people.learner(turn.tx, me, int(turn.state.data["person"]))
    turn.state.settle()
    if one is None:
        other.stale(turn)
        return
    if one.kind == "child":
        record(turn.tx, turn.now, f"person:{me}", "child_deleted", f"person:{me}")
        erasing.erase(turn.tx, turn.town, one.person_id)
        turn.state.acting = {}
        turn.reply(turn.say("family.child_gone", name=one.label), lasting=True)
        return
    for right in turn.tx.all(people.GROWN, actor_id=me):
        if right.subject_id == one.person_id:
            people.end_right(turn.tx, turn.town, right.id, me)
    turn.reply(turn.say("family.right_gone", name=one.label or turn.say("family.somebody")), lasting=True)


@routes.step("family.drop")
def drop_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "删", "删掉", "删除", "不再代报"):
        dropped(turn)
    elif is_no(turn.text, "不删"):
        turn.state.settle()
        turn.reply(turn.say("family.drop_kept"))
    else:
        return False
    return True
