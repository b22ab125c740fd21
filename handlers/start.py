"""/start: a welcome of three lines, or the class of a poster's QR code."""

from handlers import campaigns, card, checkin, family_grown, inviting, nominees, teams
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.wordings import language_hint
from services import classes, consenting
from services.inviting import START as INVITATION
from services.message import Button

routes = Routes()
CLASS_LINK = "c_"


def begin(turn: Turn, payload: str) -> None:
    """Welcome a person, or open what a deep link names."""
    turn.state.settle()
    if payload.startswith(CLASS_LINK):
        row = classes.class_by_code(turn.tx, payload.removeprefix(CLASS_LINK), turn.now)
        if row is not None:
            card.show(turn, row.id)
            return
        if _invited(turn, payload.removeprefix(CLASS_LINK)):  # an invitation's web address
            return
        turn.reply(turn.say("start.no_such_class"), (turn.button("start.browse", "browse"),))
        return
    if not _invited(turn, payload):
        welcome(turn)


def _invited(turn: Turn, payload: str) -> bool:
    """Whether a link's words invite to something, which was then told."""
    for link, opened in (
        (INVITATION, inviting.opened),
        (family_grown.LINK, family_grown.opened),
        (teams.LINK, teams.opened),
        (campaigns.LINK, nominees.opened),
    ):
        if payload.startswith(link):
            opened(turn, payload.removeprefix(link))
            return True
    return checkin.opened(turn, payload)


@routes.tap("home")
def welcome(turn: Turn) -> None:
    """The welcome with the ways to begin."""
    turn.state.settle()
    turn.state.at("home")
    operator = turn.town.operator_name or turn.say("start.operator")
    text = turn.say("start.welcome_big" if turn.person.big else "start.welcome", operator=operator)
    if hint := language_hint(turn):
        # three lines are enough; the last one is for those who can read it
        text = "\n".join([*text.splitlines()[:-1], hint])
    rows: list[tuple[Button, ...]] = [
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
    ]
    if not consenting.given(turn.tx, turn.person.person_id, "announcements"):
        rows.append(
            (turn.button("start.announce", "consent:announcements"), turn.button("start.privacy", "privacy"))
        )
    turn.reply(text, *rows)


@routes.command("restart", "重新开始", "从头来", "重来", "start over")
def restart(turn: Turn) -> None:
    """Forget what was being talked about."""
    turn.state.settle()
    turn.state.search, turn.state.shown, turn.state.trail, turn.state.focus = {}, [], [], 0
    turn.state.acting = {}
    turn.reply(
        turn.say("other.restarted"), (turn.button("start.browse", "browse"), turn.button("start.mine", "my"))
    )


@routes.intent("restart")
def restart_meant(turn: Turn) -> None:
    """The same, said in other words."""
    restart(turn)
