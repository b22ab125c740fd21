"""What, where and for whom: the fields of a class that take more than one cell to read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.sheets import fields
from services.sheets.rows import RowReader
from services.sheets.words import (
    CATEGORY_NAMES,
    category_of,
    clean,
    fold,
    guess_category,
    near_category,
    sounds_online,
)

MOST_DESCRIPTION = 2000
_FOR_WHOM = re.compile(
    r"(?:^|[，,。；;])(?:仅)?(?:适合|面向|限)([^，,。；;]{2,30}?)(?:报名|参加|学习)?(?:[，,。；;]|$)"
)


@dataclass(frozen=True)
class Place:
    """Where a class meets; `aside` is a way to join online that stood in the venue's cell."""

    district: str = ""
    venue: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    aside: str = ""


def read_category(reader: RowReader) -> str:
    """One of the ten codes; a college's department is guessed with a warning, anything else is a problem."""
    text = reader.text("category")
    if not text or reader.unreadable("category", text):
        if not text:
            reader.needed("category", str)
        return ""
    code = category_of(text)
    if code is None and (code := guess_category(text)):
        reader.warn_once("category", "category_guessed", value=text, meant=CATEGORY_NAMES[code])
    if code is None:
        near = near_category(text)
        names = "、".join(CATEGORY_NAMES.values())
        reader.problem(
            "category",
            "category" if near else "category_none",
            near=near,
            all=names,
            codes=", ".join(CATEGORY_NAMES),
        )
    return code or ""


def read_word(
    reader: RowReader, key: str, blank: str, find: Callable[[str], str | None], names: Mapping[str, str]
) -> str:
    """The code of a form or mode, or what a blank cell means."""
    text = reader.text(key)
    if not text:
        return blank
    code = find(text)
    if code is None and not reader.unreadable(key, text):
        reader.problem(key, key, all="、".join(names.values()), codes=", ".join(names))
    return code or blank


def read_place(reader: RowReader, *, online: bool) -> Place:
    """Where a class meets; a real place of an online class is a problem, 腾讯会议 is not."""
    if online:
        return _online_place(reader)
    latitude, longitude = read_coordinates(reader)
    place = Place(
        reader.read("district", fields.limited(80)) or "",
        reader.read("venue", fields.limited(120)) or "",
        reader.read("address", fields.limited(200)) or "",
        latitude,
        longitude,
    )
    if not place.venue and not place.address:
        reader.warn("venue", "no_venue")
    return place


def _says_nothing(text: str) -> bool:
    """Whether a coordinate's cell says nothing."""
    return fold(text) in ("", "-", "/", "无")


def read_coordinates(reader: RowReader) -> tuple[float | None, float | None]:
    """Latitude and longitude, both or neither; a pair the wrong way round is a problem."""
    if fields.looks_swapped(reader.text("latitude"), reader.text("longitude")):
        reader.problem("latitude", "swapped")
        return None, None
    blank = [key for key in ("latitude", "longitude") if _says_nothing(reader.text(key))]
    if len(blank) == 1:
        reader.problem(blank[0], "half_place")
    return reader.read("latitude", fields.read_latitude), reader.read("longitude", fields.read_longitude)


def _online_place(reader: RowReader) -> Place:
    aside = ""
    for key, name in (
        ("district", "区域"),
        ("venue", "地点"),
        ("address", "地址"),
        ("latitude", "纬度"),
        ("longitude", "经度"),
    ):
        text = reader.cell(key)
        if _says_nothing(text):
            continue
        if key in ("venue", "address", "district") and sounds_online(text):
            aside = aside or ("" if fold(text) in ("线上", "在线", "网络", "online") else clean(text)[:200])
            if key == "venue" and aside:
                reader.warn(key, "online_venue", value=aside)
        else:
            reader.problem(key, "online_place", column=name)
    return Place(aside=aside)


def read_age_limits(reader: RowReader) -> tuple[int | None, int | None]:
    """The youngest and the oldest age, from two columns or from one such as 50-75岁."""
    low = reader.read("min_age", fields.read_min_age)
    high = reader.read("max_age", fields.read_max_age)
    both = reader.read("age", fields.read_ages) or (None, None)
    low, high = low if low is not None else both[0], high if high is not None else both[1]
    if low is not None and high is not None and high < low:
        reader.problem(
            "max_age" if reader.cell("max_age") or not reader.cell("age") else "age", "ages_order", least=low
        )
    return low, high


def read_minimum(reader: RowReader, capacity: int | None, today: date) -> tuple[int | None, date | None]:
    """How many learners a class needs, and by which day; the day alone says nothing."""
    least = reader.read("min_learners", fields.read_min_learners)
    day = reader.read("decide_by", lambda text: fields.read_day(text, today))
    if least is not None and capacity is not None and least > capacity:
        reader.problem("min_learners", "minimum_order", most=capacity)
    if least is None and day is not None:
        reader.warn("decide_by", "minimum_missing")
    return least, day


def read_school(reader: RowReader, known: Mapping[str, str] | None) -> str:
    """The school's code where it is known by code or name, else as written, blank for the root."""
    school = " ".join((reader.read("school", fields.limited(64)) or "").split())
    if not school or known is None:
        return school
    wanted = fold(school)
    for code, name in known.items():
        if wanted in (fold(code), fold(name)):
            return code
    reader.warn_once("school", "unknown_school")
    return school


def read_audience(reader: RowReader) -> tuple[str, ...]:
    """For whom a class is, from its own column or from a remark such as 适合有一定书法基础的学员."""
    said = fields.split_list(reader.read("audience", fields.limited(200)) or "")
    if said:
        return said
    return tuple(found.strip() for found in _FOR_WHOM.findall(clean(reader.text("note")))[:1])


def read_description(reader: RowReader, title: str, aside: str) -> str:
    """The description, with the class's year, the clerk's remark and a way to join online behind it."""
    parts = [reader.read("description", fields.limited(MOST_DESCRIPTION)) or ""]
    level = clean(reader.text("level"))
    if level and level not in title and level not in parts[0]:
        parts.append(level)
    note = clean(reader.text("note"))
    if note and note not in parts[0]:
        parts.append(note)
    parts.append(aside)
    ended = [part.rstrip("。；;，, ") for part in parts if part]
    text = parts[0] if len(ended) < 2 else "。".join(ended) + "。"
    return (text or "".join(ended))[: MOST_DESCRIPTION + 500]
