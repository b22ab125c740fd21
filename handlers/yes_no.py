"""Yes and no as people write them, for every question that is answered by one of the two."""

from services.understanding.normalise import keyed

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
    said = keyed(text)
    return said in YES or said in map(keyed, more)


def is_no(text: str, *more: str) -> bool:
    """Whether a text is nothing but a no; `more` are the words that mean no to this question alone."""
    said = keyed(text)
    return said in NO or said in map(keyed, more)
