"""Brings a database to the schema that this program wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from core.errors import NewerSchema
from core.ports import Database, Transaction

_NAME = re.compile(r"(\d{4})_\w+\.sql", re.ASCII)
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class _Step:
    version: int
    statements: tuple[str, ...]


async def migrate(db: Database, namespace: str = "core", package: str = "core.store.migrations") -> int:
    """Apply the numbered `.sql` files of `package` that are still missing, each in one transaction.

    Every namespace counts its own versions, so that an adapter keeps its tables in the same database without knowing of
    ours. Returns the version that the database has now. Raises `NewerSchema` when it was written by a newer Easel.
    """
    steps = _steps(package)
    newest = steps[-1].version if steps else 0
    version = await db.write(lambda tx: _version(tx, namespace))
    if version > newest:
        raise NewerSchema(
            f"This data was written by a newer Easel (schema {version} of {namespace!r}, known here: {newest}).",
            "Install the newer Easel again, or restore the backup from before the upgrade.",
        )
    for step in steps:
        if step.version > version:
            await _apply(db, namespace, step)
    return newest


async def _version(tx: Transaction, namespace: str) -> int:
    await tx.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (namespace text PRIMARY KEY NOT NULL, version bigint NOT NULL)"
    )
    row = await tx.fetch_one("SELECT version FROM schema_version WHERE namespace = $1", namespace)
    return int(row[0] or 0) if row else 0


async def _apply(db: Database, namespace: str, step: _Step) -> None:
    async def work(tx: Transaction) -> None:
        if await _version(tx, namespace) >= step.version:
            return  # another Easel that starts at the same moment was faster
        for statement in step.statements:
            await tx.execute(statement)
        await tx.execute(
            "INSERT INTO schema_version (namespace, version) VALUES ($1, $2)"
            " ON CONFLICT (namespace) DO UPDATE SET version = excluded.version",
            namespace,
            step.version,
        )

    await db.write(work)


def _steps(package: str) -> list[_Step]:
    """The numbered files, in order; their numbers are 1, 2, 3, … without a gap."""
    found = [
        _Step(int(match[1]), _statements(entry.read_text(encoding="utf-8")))
        for entry in files(package).iterdir()
        if (match := _NAME.fullmatch(entry.name))
    ]
    steps = sorted(found, key=lambda step: step.version)
    if [step.version for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"The migrations of {package} are not numbered 1, 2, 3, … without a gap.")
    return steps


def _statements(text: str) -> tuple[str, ...]:
    """Split at semicolons. Our schemas have none inside a string, and no triggers: those are not portable anyway."""
    bare = _COMMENT.sub("", text)
    return tuple(statement.strip() for statement in bare.split(";") if statement.strip())
