"""What can go wrong with Postgres: what is tried again, and the rest in words for the person who runs Easel."""

from __future__ import annotations

from typing import Final

import asyncpg

from core.errors import DataFolderBusy
from core.store.failure import StorageBusy, StorageFailed, StorageFull

ADDRESS: Final = "EASEL_DATABASE_URL"


class StorageUnreachable(StorageFailed):
    """The database server does not answer."""

    code = "storage_unreachable"


class StorageUnusable(StorageFailed):
    """The database server answers, and cannot be used as it is."""

    code = "storage_unusable"


class DatabaseBusy(DataFolderBusy):
    """Another Easel has the database."""

    code = "database_busy"


# The connection is gone, or leads to a server that is going: nothing of an open transaction is kept, and another
# connection may do. A server that only reads was demoted while we were connected.
_LOST: Final = (
    OSError,  # TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)
# The transaction met another one, or a table that was changed meanwhile: the very same may do when it is run again.
CONFLICTS: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)
# Not a fault of the statement, but of the server or of what else it does.
_TROUBLES: Final = (
    *_LOST,
    *CONFLICTS,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,  # a full disk is one
    asyncpg.InsufficientPrivilegeError,
)
DRIVER_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def is_lost(error: BaseException, closed: bool) -> bool:
    """Whether another connection is needed; `closed`: whether this one is known to be."""
    return closed or isinstance(error, _LOST)


def explained(error: Exception) -> Exception:
    """A trouble of the server, in words; everything else is the work's own and stays what it is."""
    if not isinstance(error, _TROUBLES):
        return error
    failure = postgres_failure(error)
    failure.__cause__ = error
    return failure


def may_come_back(error: BaseException) -> bool:
    """Whether a connection that could not be made may be made a moment later."""
    return isinstance(error, _LOST)


def postgres_failure(error: BaseException) -> StorageFailed:
    """The error as a sentence (postgresql.org/docs/current/errcodes-appendix.html), without host or password."""
    match error:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return StorageUnusable("The database refused Easel's name or password.", f"Check {ADDRESS}.")
        case asyncpg.InvalidCatalogNameError():
            return StorageUnusable("There is no such database.", f"Create it (createdb), or check {ADDRESS}.")
        case asyncpg.InsufficientPrivilegeError():
            return StorageUnusable(
                "Easel may not do this in its database, so nothing was saved.",
                "Make Easel's user the owner of the database.",
            )
        case asyncpg.DiskFullError() | asyncpg.OutOfMemoryError():
            return StorageFull("The database has no more room, so nothing was saved.", "Make room, then try again.")
        case asyncpg.LockNotAvailableError() | asyncpg.QueryCanceledError() | asyncpg.DeadlockDetectedError():
            return StorageBusy(
                "The database is busy with something else, so nothing was saved.",
                "Look what else uses it (pg_stat_activity), then try again.",
            )
        case _ if isinstance(error, _LOST):
            return StorageUnreachable(
                "The database cannot be reached, so nothing was saved.", f"See whether it runs, and check {ADDRESS}."
            )
        case _:
            return StorageFailed(
                "The database could not be written, so nothing was saved.", "Look into its log, then try again."
            )
