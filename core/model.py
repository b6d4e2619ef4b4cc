"""The values that travel through Easel.

An `ImageRequest` enters the core, a `Plan` is what was admitted, an `Outcome` leaves to a stored `Destination`.
All are frozen, hold plain data only, and survive a trip through JSON (`core.store.codec`), so that a job outlives the
process that accepted it and any process may finish it.

Identifiers are opaque strings; times are microseconds since 1970 in UTC (`_us`); money is integer nano-dollars
(micro-dollars are not exact for prices under one dollar a million tokens); sizes are bytes or pixels.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

JobId = NewType("JobId", str)
ImageId = NewType("ImageId", str)


def new_id() -> str:
    """128 random bits as 32 hex digits: what a button may carry, since it cannot be guessed."""
    return secrets.token_hex(16)


class Operation(StrEnum):
    """What a request wants done."""

    GENERATE = "generate"
    EDIT = "edit"
    STORYBOARD = "storyboard"
    SHOW = "show"  # post a kept picture again (undo, share, /image); nothing is drawn and nothing is charged


class Quality(StrEnum):
    """How much work the provider puts into a picture. Which of them a model knows is in its profile."""

    AUTO = "auto"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


class Resolution(StrEnum):
    """How large, by the length that a square's edge would have: 1024, 2048 or 4096 pixels, before a model's rules."""

    ONE_K = "1k"
    TWO_K = "2k"
    FOUR_K = "4k"


class OutputFormat(StrEnum):
    """The file format of a result."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """The MIME type."""
        return f"image/{self.value}"


class Background(StrEnum):
    """What stands behind the subject."""

    AUTO = "auto"
    OPAQUE = "opaque"
    TRANSPARENT = "transparent"


class Mode(StrEnum):
    """Instant draws at once; thinking researches and plans first."""

    INSTANT = "instant"
    THINKING = "thinking"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Width to height, as a person says it: 16:9."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}:{self.height}"


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose besides the words. `None` means that they left it open."""

    ratio: Ratio | None = None
    resolution: Resolution | None = None
    quality: Quality | None = None
    count: int | None = None
    style: str | None = None  # a preset's name, from catalog/presets.toml, or a style of the workspace's own
    format: OutputFormat | None = None
    background: Background | None = None
    mode: Mode | None = None
    without: tuple[str, ...] = ()  # --no text
    private: bool | None = None
    seed: int | None = None
    characters: tuple[str, ...] = ()  # names of pictures to look at: --character hero


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks."""

    platform: str  # "web", "discord", "slack", "cli"
    workspace: str  # a Discord server or a Slack team
    user: str
    name: str  # for people's eyes only; never a key
    roles: tuple[str, ...] = ()
    locale: str = "en"
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request was made, in the core's terms: for limits, sources and history."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None
    time_zone: str = "UTC"  # IANA name; calendar limits reset by it
    language: str = ""  # the workspace's own, where its platform knows it (`core.i18n.LANGUAGES`)
    personal: bool = False  # a conversation with one person alone: all that is theirs may be seen there


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the answer goes. `token` is written by the platform's adapter and read by nobody else."""

    platform: str
    token: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message on a platform. `note` is a sentence when it was not posted the usual way."""

    platform: str
    channel: str
    message: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImageRef:
    """A picture that somebody pointed at: ours by `image`, or the platform's by `token` (its adapter opens it)."""

    platform: str
    token: str = ""
    image: ImageId | None = None
    name: str = ""  # as the person knows it: "beach.jpg", "picture 2"
    size: Size | None = None  # where the platform says it beforehand


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One wish of one person, as an adapter's inbound parser understood it."""

    event_key: str  # the platform's own identity of the event; the same event twice is one job
    actor: Actor
    place: Place
    destination: Destination
    operation: Operation
    prompt: str  # the raw words, flags included
    options: Options = field(default_factory=Options)  # what was chosen in a form; flags in the prompt win
    attachments: tuple[ImageRef, ...] = ()  # attached to this very message
    mask: ImageRef | None = None
    markup: ImageRef | None = None  # notes drawn on the picture, on a transparent sheet of its size; never with a mask
    chosen: ImageRef | None = None  # a button's, a menu's or a select's target
    pick: int | None = None  # "2": which one of the replied-to message's pictures, from 1
    replied: tuple[ImageRef, ...] = ()  # the pictures of the replied-to message, in their order
    replied_by: str = ""  # the name of who posted the replied-to message
    in_thread: bool = False  # nobody replied: it stands in a thread, of whose newest pictures the last two tell
    parent_job: JobId | None = None  # a redo's or a finalise's origin
    style_words: str = ""  # with it: what an own style of the workspace meant then, in case it is there no more


@dataclass(frozen=True, slots=True)
class Source:
    """The picture that an edit starts from, and the sentence that says why it is this one."""

    ref: ImageRef
    why: str  # "Editing picture 2 of the message you replied to."
    shows: str = ""  # the name of the character that it is


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request may cost: reserved before, settled after. Worst case before, measured after."""

    images: int
    nanodollars: int
    measured: bool = False


NOTHING = Cost(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An admitted request, with nothing left open: what the worker does."""

    provider: str
    model: str
    operation: Operation
    text: str  # the prompt without its flags, in the person's own typography
    size: Size
    quoted: tuple[str, ...] = ()  # the texts that are to stand in the picture
    quality: Quality = Quality.AUTO
    count: int = 1
    style: str | None = None
    style_words: str = ""  # what it adds to the prompt, when it is the workspace's own and no preset
    format: OutputFormat = OutputFormat.PNG
    background: Background = Background.AUTO
    mode: Mode = Mode.INSTANT
    without: tuple[str, ...] = ()
    private: bool = False
    seed: int | None = 0  # None: this model has no seeds, and never draws the same picture twice
    sources: tuple[Source, ...] = ()  # an edit's picture first, then further references
    mask: ImageRef | None = None
    markup: ImageRef | None = None
    reserved: Cost = NOTHING
    remarks: tuple[str, ...] = ()  # sentences for the person: the size that was possible, the source that was chosen
    keep_size: bool = False  # an edit that keeps its source's own size; `size` is then only what the price assumes
    own_key: bool = False  # drawn with the workspace's own key, and never with the operator's
    veiled: bool = False  # behind a veil until it is clicked on, where the platform has one
    language: str = "en"  # in which its news and its result are told: the reader's, or the workspace's for all to see


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture that Easel keeps."""

    id: ImageId
    job: JobId
    position: int  # within its job, from 1
    parent: ImageId | None  # the picture that it was edited from
    blob: str  # the content's SHA-256 in hex
    media_type: str
    size: Size
    size_bytes: int
    alt: str
    prompt: str
    operation: Operation
    provider: str
    model: str
    place: Place
    author: str  # Actor.user
    private: bool
    created_at_us: int
    provider_state: str = ""  # what its provider wants to see again when this picture is edited; opaque to the core
    deleted: bool = False
    facts: tuple[tuple[str, str], ...] = ()  # what its provider and Easel noted of it: a name in plain words, a value


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit as it stands for one person: `used` counts what is held, too. Amounts in the unit's integers."""

    limit_id: str
    label: str  # "10 images a day for each person"
    unit: str  # core.quota.Unit
    cap: int
    used: int
    resets_at_us: int | None  # None: nothing to wait for, or a limit on jobs in flight
    refused: bool = False

    @property
    def remaining(self) -> int:
        """What may still be used, never below zero."""
        return max(0, self.cap - self.used)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that became a job. `again` is true when the same event had been admitted before."""

    job: JobId
    plan: Plan
    ahead: int  # how many jobs are served before it, at this moment
    again: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How a result is shown in its workspace. `quota` and `price`: None is as the operator set it for the platform."""

    quota: bool | None = None  # under it: what its maker may still draw
    price: bool | None = None  # under it: what it cost
    prices: tuple[tuple[Verb, int], ...] = ()  # what a button costs about, in nano-dollars; those that cost nothing not


@dataclass(frozen=True, slots=True)
class Finished:
    """Pictures, ready to post."""

    job: JobId
    request: ImageRequest
    plan: Plan
    images: tuple[StoredImage, ...]
    remarks: tuple[str, ...]  # the plan's and the provider's sentences: sources chosen, subjects without a drawing
    charged: Cost
    allowances: tuple[Allowance, ...] = ()
    manner: Manner = Manner()
    edits: int = 0  # of one picture: how many of its line, itself included, were edits that this very channel saw


@dataclass(frozen=True, slots=True)
class Unfinished:
    """No picture, and why. `code` is the error's; `sentence` is for the person."""

    job: JobId
    request: ImageRequest
    plan: Plan
    code: str
    sentence: str


Outcome = Finished | Unfinished


class StageName(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    READING = "reading"  # opening the source pictures
    PLANNING = "planning"
    SEARCHING = "searching"  # the web, for what the picture has to get right
    DRAWING = "drawing"
    CHECKING = "checking"
    POSTING = "posting"


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a job for the person who waits. Best effort: any of them may be lost."""

    job: JobId
    stage: StageName
    ahead: int = 0  # while queued: how many jobs come first
    preview: bytes | None = None
    preview_media_type: str = "image/png"
    veiled: bool = False  # as its picture will be
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a destination can show: a platform's table of limits, looked up per destination."""

    file_bytes: int  # the largest file
    message_bytes: int  # the largest message with all its files
    files: int  # files in one message
    media_types: frozenset[str]  # what it shows as a picture
    text_characters: int
    alt_characters: int
    previews: bool
    progress_interval_us: int  # the least time between two updates
    ephemeral: bool  # messages that only one person sees


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One picture as it will be posted: its own bytes, or a copy made to fit."""

    image: ImageId
    blob: str
    name: str
    alt: str
    media_type: str
    size: Size
    re_encode: bool = False  # False: the kept bytes go out untouched, content credentials and all
    byte_budget: int | None = None  # with re_encode: the copy stays under it


@dataclass(frozen=True, slots=True)
class PostingPlan:
    """What to post: messages of files, in order, with their remarks. Made by `core.fitting`."""

    messages: tuple[tuple[PlannedFile, ...], ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """All that may be said about one picture to someone who may see it."""

    image: StoredImage
    plan: Plan
    lineage: tuple[StoredImage, ...]  # from the first ancestor to the picture itself
    charged: Cost
    facts: Mapping[str, str] = field(default_factory=dict)


class Verb(StrEnum):
    """What a button does. A button carries a verb and an image's id, never a closure: it works after a restart."""

    EDIT = "edit"
    REDO = "redo"
    VARY = "vary"
    FINALISE = "finalise"
    UNDO = "undo"
    DETAILS = "details"
    DELETE = "delete"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Click:
    """A button, pressed: by whom, where, on which picture. Permission is checked now, not when the button was made."""

    event_key: str
    actor: Actor
    place: Place
    destination: Destination
    verb: Verb
    image: ImageId
    instruction: str = ""  # for EDIT: what to change
    private: bool = False  # pressed where nobody else looks: what comes of it is for this person alone
