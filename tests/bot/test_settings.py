"""Settings: what is accepted, what each mistake is told, and what must never be shown."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, unknown_names

TOKEN = "123456:AAF-secret_part_of_the_token"
OFFICIAL = {"TELEGRAM_TOKEN": TOKEN}
OWN_SERVER = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:8081"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variables of the machine, no .env of the checkout."""
    for name in [name for name in os.environ if name.startswith("DOORSTEP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"DOORSTEP_{name}", value)
    return load_settings()


def problems(monkeypatch: pytest.MonkeyPatch, **variables: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **variables)
    return caught.value.problems


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///var/doorstep.db"
    assert (settings.host, settings.port, settings.base_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert (settings.telegram_mode, settings.bulk_rate, settings.timezone) == ("polling", 25, "Asia/Shanghai")
    assert (settings.term_limit, settings.telegram_token, settings.now) == (10, None, None)
    assert not settings.official_api


def test_a_dotenv_file_is_read_and_the_environment_stands_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DOORSTEP_PORT=9001\nDOORSTEP_OPERATOR_NAME=柳溪县社区教育学院\n", "utf-8")
    assert load_settings().operator_name == "柳溪县社区教育学院"
    assert load_settings().port == 9001
    assert load(monkeypatch, PORT="9002").port == 9002


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, TELEGRAM_TOKEN="", PORT="").port == 8080


BAD = [
    ("PORT", "eighty", "DOORSTEP_PORT is not a whole number"),
    ("PORT", "99999", "DOORSTEP_PORT is too large; the most is 65535"),
    ("BULK_RATE", "-1", "DOORSTEP_BULK_RATE is too small; the least is 0"),
    ("BULK_RATE", "nan", "DOORSTEP_BULK_RATE is"),
    ("CLOCK_SPEED", "0", "DOORSTEP_CLOCK_SPEED must be above 0"),
    ("NOW", "next monday", "DOORSTEP_NOW is not a time; write it like 2026-11-30T09:00"),
    ("TIMEZONE", "Mars/Base", "DOORSTEP_TIMEZONE is not a time zone; write it like Asia/Shanghai"),
    ("TIMEZONE", "../etc/passwd", "DOORSTEP_TIMEZONE is not a time zone"),
    ("TELEGRAM_MODE", "push", "DOORSTEP_TELEGRAM_MODE must be 'polling' or 'webhook'"),
    ("TELEGRAM_TOKEN", "hello", "DOORSTEP_TELEGRAM_TOKEN is not a bot token"),
    ("TELEGRAM_SECRET", "with blanks", "DOORSTEP_TELEGRAM_SECRET must be 1 to 256 characters"),
    ("TELEGRAM_API_URL", "api.telegram.org", "DOORSTEP_TELEGRAM_API_URL is not a web address"),
    ("PUBLIC_URL", "ftp://door", "DOORSTEP_PUBLIC_URL is not a web address"),
    ("PUBLIC_URL", "https://door:port", "DOORSTEP_PUBLIC_URL is not a web address"),
    ("TRUSTED_PROXIES", "10.0.0.0/8, nginx", "DOORSTEP_TRUSTED_PROXIES 'nginx'"),
    ("CHILDREN_ON_TELEGRAM", "perhaps", "DOORSTEP_CHILDREN_ON_TELEGRAM must be 0 or 1"),
    ("TERM_LIMIT", "0", "DOORSTEP_TERM_LIMIT is too small; the least is 1"),
    ("LLM_URL", "127.0.0.1:8000/v1", "DOORSTEP_LLM_URL is not a web address; write it like http://"),
    ("LLM_URL", "ftp://model/v1", "DOORSTEP_LLM_URL is not a web address"),
    ("LLM_URL", "https://me:word@model/v1", "DOORSTEP_LLM_URL must not hold a name or password"),
    ("LLM_KEY", "two words", "DOORSTEP_LLM_KEY is not a key"),
    ("HOLIDAYS", "none.toml", "DOORSTEP_HOLIDAYS names a file that is not there"),
    ("SECRET_KEY", "short", "DOORSTEP_SECRET_KEY is too short"),
    ("DATABASE_URL", "mysql://host/name", "DOORSTEP_DATABASE_URL starts with 'mysql'; use sqlite:///path or"),
    ("DATABASE_URL", "sqlite:///:memory:", "DOORSTEP_DATABASE_URL names no file"),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD, ids=[f"{name}={value}" for name, value, _ in BAD])
def test_a_bad_value_gets_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    (line,) = problems(monkeypatch, **{name: value})
    assert line.startswith(words)
    assert "\n" not in line


def test_all_problems_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(problems(monkeypatch, PORT="x", NOW="x", TIMEZONE="x")) == 3


def test_a_bad_secret_is_not_repeated_in_its_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = problems(monkeypatch, TELEGRAM_TOKEN="my token 98765", SECRET_KEY="tiny-key-4711")
    assert not any("98765" in line or "4711" in line for line in lines)


REFUSED = [
    ({"NOW": "2026-11-30T09:00"}, "DOORSTEP_NOW cannot be used with Telegram's own servers"),
    ({"CLOCK_SPEED": "60"}, "DOORSTEP_CLOCK_SPEED cannot be used with Telegram's own servers"),
    ({"BULK_RATE": "0"}, "DOORSTEP_BULK_RATE=0 cannot be used with Telegram's own servers"),
    ({"TELEGRAM_MODE": "webhook"}, "DOORSTEP_TELEGRAM_MODE=webhook needs DOORSTEP_PUBLIC_URL"),
    (
        {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "http://door.example"},
        "DOORSTEP_TELEGRAM_MODE=webhook needs DOORSTEP_PUBLIC_URL",
    ),
]


@pytest.mark.parametrize(("variables", "words"), REFUSED)
def test_what_is_refused_where_real_people_are_reached(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    (line,) = problems(monkeypatch, **OFFICIAL, **variables)
    assert line.startswith(words)


@pytest.mark.parametrize(
    "api", ["https://api.telegram.org/", "https://API.TELEGRAM.ORG:443", "http://api.telegram.org."]
)
def test_another_spelling_of_the_official_address_is_the_official_address(
    monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    assert problems(monkeypatch, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=api, NOW="2026-11-30")


@pytest.mark.parametrize("base", [{}, OWN_SERVER], ids=["no token", "own server"])
def test_the_same_is_allowed_where_nobody_real_is_reached(
    monkeypatch: pytest.MonkeyPatch, base: dict[str, str]
) -> None:
    settings = load(
        monkeypatch, **base, NOW="2026-11-30T09:00", CLOCK_SPEED="60", BULK_RATE="0", TELEGRAM_MODE="webhook"
    )
    assert settings.bulk_rate == 0


ZONED = [
    ("2026-11-30T09:00", 8),
    ("2026-11-30", 8),
    ("2026-11-30T09:00Z", 0),
    ("2026-11-30 09:00+02:00", 2),
]


@pytest.mark.parametrize(("written", "hours"), ZONED)
def test_a_time_without_a_zone_is_the_towns(
    monkeypatch: pytest.MonkeyPatch, written: str, hours: int
) -> None:
    now = load(monkeypatch, NOW=written).now
    assert now is not None
    assert now.utcoffset() == timedelta(hours=hours)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch, **OWN_SERVER, TELEGRAM_SECRET="hook-word-4711", SECRET_KEY="k" * 40, LLM_KEY="sk-4712",
        DATABASE_URL="postgresql+psycopg://door:pass%2Fword@db/doorstep",
    )  # fmt: skip
    hidden = ["secret_part", "hook-word", "kkkk", "sk-4712", "pass%2Fword", "pass/word"]
    for shown in (repr(settings), str(settings)):
        assert not any(secret in shown for secret in hidden)
    known = settings.secrets()
    assert {TOKEN, "hook-word-4711", "k" * 40, "sk-4712", "pass%2Fword", "pass/word"} <= set(known)


ADDRESSES = [
    ({}, "http://127.0.0.1:8080"),
    ({"HOST": "0.0.0.0", "PORT": "9000"}, "http://127.0.0.1:9000"),
    ({"HOST": "::1"}, "http://[::1]:8080"),
    ({"PUBLIC_URL": "https://door.example/"}, "https://door.example"),
]


@pytest.mark.parametrize(("variables", "address"), ADDRESSES)
def test_where_residents_find_the_page(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str
) -> None:
    assert load(monkeypatch, **variables).base_url == address


def test_trusted_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8 fd00::/8")
    assert [str(network) for network in settings.trusted_proxies] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "fd00::/8",
    ]


def test_where_texts_would_be_sent_is_named_as_people_are_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().llm_host == ""
    settings = load(monkeypatch, LLM_URL="http://host:8000/v1/")
    assert (settings.llm_host, settings.llm_url) == ("host:8000", "http://host:8000/v1")
    assert load(monkeypatch, LLM_URL="https://model.example/v1/chat/completions").llm_url.endswith("/v1")


def test_a_misspelt_variable_is_noticed() -> None:
    assert unknown_names({"DOORSTEP_TELEGRAM_TOKNE": "x", "DOORSTEP_PORT": "1", "HOME": "/"}) == [
        "DOORSTEP_TELEGRAM_TOKNE is not a setting; did you mean DOORSTEP_TELEGRAM_TOKEN?"
    ]
