"""What each word means to the illustrator: a lexicon of phrases, from tables and from the names of the drawings."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from core.providers.illustrator.inflection import bases
from core.providers.illustrator.naming import drawing_names
from core.providers.illustrator.pictures import drawing_file, drawings_folder

__all__ = ["Kind", "Lexicon", "Sense", "drawing_file", "drawings_folder", "lexicon", "stop_words"]


class Kind(StrEnum):
    """What a phrase is good for."""

    SUBJECT = "subject"
    SETTING = "setting"
    LIGHT = "light"
    WEATHER = "weather"
    FEATURE = "feature"
    STYLE = "style"
    LAYOUT = "layout"
    NUMBER = "number"
    COLOUR = "colour"
    SIZE = "size"
    SEASON = "season"
    RELATION = "relation"  # "under", "behind": where the first thing is, seen from the second
    NEGATION = "negation"
    HOLDING = "holding"
    RIDING = "riding"
    AND = "and"
    STOP = "stop"  # names nothing to draw


@dataclass(frozen=True, slots=True)
class Sense:
    """The meaning of a phrase: its kind, and the drawing, setting, number, ..."""

    kind: Kind
    value: str
    plural: bool = False


TABLES = {
    "places": Kind.SETTING,
    "lights": Kind.LIGHT,
    "weathers": Kind.WEATHER,
    "features": Kind.FEATURE,
    "styles": Kind.STYLE,
    "layouts": Kind.LAYOUT,
    "numbers": Kind.NUMBER,
    "colours": Kind.COLOUR,
    "sizes": Kind.SIZE,
    "relations": Kind.RELATION,
    "seasons": Kind.SEASON,
    "subjects": Kind.SUBJECT,
}
GRAMMAR = {
    "negations": Kind.NEGATION,
    "holding": Kind.HOLDING,
    "riding": Kind.RIDING,
    "conjunctions": Kind.AND,
}
INFLECTED = frozenset({Kind.SUBJECT, Kind.SETTING, Kind.FEATURE, Kind.WEATHER, Kind.LIGHT})
EVERYWHERE = ("styles", "seasons")  # English words of these are used in the other languages of Latin letters, too
LATIN = ("en", "es", "fr", "de", "pt", "it", "tr", "id")
LANGUAGES_OF = {"Cyrl": ("ru",), "Hang": ("ko",), "Deva": ("hi",), "Beng": ("bn",), "Thai": ("th",)}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("core.providers.illustrator").joinpath(name).read_text("utf-8"))


@functools.cache
def stop_words() -> dict[str, dict[str, frozenset[str]]]:
    """Words that name nothing to draw, by section (english, languages, scripts)."""
    return {
        section: {
            key: frozenset(unicodedata.normalize("NFC", w).replace("_", " ") for w in words.split())
            for key, words in table.items()
        }
        for section, table in _table("stop_words.toml").items()
    }


def _phrases(listed: str | list[str]) -> list[str]:
    parts = listed.split(",") if isinstance(listed, str) else listed
    return [unicodedata.normalize("NFC", part).strip().lower() for part in parts if part.strip()]


def _senses(table: dict[str, Any], sections: tuple[str, ...] = tuple(TABLES)) -> dict[str, Sense]:
    """A file's phrases. A word of two sections is what the later one in `TABLES` says."""
    senses: dict[str, Sense] = {}
    for section in sections:
        kind = TABLES[section]
        for value, listed in table.get(section, {}).items():
            if kind is not Kind.SUBJECT or drawing_file(value):
                senses.update({phrase: Sense(kind, value) for phrase in _phrases(listed)})
    for section, kind in GRAMMAR.items():
        senses.update({phrase: Sense(kind, phrase) for phrase in _phrases(table.get("grammar", {}).get(section, []))})
    return senses


@functools.cache
def _common(ascii_too: bool) -> dict[str, Sense]:
    """What vocabulary.toml says of all languages; of its English words all, or only those that are used everywhere."""
    table = _table("vocabulary.toml")
    if ascii_too:
        return _senses(table)
    known = {phrase: sense for phrase, sense in _senses(table).items() if not phrase.isascii() or phrase.isdigit()}
    return known | _senses(table | {"grammar": {}}, EVERYWHERE)


@functools.cache
def _layouts(english: bool) -> dict[str, Sense]:
    """The words that ask for a layout; those of the other languages of Latin letters mean other things in English."""
    table = _table("layouts/words.toml")
    sections = ("layouts",) if english else ("layouts", "latin")
    return {
        phrase: Sense(Kind.LAYOUT, layout)
        for section in sections
        for layout, phrases in table[section].items()
        for phrase in _phrases(phrases)
    }


@functools.cache
def words_of(language: str) -> dict[str, Sense]:
    """One language's own words: the drawings' names, then stop words, then what lexicons/ says, which wins."""
    stops = stop_words()
    misleading = stops["names"]["misleading"]
    senses = {phrase: Sense(Kind.SUBJECT, drawing) for phrase, drawing in drawing_names(language, misleading).items()}
    if language == "en":
        quiet = frozenset().union(*stops["english"].values())
    else:
        quiet = stops["languages"].get(language, frozenset())
    senses |= {word: Sense(Kind.STOP, word) for word in quiet}
    return senses | _senses(_table(f"lexicons/{language}.toml"))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases and their senses for one prompt. `longest` is how many words a phrase may have."""

    senses: dict[str, Sense]
    longest: int
    languages: dict[str, str]  # the language whose endings are known, by script

    def find(self, phrase: str, script: str = "Latn") -> Sense | None:
        """The sense of a phrase in lower case, also when it is inflected."""
        known = self.senses.get(phrase)
        if known is not None:
            return known
        for base, plural in bases(phrase, self.languages.get(script, "")):
            known = self.senses.get(base)
            if known is not None and (known.kind in INFLECTED or (known.kind is Kind.STOP and script != "Latn")):
                return Sense(known.kind, known.value, plural=plural and known.kind is Kind.SUBJECT)
        return None


@functools.cache
def lexicon(latin: str, others: tuple[str, ...] = ()) -> Lexicon:
    """The lexicon for a prompt whose Latin words are of one language; `others` are languages of other scripts.

    Of two senses the curated one wins, then the stop word, then the drawing's own name.
    """
    senses: dict[str, Sense] = {}
    for language in others:
        senses = words_of(language) | senses
    other = frozenset().union(*stop_words()["scripts"].values())
    quiet = {word: Sense(Kind.STOP, word) for word in other}
    curated = [_senses(_table(f"lexicons/{language}.toml")) for language in reversed(others)]
    senses |= quiet | words_of(latin) | _common(latin == "en")
    for table in (*curated, _senses(_table(f"lexicons/{latin}.toml"))):
        senses |= table
    senses |= _layouts(latin == "en")
    longest = max(phrase.count(" ") + 1 for phrase in senses)
    endings = {"Latn": latin}
    for script, known in (*LANGUAGES_OF.items(), ("Arab", ("ar", "fa"))):
        endings[script] = next((language for language in others if language in known), "")
    return Lexicon(senses, longest, endings)
