"""Nouns in an edit of a photograph: which of them may mean its subject, and which name a place to put it."""

from __future__ import annotations

import re

from core.providers.illustrator.edits_clause import Clause
from core.providers.illustrator.reading import read
from core.providers.illustrator.scene import Setting
from core.providers.illustrator.vocabulary import Kind
from core.providers.illustrator.words import tokens

TURNING = frozenset({"turn"})  # "turn the car red" makes nothing new
PLACING = re.compile(
    r"\b(?:put|place|move|set|drop|take|bring|teleport)\b.+\b(?:on|onto|in|into|at|by|before|under|to)\b", re.IGNORECASE
)
# Things that are worn, held or a part of somebody: the subject as a whole would be the wrong one to change.
PARTS = frozenset("👕👔👗👖👚👒🎩🧢👟👠👢👞🧣🧤🧥👜👓🕶👑💍👀👄👃👂💇🦰👙🧦🎒🚪🪟🛞")

PART_WORDS = frozenset(
    {
        "roof",
        "door",
        "window",
        "wheel",
        "wheels",
        "hair",
        "eye",
        "eyes",
        "face",
        "skin",
        "lips",
        "wall",
        "floor",
        "ceiling",
        "street",
        "road",
        "sign",
        "dach",
        "tür",
        "fenster",
        "haare",
        "augen",
        "toit",
        "porte",
        "fenêtre",
        "cheveux",
        "yeux",
        "techo",
        "tejado",
        "puerta",
        "ventana",
        "pelo",
        "ojos",
        "telhado",
        "porta",
        "janela",
        "cabelo",
        "olhos",
    }
)


def names_subject(clause: Clause) -> str:
    """The noun, when all unknown words name one thing that can be a photograph's subject: "the car". Else ""."""
    making = any(token.value("making") and clause.said(token) not in TURNING for token in clause.tokens)
    if not clause.unknown or making or clause.has("erase") or clause.quotes:
        return ""
    wanted = (
        clause.values("colours")
        or clause.values("shades")
        or clause.values("effects")
        or clause.has("hue", "zoom", "crop")
    )
    if not wanted:
        return ""
    first = clause.tokens[0].start
    words = clause.words[clause.unknown[0].start - first : clause.unknown[-1].end - first]
    found = tokens(words)[0]
    known = [token for token in found if token.sense is not None and token.sense.kind is Kind.SUBJECT]
    if len(found) != 1 or len(known) != 1 or known[0].sense is None:
        return ""
    part = words.lower() in PART_WORDS or known[0].sense.value.strip("\ufe0f") in PARTS
    return "" if part else words


def is_scene(clause: Clause) -> bool:
    """Whether the clause says a place that the illustrator can draw, and nothing that it could not understand."""
    if clause.has("erase", "transparent") or clause.values("negations"):
        return False
    if not clause.has("background", "place_on") and not PLACING.search(clause.words):
        return False
    reading = read(clause.words)
    return bool(reading.setting) and reading.setting != Setting.PLAIN and not reading.missing and not reading.unread
