"""One condition in the place of another, both said: 把周末换成平时, 周二不行换周四, 不要东关的 要城关的."""

from __future__ import annotations

from services.regex import regex
from services.understanding.meaning import TIMES, Meaning
from services.understanding.reader import Reader

MOST_TEXT = 30
_ASKING = r"(?:那|我|想|要|能不能|可不可以|可以|能|请|帮我|给我|麻烦|就|还是|[ ,])*"
_TO = r"(?:换成|改成|换到|改到|换为|改为|变成|调成|调到|调整[为到成]|更改[为成]|换作|换做|换|改)"
_UNFIT = (
    r"(?:不行|不要了?|不合适|不方便|没空|没时间|没有(?:的话)?|去不了|来不了|上不了|不可以|太[贵远早晚]了?"
    r"|算了|不考虑|不喜欢)"
)
_CHANGED = regex(
    rf"^{_ASKING}(?:把|将)(?P<old>[^ ,]{{1,8}}?)(?:的)?(?:都|给|再)*{_TO}(?P<new>.+)$"
    rf"|^{_ASKING}(?P<old2>[^ ,换改变调更]{{2,8}}?)(?:的)?(?:换成|改成|换到|改到|换为|改为|变成|调成"
    rf"|调到)(?P<new2>.+)$"
    rf"|^{_ASKING}(?P<old3>[^ ,换改变]{{2,8}}?)(?:的)?(?:我|就|都|也|实在)*{_UNFIT}(?:了|的话|啊|呢)*[ ,]*"
    r"(?:那|就|我|再|还是|能不能|有没有)*(?:换成|换个|换到|换|改成|改到|改)(?P<new3>.+)$"
    rf"|^{_ASKING}(?P<old6>[^ ,换改变]{{2,8}}?)(?:的)?(?:我|就|都|也|实在)*{_UNFIT}(?:了|的话|啊|呢)*[ ,]+"
    r"(?:那|有没有|有)*(?P<new6>[^ ,]+?)(?:的)?(?:呢|有吗|有没有|行吗|行不行|可以吗|怎么样|吗)[?？]?$"
    rf"|^{_ASKING}(?P<old7>[^ ,换改变]{{2,8}}?)(?:的)?(?:我|就|都|也|实在|还是)*(?:太[贵远早晚]"
    rf"|有点[贵远早晚])(?:了|啦)?[ ,]*"
    r"(?:那|就|我|再|还是|要|有没有)*(?P<new7>[^ ,]{2,8}?)(?:的)?(?:吧|呢|行|就行|还行|可以|好了)*$"
    rf"|^{_ASKING}(?:不要|不想要|别要|不是要)(?P<old4>[^ ,]{{2,8}}?)(?:的)?(?:了|啦)?[ ,]*"
    r"(?:换成|改成|换|改|我?要|就要|想要|给我|来)(?P<new4>[^ ,].*)$"
    rf"|^{_ASKING}(?P<old5>[^ ,]{{2,8}}?)(?:的)?(?:就)?不要(?:了|啦)[ ,]*(?:要|我要|想要|给我"
    rf"|来)(?P<new5>[^ ,].*)$"
)
_SIGNS = frozenset("换改变调要呢吗有样行太")


def exchanged(text: str, last: Meaning, reader: Reader) -> str | None:
    """Return what takes the place of a condition that a text says as well, or None."""
    if len(text) > MOST_TEXT or _SIGNS.isdisjoint(text):
        return None
    match = _CHANGED.match(text)
    if match is None:
        return None
    old, new = (next(filter(None, (match[f"{name}{n}"] for n in ("", *"234567")))) for name in ("old", "new"))
    gone, known, _ = reader.meaning(old if len(old) > 1 else f"{old}的")
    comes, known_too, _ = reader.meaning(new)
    if gone.is_blank or comes.is_blank or (gone.words and not known) or (comes.words and not known_too):
        return None
    if gone.excluded or comes.excluded:
        return None
    return new if _kinds(gone) & _kinds(comes) or _kinds(gone) <= _kinds(last) else None


def _kinds(meaning: Meaning) -> set[str]:
    kinds = {part.partition(":")[0] for part in meaning.parts()}
    return {"time" if kind in TIMES else "who" if kind in ("age", "audience") else kind for kind in kinds}
