"""`easel check`: everything that must be so before Easel can run, each with what to do when it is not."""

from __future__ import annotations

import fcntl
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from bots.cli_health import address
from bots.cli_schema import found_versions, known_versions
from core.blobs.files import FileBlobs
from core.errors import BadSettings, EaselError, OperatorError
from core.model import JobId, Quality, Size
from core.ports import Drawn, GenerateOrder
from core.providers.illustrator.provider import Illustrator
from core.providers.profiles import PROVIDER
from core.settings import Settings, describe, load
from core.settings_openai import AMBIENT_KEY
from core.store.lock import DataFolderLock, Holder
from core.store.opening import driver_missing

FREE_BYTES_MIN = 500_000_000  # a busy day's pictures
LOCK_FILE = "easel.lock"
SMALLEST = Size(64, 64)


async def report(environ: Mapping[str, str], cwd: Path) -> bool:
    """Print what was found; whether Easel can run."""
    try:
        settings = load(environ, cwd)
    except BadSettings as error:
        _say("settings", error.sentence)
        return False
    _table(settings)
    _unused_key(settings, environ)
    holder = _running(settings)
    found = {
        "data folder": _data_folder(settings.data_dir),
        "free space": _free_space(settings.data_dir),
        "database": await _database(settings),
        "address": "" if holder is not None else _port(settings),
        "illustrator": await _illustrator(),
    }
    if settings.slack.is_on:
        from bots.cli_slack import checked

        found |= await checked(settings.slack)
    for name, problem in found.items():
        _say(name, problem)
    if settings.web.is_public and not settings.web.allowed_hosts:
        click.echo("note: other machines are refused until EASEL_WEB__ALLOWED_HOSTS has the name that they use.")
    if holder is not None:
        where = f" at {holder.url}" if holder.url else ""
        click.echo(f"Easel is running now: process {holder.pid}{where}.")
    return not any(found.values())


def _table(settings: Settings) -> None:
    rows = describe(settings)
    wide = [max(len(row[column]) for row in rows) for column in range(2)]
    for name, value, origin in rows:
        click.echo(f"{name:<{wide[0]}}  {value:<{wide[1]}}  {origin}")
    for limit in settings.limits:
        click.echo(f"    limit  {limit.scope} {limit.selector}: {limit.amount} {limit.unit}, window {limit.window}")
    for place in settings.workspaces:
        mode = f"mode {place.mode}, " if place.mode else ""
        click.echo(f"    workspace  {place.workspace}: {mode}{len(place.blocked_words)} words of its own")
    for rule in settings.moderation.rules:
        click.echo(f"    moderation  {rule.workspace}: {rule.category} up to {rule.score}")
    for price in settings.prices:
        said = price.model_dump(exclude_none=True, exclude_defaults=True, exclude={"provider", "model"}, mode="json")
        told = ", ".join(f"{name} {value}" for name, value in said.items())
        click.echo(f"    price  {price.provider} {price.model}: {told}")
    click.echo()


def _unused_key(settings: Settings, environ: Mapping[str, str]) -> None:
    if environ.get(AMBIENT_KEY) and settings.provider_name == PROVIDER and settings.openai.api_key is None:
        click.echo(
            f"note: {AMBIENT_KEY} is shown to OpenAI only, not to {settings.openai.base_url}; "
            "if that server wants a key, set EASEL_OPENAI__API_KEY."
        )


def _say(name: str, problem: str) -> None:
    mark = click.style("no", fg="red") if problem else click.style("ok", fg="green")
    click.echo(f"{mark}  {name}{': ' if problem else ''}{problem}")


def _running(settings: Settings) -> Holder | None:
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


async def _database(settings: Settings) -> str:
    if settings.database_url is not None:
        return await _server(settings.database_url.get_secret_value())
    try:
        found = found_versions(settings.data_dir)
    except sqlite3.Error as error:
        return f"the database cannot be read ({error}); restore a backup, or set EASEL_DATA_DIR to a new folder."
    return _newer(found)


async def _server(url: str) -> str:
    try:
        from core.store.postgres_look import look
    except ImportError:
        return driver_missing().sentence
    try:
        looked = await look(url)
    except OperatorError as error:
        return error.sentence
    schema = ", ".join(f"{name} {version}" for name, version in sorted((looked.schema or {}).items()))
    click.echo(f"Postgres {looked.version}, {f'schema: {schema}' if schema else 'empty'}")
    if looked.careless:
        click.echo("note: the database server runs with fsync=off: a power cut takes what was saved.")
    if not looked.may_create and not looked.schema:
        return "Easel's user may not make tables in it; make that user the owner of the database."
    return _newer(looked.schema)


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
