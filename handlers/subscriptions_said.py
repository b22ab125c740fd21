"""订阅电工培训, 电工的别通知了, 我搬到西城了: subscriptions by talking."""

from dataclasses import replace

from handlers import find, watches
from handlers.subscriptions import begin, changed, kept, understood
from handlers.turn import Turn
from services import watches as subscribing
from services.subscription_words import enough_of, moved_to, subscribed_to
from services.understanding.meaning import Meaning


def asked(turn: Turn, text: str) -> bool:
    """Answer 订阅电工培训, 电工的别通知了 and 我搬到西城了; False where a text is none of these."""
    place = moved_to(text)
    if place is not None:
        return _move(turn, place)
    ended = enough_of(text)
    if ended is not None and _enough(turn, ended):
        return True
    wish = subscribed_to(text)
    if wish is None:
        return False
    meaning = understood(turn, wish) if wish else Meaning()
    if meaning.is_blank:
        begin(turn)
    else:
        watches.wait_for(turn, meaning, for_good=True)
    return True


def _enough(turn: Turn, said: str) -> bool:
    """Stop those of the own subscriptions that are about what was said; False where none is."""
    wish = understood(turn, said)
    ended = []
    for row in subscribing.living(turn.tx, turn.person.person_id):
        own = subscribing.read(row.meaning)
        if set(own.words) & set(wish.words) or (wish.category and own.category == wish.category):
            ended.append(str(row.id))
    if ended:
        turn.state.settle()
        watches.stop(turn, ".".join(ended))
    return bool(ended)


def _move(turn: Turn, said: str) -> bool:
    """Bring every subscription to another place; everything else of them stays."""
    meaning = understood(turn, said)
    other = replace(meaning, place=(), words=())
    if not meaning.place and (not other.is_blank or turn.town.catalogue.lexicon.topics_in(said)):
        return False  # a time, a level or a topic is no place
    place = meaning.place[:1] or (said,)
    rows = subscribing.living(turn.tx, turn.person.person_id)
    if not rows:
        if find.last_meaning(turn) is not None:
            return False  # what is looked for goes along
        find.found(turn, Meaning(place=place))
        return True
    turn.state.settle()
    # one that names no place was for anywhere; only where none names one, all of them follow
    tied = [row for row in rows if subscribing.read(row.meaning).place] or rows
    wishes, fitting = [], 0
    for row in tied:
        wish = kept(turn, replace(subscribing.read(row.meaning), place=place))
        fitting += subscribing.change(turn.tx, turn.town, turn.person.person_id, row.id, wish) or 0
        wishes.append(wish)
    changed(turn, wishes, fitting if len(tied) == 1 else 0, tied[0].id)
    return True
