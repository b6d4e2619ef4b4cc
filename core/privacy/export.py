"""All that Easel keeps of somebody, read and handed out to them."""

# ruff: noqa: S608 - statements are put together from constants and parameter numbers, never from anybody's words

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.errors import Gone
from core.fitting import file_stem
from core.model import Actor, ImageId, StoredImage
from core.ports import BlobStore, Clock, Database, PlatformAdapter, Row
from core.privacy.erasing import Erasing
from core.privacy.parcel import PARTS_MAX, Sheet, as_json, file_name, packed, zipped
from core.privacy.remembering import Recalled, Remembers
from core.privacy.subject import Asked, traces_of
from core.store import codec
from core.store.erasure import Alias
from core.store.sql import integer, text
from core.store.store import Store
from core.wording import SECOND_US

_ADMITTED: Final = (
    "SELECT id, state, code, sentence, remarks, created_at_us, asked_at_us, finished_at_us FROM job"
    " WHERE platform = $1 AND user_id = $2 AND workspace = $3"
)
# What stands beside their jobs: a heading, the columns that are told, the table, and whose row it is.
_BESIDES: Final = (
    ("extras", "unit, amount, at_us", "extra", "person"),
    ("refusals", "code, day_us, number", "refusal", "person"),
    ("requests_for_approval", "nanodollars, state, at_us, request", "approval", "person"),
    ("orders_given", "said, changed, name, at_us", "audit", "person"),
    ("keys_given", "ends, at_us", "own_key", "person"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One zip file for the person alone."""

    name: str
    data: bytes


class Export:
    """Gathers, and packs."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        adapters: Mapping[str, PlatformAdapter],
        erasing: Erasing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._db: Database = store.database
        self._blobs = blobs
        self._adapters = adapters
        self._erasing = erasing
        self._clock = clock

    async def parts(self, actor: Actor, part_bytes: int, parts_max: int = PARTS_MAX) -> AsyncGenerator[Part, None]:
        """Zip files of at most `part_bytes`, the one with the words first, then the newest pictures first."""
        now_us = self._clock.now_us()
        aliases = await self._erasing.aliases(actor)
        asked = await self._erasing.asked(aliases, now_us)
        recalled = await self._recalled(actor.platform, aliases, asked, now_us)
        pictures = [image for each in asked for image in await self._pictures(each)]
        sheets = [*await self._sheets(pictures), *await self._characters(aliases), *await self._files(recalled)]
        packing = packed(sheets, part_bytes, parts_max)
        data = {
            "made_at": _moment(now_us),
            "you": {"platform": actor.platform, "id": actor.user, "name": actor.name, "roles": actor.roles},
            "workspaces": [await self._workspace(alias, asked) for alias in aliases],
            "pictures": [_picture(each) for each in pictures],
            actor.platform: {name: [dict(row) for row in rows] for name, rows in recalled.rows.items()},
        }
        day = _moment(now_us)[:10]
        count = len(packing.parts)
        for number, files in enumerate(packing.parts, start=1):
            texts = {}
            if number == 1:
                left_out = [sheet.name for sheet in packing.left_out]
                texts = {"README.txt": readme(actor, day, count, left_out), "data.json": as_json(data)}
            read = [(sheet.name, found) for sheet in files if (found := await self._bytes(sheet.blob)) is not None]
            name = f"easel-data-{day}.zip" if count == 1 else f"easel-data-{day}-part-{number}-of-{count}.zip"
            yield Part(name, await asyncio.to_thread(zipped, texts, read))

    async def _recalled(self, platform: str, aliases: Sequence[Alias], asked: Sequence[Asked], now_us: int) -> Recalled:
        if platform in self._adapters and isinstance(adapter := self._adapters[platform], Remembers):
            return await adapter.recall(traces_of(aliases, asked, now_us))
        return Recalled({})

    async def _workspace(self, alias: Alias, asked: Sequence[Asked]) -> dict[str, Any]:
        mine = (alias.platform, alias.person, alias.workspace)
        admitted = {text(row[0]): row for row in await self._db.fetch(_ADMITTED, *mine)}
        told: dict[str, Any] = {
            "workspace": alias.workspace,
            "requests": [await self._request(each, admitted[each.id]) for each in asked if each.id in admitted],
        }
        told["characters"] = [
            {"name": row[0], "shared": bool(row[1]), "private": bool(row[2]), "kept_at": _moment(integer(row[3]))}
            for row in await self._db.fetch(
                "SELECT name, shared, private, created_at_us FROM named_picture"
                " WHERE platform = $1 AND owner = $2 AND workspace = $3 ORDER BY key",
                *mine,
            )
        ]
        for heading, columns, table, whose in _BESIDES:
            rows = await self._db.fetch(
                f"SELECT {columns} FROM {table} WHERE platform = $1 AND {whose} = $2 AND workspace = $3", *mine
            )
            told[heading] = [_named(columns, row) for row in rows]
        return told

    async def _request(self, asked: Asked, row: Row) -> dict[str, Any]:
        _, state, code, sentence, remarks, created_us, asked_us, finished_us = row
        request = json.loads(codec.REQUESTS.encode(asked.request))
        request.pop("destination", None)  # keys that let their bearer answer in Easel's name
        charged = await self._store.charge_of(asked.id)
        return {
            "id": asked.id,
            "asked_at": _moment(integer(created_us)),
            "sent_to_the_provider_at": _moment_or_none(asked_us),
            "ended_at": _moment_or_none(finished_us),
            "state": state,
            "code": code,
            "answer": sentence,
            "remarks": json.loads(text(remarks)),
            "request": request,
            "drawn_as": json.loads(codec.PLANS.encode(asked.plan)),
            "charged": {
                "images": charged.images,
                "dollars": charged.nanodollars / 1_000_000_000,
                "measured": charged.measured,
            },
            "messages": [{"channel": each.channel, "message": each.message} for each in asked.messages],
        }

    async def _pictures(self, asked: Asked) -> Sequence[StoredImage]:
        rows = await self._db.fetch("SELECT id FROM image WHERE job = $1 ORDER BY position", asked.id)
        found = await self._store.images([ImageId(text(row[0])) for row in rows])
        return [image for image in found if not image.deleted]

    async def _sheets(self, pictures: Sequence[StoredImage]) -> list[Sheet]:
        newest = sorted(pictures, key=lambda each: -each.created_at_us)
        return [Sheet(f"pictures/{picture_name(each)}", each.blob, each.size_bytes) for each in newest]

    async def _characters(self, aliases: Sequence[Alias]) -> list[Sheet]:
        found = []
        for alias in aliases:
            rows = await self._db.fetch(
                "SELECT name, blob, media_type FROM named_picture"
                " WHERE platform = $1 AND owner = $2 AND workspace = $3",
                *(alias.platform, alias.person, alias.workspace),
            )
            for name, blob, media_type in rows:
                ending = text(media_type).rpartition("/")[2]
                found.append((f"characters/{file_name(text(name), 'character')}.{ending}", text(blob)))
        return await self._measured(found)

    async def _files(self, recalled: Recalled) -> list[Sheet]:
        return await self._measured(
            [
                (f"files/{number:04d}-{file_name(each.name, 'file')}", each.blob)
                for number, each in enumerate(recalled.files, start=1)
            ]
        )

    async def _measured(self, files: Sequence[tuple[str, str]]) -> list[Sheet]:
        sheets = []
        for name, blob in files:
            try:
                path = await self._blobs.path(blob)
                size = (await asyncio.to_thread(path.stat)).st_size
            except (Gone, FileNotFoundError):
                continue
            sheets.append(Sheet(name, blob, size))
        return sheets

    async def _bytes(self, blob: str) -> bytes | None:
        try:
            return await self._blobs.read(blob)
        except Gone:  # deleted meanwhile
            return None


def picture_name(image: StoredImage) -> str:
    """As data.json calls it."""
    ending = "jpg" if image.media_type == "image/jpeg" else image.media_type.rpartition("/")[2]
    return f"{file_stem(image)}-{image.id[:8]}.{ending}"


def readme(actor: Actor, day: str, parts: int, left_out: Sequence[str]) -> str:
    """What is in it, in words."""
    lines = [
        f"This is what Easel keeps of {actor.name or actor.user} ({actor.platform} {actor.user}), on {day}.",
        "",
        "data.json    your requests with your words, times, answers and what they cost; your characters; what",
        "             administrators gave you; and what Easel keeps so that it works on this platform",
        "pictures/    the pictures that were drawn for you and are kept, the newest first",
        "characters/  the pictures that you keep under a name",
        "files/       files that you showed to Easel lately",
    ]
    if parts > 1:
        lines += ["", f"There are {parts} zip files; the words are in the first one."]
    if left_out:
        lines += ["", "Too large, or too many, to be sent here; whoever runs Easel can give them to you:", *left_out]
    return "\r\n".join([*lines, "", "To have all of it deleted, use /privacy delete.", ""])


def _picture(image: StoredImage) -> dict[str, Any]:
    return {
        "id": image.id,
        "file": f"pictures/{picture_name(image)}",
        "request": image.job,
        "made_from": image.parent,
        "made_at": _moment(image.created_at_us),
        "words": image.prompt,
        "description": image.alt,
        "private": image.private,
        "model": image.model,
        "provider": image.provider,
        "size": str(image.size),
        "bytes": image.size_bytes,
        "where": {"workspace": image.place.workspace, "channel": image.place.channel, "thread": image.place.thread},
        "noted": [list(fact) for fact in image.facts],
    }


def _named(columns: str, row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in zip(columns.split(", "), row, strict=True):
        if name == "request":
            request = json.loads(text(value))
            request.pop("destination", None)
            told[name] = request
        elif name.endswith("_us"):
            told[name.removesuffix("_us")] = _moment_or_none(value)
        else:
            told[name] = value
    return told


def _moment(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / SECOND_US, UTC).isoformat(timespec="seconds")


def _moment_or_none(value: object) -> str | None:
    return _moment(value) if isinstance(value, int) else None
