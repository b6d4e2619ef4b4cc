"""A channel of the fake Discord, a person in it, and a bot that does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from emulators.discord_api.people import Person
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.world import Channel
from support_discord_gateway import Connection, Heard, connection, settings_of

from bots.discord.commands import payload
from bots.discord.desk import Desk


@dataclass
class Stage:
    """A channel, a person, and a bot that does as the test says."""

    server: FakeDiscord
    channel: Channel
    person: Person
    easel: Connection

    def plays(self, handle: Callable[[Any], Awaitable[object]]) -> None:
        async def played(event: Any) -> None:
            await handle(event)

        self.easel.heard.on_interaction = self.easel.heard.on_message = played

    async def asks(self, **more: Any) -> Any:
        return await self.person.slash(self.channel, "imagine", prompt="a fox", **more)

    @property
    def desk(self) -> Desk:
        """As far as answering needs one."""
        none = cast(Any, None)
        return Desk(none, none, self.easel.rest, none, none, none, settings_of(self.server), lambda: True)

    async def settled(self) -> None:
        """All that the bot had begun is done."""
        for login in self.easel.logins:
            if login._busy:
                await asyncio.wait(login._busy, timeout=5)

    def sees(self) -> list[tuple[str, bool]]:
        return [(message.text, message.ephemeral) for message in self.person.sees(self.channel)]


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    server = await FakeDiscord.start()
    try:
        channel, person = server.channel("art"), server.user("Member")
        server.commands[None] = [each | {"id": str(number)} for number, each in enumerate(payload(), 1)]
        async with connection(server, folder, heard=Heard()) as easel:
            yield Stage(server, channel, person, easel)
    finally:
        await server.aclose()
