"""A sheet by Telegram: fetched for who may bring one in, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.telegram.attachments import with_file
from bot.platforms.telegram.parse import parse
from handlers.incoming import Incoming
from models.catalogue import org_unit
from services.importing.door import MOST_BYTES
from services.roles import grant
from tests.bot.telegram.stage import Stage, on_stage


async def sent(stage: Stage, number: int, name: str, content: bytes) -> Incoming:
    person = stage.api.user(number)
    message = await person.sends_file(name, content)
    update = {"update_id": 1, "message": stage.api.state.message_json(message, person.profile)}
    incoming = parse(update, "123")
    assert incoming is not None
    return await with_file(incoming, stage.connection.api, stage.house.work)


async def clerk(stage: Stage, number: int) -> None:
    town = stage.house.town
    await stage.house.put(org_unit, code="root", name="学院", level="root", path="/1/")
    await stage.house.work.write(lambda tx: grant(tx, town, f"telegram:{number}", "editor", "root", "cli:t"))


async def test_the_bytes_come_with_the_update(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await clerk(stage, 7)
        incoming = await sent(stage, 7, "课程.csv", "课程编号,课程名称\n".encode())
        assert incoming.attached is not None
        assert incoming.attached.content == "课程编号,课程名称\n".encode()


@pytest.mark.parametrize(("number", "name"), [(8, "课程.csv"), (7, "照片.jpg")])
async def test_nothing_is_fetched_for_others_or_of_other_kinds(
    tmp_path: Path, number: int, name: str
) -> None:
    async with on_stage(tmp_path) as stage:
        await clerk(stage, 7)
        incoming = await sent(stage, number, name, b"x")
        assert incoming.attached is not None and incoming.attached.content is None
        assert "getFile" not in [call.method for call in stage.api.log.calls]


async def test_what_is_too_large_is_not_fetched(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await clerk(stage, 7)
        incoming = await sent(stage, 7, "课程.csv", b"x" * (MOST_BYTES + 1))
        assert incoming.attached is not None
        assert (incoming.attached.content, incoming.attached.problem) == (None, "too_big")


async def test_a_file_that_is_lost_is_told_of(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await clerk(stage, 7)
        incoming = await sent(stage, 7, "课程.csv", b"x")
        gone = parse(
            {
                "update_id": 2,
                "message": {
                    "message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"},
                    "from": {"id": 7, "is_bot": False, "first_name": "赵"},
                    "document": {"file_id": "nothing", "file_name": "a.csv", "file_size": 3},
                },
            },
            "123",
        )  # fmt: skip
        assert gone is not None and incoming.attached is not None
        lost = await with_file(gone, stage.connection.api, stage.house.work)
        assert lost.attached is not None and lost.attached.problem == "lost"
