"""Looks for words where they must not be any more: in every file of a folder, or in every row and file of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.ports import Database


def found_in(folder: Path, canaries: Mapping[str, bytes]) -> list[str]:
    """Which canary stands in which file below the folder: the database, its log, blobs, whatever there is."""
    return sorted(
        f"{name} in {file.relative_to(folder)}"
        for file in folder.rglob("*")
        if file.is_file()
        for name, canary in canaries.items()
        if canary in file.read_bytes()
    )


async def said_in_rows(database: Database, tables: Sequence[str], canaries: Mapping[str, bytes]) -> list[str]:
    """Which canary stands in which table, as a statement reads it."""
    rows = {table: str(await database.fetch(f"SELECT * FROM {table}")) for table in tables}
    return sorted(
        f"{name} in {table}"
        for table, said in rows.items()
        for name, canary in canaries.items()
        if canary.decode() in said
    )


async def everything_in(folder: Path, canaries: Mapping[str, bytes]) -> list[str]:
    """As `found_in`, beside the loop."""
    return await asyncio.to_thread(found_in, folder, canaries)
