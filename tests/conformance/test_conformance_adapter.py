"""Every platform's adapter, held against the same promises. A new platform adds one stage to `STAGES`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from conformance.adapter_suite import AdapterPromises, Seen, Stage
from support_web import TOKEN

from bots.web.app import Playground
from bots.web.channel import ChannelLog
from bots.web.destination import WebDestination
from bots.web.messages import Kind
from bots.web.people import DEMO_PEOPLE, EASEL, Roster
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.model import Destination, ImageRef, new_id
from core.store.sqlite import SqliteDatabase


class WebStage:
    """The playground, without its web server: the adapter is what is under test."""

    def __init__(self, database: SqliteDatabase, blobs: FileBlobs) -> None:
        self._database = database
        self.blobs = blobs
        self._roster = Roster()
        self.actor = self._roster.actor(DEMO_PEOPLE[1])
        self.place = self._roster.place(self._roster.channel("studio"))
        self._start()

    def _start(self) -> None:
        self.playground = Playground(
            self._database, self.blobs, SystemClock(), token=TOKEN, provider_label="Painter", product_version="0"
        )
        self.adapter = self.playground.adapter

    async def asked(self) -> Destination:
        return self._destination("studio")

    async def gone(self) -> Destination:
        return self._destination("a-channel-of-yesterday")

    def _destination(self, channel: str) -> Destination:
        at_us = SystemClock().now_us()
        return WebDestination(channel, None, new_id(), None, self.actor.user, at_us).stored()

    async def attached(self, data: bytes) -> ImageRef:
        upload = await self.playground.uploads.keep_mask(data, "photo.png")
        return ImageRef("web", token=f"upload:{upload.id}", name=upload.name)

    async def seen(self, *, by_another: bool = False) -> Sequence[Seen]:
        person = "guest" if by_another else self.actor.user
        messages = await ChannelLog(self._database).timeline("studio", person, thread=None, before=None, limit=100)
        return [
            Seen(message.id, message.body.text, tuple(picture.image for picture in message.body.pictures))
            for message in messages
            if message.author == EASEL and message.kind is not Kind.WORKING
        ]

    async def restarted(self) -> None:
        self._start()


@asynccontextmanager
async def web(folder: Path) -> AsyncIterator[Stage]:
    """The playground."""
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    try:
        stage = WebStage(database, FileBlobs(folder / "blobs"))
        await stage.playground.prepare()
        yield stage
    finally:
        await database.close()


STAGES: dict[str, Callable[[Path], AbstractAsyncContextManager[Stage]]] = {"web": web}


class TestAdapters(AdapterPromises):
    """The promises, for each platform."""

    @pytest.fixture(params=sorted(STAGES))
    async def stage(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
        async with STAGES[request.param](tmp_path) as stage:
            yield stage
