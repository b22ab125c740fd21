"""Patterns compiled at their first use are what `re.compile` makes, and none of the house's is faulty."""

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import handlers
import services
from services import regex as module
from services.regex import compile_ahead, regex


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    later, now = regex(r"第(\d+)个", re.IGNORECASE), re.compile(r"第(\d+)个", re.IGNORECASE)
    text = "要第12个，不要第3个"
    assert later.search(text).group(1) == "12"  # type: ignore[union-attr]
    assert later.match(text) is None
    assert [found.group() for found in later.finditer(text)] == ["第12个", "第3个"]
    assert later.sub("它", text) == now.sub("它", text)
    assert later.split(text) == now.split(text)
    assert later.pattern == now.pattern
    assert later.flags == now.flags


def test_a_method_is_looked_up_once() -> None:
    later = regex("课")
    assert "search" not in vars(later)
    assert later.search is later.search


def test_a_faulty_one_is_told_when_it_is_used() -> None:
    with pytest.raises(re.error):
        regex("(课").search("课")
    module._Later.waiting.pop()


def test_every_pattern_of_the_house_compiles() -> None:
    for package in (handlers, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    waiting = len(module._Later.waiting)
    assert sum(1 for _ in compile_ahead()) == waiting
    assert not module._Later.waiting


def test_reading_the_modules_compiles_little() -> None:
    """A start waits for none of what understands people; by itself the rule would be forgotten."""
    code = (
        "import re\n"
        "made, real = [], re._compile\n"
        "re._compile = lambda text, flags: made.append(text) or real(text, flags)\n"
        "import services.understanding\n"
        "from services.regex import _Later\n"
        "own = [text for text in made if isinstance(text, str) and not text.isascii()]\n"
        "print(len(own), len(_Later.waiting))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    at_once, later = map(int, done.stdout.split())
    assert later > 300
    assert at_once < 20
