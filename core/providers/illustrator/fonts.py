"""Which typeface sets which character, and what its glyphs look like.

The faces are Noto Sans (SIL Open Font License 1.1) as the wheels `manimgx-fonts` and `manimgx-fonts-cjk` ship them: one
variable file for each script, and one collection for Chinese, Japanese and Korean. The script files hold no Latin
letters, so that every character asks for its own face.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz as hb

CJK_FILE = "NotoSansCJK-VF.otf.ttc"
# The collection's members in the file's own order (notofonts/noto-cjk, Sans/Variable/OTC).
CJK_INDEX = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3, "zh-HK": 4}

SCRIPT_FILES = {
    "Arab": "NotoSansArabic[wght].ttf",
    "Armn": "NotoSansArmenian[wght].ttf",
    "Beng": "NotoSansBengali[wght].ttf",
    "Deva": "NotoSansDevanagari[wght].ttf",
    "Ethi": "NotoSansEthiopic[wght].ttf",
    "Geor": "NotoSansGeorgian[wght].ttf",
    "Gujr": "NotoSansGujarati[wght].ttf",
    "Guru": "NotoSansGurmukhi[wght].ttf",
    "Hebr": "NotoSansHebrew[wght].ttf",
    "Khmr": "NotoSansKhmer[wght].ttf",
    "Knda": "NotoSansKannada[wght].ttf",
    "Laoo": "NotoSansLao[wght].ttf",
    "Mlym": "NotoSansMalayalam[wght].ttf",
    "Mymr": "NotoSansMyanmar[wght].ttf",
    "Orya": "NotoSansOriya[wght].ttf",
    "Sinh": "NotoSansSinhala[wght].ttf",
    "Taml": "NotoSansTamil[wght].ttf",
    "Telu": "NotoSansTelugu[wght].ttf",
    "Thai": "NotoSansThai[wght].ttf",
}
CJK_SCRIPTS = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
LATIN_FILE = "NotoSans[wght].ttf"
FALLBACK_FILES = (LATIN_FILE, "NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf")

Command = tuple[str, tuple[float, ...]]


class GlyphPen:
    """Records one glyph's outline as SVG path commands in font units, y upwards."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def moveTo(self, at: tuple[float, float]) -> None:  # noqa: N802, RUF100 - the pen protocol's own names (fontTools.pens)
        """Begin a contour."""
        self.commands.append(("M", at))

    def lineTo(self, to: tuple[float, float]) -> None:  # noqa: N802, RUF100
        """A straight line."""
        self.commands.append(("L", to))

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802, RUF100
        """A cubic curve."""
        self.commands.append(("C", tuple(value for point in points for value in point)))

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802, RUF100
        """A quadratic curve."""
        self.commands.append(("Q", tuple(value for point in points for value in point)))

    def closePath(self) -> None:  # noqa: N802, RUF100
        """End a contour."""
        self.commands.append(("Z", ()))


@dataclass(frozen=True, slots=True)
class Extents:
    """How far a glyph's ink reaches above and below the baseline, in em."""

    above: float
    below: float


class Typeface:
    """One face at one weight."""

    def __init__(self, file: Path, index: int, weight: int) -> None:
        self.face = hb.Face(hb.Blob.from_file_path(str(file)), index)
        self.font = hb.Font(self.face)
        self.font.set_variations({"wght": weight})
        self.units_per_em = int(self.face.upem)
        self._characters = self.face.unicodes
        self._outlines: dict[int, tuple[Command, ...]] = {}

    def covers(self, character: str) -> bool:
        """Whether the face has a glyph for it."""
        return ord(character) in self._characters

    def outline(self, glyph: int) -> tuple[Command, ...]:
        """The glyph's outline in font units, remembered: a text repeats its letters."""
        known = self._outlines.get(glyph)
        if known is None:
            pen = GlyphPen()
            self.font.draw_glyph_with_pen(glyph, pen)
            known = self._outlines[glyph] = tuple(pen.commands)
        return known

    def extents(self, glyph: int) -> Extents:
        """The ink's reach, in em."""
        box = self.font.get_glyph_extents(glyph)
        if box is None:
            return Extents(0.0, 0.0)
        top = box.y_bearing / self.units_per_em
        return Extents(top, -(top + box.height / self.units_per_em))


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The font package {package} is not installed.")
    return Path(found.origin).parent


class Fonts:
    """The installed faces, opened when first needed and kept for the process's life."""

    def __init__(self) -> None:
        self._folder = _folder("manimgx_fonts")
        self._cjk_folder = _folder("manimgx_fonts_cjk")
        self._open: dict[tuple[str, int, int], Typeface] = {}

    def typeface(self, file: str, weight: int, index: int = 0) -> Typeface:
        """The face of a file at a weight from 100 to 900."""
        key = (file, index, weight)
        if key not in self._open:
            folder = self._cjk_folder if file == CJK_FILE else self._folder
            self._open[key] = Typeface(folder / file, index, weight)
        return self._open[key]

    def candidates(self, script: str, language: str, weight: int) -> Iterator[Typeface]:
        """The faces to ask for a character of this script (ISO 15924), best first; every face at last."""
        cjk = CJK_INDEX.get(language, CJK_INDEX["zh-Hans"])
        if script in CJK_SCRIPTS:
            yield self.typeface(CJK_FILE, weight, cjk)
        if script in SCRIPT_FILES:
            yield self.typeface(SCRIPT_FILES[script], weight)
        for file in FALLBACK_FILES:
            yield self.typeface(file, weight)
        yield self.typeface(CJK_FILE, weight, cjk)
        for file in SCRIPT_FILES.values():
            yield self.typeface(file, weight)


@functools.cache
def installed_fonts() -> Fonts:
    """The faces of this installation: opened once in each process."""
    return Fonts()
