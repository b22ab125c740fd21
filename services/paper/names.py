"""Names from a paper list: one a line. Nothing else is kept of it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from services import naming
from services.message import clean
from services.regex import regex

MOST_LINES = 200
NAME_HEADERS = frozenset({"姓名", "名字", "称呼", "学员", "学员姓名", "居民姓名", "name"})
_NUMBERED = regex(r"^[（(]?\d{1,3}(?:[)）.、．\s]\s*|(?=[一-鿿])(?![年月日号组岁人名位]))")
_AGE = regex(r"[\s,，、（(]*(\d{1,3})\s*(?:周?岁)?[)）]?$")
# 13800138000, 0570-555 0123, 330102195001011234: a telephone's or an identity card's number
_LONG_NUMBER = regex(r"\d(?:[- ]?\d){6,17}[xX]?")
# between the names of a list that was typed
SEPARATED = regex(r"[、,，;；\r\n]")
_SEX = regex(r"(?<=[\s\d岁(])[男女](?=$|[\s\d)])")
# 赵大爷(三组): by what neighbours of one name are told apart
_APART = regex(r"\s*\(([^\W\d_]{1,6})\)$")
# what stands on a sheet of paper beside the names
_REMARK = regex(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|填表|制表|经办|联系人|联系电话|日期|以上|盖章|签字|签名|total)"
    r"|共\s*\d+\s*[人位名]|注\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its number in the source, the name, and an age that is looked at and not kept.

    It is not `sure` where nothing says that the column holds names, and this does not look like one.
    `course` is the class that the sheet names beside it, if it does; `headed` by a column 姓名.
    """

    number: int
    name: str
    age: int | None = None
    sure: bool = True
    course: str = ""
    headed: bool = False

    @property
    def good(self) -> bool:
        """Whether the name can stand on a list."""
        return bool(self.name) and naming.fits(self.name)


def from_text(text: str) -> list[Line]:
    """Names one a line, or several in a line between 、 and commas; 王大爷 72岁 tells the age too."""
    return read_lines(enumerate(SEPARATED.split(text), 1))


def too_much(text: str) -> bool:
    """Whether numbers were sent along that nobody asked for; they are left out wherever they stand."""
    return _LONG_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


def is_remark(said: str) -> bool:
    """合计 3人, 制表人: what stands below the names and is none."""
    return _REMARK.match(unicodedata.normalize("NFKC", said).strip()) is not None


def read_lines(
    parts: Iterable[tuple[int, str]], *, headed: bool | None = None, course: str = ""
) -> list[Line]:
    """The names among these numbered texts; of a sheet it is known whether a column is `headed` by 姓名."""
    found = []
    for number, part in parts:
        said = unicodedata.normalize("NFKC", clean(part, 120)).strip()
        said = _NUMBERED.sub("", _LONG_NUMBER.sub(" ", said)).strip()
        said = " ".join(_SEX.sub(" ", said).replace("()", " ").split())
        # 2、李建国: the number stands alone before its mark
        if not said or said.isdigit() or is_remark(said) or said in NAME_HEADERS:
            continue
        age = _AGE.search(said)
        name = said[: age.start()].strip() if age and age.start() else said
        years = int(age[1]) if age and age.start() else None
        for one in _apart(_APART.sub(r"\1", name)):
            sure = headed is not False or naming.like_a_name(one)
            found.append(Line(number, one, years, sure, course, bool(headed)))
    return found


def _apart(name: str) -> list[str]:
    """王秀兰 李建国 are two; 王 芳 is one, spaced out to the width of its neighbours."""
    pieces = name.split()
    if len(pieces) > 1 and all(len(piece) > 1 and naming.like_a_name(piece) for piece in pieces):
        return [name] if name.isascii() else pieces
    joined = "".join(pieces)
    return [joined if len(joined) <= 4 and not joined.isascii() else name]
