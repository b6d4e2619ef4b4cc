"""Characters, kept: whose they are, who may use them, and the bytes that nobody else's deleting takes away."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from core.characters import Character
from core.errors import NotAllowed
from core.i18n import say
from core.model import Actor, Size
from core.ports import Row, Transaction
from core.store import lineage
from core.store.sql import integer, list_of, portions, rows_of, text

Fetch = Callable[..., Awaitable[Sequence[Row]]]

_COLUMNS: Final = (
    "id, platform, workspace, owner, name, blob, media_type, width, height, shared, private, created_at_us"
)
_USABLE: Final = (
    f"SELECT {_COLUMNS} FROM named_picture WHERE platform = $1 AND workspace = $2 AND (owner = $3 OR shared = 1)"
)
_ASKED_MAX: Final = 64  # names that are looked for one by one; beyond it all are read
_INSERT: Final = (
    f"INSERT INTO named_picture ({_COLUMNS}, key) VALUES {rows_of(1, 13)}"
    " ON CONFLICT (platform, workspace, owner, key) DO UPDATE SET name = excluded.name, blob = excluded.blob,"
    " media_type = excluded.media_type, width = excluded.width, height = excluded.height, shared = excluded.shared,"
    " private = excluded.private, created_at_us = excluded.created_at_us"
)


async def usable(fetch: Fetch, actor: Actor) -> tuple[Character, ...]:
    """All that this person may use: their own first, then those that others share; each in the order of their names."""
    rows = await fetch(_USABLE, *_asker(actor))
    return tuple(sorted(map(_character, rows), key=lambda each: (each.owner != actor.user, each.key, each.owner)))


async def named(fetch: Fetch, actor: Actor, keys: Sequence[str]) -> dict[str, Character]:
    """Those of these folded names that this person may use; of two under one name their own."""
    wanted = set(keys)
    if len(wanted) > _ASKED_MAX:  # a prompt may be full of @words
        known = await usable(fetch, actor)
    else:
        rows = [
            await fetch(f"{_USABLE} AND key IN ({list_of(len(some), 4)})", *_asker(actor), *some)
            for some in portions(sorted(wanted))
        ]
        known = tuple(_character(row) for some in rows for row in some)
    theirs_last = sorted((each for each in known if each.key in wanted), key=lambda each: each.owner == actor.user)
    return {each.key: each for each in theirs_last}


async def by_id(fetch: Fetch, character: str) -> Character | None:
    """One of them, whoever asks: for a plan in which it was settled who may use it."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM named_picture WHERE id = $1", character)
    return _character(rows[0]) if rows else None


async def keep(tx: Transaction, new: Character, most: int) -> str | None:
    """Keep it, or put it in the place of its owner's earlier one, whose id it takes.

    The key of the bytes that nothing needs any more. Raises `NotAllowed` for more than `most`, and for a name that
    somebody else shares already.
    """
    mine = (new.platform, new.workspace, new.owner)
    before = await tx.fetch_one(
        "SELECT blob FROM named_picture WHERE platform = $1 AND workspace = $2 AND owner = $3 AND key = $4",
        *(*mine, new.key),
    )
    if before is None:
        row = await tx.fetch_one(
            "SELECT COUNT(*) FROM named_picture WHERE platform = $1 AND workspace = $2 AND owner = $3", *mine
        )
        assert row is not None
        if integer(row[0]) >= most:
            raise NotAllowed(
                say("You have {most} characters, and there is room for no more.", most=most),
                say("Remove one of them first."),
            )
    if new.shared:
        taken = await tx.fetch_one(
            "SELECT 1 FROM named_picture"
            " WHERE platform = $1 AND workspace = $2 AND owner <> $3 AND key = $4 AND shared = 1",
            *(*mine, new.key),
        )
        if taken is not None:
            raise NotAllowed(
                say("Somebody else shares a character called {name} already.", name=new.name),
                say("Choose another name."),
            )
    await tx.execute(_INSERT, *_row(new))
    return None if before is None else await _orphan(tx, text(before[0]))


async def forget(tx: Transaction, character: str) -> str | None:
    """Forget it; the key of the bytes that nothing needs any more."""
    row = await tx.fetch_one("DELETE FROM named_picture WHERE id = $1 RETURNING blob", character)
    return None if row is None else await _orphan(tx, text(row[0]))


def _asker(actor: Actor) -> tuple[str, str, str]:
    return actor.platform, actor.workspace, actor.user


async def _orphan(tx: Transaction, blob: str) -> str | None:
    return None if await lineage.uses(tx.fetch, blob) else blob


def _row(one: Character) -> Row:
    return (
        *(one.id, one.platform, one.workspace, one.owner, one.name, one.blob, one.media_type),
        *(one.size.width, one.size.height, int(one.shared), int(one.private), one.created_at_us, one.key),
    )


def _character(row: Row) -> Character:
    return Character(
        id=text(row[0]),
        platform=text(row[1]),
        workspace=text(row[2]),
        owner=text(row[3]),
        name=text(row[4]),
        blob=text(row[5]),
        media_type=text(row[6]),
        size=Size(integer(row[7]), integer(row[8])),
        shared=bool(row[9]),
        private=bool(row[10]),
        created_at_us=integer(row[11]),
    )
