"""Turns characters into glyphs in their right order: scripts, directions, fallback faces, HarfBuzz.

Pillow's and resvg's own text are not used: Pillow's needs the system's libfribidi and sets Hindi, Bengali and Arabic
wrongly without a word when it is missing; resvg's breaks a Bengali conjunct.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import uharfbuzz as hb
from bidi.algorithm import (
    explicit_embed_and_overrides,
    get_base_level,
    get_embedding_levels,
    get_empty_storage,
    resolve_implicit_levels,
    resolve_neutral_types,
    resolve_weak_types,
)
from fontTools.unicodedata import script as script_of

from core.providers.illustrator.fonts import CJK_SCRIPTS, Fonts, Typeface

UNRESOLVED = frozenset({"Zyyy", "Zinh", "Zzzz"})
ZERO_WIDTH_JOINER = "\u200d"
# Written into a text to steer its direction or its joins; no face draws them (Unicode: Default_Ignorable_Code_Point).
IGNORABLE = frozenset("\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff") | {
    chr(code) for span in (range(0x202A, 0x202F), range(0x2066, 0x206A), range(0xFE00, 0xFE10)) for code in span
}
DIRECTION_CONTROLS = {ord(character): None for character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
# Characters that are written in Traditional Chinese only; a few frequent ones decide (Unihan kSimplifiedVariant).
TRADITIONAL = frozenset(
    "國學會來時個這對們說過還發經當後開點現車書長東門風飛馬魚鳥龍愛樂藝術節畫燈歡灣夢聽買賣電話語讓廣場"
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a line. Positions in em, from the line's left end and its baseline, y upwards."""

    typeface: Typeface
    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line: glyphs from left to right. Lengths in em; `missing` are characters that no face draws."""

    glyphs: tuple[Glyph, ...]
    width: float
    above: float
    below: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text whose every character knows its direction, script and face: what lines are cut from."""

    text: str
    levels: tuple[int, ...]
    scripts: tuple[str, ...]
    faces: tuple[Typeface, ...]
    language: str
    right_to_left: bool


def language_of(text: str) -> str:
    """Which of the languages that share characters this is: decides the shape of a Han character."""
    scripts = {script_of(character) for character in text}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    if "Hang" in scripts:
        return "ko"
    if "Hani" in scripts:
        return "zh-Hant" if TRADITIONAL & set(text) else "zh-Hans"
    return ""


def resolved_scripts(text: str) -> tuple[str, ...]:
    """Each character's script; spaces, marks and punctuation take their neighbour's."""
    scripts: list[str] = []
    current = next((s for s in map(script_of, text) if s not in UNRESOLVED), "Latn")
    for character in text:
        own = script_of(character)
        current = current if own in UNRESOLVED else own
        scripts.append(current)
    return tuple(scripts)


def embedding_levels(text: str) -> tuple[int, ...]:
    """The bidirectional level of each character (UAX #9); odd ones run from right to left."""
    storage = get_empty_storage()
    level = get_base_level(text)
    storage["base_level"] = level
    storage["base_dir"] = ("L", "R")[level]
    get_embedding_levels(text, storage)
    for position, entry in enumerate(storage["chars"]):
        entry["position"] = position
    explicit_embed_and_overrides(storage)
    resolve_weak_types(storage)
    resolve_neutral_types(storage, False)
    resolve_implicit_levels(storage, False)
    levels = [level] * len(text)
    for entry in storage["chars"]:
        levels[entry["position"]] = int(entry["level"])
    return tuple(levels)


def clusters(text: str) -> list[tuple[int, int]]:
    """What a reader takes for one character: a base with its marks (a working subset of UAX #29)."""
    spans: list[tuple[int, int]] = []
    for position, character in enumerate(text):
        joins = position > 0 and (
            unicodedata.category(character).startswith("M")
            or character in IGNORABLE
            or character == "\u0e33"  # Thai sara am belongs to its consonant
            or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
            or text[position - 1] == ZERO_WIDTH_JOINER
        )
        if joins:
            spans[-1] = (spans[-1][0], position + 1)
        else:
            spans.append((position, position + 1))
    return spans


def _choose_faces(text: str, scripts: Sequence[str], language: str, weight: int, fonts: Fonts) -> tuple[Typeface, ...]:
    faces: list[Typeface] = []
    for start, end in clusters(text):
        visible = [c for c in text[start:end] if c not in IGNORABLE] or [" "]
        candidates = fonts.candidates(scripts[start], language, weight)
        first = next(candidates)
        chosen = first
        if not all(first.covers(c) for c in visible):
            chosen = next((face for face in candidates if all(face.covers(c) for c in visible)), first)
        faces += [chosen] * (end - start)
    return tuple(faces)


def read_paragraph(text: str, weight: int, fonts: Fonts) -> Paragraph:
    """Prepare one paragraph (no line feeds) at a weight from 100 to 900."""
    text = unicodedata.normalize("NFC", text).translate(DIRECTION_CONTROLS)
    language = language_of(text)
    scripts = resolved_scripts(text)
    faces = _choose_faces(text, scripts, language, weight, fonts)
    levels = embedding_levels(text) if text else ()
    return Paragraph(text, levels, scripts, faces, language, get_base_level(text) == 1)


def _runs(paragraph: Paragraph, start: int, end: int) -> list[tuple[int, int]]:
    """Stretches of one level, one face and one script."""
    spans: list[tuple[int, int]] = []
    for at in range(start, end):
        key = (paragraph.levels[at], paragraph.faces[at], _shaping_script(paragraph.scripts[at]))
        if spans:
            last = spans[-1][0]
            before = (paragraph.levels[last], paragraph.faces[last], _shaping_script(paragraph.scripts[last]))
            if key == before:
                spans[-1] = (last, at + 1)
                continue
        spans.append((at, at + 1))
    return spans


def _shaping_script(script: str) -> str:
    return "Hani" if script in CJK_SCRIPTS else script


def _visual_order(spans: list[tuple[int, int]], levels: Sequence[int]) -> list[tuple[int, int]]:
    """Rule L2 of UAX #9: from the highest level down, turn every stretch at that level or above around."""
    order = list(spans)
    if not order:
        return order
    for level in range(max(levels[s] for s, _ in order), 0, -1):
        at = 0
        while at < len(order):
            stop = at
            while stop < len(order) and levels[order[stop][0]] >= level:
                stop += 1
            order[at:stop] = reversed(order[at:stop])
            at = max(stop, at + 1)
    return order


def shape_line(paragraph: Paragraph, start: int, end: int) -> Line:
    """Shape the characters from `start` to `end` as one line; spaces at its end take no room."""
    while end > start and paragraph.text[end - 1].isspace():
        end -= 1
    while start < end and paragraph.text[start].isspace():
        start += 1
    glyphs: list[Glyph] = []
    missing: list[str] = []
    x, above, below = 0.0, 0.0, 0.0
    for first, last in _visual_order(_runs(paragraph, start, end), paragraph.levels):
        typeface = paragraph.faces[first]
        scale = 1.0 / typeface.units_per_em
        buffer = _shaped(paragraph, first, last, start, end)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            character = paragraph.text[start + info.cluster]
            if info.codepoint == 0 and character not in IGNORABLE:
                missing.append(character)
            glyphs.append(
                Glyph(typeface, info.codepoint, x + position.x_offset * scale, position.y_offset * scale),
            )
            reach = typeface.extents(info.codepoint)
            above = max(above, reach.above + position.y_offset * scale)
            below = max(below, reach.below - position.y_offset * scale)
            x += position.x_advance * scale
    return Line(tuple(glyphs), x, above, below, tuple(missing))


def _shaped(paragraph: Paragraph, first: int, last: int, start: int, end: int) -> hb.Buffer:
    buffer = hb.Buffer()
    codes = [ord(character) for character in paragraph.text[start:end]]
    buffer.add_codepoints(codes, first - start, last - first)
    buffer.direction = "rtl" if paragraph.levels[first] % 2 else "ltr"
    buffer.script = paragraph.scripts[first]
    if paragraph.language:
        buffer.language = paragraph.language
    else:
        buffer.guess_segment_properties()
    hb.shape(paragraph.faces[first].font, buffer)
    return buffer
