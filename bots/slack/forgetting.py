"""What is forgotten, and when. What a message, a form or a repeated event may still need stays as long as that may be.

Posts and the files in them stay: by them a deleted picture leaves Slack, and a thread is known again after a year.
"""

# ruff: noqa: S608 - statements are put together from constants, never from anybody's words

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.ports import BlobStore, Clock, Database, Row
from core.upkeep import Needed

_PORTION: Final = 500  # rows in one write, so that nobody's request waits for it
_SECOND_US: Final = 1_000_000
_DAY: Final = 24 * 3600

# People's files, as they came. Redo draws from them again, and a wish may wait for somebody's word over a long weekend;
# longer than that nobody's photograph is kept for having been shown to Easel.
FILES_SECONDS: Final = 7 * _DAY
# (table, key, which of its rows, how old they get)
_RULES: Final = (
    # What was taken up, and is settled long since.
    ("slack_working", "asked", "", 2 * _DAY),
    # What a thread's drawing is, and how often a command was answered: past half an hour nobody asks.
    ("slack_note", "kind, id", "kind IN ('working', 'photo')", 2 * _DAY),
    ("slack_response", "digest", "", _DAY),
    # What waits for a form or for "Join this channel and draw": the files that it speaks of are gone by then.
    ("slack_note", "kind, id", "kind IN ('shortcut', 'member')", FILES_SECONDS),
    # What "Which one?" goes on from, the thread of a mention without a picture, the channel of direct messages: who
    # comes back after a month says again what they want.
    ("slack_note", "kind, id", "", 30 * _DAY),
    # Events are repeated within hours (https://docs.slack.dev/apis/events-api#retries). Advice is given once for ever.
    ("slack_seen", "kind, scope", "kind NOT LIKE 'hint:%' AND kind <> 'shared'", 7 * _DAY),
    # Told already: only so that a delivery which is repeated does not tell it again. What was not told waits.
    ("slack_inbox", "job", "told = 1", 30 * _DAY),
    ("slack_person", "team, person", "", 30 * _DAY),
)


async def prune(database: Database, blobs: BlobStore, clock: Clock, needed: Needed) -> int:
    """Forget everything that is old enough; how many rows went. `needed` is asked of the bytes of every file."""
    gone = await _files(database, blobs, clock.now_us() - FILES_SECONDS * _SECOND_US, needed)
    for table, key, which, seconds in _RULES:
        where = f"{which} AND at_us < $1" if which else "at_us < $1"
        sql = f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {where} LIMIT {_PORTION})"
        gone += await _in_portions(database, sql, clock.now_us() - seconds * _SECOND_US)
    return gone


async def keeps(database: Database, blob: str) -> bool:
    """Whether a kept file has these bytes."""
    return await database.fetch_one("SELECT 1 FROM slack_kept WHERE blob = $1 LIMIT 1", blob) is not None


async def _in_portions(database: Database, sql: str, before_us: int) -> int:
    gone = 0
    while went := await database.write(lambda tx: tx.execute(sql, before_us)):
        gone += went
    return gone


async def _files(database: Database, blobs: BlobStore, before_us: int, needed: Needed) -> int:
    """The bytes first: a crash in between leaves rows, which are found again, and never bytes that nobody knows of."""
    gone = 0
    old = f"SELECT id, blob FROM slack_kept WHERE at_us < $1 ORDER BY at_us, id LIMIT {_PORTION}"
    newer = "SELECT 1 FROM slack_kept WHERE blob = $1 AND at_us >= $2 LIMIT 1"
    while rows := await database.fetch(old, before_us):
        for blob in dict.fromkeys(str(row[1]) for row in rows):
            if await database.fetch_one(newer, blob, before_us) is None and not await needed(blob):
                await blobs.delete(blob)
        gone += await _forgotten(database, rows)
    return gone


async def _forgotten(database: Database, rows: Sequence[Row]) -> int:
    ids = [(row[0],) for row in rows]
    await database.write(lambda tx: tx.execute_many("DELETE FROM slack_kept WHERE id = $1", ids))
    return len(ids)
