"""Reads a prompt: the things, how many, who holds what, the setting, hour, weather and style, and what is missing.

It understands a vocabulary, not language. What it does not understand it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.providers.illustrator.layouts.choosing import asked_for, held_up
from core.providers.illustrator.missing import missing_nouns, unread_words
from core.providers.illustrator.painting import can_paint, cannot_paint, is_painterly
from core.providers.illustrator.reader import MOST_OF_ONE, Reader
from core.providers.illustrator.scene import Cast, Style
from core.providers.illustrator.words import tokens

__all__ = ["MOST_OF_ONE", "Reading", "read", "without_quotes"]
QUOTES = "\"“”„«»‘’'「」『』《》〈〉‹›"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words say. Empty strings and tuples: they say nothing of it."""

    casts: tuple[Cast, ...] = ()
    setting: str = ""
    light: str = ""
    weather: str = ""
    style: str = ""
    layout: str = ""
    features: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()  # drawings and features that were named after "no" or "without"
    names: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # things for which there is no drawing
    unread: tuple[str, ...] = ()  # words of a language of which only single words are known
    no_text: bool = False
    no_weather: str = ""  # weather that was named after "no" or "without"
    season: str = ""
    remarks: tuple[str, ...] = ()  # what is drawn otherwise than it was asked for, as sentences

    @property
    def says_something(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.casts or self.setting or self.light or self.weather or self.features)


def without_quotes(text: str, quoted: Sequence[str]) -> str:
    """The prompt without the texts that are to be set: their words are no subjects."""
    for part in sorted(quoted, key=len, reverse=True):
        text = re.sub(f"[{QUOTES}]+{re.escape(part)}[{QUOTES}]+", " | ", text, count=1)
    return text


def read(text: str, quoted: Sequence[str] = (), without: Sequence[str] = ()) -> Reading:
    """What the prompt says. `quoted` are its texts to be set, `without` what `--no` forbids."""
    found, languages = tokens(without_quotes(text, quoted))
    reader = Reader(languages[0])
    reader.read(found)
    for unwanted in without:
        reader.negated = True
        for token in tokens(unwanted)[0]:
            reader.take(token)
            reader.negated = True
    english = languages == ("en",) and all(t.script in {"Latn", "Zyyy"} for t in found if not t.is_mark)
    others = tuple(t for t in found if t.script not in {"Latn", "Zyyy"}) if languages == ("en",) else found
    chosen = reader.chosen
    style = chosen.get("style", "")
    if style and is_painterly(Style(style)) and not can_paint():
        reader.remarks[cannot_paint(style)] = None
        style = ""
    return Reading(
        casts=tuple(cast for cast in reader.casts if cast.drawing not in reader.excluded),
        setting=chosen.get("setting", ""),
        light=chosen.get("light", ""),
        weather=chosen.get("weather", ""),
        style=style,
        layout=asked_for(found),
        features=tuple(feature for feature in reader.features if feature not in reader.excluded),
        excluded=tuple(reader.excluded),
        names=tuple(reader.names),
        missing=(*missing_nouns(found), *held_up(found)) if languages == ("en",) else (),
        unread=() if english else unread_words(others),
        no_text=reader.no_text,
        no_weather=chosen.get("no weather", ""),
        season=chosen.get("season", ""),
        remarks=tuple(reader.remarks),
    )
