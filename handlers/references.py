"""第二个几点, 就报最便宜的那个: words that point at a class shown before, or ask about an own one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import asking, asking_school, card, enrol, favourites, find, mine, other, sought, withdraw
from handlers.pointed_at import fitting, meant, on_screen, own, rows_of
from handlers.routes import Routes
from handlers.turn import Turn
from handlers.wordings import titles
from models.statement import Row
from services import learning
from services.message import Button
from services.regex import regex
from services.understanding.meaning import Meaning
from services.understanding.normalise import keyed, normalise, squeeze
from services.understanding.references import Reference, read_reference

routes = Routes()
# who wants more at once is asked which one first
MOST_AT_ONCE = 2
# 太极拳呢, after a question about an own class: the same of another
_SAME_OF = regex(r"^(?:那|那么)?(?:我的?)?(?P<rest>[㐀-鿿]{2,8}?)(?:那个)?(?:课|班)?呢[?？]?$")
# the words around the name of a class that was asked for
_AROUND = regex(r"^(?:那个?|就|是|要|我的?|退|问)+|(?:那个?|这个?|的|课|班|吧|呢|啊|[。！!？?])+$")
_FOR_WHOM = regex("孩|娃|小朋友|[老女男]|外地|农村|年级")
# of what costs less or nothing
_NARROWS = regex(r"免费|(?<!多)少|降|优惠|便宜|打折|打个折")
# 下周呢, after one's own week
_WEEK_TOO = regex(r"^(?:那|那么)?[这下本]个?(?:周|星期|礼拜)(?:的)?(?:呢|有吗|有没有|[?？])*$")
_OTHERS_CHEAPER = regex(
    r"(?:有没有|还有|有|换个?|找个?|看看)(?:更|再|稍微|别的)?便宜(?:一?[点些])?(?:儿)?的?(?![那这])"
)
# 能抽烟不, 中间休息吗: a question; 有…吗 and 学…吗 may as well look for another class
_ASKS_OF_IT = regex(
    r"^(?!(?:那|还|这里|你们)*(?:有|学|教|开)).*(?:吗|么|不|没|不能|怎么办|咋办|咋整|[?？])[。!！]*$"
    r"|^(?!.*(?:有没有|学)).*(?:能不能|会不会|要不要|是不是|可不可以|用不用|让不让|行不行|好不好)"
)
_ENROLS = regex("报|参加|加入|名|选|预约|位|登记|怎么用|帮助|会什么")
# what is asked of a class that one is in, where no other is looked at
_OF_NEXT = frozenset({"when", "where", "floor", "transit"})


def answered(turn: Turn, said: str) -> bool:
    """Whether a text pointed at a class and was answered; what points at nothing known is left to others."""
    if turn.state.about == "weekly":
        if _WEEK_TOO.match(said):
            mine.week(turn)
            return True
    elif turn.state.about and (row := _same_of_another(turn, said)) is not None:
        go_on(turn, row, Reference(ask=turn.state.about))
        return True
    reference = read_reference(said)
    if reference is None:
        return False
    if _asks_own_next(turn, reference):
        mine.next_class(turn)
        return True
    if reference.ask == "fee" and _NARROWS.search(said) and _of_the_list(turn, reference, said):
        return False  # asked of a list it narrows that
    if reference.ask == "who" and not reference.which and _FOR_WHOM.search(said) and not _one_in_mind(turn):
        return False  # 小孩能学吗 of a list narrows it
    if reference.ask in asking_school.ASKED and not reference.which:
        if reference.rest:
            if _of_sought(turn, reference):
                return True
        elif (done := _of_none(turn, reference.ask)) is not None:
            return done
    if reference.ask == "seats" and not reference.which and (last := _searched(turn)) is not None:
        if reference.rest:
            return False
        # 还有名额吗 of a whole list: those that have
        find.found(turn, replace(last, seats=True))
        return True
    rows = meant(turn, reference)
    if reference.act == "both":
        return both(turn, rows)
    if reference.act == "unlike":
        return (bool(rows) and _unlike(turn, rows)) or _points_past(turn, reference)
    if not rows and reference.which == "it" and reference.ask and len(turn.state.shown) > 1:
        # 那个图书馆的老师是谁: none that is shown is in a library
        rows = own(turn, "") or rows_of(turn, turn.state.shown)
    if not rows:
        if reference.which == "again" and not reference.rest:
            return find.back(turn)
        return _points_past(turn, reference)
    if reference.act == "compare" and len(rows) > 1:
        asking.compare(turn, rows)
    elif len(rows) > 1 and reference.ask in asking_school.ASKED and not reference.which:
        asking_school.tell_each(turn, rows, reference.ask)
    elif len(rows) > 1:
        _which(turn, rows, reference)
    else:
        go_on(turn, rows[0], reference)
    return True


def _of_none(turn: Turn, asked: str) -> bool | None:
    """Whether what only a school may know was answered without a class in hand; None where there is one."""
    if _one_in_mind(turn) or find.in_mind(turn) or own(turn, ""):
        return None
    last = find.last_meaning(turn)
    searching = last is not None
    if asked == "access":
        # of a list, or of all there is: those for whom it is easy
        find.found(turn, Meaning(audience=("残障人士",)).merge(last or Meaning()))
        return True
    if searching and turn.state.shown and asked not in asking_school.ALIKE | asking_school.NARROWING:
        return None
    return asking_school.in_general(turn, asked, searching=searching)


def _of_sought(turn: Turn, reference: Reference) -> bool:
    """二胡能借琴吗, 书法班要带什么: asked of classes that are still to be found."""
    if meant(turn, reference) or not turn.town.catalogue.lexicon.topics_in(reference.rest):
        return False
    rows = sought.sought(turn, reference.rest)
    if len(rows) > 1:
        asking_school.tell_each(turn, rows, reference.ask)
    elif rows:
        go_on(turn, rows[0], reference)
    return bool(rows)


def asked_in_vain(turn: Turn, said: str, meaning: Meaning) -> bool:
    """Whether something was asked of the one class looked at that no table knows, which was then told."""
    if not _one_in_mind(turn) or not _ASKS_OF_IT.search(said):
        return False
    guessed = meaning.intent in ("enrol", "help") and not _ENROLS.search(said)
    if not guessed and meaning.intent not in ("search", "unknown"):
        return False
    if meaning.intent == "search" and not sought.knows_none(turn, meaning):
        return False
    row = rows_of(turn, [turn.state.focus] if on_screen(turn) else turn.state.shown)[:1]
    if row:
        go_on(turn, row[0], Reference(ask=asking_school.OTHER))
    return bool(row)


def _of_the_list(turn: Turn, reference: Reference, said: str) -> bool:
    """Whether a question about fees asks for other classes: 这个价钱有点贵 有没有便宜的."""
    if _OTHERS_CHEAPER.search(said):
        return not reference.which.isdigit() and find.last_meaning(turn) is not None
    return not reference.which and not _one_in_mind(turn)


def _one_in_mind(turn: Turn) -> bool:
    """Whether one class alone is looked at or was found."""
    return on_screen(turn) or len(turn.state.shown) == 1


def _searched(turn: Turn) -> Meaning | None:
    """What was looked for where several classes that were found are looked at, and none of them alone."""
    listed = turn.state.trail[-1:] and turn.state.trail[-1].startswith("page:")
    alone = _one_in_mind(turn) or find.in_mind(turn)
    return find.last_meaning(turn) if listed and not alone else None


def _points_past(turn: Turn, reference: Reference) -> bool:
    """第九个 of five is told to be none."""
    if (
        not reference.which.isdigit()
        or (reference.rest and reference.act != "unlike")
        or not turn.state.shown
    ):
        return False
    other.no_such_number(turn, reference.which)
    return True


def _same_of_another(turn: Turn, said: str) -> Row | None:
    """The own class of which the question before is asked as well: 太极拳呢."""
    match = _SAME_OF.match(said)
    found = own(turn, match["rest"]) if match else []
    return found[0] if len(found) == 1 else None


@routes.step("which")
def named(turn: Turn) -> bool:
    """Which of the classes asked about is meant, by its name; anything else is another matter."""
    asked, turn.state.about = turn.state.data, ""
    turn.state.settle()
    rest = _AROUND.sub("", squeeze(normalise(turn.text)))
    found = fitting(turn, rows_of(turn, asked.get("ids", ())), rest) if len(rest) > 1 else []
    if len(found) != 1:
        return False
    go_on(turn, found[0], Reference(ask=asked.get("ask", ""), act=asked.get("act", "")))
    return True


def go_on(turn: Turn, row: Row, reference: Reference) -> None:
    """Answer what is asked of a class, or do what is to be done with it."""
    turn.state.focus = row.id
    turn.state.about = reference.ask
    if reference.ask:
        asking.tell(turn, row, reference.ask, reference.also)
    elif reference.act == "enrol":
        enrol.begin(turn, row.id)
    elif reference.act == "withdraw":
        withdraw.ask(turn, row.id)
    elif reference.act == "unfavourite":
        favourites.removed(turn, row.id)
    elif reference.act == "favourite":
        favourites.toggle(turn, row.id)
    elif reference.act == "calendar":
        card.calendar(turn, row.id)
    elif reference.act == "share":
        card.share(turn, row.id)
    else:
        card.show(turn, row.id)


def _unlike(turn: Turn, rows: Sequence[Row]) -> bool:
    """Go on without some of the classes shown and their kind; False where nothing was looked for."""
    last = find.last_meaning(turn)
    if last is None:
        return False
    lexicon = turn.town.catalogue.lexicon
    sought = {one for word in last.words for one in word.split("|")}
    gone = list(last.excluded)
    for row in rows:
        title = keyed(row.title)
        # where its kind is what is looked for, the class alone is left out
        kinds = [kind for kind in lexicon.topics_in(title) if kind not in sought]
        gone += kinds or [title]
    find.found(turn, replace(last, excluded=tuple(dict.fromkeys(gone))))
    return True


def both(turn: Turn, rows: Sequence[Row]) -> bool:
    """Enrol in the first of several, and tell how to go on with the others; they are not done blindly."""
    if len(rows) < 2:
        return False
    if len(rows) > MOST_AT_ONCE:
        turn.keeps_choices = True
        turn.reply(turn.say("ask.one_by_one"))
        return True
    shown = turn.state.shown
    if not {row.id for row in rows} <= {*shown}:
        shown = turn.state.shown = [row.id for row in rows]
    first, *others = rows
    named = turn.say("ask.and").join(
        turn.say("ask.nth", n=shown.index(row.id) + 1, title=row.title) for row in others
    )
    turn.reply(turn.say("ask.both", first=first.title, others=named))
    enrol.begin(turn, first.id)
    return True


def _which(turn: Turn, rows: Sequence[Row], reference: Reference) -> None:
    turn.state.shown = [row.id for row in rows]
    turn.state.ask("which", ids=turn.state.shown, ask=reference.ask, act=reference.act)
    verb = reference.act if reference.act in ("enrol", "withdraw") and not reference.ask else "card"
    turn.reply(
        turn.say("ask.which" if verb == "card" else f"{verb}.which"),
        *(
            (Button(f"{n} {title}", f"{verb}:{row.id}", number=n),)
            for n, (row, title) in enumerate(zip(rows, titles(turn, rows), strict=True), 1)
        ),
        courses=tuple(row.code for row in rows),
    )


def _asks_own_next(turn: Turn, reference: Reference) -> bool:
    """几点上课 from somebody who is in classes and looks at none: the next one is meant."""
    if reference.which or reference.rest or reference.ask not in _OF_NEXT or on_screen(turn):
        return False
    own = {place.offering_id for place in learning.own_places(turn.tx, turn.person.person_id, turn.now)}
    # who was just told of one of them goes on about it
    return bool(own) and turn.state.focus not in own
