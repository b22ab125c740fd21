"""The first text that anybody writes finds its patterns made."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from datetime import date
from re import _compiler

from services.understanding import understand
from services.understanding.lexicon import Lexicon
from services.understanding.readiness import get_ready
from services.understanding.references import read_reference

lexicon, made, plain = Lexicon(), [], _compiler.compile
if sys.argv[1] == "ready":
    get_ready(lexicon)
_compiler.compile = lambda pattern, flags=0: made.append(pattern) or plain(pattern, flags)
wish = understand("明天晚上太极拳", today=date(2026, 11, 30), now_minute=1, lexicon=lexicon)
understand("换个近的", today=date(2026, 11, 30), now_minute=1, lexicon=lexicon, last=wish)
read_reference("第二个几点上课")
print(len(made))
"""


def made(how: str) -> int:
    found = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return int(found.stdout)


def test_the_patterns_are_made_before_the_first_text() -> None:
    assert made("not") > 50, "else there is nothing to get ready"
    assert made("ready") <= 3
