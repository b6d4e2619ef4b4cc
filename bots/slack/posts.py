"""The messages of jobs, how far each of them is, and the files in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.model import ImageId, JobId
from core.ports import Clock, Database, Row, Transaction

_COLUMNS: Final = "job, part, state, team, channel, root, message, controls, note"


def either(one: str, other: str) -> str:
    """The posts of a place that have a ts in one of two columns; with an OR, SQLite looks at all posts of a channel."""
    found = "SELECT job, part FROM slack_post WHERE team = $1 AND channel = $2 AND"
    return f"{found} {one} = $3 UNION {found} {other} = $3"


class State(StrEnum):
    """How far a message is. Each step is written down before the next request is made."""

    BEGUN = "begun"  # nothing is known of what arrived
    UPLOADED = "uploaded"  # Slack has the bytes and has named the files
    ASKED = "asked"  # Slack was asked to show them
    SHARED = "shared"  # people see them
    UNDER = "under"  # the buttons are on their way, or there already: `controls`
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a job, with the buttons under it."""

    job: JobId
    part: int  # of the outcome, from 0
    state: State = State.BEGUN
    team: str = ""
    channel: str = ""
    root: str = ""  # the ts of the thread's root; "": at the channel's top level
    message: str = ""  # the ts of what people see
    controls: str = ""  # the ts of the buttons
    note: str = ""
    files: tuple[str, ...] = ()  # Slack's ids, in order


class Posts:
    """Written before and after every request, and read by whoever comes back."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, job: JobId) -> dict[int, Post]:
        """The job's messages by their part."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM slack_post WHERE job = $1", job)  # noqa: S608 - our own names
        return {each.part: each for each in await self._with_files(rows)}

    async def put(self, post: Post, images: Sequence[ImageId] = ()) -> Post:
        """Write down how far it is. `images`: what its files show, in their order, whenever the files are new."""
        now_us = self._clock.now_us()

        async def work(tx: Transaction) -> None:
            await tx.execute(
                f"INSERT INTO slack_post ({_COLUMNS}, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"  # noqa: S608 - our own names
                " ON CONFLICT (job, part) DO UPDATE SET state = excluded.state, team = excluded.team,"
                " channel = excluded.channel, root = excluded.root, message = excluded.message,"
                " controls = excluded.controls, note = excluded.note",
                *(post.job, post.part, post.state.value, post.team, post.channel, post.root),
                *(post.message, post.controls, post.note, now_us),
            )
            if images or not post.files:
                await tx.execute("DELETE FROM slack_file WHERE job = $1 AND part = $2", post.job, post.part)
            if images:
                await tx.execute_many(
                    "INSERT INTO slack_file (team, file, job, part, position, image, at_us)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    [
                        (post.team, file, post.job, post.part, position, image, now_us)
                        for position, (file, image) in enumerate(zip(post.files, images, strict=True))
                    ],
                )

        await self._database.write(work)
        return post

    # --- which picture, which message -----------------------------------------------------------------------------

    async def at(self, team: str, channel: str, ts: str) -> Post | None:
        """The post that this message belongs to: the picture itself, or the buttons under it."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM slack_post WHERE (job, part) IN ({either('message', 'controls')})",  # noqa: S608 - our own names
            *(team, channel, ts),
        )
        found = await self._with_files(rows[:1])
        return found[0] if found else None

    async def in_thread(self, team: str, channel: str, root: str) -> tuple[Post, ...]:
        """All posts of a thread, oldest first, the one that is its root included."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM slack_post WHERE (job, part) IN ({either('root', 'message')})"  # noqa: S608 - our own names
            " ORDER BY at_us, part",
            *(team, channel, root),
        )
        return await self._with_files(rows)

    async def of_image(self, team: str, image: ImageId) -> tuple[tuple[str, Post], ...]:
        """Every file that shows this picture, with the post that it is in."""
        rows = await self._database.fetch(
            "SELECT file, job, part FROM slack_file WHERE team = $1 AND image = $2 ORDER BY at_us", team, image
        )
        found = []
        for file, job, part in rows:
            post = (await self.of(JobId(str(job)))).get(int(part or 0))
            if post is not None:
                found.append((str(file), post))
        return tuple(found)

    async def images(self, team: str, files: Sequence[str]) -> tuple[ImageId, ...]:
        """Which pictures of Easel's these files of Slack's are; what is not ours is left out."""
        found = []
        for file in files:
            row = await self._database.fetch_one(
                "SELECT image FROM slack_file WHERE team = $1 AND file = $2", team, file
            )
            if row is not None:
                found.append(ImageId(str(row[0])))
        return tuple(found)

    async def drop_file(self, team: str, file: str) -> None:
        """It is not there any more."""
        await self._database.write(
            lambda tx: tx.execute("DELETE FROM slack_file WHERE team = $1 AND file = $2", team, file)
        )

    async def _with_files(self, rows: Sequence[Row]) -> tuple[Post, ...]:
        return tuple([await self._one(row) for row in rows])

    async def _one(self, row: Row) -> Post:
        job, part, state, *rest = row
        team, channel, root, message, controls, note = (str(each) for each in rest)
        post = Post(JobId(str(job)), int(part or 0), State(str(state)), team, channel, root, message, controls, note)
        files = await self._database.fetch(
            "SELECT file FROM slack_file WHERE job = $1 AND part = $2 ORDER BY position", post.job, post.part
        )
        return replace(post, files=tuple(str(each[0]) for each in files))
