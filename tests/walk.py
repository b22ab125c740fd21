"""The walk of a newcomer, taken with a real browser: `python -m tests.walk` writes docs/pictures.

It starts the program on a fresh sample town, types what a newcomer would type on a 390 px phone, and takes
a picture of each step.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PORT = 8187
# a Tuesday morning, so that the pictures stay the same from one run to the next
NOW = "2026-12-01T09:30:00+08:00"
CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
STEPS = (
    ("search-390", "周末的书法"),
    ("card-390", "1"),
    ("consent-390", "报名"),
    ("name-390", "好"),
    ("check-390", "王秀兰"),
    ("enrolled-390", "确认报名"),
    ("mine-390", "我的课"),
)


@contextmanager
def program() -> Iterator[str]:
    """The program on a database of its own, until the walk is over."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "DOORSTEP_DATABASE_URL": f"sqlite:///{folder}/walk.db",
            "DOORSTEP_PORT": str(PORT),
            "DOORSTEP_NOW": NOW,
            "DOORSTEP_OPERATOR_NAME": "柳溪县社区教育",
        }
        running = subprocess.Popen([sys.executable, "-m", "bot", "run", "--sample"], env=env)
        try:
            _wait(f"http://127.0.0.1:{PORT}/readyz")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            running.terminate()
            running.wait(10)


def _wait(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(url)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise SystemExit("the program did not get ready")


def say(page: Page, text: str) -> None:
    """Type a text and wait for its answer."""
    before = page.locator("#log > *").count()
    page.fill("#say", text)
    page.click("#send")
    page.wait_for_function("n => document.querySelectorAll('#log > *').length >= n + 2", arg=before)
    page.wait_for_timeout(500)


def main() -> None:
    """Walk, and write the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with program() as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page.goto(url)
        page.screenshot(path=PICTURES / "welcome-390.png")
        began = time.monotonic()
        for name, text in STEPS:
            say(page, text)
            page.screenshot(path=PICTURES / f"{name}.png")
        print(f"from the first word to the seat: {time.monotonic() - began:.0f} s of typing and waiting")
        say(page, "大字")
        say(page, "太极")
        page.screenshot(path=PICTURES / "search-large.png")
        say(page, "我的课")
        page.screenshot(path=PICTURES / "enrolled-large.png")
        wide = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        wide.goto(url)
        say(wide, "晚上的免费课")
        wide.screenshot(path=PICTURES / "search-1280.png")
        browser.close()


if __name__ == "__main__":
    main()
