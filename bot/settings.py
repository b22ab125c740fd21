"""The operator's settings: every DOORSTEP_* variable, from the environment or a `.env` file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings_words import PREFIX, broken_lines, plainly

OFFICIAL_API: Final = "https://api.telegram.org"
DEFAULT_DATABASE: Final = "sqlite:///var/doorstep.db"
Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """Settings that cannot be used; `problems` has one clear line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What the operator chose; made by `load_settings`, never changed. Its repr shows no secret."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True,
        extra="ignore", frozen=True, hide_input_in_errors=True,
    )  # fmt: skip

    # it may hold a password
    database_url: str = Field(default=DEFAULT_DATABASE, repr=False)
    port: int = Field(default=8080, ge=0, le=65535)
    host: str = "127.0.0.1"
    public_url: str = ""
    telegram_token: SecretStr | None = None
    telegram_api_url: str = OFFICIAL_API
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_secret: SecretStr | None = None
    bulk_rate: float = Field(default=25.0, ge=0, le=1000, allow_inf_nan=False)
    timezone: str = "Asia/Shanghai"
    now: datetime | None = None
    clock_speed: float = Field(default=1.0, gt=0, le=100_000, allow_inf_nan=False)
    operator_name: str = Field(default="", max_length=80)
    operator_contact: str = Field(default="", max_length=120)
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    term_limit: int = Field(default=10, ge=1, le=1000)
    children_on_telegram: bool = False
    holidays: Path | None = None
    secret_key: SecretStr | None = None
    llm_url: str = ""
    llm_model: str = Field(default="", max_length=200)
    llm_key: SecretStr | None = None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The town's zone."""
        return ZoneInfo(self.timezone)

    @property
    def official_api(self) -> bool:
        """Whether messages would go to real people by way of Telegram's own servers."""
        host = (urlsplit(self.telegram_api_url).hostname or "").rstrip(".")
        return self.telegram_token is not None and (host == "telegram.org" or host.endswith(".telegram.org"))

    @property
    def base_url(self) -> str:
        """What the start-up line names: the public address, or this machine's own, for itself alone."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"

    @property
    def llm_host(self) -> str:
        """Where texts would be sent, as people are told it; empty where none are."""
        return urlsplit(self.llm_url).netloc

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    def secrets(self) -> tuple[str, ...]:
        """The values that must never be shown or logged."""
        given = (self.telegram_token, self.telegram_secret, self.secret_key, self.llm_key)
        passwords = _passwords(self.database_url)
        return tuple(secret.get_secret_value() for secret in given if secret) + passwords

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        wanted = "use sqlite:///path or postgresql+psycopg://user:password@host/name"
        if value.startswith("sqlite:///"):
            if value.removeprefix("sqlite:///").partition("?")[0] in ("", ":memory:"):
                raise ValueError(f"names no file; {wanted}")
            return value
        if not value.startswith("postgresql+psycopg://"):
            raise ValueError(f"starts with {value.partition(':')[0][:20]!r}; {wanted}")
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            good = False
        if value and (not good or parts.query or parts.fragment):
            raise ValueError("is not a web address; write it like https://doorstep.example")
        return value.rstrip("/")

    @field_validator("llm_url")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            good = False
        if value and (not good or parts.query or parts.fragment):
            raise ValueError("is not a web address; write it like http://127.0.0.1:8000/v1")
        if value and "@" in parts.netloc:
            raise ValueError("must not hold a name or password; the key belongs in DOORSTEP_LLM_KEY")
        return value.rstrip("/").removesuffix("/chat/completions")

    @field_validator("llm_key")
    @classmethod
    def _llm_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]+", value.get_secret_value()):
            raise ValueError("is not a key; it must be visible ASCII characters without blanks")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise ValueError("is not a bot token; @BotFather gives one like 123456:ABC-DEF")
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise ValueError(
                "is too short; use at least 32 characters, or leave it out and one is made and kept"
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not a time zone; write it like Asia/Shanghai") from None
        return value

    @field_validator("now", mode="before")
    @classmethod
    def _now(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("is not a time; write it like 2026-11-30T09:00") from None

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _proxies(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part, strict=False) for part in value.replace(",", " ").split())
        except ValueError as error:
            raise ValueError(f"{error}; write addresses or networks, such as 127.0.0.1, 10.0.0.0/8") from None

    @field_validator("holidays")
    @classmethod
    def _holidays(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("names a file that is not there")
        return value


def load_settings(**overrides: Any) -> Settings:
    """The settings of the environment and `.env`. Raises SettingsError with every problem at once.

    `overrides` name fields (`port=0`) and stand above the environment.
    """
    try:
        if broken := broken_lines(Path(".env")):
            raise SettingsError(broken)
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError([plainly(problem) for problem in error.errors(include_url=False)]) from None
    except UnicodeDecodeError:
        raise SettingsError([".env is not UTF-8 text; save it as UTF-8"]) from None
    problems = _refusals(settings)
    if problems:
        raise SettingsError(problems)
    if settings.now is not None and settings.now.tzinfo is None:
        local = settings.now.replace(tzinfo=settings.zone)
        settings = settings.model_copy(update={"now": local})
    return settings


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    """A line for each DOORSTEP_* variable that means nothing here, with the name that was probably meant."""
    from difflib import get_close_matches

    known = [PREFIX + name.upper() for name in Settings.model_fields]
    lines = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            lines.append(f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else ""))
    return lines


def _refusals(settings: Settings) -> list[str]:
    if not settings.official_api:
        return []
    problems = []
    real = (
        "with Telegram's own servers, which reach real people; "
        "leave it out, or name a Bot API server of your own in DOORSTEP_TELEGRAM_API_URL"
    )
    if settings.now is not None:
        problems.append(f"DOORSTEP_NOW cannot be used {real}")
    if settings.clock_speed != 1.0:
        problems.append(f"DOORSTEP_CLOCK_SPEED cannot be used {real}")
    if settings.bulk_rate == 0:
        problems.append(f"DOORSTEP_BULK_RATE=0 cannot be used {real}")
    if settings.telegram_mode == "webhook" and not settings.public_url.startswith("https://"):
        problems.append("DOORSTEP_TELEGRAM_MODE=webhook needs DOORSTEP_PUBLIC_URL, an https:// address")
    return problems


def _passwords(url: str) -> tuple[str, ...]:
    try:
        found = urlsplit(url).password
    except ValueError:
        return ()
    return tuple({found, unquote(found)}) if found else ()
