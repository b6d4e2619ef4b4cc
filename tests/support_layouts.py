"""One prompt for each layout, in three ratios, and its texts in eight scripts: what the golden pictures are drawn from.

`python -m support_layouts FOLDER` (from the root, with tests/ on the path) writes the hashes of all of them to
FOLDER/hashes.json: that is how another environment is compared with this one.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.model import JobId, OutputFormat, Size
from core.ports import GenerateOrder
from core.providers.illustrator.planning import plan_order
from core.providers.illustrator.scene import Layout, Scene
from core.providers.illustrator.work import Picture, draw

RATIOS = {"3x1": Size(480, 160), "1x1": Size(256, 256), "1x3": Size(160, 480)}
SCRIPT_SIZE = Size(288, 288)
QUOTED = re.compile(r"“([^”]+)”")
# A title, a line and a third one in each script.
SCRIPTS = {
    "english": ("Midnight Market", "Every Friday at nine", "Come along"),
    "chinese": ("夏日音乐节", "每周五晚上九点", "一起来吧"),
    "japanese": ("夏祭りの花火", "毎週金曜日よる九時", "ようこそ"),
    "korean": ("서울 재즈 축제", "매주 금요일 아홉 시", "함께해요"),
    "hindi": ("हिन्दी कविता संध्या", "हर शुक्रवार नौ बजे", "आइए"),
    "bengali": ("বাংলা নববর্ষ", "প্রতি শুক্রবার নয়টায়", "চলে আসুন"),
    "arabic": ("مهرجان الصيف", "كل يوم جمعة في التاسعة", "أهلاً بكم"),
    "thai": ("งานเทศกาลอาหาร", "ทุกวันศุกร์เก้าโมง", "มาด้วยกัน"),
}


STORY = "A fox reads a book in the forest “{line}”. It sails over the sea. An owl flies at night “{third}”."


@dataclass(frozen=True, slots=True)
class Case:
    """A prompt in which {title}, {line} and {third} stand for texts; `panel` is the one of a story that is drawn."""

    prompt: str
    seed: int
    panel: int = 0

    def scene(self, script: str, seed: int = 0) -> Scene:
        title, line, third = SCRIPTS[script]
        text = self.prompt.format(title=title, line=line, third=third)
        return scene_of(text, seed or self.seed, self.panel)


CASES = {
    Layout.SCENE: Case("a fox with a guitar and a boat by the sea at sunset", 1),
    Layout.POSTER: Case("poster of a fox and a boat by the sea at night: “{title}” “{line}” “{third}”", 2),
    Layout.BANNER: Case("banner with a lion in the city: “{title}” “{line}” “{third}”", 3),
    Layout.COVER: Case("blog cover with a tent in the mountains: “{title}” “{line}”", 4),
    Layout.THUMBNAIL: Case("video thumbnail of a robot with a guitar: “{title}” “{third}”", 5),
    Layout.LOGO: Case("logo with an owl: “{title}” “{third}”", 0),
    Layout.PRODUCT: Case("product photo of a teapot on a white background: “{title}” “{line}”", 7),
    Layout.LIFESTYLE: Case("lifestyle photo of a guitar at the sea: “{title}” “{line}”", 8),
    Layout.CARD: Case("greeting card with a balloon, a rose and a butterfly: “{title}” “{line}”", 9),
    Layout.ICONS: Case("icon set: house, key, bell, camera, rocket, apple “{title}”", 9),
    Layout.COMIC: Case(f"comic “{{title}}”: {STORY}", 11),
    Layout.STORYBOARD: Case(f"storyboard: {STORY} They sleep in the mountains.", 12),
    Layout.MENU: Case("menu “{title}”: “{line}” 2.50, “{third}” 3.20, coffee 2.80, cake 4", 14),
    Layout.INFOGRAPHIC: Case("infographic “{title}”: 1. “{line}” 2. “{third}” 3. tea 4. idea", 15),
    Layout.DIAGRAM: Case("diagram “{title}”: “{line}” -> “{third}” -> tea, tea -ok-> “{line}”", 16),
    Layout.MOCKUP: Case("phone with header “{title}”, search, list, switch “{line}” and button “{third}”: mockup", 17),
    Layout.CAROUSEL: Case("carousel post: “{title}”, “{line}”, “{third}”", 18),
    Layout.PANEL: Case("A fox reads a book in the forest. It sails over the sea “{line}”.", 13, panel=2),
}


def scene_of(text: str, seed: int = 1, panel: int = 0) -> Scene:
    """The scene that a prompt is drawn as."""
    order = GenerateOrder(
        job=JobId("0" * 32),
        model="illustrator",
        text=text,
        quoted=tuple(QUOTED.findall(text)),
        size=RATIOS["1x1"],
        seed=seed,
        count=panel or 1,
        panels=bool(panel),
    )
    return plan_order(order).scenes[panel - 1 if panel else 0]


def golden_pictures(layout: Layout) -> Iterator[tuple[str, Picture]]:
    """All pictures of a layout by name: its ratios in English, its scripts in a square."""
    case = CASES[layout]
    for ratio, size in RATIOS.items():
        yield f"{layout}/{ratio}", draw(case.scene("english"), size, OutputFormat.PNG)
    for script in SCRIPTS:
        yield f"{layout}/{script}", draw(case.scene(script), SCRIPT_SIZE, OutputFormat.PNG)


def hashes(layout: Layout) -> dict[str, str]:
    """SHA-256 of the PNG files."""
    return {name: hashlib.sha256(picture.data).hexdigest() for name, picture in golden_pictures(layout)}


if __name__ == "__main__":
    found = {name: value for layout in CASES for name, value in hashes(layout).items()}
    Path(sys.argv[1], "hashes.json").write_text(json.dumps(found))
