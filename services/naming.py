"""What a person is called on class lists: which texts can be a name, and which only might."""

import re
import unicodedata

from sqlalchemy import bindparam, update

from models.people import person
from models.statement import Statement, Tx
from services.regex import regex

MOST = 20
REMEMBER = Statement(
    update(person)
    .where(person.c.id == bindparam("person_id"))
    .values(name=bindparam("new", type_=person.c.name.type)),
    own=True,
)
_FITTING = regex(r"[^\W\d_][\w·•・.\-’' ]*")
# 我叫… can only be followed by a name, 我是… by anything
_TOLD = regex(r"^(?:我的?(?:名字|姓名|大名)?[叫是]作?|大?名字?[叫是]|姓名[是:： ]?|就?叫我?|称呼我)\s*")
_LED = regex(r"^(?:我是|是|就写|写|my name is |i am |i'm |call me )\s*", re.IGNORECASE)
_TAIL = regex(r"(?:就行了?|就好了?|就可以了?|好了|吧|[。.!！~～,，、;；:：\s])+$")
# signs of a picture, of a direction, of nothing: what is left of a name without them is still the name
_SIGNS = frozenset({"So", "Sk", "Sm", "Cf", "Co", "Cs", "Cn", "Mn", "Me", "Cc"})
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向"
    "汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季"
    "裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘池查麻苑迟邝官"
    "封谈匡鞠惠荆乐冀郁胥南班储栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚权帅屠豆朴盖练廉禹井祖漆巴丰"
    "卿国狄平索宣晋云容敬扈晁芮普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况宿鲜印逯隆茹诺战慕危玉银亢嵇湛宾"
    "戎勾茅干尉冶衣阴昝衡富尧"
)
_DOUBLE = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木",
    "夏侯", "长孙", "宇文", "轩辕", "南宫", "百里", "呼延", "澹台", "闻人", "太史", "申屠", "淳于",
    "独孤", "西门", "东郭", "拓跋"
)  # fmt: skip
_STYLED = regex(
    r"^(?:[老小大阿][^\W\d_]|[^\W\d_]{1,4}(?:老师|师傅|阿姨|大妈|大爷|大叔|大姐|大哥|奶奶|爷爷|叔叔|叔|姨|姐|哥|婶|伯|"
    r"先生|女士|小姐|同学|医生|妈妈|爸爸))$"
)
# words of every day that begin like a name, and may still be one
_WORDS = (
    "方便 安排 包括 平常 平时 万一 于是 余额 应该 满意 关于 单位 高级 高兴 安全 安静 成功 成人 平安 "
    "任何 何必 何时 何况 华语 向前 向后 尤其 国画 国学 富有 费用 路过 路上 官方 师资 乐意 乐器 武术 "
    "文化 文学 文艺 查询 查看 查一下 单人 简单 商量 连续 单独 包教 包会 农村 康复 温馨 金额 金钱 白天 "
    "黄昏 周末 周日 古典 古诗 平价 高价 方言 祝好 祝福 游玩 解释 解决 解放 管理 成绩 司机 车票 车站 "
    "连着 位置 区别 谈谈 应用 车费 关闭 关掉 关心 关机 任意 何处 何地 阿姨 大妈 大爷 大叔 大姐 大哥 "
    "小时 小班 小区 小声 小字 大字 大人 大班 大概 大家 大的 小的 老人 老师 老年 老是 小孩 大声 老地 "
    "高见 方案 万能 安装 成人班 方便的 干嘛 干啥 满了"
)
_EVERYDAY = frozenset(_WORDS.split())
_LATIN = regex(r"[A-ZÀ-Þ][^\W\d_]*(?:[ .’'\-]{1,2}[^\W\d_]+)*\.?")


def fits(name: str) -> bool:
    """Whether a text may stand on a list as a name at all."""
    return len(name) <= MOST and _FITTING.fullmatch(name) is not None


def usable(name: str) -> str:
    """A platform's own name as it may stand on a button, without pictures, or nothing."""
    plain = "".join(char for char in name if unicodedata.category(char) not in _SIGNS or char in "=+<>|~")
    cut = " ".join(plain.split())[:MOST].strip(" .-·•・’'")
    return cut if fits(cut) else ""


def said_name(text: str) -> tuple[str, bool]:
    """The name in an answer (我叫王秀兰。), and whether it was said to be one."""
    said = " ".join(text.split())
    said = _TAIL.sub("", said) or said
    told = _TOLD.sub("", said, count=1)
    if told != said and not said.startswith("我是"):
        return told, True
    return _LED.sub("", said, count=1), False


def like_a_name(name: str) -> bool:
    """Whether a text has the shape of a name: 王秀兰, 欧阳娜娜, 李阿姨, 老张, 阿依古丽·买买提, Anna Smith."""
    if name in _EVERYDAY or not fits(name):
        return False
    if name < "ɐ":  # Latin letters
        return _LATIN.fullmatch(name) is not None
    if "·" in name or "•" in name or "・" in name or _STYLED.match(name):
        return True
    if name.startswith(_DOUBLE):
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 and name[0] in _SURNAMES


def remember(tx: Tx, person_id: int, name: str) -> None:
    """Keep the name for the next enrolment."""
    tx.run(REMEMBER, person_id=person_id, new=name)
