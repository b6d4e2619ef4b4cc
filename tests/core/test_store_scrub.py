"""SQLite's files after a scrub: what was deleted or written over is in none of them, as far as the files go."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from support_privacy import everything_in

from core.ports import Transaction
from core.store.sqlite import SqliteDatabase

CANARY = {"canary": b"CANARY"}


async def test_deleted_and_changed_rows_of_any_length_leave_nothing(tmp_path: Path) -> None:
    db = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
    chance = random.Random(7)
    await db.write(lambda tx: tx.execute("CREATE TABLE t (id text PRIMARY KEY NOT NULL, who text, said text)"))
    await db.write(lambda tx: tx.execute("CREATE INDEX t_who ON t (who)"))

    async def fill(tx: Transaction) -> None:
        for number in range(3000):
            ours = chance.random() < 0.2
            word = "CANARY " if ours else "other "
            row = (
                f"{chance.getrandbits(64):016x}",
                word if ours else str(number % 9),
                word * chance.choice((1, 9, 900)),
            )
            await tx.execute("INSERT INTO t VALUES ($1, $2, $3)", *row)
            if number % 3 == 0:  # pages are split and joined meanwhile
                await tx.execute("UPDATE t SET said = said || 'x' WHERE id = $1", row[0])

    async def forget(tx: Transaction) -> None:
        await tx.execute("UPDATE t SET said = '', who = 'p' WHERE who = 'CANARY ' AND id < '8'")
        await tx.execute("DELETE FROM t WHERE who = 'CANARY '")

    await db.write(fill)
    await db.write(forget)
    assert await everything_in(tmp_path, CANARY), "the log still has it"
    assert await db.scrub(["t"], seconds_max=9) is True
    assert await everything_in(tmp_path, CANARY) == []
    await db.close()


async def test_with_somebody_who_reads_along_it_says_that_it_could_not(tmp_path: Path) -> None:
    path = tmp_path / "easel.sqlite3"
    db = await SqliteDatabase.open(path)
    await db.write(lambda tx: tx.execute("CREATE TABLE t (said text)"))
    await db.write(lambda tx: tx.execute("INSERT INTO t VALUES ('CANARY')"))
    other = sqlite3.connect(path)
    other.execute("BEGIN")
    other.execute("SELECT * FROM t").fetchall()
    await db.write(lambda tx: tx.execute("DELETE FROM t"))
    assert await db.scrub(["t"], seconds_max=9) is False
    await db.write(lambda tx: tx.execute("INSERT INTO t VALUES ('later')"))
    other.close()
    assert await db.scrub(["t"], seconds_max=9) is True
    assert await everything_in(tmp_path, CANARY) == []
    await db.close()
