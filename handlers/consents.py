"""Yes and no to announcements; refusing blocks nothing."""

from handlers.routes import Routes, word
from handlers.turn import Turn
from services import consenting
from services.audit import record

routes = Routes()


@routes.tap("consent", word)
def consent(turn: Turn, purpose: str) -> None:
    """Keep the yes to announcements."""
    if purpose != "announcements":  # the yes to enrolling is asked where one enrols
        return
    keep(turn, purpose)
    turn.reply(turn.say("consent.given"), (turn.button("start.privacy", "privacy"),), lasting=True)


def keep(turn: Turn, purpose: str) -> None:
    """Keep a yes that was just said."""
    consenting.give(turn.tx, turn.person.person_id, purpose, turn.person.platform, turn.now)
    record(
        turn.tx,
        turn.now,
        f"person:{turn.person.person_id}",
        "consent",
        f"person:{turn.person.person_id}",
        purpose,
    )


def abroad(turn: Turn) -> list[str]:
    """The line that tells where messages lie and what else can be done, on a platform with servers abroad."""
    if turn.person.platform != "telegram":
        return []
    url = turn.town.public_url
    return [turn.say("privacy.abroad_web", url=url) if url else turn.say("privacy.abroad")]


@routes.command("stop", "不要通知", "不要开课通知", "退订")
def refuse(turn: Turn) -> None:
    """Take the yes to announcements back, or note that there never was one."""
    had = consenting.withdraw(turn.tx, turn.person.person_id, "announcements", turn.now)
    if had:
        who = f"person:{turn.person.person_id}"
        record(turn.tx, turn.now, who, "consent_withdrawn", who, "announcements")
    turn.reply(turn.say("consent.withdrawn" if had else "consent.declined"), lasting=True)


@routes.tap("no_announcements")
def refuse_tapped(turn: Turn) -> None:
    """The same by a tap."""
    refuse(turn)
