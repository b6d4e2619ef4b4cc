"""The table of layouts: which module draws which, and what it is called."""

from __future__ import annotations

from typing import Final

from core.providers.illustrator.layouts import panel, poster, scenery
from core.providers.illustrator.layouts.form import Form
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Layout, Scene
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Sheet, whole_view

LAYOUTS: Final = {
    Layout.SCENE: Form("", scenery.divide),
    Layout.POSTER: Form("Poster", poster.divide),
    Layout.BANNER: Form("Banner", poster.divide),
    Layout.COVER: Form("Poster", poster.divide),
    Layout.THUMBNAIL: Form("Poster", poster.divide),
    Layout.CAROUSEL: Form("Poster", poster.divide),
    Layout.LOGO: Form("Poster", poster.divide),
    Layout.MENU: Form("Poster", poster.divide),
    Layout.PRODUCT: Form("Poster", poster.divide),
    Layout.LIFESTYLE: Form("Poster", poster.divide),
    Layout.INFOGRAPHIC: Form("Poster", poster.divide),
    Layout.DIAGRAM: Form("Poster", poster.divide),
    Layout.MOCKUP: Form("Poster", poster.divide),
    Layout.CARD: Form("Poster", poster.divide),
    Layout.COMIC: Form("Poster", poster.divide),
    Layout.STORYBOARD: Form("Poster", poster.divide),
    Layout.PANEL: Form("Panel", panel.divide),
    Layout.ICONS: Form("Poster", poster.divide),
}


def divide(scene: Scene, palette: Palette, width: float, height: float) -> Sheet:
    """The sheet of a scene at a size in pixels. Without a background there is no text: its ground is unknown."""
    sheet = Box(0, 0, width, height)
    if scene.transparent and scene.layout is not Layout.PANEL:
        return whole_view(scene, sheet)
    return LAYOUTS[scene.layout].divide(scene, palette, sheet)
