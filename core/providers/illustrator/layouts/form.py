"""What a layout is to the rest of the illustrator: how it reads the words, what it draws of them, how it divides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Entry, Scene
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Prompt:
    """A person's words: the text as written, the texts in its quotation marks, what it forbids, how many pictures."""

    text: str
    quoted: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """What a layout took out of the words as its list; `text` is what is left to be read as a picture.

    `lacking` is a sentence about what it could not read or place, `advice` one that says how to say it. `note` tells
    how to get more of it where one picture was asked for.
    """

    text: str
    entries: tuple[Entry, ...] = ()
    texts: tuple[str, ...] | None = None  # the texts to set, where they are not simply the quoted ones
    lacking: str = ""
    advice: str = ""
    note: str = ""


def take_nothing(text: str, quoted: Sequence[str]) -> Taken:
    """Most layouts read no list."""
    return Taken(text)


def describe_nothing(scene: Scene) -> str:
    """Most layouts have no entries to tell of."""
    return ""


def variants(scene: Scene, prompt: Prompt) -> tuple[Scene, ...]:
    """As many pictures as were asked for, each from the next seed."""
    return tuple(replace(scene, seed=scene.seed + at) for at in range(prompt.count))


@dataclass(frozen=True, slots=True)
class Form:
    """A row of the table of layouts.

    `label` is what a description calls it ("" where the picture is just described). `take` reads a list out of the
    words before anything else does, `plan` makes the scenes of the whole scene, `divide` the sheet of a scene. `placed`
    tells whether the things are seen in their place; `describe` tells of the list for those who do not see it.
    """

    label: str
    divide: Callable[[Scene, Palette, Box], Sheet]
    plan: Callable[[Scene, Prompt], tuple[Scene, ...]] = variants
    take: Callable[[str, Sequence[str]], Taken] = take_nothing
    placed: bool = True
    describe: Callable[[Scene], str] = describe_nothing
