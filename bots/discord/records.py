"""What Discord's adapter remembers besides the core's jobs: a few small tables in the same database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.discord import forgetting
from core.model import ImageRef, JobId, MessageRef, new_id
from core.ports import BlobStore, Clock, Database, Row, Transaction
from core.store.migrate import migrate
from core.upkeep import Needed

NAMESPACE: Final = "discord"
ASKED: Final = "asked"  # of a question that stands in a channel, under what it is about
_ORIGINAL: Final = "original"
KEPT: Final = "k1:"  # how the token of an `ImageRef` begins that names a kept file


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a person's, as it came: hostile until the core has opened it."""

    id: str
    blob: str  # its key in the blob store
    name: str  # as the person called it

    def ref(self) -> ImageRef:
        """How the core points at it."""
        return ImageRef(NAMESPACE, token=KEPT + self.id, name=self.name)


@dataclass(frozen=True, slots=True)
class Posted:
    """One message of a job. Without `ref` it was begun, and nobody knows whether it arrived."""

    ref: MessageRef | None
    begun_at_us: int = 0


@dataclass(frozen=True, slots=True)
class Working:
    """A message that was taken up and not answered. Without `reply` nobody knows whether one arrived."""

    asked: int
    channel: int
    reply: int | None


class Records:
    """Written once, read by whichever process comes later."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def database(self) -> Database:
        """Where they stand."""
        return self._database

    async def prepare(self) -> None:
        """Bring the tables to the form that this program wants. Raises `NewerSchema`."""
        await migrate(self._database, NAMESPACE, "bots.discord.migrations")

    async def prune(self, blobs: BlobStore, needed: Needed) -> int:
        """Forget what is old enough; how many rows went."""
        return await forgetting.prune(self._database, blobs, self._clock, needed)

    async def keeps(self, blob: str) -> bool:
        """Whether a kept file has these bytes."""
        return await forgetting.keeps(self._database, blob)

    # --- files that were pointed at -------------------------------------------------------------------------------

    async def keep(self, bundle: str, files: Sequence[tuple[str, str]], *, person: int | str = "") -> tuple[Kept, ...]:
        """Write down what a person's was taken together: `(blob, name)` in order. A second time changes nothing."""
        kept = [Kept(new_id(), blob, name) for blob, name in files]
        now_us = self._clock.now_us()

        async def work(tx: Transaction) -> None:
            if await tx.fetch_one("SELECT id FROM discord_kept WHERE bundle = $1 LIMIT 1", bundle) is None:
                await tx.execute_many(
                    "INSERT INTO discord_kept (id, bundle, position, blob, name, at_us, person)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    [
                        (each.id, bundle, number, each.blob, each.name, now_us, str(person))
                        for number, each in enumerate(kept, 1)
                    ],
                )

        await self._database.write(work)
        return await self.bundle(bundle)

    async def bundle(self, bundle: str) -> tuple[Kept, ...]:
        """What was kept under this name, in order; nothing when it was not, or not yet."""
        rows = await self._database.fetch(
            "SELECT id, blob, name FROM discord_kept WHERE bundle = $1 ORDER BY position", bundle
        )
        return tuple(_kept(row) for row in rows)

    async def kept(self, identity: str) -> Kept | None:
        """One kept file."""
        row = await self._database.fetch_one("SELECT id, blob, name FROM discord_kept WHERE id = $1", identity)
        return _kept(row) if row else None

    # --- words that a later interaction goes on from --------------------------------------------------------------

    async def note(self, kind: str, body: str, identity: str = "") -> str:
        """Remember these words; the id under which they are found. With an id of one's own the first words stay."""
        identity = identity or new_id()
        await self._execute(
            "INSERT INTO discord_note (id, kind, body, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
            *(identity, kind, body, self._clock.now_us()),
        )
        return identity

    async def noted(self, kind: str, identity: str) -> str | None:
        """The words, if there are any of that kind under that id."""
        row = await self._database.fetch_one(
            "SELECT body FROM discord_note WHERE id = $1 AND kind = $2", identity, kind
        )
        return str(row[0]) if row else None

    # --- messages that were taken up ------------------------------------------------------------------------------

    async def working_begun(self, asked: int, channel: int) -> bool:
        """Whether nobody has taken this message up before. From now on somebody has."""
        changed = await self._execute(
            "INSERT INTO discord_working (asked, channel, at_us) VALUES ($1, $2, $3) ON CONFLICT (asked) DO NOTHING",
            *(str(asked), str(channel), self._clock.now_us()),
        )
        return changed == 1

    async def working_posted(self, asked: int, reply: int) -> None:
        """The reply that says that we are at work."""
        await self._execute("UPDATE discord_working SET reply = $2 WHERE asked = $1", str(asked), str(reply))

    async def working_settled(self, asked: int) -> None:
        """Answered, or somebody's business who outlives this process."""
        await self._execute("UPDATE discord_working SET settled = 1 WHERE asked = $1", str(asked))

    async def unsettled(self, before_us: int) -> tuple[Working, ...]:
        """Messages that were taken up before that moment and not answered, the oldest first; a hundred at most."""
        rows = await self._database.fetch(
            "SELECT asked, channel, reply FROM discord_working WHERE settled = 0 AND at_us < $1"
            " ORDER BY at_us, asked LIMIT 100",
            before_us,
        )
        return tuple(
            Working(int(asked or 0), int(channel or 0), None if reply is None else int(reply))
            for asked, channel, reply in rows
        )

    # --- what could not be posted ---------------------------------------------------------------------------------

    async def put_in_inbox(self, user: int, job: JobId, sentence: str) -> None:
        """To be told at this person's next command. A job is told of once, however often this is called."""
        await self._execute(
            "INSERT INTO discord_inbox (job, person, sentence, at_us) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (job) DO NOTHING",
            *(job, str(user), sentence, self._clock.now_us()),
        )

    async def take_from_inbox(self, user: int) -> tuple[str, ...]:
        """The sentences that this person has not been told, the oldest first. From now on they have been."""
        if await self._database.fetch_one("SELECT job FROM discord_inbox WHERE person = $1 AND told = 0", str(user)):
            return await self._database.write(lambda tx: _told(tx, str(user)))
        return ()

    # --- commands and hints ---------------------------------------------------------------------------------------

    async def commands_digest(self, application: int) -> str | None:
        """The hash of the commands that Discord was given last."""
        row = await self._database.fetch_one(
            "SELECT digest FROM discord_commands WHERE application = $1", str(application)
        )
        return str(row[0]) if row else None

    async def commands_given(self, application: int, digest: str) -> None:
        """Discord has these commands now."""
        await self._execute(
            "INSERT INTO discord_commands (application, digest) VALUES ($1, $2)"
            " ON CONFLICT (application) DO UPDATE SET digest = excluded.digest",
            *(str(application), digest),
        )

    async def first_time(self, hint: str, scope: str) -> bool:
        """Whether this hint has not been given there yet. From now on it has."""
        changed = await self._execute(
            "INSERT INTO discord_hint (hint, scope, at_us) VALUES ($1, $2, $3) ON CONFLICT (hint, scope) DO NOTHING",
            *(hint, scope, self._clock.now_us()),
        )
        return changed == 1

    # --- messages of jobs -----------------------------------------------------------------------------------------

    async def posted(self, job: JobId) -> dict[int, Posted]:
        """The job's messages by their part, from 0."""
        rows = await self._database.fetch(
            "SELECT part, channel, message, note, begun_at_us FROM discord_post WHERE job = $1", job
        )
        return {int(part or 0): Posted(_ref(*where), int(begun or 0)) for part, *where, begun in rows}

    async def post_begun(self, job: JobId, part: int) -> None:
        """It is about to be sent."""
        await self._execute(
            "INSERT INTO discord_post (job, part, begun_at_us) VALUES ($1, $2, $3) ON CONFLICT (job, part) DO NOTHING",
            *(job, part, self._clock.now_us()),
        )

    async def post_done(self, job: JobId, part: int, ref: MessageRef) -> None:
        """It arrived."""
        await self._execute(
            "INSERT INTO discord_post (job, part, channel, message, note, begun_at_us) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (job, part) DO UPDATE SET channel = excluded.channel, message = excluded.message,"
            " note = excluded.note",
            *(job, part, ref.channel, ref.message, ref.note, self._clock.now_us()),
        )

    async def original_is(self, job: JobId, message: int) -> None:
        """The answer to the interaction, as the channel knows it: what remains of it when its token is dead."""
        await self.note(_ORIGINAL, str(message), f"{_ORIGINAL}-{job}")

    async def original(self, job: JobId) -> int | None:
        """What `original_is` said."""
        said = await self.noted(_ORIGINAL, f"{_ORIGINAL}-{job}")
        return int(said) if said is not None else None

    async def _execute(self, sql: str, *values: str | int | None) -> int:
        return await self._database.write(lambda tx: tx.execute(sql, *values))


async def _told(tx: Transaction, person: str) -> tuple[str, ...]:
    rows = await tx.fetch(
        "SELECT sentence FROM discord_inbox WHERE person = $1 AND told = 0 ORDER BY at_us, job", person
    )
    await tx.execute("UPDATE discord_inbox SET told = 1 WHERE person = $1 AND told = 0", person)
    return tuple(str(row[0]) for row in rows)


def _kept(row: Row) -> Kept:
    identity, blob, name = row
    return Kept(str(identity), str(blob), str(name))


def _ref(channel: object, message: object, note: object) -> MessageRef | None:
    return MessageRef(NAMESPACE, str(channel), str(message), str(note)) if message is not None else None
