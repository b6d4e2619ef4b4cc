"""The table of layouts: which module draws which, and what it is called."""

from __future__ import annotations

from typing import Final

from core.providers.illustrator.layouts import (
    banner,
    card,
    carousel,
    cover,
    diagram,
    icons,
    infographic,
    logo,
    menu,
    mockup,
    panel,
    panels,
    poster,
    pricelist,
    product,
    scenery,
    telling,
    thumbnail,
)
from core.providers.illustrator.layouts.form import Form
from core.providers.illustrator.palette import Palette
from core.providers.illustrator.scene import Layout, Scene
from core.providers.illustrator.shapes import Box
from core.providers.illustrator.sheet import Sheet, whole_view

LAYOUTS: Final = {
    Layout.SCENE: Form("", scenery.divide),
    Layout.POSTER: Form("Poster", poster.divide),
    Layout.BANNER: Form("Banner", banner.divide),
    Layout.COVER: Form("Blog cover", cover.divide),
    Layout.THUMBNAIL: Form("Video thumbnail", thumbnail.divide),
    Layout.CAROUSEL: Form(
        "Carousel", carousel.divide, carousel.plan, carousel.take, placed=False, describe=carousel.describe
    ),
    Layout.LOGO: Form("Logo", logo.divide, take=logo.take, placed=False),
    Layout.MENU: Form("Menu", menu.divide, take=pricelist.take, placed=False, describe=pricelist.describe),
    Layout.PRODUCT: Form("Product picture", product.on_white, placed=False),
    Layout.LIFESTYLE: Form("Product picture", product.lifestyle),
    Layout.INFOGRAPHIC: Form(
        "Infographic", infographic.divide, take=infographic.take, placed=False, describe=infographic.describe
    ),
    Layout.DIAGRAM: Form("Diagram", diagram.divide, take=diagram.take, placed=False, describe=diagram.describe),
    Layout.MOCKUP: Form("Mockup", mockup.divide, take=mockup.take, placed=False, describe=mockup.describe),
    Layout.CARD: Form("Greeting card", card.divide, card.plan, card.take, placed=False),
    Layout.COMIC: Form("Comic", panels.comic, telling.plan, telling.take),
    Layout.STORYBOARD: Form("Storyboard", panels.storyboard, telling.plan, telling.take),
    Layout.PANEL: Form("Panel", panel.divide),
    Layout.ICONS: Form("Icon set", icons.divide, icons.plan, icons.take, placed=False),
}


def divide(scene: Scene, palette: Palette, width: float, height: float) -> Sheet:
    """The sheet of a scene at a size in pixels. Without a background there is no text: its ground is unknown."""
    sheet = Box(0, 0, width, height)
    if scene.transparent and scene.layout is not Layout.PANEL:
        return whole_view(scene, sheet)
    return LAYOUTS[scene.layout].divide(scene, palette, sheet)
