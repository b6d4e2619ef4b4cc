"""From a word as it stands in a sentence to the forms that a dictionary may hold it under.

Rules of endings, in inflections.toml: enough to find a known noun again, not a grammar.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

LEAST = {"ko": 1, "bn": 2, "tr": 2, "hi": 2}  # letters of the shortest base, 3 elsewhere
SOFTENED = {"b": "p", "c": "ç", "d": "t", "ğ": "k"}  # Turkish, before a vowel: kitabı, köpeği
UMLAUTS = {"äu": "au", "ä": "a", "ö": "o", "ü": "u"}


@dataclass(frozen=True, slots=True)
class Rules:
    """Endings. `swaps` replaces one by another; `written_on` may stand behind any word, `before` before it."""

    swaps: tuple[tuple[str, str, bool], ...]  # ending, what stands in its place, whether it is a plural
    written_on: re.Pattern[str] | None
    before: tuple[str, ...]
    plural: re.Pattern[str] | None  # in what is written on
    umlaut: bool


@functools.cache
def rules() -> dict[str, Rules]:
    """The table, by language (ISO 639-1)."""
    text = resources.files("core.providers.illustrator").joinpath("inflections.toml").read_text("utf-8")
    table = tomllib.loads(unicodedata.normalize("NFC", text))
    return {language: _rules(row) for language, row in table.items()}


def _rules(row: dict[str, str]) -> Rules:
    swaps: list[tuple[str, str, bool]] = []
    for swap in row.get("swaps", "").split():
        ending, _, instead = swap.lstrip("+").partition("=")
        swaps.append((ending, instead, swap.startswith("+")))
    pattern, plural = row.get("written_on"), row.get("plural")
    return Rules(
        tuple(sorted(swaps, key=lambda swap: -len(swap[0]))),
        re.compile(pattern) if pattern else None,
        tuple(row.get("before", "").split()),
        re.compile(plural) if plural else None,
        bool(row.get("umlaut")),
    )


def bases(word: str, language: str) -> Iterator[tuple[str, bool]]:
    """What a word in lower case may be a form of, and whether that form is a plural; likeliest first."""
    known = rules().get(language)
    if known is None:
        return
    least = LEAST.get(language, 3)
    for ending, instead, plural in known.swaps:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= least:
            base = word[: len(word) - len(ending)] + instead
            yield base, plural
            if known.umlaut and plural:
                yield from ((other, True) for other in _without_umlaut(base))
    if known.written_on is not None:
        yield from _bare(word, known, least, language)
    for prefix in known.before:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= 2:
            yield rest, False
            if known.written_on is not None:
                yield from _bare(rest, known, least, language)


def _bare(word: str, known: Rules, least: int, language: str) -> Iterator[tuple[str, bool]]:
    assert known.written_on is not None
    for length in range(len(word) - 1, max(least, len(word) - 12) - 1, -1):
        rest = word[length:]
        if known.written_on.fullmatch(rest):
            plural = known.plural is not None and known.plural.match(rest) is not None
            yield word[:length], plural
            if language == "tr" and word[length - 1] in SOFTENED:
                yield word[: length - 1] + SOFTENED[word[length - 1]], plural


def _without_umlaut(word: str) -> Iterator[str]:
    for umlaut, plain in UMLAUTS.items():
        at = word.rfind(umlaut)
        if at >= 0:
            yield word[:at] + plain + word[at + len(umlaut) :]
            return
