"""Reads a prompt: the things, how many, who holds what, the setting, hour, weather and style, and what is missing.

It understands a vocabulary, not language. What it does not understand it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from core.providers.illustrator.figures import figures
from core.providers.illustrator.layouts.choosing import asked_for, held_up
from core.providers.illustrator.missing import missing_nouns, unread_words
from core.providers.illustrator.scene import Cast
from core.providers.illustrator.vocabulary import Kind, Sense
from core.providers.illustrator.words import Token, tokens

MOST_OF_ONE = 12
PLURAL_COUNT = 3
QUOTES = "\"“”„«»‘’'「」『』《》〈〉‹›"
WORDS_FOR_TEXT = frozenset({"text", "texts", "title", "titles", "words", "letters", "lettering", "writing", "caption"})


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

    @property
    def says_something(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.casts or self.setting or self.light or self.weather or self.features)


@dataclass(slots=True)
class _Reader:
    """The state of reading from left to right."""

    casts: list[Cast] = field(default_factory=list)
    chosen: dict[str, str] = field(default_factory=dict)
    features: dict[str, None] = field(default_factory=dict)
    excluded: dict[str, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    number: int = 0
    negated: bool = False
    relation: Kind | None = None
    adjacent: bool = False  # the token before was a thing: "teddy" in "teddy bear"
    no_text: bool = False

    def take(self, token: Token) -> None:
        """Read one phrase."""
        sense = token.sense
        adjacent, self.adjacent = self.adjacent, False
        if sense is None:
            self._boundary(token)
            return
        match sense.kind:
            case Kind.SUBJECT:
                self._subject(token, sense, adjacent)
            case Kind.SETTING | Kind.LIGHT | Kind.WEATHER | Kind.STYLE | Kind.LAYOUT:
                self._choose(sense)
            case Kind.FEATURE:
                (self.excluded if self.negated else self.features)[sense.value] = None
            case Kind.NUMBER:
                self.number = min(MOST_OF_ONE, int(sense.value))
            case Kind.NEGATION:
                self.negated = True
            case Kind.HOLDING | Kind.RIDING:
                self.relation = sense.kind if self.casts else None
            case Kind.AND | Kind.STOP | Kind.COLOUR | Kind.SIZE | Kind.RELATION:
                self._small_word(token)
            case _:
                assert_never(sense.kind)

    def _boundary(self, token: Token) -> None:
        if token.is_mark:
            self.negated, self.relation, self.number = False, None, 0

    def _small_word(self, token: Token) -> None:
        if self.negated and token.text.lower() in WORDS_FOR_TEXT:
            self.no_text = True
        if token.text.lower() == "but":
            self.negated = False

    def _choose(self, sense: Sense) -> None:
        key = f"{'no ' if self.negated else ''}{sense.kind}"
        self.chosen.setdefault(key, sense.value)

    def _subject(self, token: Token, sense: Sense, adjacent: bool) -> None:
        drawing, name = sense.value, token.text.lower()
        count = self.number or (PLURAL_COUNT if sense.plural else 1)
        relation, self.relation, self.number, self.adjacent = self.relation, None, 0, token.script == "Latn"
        if self.negated:
            self.excluded[drawing] = None
            return
        if adjacent and self.casts and not self.casts[-1].holds and not self.casts[-1].mount:
            self.casts.pop()  # "teddy bear": the last word of a compound is the thing
        last = self.casts[-1] if self.casts else None
        kinds = figures()
        if last and relation is Kind.HOLDING and kinds.can_be_held(drawing) and count == 1 and len(last.holds) < 2:
            self.casts[-1] = replace(last, holds=(*last.holds, drawing))
        elif last and relation is Kind.RIDING and drawing in kinds.mounts and not last.mount:
            self.casts[-1] = replace(last, mount=drawing)
        else:
            self._add(Cast(drawing, name, count))
            return
        self.names[f"{drawing}={name}"] = None

    def _add(self, cast: Cast) -> None:
        """A thing that is named again is the same thing, unless more of it are wanted."""
        for at, known in enumerate(self.casts):
            if known.drawing == cast.drawing:
                self.casts[at] = replace(known, count=max(known.count, cast.count))
                return
        self.casts.append(cast)


def without_quotes(text: str, quoted: Sequence[str]) -> str:
    """The prompt without the texts that are to be set: their words are no subjects."""
    for part in sorted(quoted, key=len, reverse=True):
        text = re.sub(f"[{QUOTES}]+{re.escape(part)}[{QUOTES}]+", " | ", text, count=1)
    return text


def read(text: str, quoted: Sequence[str] = (), without: Sequence[str] = ()) -> Reading:
    """What the prompt says. `quoted` are its texts to be set, `without` what `--no` forbids."""
    found, languages = tokens(without_quotes(text, quoted))
    reader = _Reader()
    for token in found:
        reader.take(token)
    for unwanted in without:
        reader.negated = True
        for token in tokens(unwanted)[0]:
            reader.take(token)
            reader.negated = True
    english = languages == ("en",) and all(t.script in {"Latn", "Zyyy"} for t in found if not t.is_mark)
    others = tuple(t for t in found if t.script not in {"Latn", "Zyyy"}) if languages == ("en",) else found
    chosen = reader.chosen
    return Reading(
        casts=tuple(cast for cast in reader.casts if cast.drawing not in reader.excluded),
        setting=chosen.get("setting", ""),
        light=chosen.get("light", ""),
        weather=chosen.get("weather", ""),
        style=chosen.get("style", ""),
        layout=asked_for(found),
        features=tuple(feature for feature in reader.features if feature not in reader.excluded),
        excluded=tuple(reader.excluded),
        names=tuple(reader.names),
        missing=(*missing_nouns(found), *held_up(found)) if languages == ("en",) else (),
        unread=() if english else unread_words(others),
        no_text=reader.no_text,
        no_weather=chosen.get("no weather", ""),
    )
