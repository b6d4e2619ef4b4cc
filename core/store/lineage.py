"""Pictures: where each came from, which message shows it, and what a person finds again."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from core.model import Actor, ImageId, JobId, MessageRef, Operation, Place, Size, StoredImage
from core.ports import Row, Transaction, Value
from core.store import codec
from core.store.sql import integer, list_of, rows_of, text, text_or_none

Fetch = Callable[..., Awaitable[Sequence[Row]]]

_COLUMNS: Final = (
    "id, job, position, parent, blob, media_type, width, height, size_bytes, alt, prompt, operation, provider, model,"
    " platform, workspace, channel, thread, time_zone, author, private, created_at_us, provider_state, deleted,"
    " facts"
)
_QUALIFIED: Final = ", ".join(f"i.{column.strip()}" for column in _COLUMNS.split(","))
_INSERT: Final = f"INSERT INTO image ({_COLUMNS}, words) VALUES {rows_of(1, 26)}"

# A family line is never this long; a damaged one (a picture that is its own ancestor) must not turn for ever.
_GENERATIONS_MAX: Final = 1000
_LINEAGE: Final = (
    "WITH RECURSIVE line (ancestor, depth) AS (SELECT id, 0 FROM image WHERE id = $1 UNION ALL"
    " SELECT i.parent, l.depth + 1 FROM line l JOIN image i ON i.id = l.ancestor"
    f" WHERE i.parent IS NOT NULL AND l.depth < {_GENERATIONS_MAX})"
    f" SELECT {_QUALIFIED} FROM line l JOIN image i ON i.id = l.ancestor ORDER BY l.depth DESC"
)


async def insert(tx: Transaction, images: Sequence[StoredImage]) -> None:
    """Keep the rows of a job's pictures."""
    await tx.execute_many(_INSERT, [_row(image) for image in images])


async def post(
    tx: Transaction, job: JobId, messages: Sequence[MessageRef], postings: Sequence[Sequence[ImageId]], now_us: int
) -> None:
    """Tie messages to the pictures that they show: `postings[n]` are those of `messages[n]`, in their order."""
    rows = [
        (message.platform, message.channel, message.message, position, image, job, now_us)
        for message, images in zip(messages, postings, strict=False)
        for position, image in enumerate(images, start=1)
    ]
    await tx.execute_many(
        "INSERT INTO posting (platform, channel, message, position, image, job, at_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (platform, channel, message, position) DO UPDATE SET"
        " image = excluded.image, job = excluded.job, at_us = excluded.at_us",
        rows,
    )


async def delete(tx: Transaction, image: ImageId) -> str | None:
    """Forget a picture. The key of its bytes when no other picture that is still kept shares them."""
    row = await tx.fetch_one(
        "UPDATE image SET deleted = 1, provider_state = '' WHERE id = $1 AND deleted = 0 RETURNING blob", image
    )
    if row is None:
        return None
    blob = text(row[0])
    return None if await uses(tx.fetch, blob) else blob


async def uses(fetch: Fetch, blob: str) -> bool:
    """Whether a picture that is still kept, or a character, has these bytes."""
    return bool(
        await fetch(
            "SELECT 1 FROM image WHERE blob = $1 AND deleted = 0"
            " UNION ALL SELECT 1 FROM named_picture WHERE blob = $1 LIMIT 1",
            blob,
        )
    )


async def publish(tx: Transaction, images: Sequence[ImageId]) -> None:
    """Their author shows them to all: they are private no more."""
    if images:
        await tx.execute(
            f"UPDATE image SET private = 0 WHERE private = 1 AND id IN ({list_of(len(images))})",
            *images,
        )


async def by_ids(fetch: Fetch, images: Sequence[ImageId]) -> tuple[StoredImage, ...]:
    """These pictures, in the order asked for; unknown ones are left out, deleted ones are marked."""
    if not images:
        return ()
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM image WHERE id IN ({list_of(len(images))})",
        *images,
    )
    found = {image.id: image for image in map(_image, rows)}
    return tuple(found[image] for image in images if image in found)


async def of_job(fetch: Fetch, job: JobId) -> tuple[StoredImage, ...]:
    """What a job made, in order."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM image WHERE job = $1 ORDER BY position", job)
    return tuple(map(_image, rows))


async def line_of(fetch: Fetch, image: ImageId) -> tuple[StoredImage, ...]:
    """From the first ancestor to the picture itself."""
    return tuple(map(_image, await fetch(_LINEAGE, image)))


async def of_message(fetch: Fetch, platform: str, channel: str, message: str) -> tuple[StoredImage, ...]:
    """What a message shows, in the order in which its pictures are numbered: deleted ones keep their place."""
    rows = await fetch(
        f"SELECT {_QUALIFIED} FROM posting p JOIN image i ON i.id = p.image"
        " WHERE p.platform = $1 AND p.channel = $2 AND p.message = $3 ORDER BY p.position",
        *(platform, channel, message),
    )
    return tuple(map(_image, rows))


async def messages_of(fetch: Fetch, image: ImageId) -> tuple[MessageRef, ...]:
    """Every message that shows this picture, the oldest first."""
    rows = await fetch(
        "SELECT DISTINCT platform, channel, message, at_us FROM posting WHERE image = $1 ORDER BY at_us, message", image
    )
    return tuple(MessageRef(text(row[0]), text(row[1]), text(row[2])) for row in rows)


async def newest_in_thread(fetch: Fetch, place: Place) -> StoredImage | None:
    """The picture that this thread's people saw last: posted in it, or in the message that it hangs from."""
    rows = await fetch(
        f"SELECT {_QUALIFIED} FROM posting p JOIN image i ON i.id = p.image"
        " WHERE p.job IN (SELECT id FROM job"
        "  WHERE thread = $4 AND channel = $3 AND workspace = $2 AND platform = $1"
        "  UNION SELECT q.job FROM posting q JOIN job j ON j.id = q.job"
        "  WHERE q.platform = $1 AND q.message = $4 AND j.channel = $3 AND j.workspace = $2)"
        " AND i.deleted = 0 AND i.private = 0 ORDER BY p.at_us DESC, p.message DESC, p.position DESC LIMIT 1",
        *(place.platform, place.workspace, place.channel, place.thread),
    )
    return _image(rows[0]) if rows else None


async def of_newest_message(fetch: Fetch, platform: str, channel: str) -> tuple[StoredImage, ...]:
    """What the newest message shows that stands in this very channel and holds a picture for everybody to see."""
    newest = await fetch(
        "SELECT p.message FROM posting p JOIN image i ON i.id = p.image"
        " WHERE p.platform = $1 AND p.channel = $2 AND i.deleted = 0 AND i.private = 0"
        " ORDER BY p.at_us DESC, p.message DESC LIMIT 1",
        *(platform, channel),
    )
    return await of_message(fetch, platform, channel, text(newest[0][0])) if newest else ()


async def newest_by(fetch: Fetch, actor: Actor, place: Place, since_us: int) -> StoredImage | None:
    """This person's newest picture in this channel."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM image WHERE platform = $1 AND workspace = $2 AND channel = $3 AND author = $4"
        " AND created_at_us >= $5 AND deleted = 0 ORDER BY created_at_us DESC, position DESC LIMIT 1",
        *(place.platform, place.workspace, place.channel, actor.user, since_us),
    )
    return _image(rows[0]) if rows else None


async def newest_of(
    fetch: Fetch, platform: str, workspace: str, author: str, before_us: int | None, limit: int
) -> tuple[StoredImage, ...]:
    """This person's newest pictures in a workspace, wherever they were made. Those of one moment are never parted."""
    values: list[Value] = [platform, workspace, author]
    where = "platform = $1 AND workspace = $2 AND author = $3 AND deleted = 0"
    if before_us is not None:
        values.append(before_us)
        where += f" AND created_at_us < ${len(values)}"
    values.append(max(0, limit - 1))
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM image WHERE {where} AND created_at_us >= COALESCE(("
        f"SELECT created_at_us FROM image WHERE {where} ORDER BY created_at_us DESC LIMIT 1 OFFSET ${len(values)}), 0)"
        " ORDER BY created_at_us DESC, job, position",
        *values,
    )
    return tuple(map(_image, rows))


async def history(
    fetch: Fetch,
    actor: Actor,
    place: Place,
    words: str,
    before_us: int | None,
    limit: int,
    author: str | None = None,
) -> tuple[StoredImage, ...]:
    """This channel's pictures, newest first, private ones to their author only; every word must be in prompt or alt.

    `author`: only theirs.
    A page may be a little longer than `limit`: pictures of one moment are never torn apart, since `before_us` continues
    from a moment.
    """
    values: list[Value] = [place.platform, place.workspace, place.channel, actor.user]
    where = "platform = $1 AND workspace = $2 AND channel = $3 AND deleted = 0 AND (private = 0 OR author = $4)"
    if before_us is not None:
        values.append(before_us)
        where += f" AND created_at_us < ${len(values)}"
    if author is not None:
        values.append(author)
        where += f" AND author = ${len(values)}"
    for word in words.casefold().split():
        values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
        where += f" AND words LIKE ${len(values)} ESCAPE '\\'"
    values += [max(0, limit - 1)]
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM image WHERE {where} AND created_at_us >= COALESCE(("
        f"SELECT created_at_us FROM image WHERE {where} ORDER BY created_at_us DESC LIMIT 1 OFFSET ${len(values)}), 0)"
        " ORDER BY created_at_us DESC, job, position",
        *values,
    )
    return tuple(map(_image, rows))


def _row(image: StoredImage) -> Row:
    place = image.place
    return (
        *(image.id, image.job, image.position, image.parent, image.blob, image.media_type),
        *(image.size.width, image.size.height, image.size_bytes, image.alt, image.prompt, image.operation.value),
        *(image.provider, image.model, place.platform, place.workspace, place.channel, place.thread, place.time_zone),
        *(image.author, int(image.private), image.created_at_us, image.provider_state, int(image.deleted)),
        codec.FACTS.encode(image.facts) if image.facts else "[]",
        f"{image.prompt}\n{image.alt}".casefold(),
    )


def _image(row: Row) -> StoredImage:
    parent = text_or_none(row[3])
    return StoredImage(
        id=ImageId(text(row[0])),
        job=JobId(text(row[1])),
        position=integer(row[2]),
        parent=None if parent is None else ImageId(parent),
        blob=text(row[4]),
        media_type=text(row[5]),
        size=Size(integer(row[6]), integer(row[7])),
        size_bytes=integer(row[8]),
        alt=text(row[9]),
        prompt=text(row[10]),
        operation=Operation(text(row[11])),
        provider=text(row[12]),
        model=text(row[13]),
        place=Place(text(row[14]), text(row[15]), text(row[16]), text_or_none(row[17]), text(row[18])),
        author=text(row[19]),
        private=bool(row[20]),
        created_at_us=integer(row[21]),
        provider_state=text(row[22]),
        deleted=bool(row[23]),
        facts=codec.FACTS.decode(text(row[24])),
    )
