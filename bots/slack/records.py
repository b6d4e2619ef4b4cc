"""What Slack's adapter remembers besides the core's jobs: a few small tables in the same database.

Posts and their files have a module of their own, `posts`; so has what is not answered yet, `undertakings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.slack import forgetting
from bots.slack.posts import Posts
from bots.slack.undertakings import Undertakings
from core.model import ImageRef, JobId, new_id
from core.ports import BlobStore, Clock, Database, Row, Transaction
from core.store.migrate import migrate
from core.upkeep import Needed

NAMESPACE: Final = "slack"
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


class Records:
    """Written once, read by whichever process comes later."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.posts = Posts(database, clock)
        self.undertakings = Undertakings(database, clock)

    @property
    def database(self) -> Database:
        """Where they stand."""
        return self._database

    async def prepare(self) -> None:
        """Bring the tables to the form that this program wants. Raises `NewerSchema`."""
        await migrate(self._database, NAMESPACE, "bots.slack.migrations")

    # --- files that were pointed at -------------------------------------------------------------------------------

    async def keep(self, bundle: str, files: Sequence[tuple[str, str]], *, person: str = "") -> tuple[Kept, ...]:
        """Write down what was taken together: `(blob, name)` in order. A second time changes nothing.

        `person`: whose files they are, as `<team>/<user>`.
        """
        kept = [Kept(new_id(), blob, name) for blob, name in files]
        now_us = self._clock.now_us()

        async def work(tx: Transaction) -> None:
            if await tx.fetch_one("SELECT id FROM slack_kept WHERE bundle = $1 LIMIT 1", bundle) is None:
                await tx.execute_many(
                    "INSERT INTO slack_kept (id, bundle, position, blob, name, at_us, person)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    [
                        (each.id, bundle, number, each.blob, each.name, now_us, person)
                        for number, each in enumerate(kept, 1)
                    ],
                )

        await self._database.write(work)
        return await self.bundle(bundle)

    async def bundle(self, bundle: str) -> tuple[Kept, ...]:
        """What was kept under this name, in order; nothing when it was not, or not yet."""
        rows = await self._database.fetch(
            "SELECT id, blob, name FROM slack_kept WHERE bundle = $1 ORDER BY position", bundle
        )
        return tuple(_kept(row) for row in rows)

    async def kept(self, identity: str) -> Kept | None:
        """One kept file."""
        row = await self._database.fetch_one("SELECT id, blob, name FROM slack_kept WHERE id = $1", identity)
        return _kept(row) if row else None

    # --- words that a later interaction goes on from --------------------------------------------------------------

    async def note(self, kind: str, body: str, identity: str = "") -> str:
        """Remember these words; the id under which they are found. With an id of one's own the first words stay."""
        identity = identity or new_id()
        await self._execute(
            "INSERT INTO slack_note (kind, id, body, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id) DO NOTHING",
            *(kind, identity, body, self._clock.now_us()),
        )
        return identity

    async def noted(self, kind: str, identity: str) -> str | None:
        """The words, if there are any of that kind under that id."""
        row = await self._database.fetch_one("SELECT body FROM slack_note WHERE kind = $1 AND id = $2", kind, identity)
        return str(row[0]) if row else None

    async def take_note(self, kind: str, identity: str) -> str | None:
        """The same, for the first who asks: afterwards they are gone. A question is answered once."""

        async def work(tx: Transaction) -> str | None:
            row = await tx.fetch_one("SELECT body FROM slack_note WHERE kind = $1 AND id = $2", kind, identity)
            await tx.execute("DELETE FROM slack_note WHERE kind = $1 AND id = $2", kind, identity)
            return str(row[0]) if row else None

        return await self._database.write(work)

    # --- what could not be posted ---------------------------------------------------------------------------------

    async def put_in_inbox(self, team: str, user: str, job: JobId, sentence: str) -> None:
        """To be told when this person is heard of next. A job is told of once, however often this is called."""
        await self._execute(
            "INSERT INTO slack_inbox (job, team, person, sentence, at_us) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (job) DO NOTHING",
            *(job, team, user, sentence, self._clock.now_us()),
        )

    async def take_from_inbox(self, team: str, user: str) -> tuple[str, ...]:
        """The sentences that this person has not been told, the oldest first. From now on they have been."""
        where = "WHERE team = $1 AND person = $2 AND told = 0"
        if await self._database.fetch_one(f"SELECT job FROM slack_inbox {where}", team, user) is None:  # noqa: S608 - no value is in it
            return ()

        async def work(tx: Transaction) -> tuple[str, ...]:
            rows = await tx.fetch(f"SELECT sentence FROM slack_inbox {where} ORDER BY at_us, job", team, user)  # noqa: S608 - no value is in it
            await tx.execute(f"UPDATE slack_inbox SET told = 1 {where}", team, user)  # noqa: S608 - no value is in it
            return tuple(str(row[0]) for row in rows)

        return await self._database.write(work)

    # --- what happened already ------------------------------------------------------------------------------------

    async def first_time(self, kind: str, scope: str, *, within_us: int = 0) -> bool:
        """Whether this has not happened there yet; from now on it has.

        `within_us`: or not for that long. A second click within two seconds is no second wish.
        """
        again = "DO UPDATE SET at_us = excluded.at_us WHERE slack_seen.at_us <= excluded.at_us - $4"
        values: tuple[str | int, ...] = (kind, scope, self._clock.now_us())
        changed = await self._execute(
            "INSERT INTO slack_seen (kind, scope, at_us) VALUES ($1, $2, $3) ON CONFLICT (kind, scope) "  # noqa: S608 - no value is in it
            + (again if within_us else "DO NOTHING"),
            *(*values, within_us) if within_us else values,
        )
        return changed == 1

    async def use_response(self, digest: str, most: int, since_us: int) -> bool:
        """Whether a response_url may be used once more, of so many times in all; with a yes, it has been.

        `since_us`: no more when its first use was before that.
        """
        changed = await self._execute(
            "INSERT INTO slack_response (digest, uses, at_us) VALUES ($1, 1, $2) ON CONFLICT (digest)"
            " DO UPDATE SET uses = slack_response.uses + 1"
            " WHERE slack_response.uses < $3 AND slack_response.at_us >= $4",
            *(digest, self._clock.now_us(), most, since_us),
        )
        return changed == 1

    # --- people ---------------------------------------------------------------------------------------------------

    async def person(self, team: str, user: str, since_us: int) -> str | None:
        """What was kept of this person, unless it is older than that."""
        row = await self._database.fetch_one(
            "SELECT body FROM slack_person WHERE team = $1 AND person = $2 AND at_us >= $3", team, user, since_us
        )
        return str(row[0]) if row else None

    async def keep_person(self, team: str, user: str, body: str) -> None:
        """Keep this instead of what was known."""
        await self._execute(
            "INSERT INTO slack_person (team, person, body, at_us) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (team, person) DO UPDATE SET body = excluded.body, at_us = excluded.at_us",
            *(team, user, body, self._clock.now_us()),
        )

    # --- upkeep ---------------------------------------------------------------------------------------------------

    async def prune(self, blobs: BlobStore, needed: Needed) -> int:
        """Forget what is old enough; how many rows went."""
        return await forgetting.prune(self._database, blobs, self._clock, needed)

    async def keeps(self, blob: str) -> bool:
        """Whether a kept file has these bytes."""
        return await forgetting.keeps(self._database, blob)

    async def _execute(self, sql: str, *values: str | int | None) -> int:
        return await self._database.write(lambda tx: tx.execute(sql, *values))


def _kept(row: Row) -> Kept:
    identity, blob, name = row
    return Kept(str(identity), str(blob), str(name))
