"""A whole Easel with the playground on a real loopback socket, for tests: only the provider is small.

Everything else is what runs in production: the store, admission, the worker, delivery, the web server. `Browser` speaks
HTTP as the page does, cookie and `Origin` included.
"""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from PIL import Image
from support_charts import drawn

from bots.http import Readiness, create_app
from bots.web.app import Playground
from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.errors import CannotDraw
from core.identity import Pseudonyms
from core.model import Background, Mode, OutputFormat, Quality, Size, StageName
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ModelProfile,
    Order,
    Preview,
    ProviderEvent,
    Stage,
    Usage,
)
from core.queue.local import LocalQueue
from core.quota import Limit, Scope, Unit, Window
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.worker import Pace, Worker

SHUTDOWN_SECONDS = 3.0  # how long a stop waits for open connections
TOKEN = "a-token-for-tests-only"
PROVIDER = "illustrator"  # so that its price is found
LIMITS = (
    Limit(Scope.ROLE, "everyone", Unit.IMAGES, Window.DAY, 3),
    Limit(Scope.ROLE, "member", Unit.IMAGES, Window.DAY, 30),
    Limit(Scope.ROLE, "designer", Unit.IMAGES, Window.DAY, 100),
)


def png(width: int = 64, height: int = 48, colour: str = "tomato") -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def hole(width: int, height: int) -> bytes:
    """A mask with its left half open: alpha 0 is where an edit may happen."""
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    out = io.BytesIO()
    mask.save(out, "PNG")
    return out.getvalue()


class Painter:
    """An `ImageProvider` that fills its canvas with one colour. "slowly" waits for `go`, "impossible" is refused."""

    def __init__(self, name: str = PROVIDER) -> None:
        self.name = name  # whose price is in the table
        self.go = asyncio.Event()
        self.orders: list[Order] = []
        self.nanodollars = 0

    def profile(self, model: str) -> ModelProfile:
        return ModelProfile(
            provider=self.name,
            model=self.name,
            label="Painter",
            edge_multiple=2,
            longest_edge=4096,
            pixels_min=64,
            pixels_max=4096 * 4096,
            ratio_max=3.0,
            sizes=(),
            qualities=frozenset(Quality),
            formats=frozenset(OutputFormat),
            backgrounds=frozenset(Background),
            modes=frozenset({Mode.INSTANT}),
            count_max=10,
            references_max=4,
            masks=True,
            previews_max=2,
            repeatable=True,
        )

    async def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        async with aclosing(self._paint(order, into, Size(64, 48))) as events:
            async for event in events:
                yield event

    async def edit(self, order: EditOrder, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        async with aclosing(self._paint(order, into, order.source.size)) as events:
            async for event in events:
                yield event

    async def _paint(self, order: Order, into: BlobStore, size: Size) -> AsyncIterator[ProviderEvent]:
        self.orders.append(order)
        yield Stage(StageName.PLANNING)
        if "impossible" in order.text:
            raise CannotDraw("I cannot draw the impossible.", "Ask for something else.")
        yield Stage(StageName.DRAWING)
        yield Preview(png(16, 12, "gray"), "image/png")
        if "slowly" in order.text:
            await self.go.wait()
        for index in range(order.count):
            colour = f"#{(hash_of(order.text) + index * 4099) % 0xFFFFFF:06x}"
            blob = await into.put(png(size.width, size.height, colour))
            yield Drawn(blob, size, "image/png", alt=f"A field of {colour}")
        yield Usage(images=order.count, nanodollars=self.nanodollars)


def hash_of(text: str) -> int:
    """The same in every process, unlike `hash`."""
    return int.from_bytes(text.encode()[-3:], "big")


@dataclass
class House:
    """A running Easel."""

    url: str
    port: int
    painter: Painter
    playground: Playground
    studio: Studio
    store: Store
    readiness: Readiness
    database: SqliteDatabase
    blobs: FileBlobs

    def browser(self, person: str = "member", channel: str = "studio") -> Browser:
        """Someone at the page."""
        return Browser(self, person, channel)


@asynccontextmanager
async def house(
    folder: Path, *, limits: Sequence[Limit] = LIMITS, allowed_hosts: Sequence[str] = (), provider: str = PROVIDER
) -> AsyncIterator[House]:
    """An Easel on a free port; leaving it stops it, and it may be started again on the same folder."""
    async with AsyncExitStack() as stack:
        stack.enter_context(nothing_broke())
        folder.mkdir(parents=True, exist_ok=True)
        database = await SqliteDatabase.open(folder / "easel.sqlite3")
        stack.push_async_callback(database.close)
        await migrate(database)
        clock, blobs, queue, painter = SystemClock(), FileBlobs(folder / "blobs"), LocalQueue(), Painter(provider)
        playground = Playground(
            database, blobs, clock, token=TOKEN, provider_label="Painter", product_version="0.0.0-test"
        )
        await playground.prepare()
        store = Store(database, clock)
        providers, adapters = {provider: painter}, {"web": playground.adapter}
        admission = Admission(
            store, queue, providers, Rules(provider, provider, limits), clock, Office.over(database, clock)
        )
        secret = Pseudonyms(b"k" * 32)
        draughtsman = Draughtsman(store, blobs, providers, adapters, secret, clock, seconds_max=60.0)
        delivery = Delivery(store, blobs, adapters, admission.allowances, clock, Patience(), admission.manner)
        metrics = Metrics()
        worker = Worker(store, queue, draughtsman, delivery, adapters, clock, Pace(), metrics)
        studio = Studio(store, blobs, admission, queue, draughtsman, worker, metrics, drawn)
        playground.attach(studio)
        readiness = Readiness()
        app = create_app(playground, readiness, metrics, allowed_hosts=allowed_hosts)
        await store.sweep(draughtsman.repeatable, boot=True)
        running = asyncio.create_task(worker.run())
        stack.push_async_callback(_stopped, running)
        port = await _listening(app, stack)
        yield House(f"http://127.0.0.1:{port}", port, painter, playground, studio, store, readiness, database, blobs)


@contextmanager
def nothing_broke() -> Iterator[None]:
    """A defect that the worker survives is a defect all the same."""
    with structlog.testing.capture_logs() as lines:
        yield
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []


async def _listening(app: web.Application, stack: AsyncExitStack) -> int:
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    return port


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@dataclass
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def sentence(self) -> str:
        """What a refusal says."""
        return str(self.json["error"]["sentence"])


@dataclass
class Browser:
    """Speaks to the playground as its page does."""

    house: House
    person: str
    channel: str
    session: aiohttp.ClientSession = field(init=False)

    async def __aenter__(self) -> Browser:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        answer = await self.post("/api/session", {"token": TOKEN})
        assert answer.status == 204, answer.body
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, data: bytes | None = None
    ) -> Answer:
        url = path if path.startswith("http") else self.house.url + path
        own = {"Origin": self.house.url} if method != "GET" else {}
        body = None if data is None else io.BytesIO(data)
        sent = {**own, **(headers or {})}
        async with self.session.request(method, url, headers=sent, data=body) as response:
            return Answer(response.status, dict(response.headers), await response.read())

    async def get(self, path: str, **query: str | int) -> Answer:
        asked = "&".join(f"{name}={value}" for name, value in {"person": self.person, **query}.items())
        return await self.send("GET", f"{path}{'&' if '?' in path else '?'}{asked}")

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        return await self.send(
            "POST", path, headers={"Content-Type": "application/json"}, data=json.dumps(body).encode()
        )

    async def say(self, text: str, **fields: Any) -> Answer:
        """Send a message from the composer."""
        body = {"client_key": str(uuid.uuid4()), "person": self.person, "channel": self.channel, "thread": None}
        return await self.post("/api/messages", {**body, "text": text, **fields})

    async def press(self, verb: str, image: str, **fields: Any) -> Answer:
        """Press a button under a picture."""
        body = {"client_key": str(uuid.uuid4()), "person": self.person, "channel": self.channel, "thread": None}
        return await self.post("/api/actions", {**body, "verb": verb, "image": image, **fields})

    async def choose(self, message: Mapping[str, Any], act: str) -> Answer:
        """Press a button of a question."""
        subject = next(each["subject"] for each in message["choices"] if each["act"] == act)
        body = {"person": self.person, "channel": self.channel, "act": act, "subject": subject}
        return await self.post("/api/choices", body)

    async def upload(self, data: bytes, name: str = "photo.png", *, purpose: str = "picture") -> Answer:
        headers = {"Content-Type": "image/png", "X-File-Name": name}
        path = f"/api/uploads?person={self.person}&purpose={purpose}"
        return await self.send("POST", path, headers=headers, data=data)

    async def messages(self, **query: str | int) -> list[dict[str, Any]]:
        answer = await self.get("/api/messages", channel=self.channel, **query)
        assert answer.status == 200, answer.body
        return list(answer.json["messages"])

    async def drawn(self, text: str, **fields: Any) -> dict[str, Any]:
        """Say something that draws, and wait for the message that it becomes."""
        answer = await self.say(text, **fields)
        assert answer.status == 202, answer.body
        return await self.outcome(answer.json["job"], fields.get("thread"))

    async def outcome(self, job: str, thread: str | None = None) -> dict[str, Any]:
        """The job's message, once it is no longer at work."""
        asked = {} if thread is None else {"thread": thread}
        for _ in range(400):
            for message in await self.messages(**asked):
                if message["job"] == job and message["kind"] != "working":
                    return message
            await asyncio.sleep(0.02)
        raise AssertionError("the job did not end")

    @asynccontextmanager
    async def listening(self, after: int, channel: str | None = None) -> AsyncIterator[Stream]:
        """The stream of changes."""
        query = f"channel={channel or self.channel}&person={self.person}&after={after}"
        async with self.session.get(f"{self.house.url}/api/events?{query}") as response:
            assert response.status == 200
            yield Stream(response)


@dataclass
class Event:
    """One server-sent event."""

    kind: str
    number: int | None
    data: dict[str, Any]


@dataclass
class Stream:
    """Server-sent events, parsed as a browser does."""

    response: aiohttp.ClientResponse

    async def next(self, seconds: float = 5.0) -> Event:
        """The next event; comments are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                fields: dict[str, str] = {}
                while line := (await self.response.content.readline()).decode().rstrip("\n"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
                if not fields:
                    raise EOFError("the stream ended")
                if "event" in fields:
                    number = int(fields["id"]) if "id" in fields else None
                    return Event(fields["event"], number, json.loads(fields["data"]))

    async def until(self, wanted: str, **having: object) -> Event:
        """The next event of a kind whose data has these values."""
        while True:
            event = await self.next()
            if event.kind == wanted and all(event.data.get(name) == value for name, value in having.items()):
                return event
