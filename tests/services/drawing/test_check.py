"""The published file: whatever is changed in it is found, from the file alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.drawing import sheet
from services.drawing.check import NotAFile, verify
from tests.services.drawing.test_rule import _listing

SECRET = "ab" * 32
TIMES = {
    "committed": "2027-01-01T00:00:00Z",
    "listed": "2027-02-01T00:00:00Z",
    "drawn": "2027-02-02T00:00:00Z",
}
QUOTAS = [
    {"group": "returning", "seats": None, "percent": 30},
    {"group": "priority", "seats": 1, "percent": None},
]


def made() -> dict[str, Any]:
    return sheet.make_file(_listing(Random(3), 25, 2, QUOTAS), SECRET, "双色球 2027012: 03 08 17", TIMES)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every single field, and to every list and object that can lose a part."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from leaves(part, (*path, number))
        if value:
            yield (*path, len(value) - 1)
    else:
        yield path


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
    return None if value is not None else 1


FILE = made()
PATHS = sorted(set(leaves(FILE)), key=str)


def test_an_honest_file_holds_however_it_is_written() -> None:
    assert verify(sheet.write(FILE)) is None
    assert verify(json.dumps(FILE, sort_keys=True)) is None


@given(st.sampled_from(PATHS), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_change_of_any_field_is_found(path: tuple[Any, ...], taken_out: bool) -> None:
    file = copy.deepcopy(FILE)
    inner = file
    for step in path[:-1]:
        inner = inner[step]
    if taken_out:
        del inner[path[-1]]
    else:
        inner[path[-1]] = changed(inner[path[-1]])
    try:
        wrong = verify(json.dumps(file, ensure_ascii=False))
    except NotAFile:
        return
    assert wrong, f"{path} was changed and not found"


def test_every_field_on_its_own() -> None:
    """The same without chance, for each field of the head and of the first entries."""
    for path in PATHS:
        if any(isinstance(step, int) and step > 1 for step in path):
            continue
        file = copy.deepcopy(FILE)
        inner = file
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = changed(inner[path[-1]])
        try:
            assert verify(json.dumps(file, ensure_ascii=False)), path
        except NotAFile:
            assert path == ("doorstep_draw",)


def test_a_result_that_was_bent_is_named_even_with_its_hash_made_anew() -> None:
    file = copy.deepcopy(FILE)
    file["results"][4]["got"], file["results"][0]["got"] = (
        file["results"][0]["got"],
        file["results"][4]["got"],
    )
    del file["hash"]
    file["hash"] = sheet.hash_of(file)
    wrong = verify(sheet.write(file))
    assert wrong is not None and wrong.startswith("results[")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"doorstep_draw": 2}', '{"doorstep_draw": 1, "doorstep_draw": 1}']
)
def test_what_is_no_file_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotAFile):
        verify(text)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda t: st.lists(t) | st.dictionaries(st.text(max_size=5), t),
        max_leaves=10,
    )
)
@settings(max_examples=100, deadline=None)
def test_nothing_that_stands_in_a_field_breaks_it(rubbish: Any) -> None:
    for name in FILE:
        file = {**FILE, name: rubbish}
        if file != FILE:
            try:
                assert verify(json.dumps(file))
            except NotAFile:
                assert name == "doorstep_draw"
