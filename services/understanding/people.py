"""How old the learner is."""

from __future__ import annotations

import re

from services.understanding.draft import Draft
from services.understanding.numbers import read_int

_NUM = r"\d{1,3}|[一二三四五六七八九十两]{1,4}"
_AGE = re.compile(rf"(?:(?:{_NUM})(?:到|至|[-~—–]))?(?P<n>{_NUM})多?周?岁半?(?:以上|左右|了|的)?")
_THIS_YEAR = re.compile(rf"今年(?:都|已经|快|有)*(?P<n>{_NUM})(?:多)?(?:周?岁)?了?(?![月号日年])")
_SAID = re.compile(rf"(?<=[妈爸奶爷伴公婆母父姨我])(?:今年|都|已经|快)*(?P<n>{_NUM})(?:多)?了")
_MONTHS = re.compile(rf"(?:{_NUM})个月(?:大)?的?(?=宝宝|孩子|娃|婴)")


def read_age(draft: Draft) -> None:
    """Take an age in years (0 for a baby's months) out of the draft's text."""
    for pattern in (_THIS_YEAR, _AGE, _SAID):
        for match in draft.take(pattern):
            age = read_int(match["n"])
            if age is not None and age <= 120:
                draft.fields["age"] = age
    for _ in draft.take(_MONTHS):
        draft.fields["age"] = 0
