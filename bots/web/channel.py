"""The playground's memory: every message, in order, in the database.

A change of a message takes the next number of one sequence, inside the write that makes the change. Writes are
serialised, so a page that has seen number N asks for everything above N and misses nothing, however long it was away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bots.web.messages import BODY, Body, Kind, Message, without_picture
from bots.web.people import EASEL, SOMEBODY
from core.model import ImageId
from core.ports import Database, Row, Transaction, Value

_SELECT = (
    "SELECT id, seq, channel, thread, author, kind, only_for, job, reply_to, created_at_us, edited, replies, body"
    " FROM web_message"
)
_POSTED = "SELECT p.image, m.id, m.thread FROM web_picture p JOIN web_message m ON m.id = p.message"
_VISIBLE = "(only_for IS NULL OR only_for = $2)"
_SHOWS_IMAGE = "id IN (SELECT message FROM web_picture WHERE image = $1)"
_SHOWS_ANY = "(id IN (SELECT message FROM web_picture) OR id IN (SELECT message FROM web_attachment))"


@dataclass(frozen=True, slots=True)
class Post:
    """Where a picture stands: its message, and the thread that this is in."""

    message: str
    thread: str | None


class ChannelLog:
    """Messages, written once and changed in place. Every read takes the person who reads: nobody sees another's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """Write what is not there yet, all together; the ids that were new. The same message twice is one message."""

        async def work(tx: Transaction) -> tuple[str, ...]:
            return tuple([message.id for message in messages if await _insert(tx, message)])

        return await self._database.write(work)

    async def settle(self, message: Message) -> bool:
        """Turn a working message into its outcome, or write the outcome where none was. False: it was there already."""

        async def work(tx: Transaction) -> bool:
            before = _message_or_none(await tx.fetch_one(f"{_SELECT} WHERE id = $1", message.id))
            if before is None:
                return await _insert(tx, message)
            if before.kind is Kind.RESULT or (before.kind, before.body) == (message.kind, message.body):
                return False
            await _rewrite(tx, replace(before, kind=message.kind, body=message.body, only_for=message.only_for))
            return True

        return await self._database.write(work)

    async def answered(self, message: str, body: Body) -> tuple[str, ...]:
        """A question says from now on what was decided; the channel that changed, if it was there."""

        async def work(tx: Transaction) -> tuple[str, ...]:
            before = _message_or_none(await tx.fetch_one(f"{_SELECT} WHERE id = $1", message))
            if before is None:
                return ()
            await _rewrite(tx, replace(before, body=body))
            return (before.channel,)

        return await self._database.write(work)

    async def picture_deleted(self, image: ImageId) -> tuple[str, ...]:
        """Take the picture out of every message that shows it; the channels that changed."""

        async def work(tx: Transaction) -> tuple[str, ...]:
            sql = f"{_SELECT} WHERE {_SHOWS_IMAGE}"
            messages = [_message(row) for row in await tx.fetch(sql, image)]
            for message in messages:
                await _rewrite(tx, replace(message, body=without_picture(message.body, image)))
            return tuple({message.channel for message in messages})

        return await self._database.write(work)

    async def blank(self, tx: Transaction, message: str, body: Body) -> None:
        """Inside a write: nothing is left of this message but its place in the channel."""
        await tx.execute(
            "UPDATE web_message SET seq = $2, body = $3, job = NULL,"
            " author = CASE author WHEN $4 THEN author ELSE $5 END WHERE id = $1",
            *(message, await _next(tx), BODY.dump_json(body).decode(), EASEL, SOMEBODY),
        )

    async def seq(self) -> int:
        """The number of the latest change anywhere."""
        row = await self._database.fetch_one("SELECT value FROM web_sequence WHERE name = 'message'")
        return int(row[0] or 0) if row else 0

    async def message(self, message: str, person: str) -> Message | None:
        """One message, if this person may see it."""
        sql = f"{_SELECT} WHERE id = $1 AND {_VISIBLE}"
        return _message_or_none(await self._database.fetch_one(sql, message, person))

    async def messages(self, ids: Iterable[str], person: str) -> dict[str, Message]:
        """Several messages by id; those that this person may not see are left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        places = ", ".join(f"${number}" for number in range(2, len(wanted) + 2))
        sql = f"{_SELECT} WHERE (only_for IS NULL OR only_for = $1) AND id IN ({places})"
        return {message.id: message for message in map(_message, await self._database.fetch(sql, person, *wanted))}

    async def timeline(
        self, channel: str, person: str, *, thread: str | None, before: int | None, limit: int
    ) -> Sequence[Message]:
        """The newest messages of a channel, or of one thread with its root, oldest first.

        `before` is the `seq` of the oldest message that the reader has.
        """
        values: list[Value] = [channel, person]
        clauses = ["channel = $1", _VISIBLE]
        if thread is None:
            clauses.append("thread IS NULL")
        else:
            values.append(thread)
            clauses.append(f"(thread = ${len(values)} OR id = ${len(values)})")
        if before is not None:
            values.append(before)
            # A message that changed since then is no longer found by that number; what was first written before it is.
            clauses.append(
                "CASE WHEN EXISTS (SELECT 1 FROM web_message WHERE seq = $N)"
                " THEN created_at_us < (SELECT created_at_us FROM web_message WHERE seq = $N)"
                " ELSE first_seq < $N END".replace("$N", f"${len(values)}")
            )
        values.append(limit)
        where = " AND ".join(clauses)
        sql = f"{_SELECT} WHERE {where} ORDER BY created_at_us DESC, id DESC LIMIT ${len(values)}"
        return [_message(row) for row in reversed(await self._database.fetch(sql, *values))]

    async def since(self, channel: str, person: str, after: int, limit: int) -> Sequence[Message]:
        """What was written or changed after number `after`, in the order of the changes."""
        sql = f"{_SELECT} WHERE channel = $1 AND {_VISIBLE} AND seq > $3 ORDER BY seq LIMIT $4"
        return [_message(row) for row in await self._database.fetch(sql, channel, person, after, limit)]

    async def newest_with_pictures(self, thread: str, person: str) -> Message | None:
        """The newest message of a thread, its root included, from which an edit could start."""
        sql = (
            f"{_SELECT} WHERE (thread = $1 OR id = $1) AND {_VISIBLE}"
            f" AND {_SHOWS_ANY} ORDER BY created_at_us DESC LIMIT 20"
        )
        found = map(_message, await self._database.fetch(sql, thread, person))
        return next((message for message in found if message.holds_pictures), None)

    async def showing(self, image: str, person: str, channel: str) -> Message | None:
        """The newest message of a channel that shows this picture to this person."""
        sql = f"{_SELECT} WHERE {_SHOWS_IMAGE} AND {_VISIBLE} AND channel = $3 ORDER BY created_at_us DESC LIMIT 1"
        return _message_or_none(await self._database.fetch_one(sql, image, person, channel))

    async def posts_of(self, images: Sequence[ImageId], person: str, channel: str) -> dict[ImageId, Post]:
        """Where a channel shows these pictures to this person: the newest message of each."""
        if not images:
            return {}
        places = ", ".join(f"${number}" for number in range(3, len(images) + 3))
        rows = await self._database.fetch(
            f"{_POSTED} WHERE m.channel = $1 AND (m.only_for IS NULL OR m.only_for = $2)"
            f" AND p.image IN ({places}) ORDER BY m.created_at_us",
            *(channel, person, *images),
        )
        return {ImageId(str(row[0])): Post(str(row[1]), _text(row[2])) for row in rows}


async def _insert(tx: Transaction, message: Message) -> bool:
    """Write a new message and count it at its thread's root; False when it was there."""
    added = await tx.execute(
        "INSERT INTO web_message"
        " (id, seq, first_seq, channel, thread, author, kind, only_for, job, reply_to, created_at_us, body)"
        " VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
        message.id,
        await _next(tx),
        message.channel,
        message.thread,
        message.author,
        message.kind,
        message.only_for,
        message.job,
        message.reply_to,
        message.created_at_us,
        BODY.dump_json(message.body).decode(),
    )
    if not added:
        return False
    await _index(tx, message)
    if message.thread is not None and message.only_for is None:
        count = "UPDATE web_message SET replies = replies + 1, seq = $1 WHERE id = $2"
        await tx.execute(count, await _next(tx), message.thread)
    return True


async def _rewrite(tx: Transaction, message: Message) -> None:
    sql = "UPDATE web_message SET seq = $1, kind = $2, body = $3, only_for = $4, edited = $5 WHERE id = $6"
    body = BODY.dump_json(message.body).decode()
    await tx.execute(sql, await _next(tx), message.kind, body, message.only_for, int(message.edited), message.id)
    await _index(tx, message)


async def _index(tx: Transaction, message: Message) -> None:
    """What a message shows, where it can be looked up: for deleting, for replies in threads, for who may see it."""
    await tx.execute("DELETE FROM web_picture WHERE message = $1", message.id)
    for position, picture in enumerate(message.body.pictures, start=1):
        sql = "INSERT INTO web_picture (message, position, image) VALUES ($1, $2, $3)"
        await tx.execute(sql, message.id, position, picture.image)
    await tx.execute("DELETE FROM web_attachment WHERE message = $1", message.id)
    for position, attachment in enumerate(message.body.attachments, start=1):
        sql = "INSERT INTO web_attachment (message, position, upload) VALUES ($1, $2, $3)"
        await tx.execute(sql, message.id, position, attachment.upload)


async def _next(tx: Transaction) -> int:
    row = await tx.fetch_one("UPDATE web_sequence SET value = value + 1 WHERE name = 'message' RETURNING value")
    if row is None:
        raise LookupError("the playground's sequence is missing: its tables were not made by its migrations")
    return int(row[0] or 0)


def _message(row: Row) -> Message:
    seq, created_at_us, edited, replies = (int(row[index] or 0) for index in (1, 9, 10, 11))
    return Message(
        id=str(row[0]),
        seq=seq,
        channel=str(row[2]),
        thread=_text(row[3]),
        author=str(row[4]),
        kind=Kind(str(row[5])),
        only_for=_text(row[6]),
        job=_text(row[7]),
        reply_to=_text(row[8]),
        created_at_us=created_at_us,
        edited=bool(edited),
        replies=replies,
        body=BODY.validate_json(str(row[12])),
    )


def _message_or_none(row: Row | None) -> Message | None:
    return None if row is None else _message(row)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
