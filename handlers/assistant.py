"""The language model as a second pair of ears: offered, agreed to, asked, and taken back."""

from handlers import other
from handlers.routes import Routes
from handlers.turn import Turn
from services import consenting, second_opinion
from services.audit import record
from services.understanding.masking import MOST_CHARS

routes = Routes()
# what was not understood, kept while the person thinks about whether it may be sent
STEP = "assistant"


@routes.intent("unknown")
def unknown(turn: Turn) -> None:
    """A text in which nothing was found: the plain answer, which the model may better."""
    if not turn.town.assistant_host:
        other.lost(turn)
    elif second_opinion.agreed(turn.tx, turn.town, turn.person.person_id):
        other.lost(turn)
        turn.ask_model(turn.text)
    else:
        turn.state.ask(STEP, text=turn.text[:MOST_CHARS])
        other.lost(turn, turn.button("assistant.offer", "assistant"))


@routes.tap("assistant")
def offer(turn: Turn) -> None:
    """What is sent, where to, and what for; a yes is asked for."""
    host = turn.town.assistant_host
    if not host:
        other.stale(turn)
        return
    if second_opinion.agreed(turn.tx, turn.town, turn.person.person_id):
        turn.reply(turn.say("assistant.already"), (turn.button("start.privacy", "privacy"),))
        return
    turn.reply(
        turn.say("assistant.ask", host=host),
        (turn.button("assistant.yes", "assistant_yes"),),
        (turn.button("assistant.no", "no_assistant"), turn.button("start.privacy", "privacy")),
    )


@routes.tap("assistant_yes")
def agree(turn: Turn) -> None:
    """Keep the yes, and ask about what was not understood before."""
    if not turn.town.assistant_host:
        other.stale(turn)
        return
    person = turn.person
    text = str(turn.state.data.get("text", "")) if turn.state.step == STEP else ""
    turn.state.settle()
    if not second_opinion.agreed(turn.tx, turn.town, person.person_id):
        second_opinion.agree(turn.tx, turn.town, person.person_id, person.platform, turn.now)
        who = f"person:{person.person_id}"
        record(turn.tx, turn.now, who, "consent", who, second_opinion.PURPOSE)
    turn.reply(turn.say("assistant.given"), (turn.button("start.privacy", "privacy"),), lasting=True)
    if text:
        other.lost(turn)
        turn.ask_model(text)


@routes.tap("no_assistant")
def refuse(turn: Turn) -> None:
    """Take the yes back, or note that there never was one."""
    turn.state.settle()
    person_id = turn.person.person_id
    had = consenting.withdraw(turn.tx, person_id, second_opinion.PURPOSE, turn.now)
    if had:
        who = f"person:{person_id}"
        record(turn.tx, turn.now, who, "consent_withdrawn", who, second_opinion.PURPOSE)
    turn.reply(turn.say("assistant.withdrawn" if had else "assistant.declined"), lasting=True)
