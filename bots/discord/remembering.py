"""What Discord's part keeps of people: handed out to them, taken back from the channels, forgotten."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import Final

import structlog

from bots.discord.destination import PLATFORM, decode
from bots.discord.records import KEPT, Records
from bots.discord.rest import Rest, Unreachable
from core.errors import DeliveryError, Gone
from core.i18n import say
from core.ports import BlobStore, Database, Row, Transaction, Value
from core.privacy.remembering import KeptFile, Recalled, Shown, Traces
from core.store.sql import list_of, portions
from core.upkeep import Needed

KEEPS_FOR: Final = (
    say("Files that you show me: 7 days. Questions that wait for your answer: 30 days."),
    say("What could not be posted: until you are told of it, and 30 days more."),
)
# Discord deletes about one message a second for a channel, old ones more slowly, and an interaction can be answered for
# a quarter of an hour.
TAKE_SECONDS: Final = 480.0
_AT_ONCE: Final = 4
# Unknown Channel, Unknown Message (as an ephemeral one is): nobody sees it there.
_GONE: Final = frozenset({10003, 10008})
_KEPT_IN: Final = re.compile(rf"{KEPT}([0-9a-f]{{32}})", re.ASCII)
_ASKED: Final = "asked"  # notes of questions that were put to those who decide

log = structlog.get_logger()


class Remembering:
    """Over the tables of `records`."""

    def __init__(self, rest: Rest, records: Records, blobs: BlobStore, database: Database) -> None:
        self._rest = rest
        self._records = records
        self._blobs = blobs
        self._db = database

    async def recall(self, traces: Traces) -> Recalled:
        """Everything of theirs."""
        kept = await self._kept(traces)
        inbox = await self._db.fetch("SELECT sentence, told, at_us FROM discord_inbox WHERE person = $1", traces.person)
        hints = await self._db.fetch(
            "SELECT hint, scope, at_us FROM discord_hint WHERE scope LIKE $1", f"%/{traces.person}"
        )
        rows = {
            "waiting_questions": _named(("kind", "words", "at_us"), [row[1:] for row in await self._notes(traces)]),
            "not_posted_yet": _named(("sentence", "told", "at_us"), inbox),
            "advice_given": _named(("hint", "where", "at_us"), hints),
            "messages_of_requests": _named(("request", "channel", "message"), await self._posts(traces)),
            "files": _named(("id", "name", "at_us"), [(row[0], row[2], row[3]) for row in kept]),
        }
        return Recalled(rows, tuple(KeptFile(str(row[2]), str(row[1])) for row in kept))

    async def take_back(self, shown: Sequence[Shown]) -> int:
        """How many messages still stand."""
        messages = {place async for place in self._standing(shown)}
        left = set(messages)
        room = asyncio.Semaphore(_AT_ONCE)

        async def take(channel: int, message: int) -> None:
            async with room:
                try:
                    await self._rest.delete(channel, message)
                except Unreachable as error:
                    if error.number not in _GONE:
                        return
                except DeliveryError:
                    return
                left.discard((channel, message))

        try:
            async with asyncio.timeout(TAKE_SECONDS):
                await asyncio.gather(*(take(*place) for place in sorted(messages)))
        except TimeoutError:
            log.info("messages left standing", count=len(left))
        return len(left)

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """Everything of theirs."""
        kept = await self._kept(traces)
        notes = [str(row[0]) for row in await self._notes(traces)]
        hints = await self._db.fetch("SELECT hint, scope FROM discord_hint WHERE scope LIKE $1", f"%/{traces.person}")

        async def work(tx: Transaction) -> None:
            await tx.execute_many("DELETE FROM discord_kept WHERE id = $1", [(row[0],) for row in kept])
            await tx.execute_many("DELETE FROM discord_note WHERE id = $1", [(each,) for each in notes])
            await tx.execute_many(
                "DELETE FROM discord_note WHERE id = $1", [(f"original-{job}",) for job in traces.jobs]
            )
            for table in ("discord_post", "discord_inbox"):
                await tx.execute_many(f"DELETE FROM {table} WHERE job = $1", [(job,) for job in traces.jobs])
            if traces.person:
                await tx.execute("DELETE FROM discord_inbox WHERE person = $1", traces.person)
                await tx.execute_many("DELETE FROM discord_hint WHERE hint = $1 AND scope = $2", hints)

        # The bytes first: a crash in between leaves rows, which are found again.
        gone = {str(row[0]) for row in kept}
        for blob in dict.fromkeys(str(row[1]) for row in kept):
            others = await self._db.fetch("SELECT id FROM discord_kept WHERE blob = $1", blob)
            if all(str(row[0]) in gone for row in others) and not await needed(blob):
                await self._blobs.delete(blob)
        await self._db.write(work)

    async def _standing(self, shown: Sequence[Shown]) -> AsyncIterator[tuple[int, int]]:
        for each in shown:
            for ref in each.messages:
                if ref.platform == PLATFORM and ref.channel.isdecimal() and ref.message.isdecimal():
                    yield int(ref.channel), int(ref.message)
            question = await self._records.noted(_ASKED, each.job)
            if question is not None and question.isdecimal():
                try:
                    yield decode(each.destination).channel, int(question)
                except Gone:
                    continue

    async def _kept(self, traces: Traces) -> Sequence[Row]:
        """Their files, and those that their requests or their unanswered questions point at."""
        ids = {token.removeprefix(KEPT) for token in traces.tokens if token.startswith(KEPT)}
        for _, _, body, _ in await self._notes(traces):
            ids |= set(_KEPT_IN.findall(str(body)))
        found: list[Row] = []
        if traces.person:
            found += await self._db.fetch(
                "SELECT id, blob, name, at_us FROM discord_kept WHERE person = $1", traces.person
            )
        for some in portions(sorted(ids - {str(row[0]) for row in found})):
            found += await self._db.fetch(
                f"SELECT id, blob, name, at_us FROM discord_kept WHERE id IN ({list_of(len(some))})", *some
            )
        return found

    async def _notes(self, traces: Traces) -> Sequence[Row]:
        """Questions that wait for them, and their latest presses."""
        if not traces.person:
            return ()
        return await self._db.fetch(
            "SELECT id, kind, body, at_us FROM discord_note"
            " WHERE (id > $1 AND id < $2) OR (kind = 'which' AND body LIKE $3)"
            " OR (kind = 'menu' AND id IN (SELECT bundle FROM discord_kept WHERE person = $4))",
            *(f"{traces.person}:", f"{traces.person};", f'%"{traces.person}"%', traces.person),
        )

    async def _posts(self, traces: Traces) -> Sequence[Row]:
        found: list[Row] = []
        for some in portions(traces.jobs):
            found += await self._db.fetch(
                f"SELECT job, channel, message FROM discord_post WHERE job IN ({list_of(len(some))})", *some
            )
        return found


def _named(names: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[dict[str, Value]]:
    return [dict(zip(names, row, strict=True)) for row in rows]
