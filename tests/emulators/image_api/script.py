"""How a model that thinks goes about a task: what a test wants to happen, in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One output item."""

    THINK = "think"
    SEARCH = "search"
    DRAW = "draw"
    DRAW_BLOCKED = "draw_blocked"  # the safety system declines this drawing
    SAY = "say"
    REFUSE = "refuse"  # declined in words


class Ending(StrEnum):
    """How the response ends."""

    COMPLETED = "completed"
    FAILED = "failed"
    OUT_OF_TOKENS = "max_output_tokens"
    FILTERED = "content_filter"
    NEVER = "never"  # it stays in progress


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a search finds."""

    url: str
    title: str = ""


SOURCES = (
    Source("https://en.wikipedia.org/wiki/Kite?utm_source=openai", "Kite - Wikipedia"),
    Source("https://www.rmg.co.uk/stories/kites", "A short history of kites"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A course of events. Each poll shows one step more, so that a client sees every stage."""

    steps: tuple[Step, ...] = (Step.THINK, Step.SEARCH, Step.DRAW, Step.SAY)
    ending: Ending = Ending.COMPLETED
    polls_queued: int = 0  # polls that still find it waiting
    sources: tuple[Source, ...] = SOURCES
    tells_usage: bool = True
    tells_tool_usage: bool = True


THOROUGH = Script(steps=(Step.THINK, Step.SEARCH, Step.SEARCH, Step.DRAW, Step.THINK, Step.DRAW, Step.SAY))
