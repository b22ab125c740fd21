"""The words of a sheet: plain characters, the kinds of content, forms, modes and levels with their names."""

import re
import unicodedata
from collections.abc import Mapping

from models.catalogue import CATEGORIES, FORMS

CATEGORY_NAMES: Mapping[str, str] = dict(
    zip(
        CATEGORIES,
        [
            "公民素养",
            "诚信教育",
            "人文艺术",
            "科学技术",
            "职业技能",
            "早期教育",
            "运动健身",
            "养生保健",
            "生活休闲",
            "队伍培训",
        ],
        strict=True,
    )
)
FORM_NAMES: Mapping[str, str] = dict(
    zip(
        FORMS,
        ["课堂学习", "才艺展示", "参观游学", "读书沙龙", "团队学习", "体验学习", "远程学习"],
        strict=True,
    )
)
MODE_NAMES: Mapping[str, str] = {"offline": "线下", "online": "线上"}
LEVEL_NAMES: Mapping[str, str] = {"college": "县级学院", "school": "乡镇学校", "point": "村点"}

_MORE_FORMS = {
    "课堂": "class", "面授": "class", "讲座": "class", "展示": "showcase", "展演": "showcase", "游学": "tour",
    "参观": "tour", "沙龙": "salon", "读书": "salon", "团队": "team", "社团": "team", "体验": "workshop",
    "工作坊": "workshop", "远程": "online",
}  # fmt: skip
_MORE_MODES = {"面授": "offline", "现场": "offline", "实地": "offline", "网络": "online", "直播": "online",
               "网课": "online", "在线": "online", "线上直播": "online", "线下面授": "offline"}  # fmt: skip
_MORE_LEVELS = {
    "学院": "college", "县学院": "college", "社区教育学院": "college", "县级": "college", "区级": "college",
    "县": "college", "区": "college", "学校": "school", "社区学校": "school", "乡镇": "school",
    "街道": "school", "乡镇街道": "school", "镇级": "school", "乡镇级": "school", "街道学校": "school",
    "教学点": "point", "教学站点": "point", "村": "point", "社区": "point",
    "村社区": "point", "村级": "point", "站点": "point",
    "村教学点": "point", "社区教学点": "point", "学习点": "point",
}  # fmt: skip
# what departments of colleges for older people are called, with 系 or 类 left out
_DEPARTMENTS = {
    "arts": "书画 书画非遗 非遗 书法 绘画 国画 美术 声乐 戏曲 声乐戏曲 器乐 器乐演奏 音乐 语言文学 文学 文史 "
    "国学 摄影 舞蹈 文艺 艺术 文化 人文 文化艺术 手工 民间艺术",
    "science": "电子信息 信息技术 信息 计算机 电脑 智能手机 手机 科技 科普",
    "sport": "舞蹈体育 体育 体育健身 健身 运动 武术 太极 体育舞蹈 球类",
    "wellbeing": "保健 健康 医疗保健 养生 中医 卫生保健 健康养生 康养",
    "leisure": "家政 生活 烹饪 园艺 休闲 茶艺 生活艺术 花艺",
    "vocational": "职业 技能 技能培训 职业培训 就业技能",
    "civic": "公民 时政 法律 法治 思政 道德",
    "integrity": "诚信",
    "early_years": "早教 亲子 幼教 亲子教育",
    "staff": "师资 志愿者 师资培训 志愿者培训",
}
_GUESSES = {word: code for code, words in _DEPARTMENTS.items() for word in words.split()}

_CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Text as it may be shown: no control or invisible direction marks, no lone surrogates, blanks at one."""
    visible = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = visible.encode("utf-8", "ignore").decode("utf-8")
    lines = (" ".join(line.split()) for line in visible.split("\n"))
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """Text to be compared: half-width, in small letters, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", clean(text))).lower()


def fold_header(text: str) -> str:
    """A header to be compared: folded, without a unit in brackets, stars, colons and underscores."""
    plain = re.sub(r"[(\[【<].*?[)\]】>]", "", fold(text))
    return re.sub(r"[*:：_\-·.、/必填]", "", plain)


def named(text: str, names: Mapping[str, str], more: Mapping[str, str] | None = None) -> str | None:
    """The code that a word stands for, by code, name or one of `more` words; None when it is none of them."""
    word = fold(text)
    if word in names:
        return word
    by_name = {fold(name): code for code, name in names.items()}
    return by_name.get(word) or (more or {}).get(word)


def category_of(text: str) -> str | None:
    """The code of one of the ten kinds, by its code or its Chinese name."""
    return named(text, CATEGORY_NAMES)


def guess_category(text: str) -> str | None:
    """The kind that a college's department most likely teaches (书画系: arts), for the clerk to confirm."""
    return _GUESSES.get(re.sub(r"(学院|部|系|类|班|课程)$", "", fold(text)))


def near_category(text: str) -> str | None:
    """The Chinese name of the kind that is written most like a word, or None."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(fold(text), list(CATEGORY_NAMES.values()), scorer=fuzz.ratio, score_cutoff=45)
    if found is None:
        english = process.extractOne(fold(text), list(CATEGORY_NAMES), scorer=fuzz.ratio, score_cutoff=60)
        return CATEGORY_NAMES[english[0]] if english else None
    return str(found[0])


def form_of(text: str) -> str | None:
    """The code of one of the seven forms, by code or Chinese word."""
    return named(text, FORM_NAMES, _MORE_FORMS)


def mode_of(text: str) -> str | None:
    """`offline` or `online`, by code or Chinese word."""
    return named(text, MODE_NAMES, _MORE_MODES)


def level_of(text: str) -> str | None:
    """`college`, `school` or `point`, by code or Chinese word."""
    return named(text, LEVEL_NAMES, _MORE_LEVELS)


def sounds_online(text: str) -> bool:
    """Whether a place is none: 线上, 腾讯会议, 钉钉直播."""
    return (
        re.search(r"线上|在线|网络|网课|直播|会议号|腾讯会议|钉钉|微信|qq群|zoom|online|https?:", fold(text))
        is not None
    )
