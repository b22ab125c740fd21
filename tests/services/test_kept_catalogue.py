"""The index on disk: taken up again, caught up, never shared, and made anew when anything is wrong."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from models.catalogue import catalogue_change, course, offering
from models.store import Store, look_now, work_now
from services import kept_catalogue
from services.catalogue import apply_changes, changes_since, load_catalogue, news_since, note_changes
from services.kept_catalogue import open_catalogue
from services.search import kept
from services.search.index import CatalogueIndex
from services.search.kept import take_slot
from services.town import Catalogue, Town
from services.understanding import Lexicon, Meaning
from tests.services.search.catalogue import records
from tests.town import ZONE


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def opened(store: Store, town: Town, base: Path) -> Callable[..., Catalogue]:
    def open_(database: str = "here", folder: Path | None = base) -> Catalogue:
        return open_catalogue(partial(look_now, store), ZONE, town.now(), base=folder, database=database)

    return open_


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever everything is read anew."""
    found: list[int] = []
    real = kept_catalogue._rebuilt
    monkeypatch.setattr(kept_catalogue, "_rebuilt", lambda *given: (found.append(1), real(*given))[1])
    return found


def titles(catalogue: Catalogue, town: Town, word: str) -> list[str]:
    found = catalogue.index.search(Meaning(words=(word,)), now=town.now(), zone=ZONE)
    return [record.title for hit in found.hits if (record := catalogue.index.get(hit.offering_id))]


def rename(store: Store, town: Town, code: str, title: str, *, noted: bool = True) -> None:
    def unit(tx: object) -> None:
        row = tx.core(  # type: ignore[attr-defined]
            offering.select().where(offering.c.code == code)
        ).one()
        tx.core(update(course).where(course.c.id == row.course_id).values(title=title))  # type: ignore[attr-defined]
        if noted:
            note_changes(tx, [row.id], town.now())  # type: ignore[arg-type]

    work_now(store, unit)


def refresh(store: Store, catalogue: Catalogue) -> None:
    news = look_now(store, lambda tx: news_since(tx, catalogue.number, ZONE))
    apply_changes(catalogue, news.number, news.records, news.removed, news.mark)


def test_it_is_taken_up_again_and_caught_up(
    store: Store, town: Town, opened: Callable[..., Catalogue], builds: list[int]
) -> None:
    opened().close()
    rename(store, town, "SF01", "皮影戏")
    again = opened()
    assert builds == [1]
    assert titles(again, town, "皮影戏") == ["皮影戏"] and titles(again, town, "太极拳") == ["太极拳二十四式"]
    assert again.number == look_now(store, lambda tx: changes_since(tx, 0, ZONE))[0]
    again.close()
    third = opened()
    assert titles(third, town, "皮影戏") == ["皮影戏"] and builds == [1]
    third.close()


def test_what_was_learnt_while_it_ran_is_known_after_the_next_start(
    store: Store, town: Town, opened: Callable[..., Catalogue], builds: list[int]
) -> None:
    first = opened()
    rename(store, town, "SF01", "皮影戏")
    refresh(store, first)
    assert titles(first, town, "皮影戏") == ["皮影戏"]
    first.close()
    again = opened()
    assert builds == [1] and "皮影戏" in again.lexicon.titles and "SF01" in again.lexicon.codes.values()
    again.close()


def test_kept_words_teach_the_lexicon_all_that_the_classes_do(tmp_path: Path) -> None:
    slot = take_slot(tmp_path)
    assert slot is not None
    state, known, taught, read = slot.begin("x"), set[str](), Lexicon(), Lexicon()
    for at in range(0, len(records()), 10):
        slot.add_words(state, records()[at : at + 10], known)
    taught.grow(records())
    read.grow(slot.words())
    for name in ("phrases", "topics", "pinyin", "grams", "title_chars", "titles", "codes", "teachers"):
        assert getattr(read, name) == getattr(taught, name), name
    slot.close()


def test_two_processes_never_share_a_folder(opened: Callable[..., Catalogue], base: Path) -> None:
    one, two = opened(), opened()
    assert sorted(path.name for path in base.iterdir()) == ["1", "2"]
    one.close()
    three = opened()
    assert sorted(path.name for path in base.iterdir()) == ["1", "2"]
    two.close()
    three.close()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


def _spoil_index(folder: Path) -> None:
    _flip(next(folder.glob("index-*/*.idx")))


def _cut_index(folder: Path) -> None:
    path = next(folder.glob("index-*/*.fast"))
    path.write_bytes(path.read_bytes()[:-5])


def _lose_file(folder: Path) -> None:
    next(folder.glob("index-*/*.term")).unlink()


def _other_version(folder: Path) -> None:
    path = folder / kept.STATE
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": "older"}))


SPOILT = [
    _spoil_index, _cut_index, _lose_file, _other_version,
    lambda folder: _flip(folder / kept.WORDS),
    lambda folder: (folder / kept.STATE).write_text("{"),
    lambda folder: (folder / kept.STATE).write_text('{"version": 1}'),
    lambda folder: (folder / kept.STATE).unlink(),
    lambda folder: (folder / kept.WORDS).unlink(),
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_folder_is_made_anew(
    town: Town,
    opened: Callable[..., Catalogue],
    base: Path,
    builds: list[int],
    spoil: Callable[[Path], object],
) -> None:
    opened().close()
    spoil(base / "1")
    again = opened()
    assert builds == [1, 1] and len(again.index) == 5
    assert titles(again, town, "书法") == ["书法入门"]
    again.close()
    assert len(list((base / "1").glob("index-*"))) == 1


def test_words_of_a_change_that_was_not_finished_are_cut_off(
    opened: Callable[..., Catalogue], base: Path, builds: list[int]
) -> None:
    opened().close()
    with (base / "1" / kept.WORDS).open("ab") as file:
        file.write(b'{"title": ["half a li')
    opened().close()
    opened().close()
    assert builds == [1]


def test_another_database_does_not_get_it(opened: Callable[..., Catalogue], builds: list[int]) -> None:
    opened("one").close()
    opened("other").close()
    assert builds == [1, 1]


def test_a_database_put_back_from_a_copy_does_not_get_it(
    store: Store, town: Town, opened: Callable[..., Catalogue], builds: list[int]
) -> None:
    first = opened()
    rename(store, town, "SF01", "皮影戏")
    refresh(store, first)
    first.close()
    last = catalogue_change.c.number == first.number
    # the same number now stands for another change
    work_now(store, lambda tx: tx.core(update(catalogue_change).where(last).values(offering_id=4)))
    second = opened()
    assert builds == [1, 1]
    second.close()
    work_now(store, lambda tx: tx.core(delete(catalogue_change).where(last)))
    opened().close()
    assert builds == [1, 1, 1]


def test_classes_that_closed_while_nobody_ran_are_forgotten(
    store: Store, town: Town, opened: Callable[..., Catalogue]
) -> None:
    opened().close()
    closed = update(offering).where(offering.c.code == "TJ01").values(enrol_closes=town.now())
    work_now(store, lambda tx: tx.core(closed))
    again = opened()
    # by the clock alone, for no change was numbered
    assert len(again.index) == 5
    town.clock.set(look_now(store, lambda tx: tx.core(  # type: ignore[attr-defined]
        offering.select().where(offering.c.code == "DG01")).one().enrol_closes))  # fmt: skip
    again.close()
    again = opened()
    assert {record.code for n in range(1, 6) if (record := again.index.get(n))} <= {"SF01", "SJ01", "HG01"}
    again.close()


def test_folders_that_nobody_held_for_a_week_are_removed(
    base: Path, opened: Callable[..., Catalogue]
) -> None:
    one, two, three = opened(), opened(), opened()
    one.close()
    two.close()
    long_ago = time.time() - kept.STALE_SECONDS - 60
    for number in ("1", "2", "3"):
        os.utime(base / number / kept.STATE, (long_ago, long_ago))
    # the first is taken again, the second is free and stale, the third is held
    one = opened()
    assert sorted(path.name for path in base.iterdir()) == ["1", "3"]
    one.close()
    three.close()


def test_without_a_disk_it_lies_in_memory(
    town: Town, opened: Callable[..., Catalogue], tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    for folder in (None, in_the_way):
        catalogue = opened(folder=folder)
        assert titles(catalogue, town, "书法") == ["书法入门"] and catalogue.keeper is None
        catalogue.close()


def test_in_memory_and_on_disk_find_the_same(
    store: Store, town: Town, opened: Callable[..., Catalogue]
) -> None:
    on_disk = opened()
    in_memory = look_now(store, lambda tx: load_catalogue(tx, ZONE, town.now()))
    for meaning in (Meaning(), Meaning(words=("新城",)), Meaning(free=True), Meaning(order="cheapest")):
        found = [
            catalogue.index.search(meaning, now=town.now(), zone=ZONE) for catalogue in (on_disk, in_memory)
        ]
        assert found[0] == found[1]
    on_disk.close()


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    index = CatalogueIndex(Lexicon())
    index.build(records())
    with pytest.raises(ZeroDivisionError):
        index.build(1 // 0 for _ in range(1))  # type: ignore[misc]
    assert len(index) == len(records())
    index.apply([], [1])
    assert len(index) == len(records()) - 1
