"""Looks for words where they must not be any more: in every file of a folder, or in every row and file of a server."""

from __future__ import annotations

import asyncio
import io
import logging
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from core.ports import Database
from core.telemetry import start_logging


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


@contextmanager
def log_lines() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, by Easel and by its libraries, as an operator would find it."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    start_logging("json", "debug", (), stream)
    try:
        yield stream
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
