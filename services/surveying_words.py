"""很满意，老师讲得好: one of the five steps as it is said, with the sentence beside it."""

from __future__ import annotations

from services.regex import regex
from services.understanding.normalise import normalise

_MOST = 300
_CUT = regex(r"[，,。.；;！!？?~～\n]+")
_BEFORE = r"(?:我|我们|总体|总的来说|总的|对这个班|感觉|觉得|还是|都|也|又|上完了?|挺?是)*"
_AFTER = r"(?:的|吧|了|啦|呢|呀|哦|喽|极了)*"
_STEPS = tuple(
    (score, regex(rf"^{_BEFORE}(?:{words}){_AFTER}$"))
    for score, words in (
        (1, r"(?:很|非常|太|特别|极其?|十分|真)不满意|(?:very dis|really dis)satisfied|very unhappy"),
        (
            2,
            r"不(?:太|大|怎么|是很|够|算)?满意|dissatisfied|not (?:very )?(?:satisfied|happy|content)",
        ),
        (3, r"(?:很|就|也)?一般般?|马马虎虎|凑合|还凑合|so-so"),
        (4, r"(?:挺|比较|蛮|还算?|基本上?|算)?满意|satisfied|content"),
        (5, r"(?:很|非常|太|特别|十分|相当|超级?|真|最)满意|very (?:satisfied|happy|content)"),
    )
)


def graded(text: str) -> tuple[int, str] | None:
    """The step, from 5 to 1, and what else was said; None where no part of a text is one, or several are."""
    if len(text) > _MOST:
        return None
    parts = [part.strip() for part in _CUT.split(text) if part.strip()]
    steps = [_step(part) for part in parts]
    if sum(step is not None for step in steps) != 1:
        return None
    [score] = [step for step in steps if step is not None]
    # the words as they were written, with what stood between them
    own = parts[steps.index(score)]
    rest = text.replace(own, "", 1)
    return score, _CUT.sub("，", rest).strip("， ")


def _step(part: str) -> int | None:
    said = normalise(part)
    return next((score for score, words in _STEPS if words.match(said)), None)
