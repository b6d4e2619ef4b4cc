"""What the page offers and says while somebody types, in a real browser; and the palette of everything."""

from __future__ import annotations

import pytest
import support_page
from playwright.async_api import Page, expect
from support_alone import browser, easel, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_two_dashes_list_the_flags_and_a_flag_lists_its_values(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    composer, menu = page.get_by_test_id("composer"), page.get_by_test_id("slash-menu")
    await page.keyboard.type("/imagine a fox --")
    await expect(menu.get_by_role("option")).to_have_count(3)
    await expect(page.get_by_test_id("flag-item-ar")).to_have_text("--ar 16:9width to height")
    await page.keyboard.type("asp")  # an alias finds it, too
    await expect(menu.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Tab")
    await expect(composer).to_have_value("/imagine a fox --ar ")
    await expect(menu.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await expect(composer).to_have_attribute("aria-activedescendant", "composer-slash-1")
    await page.keyboard.press("Enter")
    await expect(composer).to_have_value("/imagine a fox --ar 16:9 ")
    await expect(menu).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(composer).to_have_value("")
    assert easel.posted[-1]["text"] == "/imagine a fox --ar 16:9"


async def test_what_is_whole_already_is_sent_by_one_enter_and_talk_has_no_flags(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    await page.keyboard.type("/imagine a fox --private")
    await expect(page.get_by_test_id("flag-item-private")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("")
    assert easel.posted[-1]["text"] == "/imagine a fox --private"
    await page.keyboard.type("/imagine a fox --style flat")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.keyboard.type("just talk --")
    await expect(page.get_by_test_id("slash-menu")).to_be_hidden()


async def test_a_flag_is_completed_in_the_middle_of_the_words(page: Page) -> None:  # noqa: F811
    await page.keyboard.type("/imagine  in a boat")
    for _ in " in a boat":
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.type("--st")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_test_id("composer")).to_have_value("/imagine --style poster in a boat")


async def test_the_shape_and_the_price_are_shown_while_typing(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    foreseen = page.get_by_test_id("foreseen")
    await page.keyboard.type("good morning")
    await expect(foreseen).to_be_hidden()
    await page.get_by_test_id("composer").fill("/imagine a fox")
    await expect(foreseen).to_have_text("1024 × 1024 · about $0.05")
    await page.get_by_test_id("composer").press_sequentially(" --ar 16:9")
    await expect(foreseen).to_have_text("1536 × 864 · about $0.05")
    outline = await foreseen.locator(".outline").bounding_box()
    assert outline is not None
    assert abs(outline["width"] / outline["height"] - 16 / 9) < 0.1
    assert all("--a" not in text.removesuffix("--ar 16:9") for text in easel.foreseen), "no half a flag is asked about"
    await page.get_by_role("button", name="More: Count").press("Enter")
    await page.get_by_role("button", name="More: Count").press("Enter")
    await expect(foreseen).to_have_text("1536 × 864 · 2 pictures · about $0.05")
    await page.get_by_test_id("composer").fill("")
    await expect(foreseen).to_be_hidden()


async def test_a_problem_is_said_before_it_is_sent_and_goes_when_it_is_mended(page: Page) -> None:  # noqa: F811
    composer, problem = page.get_by_test_id("composer"), page.get_by_test_id("foreseen-problem")
    await page.keyboard.type("/imagine a cat --colour red")
    await expect(problem).to_have_text("I do not know the flag --colour. Try --ar.")
    await expect(composer).to_have_attribute("aria-invalid", "true")
    await expect(composer).to_have_accessible_description("I do not know the flag --colour. Try --ar.")
    await composer.fill("/imagine a cat")
    await expect(problem).to_be_empty()
    await expect(composer).not_to_have_attribute("aria-invalid", "true")


async def test_the_palette_finds_commands_channels_people_and_themes(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    easel.say("in the sketches", channel="sketches")
    await page.keyboard.press("Control+k")
    field = page.get_by_test_id("palette-field")
    await expect(field).to_be_focused()
    await page.keyboard.type("sketch")
    await expect(page.get_by_test_id("palette").get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("palette")).to_have_count(0)
    await expect(page.locator("#channel-name")).to_have_text("sketches")

    await page.keyboard.press("Meta+k")
    await page.keyboard.type("imag")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await expect(page.get_by_test_id("composer")).to_have_value("/imagine ")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("theme dark")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    await page.keyboard.press("Control+k")
    await page.keyboard.type("no such thing")
    await expect(page.get_by_test_id("palette")).to_contain_text("Nothing is called that.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("palette")).to_have_count(0)


async def test_screen_readers_are_told_what_others_say_in_few_words(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    news = page.get_by_test_id("news")
    easel.say("hello there")
    await expect(news).to_have_text("Guest: hello there")
    await page.keyboard.type("my own words")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("message")).to_have_count(2)
    easel.result("hills", 2)
    await expect(news).to_have_text("Easel: 2 pictures. A drawing of: hills")
    for number in range(5):
        easel.say(f"line {number}")
    await expect(news).to_have_text("5 new messages. The last: Guest: line 4")
