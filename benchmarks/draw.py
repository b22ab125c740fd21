"""A draw of 100,000 applications over 2,000 classes with three wishes each, and its verification."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import Any

from benchmarks.table import Table, whole
from services.drawing import check, lots, sheet

APPLICATIONS, CLASSES, WISHES, SESSIONS = 100_000, 2_000, 3, 12
RUNS = 1
SECRET = "5a" * 32


def measure(quick: bool = False, runs: int = RUNS) -> Table:
    """The table; `quick` draws a hundredth."""
    part = 100 if quick else 1
    rows = []
    for name, most, quotas in (
        ("one class a person", 1, []),
        ("the same, 30 % kept for former learners, 10 % for first-timers", 1, QUOTAS),
        ("up to two classes a person, the same seats kept", 2, QUOTAS),
    ):
        listing = make_listing(APPLICATIONS // part, max(WISHES, CLASSES // part), most, quotas)
        drawn, verified = [], []
        for _ in range(1 if quick else runs):
            began = time.perf_counter()
            results = sheet.results_of(listing, SECRET, "a public value")
            drawn.append(time.perf_counter() - began)
            text = sheet.write(sheet.make_file(listing, SECRET, "a public value", TIMES))
            began = time.perf_counter()
            assert check.verify(text) is None
            verified.append(time.perf_counter() - began)
        seated = sum(bool(one["got"]) for one in results)
        rows.append([name, f"{median(drawn):.2f} s", f"{median(verified):.2f} s", whole(seated)])
    return Table(
        "A draw",
        ["what", "drawn in", "verified from the file in", "people with a place"],
        rows,
        (
            f"{whole(APPLICATIONS // part)} applications over {whole(CLASSES // part)} classes, "
            "three wishes each; bound: 5 s.",
        ),
    )


QUOTAS = [
    {"group": "returning", "seats": None, "percent": 30},
    {"group": "first_timer", "seats": None, "percent": 10},
]
TIMES = {
    "committed": "2027-01-01T00:00:00Z",
    "listed": "2027-02-01T00:00:00Z",
    "drawn": "2027-02-02T00:00:00Z",
}


def make_listing(people: int, classes: int, most: int, quotas: list[dict[str, Any]]) -> sheet.Listing:
    """A list as a county would have it: popular classes are wished for far more often than others."""
    random = Random(11)
    codes = [f"C{number:05}" for number in range(classes)]
    weights = [1 / (1 + number % 50) for number in range(classes)]
    applications = []
    for number in random.sample(range(10**12), people):
        wishes = list(dict.fromkeys(random.choices(codes, weights, k=WISHES + 2)))[:WISHES]
        group = "returning" if random.random() < 0.4 else "first_timer"
        applications.append(
            {
                "id": f"{number:012}", "later": random.random() < 0.02, "groups": [group] if quotas else [],
                "may": 10, "wishes": wishes, "left_out": [],
            }
        )  # fmt: skip
    head = {
        "id": 1, "title": "benchmark", "school": "benchmark", "opens": "", "closes": TIMES["listed"],
        "draws": TIMES["drawn"], "commitment": lots.commitment(SECRET), "most": most, "quotas": quotas,
    }  # fmt: skip
    return sheet.make_listing(head, [_class(code, random) for code in codes], applications)


def _class(code: str, random: Random) -> dict[str, Any]:
    first = datetime(2027, 3, 1, tzinfo=UTC) + timedelta(
        days=random.randrange(7), minutes=30 * random.randrange(26)
    )
    meets = [
        [_stamp(first + timedelta(weeks=week)), _stamp(first + timedelta(weeks=week, minutes=90))]
        for week in range(SESSIONS)
    ]
    return {"code": code, "title": code, "seats": random.randint(15, 40), "meets": meets}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
