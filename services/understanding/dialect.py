"""Small words of Cantonese and south-western speech in standard Chinese: 有冇, 幾多錢, 莫得, 好久开课."""

from __future__ import annotations

from services.regex import regex

# of these characters each is looked for before anything is replaced
_TELLING = frozenset(
    "冇唔嘅喺咩乜嘢睇揾搵俾啲咗哋佢嗰嚟莫啷撒要啥咋哈好边几朝晏听钟仲晓巴娃夜得中呢返拜厝囝囡伢"
)
_WORDS = (
    (r"有(?:冇|莫得|莫有)", "有没有"),
    (r"冇得?|莫得", "没有"),
    (r"唔该晒?|唔使客气", "谢谢"),
    (r"唔使", "不用"),
    (r"唔系", "不是"),
    (r"唔得|(?<!想)(?<!不)要不得|不得行", "不行"),
    (r"唔", "不"),
    (r"喺边(?:度|处)?|边度|边处", "在哪里"),
    (r"边个", "哪个"),
    (r"喺", "在"),
    (r"几多|好多(?=钱)|好多(?=[岁次节个]?[?？]?$)", "多少"),
    (r"乜嘢|乜|咩嘢|咩|啥子|撒子", "什么"),
    (r"点解|点样|咋个|啷个", "怎么"),
    (r"睇睇|睇下|睇一下", "看看"),
    (r"睇", "看"),
    (r"(?:揾|搵)", "找"),
    (r"俾", "给"),
    (r"平啲|平d", "便宜点"),
    (r"近啲", "近点"),
    (r"早啲", "早点"),
    (r"啲", "些"),
    (r"咗", "了"),
    (r"我哋", "我们"),
    (r"你哋", "你们"),
    (r"佢哋?", "他"),
    (r"嗰", "那"),
    (r"(?:^|(?<=[在看]))呢(?=个|间|班|度)", "这"),
    (r"嚟", "来"),
    (r"听日", "明天"),
    (r"朝早", "早上"),
    (r"晏昼", "下午"),
    (r"夜晚黑|夜晚", "晚上"),
    (r"返工", "上班"),
    (r"钟意", "喜欢"),
    (r"仲(?=有|系|可以|能|要|未)", "还"),
    (r"嘅", "的"),
    (r"好久(?=(?:才|会|能|要)*(?:上课|开课|开班|开始|开学|上|开)(?!了))", "什么时候"),
    (r"(?:哪点儿?|哪哈儿?)(?=$|[嘛呢啊上学?？])", "哪里"),
    (r"(?:要得|得行|中)(?:不|吗|嘛|么|不要得)(?=[?？]?$)|要不要得(?=[?？]?$)|中不中(?=[?？]?$)", "行吗"),
    (r"(?<=[也都就])(?:要得|得行)", "行"),
    (r"^要得(?=$|[ ,，。!！哈嘛了])", "好的"),
    (r"晓得", "知道"),
    (r"巴适", "好"),
    (r"娃儿", "孩子"),
    (r"拜(?=[一二三四五六](?!拜))(?<!礼拜)", "周"),
    (r"厝边", "邻居"),
    (r"囝仔|囡仔|伢子|细伢", "孩子"),
)
_PATTERNS = tuple((regex(pattern), plain) for pattern, plain in _WORDS)
# one pattern finds whether there is anything to do
_ANY = regex("|".join(f"(?:{pattern})" for pattern, _ in _WORDS))


def in_mandarin(text: str) -> str:
    """Return a folded text with the small words of dialects in standard Chinese."""
    if _TELLING.isdisjoint(text) or not _ANY.search(text):
        return text
    for pattern, plain in _PATTERNS:
        text = pattern.sub(plain, text)
    return text
