"""Discord's adapter held against every adapter's promises, on the wire: asked by a command, and asked by a message."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conformance.adapter_suite import AdapterPromises, Seen, Stage
from emulators.discord_api.uploads import Upload
from emulators.discord_api.world import Channel
from support_discord_adapter import Bed, bed

from bots.discord.components import images_under
from bots.discord.destination import encode
from bots.discord.pictures import images_of
from core.model import Actor, Destination, ImageRef, Place

WORKING = ("Waiting", "Looking", "Planning", "Drawing", "Checking", "Posting")


class DiscordStage:
    """A server on the fake Discord, without a gateway: the adapter is what is under test."""

    def __init__(self, on: Bed) -> None:
        self._on = on
        self.blobs = on.blobs
        self.actor = Actor("discord", str(on.guild.id), str(on.member.id), on.member.name)
        self.place = Place("discord", str(on.guild.id), str(on.channel.id))
        self.adapter = on.adapter

    async def asked(self) -> Destination:
        """By a slash command."""
        return encode((await self._on.asked())[0])

    async def gone(self) -> Destination:
        """A channel that was deleted, and an interaction whose time is over."""
        spot, _ = await self._on.asked(channel=await self._channel_of_yesterday())
        return encode(replace(spot, expires_at_us=1))

    async def _channel_of_yesterday(self) -> Channel:
        channel = self._on.discord.channel("yesterday", guild=self._on.guild)
        await self._on.discord.close_channel(channel)
        return channel

    async def attached(self, data: bytes) -> ImageRef:
        message = await self._on.member.say(self._on.channel, files=[Upload("photo.png", data)])
        return images_of(self._on.discord.shown.message(message, content=True))[0]

    async def seen(self, *, by_another: bool = False) -> Sequence[Seen]:
        person = self._on.guest if by_another else self._on.member
        messages = [*self._on.seen(person=person), *self._on.seen(person.dm(), person)]
        return [
            Seen(str(each.id), each.text, images_under(each.components), len(each.versions))
            for each in messages
            if not each.text.startswith(WORKING)
        ]

    async def restarted(self) -> None:
        await self._on.start()
        self.adapter = self._on.adapter


class MessageStage(DiscordStage):
    """The same, asked by writing to it."""

    async def asked(self) -> Destination:
        return encode((await self._on.wrote())[0])

    async def gone(self) -> Destination:
        channel = self._on.discord.channel("yesterday", guild=self._on.guild)
        spot, _, _ = await self._on.wrote(channel=channel)
        await self._on.discord.close_channel(channel)
        return encode(spot)


STAGES: dict[str, Callable[[Bed], Stage]] = {"command": DiscordStage, "message": MessageStage}


class TestDiscord(AdapterPromises):
    """The promises, for each way to ask."""

    @pytest.fixture(params=sorted(STAGES))
    async def stage(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
        async with bed(tmp_path) as on:
            yield STAGES[request.param](on)
