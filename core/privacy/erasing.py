"""Everything that one person asked for is forgotten; what it cost stays in the books, under a pseudonym.

In this order, each step again and again harmless, so that an interrupted erasure is taken up by `resume`: nothing of
theirs is drawn or told any more; the posts leave the platform; the platform's adapter forgets; the core's rows lose
their words; bytes that nobody else has go; counts of windows that have ended are renamed; the database is scrubbed.
"""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from core.identity import Pseudonyms
from core.model import Actor
from core.ports import BlobStore, Clock, Database, PlatformAdapter, Row, Transaction
from core.privacy.counts import Names, rename_ended
from core.privacy.remembering import Remembers
from core.privacy.subject import Asked, aliases_of, direct_channels, jobs_of, shown_of, traces_of
from core.store import erasure
from core.store.erasure import PORTION, TABLES, Alias
from core.store.sql import integer, text
from core.store.store import Store
from core.upkeep import Keeps
from core.wording import DAY_US, HOUR_US

# Longer than any window runs, and than any break lasts that a safety check calls for.
LONGEST_US: Final = 33 * DAY_US
SCRUB_SECONDS: Final = 2.0  # for which other people's requests may wait; else it is done when nobody draws
INTERRUPTED_US: Final = HOUR_US  # so long an erasure is somebody else's, who may still be at it

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of it. `left`: messages that still stand in channels, because the platform does not let them go."""

    requests: int
    pictures: int
    left: int
    scrubbed: bool


class Erasing:
    """Forgets people. Any number of processes may do so at once."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        adapters: Mapping[str, PlatformAdapter],
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._store = store
        self._db: Database = store.database
        self._blobs = blobs
        self._adapters = adapters
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def erase(self, actor: Actor) -> Erased:
        """Everything of theirs. Raises `StillWorking` while something is drawn for them; then nothing was done."""
        aliases = await self.aliases(actor)
        now_us = self._clock.now_us()
        asked = await self.asked(aliases, now_us)
        names = json.dumps(sorted(direct_channels(asked)))

        async def begin(tx: Transaction) -> None:
            for alias in aliases:
                await erasure.begin(tx, alias, now_us)
                await _note(tx, alias, names, now_us)

        await self._db.write(begin)
        log.info("erasure_begun", platform=actor.platform, requests=len(asked))
        return await self._carry_out(aliases, now_us)

    async def resume(self) -> None:
        """What was interrupted, and what had to wait until windows ended."""
        now_us = self._clock.now_us()
        rows = await self._db.fetch(
            "SELECT platform, workspace, person, finished, asked_at_us FROM erasure ORDER BY asked_at_us"
        )
        done = False
        for row in rows:
            platform, workspace, person = text(row[0]), text(row[1]), text(row[2])
            home = self._remembers(platform)
            alias = Alias(
                platform,
                workspace,
                person,
                self._pseudonyms.erased(platform, workspace, person),
                own=home is not None and home.home_of(person) == workspace,
            )
            asked_at_us = integer(row[4])
            if not row[3] and now_us - asked_at_us >= INTERRUPTED_US:
                await self._carry_out((alias,), asked_at_us)
            elif row[3]:
                done |= await self._settle(alias, now_us)
        if done:
            await self._db.write(partial(_residue, now_us))

    async def aliases(self, actor: Actor) -> tuple[Alias, ...]:
        """Whom this person is, wherever the platform knows that it is them."""
        remembers = self._remembers(actor.platform)
        return await aliases_of(self._db, actor.platform, actor.workspace, actor.user, remembers, self._pseudonyms)

    async def asked(self, aliases: Sequence[Alias], until_us: int) -> list[Asked]:
        """All their jobs."""
        return [each for alias in aliases async for each in jobs_of(self._db, alias, until_us)]

    async def swept(self) -> int:
        """Remove the bytes that nobody has any more; how many files went."""
        gone = 0
        for (key,) in await self._db.fetch("SELECT blob FROM orphan ORDER BY blob"):
            blob = text(key)
            if not await self.needed(blob):
                await self._blobs.delete(blob)
                gone += 1
            await self._db.write(partial(_drop_orphan, blob))
        return gone

    async def needed(self, blob: str, but: str = "") -> bool:
        """Whether anybody has these bytes; `but`: the platform that asks for itself."""
        if await self._store.uses(blob):
            return True
        keepers = [each for name, each in self._adapters.items() if name != but and isinstance(each, Keeps)]
        return any([await keeper.keeps(blob) for keeper in keepers])

    async def forget_jobs(self, rows: Sequence[Row], alias: Alias | None = None) -> None:
        """Rows of `erasure.JOBS`, in one write."""
        await self._db.write(partial(_forget, rows, alias, self._clock.now_us()))

    async def scrubbed(self, seconds_max: float) -> bool:
        """See to it that nothing of what was forgotten stands in the database's files; whether nothing does."""
        row = await self._db.fetch_one("SELECT at_us FROM residue")
        if row is None:
            return True
        if not await self._db.scrub(TABLES, seconds_max=seconds_max):
            return False
        await self._db.write(partial(_clean, integer(row[0])))
        return True

    async def _carry_out(self, aliases: Sequence[Alias], asked_at_us: int) -> Erased:
        asked = await self.asked(aliases, asked_at_us)
        platform = aliases[0].platform
        remembers = self._remembers(platform)
        shown = [await shown_of(self._db, each) for each in asked]
        left = 0
        if remembers is not None:
            left = await remembers.take_back(shown)
            traces = traces_of(aliases, asked, asked_at_us)
            await remembers.forget(traces, partial(self.needed, but=platform))
        pictures = 0
        for alias in aliases:
            pictures += await self._words(alias, asked_at_us)
            await self._db.write(partial(_besides, alias, self._clock.now_us()))
        await self.swept()
        for alias in aliases:
            await self._settle(alias, self._clock.now_us())
        scrubbed = await self.scrubbed(SCRUB_SECONDS)
        log.info("erased", platform=platform, requests=len(asked), pictures=pictures, left=left, scrubbed=scrubbed)
        return Erased(len(asked), pictures, left, scrubbed)

    async def _words(self, alias: Alias, until_us: int) -> int:
        """A portion at a time; how many pictures went."""
        pictures = 0
        while rows := await self._db.fetch(
            f"SELECT {erasure.JOBS} FROM job WHERE platform = $1 AND user_id = $2 AND workspace = $3"
            f" AND created_at_us <= $4 ORDER BY created_at_us, id LIMIT {PORTION}",
            *(alias.platform, alias.person, alias.workspace, until_us),
        ):
            for row in rows:
                found = await self._db.fetch_one("SELECT COUNT(*) FROM image WHERE job = $1 AND deleted = 0", row[0])
                pictures += integer((found or (0,))[0])
            await self.forget_jobs(rows, alias)
        return pictures

    async def _settle(self, alias: Alias, now_us: int) -> bool:
        """Rename the counts of windows that have ended; whether anything is over with that."""
        row = await self._db.fetch_one(
            "SELECT names, asked_at_us FROM erasure WHERE platform = $1 AND workspace = $2 AND person = $3",
            *_key(alias),
        )
        if row is None:
            return False
        direct: list[str] = json.loads(text(row[0]))
        over = await rename_ended(self._db, Names(alias, direct), now_us)
        if not over or now_us - integer(row[1]) < LONGEST_US:
            return False
        await self._db.write(partial(_end, alias, integer(row[1])))
        return True

    def _remembers(self, platform: str) -> Remembers | None:
        if platform not in self._adapters:
            return None
        adapter = self._adapters[platform]
        return adapter if isinstance(adapter, Remembers) else None


def _key(alias: Alias) -> tuple[str, str, str]:
    return alias.platform, alias.workspace, alias.person


async def _note(tx: Transaction, alias: Alias, names: str, now_us: int) -> None:
    """Again within a month: the channels of before are still to be renamed, too."""
    before = await tx.fetch_one(
        "SELECT names FROM erasure WHERE platform = $1 AND workspace = $2 AND person = $3", *_key(alias)
    )
    known: Collection[str] = {*json.loads(names), *(json.loads(text(before[0])) if before else ())}
    await tx.execute(
        "INSERT INTO erasure (platform, workspace, person, pseudonym, names, asked_at_us)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (platform, workspace, person) DO UPDATE SET names = excluded.names,"
        " asked_at_us = excluded.asked_at_us, finished = 0",
        *(*_key(alias), alias.pseudonym, json.dumps(sorted(known)), now_us),
    )


async def _forget(rows: Sequence[Row], alias: Alias | None, now_us: int, tx: Transaction) -> None:
    await erasure.forget(tx, rows, alias)
    await _residue(now_us, tx)


async def _residue(now_us: int, tx: Transaction) -> None:
    """From now on the files hold what nobody is to read."""
    await tx.execute(
        "INSERT INTO residue (kind, at_us) VALUES ('words', $1)"
        " ON CONFLICT (kind) DO UPDATE SET at_us = excluded.at_us",
        now_us,
    )


async def _clean(at_us: int, tx: Transaction) -> None:
    await tx.execute("DELETE FROM residue WHERE at_us <= $1", at_us)


async def _besides(alias: Alias, now_us: int, tx: Transaction) -> None:
    await erasure.kept_besides(tx, alias)
    await _residue(now_us, tx)
    await tx.execute(
        "UPDATE erasure SET finished = 1 WHERE platform = $1 AND workspace = $2 AND person = $3", *_key(alias)
    )


async def _end(alias: Alias, asked_at_us: int, tx: Transaction) -> None:
    """Nothing counts any more that they were given or that they used: nobody is called by their id from now on."""
    await tx.execute(
        "DELETE FROM extra WHERE platform = $1 AND workspace = $2 AND person = $3 AND at_us <= $4",
        *(*_key(alias), asked_at_us),
    )
    about = f"user:{alias.person}:"
    await tx.execute(
        "DELETE FROM alert WHERE platform = $1 AND limit_id > $2 AND limit_id < $3",
        *(alias.platform, about, f"{about[:-1]};"),
    )
    await tx.execute("DELETE FROM erasure WHERE platform = $1 AND workspace = $2 AND person = $3", *_key(alias))


async def _drop_orphan(blob: str, tx: Transaction) -> None:
    await tx.execute("DELETE FROM orphan WHERE blob = $1", blob)
