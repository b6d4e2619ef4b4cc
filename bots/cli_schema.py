"""The data folder's schema: which versions it has, which ones this Easel knows, and how it gets there."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from core.settings import Settings
from core.store.lock import DataFolderLock
from core.store.migrate import migrate
from core.store.opening import DATABASE_FILE, open_database

SCHEMAS = (
    ("core", "core.store.migrations"),
    ("web", "bots.web.migrations"),
    ("discord", "bots.discord.migrations"),
    ("slack", "bots.slack.migrations"),
)
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql", re.ASCII)


def known_versions() -> dict[str, int]:
    """The newest version of each part that this Easel brings."""
    return {namespace: _newest(package) for namespace, package in SCHEMAS}


def _newest(package: str) -> int:
    names = (entry.name for entry in files(package).iterdir())
    return max((int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name))), default=0)


def found_versions(folder: Path) -> dict[str, int] | None:
    """The versions in a data folder, read without changing it; None when there is no database yet.

    Raises `sqlite3.Error` when the file is not a database that Easel made.
    """
    path = folder / DATABASE_FILE
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT namespace, version FROM schema_version").fetchall())


async def migrate_all(settings: Settings) -> list[tuple[str, int]]:
    """Apply what is missing, one part after the other. Raises `DataFolderBusy` and `NewerSchema`."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with DataFolderLock(settings.data_dir):
        database = await open_database(settings.data_dir, settings.database_url)
        try:
            return [(namespace, await migrate(database, namespace, package)) for namespace, package in SCHEMAS]
        finally:
            await database.close()
