"""What the person who runs Easel may choose. The only place that reads the environment and `easel.toml`.

A setting has one name in two spellings: `port` under `[web]` in the file is `EASEL_WEB__PORT` in the environment, and
the environment wins. A secret may also come from a file: `EASEL_WEB__TOKEN_FILE=/run/secrets/web_token`. A name that
Easel does not know is refused, with the nearest one that it does: a misspelt limit must not silently be no limit.

(`pydantic-settings` is not used: it reads the process's own environment only, never sees an unknown top-level variable,
and cannot say where a value came from.)
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator

from core import (
    settings_database,
    settings_discord,
    settings_kept,
    settings_moderation,
    settings_openai,
    settings_slack,
)
from core.errors import BadSettings
from core.kept_secret import kept_secret
from core.model import Mode
from core.moderation import EVERYWHERE
from core.quota import Limit, validate
from core.settings_discord import DiscordSettings
from core.settings_fields import Group, Kind, setting, whole
from core.settings_limits import DEFAULT_LIMITS, LimitRow
from core.settings_moderation import ModerationSettings, WorkspaceRow
from core.settings_openai import AMBIENT_KEY, OpenAISettings
from core.settings_policies import PolicyRow, twice
from core.settings_prices import PriceRow
from core.settings_slack import SlackSettings
from core.settings_sources import Gathered, gather, put
from core.settings_web import WebSettings
from core.settings_wording import Named, Origins, SettingPath, dotted, sentences

TOKEN_FILE = "web-token"  # noqa: S105 - a file's name, not a secret
ADMIN_TOKEN_FILE = "admin-token"  # noqa: S105 - as above


class LogSettings(Group):
    """What is said on standard error."""

    format: Literal["console", "json"] = setting("console", "lines for people, or JSON for machines", "console or json")
    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "the least important lines that are written", "debug, info, warning or error"
    )


class WorkerSettings(Group):
    """How much is drawn at once."""

    concurrency: int = whole(2, 1, 256, "pictures that are drawn at the same time")


class QueueSettings(Group):
    """How much may wait. What comes on top is refused at once, instead of waiting for ever."""

    waiting: int = whole(200, 1, 1_000_000, "requests that may wait in all")
    waiting_per_person: int = whole(5, 1, 1_000_000, "requests that one person may have waiting")


class Settings(Group):
    """All settings, checked. Build one with `load`."""

    data_dir: Path = setting(Path("data"), "the folder where everything is kept", "a folder")
    database_url: SecretStr | None = setting(
        None,
        "a Postgres database, instead of a file in the data folder",
        "an address such as postgresql://easel:PASSWORD@db.example.org/easel",
        unset="(a file in the data folder)",
    )
    provider: Literal["auto", "illustrator", "openai"] = setting(
        "auto", "who draws; auto: the image API when it has a key or an address", "auto, illustrator or openai"
    )
    mode: Mode = setting(Mode.INSTANT, "how pictures are drawn when nobody says it", "instant or thinking")
    time_zone: str = setting(
        "UTC", "when a day begins, for limits", "the IANA name of a time zone, such as Europe/Berlin or Asia/Kolkata"
    )
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    worker: WorkerSettings = WorkerSettings()
    queue: QueueSettings = QueueSettings()
    openai: OpenAISettings = OpenAISettings()
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()
    moderation: ModerationSettings = ModerationSettings()
    limit_rows: Annotated[tuple[LimitRow, ...] | None, Field(alias="limits")] = setting(
        None, "who may do how much", "rows of scope, selector, unit, window and amount", kind=Kind.ROWS, row=LimitRow
    )
    workspaces: tuple[WorkspaceRow, ...] = setting(
        (),
        "what holds in one workspace only",
        "rows of workspace, mode and blocked_words",
        kind=Kind.ROWS,
        row=WorkspaceRow,
    )
    policies: tuple[PolicyRow, ...] = setting(
        (), "what is decided in a workspace", "rows of workspace and orders", kind=Kind.ROWS, row=PolicyRow
    )
    prices: tuple[PriceRow, ...] = setting(
        (), "what is paid, where the catalog is wrong", "rows of model and prices", kind=Kind.ROWS, row=PriceRow
    )
    _origins: Mapping[SettingPath, str] = PrivateAttr(default_factory=dict)

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: SecretStr | None) -> SecretStr | None:
        return settings_database.usable(url)

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:  # OSError: "Europe" is a folder of zones
            raise ValueError("not a time zone") from error
        return name

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The rows of `[[limits]]`, or the ones that hold when there are none."""
        return DEFAULT_LIMITS if self.limit_rows is None else tuple(row.limit() for row in self.limit_rows)

    @property
    def provider_name(self) -> Literal["illustrator", "openai"]:
        """Who draws, `auto` decided."""
        if self.provider == "auto":
            return "openai" if self.openai.is_meant else "illustrator"
        return self.provider

    def mode_in(self, workspace: str) -> Mode:
        """The mode of requests that name none, in a workspace such as `discord:123`."""
        said = {row.workspace: row.mode for row in self.workspaces if row.mode is not None}
        return said.get(workspace) or said.get(EVERYWHERE) or self.mode

    def origin(self, path: SettingPath) -> str:
        """Where a value came from: a variable, the file, or `default`."""
        return self._origins.get(path, "default")


def known_settings() -> tuple[Named, ...]:
    """Every setting there is, in the order of the table."""
    found: list[Named] = []
    for name, field in Settings.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, Group):
            found += [_named((name, inner), leaf) for inner, leaf in annotation.model_fields.items()]
        else:
            found.append(_named((field.alias or name,), field))
    return tuple(found)


def _named(path: SettingPath, field: Any) -> Named:
    told = field.json_schema_extra
    return Named(
        path=path,
        does=field.description,
        must_be=told["must_be"],
        secret="SecretStr" in str(field.annotation),
        default=field.default,
        kind=told["kind"],
        row=told["row"],
        also=told["also"],
        unset=told["unset"],
    )


def load(environ: Mapping[str, str], cwd: Path, kept: settings_kept.Kept | None = None) -> Settings:
    """Read the environment and the file, and check all of it.

    `kept` stands for what is kept in the data folder, to see what it would come to. Raises `BadSettings` that lists
    every problem at once, never the first one only.
    """
    known = known_settings()
    gathered = gather(environ, cwd, known)
    problems = list(gathered.problems)
    problems += _with_kept(gathered, cwd, kept)
    try:
        settings = Settings.model_validate(gathered.values)
    except ValidationError as error:
        problems += sentences(error, known, Origins(gathered.origins, gathered.lines), gathered.values)
        raise _unusable(problems) from None  # its own text holds what was typed, secrets too
    settings = _without_a_strangers_key(settings, gathered)
    problems += _contradictions(settings)
    if problems:
        raise _unusable(problems)
    return _placed(settings, gathered, cwd)


def _with_kept(gathered: Gathered, cwd: Path, kept: settings_kept.Kept | None) -> list[str]:
    """Add what is kept and not set; the problems with it."""
    said = gathered.values.get("data_dir", Settings.model_fields["data_dir"].default)
    if not isinstance(said, str | Path):
        return []  # is told of when the values are checked
    try:
        found = settings_kept.read(_folder(Path(said), gathered, cwd)) if kept is None else kept
    except BadSettings as error:
        return [error.sentence]
    gathered.kept_for = found.get(settings_kept.IMAGE_SERVER, "")
    for path in settings_kept.PATHS:
        if dotted(path) in found and path not in gathered.origins:
            put(gathered, path, found[dotted(path)], settings_kept.FILE)
    return []


def _without_a_strangers_key(settings: Settings, gathered: Gathered) -> Settings:
    """A key that was put into the environment for OpenAI's own programs is shown to nobody but OpenAI, and one that is
    kept in the data folder to nobody but the server that it was tried with."""
    path = settings_kept.IMAGE_KEY
    match gathered.origins.get(path):
        case str(origin) if origin == AMBIENT_KEY:
            is_known = settings.openai.is_openais_own
        case settings_kept.FILE:
            is_known = settings.openai.base_url == gathered.kept_for
        case _:
            is_known = True
    if is_known:
        return settings
    del gathered.origins[path]
    return settings.model_copy(update={"openai": settings.openai.model_copy(update={"api_key": None})})


def _contradictions(settings: Settings) -> list[str]:
    problems = list(validate(settings.limits))
    problems += settings_openai.contradictions(settings)
    problems += settings_moderation.contradictions(settings)
    problems += twice(settings.policies)
    problems += settings_discord.contradictions(settings.discord)
    problems += settings_slack.contradictions(settings.slack)
    if settings.web.is_public and settings.web.token is None:
        problems.append(
            f"EASEL_WEB__HOST is {settings.web.host}, which others can reach, and no token is set: "
            "set EASEL_WEB__TOKEN to a long random text, or listen on 127.0.0.1."
        )
    if settings.web.token is not None and settings.web.token == settings.web.admin_token:
        problems.append("EASEL_WEB__TOKEN and EASEL_WEB__ADMIN_TOKEN are the same: give each page one of its own.")
    if settings.queue.waiting_per_person > settings.queue.waiting:
        problems.append("EASEL_QUEUE__WAITING_PER_PERSON is more than EASEL_QUEUE__WAITING: make it at most as much.")
    return problems


def _placed(settings: Settings, gathered: Gathered, cwd: Path) -> Settings:
    origins = dict(gathered.origins)
    if settings.provider == "auto" and settings.openai.is_meant:
        origins["provider",] = f"auto, by {origins.get(('openai', 'api_key')) or origins['openai', 'base_url']}"
    told = {
        "data_dir": _folder(settings.data_dir, gathered, cwd),
        "provider": settings.provider_name,
    }
    placed = settings.model_copy(update=told)
    placed._origins = MappingProxyType(origins)
    return placed


def _folder(said: Path, gathered: Gathered, cwd: Path) -> Path:
    """A relative data folder is meant from where it was written: the file's folder, or where Easel was started."""
    from_file = gathered.file is not None and gathered.origins.get(("data_dir",)) == gathered.file.name
    base = gathered.file.parent if from_file and gathered.file is not None else cwd
    return (base / said.expanduser()).absolute()


def _unusable(problems: list[str]) -> BadSettings:
    listed = "".join(f"\n- {problem}" for problem in problems)
    return BadSettings(f"Easel's settings cannot be used:{listed}\n", "Mend them and start again.")


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Every setting for `easel check`: its name, its value or `(secret)`, and where that came from."""
    return [(dotted(named.path), _shown(settings, named), settings.origin(named.path)) for named in known_settings()]


def _shown(settings: Settings, named: Named) -> str:
    value = _value(settings, named)
    if value is None:
        return named.unset
    if named.secret:
        return "(secret)"
    match named.kind:
        case Kind.ONE:
            return (str(value).lower() if isinstance(value, bool) else str(value)) or named.unset
        case Kind.MANY:
            return ", ".join(str(each) for each in value) or named.unset
        case Kind.ROWS:
            return f"{len(value)} rows"
        case Kind.TABLE:
            return ", ".join(f"{name} {inner}" for name, inner in value.items()) or named.unset
        case _:
            assert_never(named.kind)


def _value(settings: Settings, named: Named) -> Any:
    value: Any = settings
    for name in named.path:
        value = getattr(value, name)
    return value


def secrets_of(settings: Settings) -> list[SecretStr]:
    """Every secret that was given: what no log line may hold."""
    values = [_value(settings, named) for named in known_settings() if named.secret]
    given = [value for value in values if isinstance(value, SecretStr)]
    return given + settings_database.passwords(settings.database_url)


def web_token(settings: Settings) -> SecretStr:
    """What opens the playground: the given token, or one that is made once and kept in the data folder.

    To be called by the process that holds the data folder. Raises `OSError` when the folder cannot be written.
    """
    return settings.web.token or SecretStr(kept_secret(settings.data_dir / TOKEN_FILE))


def admin_token(settings: Settings) -> SecretStr:
    """The same for the administrators' page."""
    return settings.web.admin_token or SecretStr(kept_secret(settings.data_dir / ADMIN_TOKEN_FILE))
