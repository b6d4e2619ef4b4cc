"""What Easel needs done without knowing who does it. Protocols only; `tests/conformance` says what they promise."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from core.model import (
    Background,
    Capabilities,
    Destination,
    ImageRef,
    JobId,
    MessageRef,
    Mode,
    Outcome,
    OutputFormat,
    PostingPlan,
    Progress,
    Quality,
    Size,
    StageName,
)
from core.ports_keeping import (
    Blob as Blob,
)
from core.ports_keeping import (
    BlobStore as BlobStore,
)
from core.ports_keeping import (
    BlobWriter as BlobWriter,
)
from core.ports_keeping import (
    Database as Database,
)
from core.ports_keeping import (
    Row as Row,
)
from core.ports_keeping import (
    Transaction as Transaction,
)
from core.ports_keeping import (
    Value as Value,
)


class Clock(Protocol):
    """Time, so that tests can own it."""

    def now_us(self) -> int:
        """Microseconds since 1970, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class PlatformAdapter(Protocol):
    """A chat platform, as the core sees it. Every verb may be called in a process that never saw the request."""

    @property
    def platform(self) -> str:
        """Its name in every `Destination`, `Place` and `ImageRef` that it makes."""
        ...

    def capabilities(self, at: Destination) -> Capabilities:
        """What can be shown there."""
        ...

    async def open(self, ref: ImageRef) -> bytes:
        """The file's bytes as the person gave them: hostile. Raises `Gone`, or `UnusableImage` when it is too large."""
        ...

    async def progress(self, to: Destination, update: Progress) -> None:
        """Tell the waiting person, best effort; never raises for a platform's reasons."""
        ...

    async def deliver(self, to: Destination, outcome: Outcome, plan: PostingPlan) -> tuple[MessageRef, ...]:
        """Post once: the answer has one reference for each message of the plan (for none, one for the sentence).

        Called again with the same outcome it posts nothing twice. Raises `Gone` or `Later`.
        """
        ...


# --- drawing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ThinkingBudget:
    """The most that a model may use that thinks before it draws."""

    model: str  # the text model that thinks, by its name in the price table
    tool_calls_max: int  # searches and drawings together
    text_in_tokens_max: int
    text_out_tokens_max: int  # reasoning included


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """What one model can do: data from the catalog, never an `if` on its name."""

    provider: str
    model: str
    label: str  # wherever a person sees it: "Easel illustrator (not an AI model)"
    edge_multiple: int
    longest_edge: int
    pixels_min: int
    pixels_max: int
    ratio_max: float  # 3.0 stands for 3:1 to 1:3
    sizes: tuple[Size, ...]  # when not empty, only these
    qualities: frozenset[Quality]
    formats: frozenset[OutputFormat]
    backgrounds: frozenset[Background]
    modes: frozenset[Mode]
    count_max: int
    references_max: int
    masks: bool
    previews_max: int
    repeatable: bool  # asking twice costs nothing and gives the same: a lost answer is simply asked for again
    mask_is_guidance: bool = False  # the whole picture is drawn anew: what a mask keeps has to be put back after it
    markup: bool = False  # it understands notes that are drawn on the picture
    priced_as: str = ""  # the provider's name in the price table, where it is another than `provider`
    thinking: ThinkingBudget | None = None  # what `Mode.THINKING` may use; None when it is not among the modes


@dataclass(frozen=True, slots=True)
class SourceImage:
    """A picture handed to a provider: upright, sRGB, without metadata, re-encoded by us."""

    data: bytes
    media_type: str
    size: Size
    provider_state: str = ""
    shows: str = ""  # the name of the character that it is, which the words may speak of


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every picture needs to have said. Picture `i` of `count`, from 0, is drawn from `seed + i`."""

    job: JobId
    model: str
    text: str
    quoted: tuple[str, ...] = ()
    quality: Quality = Quality.AUTO
    count: int = 1
    style: str | None = None
    style_words: str = ""  # of a style that is no preset
    format: OutputFormat = OutputFormat.PNG
    background: Background = Background.AUTO
    mode: Mode = Mode.INSTANT
    without: tuple[str, ...] = ()
    seed: int = 0
    safety_identifier: str = ""
    references: tuple[SourceImage, ...] = ()
    ticket: str = ""  # of a `Ticket` that an earlier attempt was given: take up its answer instead of asking again


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOrder(Order):
    """A picture from words."""

    size: Size
    panels: bool = False  # the `count` pictures are panels of one story, with the same characters


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOrder(Order):
    """A picture from a picture and words. `size` is None when the edit keeps the source's own size."""

    size: Size | None
    source: SourceImage
    mask: bytes | None = None  # PNG of the source's size; alpha 0 is where the edit happens
    markup: bytes | None = None  # PNG of the source's size: a person's notes on a transparent sheet


@dataclass(frozen=True, slots=True)
class Stage:
    """The provider got this far."""

    name: StageName


@dataclass(frozen=True, slots=True)
class Ticket:
    """The provider works on its own and can be asked for the answer by this id, even after a crash of ours."""

    id: str


@dataclass(frozen=True, slots=True)
class Preview:
    """An unfinished picture, small enough to show at once."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One finished picture; its bytes are durable in the blob store already."""

    blob: Blob
    size: Size
    media_type: str
    alt: str = ""
    provider_state: str = ""
    facts: tuple[tuple[str, str], ...] = ()  # for its details, names in plain words: ("Content credentials", "yes")
    provider: str = ""  # who drew it in the end, when it was another one than was planned
    model: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """The end: what it cost. `nanodollars` is None when the provider did not say; the estimate is kept then."""

    images: int  # how many count against an allowance: fewer than drawn when a wish could not be met in full
    nanodollars: int | None
    remarks: tuple[str, ...] = ()  # "I have no drawing for: wristwatch."


# `task.cancel(NOT_WANTED)`: its person does not want the drawing, so a provider that works by itself is told to stop.
NOT_WANTED: Final = "not wanted"

ProviderEvent = Stage | Ticket | Preview | Drawn | Usage


class ImageProvider(Protocol):
    """Something that draws. Streams stages and previews, then the pictures, and ends with exactly one `Usage`."""

    @property
    def name(self) -> str:
        """Its key in `Plan.provider`."""
        ...

    def profile(self, model: str) -> ModelProfile:
        """What the model can do."""
        ...

    def generate(self, order: GenerateOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from words. Raises `ProviderError`."""
        ...

    def edit(self, order: EditOrder, into: BlobStore) -> AsyncGenerator[ProviderEvent, None]:
        """Draw from a picture. Raises `ProviderError`."""
        ...


class SafetyCheck(Protocol):
    """Looks at a request before a provider is asked."""

    async def check(self, prompt: str, pictures: Sequence[SourceImage], workspace: str) -> None:
        """Return when it may be drawn. `workspace` is named as in the settings: `discord:123`. Raises `Moderated`."""
        ...


# --- keeping -----------------------------------------------------------------------------------------------------


class JobQueue(Protocol):
    """Says when there is a job to run. Which one, the job table decides: a lost or doubled word does no harm."""

    async def announce(self, tx: Transaction, job: JobId) -> None:
        """Inside the admission's own transaction: this job will want to run."""
        ...

    def wake(self) -> None:
        """After the commit: look now."""
        ...

    async def wait(self) -> None:
        """Return when there may be a job to claim."""
        ...
