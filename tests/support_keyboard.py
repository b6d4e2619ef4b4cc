"""The page's stories by keyboard alone: what is pressed, and what is seen. `test_page_keyboard` lists them all."""

from __future__ import annotations

from playwright.async_api import expect
from support_hands import Hands
from support_web import House, png


async def draw(hands: Hands, easel: House) -> None:
    await hands.keys.type("/ima")
    await hands.press("ArrowDown", "ArrowUp", "Tab")  # the suggestion is taken
    await hands.keys.type("a red fox")
    await hands.press("Shift+Enter")
    await hands.keys.type("on a hill")
    before = await hands.newest()
    await hands.press("Enter")
    await expect((await hands.drawn_after(before)).get_by_test_id("picture")).to_be_visible()
    await expect(hands.page.locator("#log")).to_contain_text("a red fox\non a hill")


async def reply(hands: Hands, easel: House) -> None:
    first = await hands.draw("/imagine a fox")
    before = await first.get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.press("r")
    await hands.say("make it night")
    await expect(await hands.drawn_after(before)).to_contain_text("the message you replied to")


async def edit(hands: Hands, easel: House) -> None:
    before = await (await hands.draw("/imagine a boat")).get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.press("e")
    await hands.say("make it red")
    await hands.drawn_after(before)


async def choose(hands: Hands, easel: House) -> None:
    four = await hands.draw("/imagine four boats --n 4")
    await hands.to_messages()
    for _ in range(3):
        await hands.press("Tab")
    await hands.press("Enter")
    await expect(four.locator(".picture.chosen")).to_be_focused()
    await expect(four.get_by_role("group", name="Picture 3", exact=True)).to_be_visible()
    before = await hands.newest()
    await hands.to("btn-vary")
    await hands.press("Enter")
    await hands.drawn_after(before)


async def thread(hands: Hands, easel: House) -> None:
    await hands.draw("/imagine a house")
    await hands.to_messages()
    await hands.press("t")
    await expect(hands.page.get_by_test_id("thread-composer")).to_be_focused()
    await hands.say("with a red door")
    panel = hands.page.get_by_test_id("thread-panel")
    await expect(panel.locator('[data-kind="result"]')).to_have_count(2)
    await hands.press("Escape")
    await expect(panel).to_be_hidden()


async def viewer(hands: Hands, easel: House) -> None:
    before = await (await hands.draw("/imagine a hill")).get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.press("e")
    await hands.say("make it green")
    await hands.drawn_after(before)
    await hands.to_messages()
    await hands.to("btn-details")
    await hands.press("Enter")
    shown = hands.page.get_by_test_id("viewer")
    await expect(hands.page.get_by_test_id("details-prompt")).to_contain_text("make it green")
    await hands.press("+", "-", "0", "z", "0", "ArrowLeft")
    await expect(hands.page.get_by_test_id("details-prompt")).to_contain_text("a hill")
    await hands.press("ArrowRight")
    await expect(hands.page.get_by_test_id("details-prompt")).to_contain_text("make it green")
    await hands.press("c")
    await expect(hands.page.get_by_test_id("viewer-compare")).to_have_attribute("aria-pressed", "true")
    await hands.press("Escape")
    await expect(shown).to_have_count(0)
    await expect(hands.page.get_by_test_id("btn-details").last).to_be_focused()


async def brush(hands: Hands, easel: House) -> None:
    before = await (await hands.draw("/imagine a beach")).get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.press("e")
    await hands.to("edit-paint")
    await hands.press("Enter")
    await expect(hands.page.get_by_test_id("brush-canvas")).to_be_focused()
    await hands.press("ArrowRight", "Space")
    await expect(hands.page.get_by_test_id("brush-status")).to_contain_text("selected")
    await hands.press("Shift+ArrowDown", "Control+z", "Control+y")
    await hands.to("brush-instruction")
    await hands.keys.type("a red kite")
    await hands.to("brush-apply")
    await hands.press("Enter")
    await hands.drawn_after(before)
    assert easel.painter.orders[-1].text.endswith("a red kite")


async def gallery(hands: Hands, easel: House) -> None:
    drawn = await hands.draw("/imagine something for the wall")
    newest = await drawn.get_attribute("data-message-id")
    await hands.draw("/imagine something else")
    await hands.to("send")
    await hands.press("g")
    tiles = hands.page.get_by_test_id("tile")
    await expect(tiles.first).to_be_focused()
    await hands.press("ArrowRight", "Enter")
    await expect(hands.page.get_by_test_id("viewer-picture")).to_be_visible()
    await hands.press("Escape")
    await expect(hands.page.get_by_test_id("viewer")).to_have_count(0)
    await expect(tiles.nth(1)).to_be_focused()
    await hands.press("g")
    await expect(hands.page.locator(f'#log [data-message-id="{newest}"]')).to_be_focused()
    await hands.press("g")
    await hands.to("gallery-words", key="Shift+Tab")
    await hands.keys.type("something else")
    await expect(tiles).to_have_count(1)
    await hands.press("Escape")
    await expect(hands.page.get_by_test_id("gallery")).to_be_hidden()


async def palette(hands: Hands, easel: House) -> None:
    await hands.press("Control+k")
    await hands.say("theme light")
    await expect(hands.page.locator("html")).to_have_attribute("data-theme", "light")
    await hands.press("Control+k")
    await hands.say("as the system")
    await expect(hands.page.locator("html")).not_to_have_attribute("data-theme", "light")
    await hands.to("send")
    await hands.press("/")
    await expect(hands.page.get_by_test_id("slash-menu")).to_be_visible()
    await hands.press("Escape", "Backspace")


async def switch_channel(hands: Hands, easel: House) -> None:
    name = hands.page.locator("#channel-name")
    await hands.to("channel-posters")
    await hands.press("Enter")
    await expect(name).to_have_text("posters")
    await hands.press("Control+k")
    await hands.say("#studio")
    await expect(name).to_have_text("studio")


async def quota(hands: Hands, easel: House) -> None:
    await hands.to("quota", key="Shift+Tab")
    await hands.press("Enter")
    await expect(hands.page.locator(".quota-popover")).to_be_visible()
    await hands.press("Escape")
    await expect(hands.page.locator(".quota-popover")).to_be_hidden()
    await hands.to_box()
    await hands.say("/quota")
    await expect(hands.page.locator("#log [data-kind=answer]").last).to_contain_text("images left of")


async def help_and_keys(hands: Hands, easel: House) -> None:
    await hands.press("Control+k")
    await hands.say("help commands, flags")
    await expect(hands.page.get_by_test_id("help")).to_contain_text("Flags in the text")
    await hands.press("Escape")
    await hands.to("send")
    await hands.press("?")
    await expect(hands.page.get_by_test_id("keys")).to_contain_text("With the brush")
    await hands.press("Escape")
    await expect(hands.page.get_by_test_id("keys")).to_have_count(0)


async def upload(hands: Hands, easel: House) -> None:
    before = await hands.newest()
    async with hands.page.expect_file_chooser() as coming:
        await hands.to("attach", key="Shift+Tab")
        await hands.press("Enter")
    chooser = await coming.value
    await chooser.set_files([{"name": "beach.png", "mimeType": "image/png", "buffer": png(80, 60)}])
    await expect(hands.page.get_by_test_id("attachment")).to_contain_text("80 × 60")
    await hands.to("composer")
    await hands.say("/edit make it blue")
    await hands.drawn_after(before)


async def cancel(hands: Hands, easel: House) -> None:
    await hands.to_box()
    await hands.say("/imagine a castle, slowly")
    await expect(hands.page.get_by_test_id("cancel")).to_be_visible()
    await hands.to_messages()
    await hands.to("cancel")
    await hands.press("Enter")
    await expect(hands.page.locator("#log [data-kind=failed]").last).to_contain_text("ancelled")


async def undo(hands: Hands, easel: House) -> None:
    before = await (await hands.draw("/imagine a tree")).get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.press("e")
    await hands.say("make it bare")
    before = await (await hands.drawn_after(before)).get_attribute("data-message-id") or ""
    await hands.to_messages()
    await hands.to("btn-undo")
    await hands.press("Enter")
    await hands.drawn_after(before)


async def delete(hands: Hands, easel: House) -> None:
    drawn = await hands.draw("/imagine a mistake")
    await hands.to_messages()
    await hands.to("btn-delete")
    await hands.press("Enter")
    await expect(hands.page.get_by_role("button", name="Keep it")).to_be_focused()
    await hands.to("confirm-yes")
    await hands.press("Enter")
    await expect(drawn).to_contain_text("This message was deleted.")


async def private(hands: Hands, easel: House) -> None:
    mine = await hands.draw("/imagine a present --private")
    await expect(mine).to_contain_text("Only you can see this")
    before = await hands.newest()
    await hands.to_messages()
    await hands.to("btn-share")
    await hands.press("Enter")
    await expect(await hands.drawn_after(before)).not_to_contain_text("Only you can see this")


async def approve(hands: Hands, easel: House) -> None:
    async with easel.browser("moderator", "posters") as moderator:
        await moderator.say("/easel approval above $0.01")
        before = await hands.newest()
        await hands.to_box()
        await hands.say("/imagine a golden statue")
        await expect(hands.page.get_by_test_id("choice-agree")).to_be_visible()
        await hands.press("Control+k")
        await hands.say("speak as moderator")
        await expect(hands.page.get_by_test_id("person")).to_have_value("moderator")
        await expect(hands.page.get_by_test_id("choice-agree")).to_be_visible()
        await hands.to_message("choice-agree")
        await hands.to("choice-agree")
        await hands.press("Enter")
        await hands.drawn_after(before)
        await moderator.say("/easel approval off")
    await hands.press("Control+k")
    await hands.say("speak as member")
    await expect(hands.page.get_by_test_id("person")).to_have_value("member")


async def privacy(hands: Hands, easel: House) -> None:
    await hands.to_box()
    await hands.say("/privacy export")
    await expect(hands.page.get_by_test_id("own-data-export").last).to_be_visible()
    await hands.to_messages()
    await hands.to("own-data-export")
    async with hands.page.expect_download() as coming:
        await hands.press("Enter")
    assert (await coming.value).suggested_filename.startswith("easel-data-")
    await hands.to_box()
    await hands.say("/privacy delete")
    await expect(hands.page.get_by_test_id("own-data-delete").last).to_be_visible()
    await hands.to_messages()
    await hands.to("own-data-delete")
    await hands.press("Enter")
    await hands.to("confirm-yes")
    async with hands.page.expect_navigation():
        await hands.press("Enter")
    await expect(hands.page.get_by_text("Everything is deleted:")).to_be_visible()


async def far(hands: Hands, easel: House) -> None:
    for number in range(6):
        await hands.to_box()
        await hands.say(f"line {number}")
    await expect(hands.page.locator("#log [data-message-id]").last).to_contain_text("line 5")
    await hands.to_messages()
    await hands.press("ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home")
    await expect(hands.page.locator("#log [data-message-id]").first).to_be_focused()
    await hands.press("End")
    await expect(hands.page.locator("#log [data-message-id]").last).to_be_focused()
