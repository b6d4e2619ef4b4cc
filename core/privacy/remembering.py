"""What a platform's adapter keeps of people besides the core: how it is asked for it, and told to forget it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.model import Destination, ImageId, JobId, MessageRef
from core.ports import Value
from core.upkeep import Keeps, Needed


@dataclass(frozen=True, slots=True)
class Traces:
    """Whose, from when, and what the core knows that leads to more of it."""

    person: str  # Actor.user; "" is everybody there
    workspaces: Collection[str]
    jobs: Sequence[JobId]
    tokens: Collection[str]  # of the platform's own `ImageRef`s in these jobs
    before_us: int  # what came after that stays


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A person's file as the platform's adapter keeps it."""

    name: str
    blob: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """An adapter's own rows about a person, by what they are, and the files among them."""

    rows: Mapping[str, Sequence[Mapping[str, Value]]]
    files: Sequence[KeptFile] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a job's outcome was posted. `messages`: also those in which others showed its pictures once more."""

    job: JobId
    destination: Destination
    messages: tuple[MessageRef, ...]
    images: tuple[ImageId, ...]


@runtime_checkable
class Remembers(Keeps, Protocol):
    """What a `PlatformAdapter` may offer besides: that it hands out, and forgets, what it keeps of somebody."""

    @property
    def one_id_everywhere(self) -> bool:
        """Whether a person has the same id in all workspaces, so that all of them are meant."""
        ...

    @property
    def keeps_for(self) -> Sequence[str]:
        """What it keeps of people and for how long, a sentence each."""
        ...

    def home_of(self, user: str) -> str:
        """The workspace that is this person's alone, which is named after them; "" where there is none."""
        ...

    async def recall(self, traces: Traces) -> Recalled:
        """Everything of theirs in its own tables."""
        ...

    async def take_back(self, shown: Sequence[Shown]) -> int:
        """Remove these posts. How many messages still stand, because the platform does not let it; never raises."""
        ...

    async def forget(self, traces: Traces, needed: Needed) -> None:
        """Everything of theirs in its own tables. `needed`: whether anybody else has the bytes of a blob."""
        ...
