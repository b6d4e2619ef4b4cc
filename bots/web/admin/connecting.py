"""The part of the administrators' page that connects Easel: what is set, whether it works, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr


class Part(StrEnum):
    """What can be connected."""

    DISCORD = "discord"
    SLACK = "slack"
    KEY = "key"


class Tone(StrEnum):
    """How a line is meant."""

    GOOD = "good"
    NOTE = "note"  # it works, and could work better
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, in a sentence; `link`: where to go for it."""

    tone: Tone
    name: str
    said: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of all settings. A secret is never in it."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class State:
    """How a part stands. `origin`: what it is set by, "" where it is not set; `here`: it was given on this page."""

    part: Part
    origin: str
    here: bool
    waiting: bool  # it was given or taken away since Easel started, and takes effect with the next start
    invitation: str = ""  # where Easel is let into a server of Discord's
    manifest: str = ""  # what Slack is given to make the app
    server: str = ""  # who the key is for


class Connecting(Protocol):
    """What the page asks of whoever put Easel together."""

    def settings(self) -> Sequence[Setting]:
        """All of them, as they are at work now."""
        ...

    def states(self) -> Sequence[State]:
        """One for each part."""
        ...

    async def checked(self) -> Sequence[Line]:
        """Everything that `easel check` looks at."""
        ...

    async def give(self, part: Part, secrets: Sequence[SecretStr]) -> Sequence[Line]:
        """Try them, and keep them when they work. Raises `EaselError`."""
        ...

    async def forget(self, part: Part) -> None:
        """What was given here is kept no longer. Raises `Refused` for what is set elsewhere."""
        ...

    def restart(self) -> None:
        """Finish what is in hand, and start anew with what is set by then."""
        ...
