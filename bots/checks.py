"""What must be so before Easel can run: each thing looked at, and what to do when it is not so. Nothing is changed."""

from __future__ import annotations

import fcntl
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bots.cli_health import address
from bots.cli_schema import found_versions, known_versions
from core.blobs.files import FileBlobs
from core.errors import EaselError, OperatorError
from core.model import JobId, Quality, Size
from core.ports import Drawn, GenerateOrder
from core.providers.illustrator.provider import Illustrator
from core.providers.profiles import PROVIDER
from core.settings import Settings
from core.settings_openai import AMBIENT_KEY
from core.store.lock import DataFolderLock, Holder
from core.store.opening import driver_missing

FREE_BYTES_MIN: Final = 500_000_000  # a busy day's pictures
LOCK_FILE: Final = "easel.lock"
SMALLEST: Final = Size(64, 64)
_DATABASE: Final = "database"


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at. `problem`: what is wrong and what to do; "" when all is well."""

    name: str
    problem: str = ""
    notes: tuple[str, ...] = ()


async def looked(settings: Settings, *, is_running: bool) -> Sequence[Look]:
    """All of them. `is_running`: an Easel has the data folder and the port, as it should."""
    found = [
        Look("data folder", _data_folder(settings.data_dir)),
        Look("free space", _free_space(settings.data_dir)),
        await _database(settings),
        Look("address", "" if is_running else _port(settings)),
        Look("illustrator", await _illustrator()),
    ]
    if settings.discord.token is not None:
        found.append(await _discord(settings))
    if settings.slack.is_on:
        from bots.cli_slack import checked

        found += [Look(name, problem) for name, problem in (await checked(settings.slack)).items()]
    return found


def notes(settings: Settings, environ: Mapping[str, str]) -> Sequence[str]:
    """What is not wrong, and may not be what was meant."""
    said: list[str] = []
    if environ.get(AMBIENT_KEY) and settings.provider_name == PROVIDER and settings.openai.api_key is None:
        said.append(
            f"{AMBIENT_KEY} is shown to OpenAI only, not to {settings.openai.base_url}; "
            "if that server wants a key, set EASEL_OPENAI__API_KEY."
        )
    if settings.web.is_public and not settings.web.allowed_hosts:
        said.append("Other machines are refused until EASEL_WEB__ALLOWED_HOSTS has the name that they use.")
    return said


def holder_of(settings: Settings) -> Holder | None:
    """Who holds the folder at this moment; the lock file alone proves nothing, since it outlives its process."""
    try:
        with (settings.data_dir / LOCK_FILE).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return DataFolderLock(settings.data_dir).holder()
    except OSError:  # there is no such file yet; a folder that cannot be read is told of below
        return None
    return None


def _data_folder(folder: Path) -> str:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        return f"{existing} is not a folder; set EASEL_DATA_DIR to one."
    try:
        with tempfile.TemporaryFile(dir=existing):
            return ""
    except OSError as error:
        return f"nothing can be written to {existing} ({error.strerror}); change its owner, or set EASEL_DATA_DIR."


def _free_space(folder: Path) -> str:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < FREE_BYTES_MIN:
        return f"only {free // 1_000_000} MB are free at {existing}; make room, or move the folder with EASEL_DATA_DIR."
    return ""


async def _database(settings: Settings) -> Look:
    if settings.database_url is not None:
        return await _server(settings.database_url.get_secret_value())
    try:
        found = found_versions(settings.data_dir)
    except sqlite3.Error as error:
        what = f"the database cannot be read ({error}); restore a backup, or set EASEL_DATA_DIR to a new folder."
        return Look(_DATABASE, what)
    return Look(_DATABASE, _newer(found))


async def _server(url: str) -> Look:
    try:
        from core.store.postgres_look import look
    except ImportError:
        return Look(_DATABASE, driver_missing().sentence)
    try:
        found = await look(url)
    except OperatorError as error:
        return Look(_DATABASE, error.sentence)
    schema = ", ".join(f"{name} {version}" for name, version in sorted((found.schema or {}).items()))
    told = [f"Postgres {found.version}, {f'schema: {schema}' if schema else 'empty'}"]
    if found.careless:
        told.append("The database server runs with fsync=off: a power cut takes what was saved.")
    problem = _newer(found.schema)
    if not found.may_create and not found.schema:
        problem = "Easel's user may not make tables in it; make that user the owner of the database."
    return Look(_DATABASE, problem, tuple(told))


def _newer(found: Mapping[str, int] | None) -> str:
    known = known_versions()
    newer = [name for name, version in (found or {}).items() if version > known.get(name, 0)]
    if newer:
        return "it was written by a newer Easel; install that one again, or restore an older backup."
    return ""


def _port(settings: Settings) -> str:
    host = "127.0.0.1" if settings.web.host == "localhost" else settings.web.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was in use a minute ago is free
        try:
            probe.bind((host, settings.web.port))
        except OSError as error:
            return (
                f"{address(settings)} cannot be used ({error.strerror}); "
                "set EASEL_WEB__PORT or EASEL_WEB__HOST to another one."
            )
    return ""


async def _illustrator() -> str:
    """Fonts, renderer and processes, tried in earnest: one small picture."""
    illustrator = Illustrator()
    order = GenerateOrder(
        job=JobId("check"),
        model=illustrator.name,
        text="a fox and the word “Easel”",
        quoted=("Easel",),
        quality=Quality.LOW,
        seed=1,
        size=SMALLEST,
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            events = [event async for event in illustrator.generate(order, FileBlobs(Path(folder)))]
    except EaselError as error:
        return error.sentence
    finally:
        await illustrator.aclose()
    if not any(isinstance(event, Drawn) for event in events):
        return "it drew nothing; install Easel again: make clean, then make run."
    return ""


async def _discord(settings: Settings) -> Look:
    from bots.discord.introducing import introduced

    assert settings.discord.token is not None
    name = "Discord's bot token"
    try:
        found = await introduced(settings.discord.token, settings.discord.api_base)
    except OperatorError as error:
        return Look(name, error.sentence)
    if settings.discord.message_content and not found.content:
        return Look(name, notes=("The message content intent is off: replies and threads need a mention.",))
    return Look(name)
