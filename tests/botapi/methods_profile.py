"""Methods about the bot itself: who it is, its commands and descriptions, chats and files it may look up."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.botapi.params import Params
from tests.botapi.refusals import bad, units
from tests.botapi.state import State

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


def get_me(state: State, params: Params) -> object:
    abilities = {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }
    return {**state.bot, **abilities}


def get_chat(state: State, params: Params) -> object:
    profile, _ = state.known(params)
    return {
        **profile.chat(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_file(state: State, params: Params) -> object:
    return state.files.describe(params.text("file_id"))


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _scope(params: Params) -> str:
    scope = params.nested("scope", "BotCommandScope")
    return json.dumps(scope, sort_keys=True) if scope and scope != {"type": "default"} else ""


def _command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad("can't parse BotCommand: object expected as a command")
    name, about = item.get("command"), item.get("description")
    name = name.removeprefix("/") if isinstance(name, str) else ""
    if not _COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not isinstance(about, str) or not 1 <= units(about.strip()) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about}


def set_my_commands(state: State, params: Params) -> object:
    commands = params.nested("commands", "bot commands")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    state.settings.commands[_scope(params), _language(params)] = [_command(item) for item in commands]
    return True


def delete_my_commands(state: State, params: Params) -> object:
    state.settings.commands.pop((_scope(params), _language(params)), None)
    return True


def get_my_commands(state: State, params: Params) -> object:
    return state.settings.commands.get((_scope(params), _language(params)), [])


def set_my_name(state: State, params: Params) -> object:
    return _set(state.settings.names, params, "name", 64)


def get_my_name(state: State, params: Params) -> object:
    return {"name": state.settings.names.get(_language(params)) or state.bot["first_name"]}


def set_my_description(state: State, params: Params) -> object:
    return _set(state.settings.descriptions, params, "description", 512)


def get_my_description(state: State, params: Params) -> object:
    return {"description": state.settings.descriptions.get(_language(params), "")}


def set_my_short_description(state: State, params: Params) -> object:
    return _set(state.settings.short_descriptions, params, "short_description", 120)


def get_my_short_description(state: State, params: Params) -> object:
    return {"short_description": state.settings.short_descriptions.get(_language(params), "")}


def _set(kept: dict[str, str], params: Params, name: str, limit: int) -> bool:
    language, value = _language(params), params.text(name)
    if units(value) > limit:
        raise bad(f"{name.replace('_', ' ')} is too long")
    kept[language] = value
    return True


def set_chat_menu_button(state: State, params: Params) -> object:
    return True


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setMyName": set_my_name,
    "getMyName": get_my_name,
    "setMyDescription": set_my_description,
    "getMyDescription": get_my_description,
    "setMyShortDescription": set_my_short_description,
    "getMyShortDescription": get_my_short_description,
    "setChatMenuButton": set_chat_menu_button,
}
