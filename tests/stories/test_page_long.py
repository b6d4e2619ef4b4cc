"""A channel in which thousands of things were said, in a real browser: a bounded page on which nothing jumps."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import support_page
from playwright.async_api import Page, Route, expect
from support_alone import browser, easel, message, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SAID = 260
ARTICLES_MAX = 50
STEP_PX = 500

# One step of scrolling, then two frames; where every article that stayed in view was before and is now.
STEP = """async (by) => {
    const log = document.getElementById("log");
    const edge = log.getBoundingClientRect();
    const places = () => new Map([...log.querySelectorAll("[data-message-id]")].map((each) => {
        const box = each.getBoundingClientRect();
        return [each.dataset.messageId, [box.top - edge.top, box.bottom - edge.top]];
    }));
    const before = places();
    const from = log.scrollTop;
    log.scrollTop -= by;
    const moved = from - log.scrollTop;
    const start = performance.now();
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const now = places();
    const seen = [...now].filter(([, [top, bottom]]) => bottom > 1 && top < edge.height - 1);
    const jumps = seen.filter(([id]) => before.has(id)).map(([id, [top]]) => Math.abs(top - before.get(id)[0] - moved));
    const covered = seen.reduce((sum, [, [top, bottom]]) => sum + Math.min(bottom, edge.height) - Math.max(top, 0), 0);
    return {
        jump: Math.max(0, ...jumps), seen: seen.map(([id]) => id), articles: now.size, covered, height: edge.height,
        at: log.scrollTop, all: [...now.keys()], nodes: log.querySelectorAll("*").length,
        end: log.scrollHeight - log.scrollTop - log.clientHeight,
    };
}"""


def talk(easel: support_page.FakeEasel, count: int = SAID) -> list[dict[str, Any]]:  # noqa: F811
    """Words of many lengths, and a picture here and there, in a channel that nobody looks at yet."""
    easel.result("hills", channel="sketches", created_at_us=time.time_ns() // 1000 - (count + 1) * 7_000_000)
    drawn = next(iter(easel.messages.values()))
    said = [drawn]
    for number in range(1, count):
        at_us = time.time_ns() // 1000 - (count - number) * 7_000_000
        if number % 9 == 0:
            kept = easel.keep({**drawn, "id": f"{number:032x}", "created_at_us": at_us})
        else:
            words = f"{number}: " + "words that go on " * (number * 7 % 23)
            kept = easel.say(words, ("guest", "moderator")[number // 4 % 2], channel="sketches", created_at_us=at_us)
        said.append(kept)
    return said


async def scrolled(page: Page, by: int, until: Any) -> list[dict[str, Any]]:  # noqa: F811
    """Step by step, until it is true of a step."""
    steps: list[dict[str, Any]] = [await page.evaluate(STEP, 0)]
    for _ in range(2000):
        steps.append(await page.evaluate(STEP, by))
        if until(steps[-1]):
            return steps
    raise AssertionError("the end was never reached")


async def home(page: Page) -> None:  # noqa: F811
    """To the very first message, from a message: each time to the oldest one that was read so far."""
    while await page.get_by_test_id("older").is_visible():
        await page.keyboard.press("Home")
    await page.keyboard.press("Home")


async def test_thousands_of_messages_are_a_bounded_page_on_which_nothing_jumps(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    said = talk(easel)
    ids = [each["id"] for each in said]
    await page.get_by_test_id("channel-sketches").click()
    await expect(message(page, said[-1])).to_be_in_viewport()

    up = await scrolled(page, STEP_PX, lambda step: step["seen"] and step["seen"][0] == ids[0] and step["at"] == 0)
    down = await scrolled(page, -STEP_PX, lambda step: step["end"] < 1)
    for steps in (up, down):
        assert max(step["jump"] for step in steps) <= 1.5, "what is read stays where it is read"
        assert max(step["articles"] for step in steps) <= ARTICLES_MAX
        assert max(step["nodes"] for step in steps) <= ARTICLES_MAX * 40
        assert {each for step in steps for each in step["seen"]} == set(ids), "every message was seen on the way"
        for step in steps:
            first = ids.index(step["all"][0])
            assert step["all"] == ids[first : first + len(step["all"])], "in order, none left out"
        assert min(step["covered"] / step["height"] for step in steps) > 0.9, "no empty stretch comes into view"


async def test_a_page_that_goes_in_above_moves_nothing_even_at_the_very_top(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    said = talk(easel, 120)
    gate = asyncio.Event()

    async def held(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    await page.route("**/api/messages?*before=*", held)
    await page.get_by_test_id("channel-sketches").click()
    await expect(message(page, said[-1])).to_be_in_viewport()
    await scrolled(page, 900, lambda step: step["at"] == 0)
    oldest = message(page, said[-50])
    before = await oldest.bounding_box()
    gate.set()
    await expect(message(page, said[-51])).to_be_attached()
    after = await oldest.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) <= 1.5
    easel.keep({"id": said[0]["id"], "edited": True})  # far away: nothing moves, and it is there when it is reached
    await page.get_by_test_id("composer").press("ArrowUp")
    await home(page)
    await expect(message(page, said[0])).to_be_focused()
    assert easel.messages[said[0]["id"]]["edited"]


async def test_keys_go_through_all_of_it_and_the_focus_is_never_lost(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    said = talk(easel, 160)
    await page.get_by_test_id("channel-sketches").press("Enter")
    await expect(message(page, said[-1])).to_be_in_viewport()
    await page.keyboard.press("ArrowUp")
    await expect(message(page, said[-1])).to_be_focused()
    for _ in range(40):
        await page.keyboard.press("ArrowUp")
    await expect(message(page, said[-41])).to_be_focused()
    await expect(message(page, said[-41])).to_be_in_viewport()

    await home(page)
    first = message(page, said[0])
    await expect(first).to_be_focused()
    await expect(first).to_have_attribute("aria-posinset", "1")
    await expect(first).to_have_attribute("aria-setsize", str(len(said)))
    assert await page.locator("#log [data-message-id][tabindex='0']").count() == 1

    for _ in range(30):
        await page.keyboard.press("PageDown")
        assert await page.evaluate("document.activeElement.matches('#log [data-message-id]')")
    await page.keyboard.press("End")
    await expect(message(page, said[-1])).to_be_focused()
    await expect(message(page, said[-1])).to_have_attribute("aria-posinset", str(len(said)))


async def test_who_reads_further_up_is_told_of_what_is_new_and_stays_where_they_are(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    said = talk(easel, 60)
    await page.get_by_test_id("channel-sketches").click()
    await expect(message(page, said[-1])).to_be_in_viewport()
    step = (await scrolled(page, 900, lambda step: step["at"] == 0))[-1]
    new = easel.say("something new", channel="sketches")
    button = page.get_by_role("button", name="New messages")
    await expect(button).to_be_visible()
    assert (await page.evaluate(STEP, 0))["seen"] == step["seen"]
    await button.press("Enter")
    await expect(message(page, new)).to_be_in_viewport()
    await expect(button).to_be_hidden()
    at_end = easel.say("and more, which is followed", channel="sketches")
    await expect(message(page, at_end)).to_be_in_viewport()
