"""签到: being there, told by the code that is shown in class, by its QR code or by the bare number."""

from __future__ import annotations

import re
import unicodedata

from handlers.family_grown import digits_of
from handlers.routes import Routes
from handlers.turn import Turn
from services import learning
from services.attending import checkin, crediting
from services.enrolling.refusal import Refused
from services.message import Button

routes = Routes()
_SAID = re.compile(
    r"(?:我?(?:来了|到了|来|要|想)?[,，。! ]*)?(?:签到码?|我?签到了?|check ?in)[:： ]*(\d{3}) ?(\d{3})"
)
_BARE = re.compile(r"(\d{3}) ?(\d{3})")
_HERE = frozenset({"我到了", "到了", "我来了", "来了", "我在", "我在教室", "好", "好的", "i am here", "here"})
# a number that was nobody's code leads to this question, and the right one may follow
_OTHER_CODE = "link.code"


@routes.command("checkin", "签到", "我要签到", "我签到", "check in")
def said(turn: Turn) -> None:
    """Ask for the code, where a class is on."""
    turn.state.settle()
    if not checkin.open_sessions(turn.tx, turn.town, turn.person.person_id):
        _refused(turn, Refused("checkin_none"))
        return
    turn.state.ask("checkin")
    turn.reply(turn.say("checkin.ask"), (turn.button("enrol.mine", "my"),))


@routes.step("checkin")
def answered(turn: Turn) -> bool:
    """The code, typed after it was asked for."""
    said = unicodedata.normalize("NFKC", turn.text).strip()
    found = _BARE.fullmatch(digits_of(said) or said)
    if found is None:
        if said.rstrip("。.！!").lower() in _HERE:  # that alone notes nobody as present
            turn.keeps_choices = True
            turn.reply(turn.say("checkin.ask_here"))
            return True
        if not re.fullmatch(r"[A-Za-z\d -]{1,12}", said):
            return False
        turn.keeps_choices = True
        turn.reply(turn.say("checkin.shape"))
        return True
    _check(turn, "".join(found.groups()))
    return True


def typed(turn: Turn, said: str) -> bool:
    """签到 123456, or the number alone where it is the code of an own class of this hour."""
    if found := _SAID.fullmatch(said.lower()):
        _check(turn, "".join(found.groups()))
        return True
    bare = _BARE.fullmatch(said)
    if bare is None or turn.state.step not in ("", _OTHER_CODE):
        return False
    code = "".join(bare.groups())
    if not checkin.fits(turn.tx, turn.town, turn.person.person_id, code):
        return False
    _check(turn, code)
    return True


def opened(turn: Turn, payload: str) -> bool:
    """The QR code of a session was scanned; False for another link."""
    code = checkin.code_in_link(payload)
    if code:
        _check(turn, code, payload)
    return bool(code)


def _check(turn: Turn, code: str, payload: str = "") -> None:
    turn.state.settle()
    person = turn.person
    way = "link" if payload else "code"
    done = checkin.check_in(turn.tx, turn.town, person.person_id, person.account_id, code, way=way)
    if isinstance(done, Refused):
        _refused(turn, done, payload)
        return
    key = "checkin.before" if done.before else f"checkin.{done.state}"
    hours = crediting.say_hundredths(done.hundredths)
    turn.reply(
        turn.say(key, title=done.session.title, hours=hours),
        (turn.button("hours.mine", "hours"), turn.button("enrol.mine", "my")),
        courses=(done.session.code,),
        lasting=True,
    )


def _refused(turn: Turn, refused: Refused, payload: str = "") -> None:
    """Why not; whoever scanned a code with the web page may have their classes on Telegram."""
    if refused.code == "checkin_wrong":
        turn.state.ask("checkin")
    nowhere = payload and refused.code == "checkin_none"
    if nowhere and not learning.own_places(turn.tx, turn.person.person_id, turn.now):
        key = "checkin.checkin_none_here"
    else:
        key = f"checkin.{refused.code}"
    ways = [turn.button("enrol.mine", "my")]
    link = checkin.telegram_link(turn.town, payload) if payload else ""
    if link and refused.code == "checkin_none" and turn.person.platform == "web":
        ways.insert(0, Button(turn.say("checkin.on_telegram"), url=link))
    turn.reply(turn.say(key), tuple(ways))
