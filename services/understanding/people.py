"""How old the learner is."""

from __future__ import annotations

import re

from services.understanding.draft import Draft
from services.understanding.lexicon import Lexicon
from services.understanding.numbers import read_int

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_TEACHER = re.compile(rf"(?<![㐀-鿿])(?P<name>[{SURNAMES}][㐀-鿿]{{0,2}}?)老师(?!好|您好|教|在)")
_NUM = r"\d{1,3}|[一二三四五六七八九十两]{1,4}"
# 一两岁, 六七十岁: somewhere between
_BETWEEN = re.compile(
    r"(?<![十百])(?P<n>[一二三四五六七八九])(?P<m>[两二三四五六七八九])(?P<tens>十)?(?=多?周?岁)"
)
_AGE = re.compile(rf"(?:(?:{_NUM})(?:到|至|[-~—–]))?(?P<n>{_NUM})多?周?岁半?(?:以上|左右|了|的)?")
_THIS_YEAR = re.compile(rf"今年(?:都|已经|快|有)*(?P<n>{_NUM})(?:多)?(?:周?岁)?了?(?![月号日年])")
_SAID = re.compile(rf"(?<=[妈爸奶爷伴公婆母父姨我])(?:今年|都|已经|快)*(?P<n>{_NUM})(?:多)?了")
# a child's class at school: 上小学三年级 is nine
_AT_SCHOOL = re.compile(r"(?:小学|念|读|上)(?:上)?(?P<n>[一二三四五六1-6])年级(?:的)?(?![班课])")
_OF_MONTHS = re.compile(rf"(?:宝宝|孩子|娃|婴儿|小孩)(?:才|刚|有)?(?:{_NUM})个月(?:大)?了?")
_MONTHS = re.compile(rf"(?:{_NUM})个月(?:大)?的?(?=宝宝|孩子|娃|婴)")


def read_age(draft: Draft) -> None:
    """Take an age in years (0 for a baby's months) out of the draft's text."""
    if "岁" in draft.text:
        draft.text = _BETWEEN.sub(_middle, draft.text)
    for pattern in (_THIS_YEAR, _AGE, _SAID):
        for match in draft.take(pattern):
            age = read_int(match["n"])
            if age is not None and age <= 120:
                draft.fields["age"] = age
    for match in draft.take(_AT_SCHOOL):
        draft.fields["age"] = 6 + (read_int(match["n"]) or 0)
        draft.add("audience", "儿童")
    for pattern in (_OF_MONTHS, _MONTHS):
        for _ in draft.take(pattern):
            draft.fields["age"] = 0


def _middle(match: re.Match[str]) -> str:
    low, high = read_int(match["n"]) or 0, read_int(match["m"]) or 0
    if high != low + 1:
        return match[0]
    return f"{low}5" if match["tens"] else str(low)


def read_teacher(draft: Draft, lexicon: Lexicon) -> None:
    """Take a teacher whom the catalogue does not know out of the draft's text as one word."""
    for match in _TEACHER.finditer(draft.text):
        name = match["name"]
        known = name in lexicon.teachers or f"{name}老师" in lexicon.phrases
        if not known and not lexicon.topics_in(name):
            draft.add("words", f"{name}老师")
            start, end = match.span()
            draft.text = draft.text[:start] + " " * (end - start) + draft.text[end:]
