"""The router: who answers a turn."""

from handlers import (
    appeals,
    applying,
    approving,
    assistant,
    broadcast,
    broadcast_file,
    broadcast_underway,
    broadcast_wishes,
    broadcast_words,
    browse,
    by_word,
    campaign_desk,
    campaign_plan,
    campaign_words,
    campaigns,
    card,
    changes,
    checkin,
    consents,
    decisions,
    door,
    drawing,
    earlier,
    enrol,
    enrol_asks,
    enrol_name,
    excuses,
    family,
    family_asked,
    family_grown,
    favourites,
    feeds,
    find,
    groups,
    help,
    hours,
    inbox,
    inviting,
    learning_cards,
    link,
    mine,
    nominations_desk,
    nominees,
    offers,
    opting,
    organising,
    organising_sessions,
    other,
    own_fees,
    paper,
    personal,
    recovery_code,
    references,
    roll_fixes,
    rolls,
    second_eyes,
    settings,
    side_by_side,
    staff_words,
    start,
    subscriptions,
    subscriptions_said,
    surveying,
    teams,
    votes,
    watches,
    why,
    window_set,
    window_which,
    wishes,
    withdraw,
)
from handlers.chosen import ENDS, chosen_by, plain
from handlers.incoming import Kind
from handlers.routes import Routes
from handlers.turn import Turn
from services.understanding import Meaning, of_price, of_start, understand

routes = Routes()
for module in (
    start,
    browse,
    find,
    card,
    consents,
    enrol,
    enrol_name,
    withdraw,
    mine,
    offers,
    excuses,
    favourites,
    family,
    paper,
    teams,
    applying,
    approving,
    drawing,
    window_which,
    why,
    wishes,
    checkin,
    rolls,
    roll_fixes,
    hours,
    changes,
    decisions,
    own_fees,
    appeals,
    learning_cards,
    settings,
    help,
    personal,
    link,
    recovery_code,
    watches,
    subscriptions,
    opting,
    door,
    organising,
    organising_sessions,
    inviting,
    inbox,
    surveying,
    feeds,
    broadcast,
    broadcast_underway,
    groups,
    campaigns,
    votes,
    nominees,
    campaign_desk,
    campaign_words,
    campaign_plan,
    nominations_desk,
    other,
    assistant,
    by_word,
    references,
    side_by_side,
):
    routes.include(module.routes)

# codes with the words around them, whatever is being asked
CODES = (teams.typed, family_grown.typed, checkin.typed, link.typed)
# of the broadcast that is on its way, or being written, before what the same words mean elsewhere
SENDING = (broadcast_underway.typed, broadcast_words.beside)
# short words that are no search, when nothing is being asked
TYPED = (
    link.typed_alone, broadcast_underway.typed_after, campaign_words.typed, broadcast_words.typed,
    second_eyes.typed, staff_words.typed, rolls.typed, learning_cards.typed, wishes.typed, by_word.past,
)  # fmt: skip
# what is said in whole sentences, before a text is understood as a search
ASKED = (
    inbox.replied, organising.asked, broadcast_wishes.asked, surveying.asked, inviting.asked, opting.asked,
    family_asked.asked, subscriptions_said.asked, watches.asked, earlier.answered,
    references.answered,
)  # fmt: skip


def answer(turn: Turn) -> None:
    """Pick the handler of a turn and run it; whatever arrives, something kind is answered."""
    kind = turn.incoming.kind
    if kind is Kind.TAP:
        _answer_tap(turn, turn.incoming.tap)
    elif kind is Kind.START:
        start.begin(turn, turn.text.strip())
    elif kind is Kind.LOCATION:
        browse.near(turn)
    elif kind is Kind.TEXT:
        _answer_text(turn)
    elif kind in (Kind.FILE, Kind.OTHER) and (broadcast_file.wanted(turn) or paper.received(turn)):
        pass
    elif kind is Kind.FILE:
        door.received(turn)
    else:
        other.unreadable(turn)
    if not turn.answers and not turn.ack:
        if kind is Kind.TAP:  # what it named is not to be had
            other.stale(turn)
        else:
            other.lost(turn)


def _answer_tap(turn: Turn, tapped: str) -> None:
    asked = (turn.state.step, dict(turn.state.data)) if turn.state.step else None
    if tapped == "back":
        step_back(turn)
    elif not routes.run_tap(turn, tapped):
        other.stale(turn)
    if asked == (turn.state.step, turn.state.data) and not any(one.message.rows for one in turn.answers):
        turn.keeps_choices = True  # something was told beside the question, which goes on to stand


def _answer_text(turn: Turn) -> None:
    said = plain(turn.text)
    if said.startswith("/"):
        _answer_command(turn, said)
        return
    if len(turn.text) > other.MOST_TEXT:
        # where one writes to others, the question itself knows how much it takes
        if turn.state.step not in other.LONG_ANSWERS or not _answer_step(turn):
            other.too_long(turn)
        return
    bare = said.rstrip(ENDS)
    chosen = chosen_by(turn, bare)
    if chosen is not None:
        _answer_tap(turn, chosen)
    elif bare.lower() in BACK:
        step_back(turn)
    elif any(typed(turn, bare) for typed in SENDING):
        pass
    elif handler := routes.words.get(bare.lower()):
        handler(turn)
    elif (
        any(typed(turn, bare) for typed in CODES)
        or (turn.state.step and _answer_step(turn))
        or any(typed(turn, bare) for typed in TYPED)
    ):
        pass
    elif bare.isdigit() and len(bare) <= 2:
        other.no_such_number(turn, bare)
    elif not any(asked(turn, said) for asked in ASKED):
        _answer_meaning(turn, said)


def _answer_step(turn: Turn) -> bool:
    """Whether the text answered what is being asked; a question of another version is put aside."""
    handler = routes.steps.get(turn.state.step)
    if handler is None:
        turn.state.settle()
        return False
    return handler(turn) is not False


# questions before which there was another of the same dialogue
QUESTIONS = {"winset": window_which.step_back, "winset.field": window_set.back}
BACK = frozenset({"上一步", "返回", "回去", "后退", "back"})


def step_back(turn: Turn) -> None:
    """Show the question or the screen before the present one, or begin anew where there is none."""
    if enrol_asks.asking(turn):
        enrol_asks.go_back(turn)
        return
    if before := QUESTIONS.get(turn.state.step):
        before(turn)
        return
    turn.state.settle()
    trail = turn.state.trail
    if trail:
        trail.pop()
    while trail:
        if routes.run_tap(turn, trail[-1]):
            return
        trail.pop()
    start.begin(turn, "")


def _answer_command(turn: Turn, said: str) -> None:
    name, _, rest = said[1:].partition(" ")
    name = name.partition("@")[0].lower()
    if name == "start":
        start.begin(turn, rest.strip())
    elif handler := routes.commands.get(name) or routes.words.get(name):
        if handler is not personal.privacy:  # which is read beside a question
            turn.state.settle()
        handler(turn)
    else:
        other.unknown_command(turn)


def _answer_meaning(turn: Turn, said: str) -> None:
    local = turn.now.astimezone(turn.town.zone)
    fees = find.shown_fees(turn) if of_price(said) else ()
    starts = find.shown_starts(turn) if of_start(said) else ()
    meaning = understand(
        said, today=local.date(), now_minute=local.hour * 60 + local.minute,
        lexicon=turn.town.catalogue.lexicon, last=find.last_meaning(turn), shown_fees=fees,
        shown_starts=starts,
    )  # fmt: skip
    if turn.state.step and not find.means_something(turn, meaning):
        other.please_choose(turn)
    elif not references.asked_in_vain(turn, said, meaning):
        _follow(turn, meaning)


def answer_meaning(turn: Turn, meaning: Meaning) -> None:
    """Go on with a meaning that was found by asking: conditions alone narrow the search that is looked at."""
    last = find.last_meaning(turn)
    if last is not None and not (meaning.words or meaning.category):
        meaning = meaning.merge(last)
    if meaning.intent == "search" or meaning.intent in routes.intents:
        _follow(turn, meaning)
    if not turn.answers:
        other.lost(turn)


def _follow(turn: Turn, meaning: Meaning) -> None:
    handler = routes.intents.get(meaning.intent)
    if handler is None or meaning.intent == "search":
        find.found(turn, meaning)
    else:
        handler(turn)
