"""A picture to the edges. A scene with a text, as an edit can make it, is a poster."""

from __future__ import annotations

from core.providers.illustrator.layouts import poster
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Scene
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Sheet


def divide(scene: Scene, palette: Palette, sheet: Box) -> Sheet:
    """The whole sheet."""
    return poster.divide(scene, palette, sheet)
