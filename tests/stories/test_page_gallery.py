"""The gallery in a real browser: a channel's pictures in place of its messages, by keyboard and by pointer."""

from __future__ import annotations

from typing import Any

import pytest
import support_page
from playwright.async_api import Browser, Page, expect
from support_alone import browser, easel, message, opened, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def hang(easel: support_page.FakeEasel, count: int) -> list[dict[str, Any]]:  # noqa: F811
    """So many pictures, each in its message."""
    return [easel.result(f"hill {number}", size=(96, 64)) for number in range(count)]


async def test_all_of_it_by_keyboard_look_move_open_and_go_to_the_message(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    hung = hang(easel, 30)
    for number in range(60):
        easel.say(f"said since, {number}")
    await page.get_by_test_id("open-gallery").press("Enter")
    tiles = page.get_by_test_id("tile")
    await expect(tiles.first).to_be_focused()
    await expect(page.get_by_test_id("open-gallery")).to_have_attribute("aria-pressed", "true")
    await expect(tiles.first).to_have_accessible_name("A drawing of: hill 29. By Member")
    assert await page.get_by_test_id("gallery").locator("[tabindex='0'].tile").count() == 1

    await page.keyboard.press("ArrowRight")
    await expect(tiles.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    focused = int(await page.evaluate("[...document.querySelectorAll('.tile')].indexOf(document.activeElement)"))
    assert focused >= 4, "one row further down"
    for loaded in (12, 24):
        await expect(tiles.nth(loaded - 1)).to_be_attached()
        await page.keyboard.press("End")
    await expect(tiles).to_have_count(30)
    await page.keyboard.press("End")
    await expect(tiles.nth(29)).to_be_focused()

    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("viewer-picture")).to_have_attribute("alt", "A drawing of: hill 0")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("viewer")).to_have_count(0)
    await expect(tiles.nth(29)).to_be_focused()
    await page.keyboard.press("g")
    await expect(page.get_by_test_id("gallery")).to_be_hidden()
    await expect(message(page, hung[0])).to_be_focused()
    await expect(message(page, hung[0])).to_be_in_viewport()


async def test_words_and_a_person_narrow_it_and_escape_leads_back(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    hang(easel, 3)
    easel.result("a lighthouse")
    await page.get_by_test_id("open-gallery").click()
    tiles = page.get_by_test_id("tile")
    await expect(tiles).to_have_count(4)
    await page.get_by_test_id("gallery-words").fill("lighthouse")
    await expect(tiles).to_have_count(1)
    await page.get_by_test_id("gallery-words").fill("nothing like it")
    await expect(page.get_by_test_id("gallery-note")).to_contain_text("No picture here is like that")
    await page.get_by_test_id("gallery-words").fill("")
    await page.get_by_test_id("gallery-author").select_option("guest")
    await expect(tiles).to_have_count(0)
    await page.get_by_test_id("gallery-author").select_option("member")
    await expect(tiles).to_have_count(4)
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("gallery")).to_be_hidden()
    await expect(page.get_by_test_id("open-gallery")).to_be_focused()


async def test_what_is_drawn_meanwhile_comes_first_and_what_is_deleted_goes(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    await page.get_by_test_id("open-gallery").click()
    await expect(page.get_by_test_id("gallery-note")).to_contain_text("No pictures here yet")
    hung = hang(easel, 2)
    tiles = page.get_by_test_id("tile")
    await expect(tiles).to_have_count(2)
    await expect(tiles.first).to_have_attribute("data-image-id", hung[1]["images"][0]["id"])
    gone = hung[1]["images"][0]
    easel.images.pop(gone["id"])
    easel.keep({"id": hung[1]["id"], "images": [{**gone, "deleted": True}]})
    await expect(tiles).to_have_count(1)
    await tiles.first.press("/")
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_a_picture_in_a_thread_is_found_there(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    root = easel.result("a hill", size=(96, 64))
    turn = easel.result("a hill at night", size=(96, 64), thread=root["id"])
    await page.get_by_test_id("open-gallery").click()
    await expect(page.get_by_test_id("tile")).to_have_count(2)
    await page.get_by_test_id("tile").first.hover()
    await page.get_by_test_id("tile-go").first.click()
    there = page.locator(f'#panel [data-message-id="{turn["id"]}"]')
    await expect(there).to_be_focused()


async def test_on_a_phone_two_pictures_stand_side_by_side_and_nothing_is_wider(
    browser: Browser,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    hang(easel, 5)
    async with opened(browser, easel, width=360, height=700) as phone:
        await phone.get_by_test_id("open-gallery").click()
        first, second = phone.get_by_test_id("tile").first, phone.get_by_test_id("tile").nth(1)
        boxes = [await each.bounding_box() for each in (first, second)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["y"] == boxes[1]["y"]
        for place in ("document.documentElement", "document.querySelector('.gallery-body')"):
            assert await phone.evaluate(f"{place}.scrollWidth <= {place}.clientWidth"), place
