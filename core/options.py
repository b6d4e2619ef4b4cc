"""How one value, typed behind a flag or chosen in a form, becomes part of `Options`.

A `Setting` is one row: what it is called, what it accepts in words, and how it is read. Flags, slash options and help
all use the same rows, so the three cannot disagree. Reading folds the width and the shape of characters ("１６：９",
"1024×1536"), because that is how phones and keyboards of the world write them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import TypedDict, TypeVar

from core.characters import NAME_CHARACTERS_MAX, distinct, spelled
from core.errors import BadFlagValue
from core.i18n import Said, listed, say
from core.model import Background, Mode, Options, OutputFormat, Quality, Ratio, Resolution
from core.presets import preset, presets

E = TypeVar("E", bound=StrEnum)

COUNTS = range(1, 11)  # pictures in one request; OpenAI Images API reference: n is 1 to 10
PANELS = range(2, 9)  # pictures in one storyboard
SEEDS = range(2**31)
SHOWN_CHARACTERS = 40  # of a wrong value, in the sentence about it
STYLE_NAME = re.compile(r"[\w-]{1,40}")  # of a workspace's own style, in small letters

RATIO_NAMES: Mapping[str, Ratio] = MappingProxyType(
    {
        "square": Ratio(1, 1),
        "portrait": Ratio(2, 3),
        "landscape": Ratio(3, 2),
        "wide": Ratio(16, 9),
        "tall": Ratio(9, 16),
    }
)
LONG_EDGES: Mapping[Resolution, int] = MappingProxyType(
    {Resolution.ONE_K: 1024, Resolution.TWO_K: 2048, Resolution.FOUR_K: 4096}
)

_NUMBER = r"(\d{1,5}(?:\.\d{1,3})?)"
_RATIO = re.compile(rf"{_NUMBER}[:/x]{_NUMBER}")
_PIXELS = re.compile(r"(\d{1,5})x(\d{1,5})")
_TIMES = str.maketrans(dict.fromkeys("×✕⨯хХ*", "x") | {"∶": ":", "⁄": "/", "∕": "/"})
_COMMAS = re.compile(r"[,，、،;；]")
_WRAPPING = " \t\n\u3000\"'“”„‟‘’‚«»‹›「」『』＂＇"
_OTHER_NAMES = MappingProxyType({"jpg": "jpeg", "instantly": "instant", "think": "thinking"})


class Changes(TypedDict, total=False):
    """The fields of `Options` that a value sets."""

    ratio: Ratio
    resolution: Resolution
    quality: Quality
    count: int
    style: str
    format: OutputFormat
    background: Background
    mode: Mode
    without: tuple[str, ...]
    private: bool
    seed: int
    characters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set. `read` answers `None` for what it does not accept."""

    name: str
    accepts: str  # "a whole number from 1 to 10"
    example: str
    read: Callable[[str], Changes | None]
    folds: bool = True  # case and width mean nothing; words for the picture are left as they were typed


def read(setting: Setting, value: str, *, said_as: str) -> Changes:
    """What `value` changes. `said_as` is what the person used ("--ar", "ratio"). Raises `BadFlagValue`."""
    changes = setting.read(fold(value) if setting.folds else value)
    if changes is not None:
        return changes
    shown = value.strip()
    shown = shown if len(shown) <= SHOWN_CHARACTERS else shown[:SHOWN_CHARACTERS] + "…"
    if shown:
        what = say("{flag} cannot be “{value}”.", flag=said_as, value=shown)
    else:
        what = say("{flag} needs a value.", flag=said_as)
    separator = " " if said_as.startswith("--") else ": "
    raise BadFlagValue(
        what,
        say(
            "It takes {accepts}, as in {example}.",
            accepts=setting.accepts,
            example=f"{said_as}{separator}{setting.example}",
        ),
    )


def fold(value: str) -> str:
    """A value as it is compared: width, case and look-alikes of the multiplication sign mean nothing."""
    return unicodedata.normalize("NFKC", value).translate(_TIMES).strip().casefold()


def with_changes(options: Options, changes: Changes) -> Options:
    """The options with these fields set."""
    return replace(options, **changes) if changes else options


def spoken(words: Iterable[str], last: str = "or") -> Said:
    """A list as a sentence says it: "png, jpeg or webp"."""
    return listed(words, last)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, if there is one."""
    return next(iter(difflib.get_close_matches(word[:SHOWN_CHARACTERS], list(known), n=1, cutoff=0.5)), None)


def _member(kind: type[E], value: str) -> E | None:
    value = _OTHER_NAMES.get(value, value)
    return kind(value) if value in {member.value for member in kind} else None


def _whole(value: str, allowed: range) -> int | None:
    number = int(value) if value.isdecimal() and len(value) <= 10 else -1
    return number if number in allowed else None


def _ratio(value: str) -> Changes | None:
    ratio = _shape(value)
    return None if ratio is None else {"ratio": ratio}


@lru_cache(maxsize=512)  # people ask for the same few shapes, and fractions are slow
def _shape(value: str) -> Ratio | None:
    if value in RATIO_NAMES:
        return RATIO_NAMES[value]
    found = _RATIO.fullmatch(value)
    if found is None:
        return None
    width, height = Fraction(found[1]), Fraction(found[2])
    if not width or not height:
        return None
    if "." in value:  # "2.39:1", as films say it, is 239:100
        width, height = Fraction((width / height).numerator), Fraction((width / height).denominator)
    return Ratio(int(width), int(height))


def _resolution(value: str) -> Changes | None:
    """1k, 2k, 4k; or WIDTHxHEIGHT: that shape, at the smallest resolution that has at least so many pixels."""
    named = _member(Resolution, value)
    if named is not None:
        return {"resolution": named}
    found = _PIXELS.fullmatch(value)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not width or not height:
        return None
    shape = Fraction(width, height)
    long_edge = max(width, height)
    if long_edge <= LONG_EDGES[Resolution.ONE_K] or width * height <= LONG_EDGES[Resolution.ONE_K] ** 2:
        covering = Resolution.ONE_K
    else:
        covering = Resolution.TWO_K if long_edge <= LONG_EDGES[Resolution.TWO_K] else Resolution.FOUR_K
    return {"ratio": Ratio(shape.numerator, shape.denominator), "resolution": covering}


def _quality(value: str) -> Changes | None:
    found = _member(Quality, value)
    return None if found is None else {"quality": found}


def _format(value: str) -> Changes | None:
    found = _member(OutputFormat, value)
    return None if found is None else {"format": found}


def _background(value: str) -> Changes | None:
    found = _member(Background, value)
    return None if found is None else {"background": found}


def _mode(value: str) -> Changes | None:
    found = _member(Mode, value)
    return None if found is None else {"mode": found}


def _count(value: str) -> Changes | None:
    found = _whole(value, COUNTS)
    return None if found is None else {"count": found}


def _panels(value: str) -> Changes | None:
    found = _whole(value, PANELS)
    return None if found is None else {"count": found}


def _seed(value: str) -> Changes | None:
    found = _whole(value, SEEDS)
    return None if found is None else {"seed": found}


def _style(value: str) -> Changes | None:
    """A preset, or what may be a style of some workspace's own: admission knows which there are."""
    found = preset(value)
    name = value.strip(_WRAPPING) if found is None else found.name
    return {"style": name} if STYLE_NAME.fullmatch(name) else None


def _without(value: str) -> Changes | None:
    parts = (part.strip(_WRAPPING) for part in _COMMAS.split(value))
    items = tuple(dict.fromkeys(part for part in parts if part))
    return {"without": items} if items else None


def _characters(value: str) -> Changes | None:
    parts = [part.strip(_WRAPPING) for part in _COMMAS.split(value)]
    said = [part for part in parts if part]
    names = [name for name in map(spelled, said) if name is not None]
    return {"characters": distinct(names)} if names and len(names) == len(said) else None


def _private(value: str) -> Changes | None:
    yes = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    return {"private": yes[value]} if value in yes else None


def _range(allowed: range) -> Said:
    return say("a whole number from {least} to {most}", least=str(allowed[0]), most=str(allowed[-1]))


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        row.name: row
        for row in (
            Setting("ratio", say("a ratio such as 3:2, or {names}", names=spoken(RATIO_NAMES)), "16:9", _ratio),
            Setting(
                "resolution", say("{names}, or pixels such as 1024x1536", names=spoken(Resolution)), "2k", _resolution
            ),
            Setting("quality", spoken(Quality), "high", _quality),
            Setting("count", _range(COUNTS), "4", _count),
            Setting("panels", _range(PANELS), "4", _panels),
            Setting(
                "style",
                say("{names}, or a style of your workspace's own", names=spoken(presets())),
                next(iter(presets())),
                _style,
            ),
            Setting("format", spoken(OutputFormat), "webp", _format),
            Setting("background", spoken(Background), "transparent", _background),
            Setting("mode", spoken(Mode), "thinking", _mode),
            Setting(
                "without",
                say("what to leave out, with commas between"),
                "text, people",
                _without,
                folds=False,
            ),
            Setting("private", say("yes or no"), "yes", _private),
            Setting("seed", _range(SEEDS), "42", _seed),
            Setting(
                "character",
                say("names of at most {most} letters, digits, - and _, with commas between", most=NAME_CHARACTERS_MAX),
                "hero",
                _characters,
                folds=False,
            ),
        )
    }
)
