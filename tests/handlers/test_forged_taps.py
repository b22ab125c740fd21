"""Every button there is, tapped by somebody to whom it does not belong: nothing of others changes or shows.

A property over the table of routes, so that a new verb is covered by being there. Each tap is tried with the
numbers of things that exist, and where a question follows it is answered with yes.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

import models.registry  # noqa: F401  (every table)
from handlers.router import routes
from handlers.routes import number
from models.people import conversation, person
from models.statement import Row
from models.store import Store
from services.roles import grant, revoke
from tests.handlers.foreign import SECRET, furnish
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import owner_of
from tests.town import make_town

TABLES = list(SQLModel.metadata.sorted_tables)
# what every turn writes, and what is derived from rows that are compared
BESIDES = frozenset(
    {"audit_entry", "audit_text", "catalogue_change", "counter", "demand", "lease", "occurrence", "outgoing",
     "received_update", "setting"}
)  # fmt: skip
# of everybody's things, what an honest act of one's own may move: a seat is taken, a lot is numbered
MOVES = {"offering": {"taken"}, "window_class": {"asked", "last_lot", "seats"}, "draw": set()}
# whose a row is
WHOSE = ("person_id", "account_id", "subject_id", "lead_id", "proposer_id", "keeper_id")
# what a row may belong to by being part of it
PARTS_OF = ("enrolment", "team", "application", "help_thread", "campaign", "broadcast", "offering", "course")
WORDS = (
    "present", "late", "absent", "mistake", "owner", "full", "star", "4711471148", "elders", "SF01", "1",
    "daily", "hour", "words",
)  # fmt: skip
NUMBERS = range(1, 7)
# whoever brings lists brings them for any class: see services/paper/clerks.py
FOR_ANY_CLASS = frozenset({"paper"})
# they end the speaker's own row, which is then made anew
OWN_END = frozenset({"forget_ok", "no_enrolment_ok"})


def taps(verb: str) -> Iterator[str]:
    """The verb with what could be its arguments."""
    _, parsers = routes.taps[verb]
    kinds = [NUMBERS if parser is number else WORDS for parser in parsers]
    if len(kinds) > 2:
        kinds = [range(1, 3) if kind is NUMBERS else kind for kind in kinds]
    if verb == "move_do":  # an hour from tomorrow on
        kinds[2:] = [(29_767_000,), (60,)]
    for arguments in itertools.product(*kinds):
        yield ":".join([verb, *map(str, arguments)])


class World:
    """All rows, and which of them are the speaker's own."""

    def __init__(self, who: Person, units: frozenset[int], known: frozenset[int]) -> None:
        play = who.play
        self.rows = {
            table.name: {
                tuple(row._mapping[column.name] for column in table.primary_key): row
                for row in play.rows(select(table))
            }
            for table in TABLES
            if table.name not in BESIDES
        }
        # besides oneself, whoever one has just brought in
        self.people = {who.person_id} | {row.id for row in self.rows["person"].values()} - known
        self.accounts = {row.id for row in self.rows["account"].values() if row.person_id in self.people}
        self.units = units
        self._own: dict[tuple[str, Any], bool] = {}

    def own(self, name: str, key: Any) -> bool:
        """Whether a row is the speaker's, or of a unit of theirs."""
        found = self._own.get((name, key))
        if found is None:
            self._own[name, key] = False  # a unit stands under others
            found = self._own[name, key] = self._is_own(name, self.rows[name][key]._mapping)
        return found

    def _is_own(self, name: str, row: Any) -> bool:
        table = SQLModel.metadata.tables[name]
        if name == "role_grant":
            return False
        if name == "person":
            return row["id"] in self.people
        if name == "seat_group":
            members = [k for k, one in self.rows["seat_group_member"].items() if one.group_id == row["id"]]
            return bool(members) and all(self.own("seat_group_member", key) for key in members)
        whose = [column for column in WHOSE if row.get(column) is not None]
        if whose:
            return all(row[c] in (self.accounts if c == "account_id" else self.people) for c in whose)
        if row.get("unit_id") in self.units:
            return True
        parents = [
            (key.column.table.name, (row[key.parent.name],))
            for key in table.foreign_keys
            if key.column.table.name in PARTS_OF and row[key.parent.name] is not None
        ]
        return any(key in self.rows[parent] and self.own(parent, key) for parent, key in parents)


def wrongs(before: World, after: World) -> list[str]:
    """What changed, came or went that was not the speaker's."""
    found = []
    for name, was in before.rows.items():
        now = after.rows[name]
        for key in was.keys() | now.keys():
            if key not in now:
                wrong = not before.own(name, key)
            elif key not in was:
                wrong = not after.own(name, key)
            else:
                wrong = _fixed(name, was[key]) != _fixed(name, now[key]) and not before.own(name, key)
            if wrong:
                found.append(f"{name} {key}: {was.get(key)} -> {now.get(key)}")
    return found


def _fixed(name: str, row: Row) -> dict[str, Any]:
    return {column: value for column, value in row._mapping.items() if column not in MOVES.get(name, ())}


def shown(who: Person) -> str:
    """All that an answer shows, its files too."""
    parts = [message.text for message in who.messages] + [who.ack, *who.buttons]
    for document in who.documents:
        parts += [document.name, document.content.decode("utf-8", "ignore")]
        if document.content.startswith(b"PK"):
            packed = zipfile.ZipFile(io.BytesIO(document.content))
            parts += [packed.read(name).decode("utf-8", "ignore") for name in packed.namelist()]
    return "\n".join(parts)


def tried(who: Person, verb: str) -> tuple[list[str], list[str]]:
    """Tap the verb with all arguments; the taps and those whose answers show what is secret."""
    done, leaks = [], []
    for tapped in taps(verb):
        who.tap_action(tapped)
        done.append(tapped)
        if SECRET in shown(who):
            leaks.append(f"{tapped}: {who.text}")
        if asked(who):
            who.say("是的")
            if SECRET in shown(who):
                leaks.append(f"{tapped}, yes: {who.text}")
    return done, leaks


def asked(who: Person) -> bool:
    """Whether a question was put."""
    state = who.play.rows(select(conversation.c.state).where(conversation.c.account_id == who.account_id))
    return '"step": "' in str(state[0].state) or '"step":"' in str(state[0].state)


def passer_by(play: Play) -> tuple[Person, frozenset[int]]:
    who = play.person("telegram", "6006", name="路人")
    who.say("你好")
    return who, frozenset()


def former_owner(play: Play) -> tuple[Person, frozenset[int]]:
    who = owner_of(play, account="6007")
    play.work(revoke, play.town, "telegram:6007", "owner", "xincheng", "cli:test")
    return who, frozenset()


def owner_elsewhere(play: Play) -> tuple[Person, frozenset[int]]:
    who = owner_of(play, unit="heping", account="6008")
    for role in ("teacher", "editor", "broadcaster"):
        play.work(grant, play.town, "telegram:6008", role, "heping", "cli:test")
    return who, frozenset({3})


@pytest.mark.parametrize(
    ("kind", "speaker"),
    [
        ("sqlite", passer_by), ("sqlite", former_owner), ("sqlite", owner_elsewhere),
        # another database may stumble over what a tap holds; whose it is is asked by the same statements
        ("postgresql", former_owner),
    ],
)  # fmt: skip
def test_no_tap_reaches_what_is_not_ones_own(request: pytest.FixtureRequest, kind: str, speaker: Any) -> None:
    store: Store = request.getfixturevalue("sqlite_store" if kind == "sqlite" else "postgres_store")
    play = Play(store, make_town(store))
    furnish(play)
    who, units = speaker(play)
    found: list[str] = []
    known = frozenset(row.id for row in play.rows(select(person.c.id))) - {who.person_id}
    before = World(who, units, known)
    for verb in routes.taps:
        if verb in OWN_END or (units and verb in FOR_ANY_CLASS):
            continue
        done, leaks = tried(who, verb)
        after = World(who, units, known)
        found += [f"{done[0]}…: {wrong}" for wrong in wrongs(before, after)] + leaks
        before = after
    assert not found, "\n".join(found)


@pytest.mark.parametrize("speaker", [passer_by, former_owner, owner_elsewhere])
def test_no_word_reaches_what_is_not_ones_own(sqlite_store: Store, speaker: Any) -> None:
    play = Play(sqlite_store, make_town(sqlite_store))
    furnish(play)
    who, units = speaker(play)
    known = frozenset(row.id for row in play.rows(select(person.c.id))) - {who.person_id}
    before = World(who, units, known)
    words = sorted({*routes.words, "名单", "停课", "改时间", "满意度", "邀请同事"})
    for said in (text for word in words for text in (word, f"{word} SF01", f"{word}1")):
        who.say(said)
        assert SECRET not in shown(who), (said, who.text)
    assert wrongs(before, World(who, units, known)) == []


def test_the_town_has_something_of_everything(sqlite_store: Store) -> None:
    play = Play(sqlite_store, make_town(sqlite_store))
    furnish(play)
    empty = {table.name for table in TABLES if not play.rows(select(table).limit(1))} - BESIDES
    # rules of units, tries of accounts, and what only follows from rows that are there
    assert empty <= {
        "broadcast_recipient", "broadcast_rule", "earlier_winner", "fee_rule", "learning_rule", "opt_out",
        "standing", "broadcast_file", "campaign_message", "check_in_try", "code_try", "window_phase",
        "window_quota", "vote", "credit_entry", "hour_entry", "transfer",
    }  # fmt: skip


def test_the_property_sees_what_it_looks_for(sqlite_store: Store) -> None:
    play = Play(sqlite_store, make_town(sqlite_store))
    people = furnish(play)
    who, _ = passer_by(play)
    known = frozenset(row.id for row in play.rows(select(person.c.id))) - {who.person_id}
    before = World(who, frozenset(), known)
    people["wang"].tap_action("offer_no:1")
    people["owner"].tap_action("roll:1:0")
    assert SECRET in shown(people["owner"])
    people["owner"].tap_action("camp_publish:2")
    seen = "\n".join(wrongs(before, World(who, frozenset(), known)))
    for name in ("enrolment", "seat_offer", "nomination"):
        assert name in seen


@pytest.mark.parametrize("digits", ["2147483648", "9" * 18, "9" * 19, "9" * 40])
def test_a_number_beyond_all_rows_is_a_stale_button(store: Store, digits: str) -> None:
    play = Play(store, make_town(store))
    who, _ = passer_by(play)
    for verb in ("card", "enrol", "unwatch", "thread", "bcast_show", "sheet_go"):
        who.tap_action(f"{verb}:{digits}")
        assert who.messages, verb
    who.tap_action(f"bcast:{digits}:0")
    assert who.messages
