"""Questions that a class's data may not answer: 能退费吗, 要带什么, 停车方便吗, 迟到了能进吗, 候补要等多久.

What its data and its description tell is told; what they do not is said plainly, with the school to turn to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers import other
from handlers.turn import Turn
from handlers.wordings import audience_words, dates_words, fee_words, place_words, seat_words, titles
from models.statement import Row
from services import classes
from services.enrolling import seats
from services.message import Button
from services.regex import regex

# what a description says of each, in one of its clauses
_TOLD = {
    "trial": regex("试听|试课|体验|旁听"),
    "refund": regex("退费|退款|退钱|押金"),
    "homework": regex("作业|练习|每天.{0,4}[页张遍]"),
    "certificate": regex("证"),
    "guarantee": regex("学会|教会|包会|手把手|慢慢教|零基础|没学过|多少遍|看得懂|跟得上"),
    "bring": regex("自带|自备|带上|备着|备好|备齐|空手|材料|工具|笔墨|提供|一人一|可以?借|先借"),
    "floor": regex("[一二三四五六七八九十0-9]+[楼层室]"),
    "transit": regex("公交|地铁|车站|派车|接送"),
    "parking": regex("停车|车位|车棚|充电"),
    "materials": regex("教材|课本|讲义|书本|方子|打印|一本"),
    "extra_cost": regex("材料|含在|算在|费已含|都含|另收|另付|不另"),
    "late": regex("迟到|晚到|早走|晚来"),
    "size": regex("人一班|小班|班很小|人就开|张[琴桌]|个位子|一人一|轮流"),
    "exam": regex("考"),
    "outcome": regex("推荐|就业|上岗|找工作|接.{0,6}活|挣|结业|工作|用得着|报考|作品"),
    "makeup": regex("补课|补上|回放|错过"),
    "effort": regex("坐着|坐式|不用站|慢|轻松|不累|强度|体力|柔和|腿脚|膝"),
    "absence": regex("缺课|请假|缺席"),
    "companion": regex("孩子|家长|家人|爸爸妈妈|老伴|一起来|两个人|一个人来|朋友"),
    "access": regex("轮椅|台阶|坡道|无障碍|电梯|坐着|[一二三四五六]楼|扶手"),
    "facilities": regex("空调|暖|厕所|卫生间|茶水|热水|开水|休息室|无线|一人一台"),
    "meals": regex("饭|餐|食宿|管茶|茶点|住"),
    "subsidy": regex("补贴|补助|津贴|报销"),
    "payment": regex("现金|微信|支付|缴|分期"),
    "discount": regex("优惠|减免|打折|免学?费|半价"),
    "wear": regex("穿|鞋|衣服|服装"),
    "weather": regex("雨|风大|雪|阴天|挪到|改在"),
    "holiday": regex("节|放假|停课|年前|年后"),
    "recording": regex("回放|录"),
    "chat_group": regex("群"),
    "identity": regex("身份证|户口|证件"),
    "organiser": regex("推销|不卖|正规|公益"),
    "teaching": regex("老师|师傅|耐心|手把手|示范|志愿者|顾得到"),
}
_CLAUSE = regex("[。；;！!\n]")
# whatever else is asked of a class that is looked at
OTHER = "other"
MOST_SCHOOLS = 3
# what is asked of where it is
OF_A_PLACE = frozenset({"floor", "transit", "parking", "access", "facilities"})
ASKED = frozenset({*_TOLD, "wait"})
# what some of the classes shown may have: asked of a list it narrows that
NARROWING = frozenset({"certificate", "guarantee", "companion", "access", "outcome", "recording"})
# what a class may have for which it is looked for
_FOUND = frozenset({"companion", "access", "recording"})
# what else there is to say of these, whatever the description tells
_ALWAYS = frozenset({"refund", "bring", "payment", "holiday", "weather", "identity", "absence"})
# answered alike for every class
ALIKE = frozenset({"refund", "wait", "payment", "identity", "organiser", "absence"})


def words(turn: Turn, row: Row, asked: str) -> str:
    """What is known of a class, and whom to ask about the rest."""
    if asked == "wait":
        return _wait(turn, row)
    if asked in OF_A_PLACE and row.online:
        return turn.say("card.online")
    lines = [fact(turn, row)] if (fact := _FACTS.get(asked)) else []
    told = _told(row, asked)
    if told:
        lines.append(turn.say("ask.described", words=told))
    if asked in _OF_MONEY and row.fee_fen == 0:
        lines.append(turn.say("ask.refund_free" if asked == "refund" else "ask.no_fee"))
    elif asked in _ALWAYS or asked == OTHER or not (told or (asked == "size" and row.capacity is not None)):
        lines += [turn.say(f"ask.untold_{asked}"), *school_line(turn, row)]
    return "\n".join(lines)


def _told(row: Row, asked: str) -> str:
    """What the description says of it; all of it where it may say anything."""
    if asked == OTHER:
        return str(row.description).rstrip("。")
    clauses = _CLAUSE.split(str(row.description))
    if asked == "effort":
        # 坐式八段锦 says so by its name
        clauses.insert(0, str(row.title))
    return "；".join(clause.strip() for clause in clauses if _TOLD[asked].search(clause))


def tell_each(turn: Turn, rows: Sequence[Row], asked: str) -> None:
    """What is known of each of several classes; where nothing is, that is said once."""
    fact = None if asked in OF_A_PLACE else _FACTS.get(asked)
    known = [[part for part in (fact(turn, row) if fact else "", _told(row, asked)) if part] for row in rows]
    if not {row.id for row in rows} <= {*turn.state.shown}:
        turn.state.shown = [row.id for row in rows]
    # those of a list keep their numbers
    numbers = [turn.state.shown.index(row.id) + 1 for row in rows]
    lines = [
        turn.say("ask.of_each", n=number, title=row.title, words="；".join(parts))
        for number, row, parts in zip(numbers, rows, known, strict=True)
        if parts
    ]
    if lines:
        lines.insert(0, turn.say("ask.each"))
    if asked != "size":
        # classes of several schools: each has its own phone
        phones = dict.fromkeys(line for row in rows[:MOST_SCHOOLS] for line in school_line(turn, row))
        lines += [turn.say("ask.untold_rest" if lines else "ask.untold_all"), *phones]
    turn.reply(
        "\n".join(lines),
        *(
            (Button(f"{n} {title}", f"card:{row.id}", number=n),)
            for n, row, title in zip(numbers, rows, titles(turn, rows), strict=True)
        ),
        (turn.button("step.phone", f"phone:{rows[0].id}"),),
        courses=tuple(row.code for row in rows),
    )


def school_line(turn: Turn, row: Row | None) -> list[str]:
    """The school's name, phone and hours in one line, where there is a phone."""
    unit = other.unit_of(turn, row) if row is not None else other.own_unit(turn)
    if unit is None:
        return []
    key = "ask.school" if unit.desk_hours else "ask.school_phone"
    return [turn.say(key, school=unit.name, phone=unit.phone, desk_hours=unit.desk_hours)]


def _place(turn: Turn, row: Row) -> str:
    return turn.say("card.where", where=place_words(turn, row))


def _fee(turn: Turn, row: Row) -> str:
    unknown = row.fee_fen is None
    return turn.say("card.fee_unknown") if unknown else turn.say("ask.fee", fee=fee_words(turn, row))


def _size(turn: Turn, row: Row) -> str:
    if row.capacity is None:
        return turn.say("ask.size_open")
    return turn.say("ask.size", capacity=row.capacity, seats=seat_words(turn, row))


def _teacher(turn: Turn, row: Row) -> str:
    return turn.say("card.teacher", teacher=row.teacher) if row.teacher else turn.say("ask.no_teacher")


def _audience(turn: Turn, row: Row) -> str:
    if not row.audience:
        return turn.say("ask.anybody")
    return turn.say("card.audience", audience=audience_words(turn, row))


def _dates(turn: Turn, row: Row) -> str:
    return turn.say("ask.dates", dates=dates_words(turn, row))


def _school(turn: Turn, row: Row) -> str:
    unit = other.unit_of(turn, row)
    return turn.say("ask.by", school=unit.name) if unit is not None else turn.say("ask.by_schools")


_OF_MONEY = frozenset({"refund", "payment", "discount"})
_FACTS: dict[str, Callable[[Turn, Row], str]] = {
    **dict.fromkeys(OF_A_PLACE, _place),
    **dict.fromkeys(("extra_cost", "discount", "payment", "subsidy"), _fee),
    "size": _size, "teaching": _teacher, "guarantee": _audience, "holiday": _dates, "organiser": _school,
}  # fmt: skip


def _wait(turn: Turn, row: Row) -> str:
    """How long the line is, and how it moves."""
    place = seats.standing(turn.tx, turn.person.person_id, row.id)
    if place.id is not None and place.state == "waiting":
        return turn.say("ask.wait_own", position=seats.position(turn.tx, row.id, place.id))
    if classes.seats_left(row) != 0:
        return turn.say("ask.wait_none")
    return turn.say("ask.wait", position=seats.waiting_count(turn.tx, row.id) + 1)


def in_general(turn: Turn, asked: str, *, searching: bool) -> bool:
    """Answer without any class in hand; False where a search may mean it as a condition."""
    if asked in _FOUND or (searching and asked in NARROWING):
        return False
    turn.keeps_choices = True
    lines = [turn.say(f"ask.any_{asked}" if asked in ALIKE else "ask.any")]
    if asked != "wait":
        lines += school_line(turn, None)
    turn.reply("\n".join(lines), (turn.button("step.phone", "phone:0"),))
    return True
