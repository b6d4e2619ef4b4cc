"""The viewer in a real browser: zoom, the steps with their branches, two of them compared, undo and branching off."""

from __future__ import annotations

from typing import Any

import pytest
import support_page
from playwright.async_api import Browser, Locator, Page, expect
from support_alone import browser, easel, opened, page  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def shown(page: Page, kept: dict[str, Any]) -> Locator:  # noqa: F811
    """The viewer, opened on a message's first picture, with its steps."""
    image = kept["images"][0]["id"]
    await page.locator(f'#log [data-image-id="{image}"]').click()
    await expect(page.get_by_test_id("details-prompt")).not_to_be_empty()
    return page.get_by_test_id("viewer")


async def scale(page: Page) -> float:  # noqa: F811
    """How large the picture is shown: its pixels on the page's."""
    return float(
        await page.get_by_test_id("viewer-picture").evaluate(
            "(one) => one.getBoundingClientRect().width / one.offsetWidth"
        )
    )


async def left(page: Page) -> float:  # noqa: F811
    box = await page.get_by_test_id("viewer-picture").bounding_box()
    assert box is not None
    return box["x"]


def family(easel: support_page.FakeEasel) -> list[dict[str, Any]]:  # noqa: F811
    """A hill, two edits of it one after the other, and one that branches off from the hill."""
    first = easel.result("a hill")
    second = easel.result("a hill at night", parent=first["images"][0]["id"])
    third = easel.result("a hill at night with a boat", parent=second["images"][0]["id"])
    branch = easel.result("a hill in snow", parent=first["images"][0]["id"])
    return [first, second, third, branch]


async def test_zoom_by_keys_buttons_wheel_and_double_click_and_the_zoomed_picture_is_moved(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    await shown(page, easel.result("a wide hill", size=(2400, 1200)))
    stage = page.get_by_test_id("viewer-stage")
    await expect(stage).to_be_focused()
    fitted = await scale(page)
    assert fitted < 0.5
    await expect(page.get_by_test_id("viewer-zoom-out")).to_be_disabled()

    await page.keyboard.press("+")
    assert await scale(page) == pytest.approx(fitted * 1.25)
    await page.get_by_test_id("viewer-zoom-in").click()
    await page.get_by_test_id("viewer-zoom-out").click()
    assert await scale(page) == pytest.approx(fitted * 1.25)
    await page.keyboard.press("0")
    assert await scale(page) == pytest.approx(fitted)
    await stage.focus()
    await page.keyboard.press("z")
    assert await scale(page) == pytest.approx(1)
    await expect(page.get_by_test_id("viewer-zoom")).to_have_text("100 %")

    before = await left(page)
    await page.keyboard.press("ArrowRight")
    assert await left(page) == pytest.approx(before - 60), "a zoomed picture is moved, not left"
    box = await stage.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.move(*middle)
    await page.mouse.down()
    await page.mouse.move(middle[0] + 60, middle[1], steps=3)
    await page.mouse.up()
    assert await left(page) == pytest.approx(before)
    await page.mouse.move(middle[0] + 5000, middle[1])

    await page.mouse.dblclick(*middle)
    assert await scale(page) == pytest.approx(fitted)
    await page.mouse.dblclick(box["x"] + 40, middle[1])
    assert await scale(page) == pytest.approx(1)
    assert await left(page) > box["x"] - 200, "what was under the pointer stays near it"
    await page.get_by_test_id("viewer-zoom").click()
    assert await scale(page) == pytest.approx(fitted)
    await page.mouse.move(*middle)
    await page.mouse.wheel(0, -200)
    await expect(page.get_by_test_id("viewer-zoom-out")).to_be_enabled()
    assert await scale(page) > fitted


async def test_two_fingers_zoom_and_one_finger_brushes_a_whole_picture_aside(
    browser: Browser,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    first, second = easel.result("one hill"), easel.result("two hills", size=(2000, 2000))
    context = await browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, reduced_motion="reduce")
    phone = await context.new_page()
    await phone.goto(f"{easel.address}/#token={support_page.TOKEN}")
    await phone.locator(f'#log [data-image-id="{second["images"][0]["id"]}"]').tap()
    await expect(phone.get_by_test_id("details-prompt")).to_have_text("two hills")
    line = await context.new_cdp_session(phone)

    async def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    fitted = await scale(phone)
    await touch("touchStart", (150, 250))
    await touch("touchStart", (150, 250), (240, 250))
    await touch("touchMove", (100, 250), (290, 250))
    await touch("touchMove", (60, 250), (330, 250))
    await touch("touchEnd")
    await expect(phone.get_by_test_id("viewer-zoom-out")).to_be_enabled()
    assert await scale(phone) > 1.8 * fitted

    await phone.get_by_test_id("viewer-zoom").tap()
    assert await scale(phone) == pytest.approx(fitted)
    await touch("touchStart", (120, 250))
    await touch("touchMove", (180, 250))
    await touch("touchMove", (260, 255))
    await touch("touchEnd")
    await expect(phone.get_by_test_id("details-prompt")).to_have_text("one hill")
    await expect(phone.get_by_test_id("viewer-picture")).to_have_attribute("data-image-id", first["images"][0]["id"])
    await context.close()


async def test_steps_stand_in_order_with_their_branches_and_each_opens_in_place(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    first, second, third, branch = family(easel)
    viewer = await shown(page, second)
    steps = viewer.get_by_test_id("lineage").get_by_role("button")
    await expect(steps).to_have_count(4)
    names = [await steps.nth(index).get_attribute("data-testid") for index in range(4)]
    assert names == ["step-1", "step-2", "step-3", "step-2b"]
    await expect(viewer.get_by_test_id("step-2")).to_have_attribute("aria-current", "step")
    await expect(viewer.get_by_test_id("step-2b")).to_have_accessible_name(
        "Step 2b (a branch of step 1): A drawing of: a hill in snow"
    )
    await expect(viewer.get_by_test_id("viewer-where")).to_have_text("Your change starts a branch from step 2.")

    await viewer.get_by_test_id("step-2b").press("Enter")
    await expect(viewer.get_by_test_id("details-prompt")).to_have_text("a hill in snow")
    await expect(viewer.get_by_test_id("viewer-picture")).to_have_attribute("data-image-id", branch["images"][0]["id"])
    await expect(viewer.get_by_test_id("viewer-where")).to_be_hidden()
    (
        await expect(viewer.get_by_test_id("step-2")).to_have_attribute("aria-current", "step"),
        "its own line is straight now",
    )
    await expect(viewer.get_by_test_id("step-2b")).to_have_accessible_name(
        "Step 2b (a branch of step 1): A drawing of: a hill at night"
    )
    await page.keyboard.press("ArrowLeft")
    await expect(viewer.get_by_test_id("details-prompt")).not_to_have_text("a hill in snow")
    assert third["images"][0]["id"] != first["images"][0]["id"]


async def test_two_steps_are_compared_by_pointer_and_by_keys(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    _, second, third, branch = family(easel)
    viewer = await shown(page, third)
    await expect(viewer.get_by_test_id("viewer-compare")).to_be_enabled()
    await page.keyboard.press("c")
    slider = viewer.get_by_role("slider")
    await expect(slider).to_be_focused()
    await expect(slider).to_have_accessible_name(
        "Step 2 on the left, Step 3 on the right. Arrow keys move the divider."
    )
    await expect(slider).to_have_attribute("aria-valuetext", "50 % Step 2")
    before = viewer.get_by_test_id("compare-before")
    assert second["images"][0]["id"] in str(await before.get_attribute("src"))

    for key, value in (("ArrowRight", 52), ("PageUp", 62), ("Shift+ArrowLeft", 52), ("Home", 0), ("End", 100)):
        await page.keyboard.press(key)
        await expect(slider).to_have_attribute("aria-valuenow", str(value))
    assert await before.evaluate("(one) => getComputedStyle(one).clipPath") == "inset(0px 0% 0px 0px)"

    picture = await viewer.get_by_test_id("viewer-picture").bounding_box()
    grip = await slider.bounding_box()
    assert picture is not None
    assert grip is not None
    await page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + 60)
    await page.mouse.down()
    await page.mouse.move(picture["x"] + picture["width"] / 4, grip["y"] + 60, steps=4)
    await page.mouse.up()
    await expect(slider).to_have_attribute("aria-valuenow", "25")
    assert await left(page) == picture["x"], "the picture itself stays"

    await viewer.get_by_test_id("compare-with").select_option(branch["images"][0]["id"])
    await expect(slider).to_have_accessible_name(
        "Step 2b on the left, Step 3 on the right. Arrow keys move the divider."
    )
    await viewer.get_by_test_id("viewer-compare").press("Enter")
    await expect(slider).to_be_hidden()
    await expect(viewer.get_by_test_id("viewer-compare")).to_have_attribute("aria-pressed", "false")


async def test_undo_goes_back_one_step_here_and_in_the_channel(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    first, second, *_ = family(easel)
    viewer = await shown(page, second)
    await viewer.get_by_test_id("viewer-undo").press("Enter")
    await expect(viewer.get_by_test_id("viewer-note")).to_contain_text("Back to step 1.")
    await expect(viewer.get_by_test_id("viewer-picture")).to_have_attribute("data-image-id", first["images"][0]["id"])
    await expect(viewer.get_by_test_id("viewer-undo")).to_be_hidden()
    acted = easel.acted[-1]
    assert (acted["verb"], acted["image"]) == ("undo", second["images"][0]["id"])


async def test_the_next_message_branches_off_from_a_chosen_step(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    first, second, *_ = family(easel)
    viewer = await shown(page, second)
    await viewer.get_by_test_id("step-1").press("Enter")
    await expect(viewer.get_by_test_id("details-prompt")).to_have_text("a hill")
    await viewer.get_by_test_id("viewer-branch").press("Enter")
    await expect(viewer).to_have_count(0)
    await expect(page.get_by_test_id("replying")).to_contain_text("Starting from step 1")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await page.keyboard.type("make it autumn")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("")
    body = easel.posted[-1]
    assert (body["image"], body["reply_to"], body["text"]) == (first["images"][0]["id"], None, "make it autumn")
    await expect(page.get_by_test_id("replying")).to_be_hidden()


async def test_the_focus_stays_inside_and_goes_back_and_the_description_is_there_to_read(
    page: Page,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    kept = easel.result("a hill")
    viewer = await shown(page, kept)
    await expect(viewer.get_by_text("A drawing of: a hill", exact=True)).to_be_visible()
    await expect(viewer.get_by_test_id("viewer-download")).to_have_attribute("download", "")
    await expect(viewer.get_by_test_id("viewer-full")).to_have_attribute("target", "_blank")
    await expect(viewer.get_by_test_id("viewer-compare")).to_be_disabled()
    inside = "document.activeElement === document.body || !!document.activeElement.closest('[data-testid=viewer]')"
    for _ in range(16):
        await page.keyboard.press("Tab")
        assert await page.evaluate(inside)
    easel.keep({"id": kept["id"], "footer": "changed meanwhile"})  # the button that opened it is drawn anew
    await expect(page.locator("#log")).to_contain_text("changed meanwhile")
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    focused = await page.evaluate("document.activeElement.querySelector('img')?.dataset.imageId")
    assert focused == kept["images"][0]["id"]


async def test_a_picture_is_copied(page: Page, easel: support_page.FakeEasel) -> None:  # noqa: F811
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.bring_to_front()
    viewer = await shown(page, easel.result("a hill", size=(96, 64)))
    await viewer.get_by_test_id("viewer-copy").click()
    await expect(viewer.get_by_test_id("viewer-note")).to_have_text("Copied. Paste it where you like.")
    size = await page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            const bitmap = await createImageBitmap(await item.getType("image/png"));
            return [bitmap.width, bitmap.height];
        }"""
    )
    assert size == [96, 64]
