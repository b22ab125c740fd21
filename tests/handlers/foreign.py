"""A town in which everything that can be somebody's is somebody else's: people, places, money, words, roles.

Whatever is written there in somebody's words, or is somebody's name, has the rare letter 翥 in it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from models.attending import attendance, later_stratum, roll_call
from models.broadcasting import broadcast
from models.catalogue import import_batch, offering
from models.enrolment import enrolment
from models.family import acted_for, dependent
from models.organising import sheet_draft, survey
from models.people import link_code
from models.running import class_minimum
from models.statement import Tx
from models.teams import seat_group, seat_group_member
from models.watching import watch
from services import teams
from services.campaigns import nominating
from services.campaigns import rows as campaign_rows
from services.family import people
from services.windows.phases_file import Plan
from services.windows.setting import Times, set_window
from tests.handlers.play import Person, Play
from tests.handlers.test_changing import enrol, owner_of

SECRET = "翥"
CODE, TEAM_CODE = "4711471147", "WXYZ23"


def furnish(play: Play) -> dict[str, Person]:
    """Fill the town; its people by a short name."""
    play.town.term_limit = 20
    play.town.public_url = "https://door.example"
    far = play.now + timedelta(days=20)
    _change(play, enrol_closes=far)
    _change(play, "SF01", fee_fen=12000)
    _change(play, "SJ01", capacity=1)
    _change(play, "TJ01", min_age=None, max_age=None)
    play.town.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    wang = enrol(play, "1001", f"王{SECRET}兰", "SF01")
    li = enrol(play, "1002", f"李{SECRET}国", "SJ01")
    enrol(play, "1001", f"王{SECRET}兰", "SJ01")
    owner = owner_of(play)
    owner.name = f"刘{SECRET}主任"
    mother = _family(play)
    _asked_and_answered(play, wang, owner)
    _gathered(play, wang, li)
    _windows(play, wang, li)
    _campaign(play, wang, owner)
    _broadcasts(play, owner)
    _by_hand(play, wang, owner)
    _waiting(play, mother)
    li.say("退课")
    li.say("确认退出")  # so that wang is offered the seat
    return {"wang": wang, "li": li, "owner": owner, "mother": mother}


def _family(play: Play) -> Person:
    mother = play.person("web", "w1", name=f"李{SECRET}静")
    mother.say("给孩子报名")
    mother.tap("新加一个孩子")
    for said in (f"小{SECRET}", "7岁", "同意"):
        mother.say(said)
    return mother


def _asked_and_answered(play: Play, wang: Person, owner: Person) -> None:
    wang.say("找人帮忙")
    wang.tap("给学校留言")
    wang.say(f"我{SECRET}住在三楼，教室有电梯吗？")
    owner.tap_action("invite:2:teacher")
    for tapped in ("feed_new", "fav:1", "group_set:elders", "mute_set:reminders:1"):
        wang.tap_action(tapped)
    session = play.rows(select(offering.c.id).where(offering.c.code == "SF01"))[0].id
    wang.tap_action(f"excuse:1:{session}")


def _gathered(play: Play, wang: Person, li: Person) -> None:
    row = play.work(teams.found, play.town, wang.person_id, f"{SECRET}读书会", wang.name, "telegram")
    play.work(teams.join, play.town, row.id, li.person_id, li.name, "telegram")
    play.work(
        teams.add_meeting, play.town, row.id, play.now + timedelta(days=3), f"在{SECRET}家", wang.person_id
    )
    play.work(
        people.allow, play.town, actor_id=wang.person_id, subject_id=li.person_id, label=li.name, way="tap",
        by=f"person:{li.person_id}",
    )  # fmt: skip


def _windows(play: Play, wang: Person, li: Person) -> None:
    later = play.now + timedelta(days=2)
    for code, mode in (("HG01", "draw"), ("TJ01", "approve")):
        times = Times(closes=later, draws=later) if mode == "draw" else Times()
        play.work(set_window, play.town, code, mode, times, Plan(), by="test", new_secret=lambda: "5a" * 32)
    for who, code in ((wang, "HG01"), (li, "TJ01")):
        who.start(f"c_{code}")
        who.tap_action(who.button("登记").action)
        for label in ("同意，继续报名", "用“", "是的", "确认"):
            if any(label in shown for shown in who.buttons):
                who.tap(label)


def _campaign(play: Play, wang: Person, owner: Person) -> None:
    owner.tap_action("camp_new:2")
    owner.say("12月14日")
    owner.tap("开始")

    def named(tx: Tx) -> None:
        row = campaign_rows.one(tx, 1)
        digits, play.town.random_digits = play.town.random_digits, lambda count: CODE[:count]
        for oneself in (False, True):
            nominating.propose(
                tx, play.town, row, "star", f"孙{SECRET}" if oneself else f"周{SECRET}",
                f"{SECRET}天天练字", by=wang.person_id, oneself=oneself,
            )  # fmt: skip
            play.town.random_digits = digits

    play.work(named)


def _broadcasts(play: Play, owner: Person) -> None:
    for _ in range(3):
        owner.say("群发")
        owner.say(f"{SECRET}：周六上课请带毛笔")
        owner.tap("一个班的学员")
        owner.tap("书法入门")
    for number, state in ((2, "running"), (3, "waiting_approval")):
        one = update(broadcast).where(broadcast.c.id == number).values(state=state, launched_at=play.now)
        play.work(lambda tx, one=one: tx.core(one).rowcount)


def _by_hand(play: Play, wang: Person, owner: Person) -> None:
    now = play.now
    put(
        play, later_stratum, person_id=wang.person_id, unit_id=2, term="2027-spring",
        until=now + timedelta(days=99), state="appealed", reason="", appeal=f"{SECRET}住院了", at=now,
        changed_at=now,
    )  # fmt: skip
    put(play, survey, offering_id=1, enrolment_id=1, score=None, words="", asked_at=now)
    put(play, class_minimum, offering_id=1, min_enrolled=5, decide_by=date(2026, 12, 1), asked_at=now)
    put(
        play, watch, person_id=wang.person_id, meaning="{}", created_at=now, until=now + timedelta(days=90),
        lasting=False,
    )  # fmt: skip
    put(play, sheet_draft, account_id=owner.account_id, name="课.csv", content=b"x", at=now)
    put(play, import_batch, at=now, by=f"person:{owner.person_id}", kind="classes", before='{"new": [1]}')


def _waiting(play: Play, mother: Person) -> None:
    """The mother and her child wait together for a class that is full, as she asked."""
    now = play.now
    _change(play, "SF01", capacity=1)
    child = play.rows(select(dependent.c.person_id))[0].person_id
    put(play, seat_group, offering_id=1, team_id=None, created_at=now)
    for person_id, name in ((mother.person_id, mother.name), (child, f"小{SECRET}")):
        put(
            play, enrolment, person_id=person_id, offering_id=1, account_id=mother.account_id,
            state="waiting", name=name, age_confirmed=False, created_at=now, since=now,
        )  # fmt: skip
        made = play.rows(select(enrolment.c.id).order_by(enrolment.c.id.desc()))[0].id
        put(play, seat_group_member, enrolment_id=made, group_id=1)
    put(play, acted_for, enrolment_id=made, actor_id=mother.person_id, actor_name=mother.name, at=now)
    put(
        play, link_code, person_id=mother.person_id, code_hash="0" * 64, expires_at=now + timedelta(minutes=9)
    )
    put(
        play,
        attendance,
        session_id=1,
        enrolment_id=1,
        version=1,
        state="absent",
        way="staff",
        reason="",
        at=now,
    )
    put(play, roll_call, session_id=1, closed_at=now)


def put(play: Play, table: Any, **values: Any) -> None:
    """One row, as it stands."""
    play.work(lambda tx: tx.core(table.insert().values(**values)).rowcount)


def _change(play: Play, code: str = "", **values: Any) -> None:
    change = update(offering).values(**values)
    change = change.where(offering.c.code == code) if code else change
    play.work(lambda tx: tx.core(change).rowcount)
