"""A grown person's own yes to being enrolled by another: a code read out, or a tap on their own phone."""

import unicodedata

from handlers import family_asks, family_calls, family_enrol, other
from handlers.routes import Routes, number
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from services import consenting, linking, naming
from services.audit import record
from services.family import acts, codes, people
from services.linking import Found
from services.regex import regex
from services.understanding.numbers import DIGITS as NUMERALS

routes = Routes()
_DIGITS_APART = frozenset("0123456789 -").union(NUMERALS)
LINK = "a_"
# 码是123 456, 我妈的码 123456
_WITHIN = regex(r"(?<![\d-])\d{3} ?\d{3}(?: ?\d{4})?(?!\d)")
_WITHOUT_PHONE = regex(
    r"(?:没有?|不会|不太会|不懂|用不[了来]|弄不[了来]).{0,4}(?:手机|微信|上网)|no (?:smart)?phone"
)


@routes.tap("fam_grown", number)
def new(turn: Turn, offering_id: int) -> None:
    """How the yes of somebody grown is had: their code, our link, or the desk."""
    code = codes.new_code(turn.tx, turn.town, turn.person.person_id, "ask")
    turn.state.ask("family.code", id=offering_id)
    if turn.state.acting:  # for whoever looks something up before the code is read out
        turn.state.acting["class"] = offering_id
    lines = [turn.say("family.grown", code=code)]
    digits = "".join(c for c in code if c.isdigit())
    if turn.town.telegram_name:
        lines.append(
            turn.say("family.grown_link", link=f"https://t.me/{turn.town.telegram_name}?start={LINK}{digits}")
        )
    elif turn.town.public_url:
        lines.append(turn.say("family.grown_web", url=turn.town.public_url))
    turn.reply("\n".join(lines), (turn.button("help.human", "help_human"),))


@routes.step("family.code")
def code_said(turn: Turn) -> bool:
    """The code that the other read out."""
    within = _WITHIN.search(unicodedata.normalize("NFKC", turn.text))
    digits = digits_of(turn.text) or (within[0].replace(" ", "") if within else "")
    if is_no(turn.text, *family_enrol.LEAVES):
        family_enrol.stop(turn)
        return True
    if len(digits) < 4:
        return family_calls.called_meanwhile(turn) or _no_phone(turn)
    _code_given(turn, digits, int(turn.state.data.get("id", 0)))
    return True


def _no_phone(turn: Turn) -> bool:
    """我妈不会用手机: then the desk is the way; False for every other text."""
    if not _WITHOUT_PHONE.search(turn.text):
        return False
    turn.keeps_choices = True
    turn.reply(turn.say("family.no_phone"), (turn.button("help.human", "help_human"),))
    return True


def _code_given(turn: Turn, digits: str, offering_id: int) -> None:
    found = found_by(turn, digits, "give")
    if found is None:
        return
    if not codes.use(turn.tx, turn.town, found):
        turn.reply(turn.say("family.code_wrong"))
        return
    _allowed(turn, actor=turn.person.person_id, subject=found.person_id, way="code")
    name = people.name_of(turn.tx, found.person_id)
    text = turn.say("family.code_good", name=name) if name else turn.say("family.code_good_nameless")
    family_asks.ask_call(turn, text, found.person_id, id=offering_id, ids=[found.person_id])


@routes.command(
    "act_let",
    "允许代报",
    "允许家人代报",
    "让家人代报",
    "允许家人帮我报名",
    "代报码",
    "let my family enrol me",
)
def let(turn: Turn) -> None:
    """On the phone of whoever is to be enrolled: what it means, and the yes that gives a code."""
    turn.state.ask("family.let")
    turn.reply(
        turn.say("family.let_ask"),
        (turn.button("family.let_yes", "act_code"),),
        (turn.button("family.let_no", "act_no"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("act_let")
def let_tapped(turn: Turn) -> None:
    """The same by a tap."""
    let(turn)


@routes.tap("act_code")
def code(turn: Turn) -> None:
    """The code to read out; with it comes the yes to a place being kept."""
    turn.state.settle()
    _own_yes(turn)
    made = codes.new_code(turn.tx, turn.town, turn.person.person_id, "give")
    turn.reply(turn.say("family.let_code", code=made), lasting=True)


@routes.step("family.let")
def let_said(turn: Turn) -> bool:
    """Yes or no in words; a code that the other sent is looked at."""
    if is_yes(turn.text, "允许", "我同意", "愿意"):
        code(turn)
    elif is_no(turn.text, "不允许", "不愿意", "我不同意"):
        refused(turn)
    elif len(digits := digits_of(turn.text)) >= linking.DIGITS:
        opened(turn, digits)
    else:
        return False
    return True


@routes.tap("act_no")
def refused(turn: Turn) -> None:
    """Nobody acts."""
    if other.past(turn, "family."):
        return
    turn.state.settle()
    turn.reply(turn.say("family.let_refused"), (turn.button("start.browse", "browse"),))


def typed(turn: Turn, said: str) -> bool:
    """A code typed alone: a request's on the other phone, or one read out after something was looked up."""
    digits = digits_of(said)
    # a number that was nobody's code leads to `link.code`, and the right one may follow
    if turn.state.step not in ("", "link.code") or len(digits) not in (linking.DIGITS, linking.LONG_DIGITS):
        return False
    if codes.known(turn.tx, turn.town, digits, "ask"):
        opened(turn, digits)
    elif codes.known(turn.tx, turn.town, digits, "give"):
        _code_given(turn, digits, int(turn.state.acting.get("class", 0)))
    else:
        return False
    return True


def opened(turn: Turn, digits: str) -> None:
    """A request was opened on the phone of whoever is to be enrolled: who asks, and a yes or a no."""
    found = found_by(turn, digits, "ask")
    if found is None:
        return
    turn.state.ask("family.asked", person=found.person_id, code=found.code_id)
    _ask(turn)


@routes.tap("act_again")
def asked_again(turn: Turn) -> None:
    """The same question once more, after something was looked up beside it."""
    if turn.state.step == "family.asked":
        _ask(turn)
    else:
        other.stale(turn)


def _ask(turn: Turn) -> None:
    name = people.name_of(turn.tx, int(turn.state.data["person"])) or turn.say("family.somebody")
    turn.reply(
        turn.say("family.asked", name=name),
        (turn.button("family.let_yes", "act_yes"),),
        (turn.button("family.let_no", "act_no"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("act_yes")
def agreed(turn: Turn) -> None:
    """The tap on one's own phone."""
    if turn.state.step != "family.asked":
        other.stale(turn)
        return
    data = turn.state.data
    found = Found(int(data["person"]), code_id=int(data["code"]))
    turn.state.settle()
    if not codes.use(turn.tx, turn.town, found):
        turn.reply(turn.say("family.code_wrong"))
        return
    _own_yes(turn)
    right = _allowed(turn, actor=found.person_id, subject=turn.person.person_id, way="tap")
    actor = people.name_of(turn.tx, found.person_id) or turn.say("family.somebody")
    turn.reply(
        turn.say("family.allowed", name=actor),
        (turn.button("family.end_right", f"act_end:{right}"),),
        lasting=True,
    )
    acts.tell_actor(turn.tx, turn.town, found.person_id, turn.person.name, to_call=turn.person.person_id)


@routes.step("family.asked")
def agreed_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "允许", "我同意", "愿意"):
        agreed(turn)
    elif is_no(turn.text, "不允许", "不愿意", "我不同意"):
        refused(turn)
    else:
        return False
    return True


@routes.tap("act_end", number)
def ended(turn: Turn, right_id: int) -> None:
    """One tap ends it, from either side; places stay as they are."""
    row = people.end_right(turn.tx, turn.town, right_id, turn.person.person_id)
    if row is None:
        other.stale(turn, turn.say("family.ended_before"), turn.button("start.mine", "my"))
        return
    turn.state.settle()
    turn.reply(turn.say("family.ended"), (turn.button("start.mine", "my"),), lasting=True)
    if row.actor_id != turn.person.person_id:
        acts.tell_ended(turn.tx, turn.town, row.actor_id, turn.person.name or row.label)


def digits_of(said: str) -> str:
    """The digits of a code as it was typed, with spaces or as 一二三; nothing for other texts."""
    folded = unicodedata.normalize("NFKC", said).strip()
    if not _DIGITS_APART.issuperset(folded):  # asked of every text, and few are nothing else
        return ""
    plain = "".join(str(NUMERALS.get(c, c)) for c in folded).replace(" ", "").replace("-", "")
    return plain if plain.isascii() and plain.isdigit() else ""


def found_by(turn: Turn, digits: str, kind: codes.Kind) -> Found | None:
    """Whose code it is, unless it is nobody's or one's own, which was then told."""
    account_id = turn.person.account_id
    if not linking.may_try(turn.tx, turn.town, account_id):
        turn.state.settle()
        turn.reply(turn.say("link.too_often"), (turn.button("help.human", "help_human"),))
        return None
    found = codes.look(turn.tx, turn.town, account_id, digits, kind)
    if found is None:
        turn.reply(turn.say("family.code_wrong"))
    elif found.person_id == turn.person.person_id:
        turn.reply(turn.say("family.code_own"))
        return None
    return found


def _own_yes(turn: Turn) -> None:
    """Whoever is enrolled by another says yes to a name and a place being kept with the same tap."""
    name = turn.person.name or naming.usable(turn.incoming.name)
    if name and not turn.person.name:
        naming.remember(turn.tx, turn.person.person_id, name)
        turn.person.name = name
    who = f"person:{turn.person.person_id}"
    if not consenting.given(turn.tx, turn.person.person_id, "enrolment"):
        consenting.give(turn.tx, turn.person.person_id, "enrolment", turn.person.platform, turn.now)
        record(turn.tx, turn.now, who, "consent", who, "enrolment")


def _allowed(turn: Turn, *, actor: int, subject: int, way: str) -> int:
    return people.allow(
        turn.tx, turn.town, actor_id=actor, subject_id=subject, label="", way=way, by=f"person:{subject}"
    )
