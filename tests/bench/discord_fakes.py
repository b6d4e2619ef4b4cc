"""The fake Discord and the fake image API in a process of their own, with the people who ask: python discord_fakes.py

One process sends every command, takes every answer and draws every picture: one clock says how long each took. Two
bots may connect to the one application, as two shards: what happens in the first server is told to shard 0, what
happens in the second one to shard 1.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from dataclasses import asdict, dataclass

from api_child import KEY, obey
from beside import Timed
from emulators.discord_api.interactions import Interaction
from emulators.discord_api.people import Seen
from emulators.discord_api.server import FakeDiscord
from emulators.image_api.pictures import heavy

PEOPLE, CHANNELS = 2000, 20  # so many that nobody meets a limit
FILE_BYTES = 1_800_000  # about what a model's 1024 x 1024 PNG weighs
PROMPT = "a lighthouse on a cliff at dusk, watercolour, soft light"
GRACE_SECONDS = 30.0
PER_SECOND = 300
WORDS = 60


@dataclass(frozen=True, slots=True)
class Answered:
    """How a number of commands were acknowledged."""

    commands: int
    seconds: float  # from the first command to the last one
    ways_ms: list[float]  # from each command's event to its acknowledgement; Discord's three seconds where it was late
    late: int  # later than that, or never


class Fakes:
    """What the bench tells this process to do."""

    def __init__(self, discord: FakeDiscord, images: Timed) -> None:
        self._discord, self._images = discord, images
        guilds = [discord.guild(f"Server {shard}", guild_id=_server_of(discord, shard)) for shard in range(2)]
        self._channels = [[discord.channel(f"art-{n}", guild=guild) for n in range(CHANNELS)] for guild in guilds]
        self._people = [discord.user(f"Member {number}") for number in range(PEOPLE)]
        self._asked = 0
        self._interactions: list[Interaction] = []

    async def connected(self, shards: int) -> None:
        """Wait for so many shards, and for the commands."""
        await self._discord.connected(shards, commands=True, seconds=30)

    async def steadily(self, commands: int) -> dict[str, object]:
        """Ask at the rate that is promised."""
        return await self._storm(commands, 1 / PER_SECOND)

    async def at_once(self, commands: int) -> dict[str, object]:
        """Ask as fast as this process can."""
        return await self._storm(commands, 0.0)

    async def _storm(self, commands: int, gap_seconds: float) -> dict[str, object]:
        began, seen = time.monotonic(), []
        for number in range(commands):
            wait = began + number * gap_seconds - time.monotonic()
            await asyncio.sleep(max(0.0, wait))
            seen.append(await self._ask(0, wait=False))
        seconds = time.monotonic() - began
        await self._answers(seen)
        late = sum(each.asked.too_late or each.asked.callback is None for each in seen)
        return asdict(Answered(commands, seconds, [self._way_ms(each.asked) for each in seen], late))

    def _way_ms(self, asked: Interaction) -> float:
        if asked.acknowledged_at is None:
            return self._discord.acknowledge_seconds * 1000
        return (asked.acknowledged_at - asked.sent_at) * 1000

    async def _answers(self, seen: list[Seen]) -> None:
        """Each is acknowledged or gives up after three seconds; whoever did neither by then is told of in the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while any(each.asked.callback is None and not each.asked.too_late for each in seen):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def _ask(self, shard: int, *, wait: bool) -> Seen:
        person = self._people[self._asked % PEOPLE]
        channel = self._channels[shard][self._asked % CHANNELS]
        self._asked += 1
        seen = await person.slash(channel, "imagine", wait=wait, prompt=f"{PROMPT}, no {self._asked}", ratio="1:1")
        self._interactions.append(seen.asked)
        return seen

    async def story(self) -> dict[str, object]:
        """What became of every command so far, and of the connection: for what is missing in the end."""
        sessions = self._discord.gateway.sessions.values()
        return {
            "identified": len(self._discord.gateway.identified),
            "resumed": sum(each.resumed for each in sessions),
            "connected": len(self._discord.gateway.live),
            "commands": [self._told(each) for each in self._interactions],
        }

    def _told(self, asked: Interaction) -> tuple[str, str, str]:
        """Its id, how it was acknowledged, and the words of what answered it."""
        ack = "never acknowledged" if asked.callback is None else f"acknowledged ({asked.callback.name})"
        words = " / ".join(each.text for each in asked.messages if each.text)
        return str(asked.id), "acknowledged too late" if asked.too_late else ack, words[:WORDS]

    async def picture(self, shard: int) -> float:
        """A command, and its picture: what the way took beyond the image API's own time, in ms."""
        self._images.requests.clear()
        seen = await self._ask(shard, wait=False)
        await seen.picture(30)
        posted = time.monotonic()
        assert len(self._images.requests) == 1, "each picture is asked for once"
        return (posted - seen.asked.sent_at - self._images.took_seconds) * 1000


def _server_of(discord: FakeDiscord, shard: int) -> int:
    """A server's id that belongs to this shard of two (Discord, "Gateway", Sharding)."""
    ids = (discord.world.clock.guild_snowflake() for _ in range(2))
    return next(each for each in ids if (each >> 22) % 2 == shard)


async def main(think_seconds: float) -> None:
    """Say where everything is, then do as told."""
    discord = await FakeDiscord.start()
    images = await Timed.start(artist=heavy(FILE_BYTES), delay_seconds=think_seconds, key=KEY)
    discord.calls.keeps = False
    fakes = Fakes(discord, images)
    where = {
        "token": discord.token,
        "api_base": discord.api_base,
        "gateway_url": discord.gateway_url,
        "file_host": discord.file_host,
        "image_api": images.base_url,
    }
    print(json.dumps(where), flush=True)
    await obey(
        {
            "connected": fakes.connected,
            "steadily": fakes.steadily,
            "at-once": fakes.at_once,
            "story": lambda _: fakes.story(),
            "ours": lambda _: fakes.picture(0),
            "plain": lambda _: fakes.picture(1),
        }
    )
    await images.aclose()
    await discord.aclose()


asyncio.run(main(float(sys.argv[1])))
