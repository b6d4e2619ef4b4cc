"""`make pictures`: a wall of the illustrator's work for the README, each piece from the words that stand here."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image

from core.model import JobId, OutputFormat, Quality, Size
from core.ports import GenerateOrder
from core.providers.illustrator.planning import plan_order
from core.providers.illustrator.work import draw

WALL = Path(__file__).parents[2] / "docs" / "illustrator.webp"
GAP, ROW = 16, 440
QUOTED = re.compile(r"[“”\"]([^“”\"]+)[“”\"]")
# Rows of words, each with the shape it is drawn in: a row's pieces stand side by side at one height.
ROWS: tuple[tuple[tuple[str, Size], ...], ...] = (
    (
        (
            "a poster “Midnight Market” “Every Friday at nine” with a fox and a sailing boat by the sea at night",
            Size(512, 768),
        ),
        ("blog cover “Ten quiet places” with mountains at sunset", Size(1024, 576)),
        ("a poster “夏祭り” “七月二十日” with fireworks over the city at night", Size(512, 768)),
    ),
    (
        (
            "comic: A fox finds a map in the forest. The fox says “Where does it lead?” It sails over the sea.",
            Size(1024, 1024),
        ),
        ("logo “Night Owl” “coffee and books” with an owl", Size(768, 768)),
        ("a menu “Corner Café”: espresso 2.50, cappuccino 3.20, croissant 2.80, carrot cake 3.90", Size(640, 960)),
    ),
    (
        ("diagram: Idea -> Sketch -> Review -> Print, Review -> Sketch", Size(1024, 512)),
        ("infographic “How we come to work”: 60% walk, 30% bike, 10% drive", Size(640, 640)),
        ("greeting card “ঈদ মোবারক” with the moon and stars", Size(512, 640)),
    ),
    (
        ("a tiny blue cat under a red umbrella in a village in autumn, paper cut", Size(768, 768)),
        ("icon set: house, key, bell, book, sun, bicycle", Size(768, 768)),
        ("three boats on the sea at dawn, blueprint", Size(1024, 768)),
    ),
)


def main() -> None:
    """Draw all of it, and hang it."""
    rows = [[_drawn(words, size) for words, size in row] for row in ROWS]
    fitted = [_row(row) for row in rows]
    width = min(row.width for row in fitted)
    fitted = [row.resize((width, round(row.height * width / row.width)), Image.Resampling.LANCZOS) for row in fitted]
    wall = Image.new("RGB", (width, sum(row.height + GAP for row in fitted) - GAP), "white")
    top = 0
    for row in fitted:
        wall.paste(row, (0, top))
        top += row.height + GAP
    WALL.parent.mkdir(exist_ok=True)
    wall.save(WALL, quality=84, method=6)


def _drawn(words: str, size: Size) -> Image.Image:
    order = GenerateOrder(
        job=JobId("wall"),
        model="illustrator",
        text=words,
        quoted=tuple(QUOTED.findall(words)),
        quality=Quality.HIGH,
        seed=7,
        size=size,
    )
    planned = plan_order(order)
    if planned.remarks:
        raise SystemExit(f"{words}: {' '.join(planned.remarks)}")
    with Image.open(io.BytesIO(draw(planned.scenes[0], size, OutputFormat.PNG).data)) as picture:
        return picture.convert("RGB")


def _row(pictures: list[Image.Image]) -> Image.Image:
    scaled = [one.resize((round(one.width * ROW / one.height), ROW), Image.Resampling.LANCZOS) for one in pictures]
    row = Image.new("RGB", (sum(one.width + GAP for one in scaled) - GAP, ROW), "white")
    left = 0
    for one in scaled:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row


if __name__ == "__main__":
    main()
