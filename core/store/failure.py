"""What can go wrong with the disk, in words for the person who runs Easel."""

from __future__ import annotations

import sqlite3

from core.errors import OperatorError


class StorageFailed(OperatorError):
    """The database could not be written; nothing of the write was kept."""

    code = "storage"


class StorageFull(StorageFailed):
    """The disk is full."""

    code = "storage_full"


class StorageBusy(StorageFailed):
    """Another program held the database for too long."""

    code = "storage_busy"


class StorageClosed(StorageFailed):
    """Easel is shutting down."""

    code = "storage_closed"


def storage_failure(error: sqlite3.Error) -> StorageFailed:
    """The SQLite result code as a sentence (sqlite.org/rescode.html). The low byte is the primary code."""
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StorageFull("The disk is full, so nothing was saved.", "Make room, then try again.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageBusy(
                "Another program keeps the database locked, so nothing was saved.",
                "Close other programs that have the data folder open, then try again.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StorageFailed(
                "The database file is damaged, so nothing was saved.",
                "Stop Easel and restore the data folder's backup.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StorageFailed(
                "The database file cannot be written, so nothing was saved.",
                "Check who may write to the data folder.",
            )
        case _:
            return StorageFailed(
                "The database could not be written, so nothing was saved.", "Check the disk, then try again."
            )
