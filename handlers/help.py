"""/help: what can be said."""

from handlers import other
from handlers.routes import Routes
from handlers.turn import Turn
from services import scope

routes = Routes()
# commands in the order in which people come to need them
LISTED = (
    "my", "excuse", "checkin", "hours", "change", "fees", "fav", "family", "team", "subscribe", "watches",
    "big", "help", "remind", "notices", "feed", "mydata", "forget", "privacy", "lang", "link",
)  # fmt: skip
# what the staff of a school can say, by the roles that may
STAFF: tuple[tuple[str, scope.Roles], ...] = (
    ("sheet", scope.EDITING), ("roster", scope.SEEING), ("stop", scope.TEACHING), ("move", scope.TEACHING),
    ("roll", scope.TEACHING), ("paper", scope.EDITING), ("fees", scope.EDITING), ("decide", scope.EDITING),
    ("window", scope.EDITING), ("approve", scope.EDITING), ("draws", scope.EDITING),
    ("broadcast", scope.SENDING),
    ("campaign", scope.SENDING), ("inbox", scope.ANSWERING), ("survey", scope.SEEING),
    ("invite", scope.OWNING),
)  # fmt: skip


@routes.command("help", "帮助", "怎么用", "help")
def shown(turn: Turn) -> None:
    """A few lines that say how to begin, and the words that always work."""
    turn.state.settle()
    turn.state.at("help")
    text = turn.say("help.text")
    if scope.own_units(turn.tx, turn.person.person_id, scope.VIEWING):
        text = f"{text}\n{turn.say('help.is_staff')}"
    turn.reply(
        text,
        (turn.button("start.browse", "browse"), turn.button("start.mine", "my")),
        (turn.button("help.human", "help_human"), turn.button("help.all", "help_all")),
    )


@routes.tap("help")
def tapped(turn: Turn) -> None:
    """The same by a tap."""
    shown(turn)


@routes.intent("help")
def meant(turn: Turn) -> None:
    """The same in other words."""
    shown(turn)


@routes.command("help_all", "我还能说什么", "还能说什么", "全部功能", "所有功能", "what else can i say")
@routes.tap("help_all")
def everything(turn: Turn) -> None:
    """Every command with its word."""
    turn.state.at("help_all")
    lines = [turn.say("help.list"), *(turn.say(f"help.command.{name}") for name in LISTED)]
    person_id = turn.person.person_id
    staff = [name for name, roles in STAFF if scope.own_units(turn.tx, person_id, roles)]
    if staff:
        lines += [turn.say("help.staff"), *(turn.say(f"help.staff_{name}") for name in staff)]
    turn.reply(
        "\n".join(lines),
        (turn.button("settings.big_button", "big"), turn.button("settings.remind_button", "remind")),
        (turn.button("personal.data_button", "mydata"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("help_human")
def human(turn: Turn) -> None:
    """A person to turn to."""
    other.human(turn)
