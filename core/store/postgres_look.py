"""A look at a Postgres database that changes nothing: what `easel check` tells of it."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from core.store.postgres_failure import DRIVER_ERRORS, postgres_failure
from core.store.postgres_link import READER_SETTINGS, check, connect


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found."""

    version: str  # the server's, as it calls itself
    schema: dict[str, int] | None  # the version of each part; None when Easel was never here
    may_create: bool  # whether Easel's user can make its tables
    careless: bool  # the server does not wait for its disk, so a power cut takes what was saved


async def look(url: str) -> Looked:
    """Connect and ask. Raises `StorageFailed`: it cannot be reached, or cannot be used."""
    try:
        connection = await connect(url, READER_SETTINGS)
    except DRIVER_ERRORS as error:
        raise postgres_failure(error) from error
    try:
        check(connection)
        return await _looked(connection)
    except DRIVER_ERRORS as error:
        raise postgres_failure(error) from error
    finally:
        await connection.close()


async def _looked(connection: asyncpg.Connection) -> Looked:
    here = await connection.fetchval("SELECT to_regclass('schema_version') IS NOT NULL")
    rows = await connection.fetch("SELECT namespace, version FROM schema_version") if here else None
    return Looked(
        version=str(await connection.fetchval("SHOW server_version")).partition(" ")[0],
        schema=None if rows is None else {str(row[0]): int(row[1]) for row in rows},
        may_create=bool(await connection.fetchval("SELECT has_schema_privilege(current_schema(), 'CREATE')")),
        careless=bool(await connection.fetchval("SHOW fsync") == "off"),
    )
