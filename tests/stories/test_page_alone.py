"""The playground's page in a real browser, against a small server that speaks the same interface."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import support_page
from PIL import Image
from playwright.async_api import Browser, Page, expect
from support_browser import launched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with launched(chromium_path) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def easel() -> AsyncIterator[support_page.FakeEasel]:
    fake = support_page.FakeEasel()
    runner = await support_page.serve(fake)
    yield fake
    await fake.stop()
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, easel: support_page.FakeEasel) -> AsyncIterator[Page]:
    """The page, open and signed in. A script's error or a breach of the content policy fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened = await context.new_page()
    opened.set_default_timeout(5000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    await opened.goto(f"{easel.address}/#token={support_page.TOKEN}")
    await expect(opened.get_by_test_id("composer")).to_be_focused()
    yield opened
    await context.close()
    assert faults == []


def message(page: Page, kept: dict[str, Any]) -> Any:
    return page.locator(f'#log [data-message-id="{kept["id"]}"]')


async def test_the_token_leaves_the_address_and_without_one_the_page_says_where_the_link_is(
    browser: Browser, easel: support_page.FakeEasel, page: Page
) -> None:
    assert "token" not in page.url
    await page.reload()
    await expect(page.get_by_test_id("composer")).to_be_visible()

    context = await browser.new_context()
    stranger = await context.new_page()
    await stranger.goto(easel.address)
    await expect(stranger.get_by_test_id("gate")).to_contain_text("open the link that it printed in its terminal")
    await stranger.evaluate(f"location.hash = 'token={support_page.TOKEN}'")  # the link, pasted into the same tab
    await expect(stranger.get_by_test_id("composer")).to_be_visible()
    assert "token" not in stranger.url
    await context.close()


async def test_a_dropped_stream_loses_nothing_and_doubles_nothing(page: Page, easel: support_page.FakeEasel) -> None:
    first = easel.say("first")
    await expect(message(page, first)).to_be_visible()

    easel.drop_streams()
    await expect(page.get_by_test_id("banner")).to_have_text("Reconnecting…")
    second = easel.say("said while nobody heard")
    easel.keep({"id": first["id"], "text": "first, changed", "edited": True})
    easel.streams_open.set()

    await expect(message(page, second)).to_contain_text("said while nobody heard")
    await expect(message(page, first)).to_contain_text("first, changed")
    await expect(page.get_by_test_id("banner")).to_have_text("")
    assert await page.get_by_test_id("message").count() == 2
    assert easel.asked_after == [0, first["seq"]]


async def test_an_event_may_arrive_in_any_pieces(page: Page) -> None:
    text = 'id: 7\r\nevent: message\r\ndata: {"a":\r\ndata: "é"}\r\n\r\n: keep-alive\n\nevent: hello\ndata: {}\n\n'
    whole = [
        {"id": "7", "type": "message", "data": '{"a":\n"é"}'},
        {"id": None, "type": "hello", "data": "{}"},
    ]
    parsed = await page.evaluate(
        """async (text) => {
            const { EventParser } = await import("/static/js/events.js");
            return [...text].map((_, at) => {
                const parser = new EventParser();
                return [...parser.push(text.slice(0, at)), ...parser.push(text.slice(at))];
            });
        }""",
        text,
    )
    assert [events for events in parsed if events != whole] == []


async def test_a_change_takes_the_place_of_its_message_and_an_older_one_is_ignored(
    page: Page, easel: support_page.FakeEasel
) -> None:
    said, other = easel.say("one"), easel.say("two")
    easel.keep({"id": said["id"], "text": "one, changed"})
    await expect(message(page, said)).to_contain_text("one, changed")
    easel.repeat({**said, "text": "an old state, late"})
    last = easel.say("three")
    await expect(message(page, last)).to_be_visible()

    shown = await page.get_by_test_id("message").evaluate_all("all => all.map((each) => each.dataset.messageId)")
    assert shown == [said["id"], other["id"], last["id"]]
    await expect(message(page, said)).to_contain_text("one, changed")


async def test_drawing_by_keyboard_with_the_slash_menu_and_its_options(
    page: Page, easel: support_page.FakeEasel
) -> None:
    await page.keyboard.type("/")
    menu = page.get_by_test_id("slash-menu")
    await expect(menu.get_by_role("option")).to_have_count(4)
    await page.keyboard.press("Escape")
    await expect(menu).to_be_hidden()

    await page.keyboard.type("e")
    await expect(menu).to_be_visible()
    await page.keyboard.press("Backspace")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_test_id("slash-item-edit")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("/imagine ")

    await page.keyboard.type("a fox on a hill")
    await page.get_by_test_id("option-ratio").select_option("2:3")
    await page.get_by_role("button", name="More: Count").press("Enter")
    await page.get_by_role("button", name="More: Count").press("Enter")
    await page.get_by_test_id("composer").press("Enter")

    await expect(page.get_by_test_id("picture")).to_have_count(2)
    await expect(page.get_by_test_id("picture").first).to_have_attribute("alt", "A drawing of: a fox on a hill")
    await expect(page.get_by_test_id("quota")).to_contain_text("28 of 30 left today")
    body = easel.posted[-1]
    assert (body["text"], body["command"]) == ("/imagine a fox on a hill", "imagine")
    assert body["options"] == {"ratio": "2:3", "count": 2}


async def test_a_command_that_needs_no_words_is_sent_by_one_enter(page: Page, easel: support_page.FakeEasel) -> None:
    await page.keyboard.type("/quota")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("message")).to_have_count(1)
    assert easel.posted[-1]["text"] == "/quota"


async def test_deleting_asks_first(page: Page, easel: support_page.FakeEasel) -> None:
    easel.result("hills")
    await page.get_by_test_id("btn-delete").click()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    assert easel.acted == []
    await page.get_by_test_id("btn-delete").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_test_id("message")).to_contain_text("This picture was deleted.")
    await expect(page.get_by_test_id("picture")).to_have_count(0)


async def test_one_of_several_pictures_is_chosen_and_its_buttons_act_on_it(
    page: Page, easel: support_page.FakeEasel
) -> None:
    several = easel.result("hills", 3, (96, 96))
    await expect(page.get_by_test_id("btn-edit")).to_have_count(0)
    await page.get_by_test_id("picture").nth(1).click()
    await page.get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-instruction").fill("make it night")
    await page.get_by_test_id("edit-send").click()

    await expect(page.get_by_test_id("picture")).to_have_count(4)
    acted = easel.acted[-1]
    assert (acted["verb"], acted["image"]) == ("edit", several["images"][1]["id"])
    assert acted["instruction"] == "make it night"


async def test_what_was_painted_becomes_a_mask_of_the_pictures_own_size(
    page: Page, easel: support_page.FakeEasel
) -> None:
    kept = easel.result("a beach", size=(1536, 1024))
    await page.get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-instruction").fill("a red kite")
    await page.get_by_test_id("edit-paint").click()
    canvas = page.get_by_test_id("brush-canvas")
    await expect(canvas).to_be_focused()
    box = await canvas.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    await page.mouse.down()
    await page.mouse.up()
    await page.keyboard.press("Space")  # the grid's cell in the middle, D3
    await page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.9)
    await page.get_by_test_id("brush-undo").click()
    await page.get_by_test_id("brush-apply").click()
    await expect(page.get_by_test_id("brush")).to_have_count(0)

    body = easel.posted[-1]
    assert (body["image"], body["text"], body["command"]) == (kept["images"][0]["id"], "a red kite", "edit")
    mask = Image.open(io.BytesIO(easel.uploads[body["mask"]]))
    assert (mask.format, mask.mode, mask.size) == ("PNG", "RGBA", (1536, 1024))
    alpha = mask.getchannel("A")
    values = {value for _, value in alpha.getcolors(256) or []}
    assert values == {0, 255}
    assert [alpha.getpixel(at) for at in ((384, 256), (600, 512), (1382, 922), (0, 0))] == [0, 0, 255, 255]
    painted = (alpha.histogram()[0]) / (1536 * 1024)
    assert 0.01 < painted < 0.1  # a dot of the brush's size, and a cell


async def test_a_refusal_is_said_and_the_text_stays(page: Page, easel: support_page.FakeEasel) -> None:
    await page.get_by_test_id("composer").fill("/imagine a cat --colour red")
    await page.get_by_test_id("send").click()
    sentence = "I do not know the flag --colour."
    await expect(page.get_by_test_id("refusal")).to_contain_text(sentence)
    await expect(page.get_by_test_id("refusal")).to_have_role("alert")
    await expect(page.get_by_test_id("toast")).to_have_count(0)  # said once, where the person looks
    await expect(page.get_by_test_id("composer")).to_have_value("/imagine a cat --colour red")
    assert await page.get_by_test_id("message").count() == 0

    await page.get_by_test_id("composer").fill("/imagine a cat")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await expect(page.get_by_test_id("refusal")).to_be_hidden()
    assert easel.posted[0]["client_key"] != easel.posted[1]["client_key"]


async def test_a_lost_answer_is_asked_for_again_under_the_same_key(page: Page, easel: support_page.FakeEasel) -> None:
    easel.answers_to_lose = 1
    await page.get_by_test_id("composer").fill("/imagine a boat")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await expect(page.get_by_test_id("picture")).to_have_count(1)
    keys = [body["client_key"] for body in easel.posted]
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_names_words_and_addresses_from_people_are_only_text(page: Page, easel: support_page.FakeEasel) -> None:
    hostile = '<img src=x onerror="document.title=\'broken\'"><script>document.title="broken"</script>'
    said = easel.say(hostile, reply_preview={"author": hostile, "text": hostile, "thumb": "javascript:alert(1)"})
    answer = easel.keep({"kind": "answer", "text": f"**{hostile}** `{hostile}`\n- {hostile}"})
    images = [{**image, "alt": hostile, "url": "//evil.example/x.png"} for image in easel.result("x")["images"]]
    drawn = easel.keep({"kind": "result", "images": images, "remarks": [hostile], "footer": hostile, "buttons": []})
    easel.keep({"text": hostile, "author": {"id": "x", "name": hostile, "kind": "person"}})

    await expect(message(page, said).get_by_test_id("message-text")).to_have_text(hostile)
    await expect(message(page, answer)).to_contain_text(hostile)
    await expect(message(page, drawn).get_by_test_id("picture")).to_have_attribute("src", "")
    assert await page.locator("script:not([src='/static/js/main.js'])").count() == 0
    assert await page.locator("[onerror]").count() == 0
    assert "broken" not in await page.title()


async def test_a_pasted_picture_is_sent_and_an_unusable_file_says_so_beside_itself(
    page: Page, easel: support_page.FakeEasel
) -> None:
    good = io.BytesIO()
    Image.new("RGB", (30, 20), "tomato").save(good, "PNG")
    files = [
        {"name": "beach.png", "mimeType": "image/png", "buffer": good.getvalue()},
        {"name": "broken.png", "mimeType": "image/png", "buffer": b"not a picture"},
    ]
    await page.get_by_test_id("file").set_input_files(files)  # type: ignore[arg-type]  # plain dicts of its FilePayload
    broken = page.get_by_test_id("attachment").nth(1)
    await expect(broken).to_contain_text("is not a picture that Easel can read")
    await broken.get_by_role("button", name="Remove broken.png").click()
    await page.get_by_test_id("composer").fill("look at this")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("attachment")).to_have_count(0)
    assert len(easel.posted[-1]["attachments"]) == 1


async def test_pictures_are_attached_by_pasting_and_by_dropping(page: Page, easel: support_page.FakeEasel) -> None:
    for target, event in (("composer", "paste"), ("message", "drop")):
        easel.say("something to drop on")
        await page.get_by_test_id(target).first.evaluate(
            """async (field, event) => {
                const canvas = new OffscreenCanvas(8, 8);
                canvas.getContext("2d");
                const carried = new DataTransfer();
                carried.items.add(new File([await canvas.convertToBlob()], "p.png", { type: "image/png" }));
                const init = { bubbles: true, cancelable: true, clipboardData: carried, dataTransfer: carried };
                field.dispatchEvent(event === "drop" ? new DragEvent(event, init) : new ClipboardEvent(event, init));
            }""",
            event,
        )
    await expect(page.get_by_test_id("attachment")).to_have_count(2)
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("attachment")).to_have_count(0)
    assert len(easel.posted[-1]["attachments"]) == 2


async def test_waiting_shows_the_place_the_stage_and_a_way_out(page: Page, easel: support_page.FakeEasel) -> None:
    easel.steps = asyncio.Queue()
    await page.get_by_test_id("composer").fill("/imagine a castle")
    await page.get_by_test_id("send").click()
    stage = page.get_by_test_id("stage")
    for words in ("2 before you", "Next in line", "Planning", "Drawing"):
        await expect(stage).to_have_text(words)
        if words != "Drawing":
            easel.steps.put_nowait(None)
    await expect(page.get_by_test_id("preview")).to_be_visible()
    async with page.expect_response("**/cancel"):
        await page.get_by_test_id("cancel").click()
    easel.steps.put_nowait(None)
    await expect(page.locator("[data-kind=failed]")).to_contain_text("Cancelled. Nothing was charged.")


async def test_another_person_sees_their_own_channel(page: Page, easel: support_page.FakeEasel) -> None:
    easel.say("for all")
    mine = easel.keep({"kind": "answer", "text": "for the member alone", "only_for": "member"})
    await expect(message(page, mine)).to_contain_text("Only you can see this")
    await page.get_by_test_id("person").select_option("guest")
    await expect(message(page, mine)).to_have_count(0)
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await page.get_by_test_id("composer").fill("hello")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("message")).to_have_count(2)
    assert easel.posted[-1]["person"] == "guest"


async def test_a_channel_that_could_not_be_opened_opens_when_it_is_chosen_again(
    page: Page, easel: support_page.FakeEasel
) -> None:
    said = easel.say("still here", channel="sketches")
    await page.route("**/api/messages?channel=sketches*", lambda route: route.abort())
    await page.get_by_test_id("channel-sketches").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("Easel cannot be reached")
    await page.unroute_all()
    await page.get_by_test_id("channel-sketches").click()
    await expect(message(page, said)).to_be_visible()


async def test_replies_threads_viewer_and_history_by_keyboard(page: Page, easel: support_page.FakeEasel) -> None:
    origin = easel.result("a hill")
    step = easel.result("a hill at night", parent=origin["images"][0]["id"])
    await expect(message(page, step)).to_be_visible()
    await page.keyboard.press("ArrowUp")  # from the empty box to the newest message
    await expect(message(page, step)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("r")
    await page.keyboard.type("add a boat")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("picture")).to_have_count(3)
    assert easel.posted[-1]["reply_to"] == origin["id"]

    await message(page, step).focus()
    await page.keyboard.press("t")
    await page.keyboard.type("a turn in the thread")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("thread-panel")).to_contain_text("a turn in the thread")
    assert easel.posted[-1]["thread"] == step["id"]
    await expect(page.locator("#log")).not_to_contain_text("a turn in the thread")
    await expect(message(page, step).get_by_test_id("open-thread")).to_have_text("1 reply")
    await page.keyboard.press("Escape")

    await message(page, step).get_by_test_id("btn-details").press("Enter")
    await expect(page.get_by_test_id("details-prompt")).to_have_text("a hill at night")
    await page.get_by_role("button", name="Step 1:").press("Enter")
    await expect(page.get_by_test_id("details-prompt")).to_have_text("a hill")
    await page.keyboard.press("Escape")
    await expect(message(page, step).get_by_test_id("btn-details")).to_be_focused()

    await page.get_by_test_id("open-gallery").press("Enter")
    await page.get_by_test_id("gallery-words").press_sequentially("night")
    await expect(page.get_by_test_id("tile")).to_have_count(1)


async def test_an_empty_channel_offers_six_prompts_and_one_click_fills_the_box(page: Page) -> None:
    prompts = page.get_by_test_id("empty-prompt")
    await expect(prompts).to_have_count(6)
    await prompts.nth(3).click()
    await expect(page.get_by_test_id("composer")).to_have_value('/imagine पोस्टर "हिन्दी कविता संध्या" मोर, बगीचा --ar 2:3')


async def test_nothing_is_wider_than_a_small_phone(browser: Browser, easel: support_page.FakeEasel) -> None:
    easel.result("hills", 4, (640, 320))
    easel.say("w" * 300)
    context = await browser.new_context(viewport={"width": 360, "height": 700})
    phone = await context.new_page()
    await phone.goto(f"{easel.address}/#token={support_page.TOKEN}")
    await expect(phone.get_by_test_id("message")).to_have_count(2)
    for place in ("document.documentElement", "document.getElementById('log')"):
        assert await phone.evaluate(f"{place}.scrollWidth <= {place}.clientWidth"), place
    await context.close()


async def test_the_page_asks_for_nothing_elsewhere(browser: Browser, easel: support_page.FakeEasel) -> None:
    context = await browser.new_context()
    alone = await context.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    await alone.goto(f"{easel.address}/#token={support_page.TOKEN}")
    await expect(alone.get_by_test_id("composer")).to_be_visible()
    await asyncio.sleep(0.2)
    assert [url for url in asked if not url.startswith(easel.address)] == []
    await context.close()
