"""/help: what can be said."""

from handlers import other
from handlers.routes import Routes
from handlers.turn import Turn

routes = Routes()
# commands in the order in which people come to need them
LISTED = (
    "my",
    "fav",
    "family",
    "team",
    "watches",
    "big",
    "help",
    "mydata",
    "forget",
    "privacy",
    "remind",
    "lang",
    "link",
)


@routes.command("help", "帮助", "怎么用", "help")
def shown(turn: Turn) -> None:
    """A few lines that say how to begin, and the words that always work."""
    turn.state.settle()
    turn.state.at("help")
    turn.reply(
        turn.say("help.text"),
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


@routes.tap("help_all")
def everything(turn: Turn) -> None:
    """Every command with its word."""
    turn.state.at("help_all")
    lines = [turn.say("help.list"), *(turn.say(f"help.command.{name}") for name in LISTED)]
    turn.reply(
        "\n".join(lines),
        (turn.button("settings.big_button", "big"), turn.button("settings.remind_button", "remind")),
        (turn.button("personal.data_button", "mydata"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("help_human")
def human(turn: Turn) -> None:
    """A person to turn to."""
    other.human(turn)
