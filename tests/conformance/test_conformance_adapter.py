"""Every platform's adapter, held against the same promises. A new platform adds one stage to `STAGES`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from conformance.adapter_suite import AdapterPromises, Seen, Stage, finished
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
        self.log = ChannelLog(database)
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
        messages = await self.log.timeline("studio", person, thread=None, before=None, limit=100)
        return [
            Seen(message.id, message.body.text, tuple(each.image for each in message.pictures_left), message.seq)
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


async def test_a_picture_that_was_deleted_does_not_come_back_with_a_second_delivery(tmp_path: Path) -> None:
    """The playground alone: elsewhere a deleted message is the platform's."""
    async with web(tmp_path) as stage:
        to = await stage.asked()
        outcome, plan = await finished(stage, to)
        await stage.adapter.deliver(to, outcome, plan)
        assert isinstance(stage, WebStage)
        await stage.log.picture_deleted(outcome.images[0].id)
        await stage.adapter.deliver(to, outcome, plan)
        assert [message.images for message in await stage.seen()] == [()]


class TestAdapters(AdapterPromises):
    """The promises, for each platform."""

    @pytest.fixture(params=sorted(STAGES))
    async def stage(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
        async with STAGES[request.param](tmp_path) as stage:
            yield stage
