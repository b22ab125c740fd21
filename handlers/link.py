"""Joining several accounts of one person: a code on one of them, typed on the other."""

import re
import unicodedata
from typing import Any

from handlers import other
from handlers.routes import Routes
from handlers.settings import speak
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import classes, learning, liking, linking, merging, recovery
from services.linking import Found
from services.merging import Merged, Plan
from services.message import Message
from services.outbox import post_notice
from services.texts import as_lang
from services.understanding.numbers import DIGITS as NUMERALS

routes = Routes()
MOST_TITLES = 8
_CODE = re.compile(r"[\d\s\-–—·.]+")
LENGTHS = (linking.DIGITS, linking.LONG_DIGITS, recovery.DIGITS)
# what may stand before a code, one of `_MEANT` among it
_BEFORE = re.compile(
    r"(?:我的|我有|这是|是|报名|账号|帐号|绑定|取回|找回|码|link|[：:，,\s])+", re.IGNORECASE
)
_MEANT = re.compile(r"绑定|取回|找回|link", re.IGNORECASE)
# a code as we show it or in one piece; 2026-12 and 10 000 are none
_SHOWN = re.compile(r"\d{6}|\d{3} \d{3}|\d{10}|\d{3} \d{3} \d{4}")
_RECOVERY = re.compile(r"\d{4}([ -]?)\d{4}\1\d{4}")


@routes.command("link", "绑定", "绑定账号", "关联账号", "link")
def link(turn: Turn) -> None:
    """A code to type on the other account; with a code behind the command, that one is tried."""
    name, _, rest = unicodedata.normalize("NFKC", turn.text).strip().partition(" ")
    digits = _digits(rest)
    if name.startswith("/") and digits:
        _try(turn, digits)
    else:
        _offer_or_ask(turn)


@routes.intent("link")
def meant(turn: Turn) -> None:
    """The same in other words."""
    _offer_or_ask(turn)


@routes.command("recover", "取回", "取回码", "找回", "找回报名", "找回账号")
def recover(turn: Turn) -> None:
    """Somebody who has lost the way to an own account: only a code brings it back."""
    turn.state.ask("link.code")
    row = [turn.button("help.human", "help_human")]
    if turn.person.platform == "web" and recovery.has_code(turn.tx, turn.person.person_id):
        row.insert(0, turn.button("recovery.button", "recovery"))
    turn.reply(turn.say("link.take"), tuple(row))


def typed(turn: Turn, said: str) -> bool:
    """取回 1234 5678 9012, 绑定123456: a code with the word before it is tried whatever is being asked."""
    before = _BEFORE.match(said)
    if before is None or not _MEANT.search(before.group()):
        return False
    digits = _digits(said[before.end() :])
    if len(digits) < 4:
        return False
    _try(turn, digits)
    return True


def typed_alone(turn: Turn, said: str) -> bool:
    """Nothing but the digits of a code, as one types who was told to note them; a class's code goes first."""
    shown = _RECOVERY.fullmatch(said) or (not turn.state.step and _SHOWN.fullmatch(said))
    if not shown or classes.class_by_code(turn.tx, said, turn.now) is not None:
        return False
    _try(turn, _digits(said))
    return True


@routes.tap("link")
def tapped(turn: Turn) -> None:
    """A code, asked for by a tap."""
    _offer_code(turn)


def _offer_or_ask(turn: Turn) -> None:
    """A code for who has something to bring; a newcomer more likely holds one and is asked for it."""
    person_id = turn.person.person_id
    if learning.own_places(turn.tx, person_id, turn.now) or liking.liked(turn.tx, person_id, turn.now):
        _offer_code(turn)
        return
    turn.state.ask("link.code")
    turn.state.at("link")
    turn.reply(turn.say("link.ask"), (turn.button("link.give", "link"),))


def _offer_code(turn: Turn) -> None:
    turn.state.ask("link.code")
    turn.state.at("link")
    code = linking.new_code(turn.tx, turn.town, turn.person.person_id)
    turn.reply(turn.say("link.code", code=code))


def _digits(said: str) -> str:
    """The digits of a code as it was typed, with spaces, dashes or 一二三; nothing for other texts."""
    folded = unicodedata.normalize("NFKC", said).strip()
    plain = "".join(str(NUMERALS.get(c, c)) for c in folded)
    return "".join(c for c in plain if c.isdigit()) if _CODE.fullmatch(plain) else ""


@routes.step("link.code")
def code_said(turn: Turn) -> bool:
    """A code in digits; anything else is no code and is answered as what it is."""
    digits = _digits(turn.text)
    if len(digits) < 4:
        return False
    _try(turn, digits)
    return True


def _try(turn: Turn, digits: str) -> None:
    person = turn.person
    if len(digits) not in LENGTHS:
        turn.state.ask("link.code")
        turn.reply(turn.say("link.length"))
        return
    if not linking.may_try(turn.tx, turn.town, person.account_id):
        turn.state.settle()
        turn.reply(turn.say("link.too_often"), (turn.button("help.human", "help_human"),))
        return
    if len(digits) == linking.DIGITS and linking.guessed_at(turn.tx, turn.town):
        turn.state.ask("link.code")
        turn.reply(turn.say("link.longer"))
        return
    found = linking.try_code(turn.tx, turn.town, person.account_id, digits)
    if found is None:
        turn.state.ask("link.code")
        turn.reply(turn.say("link.wrong"))
    elif found.person_id == person.person_id:
        turn.reply(turn.say("link.own"))
    elif linking.forgetting(turn.tx, found.person_id, person.person_id):
        turn.state.settle()
        turn.reply(turn.say("link.forgetting"), (turn.button("forget.stop", "forget_stop"),))
    elif linking.with_role(turn.tx, found.person_id, person.person_id):
        turn.state.settle()
        turn.reply(turn.say("link.role"), (turn.button("help.human", "help_human"),))
    else:
        _ask(turn, found)


def _ask(turn: Turn, found: Found) -> None:
    """Show what would come together, and ask."""
    plan = merging.plan(turn.tx, turn.town, found.person_id, turn.person.person_id)
    turn.state.ask(
        "link.confirm", person=found.person_id, code=found.code_id, account=found.account_id, mark=found.mark
    )
    turn.reply(
        "\n".join([turn.say("link.preview"), *_plan_lines(turn, plan), turn.say("link.sure")]),
        (turn.button("link.yes", "link_ok"), turn.button("link.no", "link_no")),
    )


def _plan_lines(turn: Turn, plan: Plan) -> list[str]:
    platforms = [turn.say(f"platform.{name}") for name in plan.platforms]
    lines = [turn.say("link.accounts", accounts=turn.say("other.between").join(platforms))]
    for key, states in (("link.enrolled", ("enrolled",)), ("link.waiting", ("offered", "waiting"))):
        rows = [row for row in plan.kept if row.state in states]
        if rows:
            lines.append(turn.say(key, titles=_titles(turn, rows)))
    if plan.verifies:
        verified = turn.say("other.between").join(turn.say(f"platform.{name}") for name in plan.verifies)
        lines.append(turn.say("link.verifies", accounts=verified))
    if plan.favourites:
        lines.append(turn.say.count("link.favourites", plan.favourites))
    if plan.dropped:
        lines.append(turn.say("link.doubles", titles=_titles(turn, list(plan.dropped))))
    return lines


def _titles(turn: Turn, rows: list[Row]) -> str:
    titles = turn.say("other.between").join(row.title for row in rows[:MOST_TITLES])
    return titles if len(rows) <= MOST_TITLES else turn.say("link.and_more", titles=titles, n=len(rows))


@routes.step("link.confirm")
def confirm_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "合并", "合成一个"):
        confirmed(turn)
    elif is_no(turn.text, "不合并", "先不合"):
        refused(turn)
    else:
        return False
    return True


@routes.tap("link_no")
def refused(turn: Turn) -> None:
    """Both stay as they are."""
    if other.past(turn, "link."):
        return
    turn.state.settle()
    turn.reply(turn.say("link.kept"), (turn.button("enrol.mine", "my"),))


@routes.tap("link_ok")
def confirmed(turn: Turn) -> None:
    """Make the two one, and tell both accounts."""
    if turn.state.step != "link.confirm":  # a second tap, or a button of long ago
        other.stale(turn, turn.say("link.expired"))
        return
    data: dict[str, Any] = turn.state.data
    found = Found(int(data["person"]), int(data["code"]), int(data["account"]), str(data.get("mark", "")))
    turn.state.settle()
    merged = merging.merge(turn.tx, turn.town, found, taker=turn.person.person_id, address=turn.address)
    if merged is None:
        other.stale(turn, turn.say("link.expired"))
        return
    _become(turn, found.person_id)
    key = "link.restored" if found.account_id else "link.done"
    turn.reply(
        turn.say(key), (turn.button("enrol.mine", "my"), turn.button("start.browse", "browse")), lasting=True
    )
    _tell_giver(turn, merged)


def _become(turn: Turn, person_id: int) -> None:
    """The rest of this turn is the joined person's."""
    speaker = merging.settings_of(turn.tx, person_id)
    turn.person.person_id = person_id
    turn.person.name, turn.person.big = speaker.name, bool(speaker.big)
    speak(turn, as_lang(speaker.lang))


def _tell_giver(turn: Turn, merged: Merged) -> None:
    to = merged.giver
    if to is None or to.address.account_id == turn.person.account_id:
        return
    platform = to.say(f"platform.{turn.person.platform}")
    post_notice(
        turn.tx, turn.town, to.address, Message(to.say("link.told", platform=platform)), purpose="account",
        expires_at=turn.now + merging.TOLD_FOR, silent=True,
    )  # fmt: skip
