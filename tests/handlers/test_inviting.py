"""邀请同事: a link gives a role once, within seven days, unless it is taken back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models.catalogue import org_unit
from models.operations import audit_entry
from models.organising import invitation
from models.people import role_grant
from models.store import Store
from services import inviting
from services.roles import grant
from tests.handlers.play import Person, Play
from tests.town import make_town


@pytest.fixture
def play(store: Store) -> Play:
    return Play(store, make_town(store, telegram_name="jiamenkou_bot", public_url="https://door.example"))


@pytest.fixture
def owner(play: Play) -> Person:
    owner = play.person("telegram", "3001", name="钱主任")
    play.work(lambda tx: grant(tx, play.town, "telegram:3001", "owner", "xincheng", "cli:test"))
    return owner


def invited(owner: Person) -> str:
    owner.say("邀请同事")
    owner.tap("老师")
    [payload] = re.findall(r"t\.me/jiamenkou_bot\?start=(i_\d{24})", owner.text)
    assert f"https://door.example/i/{payload.removeprefix('i_')}" in owner.text
    return str(payload)


def roles_of(who: Person) -> list[tuple[str, str]]:
    query = (
        select(org_unit.c.code, role_grant.c.role)
        .join_from(role_grant, org_unit, org_unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == who.person_id)
    )
    return [tuple(row) for row in who.play.rows(query)]


def test_opened_confirmed_and_used_up(play: Play, owner: Person) -> None:
    payload = invited(owner)
    assert payload.removeprefix("i_") not in str(play.rows(select(invitation.c.token_hash)))
    sun = play.person("telegram", "3002", name="孙老师")
    sun.start(payload)
    assert "“新城街道社区学校”请您来做：老师" in sun.text
    assert roles_of(sun) == []
    sun.say("接受")
    assert "您现在是“新城街道社区学校”的老师" in sun.text
    assert roles_of(sun) == [("xincheng", "teacher")]
    li = play.person("web", "b1")
    li.start(payload)
    assert "用过了" in li.text
    actions = [row.action for row in play.rows(select(audit_entry.c.action).order_by(audit_entry.c.id))]
    assert actions[-2:] == ["invited", "invitation_used"]


def test_of_two_who_opened_it_one_has_it(play: Play, owner: Person) -> None:
    payload = invited(owner)
    first, second = play.person("telegram", "3002"), play.person("telegram", "3003")
    first.start(payload)
    second.start(payload)
    first.tap("接受")
    second.tap("接受")
    assert "用过了" in second.text
    assert (len(roles_of(first)), len(roles_of(second))) == (1, 0)


def test_after_seven_days_it_is_over(play: Play, owner: Person) -> None:
    payload = invited(owner)
    sun = play.person("telegram", "3002")
    sun.start(payload)
    play.advance(days=7, minutes=1)
    sun.say("接受")
    assert "过期了" in sun.text
    assert roles_of(sun) == []


def test_taken_back(play: Play, owner: Person) -> None:
    payload = invited(owner)
    owner.tap("还没用的邀请")
    assert "新城街道社区学校 · 老师" in owner.text
    owner.say("1")
    assert "撤回了" in owner.text
    sun = play.person("telegram", "3002")
    sun.start(payload)
    assert "撤回了" in sun.text


def test_declined_it_stays_for_who_was_meant(play: Play, owner: Person) -> None:
    payload = invited(owner)
    li, sun = play.person("telegram", "3002"), play.person("telegram", "3003")
    li.start(payload)
    li.say("不接受")
    sun.start(payload)
    sun.tap("接受")
    assert (roles_of(li), roles_of(sun)) == ([], [("xincheng", "teacher")])


def test_nobody_invites_beyond_the_own_units(play: Play, owner: Person) -> None:
    for said in ("邀请同事 heping", "邀请同事 root", "邀请同事 nowhere"):
        owner.say(said)
        assert "不归您管" in owner.text
    owner.tap_action("invite:1:owner")
    assert "失效" in owner.text
    wang = play.person("telegram", "1001")
    wang.say("邀请同事")
    assert "负责人" in wang.text
    wang.tap_action("invite:2:owner")
    assert "失效" in wang.text
    assert play.rows(select(invitation.c.id)) == []


def test_a_made_up_secret_opens_nothing(play: Play, owner: Person) -> None:
    invited(owner)
    li = play.person("telegram", "3002")
    for payload in ("i_", "i_0", "i_" + "0" * inviting.DIGITS, "i_x"):
        li.start(payload)
        assert "用过了" in li.text
    li.tap_action("invite_yes")
    assert "失效" in li.text
