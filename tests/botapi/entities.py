"""Telegram's HTML: the subset of tags, its refusals with byte offsets, and the text that stays visible."""

from __future__ import annotations

import re
from typing import Any

from tests.botapi.refusals import Refused, bad, units

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*(=?)\s*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]+")


class _Parser:
    """One pass over the text; `out` is what stays visible, `open` the tags not yet closed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[tuple[str, int, dict[str, str]]] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "&":
                self._reference()
            elif char == "<":
                self._tag()
            else:
                self._emit(char)
                self.at += 1
        if self.open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.out), self.entities

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.length += units(text)

    def _reference(self) -> None:
        found = _REFERENCE.match(self.source, self.at)
        char = _decode(found) if found else ""
        if found is None or not char:
            self._emit("&")
            self.at += 1
            return
        self._emit(char)
        self.at = found.end()

    def _tag(self) -> None:
        if self.source.startswith("</", self.at):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin, source = self.at, self.source
        found = re.compile(r"[^\s>]*").match(source, begin + 1)
        assert found is not None
        if found.end() >= len(source):
            raise _broken(f"Unclosed start tag at byte offset {_bytes(source, begin)}")
        name = found.group().lower()
        if name not in _TAGS:
            raise _broken(f'Unsupported start tag "{name}" at byte offset {_bytes(source, begin)}')
        self.at = found.end()
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            where = _bytes(source, begin)
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.open.append((name, self.length, attributes))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        source = self.source
        attributes: dict[str, str] = {}
        while True:
            while self.at < len(source) and source[self.at].isspace():
                self.at += 1
            if self.at >= len(source):
                raise _broken(f'Unclosed start tag "{tag}" at byte offset {_bytes(source, begin)}')
            if source[self.at] == ">":
                self.at += 1
                return attributes
            found = _ATTRIBUTE.match(source, self.at)
            assert found is not None
            if not found.group(1):
                where = _bytes(source, begin)
                raise _broken(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self.at = found.end()
            if found.group(2):
                attributes[found.group(1)] = self._attribute_value(begin, tag)
            elif tag == "blockquote" and found.group(1) == "expandable":
                attributes["expandable"] = ""
            else:
                raise _broken(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                    f"at byte offset {_bytes(source, begin)}"
                )

    def _attribute_value(self, begin: int, tag: str) -> str:
        source = self.source
        if self.at >= len(source):
            raise _broken(f'Unclosed start tag "{tag}" at byte offset {_bytes(source, begin)}')
        quote = source[self.at]
        if quote in "\"'":
            end = source.find(quote, self.at + 1)
            if end < 0:
                raise _broken(f"Unclosed start tag at byte offset {_bytes(source, begin)}")
            value, self.at = source[self.at + 1 : end], end + 1
            return _REFERENCE.sub(lambda found: _decode(found) or found.group(), value)
        found = _BARE_VALUE.match(source, self.at)
        end = found.end() if found else self.at
        if found is None or end >= len(source) or not (source[end].isspace() or source[end] == ">"):
            raise _broken(f"Unexpected end of name token at byte offset {_bytes(source, self.at)}")
        self.at = end
        return found.group().lower()

    def _end_tag(self) -> None:
        begin, source = self.at, self.source
        where = _bytes(source, begin)
        if not self.open:
            raise _broken(f"Unexpected end tag at byte offset {where}")
        found = re.compile(r"</([^\s>]*)\s*(>?)").match(source, begin)
        assert found is not None
        if not found.group(2):
            raise _broken(f"Unclosed end tag at byte offset {where}")
        name, start, attributes = self.open.pop()
        said = found.group(1).lower()
        if said and said != name:
            raise _broken(
                f'Unmatched end tag at byte offset {where}, expected "</{name}>", found "</{said}>"'
            )
        self.at = found.end()
        if self.length > start:
            self._close(name, start, attributes)

    def _close(self, name: str, start: int, attributes: dict[str, str]) -> None:
        entity: Entity = {"type": _TAGS[name], "offset": start, "length": self.length - start}
        if name == "a":
            if "href" not in attributes:
                return
            entity["url"] = attributes["href"]
        if name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if name == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        self.entities.append(entity)


def _broken(detail: str) -> Refused:
    return bad(f"can't parse entities: {detail}")


def _bytes(source: str, position: int) -> int:
    return len(source[:position].encode())


def _decode(found: re.Match[str]) -> str:
    sixteen, ten, named = found.groups()
    if named:
        return _NAMED[named]
    code = int(sixteen, 16) if sixteen else int(ten)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    left = units(text) - units(text.lstrip())
    text = text.strip()
    length, kept = units(text), []
    for entity in entities:
        start = max(entity["offset"] - left, 0)
        end = min(entity["offset"] + entity["length"] - left, length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def visible(text: str, parse_mode: str, given: Any = None) -> tuple[str, list[Entity]]:
    """The text a person sees and its entities; raises 400 `can't parse entities` or `unsupported parse_mode`.

    Only HTML is understood: Doorstep sends nothing else.
    """
    mode = parse_mode.lower()
    if mode == "html":
        return _trim(*_Parser(text).run())
    if mode and mode != "none":
        raise bad("unsupported parse_mode")
    return _trim(text, _given(given))


def _given(given: Any) -> list[Entity]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad("expected an Array of MessageEntity")
    for entity in given:
        fits = isinstance(entity, dict) and isinstance(entity.get("type"), str)
        if not fits or not all(isinstance(entity.get(name), int) for name in ("offset", "length")):
            raise bad("can't parse MessageEntity: type, offset and length expected")
    return given
