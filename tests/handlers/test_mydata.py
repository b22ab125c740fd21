"""我的资料: everything kept about a person, complete by construction, readable on a phone."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select, update

import models.registry  # noqa: F401  (every table)
from handlers import router
from models.attending import attendance, check_in_try, credit_entry, hour_entry, later_stratum
from models.broadcasting import broadcast_recipient as recipient
from models.campaigning import (
    NOMINATION_TRANSITIONS,
    TRANSITIONS,
    campaign,
    campaign_message,
    vote,
)
from models.catalogue import class_session
from models.enrolment import enrolment, excuse
from models.operations import audit_text
from models.organising import (
    calendar_feed,
    help_message,
    help_thread,
    invitation,
    opt_out,
    sheet_draft,
    survey,
)
from models.people import conversation
from models.running import fee_entry, transfer
from models.types import metadata
from models.windows import application, application_wish, enrol_window
from services import linking, teams
from services.audience import groups, parse
from services.audit import record
from services.broadcasting import composing
from services.campaigns import acts as campaign_acts
from services.campaigns import nominating
from services.campaigns import rows as campaigns
from services.enrolling.together import Seeker, join_together
from services.family import acts, people
from services.message import Document
from services.personal import SECTIONS, gather
from services.personal.words import Speech
from services.roles import grant
from services.scope import unit_by_code
from services.texts import LANGUAGES, texts_of
from services.windows.standing import note
from tests.handlers.play import Person, Play

# columns by which a row belongs to a person even without a foreign key
TELLING = {"person_id", "account_id", "enrolment_id", "nominee_id", "author_id"}
# named by a subject or an actor instead of a column of its own
BY_NAME = {"audit_entry"}


@pytest.fixture
def wang(play: Play) -> Person:
    """Somebody about whom every table has something."""
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.say("/start")
    wang.tap("同意")
    wang.enrol("书法")
    wang.say("手机")
    wang.say("1")
    wang.tap("收藏")
    wang.say("有二胡班了告诉我")
    wang.say("绑定")
    wang.say("000000")
    for number in (11, 12):  # two others take the seats, one leaves: an offer comes to Wang
        other = play.person("telegram", str(number), name="邻居")
        other.enrol("手机")
    wang.enrol("手机")
    other.say("退课")
    other.tap("确认退出")
    play.work(lambda tx: fill(tx, play, wang.person_id))
    return wang


def fill(tx: Any, play: Play, person_id: int) -> None:
    """What no conversation of these leaves behind: a role, an excuse, words in the audit."""
    grant(tx, play.town, "telegram:1001", "teacher", "root", "cli:test")
    window_id = tx.core(
        enrol_window.insert().values(unit_id=1, mode="approve", title="", most=1, created_at=play.now)
    ).inserted_primary_key[0]
    asked = tx.core(
        application.insert().values(
            window_id=window_id,
            person_id=person_id,
            account_id=1,
            offering_id=1,
            ref="1",
            state="pending",
            created_at=play.now,
            since=play.now,
        )
    ).inserted_primary_key[0]
    tx.core(application_wish.insert().values(application_id=asked, offering_id=1, rank=1))
    note(tx, play.town, person_id, "resident", "新城街道", by="cli:test")
    tx.core(excuse.insert().values(enrolment_id=1, session_id=1, at=play.now))
    tx.core(
        attendance.insert().values(session_id=1, enrolment_id=1, state="present", way="roster", at=play.now)
    )
    tx.core(hour_entry.insert().values(session_id=1, enrolment_id=1, hundredths=200, at=play.now))
    tx.core(credit_entry.insert().values(enrolment_id=1, hundredths=50, at=play.now))
    tx.core(fee_entry.insert().values(enrolment_id=1, kind="due", fen=6000, at=play.now))
    tx.core(transfer.insert().values(from_id=1, to_id=1, at=play.now))
    tx.core(check_in_try.insert().values(account_id=1, at=play.now))
    tx.core(
        later_stratum.insert().values(
            person_id=person_id,
            unit_id=1,
            term="2027-spring",
            until=play.now,
            at=play.now,
            changed_at=play.now,
        )
    )
    between_person_and_school(tx, play.now, person_id)
    record(
        tx, play.now, "cli:test", "renamed", f"person:{person_id}", "name",
        person_id=person_id, before="王秀", after="王秀兰",
    )  # fmt: skip
    groups.declare(tx, person_id, "elders", play.now)
    week = campaign_acts.new(
        tx, play.town, unit=unit_by_code(tx, "root"), by=None, template_name="lifelong-learning-week",
        opens=play.now.date() + timedelta(days=1),
    )  # fmt: skip
    tx.core(campaign.update().values(author_id=person_id))
    tx.core(campaign_message.insert().values(campaign_id=week, key="opening", outcome="sent", at=play.now))
    named = nominating.propose(
        tx, play.town, campaigns.one(tx, week), "star", "王秀兰", "好学", by=person_id, oneself=True
    )
    tx.core(
        vote.insert().values(
            campaign_id=week, award="star", person_id=person_id, nomination_id=named.id, at=play.now
        )
    )
    poster = Document("海报.png", b"png", "image/png")
    draft = composing.Draft(1, person_id, "学习周开幕", parse("unit:root"), document=poster)
    number = composing.create(tx, play.town, draft)
    tx.core(recipient.insert().values(broadcast_id=number, person_id=person_id, not_before=play.now))


@pytest.fixture
def everything(play: Play, wang: Person) -> Person:
    """The same, with a child, a mother who said yes, and a team."""
    play.work(lambda tx: fill_family(tx, play, wang.person_id))
    return wang


def fill_family(tx: Any, play: Play, person_id: int) -> None:
    """Somebody for each way in which one may act for others or come together with them."""
    town = play.town
    child = people.add_child(tx, town, person_id, "老大", "6_9", "web")
    assert child is not None
    account_id = people.account_of(tx, person_id)
    assert account_id is not None
    people.allow(tx, town, actor_id=person_id, subject_id=2, label="妈妈", way="desk", by="cli:test")
    seekers = [Seeker(person_id, account_id, "王秀兰"), Seeker(child.person_id, account_id, "老大")]
    pair = join_together(tx, town, seekers, offering_id=4, actor=f"person:{person_id}")
    assert isinstance(pair, tuple)
    acts.note(tx, town, [pair[1].enrolment_id], person_id, "王秀兰")
    team = teams.found(tx, town, person_id, "夕阳红读书会", "王秀兰", "telegram")
    teams.add_meeting(tx, town, team.id, play.now + timedelta(days=2), "一起读书", person_id)


def between_person_and_school(tx: Any, now: Any, person_id: int) -> None:
    """A refusal, an invitation, a sheet, a question to the school, an answer about a class, a calendar."""
    of = {"person_id": person_id, "unit_id": 1}
    made = {"made_at": now, "expires_at": now}
    rows: tuple[tuple[Table, dict[str, Any]], ...] = (
        (opt_out, {"person_id": person_id, "purpose": "campaign", "at": now}),
        (invitation, {**of, "token_hash": "x", "role": "editor", "made_by": "cli:test", **made}),
        (sheet_draft, {"account_id": 1, "name": "课程.xlsx", "content": b"x", "at": now}),
        (help_thread, {**of, "opened_at": now, "updated_at": now}),
        (help_message, {"thread_id": 1, "text": "几点开门？", "at": now}),
        (survey, {"offering_id": 1, "enrolment_id": 1, "asked_at": now}),
        (calendar_feed, {"person_id": person_id, "secret_hash": "x", "created_at": now}),
    )  # fmt: skip
    for table, values in rows:
        tx.core(table.insert().values(**values))


def belongs_to_a_person(table: Table, known: set[str]) -> bool:
    named = {column.name for column in table.columns} & TELLING
    leads = {key.column.table.name for key in table.foreign_keys} & known
    return bool(named or leads) or table.name in BY_NAME


def personal_tables() -> set[str]:
    """Every table with a row that leads to a person, however far."""
    known = {"person", "account", "enrolment"}
    while True:
        found = known | {t.name for t in metadata.tables.values() if belongs_to_a_person(t, known)}
        if found == known:
            return known
        known = found


def test_every_table_that_leads_to_a_person_is_covered() -> None:
    assert {section.name for section in SECTIONS} == personal_tables()


def test_every_column_is_shown_or_withheld_on_purpose(everything: Person) -> None:
    gathered = everything.play.work(gather, everything.person_id)
    for section in SECTIONS:
        columns = {column.name for column in metadata.tables[section.name].columns}
        assert columns - section.withheld - set(gathered[section.name][0]) == set(), section.name


def test_every_section_has_its_rows(everything: Person) -> None:
    gathered = everything.play.work(gather, everything.person_id)
    assert not [name for name, rows in gathered.items() if not rows]


def test_every_field_has_a_name_in_both_languages(everything: Person) -> None:
    gathered = everything.play.work(gather, everything.person_id)
    for lang in LANGUAGES:
        for name, rows in gathered.items():
            assert texts_of(lang).has(f"mydata.section.{name}")
            assert not [field for field in rows[0] if not texts_of(lang).has(f"mydata.field.{field}")]


def test_the_page_reads_well(wang: Person) -> None:
    wang.say("我的资料")
    assert len(wang.messages) <= 3
    page, machine = wang.documents
    assert (page.name, page.mime) == ("我的资料.html", "text/html")
    html = page.content.decode()
    for said in ("王秀兰", "书法入门", "智能手机从零学", "已报名", "有名额待回复", "开课通知"):
        assert said in html
    assert 'charset="utf-8"' in html
    assert "width=device-width" in html
    assert not re.search(r"<script|https?://|\x02|\x03", html)
    data = json.loads(machine.content)
    assert data["person"][0]["name"] == "王秀兰"
    assert [row["code"] for row in data["enrolment"]] == ["SF01", "SJ01"]
    assert data["person"][0]["created_at"].endswith("+08:00")
    assert data["consent"][0]["wording"]


def test_no_secret_is_in_it(play: Play, wang: Person) -> None:
    wang.say("绑定")
    (code,) = re.findall(r"\d{3} \d{3}", wang.text)
    wang.say("我的资料")
    files = b"".join(document.content for document in wang.documents).decode()
    assert linking.hashed(play.town, code.replace(" ", "")) not in files
    assert "code_hash" not in files


def test_a_name_is_not_markup(play: Play) -> None:
    odd = play.person("telegram", "1002", name="王秀兰")
    odd.enrol("书法")
    # no new name may look like this; one from before may
    play.work(lambda tx: tx.core(update(enrolment).values(name='<b>"&x')))
    odd.say("我的资料")
    html = odd.documents[0].content.decode()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_somebody_of_whom_we_know_next_to_nothing(play: Play) -> None:
    li = play.person("web", "b7")
    li.say("看看你们存了我什么")
    data = json.loads(li.documents[1].content)
    assert data["enrolment"] == []
    assert data["person"][0]["name"] == ""
    assert "没有。" in li.documents[0].content.decode()


def test_one_sees_nobody_else(play: Play, wang: Person) -> None:
    wang.say("我的资料")
    files = b"".join(document.content for document in wang.documents).decode()
    assert "邻居" not in files


def test_in_english(play: Play) -> None:
    tom = play.person("telegram", "1003", name="Tom")
    tom.say("english")
    tom.say("my data")
    assert tom.documents[0].name == "my-data.html"
    assert "You and your settings" in tom.documents[0].content.decode()


def test_the_dialogue_is_part_of_it(play: Play, wang: Person) -> None:
    wang.say("我的资料")
    data = json.loads(wang.documents[1].content)
    assert data["conversation"][0]["platform"] == "telegram"
    (row,) = play.rows(select(conversation).where(conversation.c.account_id == wang.account_id))
    assert row.updated_at.replace(tzinfo=UTC) <= play.now
    assert data["audit_text"] == [{**data["audit_text"][0], "before": "王秀", "after": "王秀兰"}]
    assert play.rows(select(audit_text))


def actions_written() -> set[str]:
    """Every action that is recorded anywhere, read from the source; a name stands for what it may be."""
    stands_for = {
        "action": {"role_granted", "role_revoked"},
        "why": {"lapsed", "undelivered"},
        "campaign_moved": {f"campaign_{state}" for state in TRANSITIONS},
        "nomination_moved": {
            f"nomination_{state}" for state in NOMINATION_TRANSITIONS if state != "proposed"
        },
    }
    found: set[str] = set()
    for path in (path for folder in ("handlers", "services", "bot") for path in Path(folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 5:
                continue
            if ast.unparse(node.func) not in ("record", "audit.record"):
                continue
            action = node.args[3]
            if isinstance(action, ast.Name):
                found |= stands_for[action.id]
            else:
                leaves = [leaf.value for leaf in ast.walk(action) if isinstance(leaf, ast.Constant)]
                found |= {leaf for leaf in leaves if isinstance(leaf, str)}
    return found


def test_everything_that_is_recorded_has_its_words() -> None:
    actions = actions_written()
    assert len(actions) >= 18 and {"excuse", "reminders_off", "import_courses", "role_granted"} <= actions
    for lang in LANGUAGES:
        assert not [action for action in actions if not texts_of(lang).has(f"mydata.action.{action}")]


def test_every_question_a_dialogue_may_stand_at_has_its_words() -> None:
    steps = {step.partition(".")[0] for step in router.routes.steps} | {"no_enrolment"}
    for lang in LANGUAGES:
        assert not [step for step in steps if not texts_of(lang).has(f"mydata.dialogue.{step}")]


def test_the_page_says_it_in_words(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    wang.enrol("书法")
    enrolled = play.rows(select(enrolment.c.id))[0].id
    (session, *_) = play.rows(select(class_session.c.id).where(class_session.c.offering_id == 1))
    who, of = f"person:{wang.person_id}", f"session:{session.id}"
    play.work(lambda tx: record(tx, play.now, who, "excuse", of, f"enrolment:{enrolled}"))
    grant_to = f"telegram:{wang.account}"
    play.work(lambda tx: grant(tx, play.town, grant_to, "teacher", "root", "cli:test"))
    wang.say("书法")
    wang.say("我的资料")
    html = wang.documents[0].content.decode()
    text = re.sub(r"<style>.*</style>|<[^>]+>", "\n", html)
    for words in ("请假", "“书法入门”周六（12月5日）的课", "找过：书法", "看过：书法入门", "学校的工作人员"):
        assert words in text, words
    assert not re.search(r"[{}\[\]]|[a-z]+:\d|_|session|offering|enrolment|cli|@", text), text
    machine = json.loads(wang.documents[1].content)
    assert f"session:{session.id}" in {row["subject"] for row in machine["audit_entry"]}


def test_a_dialogue_in_the_middle_is_told_in_words(play: Play) -> None:
    wang = play.person("telegram", "1001", name="王秀兰")
    for said in ("书法", "1", "报名", "同意"):
        wang.say(said)
    gathered = play.work(gather, wang.person_id)
    told = play.work(lambda tx: Speech(tx, play.town, texts_of("zh")).rows(gathered))
    said = told["conversation"][0]["state"].splitlines()
    assert said == ["正在报名", "说的是：书法入门", "称呼：王秀兰", "找过：书法", "看过：书法入门"]
