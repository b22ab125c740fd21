"""Audiences: who a broadcast is for, as a written form, as data, in words, and as a condition on persons."""

from services.audience.expression import Atom, Audience, Both, audience_from_json, codes, to_json, written
from services.audience.parse import AudienceError, parse

__all__ = [
    "Atom", "Audience", "AudienceError", "Both", "audience_from_json", "codes", "parse", "to_json", "written",
]  # fmt: skip
