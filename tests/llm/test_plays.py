"""Conversations with the language model on: agreed to first, asked rarely, never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from prometheus_client import generate_latest
from sqlalchemy import select

from bot.metrics import REGISTRY
from handlers.incoming import Incoming, Kind
from handlers.take import take, take_opinion
from models.operations import audit_entry
from models.people import consent, conversation, person
from models.store import Store
from services import fetching, second_opinion
from services.understanding.masking import mask
from services.understanding.opinion import INTENTS
from tests.llm.stage import LOST, PUZZLE, SIGH, Speaker, Stage, stage
from tests.llm.standin import StandIn
from tests.town import make_town


@pytest.fixture
async def on(store: Store, model: StandIn) -> AsyncIterator[Stage]:
    """A stage on each of the two databases."""
    async with stage(store, model) as made:
        yield made


@pytest.fixture
async def scene(sqlite_store: Store, model: StandIn) -> AsyncIterator[Stage]:
    """A stage where the kind of database does not matter."""
    async with stage(sqlite_store, model) as made:
        yield made


async def test_from_not_understood_to_understood(on: Stage, model: StandIn) -> None:
    model.says({"words": ["书法"]})
    wang = on.person()
    await wang.say(PUZZLE)
    assert LOST in wang.text
    await wang.tap("请智能助手帮着听")
    for part in (model.host, "姓名", "某某", "数字", "电话号码", "不会直接跟您说话", "隐私"):
        assert part in wang.text
    assert model.requests == [], "nothing goes out before the yes"
    await wang.tap("同意")
    assert "以后我听不懂" in wang.text
    assert wang.courses == ["SF01"], "what was not understood before is understood now"
    assert model.said == [mask(PUZZLE, [])]
    await wang.say("1")
    assert "书法入门" in wang.text
    assert "queued" not in await wang.outbox()


async def test_what_the_rules_understand_is_never_asked(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    for text in (
        "书法",
        "周末的",
        "免费的",
        "我的课",
        "你好",
        "谢谢",
        "找人帮忙",
        "没有这种课的班",
        "99",
        "/nonsense",
        "大字",
    ):
        await wang.say(text)
        assert wang.text
    assert model.requests == []


async def test_with_the_feature_off_nothing_is_offered(sqlite_store: Store, model: StandIn) -> None:
    async with stage(sqlite_store, model) as made:
        made.town.assistant_host = ""
        wang = made.person()
        await wang.say(PUZZLE)
        assert LOST in wang.text
        assert "请智能助手帮着听" not in wang.buttons
        await wang.say("隐私")
        assert "智能助手" not in wang.text + "".join(wang.buttons)
        for action in ("assistant", "assistant_yes"):
            await wang.act(Kind.TAP, tap=action)
        await wang.say(PUZZLE)
        assert (model.requests, await made.rows(select(consent.c.id))) == ([], [])


async def test_the_yes_is_kept_with_its_wording_shown_and_taken_back_in_one_tap(
    on: Stage, model: StandIn
) -> None:
    wang = on.person()
    await wang.say("隐私")
    assert f"没有同意，您的话不会发给 {model.host}" in wang.text
    await wang.agrees()
    (row,) = await on.rows(select(consent))
    assert (row.purpose, row.withdrawn_at) == ("assistant", None)
    assert row.wording.startswith(f"{second_opinion.WORDING}:")
    await wang.say("隐私")
    assert "您今天同意了" in wang.text and model.host in wang.text
    await wang.tap("不用智能助手了")
    assert "不再发出去" in wang.text
    await wang.say(PUZZLE)
    assert LOST in wang.text
    assert model.requests == []
    (row,) = await on.rows(select(consent))
    assert row.withdrawn_at is not None
    actions = [row.action for row in await on.rows(select(audit_entry).order_by(audit_entry.c.id))]
    assert actions == ["consent", "consent_withdrawn"]
    await wang.say("我的资料")
    assert "智能助手" in wang.messages[0].document.content.decode()  # type: ignore[union-attr]


async def test_who_asks_to_be_forgotten_is_not_asked_about_any_more(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    await wang.say("注销")
    await wang.tap("确认注销")
    await wang.say(PUZZLE)
    assert LOST in wang.text
    assert model.requests == []


async def test_no_is_no(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.say(PUZZLE)
    await wang.tap("请智能助手帮着听")
    await wang.tap("不用了")
    assert "不请它" in wang.text
    await wang.say(PUZZLE)
    assert LOST in wang.text
    assert model.requests == []


async def test_a_yes_to_one_host_is_none_to_another(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    scene.town.assistant_host = "elsewhere.example"
    await wang.say(PUZZLE)
    assert "请智能助手帮着听" in wang.buttons
    assert model.requests == []
    await wang.say("隐私")
    assert "现在没有发出去的话" in wang.text
    await wang.say(PUZZLE)
    await wang.tap("请智能助手帮着听")
    assert "elsewhere.example" in wang.text
    await wang.tap("同意")
    rows = await scene.rows(select(consent).order_by(consent.c.id))
    assert [row.withdrawn_at is None for row in rows] == [False, True]
    assert len({row.wording for row in rows}) == 2


NOTHING: list[tuple[str, Callable[[StandIn], None]]] = [
    ("prose", lambda model: model.says("您好，您是想学书法吗？加我微信")),
    ("evil fields", lambda model: model.says({"words": ["书法"], "reply": "加我微信", "near": [0, 0]})),
    ("evil words", lambda model: model.says({"words": ["加我微信领奖"]})),
    ("a code that is none", lambda model: model.says({"category": "politics"})),
    ("nothing", lambda model: model.says({})),
    ("500", lambda model: model.fails(500)),
    ("garbage", lambda model: model.sends(b"\x00\xff")),
    ("a giant body", lambda model: model.floods()),
    ("too slow", lambda model: model.says({"words": ["书法"]}, after=5)),
]


@pytest.mark.parametrize("way", [way for _, way in NOTHING], ids=[name for name, _ in NOTHING])
async def test_where_it_says_nothing_the_plain_answer_comes(
    sqlite_store: Store, model: StandIn, way: Callable[[StandIn], None]
) -> None:
    async with stage(sqlite_store, model, limit=0.4) as made:
        wang = made.person()
        await wang.agrees()
        way(model)
        await wang.say(PUZZLE)
        assert LOST in wang.text
        assert len(wang.messages) == 1
        assert "微信" not in wang.text
        assert len(model.requests) == 1
        assert "queued" not in await wang.outbox()
        await wang.say("书法")
        assert wang.courses == ["SF01"]


async def test_a_refused_connection_gives_the_plain_answer(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    await model.close()
    await wang.say(PUZZLE)
    assert LOST in wang.text


async def test_the_answer_is_held_back_only_while_it_is_asked(on: Stage, model: StandIn) -> None:
    model.says({"words": ["书法"]}, after=0.3)
    wang = on.person()
    await wang.agrees()
    await wang.say(PUZZLE, wait=False)
    assert wang.messages == [], "no half answer is shown"
    (held,) = await wang.waiting()
    assert LOST in held
    await on.questions.idle()
    assert await wang.waiting() == []
    await wang.say("1")
    assert "书法入门" in wang.text


async def test_who_speaks_again_meanwhile_is_not_disturbed(on: Stage, model: StandIn) -> None:
    model.says({"words": ["书法"]}, after=0.4)
    wang = on.person()
    await wang.agrees()
    await wang.say("太极拳")
    await wang.say(PUZZLE, wait=False)
    await model.asked()
    await wang.say("1", wait=False)
    assert wang.courses == ["TJ01"], "the number means the list that was seen"
    before = (await on.rows(select(conversation.c.state)))[0].state
    await on.questions.idle()
    after = (await on.rows(select(conversation.c.state)))[0].state
    assert before == after
    assert await wang.waiting() == []
    said = [one.message.text for one in on.phones.arrived[await wang.account_id()]]
    assert not any(LOST in text or "书法入门" in text for text in said)
    assert b'doorstep_assistant_total{outcome="stale"}' in generate_latest(REGISTRY)


async def test_two_puzzles_in_a_row_get_one_answer_to_the_second(scene: Stage, model: StandIn) -> None:
    model.says({"words": ["书法"]}, after=0.2)
    wang = scene.person()
    await wang.agrees()
    await wang.say(PUZZLE, wait=False)
    await model.asked()
    await wang.say(SIGH, wait=False)
    await scene.questions.idle()
    said = [one.message for one in scene.phones.arrived[await wang.account_id()]]
    assert [message.courses for message in said if message.courses] == [("SF01",)]


async def test_an_update_that_comes_again_is_not_asked_again(on: Stage, model: StandIn) -> None:
    wang = on.person()
    await wang.agrees()
    await wang.say(PUZZLE)
    assert wang.last is not None
    assert (await wang.again(wang.last)).duplicate
    assert wang.messages == []
    model.says({}, after=0.3)
    await wang.say(SIGH, wait=False)
    assert (await wang.again(wang.last)).duplicate
    assert len(model.requests) == 2


async def test_a_yes_that_is_taken_back_meanwhile_holds(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    taken = await wang.say(PUZZLE)
    assert taken.question is not None
    asked = taken.question
    await wang.act(Kind.TAP, tap="no_assistant")
    assert await scene.work.read(lambda tx: asked.masked(tx, scene.town)) is None


async def test_nothing_personal_reaches_it(on: Stage, model: StandIn) -> None:
    li = on.person(name="李建国", account="1002")
    for text in ("书法", "1"):
        await li.say(text)
    for label in ("报名", "同意，继续报名", "用“", "确认"):
        await li.tap(label)
    assert "已报名" in li.text
    wang = on.person()
    await wang.agrees()
    question = (await wang.say(PUZZLE)).question
    assert question is not None
    # said instead of the riddle, whatever the rules come to make of it
    text = "我是秀兰，电话13800138000，邻居李建国说那副红纸我想自己来，我68，幺三八零零一三八零零零"
    on.questions.put(replace(question, incoming=replace(question.incoming, text=text)))
    await on.questions.idle()
    assert model.said[-1] == "我是某某,电话 ,邻居某某说那副红纸我想自己来,我00,"
    for secret in ("王", "秀兰", "李建国", "138", "68", "幺", "1001", "telegram"):
        assert secret not in model.heard_all, secret


async def test_what_is_typed_as_an_answer_to_a_question_is_not_sent(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    for text in ("书法", "1"):
        await wang.say(text)
    await wang.tap("报名")
    await wang.tap("同意，继续报名")
    await wang.say("上官红玉")
    assert "上官红玉" in wang.text
    assert model.requests == []


WISHES = [("my_classes", "还没报名任何班"), ("human", "0570-5550123"), ("help", "想学什么"), ("thanks", "")]


@pytest.mark.parametrize(("intent", "words"), WISHES, ids=[intent for intent, _ in WISHES])
async def test_other_wishes_than_classes(scene: Stage, model: StandIn, intent: str, words: str) -> None:
    model.says({"intent": intent})
    wang = scene.person()
    await wang.agrees()
    await wang.say(PUZZLE)
    assert words in wang.text
    assert wang.text


async def test_whatever_it_may_say_is_answered_and_changes_nothing(scene: Stage, model: StandIn) -> None:
    wang = scene.person()
    await wang.agrees()
    kept = select(person, consent.c.purpose).join(consent, consent.c.person_id == person.c.id)
    before = await scene.rows(kept)
    for intent in sorted(INTENTS):
        model.says({"intent": intent})
        await wang.say("重新开始")
        await wang.say(PUZZLE)
        assert wang.text, intent
    assert await scene.rows(kept) == before


async def test_conditions_alone_narrow_what_is_looked_at(scene: Stage, model: StandIn) -> None:
    model.says({"free": True})
    wang = scene.person()
    await wang.agrees()
    await wang.say("烘焙")
    assert wang.courses == ["HG01"]
    await wang.say(PUZZLE)
    assert "烘焙" in wang.text and "免费" in wang.text


async def test_a_person_who_is_gone_meanwhile_is_left_in_peace(on: Stage, model: StandIn) -> None:
    from services import erasing

    model.says({"words": ["书法"]}, after=0.3)
    wang = on.person()
    await wang.agrees()
    await wang.say(PUZZLE, wait=False)
    await model.asked()
    (row,) = await on.rows(select(consent.c.person_id))
    await on.work.write(lambda tx: erasing.erase(tx, on.town, row.person_id))
    await on.questions.idle()
    assert await wang.account_id() == 0


async def test_on_the_web_a_held_answer_is_not_fetched_before_its_time(on: Stage, model: StandIn) -> None:
    model.says({}, after=0.4)
    wang = on.person("web", account="b1")
    await wang.agrees()
    account_id = await wang.account_id()

    async def shown() -> str:
        found = await on.work.read(lambda tx: fetching.look(tx, on.town, account_id))
        return found.shown[-1].message.text

    taken = await wang.say(PUZZLE, wait=False)
    assert taken.question is not None
    waiting = await on.work.read(lambda tx: fetching.waiting(tx, on.town, "web"))
    assert waiting[account_id]
    assert taken.question.row not in waiting[account_id]
    assert LOST not in await shown()
    await on.questions.idle()
    assert LOST in await shown()


async def test_if_nobody_goes_on_the_held_answer_goes_out(on: Stage, model: StandIn) -> None:
    wang = on.person("web", account="b1")
    await wang.agrees()
    account_id = await wang.account_id()
    # the first unit alone, as when the process falls right after it
    incoming = Incoming("web", "test", 10**9, "b1", "b1", Kind.TEXT, text=PUZZLE)
    taken = await on.work.write(lambda tx: take(tx, on.town, incoming))
    question = taken.question
    assert question is not None
    looked = await on.work.read(lambda tx: fetching.look(tx, on.town, account_id))
    assert question.row not in [one.id for one in looked.shown]
    on.pass_real(second_opinion.HOLD_SECONDS + 0.1)
    looked = await on.work.read(lambda tx: fetching.look(tx, on.town, account_id))
    assert LOST in looked.shown[-1].message.text
    await on.work.write(lambda tx: fetching.reached(tx, on.town, account_id, [question.row]))
    assert await on.work.write(lambda tx: take_opinion(tx, on.town, question, None)) is None, "answered once"
    await wang.say("2")
    assert "还没报名任何班" in wang.text, "its numbers hold once it was shown"


def test_one_line_of_the_terminal_has_one_answer(sqlite_store: Store) -> None:
    from bot.platforms.terminal.talk import Talk
    from services.understanding import Meaning

    asked: list[str] = []

    def ask(said: str) -> Meaning | None:
        asked.append(said)
        return Meaning(words=("书法",)) if len(asked) == 1 else None

    talk = Talk(sqlite_store, make_town(sqlite_store, assistant_host="model.example"), "wang", ask)
    talk.take(talk.tap("assistant_yes"), inbox=False)
    (message,) = talk.take(talk.text(PUZZLE), inbox=False).messages
    assert message.courses == ("SF01",)
    (message,) = talk.take(talk.text(PUZZLE), inbox=False).messages
    assert LOST in message.text
    assert asked == 2 * [mask(PUZZLE, [])]


async def test_many_at_once_are_all_answered(scene: Stage, model: StandIn) -> None:
    model.says({"words": ["书法"]}, after=0.05)
    people: list[Speaker] = [scene.person(account=str(2000 + n)) for n in range(20)]
    for one in people:
        await one.agrees()
    await asyncio.gather(*(one.say(PUZZLE, wait=False) for one in people))
    await scene.questions.idle()
    for one in people:
        last = scene.phones.arrived[await one.account_id()][-1].message
        assert last.courses == ("SF01",)
