"""Which database: the one that is named, or the file in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import SecretStr

from core.errors import BadSettings
from core.ports import Database
from core.store.sqlite import SqliteDatabase

DATABASE_FILE: Final = "easel.sqlite3"


async def open_database(folder: Path, url: SecretStr | None) -> Database:
    """Open it, for this process alone: the data folder must be locked by it, and a server's database is locked here.

    Raises `OperatorError`: `StorageFailed`, `DataFolderBusy` when another Easel has the server's database, and
    `BadSettings` when the driver for it is not installed.
    """
    if url is None:
        return await SqliteDatabase.open(folder / DATABASE_FILE)
    try:
        from core.store.postgres import PostgresDatabase
    except ImportError as error:
        raise driver_missing() from error
    return await PostgresDatabase.open(url.get_secret_value())


def driver_missing() -> BadSettings:
    """There is an address, and nothing that could connect to it."""
    return BadSettings(
        "EASEL_DATABASE_URL names a Postgres server, and the driver for it is not installed.",
        "Install Easel with it: pip install 'easel[postgres]'.",
    )
