"""Sets a text as large as its box allows: line breaks, balance, alignment, outlines.

Lines break at spaces; between Han characters and kana by the usual prohibitions (JIS X 4051); Korean at spaces; Thai,
which has none inside a sentence, before a vowel that is written first, where a syllable always begins.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

from fontTools.unicodedata import script as script_of

from core.providers.illustrator.fonts import Fonts, Typeface, installed_fonts
from core.providers.illustrator.shaping import Line, Paragraph, clusters, read_paragraph, shape_line

NOT_AT_LINE_START = frozenset(
    "、。，．・：；？！）］｝〉》」』】〕〗ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}”’…％%～"
)
NOT_AT_LINE_END = frozenset("（［｛〈《「『【〔〖([{“‘¥$￥")
THAI_LEADING_VOWELS = frozenset("เแโใไ")
BREAK_AFTER = frozenset("-‐–—/")
LONGEST_UNBROKEN_EM = 16.0  # a longer word than this is cut between characters, or it would be set too small to read
MOST_LINES = 24
GAP_EM = 0.16  # least room between the ink of two lines
LEADING_EM = 1.12


@dataclass(frozen=True, slots=True)
class TextOutline:
    """A set text. The path's origin is the box's top left corner; `width` and `height` are what it takes, in pixels.

    `left` is where the widest line begins, `missing` the characters that no face could draw.
    """

    svg_path_d: str
    width: float
    height: float
    missing: tuple[str, ...]
    left: float = 0.0
    font_px: float = 0.0
    lines: int = 0
    baseline: float = 0.0  # the first line's, below the path's origin


@dataclass(frozen=True, slots=True)
class _Setting:
    lines: tuple[Line, ...]
    baselines: tuple[float, ...]  # em below the top of the first line's ink
    width: float
    height: float


def outline(
    text: str,
    *,
    width: float,
    height: float,
    weight: int = 700,
    align: str = "center",
    largest_px: float = 1e9,
    fonts: Fonts | None = None,
) -> TextOutline:
    """The outlines of `text`, set as large as the box of `width` x `height` pixels (and `largest_px`) allows.

    `weight` is 100 to 900. `align` is "left", "center", "right", or "start" (left, or right for Arabic and Hebrew).
    Line feeds in the text are kept.
    """
    faces = fonts or installed_fonts()
    paragraphs = [read_paragraph(part.strip(), weight, faces) for part in text.splitlines() if part.strip()]
    if not paragraphs:
        return TextOutline("", 0.0, 0.0, ())
    size, setting = _largest(paragraphs, width, height, largest_px)
    side = "right" if align == "start" and paragraphs[0].right_to_left else align
    pieces: list[str] = []
    left = width
    for line, baseline in zip(setting.lines, setting.baselines, strict=True):
        x = _aligned(side, width, line.width * size)
        left = min(left, x)
        pieces += [_glyph_path(g.typeface, g.index, size, x + g.x * size, (baseline - g.y) * size) for g in line.glyphs]
    missing = tuple(dict.fromkeys(itertools.chain.from_iterable(line.missing for line in setting.lines)))
    first = setting.baselines[0] * size
    return TextOutline(
        "".join(pieces), setting.width * size, setting.height * size, missing, left, size, len(setting.lines), first
    )


@dataclass(frozen=True, slots=True)
class Extent:
    """What a text takes, in em."""

    width: float
    height: float
    baseline: float  # the first line's, below the top


@functools.lru_cache(maxsize=2048)
def extent(text: str, weight: int, lines: int = 1) -> Extent:
    """What a text takes in at most so many lines (for each of its own): measured once, every size is in proportion."""
    paragraphs, pieces = _read(text, weight)
    if not paragraphs:
        return Extent(0.0, 0.0, 0.0)
    setting = _set(paragraphs, pieces, lines - 1)
    return Extent(setting.width, setting.height, setting.baselines[0])


@functools.lru_cache(maxsize=256)
def _read(text: str, weight: int) -> tuple[list[Paragraph], list[list[tuple[int, int, float]]]]:
    faces = installed_fonts()
    paragraphs = [read_paragraph(part.strip(), weight, faces) for part in text.splitlines() if part.strip()]
    return paragraphs, [_pieces(paragraph) for paragraph in paragraphs]


def _aligned(align: str, width: float, line: float) -> float:
    return {"left": 0.0, "start": 0.0, "right": width - line}.get(align, (width - line) / 2)


def _glyph_path(typeface: Typeface, index: int, size: float, x: float, y: float) -> str:
    scale = size / typeface.units_per_em
    parts: list[str] = []
    for command, values in typeface.outline(index):
        parts.append(command)
        points = zip(values[::2], values[1::2], strict=True)
        parts.extend(f"{x + right * scale:.2f} {y - up * scale:.2f} " for right, up in points)
    return "".join(parts)


def _largest(paragraphs: list[Paragraph], width: float, height: float, largest_px: float) -> tuple[float, _Setting]:
    """Try one line, two lines, ... and keep what can be set largest; of equals, the fewest lines."""
    pieces = [_pieces(paragraph) for paragraph in paragraphs]
    best: tuple[float, _Setting] | None = None
    for extra in range(MOST_LINES):
        setting = _set(paragraphs, pieces, extra)
        size = min(width / max(setting.width, 1e-6), height / max(setting.height, 1e-6), largest_px)
        if best is None or size > best[0] * 1.02:
            best = (size, setting)
        if best[0] >= largest_px:
            break
        if len(setting.lines) > sum(len(p) for p in pieces) or setting.height * best[0] > height * 1.5:
            break
    assert best is not None
    return best


def _set(paragraphs: list[Paragraph], pieces: list[list[tuple[int, int, float]]], extra: int) -> _Setting:
    lines: list[Line] = []
    for paragraph, parts in zip(paragraphs, pieces, strict=True):
        for start, end in _balanced(parts, 1 + extra):
            lines.append(shape_line(paragraph, start, end))
    baselines: list[float] = []
    for at, line in enumerate(lines):
        if at == 0:
            baselines.append(line.above)
        else:
            needed = lines[at - 1].below + GAP_EM + line.above
            baselines.append(baselines[-1] + max(LEADING_EM, needed))
    height = baselines[-1] + lines[-1].below
    return _Setting(tuple(lines), tuple(baselines), max(line.width for line in lines), height)


def break_positions(text: str) -> list[int]:
    """Where a new line may begin, in order; never inside what a reader takes for one character."""
    return [start for start, _ in clusters(text)[1:] if _may_break(text[start - 1], text[start])]


def _may_break(before: str, after: str) -> bool:
    if after.isspace():
        return False
    if before.isspace() or before == "\u200b":
        return True
    if after in NOT_AT_LINE_START or before in NOT_AT_LINE_END:
        return False
    # A syllable on sara a is most often the first of a longer word: ทะเล, ประเทศ.
    thai = after in THAI_LEADING_VOWELS and "\u0e00" <= before <= "\u0e7f" and before != "\u0e30"
    cut_word = before in BREAK_AFTER and after.isalpha()
    return thai or cut_word or _is_han_or_kana(before) or _is_han_or_kana(after)


def _is_han_or_kana(character: str) -> bool:
    return script_of(character) in {"Hani", "Hira", "Kana", "Bopo"} or "\u3000" <= character <= "\u30ff"


Piece = tuple[int, int, float]  # from, to, width in em without the space at its end


def _pieces(paragraph: Paragraph) -> list[Piece]:
    """The parts between which a line may break, each with its width; overlong ones are cut."""
    cuts = [0, *break_positions(paragraph.text), len(paragraph.text)]
    pieces: list[Piece] = []
    for start, end in itertools.pairwise(cuts):
        width = shape_line(paragraph, start, end).width
        if width <= LONGEST_UNBROKEN_EM:
            pieces.append((start, end, width))
        else:
            for first, last in clusters(paragraph.text[start:end]):
                span = (start + first, start + last)
                pieces.append((*span, shape_line(paragraph, *span).width))
    return pieces


def _balanced(pieces: list[Piece], lines: int, space_em: float = 0.26) -> list[tuple[int, int]]:
    """Break into at most `lines` lines whose widest is as narrow as can be: balanced, not merely filled."""
    low = max(width for *_, width in pieces)
    high = sum(width + space_em for *_, width in pieces)
    best = _filled(pieces, high, space_em)
    for _ in range(18):
        middle = (low + high) / 2
        tried = _filled(pieces, middle, space_em)
        if len(tried) <= lines:
            best, high = tried, middle
        else:
            low = middle
    if len(best) > lines:
        return best
    narrow = _filled(pieces, low, space_em)
    return narrow if len(narrow) <= lines else best


def _filled(pieces: list[Piece], limit: float, space_em: float) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    used = 0.0
    for start, end, width in pieces:
        if lines and used + width <= limit:
            lines[-1] = (lines[-1][0], end)
            used += width + space_em
        else:
            lines.append((start, end))
            used = width + space_em
    return lines
