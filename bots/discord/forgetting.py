"""What is forgotten, and when. What a message, a form or a repeated event may still need stays as long as that may be.

Slowly: a portion in each write, so that nobody's request waits for it.
"""

# ruff: noqa: S608 - statements are put together from constants, never from anybody's words

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ports import BlobStore, Clock, Database, Row
from core.upkeep import Needed

_PORTION: Final = 500
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR

# People's files, as they came. Redo draws from them again, and a wish may wait for somebody's word over a long weekend;
# longer than that nobody's photograph is kept for having been shown to Easel. What was made of it stays, of course.
FILES_SECONDS: Final = 7 * _DAY


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table that go when they are so old."""

    table: str
    key: str
    seconds: int
    at: str = "at_us"
    where: str = ""

    @property
    def sql(self) -> str:
        """One portion of them; `$1` is the moment before which they are too old."""
        which = f"{self.where} AND " if self.where else ""
        old = f"SELECT {self.key} FROM {self.table} WHERE {which}{self.at} < $1 LIMIT {_PORTION}"
        return f"DELETE FROM {self.table} WHERE ({self.key}) IN ({old})"


_RULES: Final = (
    # A press is known again for a few seconds; clocks may differ.
    _Rule("discord_note", "id", _HOUR, where="kind = 'click'"),
    # Which message is left of an answer: for a post that is tried again, for hours at most, and over a night's outage.
    _Rule("discord_note", "id", 2 * _DAY, where="kind = 'original'"),
    # What a menu pointed at. Its form may stay open on somebody's screen, but the files are gone by then.
    _Rule("discord_note", "id", FILES_SECONDS, where="kind = 'menu'"),
    # What the select "Which one?" goes on from. It stands in the channel for ever; who comes back after a month says
    # again what they want.
    _Rule("discord_note", "id", 30 * _DAY),
    # Where the messages of a job are, so that none is posted twice. What shows which picture is the core's to know.
    _Rule("discord_post", "job, part", 30 * _DAY, at="begun_at_us"),
    # Told already: only so that a delivery which is repeated does not tell it again. What was not told waits.
    _Rule("discord_inbox", "job", 30 * _DAY, where="told = 1"),
    # Events are repeated within minutes, when a connection is taken up. What was not answered waits for `mending`.
    _Rule("discord_working", "asked", 7 * _DAY, where="settled = 1"),
)


async def prune(database: Database, blobs: BlobStore, clock: Clock, needed: Needed) -> int:
    """Forget everything that is old enough; how many rows went. `needed` is asked of the bytes of every file."""
    gone = await _files(database, blobs, clock.now_us() - FILES_SECONDS * 1_000_000, needed)
    for rule in _RULES:
        before_us = clock.now_us() - rule.seconds * 1_000_000
        while went := await _portion(database, rule, before_us):
            gone += went
            if went < _PORTION:
                break
    return gone


async def keeps(database: Database, blob: str) -> bool:
    """Whether a kept file has these bytes."""
    return await database.fetch_one("SELECT 1 FROM discord_kept WHERE blob = $1 LIMIT 1", blob) is not None


async def _portion(database: Database, rule: _Rule, before_us: int) -> int:
    return await database.write(lambda tx: tx.execute(rule.sql, before_us))


async def _files(database: Database, blobs: BlobStore, before_us: int, needed: Needed) -> int:
    """The bytes first: a crash in between leaves rows, which are found again, and never bytes that nobody knows of."""
    gone = 0
    while old := await database.fetch(
        f"SELECT id, blob FROM discord_kept WHERE at_us < $1 ORDER BY at_us, id LIMIT {_PORTION}", before_us
    ):
        for blob in dict.fromkeys(str(blob) for _, blob in old):
            if not await _kept_again(database, blob, before_us) and not await needed(blob):
                await blobs.delete(blob)
        gone += await _forgotten(database, old)
    return gone


async def _kept_again(database: Database, blob: str, since_us: int) -> bool:
    """The same file, shown to Easel once more and lately."""
    sql = "SELECT 1 FROM discord_kept WHERE blob = $1 AND at_us >= $2 LIMIT 1"
    return await database.fetch_one(sql, blob, since_us) is not None


async def _forgotten(database: Database, rows: Sequence[Row]) -> int:
    ids = [(identity,) for identity, _ in rows]
    await database.write(lambda tx: tx.execute_many("DELETE FROM discord_kept WHERE id = $1", ids))
    return len(ids)
