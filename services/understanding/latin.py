"""Latin letters in a wish: class codes, English words, pinyin in full or in initials."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby, product

from services.regex import regex
from services.understanding.draft import Draft
from services.understanding.lexicon import Lexicon, pinyin
from services.understanding.lexicon.ear import SHORTEST_SPELT
from services.understanding.lexicon.pinyin import is_pinyin, syllables_of
from services.understanding.lexicon.tables import readings, table

_RUN = regex(r"[a-z0-9](?:[a-z0-9 '·-]*[a-z0-9])?")
_CODE = regex(r"(?<![a-z0-9_-])[a-z0-9_-]{2,64}(?![a-z0-9_-])")
_CODE_SAID = regex(r"(?:编号|课号|代码|班号|课程号)(?:是|为|:)?\s*$")
# one character beside one syllable
_MIXED = regex(r"(?<![a-z])([㐀-鿿])([a-z]{1,6})(?![a-z])|(?<![a-z])([a-z]{1,6})([㐀-鿿])")
# between the words of a text, and of a run
_BETWEEN_SAID = regex(r"[ '·,.!?]+")
_BETWEEN = regex(r"[ '·]+")
_MOST_WORDS = 5
MOST_SYLLABLES = 40
MOST_IN_WORD = 6


@cache
def _english() -> tuple[dict[str, str], frozenset[str]]:
    data = table("english")
    return data["words"], frozenset(data["filler"]["words"])


def english_word(text: str) -> str:
    """Return the Chinese of an English word, written without gaps or not; any other text as it is."""
    if not text.isascii():
        return text
    words = _english()[0]
    return words.get(text) or next(
        (said for word, said in words.items() if word.replace(" ", "") == text), text
    )


def read_code(draft: Draft, lexicon: Lexicon) -> None:
    """Take a class code said literally; digits alone count only by themselves or after 编号."""
    whole = lexicon.codes.get(draft.text.strip())
    if whole:
        draft.fields["code"], draft.text = whole, ""
        return
    for match in _CODE.finditer(draft.text):
        code = lexicon.codes.get(match[0])
        if code and (not match[0].isdigit() or _CODE_SAID.search(draft.text[: match.start()])):
            draft.fields["code"] = code
            draft.text = _CODE_SAID.sub(" ", draft.text[: match.start()]) + " " + draft.text[match.end() :]
            return


def whole_in_pinyin(text: str, lexicon: Lexicon) -> str | None:
    """Return the Chinese of a text that is a title or a whole sentence in pinyin, or None."""
    if not text or not text.isascii():
        return None
    words = [word for word in _BETWEEN_SAID.split(text) if word]
    title = lexicon.spelled_titles.get("".join(words))
    if title:
        return title
    if len(words) == 1 and (text in lexicon.pinyin or text in lexicon.codes):
        return None
    if _any_english(words, lexicon):
        return None
    if any(word.isdigit() for word in words) and not all(word.isdigit() for word in words):
        # bie chaoguo 100
        told = [
            "".join(run) if digits else _spoken(list(run), lexicon)
            for digits, run in groupby(words, str.isdigit)
        ]
        return "".join(one for one in told if one) if None not in told else None
    return _spoken(words, lexicon)


def _any_english(words: list[str], lexicon: Lexicon) -> bool:
    """Whether a word is English and no pinyin of what is known here."""
    return any(word in _english()[0] and not lexicon.pinyin.get(word) for word in words)


def read_latin(draft: Draft, lexicon: Lexicon) -> None:
    """Put Chinese words in the place of English ones and pinyin; what stays Latin becomes a word as it is."""
    draft.text = _MIXED.sub(lambda match: _mixed(match, lexicon), draft.text)
    pieces, at = [], 0
    for match in _RUN.finditer(draft.text):
        if any(char.isalpha() for char in match[0]):
            pieces += [draft.text[at : match.start()], _translate(match[0], draft, lexicon)]
            at = match.end()
    draft.text = "".join(pieces) + draft.text[at:]


def _translate(run: str, draft: Draft, lexicon: Lexicon) -> str:
    words = [word for word in _BETWEEN.split(run) if word]
    spoken = None if len(words) < 2 and run in lexicon.pinyin else _spoken(words, lexicon)
    if spoken and not _any_english(words, lexicon):
        return f" {spoken} "
    out, at = [], 0
    while at < len(words):
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            found = _known(words[at : at + count], draft, lexicon)
            if found is not None:
                out.append(found)
                at += count
                break
        else:
            near = _misspelt(words, at, lexicon)
            if near:
                out.append(f" {near[0]} ")
            at += near[1] if near else _unknown(words, at, draft)
    # a run without gaps stays joined to its neighbours: AI绘画 is one title
    if len(out) == len(words) == 1:
        return out[0]
    # guitar 100块: the number stays with what it counts
    return f" {' '.join(out)}" + ("" if words[-1].isdigit() else " ")


def _known(words: list[str], draft: Draft, lexicon: Lexicon) -> str | None:
    english, filler = _english()
    spaced, joined = " ".join(words), "".join(words).replace("-", "")
    if spaced in english:
        return f" {english[spaced]} "
    if spaced in filler:
        return " "
    if joined in lexicon.phrases or joined.isdigit():
        return joined
    if len(joined) >= SHORTEST_SPELT and joined in lexicon.latin:
        return f" {lexicon.latin[joined]} "
    if joined in lexicon.pinyin:
        value = lexicon.pinyin[joined]
        if value:
            # jianzi is 毽子, but where only 剪纸 is taught somebody mistyped that
            near = None if value in lexicon.taught else lexicon.sounding(pinyin.syllables_of(joined))
            return f" {near if near and lexicon.topics.get(near) in lexicon.taught else value} "
        draft.add("words", joined)
        return " "
    return None


def _mixed(match: re.Match[str], lexicon: Lexicon) -> str:
    """Return the Chinese for a word half in characters, half in pinyin (zhou六, 二hu)."""
    halves = (match[1] or match[3], match[2] or match[4])
    for before, after in product(*(readings().get(half, (half,)) for half in halves)):
        spelling = before + after
        found = lexicon.latin.get(spelling) or lexicon.pinyin.get(spelling)
        if found:
            return found
    return match[0]


def _spoken(words: list[str], lexicon: Lexicon) -> str | None:
    """Return the Chinese of a whole sentence in pinyin, or None where a syllable belongs to nothing known."""
    syllables: list[str] = []
    for word in words:
        cut = syllables_of(word)
        if not cut:
            return None
        syllables += cut
    if len(syllables) > MOST_SYLLABLES:
        return None
    best: list[tuple[int, str] | None] = [None] * len(syllables) + [(0, "")]
    for start in range(len(syllables) - 1, -1, -1):
        for end in range(start + 1, min(start + MOST_IN_WORD, len(syllables)) + 1):
            spelling, rest = "".join(syllables[start:end]), best[end]
            phrase = lexicon.pinyin.get(spelling) if end - start > 1 else None
            phrase = phrase or lexicon.latin.get(spelling)
            if phrase is None and end - start > 1 and rest is not None:
                phrase = lexicon.sounding(syllables[start:end])
            if phrase and rest is not None:
                # fewer and so longer words are likelier
                sofar = best[start]
                if sofar is None or rest[0] + 1 <= sofar[0]:
                    best[start] = (rest[0] + 1, phrase + rest[1])
    whole = best[0]
    return whole[1] if whole else None


def _misspelt(words: list[str], at: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """Return what words of pinyin with a mistake stand for, and how many they are."""
    english = _english()[0]
    for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
        phrase = lexicon.spelt("".join(words[at : at + count]))
        if phrase:
            return phrase, count
    near = (word for word in pinyin.mistyped(words[at]) if word in english)
    word = next(near, None) if len(words[at]) >= SHORTEST_SPELT else None
    return (english[word], 1) if word else None


def _unknown(words: list[str], at: int, draft: Draft) -> int:
    rest = "".join(words[at:])
    english, filler = _english()
    if len(words) - at > 1 and is_pinyin(rest) and not any(w in english or w in filler for w in words[at:]):
        draft.add("words", rest)
        return len(words) - at
    if len(words[at]) > 1:
        draft.foreign.append(words[at][:24])
    return 1
