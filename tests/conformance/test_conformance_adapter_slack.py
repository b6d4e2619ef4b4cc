"""Slack's adapter held against every adapter's promises, on the wire: asked in every way there is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conformance.adapter_suite import AdapterPromises, Seen, Stage
from emulators.slack_api.world import Channel, Message, Person
from support_slack_adapter import Bed, bed

from bots.slack.destination import Spot, encode
from bots.slack.pictures import seen_in
from bots.slack.result_blocks import images_in
from core.model import Actor, Destination, ImageRef, Place

WORKING = ("Waiting", "Getting", "Planning", "Looking", "Drawing", "Checking", "Posting", "It is for you alone")


class MessageStage:
    """Asked by a message in a channel."""

    def __init__(self, on: Bed) -> None:
        self._on = on
        self.blobs = on.blobs
        self.actor = Actor("slack", on.team.id, on.member.id, on.member.name)
        self.place = Place("slack", on.team.id, on.channel.id)
        self.adapter = on.adapter

    async def spot(self) -> Spot:
        return await self._on.wrote()

    async def asked(self) -> Destination:
        return encode(await self.spot())

    async def gone(self) -> Destination:
        """A workspace from which Easel was removed."""
        return encode(replace(await self.spot(), team="T0ELSEWHERE"))

    async def attached(self, data: bytes) -> ImageRef:
        said = await self._on.slack.say(self._on.member, self._on.channel, "look", files=[("photo.png", data)])
        shown = self._on.slack.shown(said.message)
        [found] = seen_in(shown, self._on.team.id).pictures
        return found.ref()

    async def seen(self, *, by_another: bool = False) -> Sequence[Seen]:
        person = self._on.guest if by_another else self._on.member
        channels = [self._on.channel, self._on.slack.dm(person)]
        messages = [*self._public(channels), *self._ephemeral(person)]
        return [each for each in messages if not each.text.rpartition("\n")[2].startswith(WORKING)]

    def _public(self, channels: Sequence[Channel]) -> list[Seen]:
        """A picture and the buttons under it are one message to a person."""
        found = []
        for channel in channels:
            ours = self._on.ours(channel)
            under = [each for each in ours if images_in(each.blocks)]
            for message in ours:
                if message in under:
                    continue
                buttons = _buttons_of(message, ours, under) if message.files else None
                text = message.text if buttons is None else f"{message.text} {buttons.text}"
                images = () if buttons is None else images_in(buttons.blocks)
                assert len(images) == len(message.files)
                found.append(Seen(message.ts, text, images, len(message.versions)))
        return found

    def _ephemeral(self, person: Person) -> list[Seen]:
        seen = self._on.slack.ephemerals(person, self._on.channel)
        return [Seen(each.ts, each.text, (), len(each.versions)) for each in seen]

    async def restarted(self) -> None:
        await self._on.start()
        self.adapter = self._on.adapter


def _buttons_of(message: Message, ours: Sequence[Message], under: Sequence[Message]) -> Message:
    """The one that came for it: in its thread, and in the order of the pictures."""
    pictures = [each for each in ours if each.files and each.root == message.root]
    rows = [each for each in under if each.root == message.root]
    return rows[pictures.index(message)]


class CommandStage(MessageStage):
    """Asked by a command."""

    async def spot(self) -> Spot:
        return await self._on.commanded()


class DirectStage(MessageStage):
    """Asked in direct messages."""

    async def spot(self) -> Spot:
        return await self._on.wrote(channel=self._on.slack.dm(self._on.member))


STAGES: dict[str, Callable[[Bed], Stage]] = {"command": CommandStage, "direct": DirectStage, "message": MessageStage}


class TestSlack(AdapterPromises):
    """The promises, for each way to ask."""

    @pytest.fixture(params=sorted(STAGES))
    async def stage(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
        async with bed(tmp_path) as on:
            yield STAGES[request.param](on)
