"""What is said of lists shown earlier, of a teacher's other classes, or of a class that is turned down."""

from __future__ import annotations

from handlers import asking, find, references, sought
from handlers.pointed_at import fitting, meant, on_screen, rows_of
from handlers.routes import action
from handlers.turn import Turn
from models.statement import Row
from services.regex import regex
from services.understanding import Meaning
from services.understanding.comparing import compared
from services.understanding.normalise import normalise, squeeze
from services.understanding.numbers import read_int
from services.understanding.reader import Reader
from services.understanding.references import Reference, read_reference
from services.understanding.unframed import unframed

MOST_TEXT = 30
_NUM = r"\d|[一二三四五六七八九十]"
_NTH = rf"第(?:{_NUM})(?:个|门)(?:班|课)?"
_END = r"(?:吗|么|嘛|不|没有|没|呢|啊|呀|吧|有吗|有没有|[?？!！。])*$"
# 回到书法, 还是看回国画, 再看看刚才的剪纸
_BACK_TO = regex(
    r"^(?:那|还是|就|再|我|想|要|算了|行了|咱们?|我们|[ ,])*"
    r"(?:(?:回到|回去看|看回|退回到?|返回到?|回头看看?|再回到|倒回到?|转回到?|切回到?|换回到?|接着看|接着说"
    r"|继续看|(?<=还是)看看|再看看|再看一下|再看看一?下)"
    r"(?:刚才|刚刚|之前|前面|上面|开始|先前|最早)?(?:说|看|问|找)?(?:过|到)?(?:的|那个|那些|那几个)*"
    r"|(?:刚才|刚刚|之前|前面|先前)(?:说|看|问|找)?(?:过|到)?的)"
    r"(?P<what>[^ ,，第]{2,8}?)(?:的|班|课|那边|那里|那儿|那个|那几个|那些|上)*(?:去|来|吧|呢"
    r"|好了|看看|[!！。])*$"
)
# 那个老师还教别的吗, 第一个的老师还有什么课, 这位老师的其他课, 她还带别的班不
_POINTED = rf"(?:(?P<nth>{_NTH}|[这那该]一?个班|它)(?:的|那个|那位|这个|这位)*)?"
_WHOSE = (
    r"(?:刚才|刚刚)?(?:(?:[这那该同]一?[个位]?|他|她|人家)?(?:的)?(?:老师|师傅)|(?:他|她)(?=还|都|也|有|别))"
)
_WHAT_ELSE = r"(?:别的|其[他它]|另外|些|什么|啥|哪些|哪几[门个]|几[门个]|的|课程|课|班|东西|内容|都是)"
_SAME_TEACHER = regex(
    rf"^(?:那|请问|还有没有|有没有|还有|想问|看看|查一?下|找一?下|还想|想|报|学|上|我|也"
    rf"|[ ,])*{_POINTED}{_WHOSE}"
    rf"(?:本人|自己)?(?:(?:还|都|也|另外|现在|一共|有没有|会不会)*(?:会|能)?(?:教|开|带|上|讲|有)(?:了|过|着|没教)?"
    rf"{_WHAT_ELSE}+|(?:教|上|开|带|讲)?的{_WHAT_ELSE}+|(?:还)?有没有{_WHAT_ELSE}+){_END}"
)
_SAYS_OTHERS = regex("还|别的|其[他它]|另外|什么|啥|哪|都|的课|的班|几")
# 第一个我报过了 有别的吗: what one has been in is not wanted again
_BEEN_THERE = regex(
    rf"^(?:可是|但是|但|哎|那)*(?:{_NTH}|[这那]一?个(?:班|课)?)(?:我|俺|已经|都|以前|之前|去年|早就|就)*"
    r"(?:报|学|上|参加|去|听)(?:名)?过(?:了|啦|的)?(?:[ ,，]|还有没有|有没有|还有|有|看看|换|要"
    r"|想|来|个|点|更"
    rf"|的|别的|其[他它]|班|课|呢|一个)*{_END}"
)
# 第二个太贵了, 这个有点远
_TURNED_DOWN = regex(
    rf"^(?:可是|但是|但|那|哎|嗯|[ ,])*(?P<nth>{_NTH}|[这那]一?个(?:班|课)?|它)(?:我|也|又|就"
    rf"|好像|还是|觉得|嫌|都|,| )*"
    r"(?P<why>(?:太|有点儿?|有些|好|挺)(?:贵|远|晚|早)(?:了|啦|点|些|啊|呀)*)[!！。]*$"
)
# 跟刚才那个比呢
_WITH_THE_LAST = regex(
    r"^(?:那|它|这个|[ ,])*(?:和|跟|与|同)(?:刚才|刚刚|之前|前面|上面|上)(?:看|说)?(?:的"
    r"|过的)?(?:那?一?个)(?:班|课)?"
    r"(?:相比|比较|对比|比)(?:一?比|一下|起来|哪一?个|更?好|怎么样|咋样|如何|呢|[?？])*$"
)
# 书法第二个, 舞蹈那个第一个: the topic a number is said of
_NUMBERED = regex(rf"第(?P<n>{_NUM})(?:个|门)")


def answered(turn: Turn, said: str) -> bool:
    """Whether a text was about an earlier list, a teacher's other classes or a class turned down."""
    if len(said) > MOST_TEXT or turn.state.step not in ("", "compared", "which"):
        return False
    read = unframed(normalise(said))
    return (
        _went_back(turn, read)
        or _same_teacher(turn, read)
        or _been_there(turn, read)
        or _turned_down(turn, read)
        or _across_lists(turn, read)
        or _beside_the_last(turn, read)
    )


def _went_back(turn: Turn, read: str) -> bool:
    """回到书法: that list as it was, with what was said of it."""
    match = _BACK_TO.match(read)
    if match is None:
        return False
    named = sought.read(turn, match["what"])
    if named != Meaning(words=named.words) or not named.words:
        return False
    wanted = {one for word in named.words for one in word.split("|")}
    for serial, meaning in find.searches(turn):
        if wanted == {one for word in meaning.words for one in word.split("|")}:
            turn.state.settle()
            turn.state.about = ""
            find.show(turn, meaning, serial, 0)
            return True
    return False


def _same_teacher(turn: Turn, read: str) -> bool:
    match = _SAME_TEACHER.match(read)
    if match is None or not _SAYS_OTHERS.search(read):
        return False
    rows = _pointed(turn, match["nth"] or "")
    if len(rows) != 1:
        return False
    row = rows[0]
    named = sought.read(turn, f"{row.teacher}老师的课") if row.teacher else Meaning()
    if named.intent != "search" or not named.words:
        asking.tell(turn, row, "teacher")
        return True
    turn.state.focus = row.id
    find.found(turn, Meaning(words=named.words))
    return True


def _pointed(turn: Turn, nth: str) -> list[Row]:
    """The class with a number, or the one that is spoken of."""
    reference = read_reference(nth) if nth else None
    if reference is not None and reference.which not in ("", "it"):
        return meant(turn, reference)
    if turn.state.focus:
        return rows_of(turn, [turn.state.focus])
    return rows_of(turn, turn.state.shown) if len(turn.state.shown) == 1 else []


def _been_there(turn: Turn, read: str) -> bool:
    if not _BEEN_THERE.match(read) or find.last_meaning(turn) is None:
        return False
    turn.state.settle()
    find.next_page(turn)
    return True


def _turned_down(turn: Turn, read: str) -> bool:
    """第二个太贵了: what costs less than that one, or is nearer, earlier or later."""
    match = _TURNED_DOWN.match(read)
    last = find.last_meaning(turn) if match else None
    rows = _pointed(turn, match["nth"]) if match and last is not None else []
    if match is None or last is None or len(rows) != 1:
        return False
    reader = Reader(turn.town.catalogue.lexicon, turn.now.astimezone(turn.town.zone).date())
    fees = () if rows[0].fee_fen is None else (rows[0].fee_fen,)
    meaning = compared(match["why"], last, reader, fees)
    if meaning is None:
        return False
    find.found(turn, meaning)
    return True


def _across_lists(turn: Turn, read: str) -> bool:
    """第一个和国画第一个比, 舞蹈第二个几点: numbers of lists that each piece of a text names."""
    numbers = list(_NUMBERED.finditer(read))
    reference = read_reference(read) if numbers else None
    if reference is None or (len(numbers) > 1) != bool(reference.others):
        return False
    rows: list[Row] = []
    start, elsewhere = 0, False
    for match in numbers:
        topics = turn.town.catalogue.lexicon.topics_in(squeeze(read[start : match.start()]))
        start = match.end()
        page = rows_of(turn, turn.state.shown)
        if topics and not fitting(turn, page, topics[0]):
            page, elsewhere = _page_of(turn, topics[0]), True
        number = read_int(match["n"]) or 0
        if not 0 < number <= len(page):
            return False
        rows.append(page[number - 1])
    if not elsewhere:
        return False
    if len(rows) > 1 and len({row.id for row in rows}) == len(rows):
        asking.compare(turn, rows)
        return True
    references.go_on(turn, rows[0], Reference("it", ask=reference.ask, act=reference.act))
    return True


def _beside_the_last(turn: Turn, read: str) -> bool:
    """跟刚才那个比呢: the class looked at, beside the one looked at before it."""
    if not _WITH_THE_LAST.match(read) or not on_screen(turn):
        return False
    rows = [*meant(turn, Reference("again")), *rows_of(turn, [turn.state.focus])]
    if len({row.id for row in rows}) < 2:
        return False
    asking.compare(turn, rows)
    return True


def _page_of(turn: Turn, topic: str) -> list[Row]:
    """The first page of the list of a topic that was shown before; none where there was none."""
    for serial, meaning in find.searches(turn):
        if topic in {one for word in meaning.words for one in word.split("|")}:
            rows = find.page_rows(turn, serial, 0)
            if rows:
                turn.state.search["at"] = (serial, 0)
                turn.state.at(action("page", serial, 0))
                turn.state.shown = [row.id for row in rows]
            return rows
    return []
