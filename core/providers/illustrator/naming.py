"""The drawings' own names, in the sixteen languages of the `emoji` package, without those that mislead."""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.providers.illustrator.pictures import drawing_file

# Signs, clocks, buttons and flags of countries: their names are everyday words with another sense.
NOT_DRAWINGS = re.compile(
    r"button|arrow|symbol|square|circle|keycap|sign\b|banknote|triangle|diamond with|skin tone|o’clock|-thirty|"
    r"\bhands?\b|fist|thumb|finger|mark\b|flag|chart|cross$|suit$|bust|person |man |woman |men |women |family|couple|"
    r"kiss|heart .*|tone|bar$|face with|face$"
)
# What stands before or after the animal's own name in a name: "キツネの顔", "cara de lobo".
FACE_WORDS = re.compile(
    r"の顔$|_?얼굴$|^وجه |脸$|^cara de |^rosto de |^tête de |gesicht$|^muso di |^volto di |的脸$|"
    r"^морда |^мордочка "
)
OPTIONAL_ENDING = re.compile(r"\((?:in|r|e|frau)\)|/\S+$")  # "künstler(in)", "arzt/ärztin"


def _packaged(language: str) -> dict[str, Any]:
    found = find_spec("emoji")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package emoji is not installed.")
    name = "emoji.json" if language == "en" else f"emoji_{language}.json"
    path = Path(found.origin).parent / "unicode_codes" / name
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


@functools.cache
def _english(misleading: frozenset[str]) -> dict[str, str]:
    """The drawings that may be meant by their names, with the English ones."""
    named = {}
    for drawing, entry in _packaged("en").items():
        name = entry["en"].strip(":").replace("_", " ").lower()
        flag = "\U0001f1e6" <= drawing[0] <= "\U0001f1ff"
        drawn = entry.get("status") == 2 and not flag and drawing_file(drawing)
        if drawn and not NOT_DRAWINGS.search(name) and name not in misleading:
            named[drawing] = name
    return named


def drawing_names(language: str, misleading: frozenset[str]) -> dict[str, str]:
    """What names a drawing in a language: phrase in lower case -> drawing. `misleading` English names are left out."""
    english = _english(misleading)
    found: dict[str, str] = {}
    for drawing, name in ({} if language == "en" else _packaged(language)).items() or english.items():
        if drawing not in english:
            continue
        phrase = unicodedata.normalize("NFC", name).strip(":").replace("_", " ").lower()
        for variant in dict.fromkeys((phrase, FACE_WORDS.sub("", phrase).strip(), OPTIONAL_ENDING.sub("", phrase))):
            if len(variant) > 1 and (language == "en" or len(variant) > 2 or not variant.isascii()):
                found.setdefault(variant, drawing)
    return found
