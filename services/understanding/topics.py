"""What is to be learnt: the topics of a text that was cut up, and its free words."""

from __future__ import annotations

from services.regex import regex
from services.understanding.cutting import Cut, edges, pieces, trimmed
from services.understanding.draft import Draft
from services.understanding.lexicon import Lexicon, Sense
from services.understanding.lexicon.ear import LONGEST_HEARD
from services.understanding.normalise import squeeze
from services.understanding.tale import CLAUSE_END, asides, sought

MAX_WORDS = 8
LONGEST_WORD = 24
FAR_APART = 5
LONG_TALE = 16
MOST_CORRECTED = 24
# 两个, 不要, 几点: no name of anything
_EMPTY = regex("[不要没有别是了就还也都两个几点那这哪些样儿呢吧太再又只能会行可以什么啥咋]+")
# 游戏 is no opera: this character alone is looked for as its topic
_WITHIN = frozenset("戏")
_TOWARDS = frozenset("离在到去住")
# kinds of class that beside a topic say for whom it is
_FOR_WHOM = frozenset({"亲子"})
_DOING, _KIND = frozenset("打弹拉吹唱跳画写做玩看上教"), frozenset("师员工证")
# what stands between two things of which either will do
_EITHER = regex(r"[、,，/;；]|[和与及或跟]|还有|还想|也想|又想|也要|要么|另外|顺便|同时")


def _bare(run: str, start: int) -> bool:
    """Whether nothing but small words stands around two characters of a run."""
    lead, trail, _ = edges()
    around, behind = _DOING | lead, _KIND | trail
    return all(char in around for char in run[:start]) and all(char in behind for char in run[start + 2 :])


def corrected(run: str, lexicon: Lexicon) -> tuple[str, str, str] | None:
    """Return what stands before a misspelt word, the phrase that it sounds like, and what stands behind.

    The longest such word counts (我妈想学太集拳啊: 太极拳); None where nothing sounds like anything known.
    """
    if len(run) > MOST_CORRECTED:
        return None
    for length in range(min(LONGEST_HEARD, len(run)), 1, -1):
        for start in range(len(run) - length + 1):
            piece = run[start : start + length]
            # within a longer run two characters sound like something by chance
            if length == 2 < len(run) and (piece in lexicon.grams or not _bare(run, start)):
                continue
            phrase = lexicon.heard(piece, loosely=piece == run)
            if phrase:
                return run[:start], phrase, run[start + length :]
    return None


def _take_heard(draft: Draft, lexicon: Lexicon, phrase: str) -> bool:
    sense = lexicon.phrases.get(phrase) or Sense("topic", lexicon.topics.get(phrase, phrase))
    if sense.kind == "place":
        draft.add("place", phrase)
    elif sense.kind in ("topic", "teacher"):
        draft.add("words", sense.value)
    return sense.kind in ("place", "topic", "teacher")


def either(between: str) -> bool:
    """True when what stands between two things says that either will do."""
    return _EITHER.search(between) is not None


def _either(between: str, before: str, topic: str, lexicon: Lexicon) -> bool:
    """Whether two topics said one after the other are two wishes, not one class that is both."""
    # what is said far apart in a long tale is hardly one class
    if len(between) > FAR_APART or _EITHER.search(between):
        return True
    last = before.rpartition("|")[2]
    one_is_wider = topic in lexicon.wider(last) or last in lexicon.wider(topic)
    return not one_is_wider and frozenset((last, topic)) not in lexicon.together


def _topics(text: str, said: Cut, lexicon: Lexicon) -> tuple[list[str], list[str]]:
    """Return the topics and teachers named, and what of their everyday names titles say.

    Topics of which either will do are joined by a bar (书法|国画).
    """
    found: list[str] = []
    literal: list[str] = []
    end, kind = -1, ""
    both = "都行" in text or "都可以" in text or "都成" in text
    aside = _told_aside(text, said, lexicon) if len(text) > LONG_TALE else frozenset()
    for phrase, sense, start in said.senses:
        if sense.kind not in ("topic", "teacher") or start in aside:
            continue
        if phrase in lexicon.faint and not both and _named_beside(sense.value, said, lexicon):
            continue
        value = sense.value
        if sense.kind == "topic":
            value, part = _looked_for(phrase, value, lexicon)
            literal += [part] if part else []
        if (
            found
            and sense.kind == kind == "topic"
            and _either(text[end:start], found[-1], sense.value, lexicon)
        ):
            if value not in found[-1].split("|"):
                found[-1] += f"|{value}"
        elif value not in found:
            found.append(value)
        end, kind = start + len(phrase), sense.kind
    return found, literal


def _named_beside(topic: str, said: Cut, lexicon: Lexicon) -> bool:
    """Whether something else is named, so that a word that tells little on its own is no wish of its own."""
    others = {
        sense.value
        for phrase, sense, _ in said.senses
        if sense.kind == "topic" and phrase not in lexicon.faint
    }
    return bool(others) and not any(frozenset((topic, other)) in lexicon.together for other in others)


def _in_titles(phrase: str, value: str, lexicon: Lexicon) -> str:
    """Return what an everyday word is looked for under: itself as well where titles say it, as 食疗 may."""
    if phrase in lexicon.topics or phrase in value or not lexicon.in_titles(phrase):
        return value
    if any(topic in phrase for topic in value.split("|")):  # 用电脑 says no more than 电脑
        return value
    taught = any(topic in lexicon.taught for topic in value.split("|"))
    return f"{value}|{phrase}" if taught else phrase


def _looked_for(phrase: str, topic: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return what an everyday word is looked for under, and the part of it that titles say (瓷砖 of 贴瓷砖).

    Those that say it come first; where nobody teaches the topic under its own name, they are what is meant.
    """
    value = _in_titles(phrase, topic, lexicon)
    if phrase == value:
        return value, ""
    told = [one for one in pieces(phrase, lexicon) if len(one) > 1 and _names_it(one, topic, lexicon)]
    part = max(told, key=len, default="")
    if part and part not in value and not any(map(lexicon.covered, value.split("|"))):
        value = f"{value}|{part}"
    return value, "" if part in topic else part


def _names_it(piece: str, topic: str, lexicon: Lexicon) -> bool:
    """Whether titles say a piece of a word and it stands for nothing else, as 手机 of 修手机 does."""
    sense = lexicon.phrases.get(piece, Sense("topic", piece))
    return sense.kind == "topic" and sense.value in (piece, *topic.split("|")) and lexicon.in_titles(piece)


def _told_aside(text: str, said: Cut, lexicon: Lexicon) -> frozenset[int]:
    """Where topics stand that are told by the way."""
    topics = [
        (phrase, start)
        for phrase, sense, start in said.senses
        if sense.kind == "topic" and sense.value not in lexicon.manners
    ]
    return asides(text, topics)


def _without_groups(draft: Draft, topics: list[str], lexicon: Lexicon) -> list[str]:
    """Of 剪纸 亲子 the second says for whom."""
    found: list[str] = []
    for topic in topics:
        words = topic.split("|")
        left = [word for word in words if word not in lexicon.groups]
        if len(left) < len(words) and (left or len(topics) > 1):
            for word in words:
                if word in lexicon.groups:
                    draft.add("audience", word)
            topic = "|".join(left)
        if topic:
            found.append(topic)
    return found


def _hint(draft: Draft, word: str) -> None:
    if word not in draft.fields.get("words", ()):
        draft.add("words", word[:LONGEST_WORD])
        soft = draft.fields.get("soft", frozenset())
        draft.fields["soft"] = frozenset({*soft, f"word:{word[:LONGEST_WORD]}"})


def _loose(draft: Draft, lexicon: Lexicon, said: Cut) -> tuple[list[str], list[str]]:
    """Return the words of the unknown runs: those that stand in the catalogue, and others.

    A misspelt word is put right on the way.
    """
    taught: list[str] = []
    untaught: list[str] = []
    for run in said.runs:
        where = run[1:] if len(run) > 3 and run[0] in _TOWARDS else run
        # 滨海那个体育馆
        where = where.removesuffix("那个").removesuffix("那家")
        if len(where) > (1 if run[:-2] == where else 2) and lexicon.within_place(where):
            draft.add("place", where)
            if draft.fields.get("order") == "nearest":
                # 离工业园近的: there first, and not near to where one is
                del draft.fields["order"]
                soft = draft.fields.get("soft", frozenset())
                draft.fields["soft"] = frozenset({*soft, f"place:{where}"})
            continue
        rest = trimmed(run, lexicon) if run else ""
        if len(rest) < len(run) and not _stands(run, lexicon):
            # 会记: the small word may be a part of what is misspelt
            whole = lexicon.heard(run)
            if whole and _take_heard(draft, lexicon, whole):
                continue
        if len(rest) == 1:
            # 琴 is a wish wherever it stands, any other character only alone
            alone = rest in lexicon.title_chars and not draft.fields and squeeze(draft.text) == rest
            if alone and rest not in _WITHIN:
                taught.append(rest)
            elif rest in lexicon.topics and not draft.fields.get("words"):
                draft.add("words", lexicon.topics[rest])
            continue
        # in a long tale that names its topic, what sounds like another one is mere chance
        told = bool(draft.fields.get("words")) and len(draft.text.strip()) > LONG_TALE
        if rest and not told and not _stands(rest, lexicon):
            better = corrected(rest, lexicon)
            if better and _take_heard(draft, lexicon, better[1]):
                rest = trimmed(better[0], lexicon) or trimmed(better[2], lexicon)
        for piece in pieces(rest, lexicon) if len(rest) > 1 else ():
            if len(piece) < 2 or _EMPTY.fullmatch(piece):
                continue
            verb = None if told or _stands(piece, lexicon) else lexicon.by_verb(piece)
            if verb:
                if not draft.fields.get("words"):
                    draft.add("words", verb)
            else:
                (taught if _stands(piece, lexicon) else untaught).append(piece)
    return taught, untaught


def _stands(text: str, lexicon: Lexicon) -> bool:
    """Whether each two neighbours of a text stand together somewhere in the catalogue."""
    return all(text[i : i + 2] in lexicon.grams for i in range(len(text) - 1))


def read_words(draft: Draft, lexicon: Lexicon, said: Cut) -> tuple[bool, bool]:
    """Set the free words; return whether any word is known to the catalogue, and whether any is not."""
    topics, literal = _topics(draft.text, said, lexicon)
    if len(said.senses) > 1:
        topics = _without_groups(draft, topics, lexicon)
    for word in topics:
        draft.add("words", word)
    for phrase, sense, _ in said.senses:
        # 亲子陶艺: what it is and for whom
        if phrase in _FOR_WHOM and sense.value not in topics and topics:
            draft.add("audience", phrase)
    known, unknown = bool(topics), False
    weak = [phrase for phrase, sense, _ in said.senses if sense.kind == "weak"]
    taught, untaught = _loose(draft, lexicon, said)
    for word in draft.foreign:
        (taught if _stands(word, lexicon) else untaught).append(word)
    known = known or bool(draft.fields.get("words"))
    draft.loose = 0 if known else len(taught) + len(untaught)
    if known:
        # beside what is known, the catalogue's words only say which come first, and others say nothing
        for word in (*taught, *weak, *literal):
            _hint(draft, word)
    else:
        if untaught and (draft.fields or taught) and CLAUSE_END.search(draft.text.strip()):
            # of a tale only what is said as something to learn is looked for
            untaught = [word for word in untaught if sought(word, draft.text)]
        for word in (*taught, *untaught, *weak):
            draft.add("words", word[:LONGEST_WORD])
        known, unknown = bool(taught or weak), bool(untaught)
    if len(draft.fields.get("words", ())) > MAX_WORDS:
        draft.fields["words"] = draft.fields["words"][:MAX_WORDS]
    return known, unknown
