"""What a person wants besides looking for a class, by closed tables of phrases."""

from __future__ import annotations

from functools import cache

from services.understanding.lexicon.tables import table
from services.understanding.normalise import squeeze


@cache
def _exact() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in table("intents")["intent"]:
        for phrase in entry.get("exact", ()):
            found.setdefault(squeeze(phrase.lower()), entry["name"])
    return found


@cache
def _contained() -> tuple[tuple[str, str], ...]:
    return tuple(
        (squeeze(phrase), entry["name"])
        for entry in table("intents")["intent"]
        for phrase in entry.get("contains", ())
    )


def exact_intent(text: str) -> str | None:
    """Return the intent that a normalised text is a fixed phrase for, politeness set aside, or None."""
    said, known = squeeze(text), _exact()
    ends = table("intents")["soft"]["ends"]
    for _ in range(4):
        if said in known:
            return known[said]
        for end in ends:
            if said.endswith(end) and len(said) > len(end):
                said = said[: -len(end)]
                break
            if said.startswith(end) and len(said) > len(end):
                said = said[len(end) :]
                break
        else:
            return None
    return known.get(said)


def contained_intent(text: str) -> str | None:
    """Return the intent whose telling phrase stands anywhere in a normalised text, or None."""
    said = squeeze(text)
    return next((name for phrase, name in _contained() if phrase in said), None)


def is_seeking(text: str) -> bool:
    """True when the words of the text show that classes are being looked for."""
    return any(word in text for word in table("intents")["soft"]["seeking"])
