"""The core without any platform of the product: a board to post on, and a provider that does as told."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from core.administration.office import Office
from core.admission import Admission, Rules
from core.blobs.files import FileBlobs
from core.clock import SystemClock
from core.delivery import Delivery, Patience
from core.drawing import Draughtsman
from core.errors import Gone
from core.identity import Pseudonyms
from core.model import (
    Actor,
    Admitted,
    Background,
    Capabilities,
    Click,
    Destination,
    Finished,
    ImageRef,
    ImageRequest,
    JobId,
    MessageRef,
    Mode,
    Operation,
    Outcome,
    OutputFormat,
    Place,
    PostingPlan,
    Progress,
    Quality,
    Size,
    StageName,
    Unfinished,
    Verb,
    new_id,
)
from core.ports import (
    BlobStore,
    Drawn,
    EditOrder,
    GenerateOrder,
    ModelProfile,
    Order,
    ProviderEvent,
    SafetyCheck,
    Stage,
    Usage,
)
from core.providers.own_accounts import Connected, OwnAccounts
from core.queue.local import LocalQueue
from core.quota import Limit, Scope, Unit, Window
from core.sealing import seal_of
from core.store.inventory import Inventory
from core.store.migrate import migrate
from core.store.sqlite import SqliteDatabase
from core.store.store import Store
from core.studio import Studio
from core.telemetry import Metrics
from core.upkeep import Rhythm, Upkeep
from core.worker import Pace, Worker

BOARD = "board"
SECONDS = 10.0


class Board:
    """A `PlatformAdapter`: keeps what is posted, and can be told to fail first."""

    platform = BOARD

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.posted: dict[JobId, Outcome] = {}
        self.posts = 0
        self.told: list[Progress] = []
        self.failures: list[Exception] = []  # raised by the next deliveries, in this order
        self.media_types = frozenset({"image/png", "image/jpeg", "image/webp"})
        self.file_bytes = 10_000_000
        self.plans: dict[JobId, PostingPlan] = {}
        self._news = asyncio.Event()

    def capabilities(self, at: Destination) -> Capabilities:
        return Capabilities(
            file_bytes=self.file_bytes,
            message_bytes=25_000_000,
            files=10,
            media_types=self.media_types,
            text_characters=2000,
            alt_characters=1000,
            previews=True,
            progress_interval_us=1000,
            ephemeral=True,
        )

    async def open(self, ref: ImageRef) -> bytes:
        if ref.token not in self.files:
            raise Gone("The attached file is no longer here.", "Attach it again.")
        return self.files[ref.token]

    async def progress(self, to: Destination, update: Progress) -> None:
        self.told.append(update)

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        if self.failures:
            raise self.failures.pop(0)
        self.posts += 1
        self.posted[outcome.job] = outcome
        self.plans[outcome.job] = plan
        self._news.set()
        return (MessageRef(BOARD, "wall", f"post-{outcome.job}"),)

    async def outcome(self, job: JobId) -> Outcome:
        """What was posted for this job, once it is."""
        async with asyncio.timeout(SECONDS):
            while job not in self.posted:
                self._news.clear()
                await self._news.wait()
        return self.posted[job]

    async def finished(self, job: JobId) -> Finished:
        """The same, with pictures."""
        outcome = await self.outcome(job)
        assert isinstance(outcome, Finished), outcome
        return outcome

    async def unfinished(self, job: JobId) -> Unfinished:
        """The same, without."""
        outcome = await self.outcome(job)
        assert isinstance(outcome, Unfinished), outcome
        return outcome


@dataclass
class Hand:
    """An `ImageProvider` whose every picture is the same square, after `meanwhile` has happened."""

    repeatable: bool = True
    meanwhile: Callable[[Order], Awaitable[None]] | None = None
    images: int | None = None  # what counts against an allowance; None: as many as were drawn
    nanodollars: int | None = 0
    orders: list[Order] = field(default_factory=list)
    name: str = "illustrator"  # whose price is in the table

    def profile(self, model: str) -> ModelProfile:
        return ModelProfile(
            provider=self.name,
            model=self.name,
            label="A steady hand",
            edge_multiple=16,
            longest_edge=3840,
            pixels_min=655_360,
            pixels_max=8_294_400,
            ratio_max=3.0,
            sizes=(),
            qualities=frozenset(Quality),
            formats=frozenset(OutputFormat),
            backgrounds=frozenset({Background.AUTO, Background.OPAQUE}),
            modes=frozenset({Mode.INSTANT}),
            count_max=10,
            references_max=4,
            masks=True,
            previews_max=0,
            repeatable=self.repeatable,
        )

    async def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        async for event in self._draw(order, into):
            yield event

    async def edit(self, order: EditOrder, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        async for event in self._draw(order, into):
            yield event

    async def _draw(self, order: Order, into: BlobStore) -> AsyncIterator[ProviderEvent]:
        self.orders.append(order)
        yield Stage(StageName.DRAWING)
        if self.meanwhile is not None:
            await self.meanwhile(order)
        for index in range(order.count):
            blob = await into.put(square((order.seed + index) % 256))
            yield Drawn(blob, Size(64, 64), "image/png", alt=f"square {index + 1}")
        if "breaks off" in order.text:
            return
        yield Usage(order.count if self.images is None else self.images, self.nanodollars)


def square(shade: int) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("L", (64, 64), shade).save(out, "PNG")
    return out.getvalue()


@dataclass
class House:
    """A core at work."""

    board: Board
    hand: Hand
    studio: Studio
    store: Store
    worker: Worker
    upkeep: Upkeep
    metrics: Metrics

    def request(self, prompt: str, *, user: str = "member", **fields: object) -> ImageRequest:
        """A wish, posted on the board."""
        base = ImageRequest(
            event_key=f"board:{new_id()}",
            actor=Actor(BOARD, "hall", user, user.title()),
            place=Place(BOARD, "hall", "wall"),
            destination=Destination(BOARD, "wall"),
            operation=Operation.GENERATE,
            prompt=prompt,
        )
        return replace(base, **fields)  # type: ignore[arg-type] # the caller names the fields

    async def submit(self, prompt: str, **fields: object) -> Admitted:
        """Say it."""
        return await self.studio.submit(self.request(prompt, **fields))


@asynccontextmanager
async def house(
    folder: Path,
    *,
    limits: Sequence[Limit] = (),
    hand: Hand | None = None,
    connected: bool = True,
    working: bool = True,
    pace: Pace = Pace(),  # noqa: B008 - frozen
    safety_check: SafetyCheck | None = None,
    own_hand: Hand | None = None,
) -> AsyncIterator[House]:
    """A core on this folder; leaving it stops the worker as a crash would: what it held stays leased.

    `own_hand`: who draws for a workspace that has a key of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    try:
        await migrate(database)
        office = Office.over(database, SystemClock(), seal_of((), folder / "own-keys-key") if own_hand else None)
        own_accounts = OwnAccounts(office.keys.secret, lambda key: Connected(own_hand, _nothing)) if own_hand else None
        built = _build(
            *(database, FileBlobs(folder / "blobs"), limits, hand or Hand(), pace, safety_check),
            *(office, own_accounts),
            connected=connected,
        )
        await built.upkeep.begin()
        running = asyncio.create_task(built.worker.run()) if working else None
        try:
            yield built
        finally:
            if running is not None:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            assert await built.store.verify() == (), "the books are in order whatever happened"
    finally:
        await database.close()


def _build(
    database: SqliteDatabase,
    blobs: FileBlobs,
    limits: Sequence[Limit],
    hand: Hand,
    pace: Pace,
    safety_check: SafetyCheck | None,
    office: Office,
    own_accounts: OwnAccounts | None,
    *,
    connected: bool,
) -> House:
    clock, board, queue, metrics = SystemClock(), Board(), LocalQueue(poll_seconds=0.05), Metrics()
    adapters, providers = ({BOARD: board} if connected else {}), {hand.name: hand}
    store = Store(database, clock)
    admission = Admission(store, queue, providers, Rules(hand.name, hand.name, limits), clock, office)
    draughtsman = Draughtsman(
        *(store, blobs, providers, adapters, Pseudonyms(b"k"), clock),
        seconds_max=0.5,
        safety_check=safety_check,
        own_accounts=own_accounts,
    )
    patience = Patience(seconds_first=0.01, seconds_max=0.05)
    delivery = Delivery(store, blobs, adapters, admission.allowances, clock, patience, admission.manner)
    worker = Worker(store, queue, draughtsman, delivery, adapters, clock, pace, metrics)
    inventory = Inventory(database, blobs)
    upkeep = Upkeep(store, queue, adapters, draughtsman.repeatable, clock, Rhythm(), metrics, inventory=inventory)
    studio = Studio(store, blobs, admission, queue, draughtsman, worker, metrics)
    return House(board, hand, studio, store, worker, upkeep, metrics)


async def _nothing() -> None:
    """There is no connection to let go of."""


# --- what the stories share ------------------------------------------------------------------------------------------

DAILY = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)
MEMBER = Actor(BOARD, "hall", "member", "Member")
GUEST = Actor(BOARD, "hall", "guest", "Guest")
WALL = Place(BOARD, "hall", "wall")


def click(verb: Verb, image: str, actor: Actor = MEMBER, instruction: str = "") -> Click:
    return Click(f"board:{new_id()}", actor, WALL, Destination(BOARD, "wall"), verb, image, instruction)  # type: ignore[arg-type]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that happens by itself, a few seconds at most."""
    async with asyncio.timeout(5):
        while not await true():  # noqa: ASYNC110 - what is waited for is a row in a table
            await asyncio.sleep(0.01)


async def asked(home: House) -> None:
    """Wait until the provider is asked."""

    async def so() -> bool:
        return bool(home.hand.orders)

    await until(so)


async def became(home: House, job: JobId, state: str) -> None:
    """Wait until the job is in this state."""

    async def so() -> bool:
        found = await home.store.job(job)
        return found is not None and found.state == state

    await until(so)


async def used(home: House) -> int:
    (allowance,) = await home.studio.allowances(MEMBER, WALL)
    return allowance.used
