"""Refusals in a real browser: what happened, what it cost, what to do about it, and never over the message box."""

from __future__ import annotations

import json
from typing import Any

import pytest
import support_page
from playwright.async_api import Browser, Page, Route, expect
from support_alone import browser, easel, opened, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SENTENCE = "This would go over 9 of 9 images a day. Nothing was charged. Try again in 5 hours, or ask for more."


async def over_the_limit(route: Route) -> None:
    error: dict[str, Any] = {
        "code": "quota_exceeded",
        "sentence": SENTENCE,
        "offer": {"label": "Ask for more", "act": "ask_more", "subject": "limit-1"},
    }
    await route.fulfill(status=429, content_type="application/json", body=json.dumps({"error": error}))


async def test_a_refusal_says_all_of_it_offers_what_helps_and_stays_until_it_is_closed(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    asked: list[Any] = []

    async def granted(route: Route) -> None:
        asked.append(route.request.post_data_json)
        await route.fulfill(status=200, content_type="application/json", body='{"told": "The moderators were asked."}')

    easel.result("hills")
    await page.route("**/api/actions", over_the_limit)
    await page.route("**/api/choices", granted)
    await page.get_by_test_id("btn-redo").click()
    toast = page.get_by_test_id("toast")
    await expect(toast.locator(".notice-what")).to_have_text("This would go over 9 of 9 images a day.")
    await expect(toast.locator(".notice-rest")).to_contain_text("Nothing was charged. Try again in 5 hours")
    await expect(page.get_by_role("alert").filter(has_text="Nothing was charged.")).to_have_count(1)
    await page.get_by_test_id("toast-quota").click()
    await expect(page.locator("#quota details")).to_have_attribute("open", "")
    await expect(page.get_by_test_id("quota")).to_be_focused()

    await page.keyboard.press("Escape")
    await page.get_by_test_id("btn-redo").click()
    await toast.get_by_test_id("offer-ask_more").press("Enter")
    await expect(toast).to_have_text("The moderators were asked.")
    assert [asked[0][part] for part in ("act", "subject", "channel")] == ["ask_more", "limit-1", "studio"]

    await page.get_by_test_id("btn-redo").click()
    refusal = toast.filter(has_text="9 of 9")
    await refusal.get_by_role("button", name="Close this notice").focus()
    await page.keyboard.press("Escape")
    await expect(refusal).to_have_count(0)
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_what_did_not_arrive_is_tried_again_as_the_same_request(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    easel.result("hills")
    keys: list[str] = []

    async def lost(route: Route) -> None:
        keys.append((route.request.post_data_json or {})["client_key"])
        await route.abort()

    await page.route("**/api/actions", lost)
    await page.get_by_test_id("btn-redo").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("Easel cannot be reached just now.")
    await page.unroute_all()
    await page.get_by_test_id("toast-again").click()
    await expect(page.get_by_test_id("picture")).to_have_count(2)
    assert {*keys, easel.acted[-1]["client_key"]} == {easel.acted[-1]["client_key"]}


@pytest.mark.parametrize("width", [360, 900, 1600])
async def test_a_notice_never_covers_the_message_box(
    browser: Browser,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
    width: int,
) -> None:
    easel.result("hills")
    async with opened(browser, easel, width=width, height=640) as shown:
        await shown.route("**/api/actions", over_the_limit)
        await shown.get_by_test_id("btn-redo").click()
        toast = await shown.get_by_test_id("toast").bounding_box()
        box = await shown.get_by_test_id("composer").bounding_box()
        head = await shown.locator(".bar").bounding_box()
        assert toast is not None
        assert box is not None
        assert head is not None
        assert toast["y"] >= head["y"] + head["height"], "what is left stays in view, too"
        assert toast["y"] + toast["height"] < box["y"]
        assert toast["x"] >= 0
        assert toast["x"] + toast["width"] <= width


async def test_words_from_right_to_left_stand_as_they_are_read(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    easel.say("/imagine ملصق")
    easel.say("ملصق بعنوان عربي")
    easel.result("جمل في الصحراء")
    cards = page.get_by_test_id("message-text").locator("p")
    directions = await cards.evaluate_all("all => all.map((one) => getComputedStyle(one).direction)")
    assert directions == ["rtl", "rtl"]
    await page.get_by_test_id("picture").click()
    await expect(page.get_by_test_id("details-prompt")).to_have_css("direction", "rtl")
    await expect(page.get_by_test_id("details").get_by_text("A drawing of: جمل")).to_have_css("direction", "ltr")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("composer").fill("جمل")
    await expect(page.get_by_test_id("composer")).to_have_css("direction", "rtl")


async def test_the_arabic_card_reads_from_the_right_and_its_flags_do_not(page: Page) -> None:  # noqa: F811
    card = page.get_by_test_id("empty-prompt").last
    await expect(card.locator("strong")).to_have_css("direction", "rtl")
    await expect(card.locator(".empty-words")).to_have_css("direction", "rtl")
    await expect(card.locator(".unbroken")).to_have_css("direction", "ltr")
    await expect(card.locator(".unbroken")).to_have_text("--ar 2:3")
    await expect(page.get_by_test_id("empty-prompt").first.locator(".empty-words")).to_have_css("direction", "ltr")
    loaded = "all => all.every((one) => one.complete && one.naturalWidth > 0)"
    pictures = page.get_by_test_id("empty-prompt").locator("img")
    await expect(pictures).to_have_count(6)
    await pictures.evaluate_all("all => Promise.all(all.map((one) => one.decode()))")
    assert await pictures.evaluate_all(loaded)
