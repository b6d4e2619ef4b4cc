"""A newcomer's first day, in a real browser, with the real Easel behind it: what they say, and what they see."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import support_easel
from PIL import ImageChops
from playwright.async_api import Browser, expect
from support_browser import launched
from support_visitor import Visitor, arrive, brightness

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LIMITS = """
[[limits]]
scope = "role"
selector = "everyone"
unit = "images"
window = "day"
amount = 6

[[limits]]
scope = "user"
selector = "*"
unit = "jobs"
window = "none"
amount = 2
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with launched(chromium_path) as started:
        yield started


async def test_draw_edit_undo_paint_meet_the_quota_restart_and_press_an_old_button(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "easel.toml").write_text(LIMITS, encoding="utf-8")
    folder = tmp_path / "data"
    async with support_easel.running(folder) as easel:
        guest = await arrive(browser, easel.link)
        await draws_a_poster_in_two_scripts(guest)
        await makes_it_night_and_then_wide(guest)
        await undoes(guest)
        await paints_a_mask(guest)
        await uses_up_the_quota(guest)
        await guest.page.context.close()
    async with support_easel.running(folder) as easel:
        await presses_an_old_button(await arrive(browser, easel.link))


async def draws_a_poster_in_two_scripts(guest: Visitor) -> None:
    await guest.send('/imagine a poster "ग्रीष्म मेला" “夏日集市” with a fox and a balloon at sunset --ar 2:3')
    message = await guest.result(1)
    picture, alt = await guest.picture(message)
    assert picture.width * 3 == picture.height * 2, "--ar 2:3"
    assert "ग्रीष्म मेला" in alt
    assert "夏日集市" in alt
    assert len(picture.resize((64, 96)).getcolors(6144) or ()) > 50, "something is drawn"


async def makes_it_night_and_then_wide(guest: Visitor) -> None:
    first, _ = await guest.picture(await guest.result(1))
    await guest.reply(await guest.result(1), "make it night")
    night = await guest.result(2)
    await expect(night).to_contain_text("Editing the picture of the message you replied to.")
    dark, _ = await guest.picture(night)
    assert dark.size == first.size
    assert brightness(dark) < 0.7 * brightness(first)
    await guest.reply(night, "--ar 3:1")
    wide, alt = await guest.picture(await guest.result(3))
    assert wide.width == 3 * wide.height
    assert "ग्रीष्म मेला" in alt, "the words came along"


async def undoes(guest: Visitor) -> None:
    before, _ = await guest.picture(await guest.result(2))
    wide = await guest.result(3)
    await wide.hover()
    await wide.get_by_test_id("btn-undo").click()
    back = await guest.result(4)
    after, _ = await guest.picture(back)
    assert after.tobytes() == before.tobytes(), "the step before, to the pixel"
    await expect(back).to_contain_text("Nothing was charged.")


async def paints_a_mask(guest: Visitor) -> None:
    back = await guest.result(4)
    before, _ = await guest.picture(back)
    await back.hover()
    await back.get_by_test_id("btn-edit").click()
    await guest.page.get_by_test_id("edit-paint").click()
    canvas = guest.page.get_by_test_id("brush-canvas")
    box = await canvas.bounding_box()
    assert box is not None
    await guest.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    await guest.page.mouse.down()
    await guest.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=5)
    await guest.page.mouse.up()
    await guest.page.get_by_test_id("brush-instruction").fill("paint it red")
    await guest.page.get_by_test_id("brush-apply").click()
    after, _ = await guest.picture(await guest.result(5))
    assert after.size == before.size
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None, "the painted place changed"
    left, top, right, bottom = changed
    margin = 0.12  # the brush's own radius
    assert left > before.width * (0.4 - margin)
    assert right < before.width * (0.6 + margin)
    assert top > before.height * (0.5 - margin)
    assert bottom < before.height * (0.5 + margin)


async def uses_up_the_quota(guest: Visitor) -> None:
    """Of 6 images 4 are used: the poster, the night, the wide one and the mask. Undo was free."""
    await expect(guest.page.get_by_test_id("quota")).to_contain_text("2 of 6 left")
    await guest.send("/imagine a boat on the sea --n 2")
    await guest.result(6)
    await guest.send("/imagine a cat in the snow")
    refusal = guest.page.get_by_test_id("refusal")
    await expect(refusal).to_contain_text("6 of 6 images")
    await expect(refusal).to_contain_text("resets")
    await expect(refusal).to_contain_text("Nothing was charged.")
    await expect(guest.page.get_by_test_id("composer")).to_have_value("/imagine a cat in the snow")


async def presses_an_old_button(guest: Visitor) -> None:
    await expect(guest.results).to_have_count(6, timeout=10_000)
    wide = await guest.result(3)
    await wide.hover()
    await wide.get_by_test_id("btn-undo").click()
    again = await guest.result(7)
    before, _ = await guest.picture(await guest.result(2))
    after, _ = await guest.picture(again)
    assert after.tobytes() == before.tobytes()
    details: Any = await guest.page.request.get(guest.page.url.split("/#")[0].rstrip("/") + "/healthz")
    assert json.loads(await details.text())["status"] == "ok"
