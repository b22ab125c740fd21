"""The closed list of columns of a course sheet and of a unit sheet, and the names that clerks give them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.sheets.words import fold_header


@dataclass(frozen=True)
class Column:
    """One column: our key, its Chinese header, and other names for it, the most certain first."""

    key: str
    header: str
    aliases: tuple[str, ...] = ()


def _columns(lines: str) -> tuple[Column, ...]:
    found = []
    for line in lines.strip().splitlines():
        key, header, *aliases = line.split()
        found.append(Column(key, header, tuple(aliases)))
    return tuple(found)


COURSE_COLUMNS = _columns("""
code 课程编号 课程代码 课程号 编号 课号 代码 班级编号 班级代码 班号 coursecode classcode
title 课程名称 name 课程名 课程 班级名称 班级 班名 课名 名称 coursename course 项目名称 活动名称 科目
category 类别 课程类别 内容类别 分类 课程分类 课程类型 类型 系别 院系 所属系 专业 kind
form 形式 学习形式 活动形式 教学形式
description 简介 课程简介 课程介绍 课程内容 内容简介 内容 介绍 课程说明 desc introduction
school 办学机构 办学单位 主办单位 承办单位 开课单位 举办单位 机构名称 机构 学校 学校名称 机构编号 unit
district 区域 所在区域 街道 乡镇 镇街 所属街道 所属乡镇 社区 所在社区 area
venue 地点 上课地点 学习地点 授课地点 活动地点 场地 教室 上课教室 教学点 学习点 place location room
address 地址 详细地址 上课地址 addr
latitude 纬度 lat
longitude 经度 lng lon long
teacher 教师 任课教师 任课老师 授课教师 授课老师 老师 主讲教师 主讲人 主讲 讲师 教师姓名 instructor
audience 适合人群 适用人群 招生对象 面向人群 面向对象 参加对象 培训对象 对象 人群
starts_on 开课日期 开始日期 开班日期 起始日期 上课开始日期 startdate start starts
ends_on 结课日期 结束日期 结业日期 上课结束日期 enddate end ends
schedule 上课时间 上课时段 时间安排 课时安排 上课安排 授课时间 活动时间 培训时间 时间 slots slot times time
skips 停课日期 停课日 停课 休课日期 不上课日期 放假日期 skip
capacity 名额 招生名额 招生人数 计划人数 人数 限额 人数上限 限报人数 容量 人数限制 seats places
fee 费用 学费 收费 收费标准 收费金额 价格 金额 price cost
min_age 年龄下限 最小年龄 最低年龄 minage
max_age 年龄上限 最大年龄 最高年龄 maxage
enrol_opens 报名开始 报名开始时间 报名开始日期 报名起始时间 报名起始日期 报名时间开始 enrolopens
enrol_closes 报名截止 报名截止时间 报名截止日期 报名结束 报名结束时间 报名结束日期 报名时间截止 报名时间结束
hours 学时 总学时 课时 总课时 课时数 学时数
min_learners 最低开班人数 最少开班人数 开班人数 最低人数 最少人数 minlearners
decide_by 开班确认日 开班确认日期 确认开班日期 decideby
mode 授课方式 教学方式 上课方式 授课模式 线上线下 方式
""")

# columns that real sheets have and ours do not: read to fill the others in
EXTRA_COLUMNS = _columns("""
term 学期 开课学期 期次 季次
level 年级 班级层次 级别 程度 层次
note 备注 说明 附注 remark remarks notes
minutes 时长 每次分钟 课时分钟 每次时长 分钟 duration
age 年龄 年龄要求 年龄范围 年龄限制
""")

UNIT_COLUMNS = _columns("""
code 机构编号 编号 机构代码 代码 单位编号
name 名称 机构名称 单位名称 学校名称 办学机构
level 级别 机构级别 层级 类型
parent 上级 上级编号 上级机构 上级单位 主管单位 所属机构
phone 电话 联系电话 咨询电话 tel telephone
desk_hours 服务时间 办公时间 咨询时间 接待时间 工作时间 deskhours hours
address 地址 详细地址 addr
latitude 纬度 lat
longitude 经度 lng lon long
""")

# clerks use 开课时间 for either: it is the schedule unless another column is
_AMBIGUOUS = {"开课时间": ("schedule", "starts_on"), "开班时间": ("schedule", "starts_on")}


@dataclass(frozen=True)
class Matched:
    """Where our columns stand in a sheet (places from 0), what is unknown, and what is said twice."""

    places: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    doubled: tuple[tuple[str, str], ...] = ()


def known_names(columns: Iterable[Column]) -> dict[str, tuple[str, int]]:
    """Folded header to our key and how certain it is (0 is most)."""
    names: dict[str, tuple[str, int]] = {}
    for column in columns:
        for rank, name in enumerate((column.key, column.header, *column.aliases)):
            names.setdefault(fold_header(name), (column.key, max(rank - 1, 0)))
    return names


ALL_HEADERS: frozenset[str] = frozenset(
    name for columns in (COURSE_COLUMNS, EXTRA_COLUMNS, UNIT_COLUMNS) for name in known_names(columns)
) | frozenset(_AMBIGUOUS)


def match_columns(
    headers: Sequence[str], columns: Iterable[Column], renamed: Mapping[str, str] | None = None
) -> Matched:
    """Finds our columns in a sheet's headers; `renamed` (their header to our key) goes first."""
    names = known_names(columns)
    keys = {key for key, _ in names.values()}
    own = {fold_header(theirs): ours for theirs, ours in (renamed or {}).items()}
    found: list[tuple[int, int, str]] = []
    unknown: list[str] = []
    for place, header in enumerate(headers):
        folded = fold_header(header)
        if folded in own:
            found.append((-1, place, own[folded]))
        elif folded in names:
            found.append((names[folded][1], place, names[folded][0]))
        elif folded not in _AMBIGUOUS and header:
            unknown.append(header)
    places: dict[str, int] = {}
    doubled: list[tuple[str, str]] = []
    for _, place, key in sorted(found):
        if key in places:
            doubled.append((headers[place], headers[places[key]]))
        else:
            places[key] = place
    for place, header in enumerate(headers):
        wanted = _AMBIGUOUS.get(fold_header(header), ())
        if not wanted or fold_header(header) in own:
            continue
        free = next((key for key in wanted if key in keys and key not in places), None)
        if free is None:
            unknown.append(header)
        else:
            places[free] = place
    return Matched({key: place for key, place in places.items() if key}, tuple(unknown), tuple(doubled))
