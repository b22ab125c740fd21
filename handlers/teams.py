"""学习共同体: founding a team, inviting by a code, the list of members, handing over, leaving."""

import re
import unicodedata

from handlers import consents, other, team_acts, team_invite, team_leaving
from handlers.routes import Routes, number
from handlers.team_words import lead_name, own, shown
from handlers.turn import Turn
from handlers.yes_no import is_no, is_yes
from models.statement import Row
from services import consenting, linking, naming, teams
from services.audit import record
from services.message import Button
from services.notices.teams import tell_members
from services.teams import Joining
from services.understanding.normalise import keyed

routes = Routes()
routes.include(team_acts.routes)
routes.include(team_invite.routes)
routes.include(team_leaving.routes)
LINK = "t_"
_CODE = re.compile(rf"[{teams.ALPHABET}]{{6}}")
# mistyped, or with a letter that no code has
_LIKE_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9]{4,9}|[A-Za-z]{6}", re.ASCII)
_BEFORE = re.compile(r"^(?:加入小组|加入|入组|进组|小组|邀请码|码|join)[：:\s]*", re.IGNORECASE)
# a class for all of them, said on its card
ENROLLING = ("全组一起报班", "全组报班", "全组报名", "小组一起报", "小组报名")
LEAVES = ("不建", "不建了", "不加入", "先不", "不了")


@routes.command(
    "team", "小组", "我的小组", "学习小组", "学习共同体",
    "我的学习小组", "我的团队", "学习团队", "我的学习团队", "my teams", "teams", "my team",
)  # fmt: skip
def listed(turn: Turn) -> None:
    """The own teams, and the ways into one."""
    turn.state.settle()
    turn.state.at("teams")
    mine = teams.of_person(turn.tx, turn.person.person_id)
    lines = [turn.say("team.list" if mine else "team.none")]
    lines += [
        turn.say("team.item", n=n, name=row.name, people=len(teams.members(turn.tx, row.id)))
        for n, row in enumerate(mine, 1)
    ]
    rows = [(Button(f"{n} {row.name}", f"team:{row.id}", number=n),) for n, row in enumerate(mine, 1)]
    turn.reply(
        "\n".join(lines), *rows,
        (turn.button("team.new", "team_new"), turn.button("team.have_code", "team_code")),
    )  # fmt: skip


@routes.tap("teams")
def listed_tapped(turn: Turn) -> None:
    """The same by a tap."""
    listed(turn)


@routes.tap("team", number)
def show(turn: Turn, team_id: int) -> None:
    """One team: who is in it, what is arranged, what can be done."""
    row = own(turn, team_id)
    if row is not None:
        turn.state.settle()
        turn.state.at(f"team:{team_id}")
        shown(turn, row)


@routes.command(
    "team_new", "建小组", "建一个小组", "建个小组", "成立小组", "成立一个小组", "组个小组", "组个队",
    "建学习小组", "建个学习小组", "建一个学习小组", "成立学习小组", "成立一个学习小组", "我想建小组",
    "建一个队", "建个队", "建团队", "建个团队", "建一个团队", "成立团队",
    "我想建个小组", "我想建一个小组", "我想建个学习小组", "我想成立小组", "我想成立一个小组",
    "我想成立学习小组", "我想成立一个学习小组", "found a team",
)  # fmt: skip
@routes.intent("team_new")
def new(turn: Turn) -> None:
    """Ask for the team's name."""
    turn.state.ask("team.name")
    turn.reply(turn.say("team.ask_name"))


@routes.tap("team_new")
def new_tapped(turn: Turn) -> None:
    """The same by a tap."""
    new(turn)


@routes.command(
    "team_acts", "转让组长", "换组长", "邀人加入", "邀请邻居", "约活动", "小组活动", *ENROLLING,
    "退出小组", "退组", "离开小组", "leave the team",
)  # fmt: skip
def acts(turn: Turn) -> None:
    """What is done on a team's screen, said away from it: that screen, or first which team."""
    mine = teams.of_person(turn.tx, turn.person.person_id)
    opened_class = turn.state.focus and turn.state.trail[-1:] == [f"card:{turn.state.focus}"]
    if len(mine) == 1 and opened_class and keyed(turn.text) in ENROLLING:
        team_acts.enrol(turn, mine[0].id)
    elif len(mine) == 1:
        show(turn, mine[0].id)
    else:
        listed(turn)


@routes.step("team.name")
def name_said(turn: Turn) -> bool:
    """The name of the team."""
    name = " ".join(turn.text.split()).strip('。.!！“”"')
    if is_no(turn.text, *LEAVES):
        turn.state.settle()
        turn.reply(turn.say("team.not_founded"))
    elif other.is_courtesy(turn):
        return False
    elif not 2 <= len(name) <= teams.MOST_NAME:
        turn.reply(turn.say("team.name_bad", most=teams.MOST_NAME))
    else:
        _ask_yes(turn, name=name)
    return True


@routes.command(
    "team_code", "加入小组", "入组", "加入学习小组", "加入团队", "加入学习团队", "我有邀请码", "join a team"
)
def ask_code(turn: Turn) -> None:
    """Ask for the code of an invitation."""
    turn.state.ask("team.code")
    turn.reply(turn.say("team.ask_code"))


@routes.tap("team_code")
def ask_code_tapped(turn: Turn) -> None:
    """The same by a tap."""
    ask_code(turn)


@routes.step("team.code")
def code_said(turn: Turn) -> bool:
    """A code, in small letters too."""
    code = code_in(turn.text)
    if code:
        opened(turn, code)
    elif _LIKE_CODE.fullmatch(turn.text.strip()):
        turn.reply(turn.say("team.code_shape"))
    return bool(code or turn.answers)


def typed(turn: Turn, said: str) -> bool:
    """入组 ABC234, or an invitation's code alone; False for every other text."""
    code = code_in(said)
    if not code or (_BEFORE.match(said) is None and teams.by_code(turn.tx, code) is None):
        return False
    opened(turn, code)
    return True


def code_in(said: str) -> str:
    """An invitation's code in a text that holds nothing else, or nothing."""
    folded = unicodedata.normalize("NFKC", said).strip()
    if not folded[-1:].isascii():  # asked of every text, and most end with a character
        return ""
    bare = _BEFORE.sub("", folded, count=1).replace(" ", "").replace("-", "").upper()
    return bare if _CODE.fullmatch(bare) and not bare.isdigit() else ""


def opened(turn: Turn, code: str) -> None:
    """An invitation: which team, led by whom, what joining means. Guessing codes is stopped as ever."""
    if not linking.may_try(turn.tx, turn.town, turn.person.account_id):
        turn.state.settle()
        turn.reply(turn.say("link.too_often"), (turn.button("help.human", "help_human"),))
        return
    row = teams.by_code(turn.tx, code)
    if row is None:
        turn.tx.add(linking.ADD_TRY, account_id=turn.person.account_id, at=turn.now)
        turn.reply(turn.say("team.code_wrong"))
    elif teams.is_member(turn.tx, row.id, turn.person.person_id):
        show(turn, row.id)
    else:
        _ask_yes(turn, team=row)


def _ask_yes(turn: Turn, *, name: str = "", team: Row = None) -> None:
    """What the others see and what the lead may do, before anything is kept."""
    turn.state.ask("team.consent", name=name, team=team.id if team else 0)
    if team is None:
        text = turn.say("team.consent_found", name=name)
    else:
        people = len(teams.members(turn.tx, team.id))
        text = turn.say("team.consent_join", name=team.name, lead=lead_name(turn, team), people=people)
    turn.reply(
        "\n".join([*consents.abroad(turn), text]),
        (turn.button("team.consent_yes", "team_yes"),),
        (turn.button("team.consent_no", "teams"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("team_again")
def asked_again(turn: Turn) -> None:
    """The question that stood while something was looked up beside it."""
    data = turn.state.data
    team = teams.one(turn.tx, int(data.get("team", 0))) if turn.state.step == "team.consent" else None
    if turn.state.step == "team.consent" and (team is not None or data.get("name")):
        _ask_yes(turn, name=str(data.get("name", "")), team=team)
    else:
        other.stale(turn)


@routes.step("team.consent")
def yes_said(turn: Turn) -> bool:
    """Yes or no in words."""
    if is_yes(turn.text, "我同意", "愿意", "加入"):
        yes(turn)
    elif is_no(turn.text, *LEAVES, "我不同意", "不愿意"):
        turn.state.settle()
        turn.reply(turn.say("team.not_joined"), (turn.button("start.browse", "browse"),))
    else:
        return False
    return True


@routes.tap("team_yes")
def yes(turn: Turn) -> None:
    """The yes; then the name, where none is known."""
    data = turn.state.data
    if turn.state.step != "team.consent":
        other.stale(turn)
        return
    if turn.person.name:
        _enter(turn, str(data["name"]), int(data["team"]), turn.person.name)
        return
    known = naming.usable(turn.incoming.name)
    turn.state.ask("team.own", name=data["name"], team=data["team"], known=known)
    turn.reply(
        turn.say("team.ask_own"),
        *(((turn.button("enrol.name_use", "team_own", name=known),),) if known else ()),
    )


@routes.tap("team_own")
def own_tapped(turn: Turn) -> None:
    """The name on the button."""
    data = turn.state.data
    if turn.state.step == "team.own" and data.get("known"):
        _enter(turn, str(data["name"]), int(data["team"]), str(data["known"]))
    else:
        other.stale(turn)


@routes.step("team.own")
def own_said(turn: Turn) -> bool:
    """How the others may call one."""
    name, _ = naming.said_name(turn.text)
    data = turn.state.data
    if is_yes(turn.text) and data.get("known"):
        own_tapped(turn)
    elif is_no(turn.text, *LEAVES):
        turn.state.settle()
        turn.reply(turn.say("team.not_joined"), (turn.button("start.browse", "browse"),))
    elif is_yes(turn.text) or not naming.fits(name):
        turn.reply(turn.say("enrol.name_bad"))
    else:
        _enter(turn, str(data["name"]), int(data["team"]), name)
    return True


def _enter(turn: Turn, name: str, team_id: int, own_name: str) -> None:
    """Found the team, or join it; the yes covers being enrolled by the lead."""
    turn.state.settle()
    person = turn.person
    if not person.name:
        naming.remember(turn.tx, person.person_id, own_name)
        person.name = own_name
    if not consenting.given(turn.tx, person.person_id, "enrolment"):
        who = f"person:{person.person_id}"
        consenting.give(turn.tx, person.person_id, "enrolment", person.platform, turn.now)
        record(turn.tx, turn.now, who, "consent", who, "enrolment")
    if not team_id:
        row = teams.found(turn.tx, turn.town, person.person_id, name, own_name, person.platform)
        if row is None:
            turn.reply(turn.say("team.too_many", most=teams.MOST_TEAMS))
            return
        turn.reply(turn.say("team.founded", name=name), lasting=True)
        team_invite.invite(turn, row.id)
        return
    came = teams.join(turn.tx, turn.town, team_id, person.person_id, own_name, person.platform)
    row = teams.one(turn.tx, team_id)
    if row is None:
        turn.reply(turn.say("team.code_wrong"))
    elif came in (Joining.DONE, Joining.ALREADY):
        if came is Joining.DONE:
            tell_members(turn.tx, turn.town, team_id, "joined", besides=person.person_id, name=own_name)
        turn.reply(turn.say("team.joined", name=row.name), lasting=True)
        shown(turn, row)
    else:
        turn.reply(turn.say(f"team.{came.value}", most=teams.MOST_TEAMS))
