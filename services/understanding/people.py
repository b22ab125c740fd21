"""How old the learner is."""

from __future__ import annotations

import re

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.lexicon import Lexicon
from services.understanding.meaning import Meaning
from services.understanding.numbers import read_int

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_TEACHER = regex(rf"(?<![㐀-鿿])(?P<name>[{SURNAMES}][㐀-鿿]{{0,2}}?)老师(?!好|您好|教|在)")
_NUMBERED = regex("[0-9一二两三四五六七八九十]")
_NUM = r"\d{1,3}|[一二三四五六七八九十两]{1,4}"
# 一两岁, 六七十岁: somewhere between
_BETWEEN = regex(
    r"(?<![十百])(?P<n>[一二三四五六七八九])(?P<m>[两二三四五六七八九])(?P<tens>十)?(?=多?周?岁)"
)
# the day of 周六六十岁 is none of the age
_AGE = regex(rf"(?<![周期拜])(?:(?:{_NUM})(?:到|至|[-~—–]))?(?P<n>{_NUM})多?周?岁半?(?:以上|左右|了|的)?")
_THIS_YEAR = regex(rf"今年(?:都|已经|快|有)*(?P<n>{_NUM})(?:多)?(?:周?岁)?了?(?![月号日年])")
_SAID = regex(
    r"(?<=[妈爸奶爷伴公婆母父姨我俺娘爹娃孩他她子女孙舅姑叔])[ ,]?(?:今年|都|已经|快|才|刚|有)*"
    rf"(?:(?P<n>{_NUM})(?:多)?了|(?P<bare>\d{{1,2}}|[二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?=$|[,，。;； ]|[和我俺他她想能还也老呢可]))"
)
# 六十岁以下 is nobody's age
_YOUNGER = regex(r"以下|以内|之内|以前|之前|往下")
# 给孩子报, 让他学: whose age counts where more than one is told
_FOR = regex(r"(?:给|让|帮|替|为)(?!我(?![妈爸娘奶爷孙儿女闺老婆公家孩娃]))")
# a child's class at school: 上小学三年级 is nine
_AT_SCHOOL = regex(
    r"(?:今年|现在|明年)?(?:都|已经|才|刚|在)*(?:小学|念|读|上)(?:上)?(?P<n>[一二三四五六1-6])年级(?:的)?(?![班课])"
)
_OF_MONTHS = regex(
    rf"(?<!生完)(?<!生了)(?<!生)(?:宝宝|孩子|娃|婴儿|小孩)(?:才|刚|有)?(?:{_NUM})个月(?:大)?了?"
)
_MONTHS = regex(rf"(?:{_NUM})个月(?:大)?的?(?=宝宝|孩子|娃|婴)")


def read_age(draft: Draft) -> None:
    """Take an age in years (0 for a baby's months) out of the draft's text."""
    if not _NUMBERED.search(draft.text):
        return
    if "岁" in draft.text:
        draft.text = _BETWEEN.sub(_middle, draft.text)
    ages: list[tuple[int, int]] = []
    for pattern in (_THIS_YEAR, _AGE, _SAID):
        for match in draft.take(pattern):
            told = match.groupdict()
            age = _age_of(told["n"] or told.get("bare") or "")
            if _YOUNGER.match(draft.text, match.end()):
                continue
            if age is not None and age <= 120:
                ages.append((match.start(), age))
    if ages:
        _set_ages(draft, sorted(ages))
    for match in draft.take(_AT_SCHOOL) if "年级" in draft.text else ():
        draft.fields["age"] = 6 + (read_int(match["n"]) or 0)
        draft.add("audience", "儿童")
    for pattern in (_OF_MONTHS, _MONTHS) if "个月" in draft.text else ():
        for _ in draft.take(pattern):
            draft.fields["age"] = 0


def _middle(match: re.Match[str]) -> str:
    low, high = read_int(match["n"]) or 0, read_int(match["m"]) or 0
    if high != low + 1:
        return match[0]
    return f"{low}5" if match["tens"] else str(low)


def _age_of(text: str) -> int | None:
    """The age that a numeral tells; 四五 is five or so, not forty-five."""
    if len(text) == 2 and not text.isdigit() and "十" not in text:
        text = text[1]
    return read_int(text)


def _set_ages(draft: Draft, ages: list[tuple[int, int]]) -> None:
    """Set the age of who is to learn, or those of several people who are."""
    told = list(dict.fromkeys(age for _, age in ages))
    learner = [match.start() for match in _FOR.finditer(draft.text)] if len(told) > 1 else []
    if learner:
        told = [age for at, age in ages if at > learner[0]] or told[-1:]
    if len(set(told)) > 1:
        draft.fields["any_of"] = tuple(Meaning(age=age) for age in told)
    else:
        draft.fields["age"] = told[-1]


def read_teacher(draft: Draft, lexicon: Lexicon) -> None:
    """Take a teacher whom the catalogue does not know out of the draft's text as one word."""
    for match in _TEACHER.finditer(draft.text):
        name = match["name"]
        known = name in lexicon.teachers or f"{name}老师" in lexicon.phrases
        if not known and not lexicon.topics_in(name):
            draft.add("words", f"{name}老师")
            start, end = match.span()
            draft.text = draft.text[:start] + " " * (end - start) + draft.text[end:]
