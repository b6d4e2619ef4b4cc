"""Reads which parts of a screen are wanted, in which order, with which words on them."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from core.providers.illustrator.layouts.listing import PLACE
from core.providers.illustrator.scene import Entry

UNLABELLED = {"list": 4, "card": 2, "tabs": 3, "toggle": 2, "chat": 3, "button": 2, "field": 2, "nav": 1}
SEVERAL = frozenset({"list", "tabs", "chat"})  # of which one alone is none
MOST_OF_ONE = 8
MOST = 24
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "zwei": 2, "drei": 3, "vier": 4, "deux": 2, "trois": 3}
NUMBERS |= {
    "dos": 2,
    "tres": 3,
    "quatre": 4,
    "cuatro": 4,
    "两": 2,
    "三": 3,
    "四": 4,
    "दो": 2,
    "तीन": 3,
    "두": 2,
    "세": 3,
}
COUNT = re.compile(
    r"(?P<number>\d{1,2}|" + "|".join(NUMBERS) + r")\s*(?:个|つの|枚の|개의|ใบ)?\s*(?:\w+\s+)?$", re.IGNORECASE
)
SAYING = (
    r"(?:labell?ed|that says?|says?|saying|called|named|titled|reading|with the (?:text|label|title|words)|with|for|"
    r"mit|avec|con|com|:|：)?"
)
BEHIND = re.compile(rf"^\s*{SAYING}\s*$", re.IGNORECASE)
ALSO = re.compile(r"^\s*(?:[,，、;/]|and|or|und|et|y|e|和|と|और|ও|و|และ|그리고)?\s*(?:and\s+)?$", re.IGNORECASE)
ENDINGS = ("s", "n", "en", "es", "x")
PLURAL = rf"(?:{'|'.join(ENDINGS)})?"
LATIN = re.compile(r"[^\W\d_]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interface:
    """A screen: its device, theme and parts as entries, the texts that belong to no part, and the rest of the words."""

    entries: tuple[Entry, ...]
    loose: tuple[str, ...]
    rest: str


@dataclass(slots=True)
class _Part:
    kind: str
    count: int
    labels: list[str]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str  # "" for a quoted text
    start: int
    end: int
    plural: bool = False
    text: str = ""


def interface(words: str, quoted: Sequence[str]) -> Interface:
    """Read words with places instead of quoted texts."""
    found = _named(words, quoted)
    parts: list[_Part] = []
    loose: list[str] = []
    whose: dict[int, _Part] = {}  # the part of each thing that was found
    for at, one in enumerate(found):
        if one.kind:
            whose[at] = _Part(one.kind, _count(words, found, at), [])
            parts.append(whose[at])
    for at, one in enumerate(found):
        if not one.kind:
            owner = _owner(words, found, at, whose)
            if owner is None:
                loose.append(one.text)
            else:
                owner.labels.append(one.text)
                whose[at] = owner
    screen = _screen(words)
    if not parts:
        parts = [_Part(kind, UNLABELLED[kind] if kind in SEVERAL else 1, []) for kind in screen]
        for part, text in zip([p for p in parts if p.kind in ("button", "header", "field")], loose, strict=False):
            part.labels.append(text)
        loose = loose[len([p for p in parts if p.kind in ("button", "header", "field")]) :]
    entries = [Entry(name, kind=part.kind) for part in parts for name in _names(part)][:MOST]
    flags = [
        Entry("", kind=kind)
        for kind in ("phone", "browser", "dark", "light")
        if _pattern("devices", kind).search(words)
    ]
    return Interface((*flags, *entries), tuple(loose), _rest(words))


def _names(part: _Part) -> list[str]:
    """A label for each; "" where there is none."""
    names = part.labels[:MOST_OF_ONE]
    return names + [""] * (min(part.count, MOST_OF_ONE) - len(names)) or [""]


def _named(words: str, quoted: Sequence[str]) -> list[_Found]:
    """Parts and quoted texts in their order."""
    found = [
        _Found("", match.start(), match.end(), text=quoted[int(match[1])])
        for match in PLACE.finditer(words)
        if int(match[1]) < len(quoted)
    ]
    for match in _any_phrase().finditer(words):
        if not any(match.start() < one.end and one.start < match.end() for one in found):
            phrase = _phrase(match.group())
            plural = match.group().casefold() != phrase.casefold() or phrase.endswith("s")
            found.append(_Found(dict(_phrases())[phrase], match.start(), match.end(), plural))
    return sorted((one for one in found if one.kind != "screen"), key=lambda one: one.start)


def _count(words: str, found: Sequence[_Found], at: int) -> int:
    before = found[at - 1].end if at else 0
    number = COUNT.search(words[before : found[at].start])
    if number is not None:
        return max(1, NUMBERS.get(number["number"].lower()) or int(number["number"]))
    several = found[at].plural or found[at].kind in SEVERAL
    return UNLABELLED.get(found[at].kind, 1) if several else 1


def _owner(words: str, found: Sequence[_Found], at: int, whose: dict[int, _Part]) -> _Part | None:
    """The part that a quoted text is written on: the one right before it, that of the text before it, or the next."""
    before = words[found[at - 1].end : found[at].start] if at else ""
    after = words[found[at].end : found[at + 1].start] if at + 1 < len(found) else "."
    follows = at + 1 < len(found) and found[at + 1].kind and not after.strip()
    if at and found[at - 1].kind and BEHIND.match(before):
        return _filled(whose[at - 1])
    if follows:
        return whose[at + 1]
    if at and not found[at - 1].kind and ALSO.match(before):
        return whose.get(at - 1)
    return None


def _filled(part: _Part) -> _Part:
    part.count = 1
    return part


def _screen(words: str) -> list[str]:
    for phrases, parts in _table()["screens"].values():
        if re.search("|".join(map(_bounded, phrases)), words, re.IGNORECASE):
            return list(parts)
    return []


def _rest(words: str) -> str:
    """What is left when parts, devices and kinds of screens are taken out: the looks, and what it is about."""
    words = _any_phrase().sub(" , ", words)
    return PLACE.sub(" , ", words)


@functools.cache
def _bounded(phrase: str) -> str:
    escaped = re.escape(phrase)
    return rf"\b{escaped}{PLURAL}\b" if LATIN.match(phrase) else escaped


@functools.cache
def _any_phrase() -> re.Pattern[str]:
    return re.compile("|".join(_bounded(phrase) for phrase, _ in _phrases()), re.IGNORECASE)


def _phrase(found: str) -> str:
    """The phrase of the table that was found, without the ending of a plural."""
    known = {phrase.casefold(): phrase for phrase, _ in _phrases()}
    word = found.casefold()  # as the search ignores case: a long s is an s
    return next(known[base] for ending in ("", *ENDINGS) if (base := word.removesuffix(ending)) in known)


@functools.cache
def _pattern(table: str, kind: str) -> re.Pattern[str]:
    return re.compile("|".join(_bounded(phrase) for phrase in _table()[table][kind]), re.IGNORECASE)


@functools.cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """All phrases, the longest first; those of devices and screens are of the kind "screen"."""
    table = _table()
    found = [(phrase, kind) for kind, phrases in table["parts"].items() for phrase in phrases]
    found += [(phrase, "screen") for phrases in table["devices"].values() for phrase in phrases]
    found += [(phrase, "screen") for phrases, _ in table["screens"].values() for phrase in phrases]
    found += [
        (phrase, "screen")
        for phrase in (
            "screen",
            "app",
            "page",
            "user interface",
            "interface",
            "ui",
            "view",
            "mode",
            "theme",
            "section",
            "frame",
        )
    ]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))


@functools.cache
def _table() -> dict[str, dict[str, list[str]]]:
    text = resources.files("core.providers.illustrator.layouts").joinpath("screens.toml").read_text("utf-8")
    return tomllib.loads(text)
