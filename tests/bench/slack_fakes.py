"""Two fake Slacks and a fake image API in a process of their own, with the people who ask: python slack_fakes.py THINK

One process says every word, takes every acknowledgement and shows every picture: one clock says how long each took.
Easel is the app of the first Slack, and what it is compared with the app of the second one.

A mention is two events, `message` and `app_mention`. What an app posts comes back to it as further events; they have to
be acknowledged as well, and count wherever it says "late".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass

from api_child import KEY, obey
from beside import Timed
from emulators.image_api.pictures import heavy
from emulators.slack_api.deliveries import Delivery
from emulators.slack_api.pressing import Commanded
from emulators.slack_api.recorded import Call, Calls
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.values import ACK_SECONDS
from emulators.slack_api.world import Channel, Message, Person, Workspace

PEOPLE, CHANNELS = 2000, 50  # so many that nobody meets a limit
FILE_BYTES = 1_800_000  # about what a model's 1024 x 1024 PNG weighs
PROMPT = "a lighthouse on a cliff at dusk, watercolour, soft light"
GRACE_SECONDS = 30.0
PER_SECOND = 300
AFTERWARDS_SECONDS = 0.7  # so that what comes after Easel's picture is no part of the other one's way
COMMAND_EACH = 3  # every third request is a command: of ten events eight are mentions'


@dataclass(frozen=True, slots=True)
class Answered:
    """How what people did was acknowledged."""

    events: int
    seconds: float  # from the first event to the last one
    ways_ms: list[float]  # from each event to its acknowledgement; Slack's three seconds where it was late


@dataclass(frozen=True, slots=True)
class Since:
    """What else was to be acknowledged since this was asked last, and what the app did."""

    events: int  # of all kinds
    late: int  # not acknowledged within three seconds
    calls: int  # of the Web API
    pictures: int  # that people can see


class Counted(Calls):
    """Only how many: thousands with all that they said would be in the way."""

    count = 0

    def add(self, call: Call) -> None:
        """One more."""
        self.count += 1


class Town:
    """One of the two: a workspace with its people, and an app in it."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack, self.calls = slack, Counted()
        slack.calls = self.calls
        self.team: Workspace = slack.workspace()
        self.people: list[Person] = [self.team.person(f"Member {number}") for number in range(PEOPLE)]
        self.channels: list[Channel] = [
            self.team.channel(f"art-{number}", members=self.people[number::CHANNELS]) for number in range(CHANNELS)
        ]
        self.asked = 0

    @property
    def where(self) -> dict[str, str]:
        """What an app has to know."""
        return {
            "bot_token": self.team.bot_token,
            "app_token": self.slack.app_token,
            "signing_secret": self.slack.signing_secret,
            "api_base": self.slack.api_base,
            "file_host": self.slack.file_host,
        }

    def next(self) -> tuple[Person, Channel, str]:
        """Somebody else each time, and other words."""
        number, self.asked = self.asked, self.asked + 1
        return self.people[number % PEOPLE], self.channels[number % CHANNELS], f"{PROMPT}, no {number}"


class Fakes:
    """What the bench tells this process to do."""

    def __init__(self, ours: FakeSlack, plain: FakeSlack, images: Timed) -> None:
        self.towns = [Town(ours), Town(plain)]
        self._images = images
        self._asked: list[tuple[str, list[Delivery]]] = []  # the core's keys, and the events of each
        self._commands: list[asyncio.Task[Commanded]] = []
        self._told = self._called = self._shown = 0  # what was said of the first town before

    async def connected(self, towns: int) -> None:
        """Wait for the app of so many of them."""
        for town in self.towns[:towns]:
            await town.slack.connected(1, 30)

    async def over_http(self, port: int) -> None:
        """From now on the first Slack posts to this port."""
        await self.towns[0].slack.connect_http(f"http://127.0.0.1:{port}/slack/events")

    async def steadily(self, events: int) -> dict[str, object]:
        """Ask at the rate that is promised."""
        return await self._storm(events, 1 / PER_SECOND)

    async def at_once(self, events: int) -> dict[str, object]:
        """Ask as fast as this process can."""
        return await self._storm(events, 0.0)

    async def keys(self, _: int) -> list[str]:
        """What has to become a job, by the core's keys: whatever was acknowledged."""
        return [key for key, events in self._asked if any(each.acknowledged for each in events)]

    async def since(self, _: int) -> dict[str, object]:
        """Everything that happened since this was asked last."""
        town = self.towns[0]
        deliveries = town.slack.deliveries[self._told :]
        pictures = sum(each.shared for each in town.slack.files_by_id.values())
        late = sum(bool(each.attempts) and _way_ms(each) >= ACK_SECONDS * 1000 for each in deliveries)
        found = Since(len(deliveries), late, town.calls.count - self._called, pictures - self._shown)
        self._told, self._called, self._shown = len(town.slack.deliveries), town.calls.count, pictures
        return asdict(found)

    async def story(self, _: int) -> dict[str, int]:
        """What people were told that nobody else sees, and how often: for what is missing in the end."""
        channels = self.towns[0].channels
        return dict(Counter(each.text for channel in channels for each in channel.ephemerals))

    async def _storm(self, events: int, gap_seconds: float) -> dict[str, object]:
        began, sent = time.monotonic(), 0
        mentions: list[Delivery] = []
        self._commands.clear()
        while sent < events:
            await asyncio.sleep(max(0.0, began + sent * gap_seconds - time.monotonic()))
            told = await self._ask()
            mentions += told
            sent += len(told) or 1
        seconds = time.monotonic() - began
        await self._settled(mentions)
        commands = [each.result().delivery for each in self._commands]
        return asdict(Answered(sent, seconds, [_way_ms(each) for each in (*mentions, *commands)]))

    async def _ask(self) -> list[Delivery]:
        """A mention's events; or a command, whose event is known when it is over."""
        town = self.towns[0]
        person, channel, words = town.next()
        words = f"{words} --ar 1:1 --size 2k"
        if town.asked % COMMAND_EACH == 0:
            self._commands.append(asyncio.create_task(self._command(person, channel, words)))
            return []
        said = await town.slack.say(person, channel, words, mention=True)
        self._asked.append((f"slack:{town.team.id}:m:{channel.id}:{said.ts}", said.deliveries))
        return said.deliveries

    async def _command(self, person: Person, channel: Channel, words: str) -> Commanded:
        town = self.towns[0]
        acted = await town.slack.command(person, channel, "/imagine", words)
        self._asked.append((f"slack:{town.team.id}:c:{acted.trigger_id}", [acted.delivery]))
        return acted

    async def _settled(self, mentions: list[Delivery]) -> None:
        """Each is acknowledged, or was once given up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while not all(each.attempts for each in mentions):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        await asyncio.gather(*self._commands)

    async def picture(self, which: int) -> float:
        """A mention, and its picture: what the way took beyond the image API's own time, in ms."""
        town = self.towns[which]
        self._images.requests.clear()
        person, channel, words = town.next()
        began = time.monotonic()
        said = await town.slack.say(person, channel, words, mention=True)
        await town.slack.until(lambda: _shown(said.message), "a picture", 30)
        shared = time.monotonic()
        assert len(self._images.requests) == 1, "each picture is asked for once"
        await asyncio.sleep(AFTERWARDS_SECONDS if which == 0 else 0)
        return (shared - began - self._images.took_seconds) * 1000


def _shown(asked: Message) -> bool:
    return any(each.files for each in asked.replies())


def _way_ms(event: Delivery) -> float:
    first = event.attempts[0] if event.attempts else None
    return ACK_SECONDS * 1000 if first is None or first.ms is None else float(first.ms)


async def main(think_seconds: float) -> None:
    """Say where everything is, then do as told."""
    ours, plain = await FakeSlack.start(), await FakeSlack.start()
    images = await Timed.start(artist=heavy(FILE_BYTES), delay_seconds=think_seconds, key=KEY)
    fakes = Fakes(ours, plain, images)
    where = {"ours": fakes.towns[0].where, "plain": fakes.towns[1].where, "image_api": images.base_url}
    print(json.dumps(where), flush=True)
    await obey(
        {
            "connected": fakes.connected,
            "over-http": fakes.over_http,
            "steadily": fakes.steadily,
            "at-once": fakes.at_once,
            "keys": fakes.keys,
            "since": fakes.since,
            "story": fakes.story,
            "ours": lambda _: fakes.picture(0),
            "plain": lambda _: fakes.picture(1),
        }
    )
    for each in (images, ours, plain):
        await each.aclose()


asyncio.run(main(float(sys.argv[1])))
