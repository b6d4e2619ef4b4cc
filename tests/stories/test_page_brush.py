"""The brush in a real browser: what is painted is sent to the pixel, by pointer and by the lettered grid alone."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest
import support_page
from PIL import Image, ImageChops, ImageDraw
from playwright.async_api import Page, expect
from support_alone import browser, easel, page  # noqa: F401 - fixtures

from core.images.masks import painted, softened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SENT_MS = 30_000  # Chromium encodes a canvas when it is idle, which a busy machine rarely is
SIZE = (640, 400)  # eight columns of 80, five rows of 80


async def painting(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    """The brush, open on a picture, with what it should become."""
    easel.result("a beach", size=SIZE)
    await page.get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-instruction").fill("a red kite")
    await page.get_by_test_id("edit-paint").press("Enter")
    await expect(page.get_by_test_id("brush-canvas")).to_be_focused()


async def sent(page: Page, easel: support_page.FakeEasel) -> Image.Image:  # noqa: F811
    """Send it; how strongly each pixel was painted, as the server reads the mask."""
    await page.get_by_test_id("brush-apply").press("Enter")
    await expect(page.get_by_test_id("brush")).to_have_count(0, timeout=SENT_MS)
    body: dict[str, Any] = easel.posted[-1]
    data = easel.uploads[body["mask"]]
    with Image.open(io.BytesIO(data)) as mask:
        assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", SIZE)
    return painted(data)


def cells(*names: str) -> Image.Image:
    """The mask of these cells of the grid."""
    mask = Image.new("L", SIZE, 0)
    for name in names:
        x, y = 80 * (ord(name[0]) - ord("A")), 80 * (int(name[1:]) - 1)
        ImageDraw.Draw(mask).rectangle((x, y, x + 79, y + 79), fill=255)
    return mask


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: F811
    """A stroke between two points of the picture, in its own pixels."""
    box = await page.get_by_test_id("brush-canvas").bounding_box()
    assert box is not None
    grown = box["width"] / SIZE[0]
    await page.mouse.move(box["x"] + start[0] * grown, box["y"] + start[1] * grown)
    await page.mouse.down()
    await page.mouse.move(box["x"] + end[0] * grown, box["y"] + end[1] * grown, steps=5)
    await page.mouse.up()


async def test_by_keys_alone_cells_are_chosen_announced_taken_back_and_sent_to_the_pixel(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    await painting(page, easel)
    said = page.get_by_test_id("brush-status")
    for key, words in (
        ("ArrowLeft", "C3"),
        ("ArrowUp", "C2"),
        ("Space", "C2 selected"),
        ("ArrowLeft", "B2"),
        ("ArrowDown", "B3"),
        ("Space", "B3 selected"),
        ("Shift+ArrowRight", "C3 selected"),
        ("ArrowLeft", "B3, selected"),
        ("Space", "B3 cleared"),
        ("Control+z", "Undone."),
        ("Control+z", "Undone."),
        ("Control+Shift+z", "Done again."),
        ("Space", "B3 cleared"),
        ("Control+z", "Undone."),
    ):
        await page.keyboard.press(key)
        await expect(said).to_have_text(words)
    for _ in range(9):
        await page.keyboard.press("ArrowRight")
    await expect(said).to_have_text("H3")  # the border holds
    assert (await sent(page, easel)).tobytes() == cells("C2", "B3", "C3").tobytes()


async def test_a_stroke_is_sent_as_it_was_drawn(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    await painting(page, easel)
    radius = float(await page.get_by_test_id("brush-size").input_value())
    start, end = (160.0, 120.0), (420.0, 260.0)
    await drag(page, start, end)
    mask = await sent(page, easel)
    wrong = 0
    for y in range(0, SIZE[1], 2):
        for x in range(0, SIZE[0], 2):
            away = distance((x + 0.5, y + 0.5), start, end) - radius
            # The pointer stands on whole pixels of the screen, which lie closer than the picture's.
            wrong += abs(away) > 1.2 and (mask.getpixel((x, y)) == 255) != (away < 0)
    assert wrong == 0
    assert {value for _, value in mask.getcolors(256) or []} == {0, 255}


def distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """From a point to a line."""
    along = [end[axis] - start[axis] for axis in (0, 1)]
    part = sum((point[axis] - start[axis]) * along[axis] for axis in (0, 1)) / (along[0] ** 2 + along[1] ** 2)
    held = max(0.0, min(1.0, part))
    return math.hypot(*(point[axis] - start[axis] - held * along[axis] for axis in (0, 1)))


async def test_a_soft_edge_is_the_one_that_the_server_makes(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    await painting(page, easel)
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowDown"):
        await page.keyboard.press(key)
    await page.get_by_test_id("brush-feather").fill("14")
    soft = await sent(page, easel)
    expected = softened(cells("D3", "E3", "E4"), 14)
    assert len(soft.getcolors(256) or []) > 10
    difference = ImageChops.difference(soft, expected).getextrema()
    assert isinstance(difference, tuple)
    assert difference[1] is not None
    assert difference <= (0, 2), "rounding, and nothing else"


async def test_erase_invert_clear_and_all_of_it_again(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    await painting(page, easel)
    await page.get_by_test_id("brush-tool-grid").check(force=True)
    for x, y in ((120, 120), (200, 120), (280, 120)):
        await drag(page, (x, y), (x, y))
    await expect(page.get_by_test_id("brush-status")).to_have_text("D2 selected")
    await page.get_by_test_id("brush-tool-erase").check(force=True)
    await page.get_by_test_id("brush-size").fill("60")
    await drag(page, (280, 120), (320, 120))
    await page.get_by_test_id("brush-invert").click()
    await page.get_by_test_id("brush-clear").click()
    await page.get_by_test_id("brush-undo").click()
    await page.get_by_test_id("brush-invert").click()
    await expect(page.get_by_test_id("brush-redo")).to_have_attribute("aria-disabled", "true")
    mask = await sent(page, easel)
    assert [mask.getpixel(at) for at in ((120, 120), (200, 120), (280, 120), (600, 380))] == [255, 255, 0, 0]
    whole = cells("B2", "C2", "D2")
    assert ImageChops.subtract(mask, whole).getbbox() is None, "twice inverted is as before"


async def test_nothing_painted_is_said_and_nothing_is_sent(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    await painting(page, easel)
    await page.get_by_test_id("brush-apply").click()
    await expect(page.get_by_test_id("brush-problem")).to_have_text("Paint over the part that should change first.")
    await page.get_by_test_id("brush-canvas").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Space")  # painted, and taken away again: nothing is left
    await page.get_by_test_id("brush-apply").press("Enter")
    await expect(page.get_by_test_id("brush-problem")).to_have_text("Paint over the part that should change first.")
    assert easel.posted == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("brush")).to_have_count(0)
    await expect(page.get_by_test_id("edit-paint")).to_be_focused()


async def test_finer_cells_and_the_shape_of_the_picture(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    await painting(page, easel)
    await page.get_by_test_id("brush-tool-grid").check(force=True)
    await page.get_by_test_id("brush-fineness").select_option("fine")
    await page.get_by_test_id("brush-canvas").focus()
    for _ in range(20):
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("brush-status")).to_have_text("P10 selected")
    assert (await sent(page, easel)).getbbox() == (600, 360, 640, 400)
