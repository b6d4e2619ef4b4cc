"""Slack's adapter beside the fake Slack, on a real socket, without a connection from Slack: what a worker has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Channel, Message, Person
from PIL import Image
from pydantic import SecretStr
from support_slack_api import picture, slack

from bots.slack.adapter import SlackAdapter
from bots.slack.api import Api
from bots.slack.destination import Spot, encode
from bots.slack.posting import Showing, at_work
from bots.slack.records import Records
from bots.slack.tokens import StaticTokens
from core import fitting
from core.blobs.files import FileBlobs
from core.model import (
    Actor,
    Cost,
    Destination,
    Finished,
    ImageId,
    ImageRequest,
    JobId,
    Operation,
    Place,
    Plan,
    PostingPlan,
    Size,
    StoredImage,
    Unfinished,
    new_id,
)
from core.store.sqlite import SqliteDatabase

SENTENCE = "I cannot draw that. Nothing was charged. Ask for something else."
_SHORT_SECONDS = 0.02  # what a wait takes here: files appear on the fake after 10 ms


class BedClock:
    """The fake's own time. Waiting takes hardly any, unless it is held; then until it is let go."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._free = asyncio.Event()
        self._free.set()
        self.slept: list[float] = []

    def now_us(self) -> int:
        """The fake's."""
        return int(self._slack.clock.now() * 1_000_000)

    async def sleep(self, seconds: float) -> None:
        """Remembered, and over soon, unless it is held."""
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, _SHORT_SECONDS))
        await self._free.wait()

    def hold(self) -> None:
        """From now on nobody's waiting ends."""
        self._free.clear()

    def let_go(self) -> None:
        """All waiting is over."""
        self._free.set()


class Bed:
    """A Slack, a data folder, and an adapter that may be started anew."""

    def __init__(self, slack: FakeSlack, database: SqliteDatabase, blobs: FileBlobs, stack: AsyncExitStack) -> None:
        self.slack = slack
        self.blobs = blobs
        self.clock = BedClock(slack)
        self.records = Records(database, self.clock)
        self._stack = stack
        self.team = slack.workspace("Studio")
        self.member: Person = self.team.person("Member")
        self.guest: Person = self.team.person("Guest")
        self.channel: Channel = self.team.channel("art", members=[self.member, self.guest])
        self.api: Api
        self.adapter: SlackAdapter

    async def start(self, showing: Showing | None = None) -> None:
        """A process begins, and knows nothing but the data folder."""
        tokens = StaticTokens(self.team.id, SecretStr(self.team.bot_token))
        hosts = frozenset({"files.slack.com", self.slack.file_host})
        self.api = await self._stack.enter_async_context(
            Api.opened(tokens, api_base=self.slack.api_base, file_hosts=hosts, sleep=self.clock.sleep)
        )
        label = lambda provider, model: "Painter"  # noqa: E731
        self.adapter = SlackAdapter(self.api, self.records, self.blobs, self.clock, label, showing or Showing())
        self._stack.push_async_callback(self.adapter.aclose)

    # --- what people do -------------------------------------------------------------------------------------------

    async def wrote(self, *, channel: Channel | None = None, placeholder: bool = True) -> Spot:
        """Somebody mentioned Easel, which answered in the thread that it is at work."""
        channel = channel or self.channel
        said = await self.slack.say(self.member, channel, "a fox")
        working = await self.api.post(self.team.id, channel.id, "Waiting …", (), said.ts) if placeholder else ""
        return Spot(
            team=self.team.id, channel=channel.id, user=self.member.id, name=self.member.name, thread=said.ts,
            placeholder=working, asked=said.ts, status=True, direct=channel.kind == "im",
        )  # fmt: skip

    async def commanded(self, *, private: bool = False) -> Spot:
        """Somebody used /imagine; a message at the top level, or to them alone, says that Easel is at work."""
        spot = Spot(
            team=self.team.id, channel=self.channel.id, user=self.member.id, name=self.member.name, words="a fox",
            private=private, placeholder_in=self.slack.dm(self.member).id if private else "",
        )  # fmt: skip
        ts = await self.api.post(self.team.id, spot.at_work_in, at_work(spot, "Waiting …"))
        return replace(spot, placeholder=ts)

    # --- what is seen ---------------------------------------------------------------------------------------------

    def ours(self, channel: Channel | None = None) -> list[Message]:
        """Everything of Easel's that is there, oldest first."""
        channel = channel or self.channel
        return [each for each in channel.messages.values() if each.user is self.team.bot and not each.deleted]

    def alone(self) -> list[Message]:
        """What the member alone sees in the channel."""
        return self.slack.ephemerals(self.member, self.channel)

    def direct(self) -> list[Message]:
        """Everything of Easel's in the member's direct messages."""
        return self.ours(self.slack.dm(self.member))

    def methods(self) -> list[str]:
        """Which methods were called, in order."""
        return [call.method for call in self.slack.calls]

    # --- what the core does ---------------------------------------------------------------------------------------

    async def finished(
        self, spot: Spot, *, pictures: int = 1, private: bool | None = None, messages: Sequence[int] = (), **more: Any
    ) -> tuple[Destination, Finished, PostingPlan]:
        """An outcome with kept pictures, and how to post it: what `deliver` takes. `messages`: pictures in each."""
        to = encode(spot)
        data = picture()
        blob = await self.blobs.put(data)
        with Image.open(BytesIO(data)) as opened:
            size = Size(*opened.size)
        job, plan = JobId(new_id()), plan_of(private=spot.private if private is None else private)
        images = tuple(
            StoredImage(
                id=ImageId(new_id()), job=job, position=number, parent=None, blob=blob.key, media_type="image/png",
                size=size, size_bytes=blob.size_bytes, alt=f"A fox, {number}.", prompt="a fox",
                operation=Operation.GENERATE, provider=plan.provider, model=plan.model, place=place_of(spot),
                author=spot.user, private=plan.private, created_at_us=number,
            )
            for number in range(1, pictures + 1)
        )  # fmt: skip
        outcome = Finished(job, request_of(spot), plan, images, ("A remark.",), Cost(pictures, 0, measured=True))
        outcome = replace(outcome, **more)
        posted = fitting.fit(outcome.images, outcome.remarks, self.adapter.capabilities(to))
        if messages:
            files = [file for message in posted.messages for file in message]
            starts = [sum(messages[:index]) for index in range(len(messages))]
            split = tuple(tuple(files[at : at + size]) for at, size in zip(starts, messages, strict=True))
            posted = replace(posted, messages=split)
        return to, outcome, posted

    def unfinished(self, spot: Spot) -> tuple[Destination, Unfinished, PostingPlan]:
        """An outcome without a picture: what `deliver` takes."""
        plan = plan_of(private=spot.private)
        outcome = Unfinished(JobId(new_id()), request_of(spot), plan, "cannot_draw", SENTENCE)
        return encode(spot), outcome, PostingPlan(messages=())


def plan_of(*, private: bool) -> Plan:
    """An admitted request."""
    return Plan(
        provider="p", model="m", operation=Operation.GENERATE, text="a fox", size=Size(64, 48), private=private, seed=1
    )


def place_of(spot: Spot) -> Place:
    """In the core's terms."""
    return Place("slack", spot.team, spot.channel)


def request_of(spot: Spot) -> ImageRequest:
    """What was asked."""
    actor = Actor("slack", spot.team, spot.user, spot.name)
    return ImageRequest(new_id(), actor, place_of(spot), encode(spot), Operation.GENERATE, "a fox")


@asynccontextmanager
async def bed(folder: Path, *, profile: str = "full", alt_txt: str = "kept") -> AsyncIterator[Bed]:
    """A Slack and a data folder; the first process has begun."""
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(slack(share_after=0.01, profile=profile, alt_txt=alt_txt))
        database = await SqliteDatabase.open(folder / "easel.sqlite3")
        stack.push_async_callback(database.close)
        made = Bed(fake, database, FileBlobs(folder / "blobs"), stack)
        await made.records.prepare()
        await made.start()
        yield made


__all__ = ["SENTENCE", "Bed", "BedClock", "bed", "picture"]
