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
from services.understanding.normalise import keyed
from services.understanding.numbers import read_int

routes = Routes()
LABELS = range(3)
_AGE = re.compile(r"(?:今年|孩子|他|她|都|快|已经)*(\d{1,2}|[一二三四五六七八九十]{1,3})(?:周?岁|了|半)*")
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
    turn.state.ask("family.band", id=offering_id, label=label)
    bands = [turn.button(f"family.band.{band}", f"fam_band:{offering_id}:{band}") for band in AGE_BANDS]
    turn.reply(turn.say("family.ask_band", name=label), tuple(bands[:3]), tuple(bands[3:]))


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
    found = _AGE.fullmatch(keyed(turn.text))
    age = read_int(found[1]) if found else None
    if age is None:
        if is_no(turn.text, "不报", "不报了", "先不报"):
            family_enrol.stop(turn)
            return True
        return False
    offering_id = int(turn.state.data.get("id", 0))
    band = next((name for name, (low, high) in AGE_BANDS.items() if low <= age < high), None)
    if band is None:
        turn.state.settle()
        turn.reply(turn.say("family.too_old"), (turn.button("help.human", "help_human"),))
        return True
    _ask_yes(turn, offering_id, str(turn.state.data["label"]), band)
    return True


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
