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
from services.regex import build_ahead, compile_ahead, regex
from tests.services.endless import endless


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


def test_what_was_compiled_is_not_compiled_again_for_another_method() -> None:
    later = regex("第(.)课")
    found = later.search("第一课")
    re.purge()
    assert found is not None
    other = later.fullmatch("第一课")
    assert other is not None and other.re is found.re
    module._Later.waiting.pop()


def test_a_faulty_one_is_told_when_it_is_used() -> None:
    with pytest.raises(re.error):
        regex("(课").search("课")
    module._Later.waiting.pop()


def test_every_pattern_of_the_house_compiles() -> None:
    for package in (handlers, services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    list(build_ahead())
    waiting = len(module._Later.waiting)
    assert sum(1 for _ in compile_ahead()) == waiting
    assert not module._Later.waiting


@pytest.mark.parametrize(
    ("pattern", "is_endless"),
    [
        ("^(?:看看|看)*好$", True), ("^(?:想要?|要)*学", True), ("(?:[a-z]+|课)+$", True),
        ("(?:(?:刚刚?)*从)", True), ("^(?:看|要)*好$", False), ("^(?:想|要)*学", False),
        ("(?:[a-z]|课)+$", False), ("(?:刚刚|刚才)*从", False),
    ],
)  # fmt: skip
def test_a_pattern_that_keeps_busy_is_found(pattern: str, is_endless: bool) -> None:
    assert bool(endless(pattern)) is is_endless


def test_no_pattern_of_the_house_is_kept_busy() -> None:
    """One text of some hundred characters would hold up everybody for good."""
    done = subprocess.run([sys.executable, "-m", "tests.services.endless"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[-5]) > 800


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


def test_after_compiling_ahead_a_first_text_compiles_nothing() -> None:
    """Otherwise whoever types first after a start holds up everybody for a quarter of a second."""
    code = (
        "import re\n"
        "from datetime import date\n"
        "import handlers.router\n"
        "from services.regex import build_ahead, compile_ahead\n"
        "from services.understanding import Lexicon, understand\n"
        "from services.understanding.references import read_reference\n"
        "lexicon = Lexicon()\n"
        "list(build_ahead()), list(compile_ahead())\n"
        "made, real = [], re._compile\n"
        "re._compile = lambda text, flags: made.append(text) or real(text, flags)\n"
        "now = {'today': date(2026, 12, 1), 'now_minute': 600, 'lexicon': lexicon}\n"
        "for said in ('周末的书法', '下周二晚上 免费', '第二个几点', '改到周三', '嗯嗯呢', 'di er ge'):\n"
        "    read_reference(said), understand(said, **now)\n"
        "print([text for text in made if isinstance(text, str) and not text.isascii()])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
