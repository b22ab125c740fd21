"""What a team does, said in words while its screen is not there: 退出小组, 约活动, 全组报名."""

from collections.abc import Callable
from functools import partial

from handlers import team_acts, team_leaving, teams
from handlers.routes import Routes
from handlers.turn import Turn
from services import teams as own_teams
from services.message import Button

routes = Routes()
# (command, tap, handler, words)
ACTS: tuple[tuple[str, str, Callable[[Turn, int], object], tuple[str, ...]], ...] = (
    ("team_invite", "team_invite", teams.invite, ("邀人加入", "邀人加入小组", "邀请邻居", "小组邀请码")),
    ("team_meet", "team_meet", team_acts.meet, ("约活动", "约个活动", "小组活动", "小组约活动")),
    (
        "team_enrol", "team_enrol", team_acts.enrol,
        ("全组一起报班", "全组报名", "小组报名", "小组一起报", "小组一起报名", "全组一起报"),
    ),
    ("team_hand", "team_hand", team_leaving.hand_over, ("转让组长", "换组长", "换个组长", "不当组长了")),
    ("team_leave", "team_leave", team_leaving.leave, ("退出小组", "退组", "离开小组", "leave the team")),
)  # fmt: skip


def _act(verb: str, handler: Callable[[Turn, int], object], turn: Turn) -> None:
    """Of the only own team, or of one that is then chosen; without any it is told how to come to one."""
    mine = own_teams.of_person(turn.tx, turn.person.person_id)
    if len(mine) == 1:
        handler(turn, mine[0].id)
    elif mine:
        turn.reply(
            turn.say("team.which"),
            *((Button(f"{n} {row.name}", f"{verb}:{row.id}", number=n),) for n, row in enumerate(mine, 1)),
        )
    else:
        teams.listed(turn)


def _register() -> None:
    for name, verb, handler, words in ACTS:
        routes.command(name, *words)(partial(_act, verb, handler))


_register()
