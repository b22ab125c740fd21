"""Yes and no as people write them, for every question that is answered by one of the two."""

from functools import cache

from services.regex import regex
from services.understanding.normalise import keyed

# 嗯退吧, 算了不退了: what is heard and thought before a word, and how it trails off
_LED = regex(
    "^(?:嗯+|哦+|唉|哎|(?:好|行)(?:吧|的)?(?![不的了啊呀吧嘛哈呗滴嘞])|那就?|就|还是|算了(?=[不先还就])|我还是|我(?!不好))(?=.)"
)
_TRAILS = regex("(?:吧|了|啊|呀|嘛|哈|呗|哦|的)+$")
# 对对, 好的好的
_AGAIN = regex(r"(?P<one>对|好|是|行|嗯|不|对的|好的|是的|可以|不用|不要|不是)(?P=one)+")

YES = frozenset(
    ("是", "是的", "是啊", "对", "对的", "对啊", "好", "好的", "好啊", "可以", "行", "嗯", "嗯嗯", "同意",
     "确认", "没问题", "中", "中啊", "成", "成啊", "行啊", "行吧", "好吧", "好嘞", "好滴", "要得", "得行",
     "可以的", "可以啊", "愿意", "我同意", "没意见", "yes", "yeah", "y", "ok", "okay", "sure", "right")
)  # fmt: skip
NO = frozenset(
    ("不", "不是", "不了", "不用", "不行", "不要", "不可以", "不同意", "算了", "取消", "不中", "不成",
     "不愿意", "要不得",
     "no", "nope", "n", "cancel")
)  # fmt: skip


def is_yes(text: str, *more: str) -> bool:
    """Whether a text is nothing but a yes; `more` are the words that mean yes to this question alone."""
    return _is(keyed(text), YES, more)


def is_no(text: str, *more: str) -> bool:
    """Whether a text is nothing but a no; `more` are the words that mean no to this question alone."""
    return _is(keyed(text), NO, more)


def _is(said: str, words: frozenset[str], more: tuple[str, ...]) -> bool:
    again = _AGAIN.fullmatch(said)
    said = again["one"] if again else said
    own = {keyed(word) for word in more}
    if said in words or said in own:
        return True
    bare = _plain(said)
    return bare in _plainly(words) or bare in map(_plain, own)


@cache
def _plainly(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_plain, words))


def _plain(said: str) -> str:
    while (led := _LED.sub("", said)) != said:
        said = led
    return _TRAILS.sub("", said) or said
