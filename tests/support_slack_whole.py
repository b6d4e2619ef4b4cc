"""The whole Easel, as `easel run` puts it together from its settings, beside the fake Slack, by sockets and by HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
from emulators.slack_api.people import Said
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Message, Person, Workspace
from support_house import Hand

from bots import assembly, run
from bots.providers import Drawers, drawers
from bots.slack.result_blocks import images_in
from core.clock import SystemClock
from core.model import ImageId
from core.ports import Clock, Order
from core.settings import Settings, load
from core.store.lock import DataFolderLock
from core.store.sqlite import SqliteDatabase
from core.store.store import Store

Mode = Literal["socket", "http"]
PUBLIC = "https://easel.example.org"


class SlowHand(Hand):
    """Draws when it is let."""

    def __init__(self) -> None:
        super().__init__(meanwhile=self._wait)
        self.go = asyncio.Event()
        self.begun = asyncio.Event()

    async def _wait(self, order: Order) -> None:
        self.begun.set()
        await self.go.wait()


@dataclass
class Whole:
    """One Easel that is running, and what people see of it."""

    fake: FakeSlack
    team: Workspace
    art: Channel
    member: Person
    guest: Person
    folder: Path
    url: str
    hand: Hand | None

    def thread(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        """What Easel has in a thread, the oldest first."""
        ts = root if isinstance(root, str) else root.ts
        return [each for each in self.fake.messages(at or self.art, ts) if each.user is self.team.bot]

    def files(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        return [each for each in self.thread(root, at) if each.files]

    def controls(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        return [each for each in self.thread(root, at) if images_in(each.blocks)]

    def top(self, at: Channel | None = None) -> list[Message]:
        return [each for each in self.fake.messages(at or self.art) if each.user is self.team.bot]

    def told(self, person: Person | None = None, at: Channel | None = None) -> list[str]:
        """What one person alone sees."""
        return [each.text for each in self.fake.ephemerals(person or self.member, at or self.art)]

    async def until(self, look: Callable[[], object], what: str = "") -> None:
        await self.fake.until(look, what, 60)  # the illustrator on a busy machine

    async def drawn(
        self, words: str, *, by: Person | None = None, at: Channel | None = None, count: int = 1, **more: object
    ) -> Said:
        """Somebody says something; the message, once its answer stands in its thread and nothing says "at work"."""
        root = more.get("thread")
        before = len(self.controls(str(root), at)) if root else 0
        said = await self.fake.say(by or self.member, at or self.art, words, **more)  # type: ignore[arg-type]  # as named
        await self.rested(str(root) if root else said.ts, before + count, at)
        return said

    async def rested(self, root: str, count: int, at: Channel | None = None) -> None:
        """So many answers are there, and everything else is gone."""
        await self.until(lambda: len(self.controls(root, at)) >= count and not self.at_work(root, at), "an answer")

    def at_work(self, root: Message | Said | str, at: Channel | None = None) -> list[Message]:
        """The messages that say so."""
        return [each for each in self.thread(root, at) if not each.files and not images_in(each.blocks)]

    async def lineage(self, controls: Message) -> list[str]:
        """The words of every step to this picture, from Easel's own books."""
        database = await SqliteDatabase.open(self.folder / "easel.sqlite3")
        try:
            line = await Store(database, SystemClock()).lineage(ImageId(images_in(controls.blocks)[0]))
            return [each.prompt for each in line]
        finally:
            await database.close()

    async def quiet(self) -> None:
        """Until every envelope is settled and Easel asks for nothing any more."""
        asked = -1
        while len(self.fake.calls) != asked:
            asked = len(self.fake.calls)
            for each in list(self.fake.deliveries):
                await asyncio.wait_for(each.settled.wait(), 10)
            await asyncio.sleep(0.2)


def slack_of(fake: FakeSlack, team: Workspace, mode: Mode) -> dict[str, str]:
    """The settings of Slack, as an environment."""
    usual = {"EASEL_SLACK__API_BASE": fake.api_base, "EASEL_SLACK__FILE_HOSTS": fake.file_host}
    if mode == "socket":
        return usual | {"SLACK_BOT_TOKEN": team.bot_token, "SLACK_APP_TOKEN": fake.app_token}
    return usual | {
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_SIGNING_SECRET": fake.signing_secret,
        "EASEL_SLACK__PUBLIC_URL": PUBLIC,
    }


def place_of(fake: FakeSlack) -> tuple[Workspace, Channel, Person, Person]:
    """A workspace with a channel and two people; the same one for whoever asks again."""
    team = next(iter(fake.teams.values()), None) or fake.workspace()
    known = {each.name: each for each in team.people.values()}
    member, guest = (known.get(name) or team.person(name) for name in ("Member", "Guest"))
    art = next((each for each in team.channels.values() if each.name == "art"), None)
    return team, art or team.channel("art", members=[member, guest]), member, guest


@asynccontextmanager
async def whole(
    fake: FakeSlack,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch | None,
    mode: Mode,
    *,
    hand: Hand | None = None,
    limits: str = "limits = []",
    environ: dict[str, str] | None = None,
) -> AsyncIterator[Whole]:
    """`easel run` until the block ends. With a `hand` it draws instead of the illustrator; `limits`: of easel.toml."""
    team, art, member, guest = place_of(fake)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "easel.toml").write_text(limits)
    (folder / "easel.lock").unlink(missing_ok=True)  # an earlier one's address
    said = slack_of(fake, team, mode) if environ is None else environ
    said = said | {"EASEL_DATA_DIR": str(folder), "EASEL_WEB__PORT": "0", "EASEL_WORKER__CONCURRENCY": "1"}
    settings = load(said, folder)
    if hand is not None:
        (monkeypatch or pytest.MonkeyPatch()).setattr(assembly, "drawers", _only(hand))
    fake.slow("response_url", 0.02)  # the acknowledgement is there before what takes its place
    running = asyncio.create_task(run.serve(settings))
    try:
        url = await _ready(folder, running)
        if mode == "http":
            await fake.connect_http(f"{url}/slack/events")
        yield Whole(fake, team, art, member, guest, folder, url, hand)
    finally:
        if not running.done():
            os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(running, 60) is run.Ended.STOPPED
    await _in_order(folder)


async def _in_order(folder: Path) -> None:
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    assert await Store(database, SystemClock()).verify() == (), "the books are in order whatever happened"
    await database.close()


async def _ready(folder: Path, running: asyncio.Task[int]) -> str:
    """Until `/readyz` says so; its address, as it leaves word of it in its folder."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            if running.done():
                raise AssertionError(f"it ended: {running.result()}")
            holder = DataFolderLock(folder).holder()
            if holder is not None and holder.url:
                async with session.get(f"{holder.url}/readyz") as answer:
                    if answer.status == 200:
                        return holder.url
            await asyncio.sleep(0.05)


def _only(hand: Hand) -> Callable[..., object]:
    @asynccontextmanager
    async def drawing(settings: Settings, clock: Clock) -> AsyncIterator[Drawers]:
        async with drawers(settings, clock) as found:
            yield replace(found, providers={hand.name: hand}, name=hand.name, model=hand.name)

    return drawing
