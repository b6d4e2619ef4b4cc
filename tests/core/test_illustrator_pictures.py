"""Golden pictures: eight scripts, every layout, setting and style, the same bytes on every machine.

`EASEL_UPDATE_GOLDEN=1 python -m pytest tests/core/test_illustrator_pictures.py` writes them anew; look at them before
they are committed.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from core.model import OutputFormat, Size
from core.providers.illustrator.compose import compose
from core.providers.illustrator.palette import CONTRAST_LEAST, contrast, palettes
from core.providers.illustrator.planning import scene_of
from core.providers.illustrator.reading import read
from core.providers.illustrator.scene import Light, Scene, Setting, Style, from_state, to_state
from core.providers.illustrator.story import panels
from core.providers.illustrator.work import draw

GOLDEN = Path(__file__).parent / "golden" / "illustrator"
PORTRAIT, SQUARE, WIDE, TALL, FILM = Size(240, 360), Size(320, 320), Size(480, 160), Size(160, 480), Size(384, 216)


@dataclass(frozen=True, slots=True)
class Case:
    """A picture: words, texts, size, seed."""

    text: str
    texts: tuple[str, ...]
    size: Size
    seed: int = 1
    style: str | None = None

    @property
    def scene(self) -> Scene:
        return scene_of(read(self.text, self.texts), self.texts, self.style, self.seed)


CASES = {
    "poster_english": Case("a fox and a boat by the sea at night", ("Midnight Market", "Every Friday"), PORTRAIT, 1),
    "poster_chinese": Case("一只狐狸在海边看报纸，日落", ("夏日音乐节", "在海边"), PORTRAIT, 2),
    "poster_japanese": Case("花火と猫、夜", ("夏祭り", "花火大会へようこそ"), PORTRAIT, 3),
    "poster_korean": Case("여우와 기타", ("서울 재즈 페스티벌", "2026년 5월"), PORTRAIT, 4),
    "poster_hindi": Case("a peacock in a garden", ("हिन्दी कविता संध्या", "शनिवार शाम सात बजे"), PORTRAIT, 5),
    "poster_bengali": Case("a boat on the sea at dawn", ("বাংলা নববর্ষ", "শুভেচ্ছা ও ক্ষুধা"), PORTRAIT, 6),
    "poster_arabic": Case("a camel in the desert at sunset", ("مهرجان الصيف", "الدخول مجاني 2026"), PORTRAIT, 7),
    "poster_thai": Case("an elephant in the forest", ("งานเทศกาลอาหาร", "ริมทะเล"), PORTRAIT, 8),
    "banner": Case("banner, a lion and a balloon in the city", ("Grand Opening", "Saturday at noon"), WIDE, 9),
    "square": Case("an owl reading a book", ("Book Club", "Every Monday", "Room 4", "Bring tea"), SQUARE, 12),
    "tall": Case("a rabbit and a kite on a hill", ("Spring Fair",), TALL, 11),
    "film": Case("an astronaut riding a horse in space", (), FILM, 12),
    "scene_rain": Case("a cinematic photo of a red fox reading a newspaper in the rain", (), SQUARE, 13),
    "scene_outline": Case("a bear playing a guitar, coloring page", (), SQUARE, 14),
    "scene_duotone": Case("a cat on a bicycle in the city at dusk, duotone", (), FILM, 15),
    "scene_snow": Case("two penguins, mountains, snow, rainbow", (), WIDE, 16),
    "scene_room": Case("coffee and a croissant in a cafe, morning", (), FILM, 17),
    "scene_underwater": Case("a whale and three tropical fish under the sea", (), SQUARE, 18),
}
SCRIPTS = tuple(name for name in CASES if name.startswith("poster_"))
STORY = "A fox finds a map in the forest. It sails across the sea in a boat. At night it meets an octopus."


def golden(name: str, data: bytes) -> None:
    path = GOLDEN / f"{name}.png"
    if os.environ.get("EASEL_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    expected = path.read_bytes()
    with Image.open(io.BytesIO(data)) as new, Image.open(io.BytesIO(expected)) as old:
        assert new.size == old.size
        changed = ImageChops.difference(new.convert("RGBA"), old.convert("RGBA")).convert("RGB").getbbox()
    assert changed is None, f"{name} differs from its golden picture within {changed}"
    assert data == expected, f"{name} has the same pixels and other bytes"


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    case = CASES[name]
    picture = draw(case.scene, case.size, OutputFormat.PNG)
    assert picture.remarks == ()
    golden(name, picture.data)


def test_golden_storyboard() -> None:
    whole = scene_of(read(STORY), (), None, 20)
    for scene in panels(whole, STORY, 3, ()):
        assert scene.casts[0].drawing == "🦊"
        golden(f"panel_{scene.panel}", draw(scene, FILM, OutputFormat.PNG).data)


@pytest.mark.skipif(sys.platform != "linux", reason="LD_LIBRARY_PATH is Linux's way to hide a library")
def test_every_script_is_drawn_alike_without_libfribidi_and_system_fonts(tmp_path: Path) -> None:
    """Pillow loads libfribidi from the system and sets Hindi, Bengali and Arabic wrongly, without an error, where it is
    missing. In this process it is missing, and so are the system's fonts: the eight posters are the same to the byte.
    """
    (tmp_path / "libfribidi.so.0").write_text("what is found first and is no library")
    (tmp_path / "libfribidi.so").write_text("nor is this")
    program = f"""
import pathlib, sys
from PIL import ImageFont, features
assert not features.check("fribidi"), "it could be loaded all the same"
def refuse(*_, **__): raise AssertionError("Pillow's own text was used")
ImageFont.truetype = ImageFont.load_default = ImageFont.FreeTypeFont.getmask2 = ImageFont.ImageFont.getmask = refuse
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_illustrator_pictures as own
from core.model import OutputFormat
from core.providers.illustrator.work import draw
for name in own.SCRIPTS:
    case = own.CASES[name]
    pathlib.Path({str(tmp_path)!r}, name + ".png").write_bytes(draw(case.scene, case.size, OutputFormat.PNG).data)
"""
    environment = {
        "PATH": os.environ["PATH"],
        "LD_LIBRARY_PATH": str(tmp_path),
        "FONTCONFIG_FILE": "/nonexistent",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=120)
    for name in SCRIPTS:
        assert (tmp_path / f"{name}.png").read_bytes() == (GOLDEN / f"{name}.png").read_bytes(), name


@pytest.mark.parametrize("size", [PORTRAIT, SQUARE, WIDE, TALL, FILM], ids=str)
@pytest.mark.parametrize("light", Light)
def test_text_can_be_read_in_every_light_ratio_and_seed(size: Size, light: Light) -> None:
    for seed in range(3):
        scene = scene_of(
            read(f"a fox and a boat, {light}, moon"), ("The Long Night Market", "Friday", "Free"), None, seed
        )
        check = compose(scene, size).check
        assert check.missing == ()
        assert check.outside == ()
        assert check.contrast >= CONTRAST_LEAST


@pytest.mark.parametrize("setting", Setting)
@pytest.mark.parametrize("style", Style)
def test_every_setting_and_style_is_drawn(setting: Setting, style: Style) -> None:
    scene = scene_of(read(f"a fox with a balloon, {style}"), (), None, 3)
    picture = draw(Scene(**{**_fields(scene), "setting": setting}), Size(128, 128), OutputFormat.PNG)
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert len(opened.convert("RGB").getcolors(1 << 16) or ()) > 8


def _fields(scene: Scene) -> dict[str, object]:
    return {name: getattr(scene, name) for name in Scene.__slots__}


def test_seeds_compose_differently_and_repeat_exactly() -> None:
    case = CASES["scene_rain"]
    one, two, again = (
        draw(Scene(**{**_fields(case.scene), "seed": seed}), SQUARE, OutputFormat.PNG).data for seed in (1, 2, 1)
    )
    assert one != two
    assert one == again


def test_a_panel_on_or_under_the_moon_is_at_night() -> None:
    story = "A cat finds a balloon. It flies under the moon. It lands on the moon."
    whole = scene_of(read(story), (), None, 20)
    scenes = panels(whole, story, 3, ())
    assert [scene.light for scene in scenes] == [Light.DAY, Light.NIGHT, Light.NIGHT]
    assert scenes[2].setting is Setting.SPACE


def test_a_scene_survives_its_stored_form() -> None:
    for case in CASES.values():
        assert from_state(to_state(case.scene)) == case.scene
    for foreign in ("", "{}", "[]", "no json", '{"v":99}', '{"v":1,"layout":"castle"}'):
        assert from_state(foreign) is None


def test_each_palette_can_print_text_on_its_own_paper_and_ink() -> None:
    assert {palette.light for palette in palettes()} == set(Light)
    for palette in palettes():
        assert contrast(palette.paper, palette.ink) >= 7
