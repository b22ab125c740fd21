"""A small town's catalogue for the tests: eighty-odd classes, written by hand, seen from 24 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from services.search.index import CatalogueIndex
from services.search.record import CatalogueRecord
from services.understanding.lexicon import Lexicon

TODAY = date(2026, 11, 24)  # a Tuesday
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")

PLACES = {
    "东": ("东关街道", "东关街道文化站", "东关大街12号", 36.10, 114.30),
    "西": ("城西镇", "城西镇社区学校", "迎宾路3号", 36.12, 114.25),
    "南": ("南湖社区", "南湖社区活动中心", "湖滨路88号", 36.05, 114.31),
    "图": ("城中区", "县图书馆三楼报告厅", "人民路1号", 36.09, 114.29),
    "老": ("城中区", "老年大学综合楼", "人民路20号", 36.09, 114.28),
    "网": ("", "", "", None, None),
}

# title | category | place | fee in yuan (? not told) | weekday and hours, several by blanks
# | teacher | audience | says
ROWS = """
书法楷书一年级|arts|老|60|1 0830-1030 4 1500-1700|王秀兰|老年人|从握笔开始，写好毛笔字。
书法行书二年级|arts|老|60|2 0830-1030|王秀兰|老年人|学过楷书的继续学。
周末书法体验|arts|图|0|6 0900-1030|周文清|居民|免费体验，笔墨现场提供。
硬笔书法|arts|东|30|6 1400-1530|周文清|儿童、家长|钢笔和铅笔字。
少儿书法|arts|南|200|7 0900-1030|陈亮|儿童|适合小学生。
国画花鸟|arts|老|60|3 0830-1030|李素珍|老年人|画牡丹和喜鹊。
山水画入门|arts|东|50|5 1500-1700|李素珍||零基础学山水。
水彩风景|arts|南|80|6 1000-1130|何小曼|成年人|户外写生。
素描基础|arts|图|?|2 1900-2030|何小曼|上班族|下班后学画。
剪纸|arts|东|0|4 1430-1600|赵桂芳|居民|过年窗花。
苏绣|arts|西|100|5 0900-1100|吴玉梅|妇女|针法与配色。
编织|leisure|东|0|3 1500-1630|赵桂芳||织围巾、帽子。
陶艺体验|arts|南|120|7 1400-1600|孙立|亲子|捏一只自己的杯子。
二胡入门|arts|老|60|1 1500-1630|郑国强|老年人|从拉空弦开始。
古筝一年级|arts|老|80|2 1500-1630|林晓燕|老年人|基本指法。
古筝二年级|arts|老|80|4 0830-1000|林晓燕|老年人|练小曲。
电子琴一年级|arts|老|60|3 1500-1630|林晓燕|老年人|认识键盘。
钢琴启蒙|arts|南|300|6 1500-1600|杜鹃|儿童|一对四小班。
扬琴|arts|西|50|2 1900-2030|郑国强||民乐合奏。
葫芦丝|arts|东|0|1 1900-2030|马志刚|居民|吹出《月光下的凤尾竹》。
尤克里里|arts|南|100|5 1900-2000|高原|上班族|四根弦的快乐。
吉他弹唱|arts|图|150|6 1900-2030|高原|青年|学会五首歌。
声乐一年级|arts|老|60|2 0830-1030|白雪|老年人|气息与发声。
夕阳红合唱团|arts|东|0|5 0830-1030|白雪|老年人|每年演出两次。
豫剧清唱|arts|西|0|6 0830-1000|马金凤||名段欣赏与学唱。
京剧|arts|老|60|4 1500-1630|马金凤|老年人|唱念做打。
朗诵与主持|arts|图|50|4 1900-2030|方正|居民|普通话和台风。
诗词鉴赏|arts|图|0|3 1430-1600|方正||读唐诗宋词。
读书沙龙|arts|图|0|6 1430-1630|方正|居民|每月共读一本书。
摄影基础|arts|图|60|7 0900-1100|石磊||构图与光线。
广场舞|sport|东|0|1 1900-2000 3 1900-2000|张红霞|居民|一支新舞四周学会。
民族舞蹈|sport|老|60|2 1500-1630|张红霞|老年人|藏族舞与傣族舞。
拉丁舞|sport|南|40|5 1930-2100|韩梅|成年人|恰恰与伦巴。
交谊舞|sport|西|50|6 1930-2100|韩梅|成年人|慢三快四。
少儿街舞|sport|南|260|7 1500-1600|阿杰|儿童|节奏训练。
旗袍走秀|sport|老|60|5 1500-1630|沈芳|妇女|仪态与台步。
太极拳二十四式|sport|东|0|2 0700-0800 4 0700-0800|丁建国|居民|清晨在广场练。
太极拳提高班|sport|老|60|3 0830-1000|丁建国|老年人|四十二式。
八段锦|sport|南|0|1 0630-0730|丁建国|居民|站着就能练。
瑜伽一年级|sport|老|80|2 1030-1130|柳青|妇女|舒缓伸展。
晚间瑜伽|sport|南|50|2 1930-2030 4 1930-2030|柳青|上班族|下班放松肩颈。
健身操|sport|东|0|6 1900-2000|柳青||跟着音乐动起来。
乒乓球|sport|西|20|3 1900-2100|蔡振|居民|发球与推挡。
柔力球|sport|老|40|4 1030-1130|蔡振|老年人|以柔克刚。
游泳初级|sport|南|380|6 1600-1700|汪洋|儿童|学会蛙泳。
象棋|leisure|东|0|7 1400-1600|胡司令||残局与布局。
智能手机入门|science|东|0|1 0900-1030|刘敏|老年人|打电话、发微信、扫码。
智能手机提高班|science|图|0|3 0900-1030|刘敏|老年人|手机支付与挂号。
手机短视频剪辑|science|图|60|4 1900-2030|刘敏|居民|拍好一条抖音。
电脑基础|science|西|50|2 1900-2030|郭涛|成年人|打字、文档与表格。
Python编程启蒙|science|图|180|7 1030-1200|郭涛|儿童|写一个小游戏。
AI工具应用|science|图|0|5 1930-2100|郭涛|上班族|让电脑帮你写报告。
家庭用电安全|science|南|0|6 1500-1630|电力公司||插座、空调与火灾。
科学实验|science|南|0|7 0930-1100|叶老师|儿童、亲子|做火山、做彩虹。
防诈骗讲座|civic|东|0|3 0930-1030|社区民警|老年人|认清十种骗局。
民法典进社区|civic|南|0|4 1500-1630|许律师|居民|婚姻、继承与邻里。
垃圾分类|civic|西|0|6 1000-1100|环卫所|居民|四色桶怎么用。
急救知识|civic|图|0|7 1500-1700|红十字会|居民|心肺复苏与止血。
消防演练|civic|东|0|6 1600-1700|消防队|居民|学用灭火器。
诚信故事会|integrity|图|0|6 1330-1430|方正|居民|讲身边的守信人。
征信与贷款|integrity|西|0|4 1930-2030|银行||看懂自己的信用报告。
低压电工|vocational|西|800|1 1900-2130 3 1900-2130|何师傅|务工人员|考电工证。
电焊工|vocational|西|900|2 1900-2130|何师傅|务工人员|持证上岗。
育婴员|vocational|南|600|1 0900-1130 3 0900-1130|胡玉华|妇女|照料0到3岁宝宝。
养老护理员|vocational|老|0|2 1400-1630|胡玉华|务工人员|政府补贴，结业考证。
中式烹调师|vocational|西|500|4 1400-1700|牛师傅|务工人员|切配、火候与调味。
电商开店|vocational|图|0|5 1400-1630|邓超|农民|把土特产卖出去。
叉车驾驶|vocational|西|1000|6 0800-1100|何师傅|务工人员|考叉车证。
家政收纳|vocational|东|100|5 1400-1600|胡玉华|妇女|整理衣柜有方法。
绘本阅读|early_years|图|0|6 1000-1100|小雨老师|幼儿、亲子|爸爸妈妈一起读。
早教亲子课|early_years|南|50|7 1000-1100|小雨老师|婴幼儿、家长|唱歌、爬行与触摸。
隔代教育讲座|early_years|东|0|2 1500-1630|田教授|老年人|带孙子不吵架。
家庭教育课堂|early_years|南|0|5 1900-2030|田教授|家长|和青春期的孩子说话。
中医养生|wellbeing|老|60|5 0830-1000|孙大夫|老年人|四季调养。
艾灸与推拿|wellbeing|南|90|3 1930-2100|孙大夫|成年人|常用穴位。
高血压自我管理|wellbeing|东|0|4 0930-1030|社区医院|老年人|怎么量、怎么吃。
心理减压|wellbeing|网|0|3 2000-2100|苏老师|上班族|线上小组，睡个好觉。
营养配餐|wellbeing|南|30|6 0930-1100|于营养师|居民|三餐怎么搭。
家常菜|leisure|西|80|7 0930-1130|牛师傅|居民|八道拿手菜。
烘焙入门|leisure|南|150|6 1330-1600|甜甜|成年人|蛋糕与曲奇。
面点制作|leisure|西|60|3 1400-1600|牛师傅||馒头、包子、花卷。
插花|leisure|图|100|5 1430-1600|花间||四季花材。
茶艺|leisure|图|80|4 1430-1600|花间||六大茶类。
阳台种菜|leisure|东|0|7 0900-1000|农技站|居民|一盆葱、一盆蒜苗。
英语口语|arts|网|0|2 2000-2100|方正|成年人|线上跟读。
志愿者培训|staff|图|0|6 0900-1130|团县委|志愿者|上岗前的一课。
""".strip()


def _slots(text: str) -> tuple[tuple[int, int, int], ...]:
    words = text.split()
    found = []
    for day, span in zip(words[::2], words[1::2], strict=True):
        start, end = (int(part[:2]) * 60 + int(part[2:]) for part in span.split("-"))
        found.append((int(day) - 1, start, end))
    return tuple(found)


def _record(number: int, row: str) -> CatalogueRecord:
    title, category, at, fee, when, teacher, audience, says = row.split("|")
    district, venue, address, latitude, longitude = PLACES[at]
    slots = _slots(when)
    first = TODAY + timedelta(days=3 + number % 12)
    dates = sorted(
        day.toordinal()
        for day in (first + timedelta(days=n) for n in range(84))
        if any(day.weekday() == slot[0] for slot in slots)
    )
    starts = datetime.fromordinal(dates[0]).replace(tzinfo=ZONE) + timedelta(minutes=slots[0][1])
    return CatalogueRecord(
        offering_id=number,
        code=f"DG{number:03}",
        title=title,
        category=category,
        form="online" if at == "网" else "class",
        description=says,
        school=f"{district}社区学校" if district else "县社区学院",
        unit_path="/root/county",
        district=district,
        venue=venue,
        address=address,
        latitude=latitude,
        longitude=longitude,
        teacher=teacher,
        audience=tuple(audience.split("、")) if audience else (),
        fee_fen=None if fee == "?" else int(fee) * 100,
        min_age=50 if at == "老" else None,
        max_age=16 if audience == "儿童" else None,
        online=at == "网",
        slots=slots,
        dates=tuple(dates),
        first_start=starts.astimezone(UTC),
        enrol_closes=starts.astimezone(UTC),
    )


@cache
def records() -> tuple[CatalogueRecord, ...]:
    """Return the whole catalogue, numbered from 1 in the order of ROWS."""
    return tuple(_record(number, row) for number, row in enumerate(ROWS.splitlines(), 1))


@cache
def town() -> CatalogueIndex:
    """Return the catalogue's index, built once for tests that only read it."""
    index = CatalogueIndex(Lexicon())
    index.build(records())
    return index
