"""A person without a mouse: everything on the page by keys alone. The page itself notes whether a pointer was used."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page, expect

TABS_MAX = 120
DRAWING_MS = 20_000
# Keys make clicks, too (HTML, "activation behavior"): only what a pointer does is noted.
NO_POINTER = """
window.pointed = [];
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
    addEventListener(kind, (event) => window.pointed.push(kind), true);
"""


class Hands:
    """Keys, and what they lead to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = page.keyboard

    async def start(self, address: str) -> None:
        """At the message box, which is empty. Where the story before was broken off the page begins anew."""
        box = self.page.get_by_test_id("composer")
        whole = await box.is_visible() and await box.input_value() == ""
        if self.page.url != address or not whole or await self.page.locator("dialog[open]").count():
            await self.page.goto(address)
            await self.page.reload()
            await expect(box).to_be_focused()
        await self.to("composer")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.keys.press(key)

    async def say(self, text: str) -> None:
        """Into whatever has the focus, and Enter."""
        await self.keys.type(text)
        await self.keys.press("Enter")

    async def to(self, testid: str, *, key: str = "Tab", number: int = 1) -> None:
        """Tab on until the focus is on it, for the `number`-th time."""
        for _ in range(TABS_MAX):
            if await self.page.evaluate("(id) => document.activeElement?.dataset.testid === id", testid):
                number -= 1
                if number == 0:
                    return
            await self.keys.press(key)
        raise AssertionError(f"Tab never comes to {testid}")

    async def to_messages(self) -> None:
        """From anywhere to the newest message."""
        await self.to_box()
        await self.keys.press("ArrowUp")
        await expect(self.page.locator("#log [data-message-id]").last).to_be_focused()

    async def to_message(self, testid: str) -> None:
        """To the newest message that holds this control."""
        await self.to_messages()
        holds = "(id) => !!document.activeElement.querySelector(`[data-testid=${id}]`)"
        for _ in range(10):
            if await self.page.evaluate(holds, testid):
                return
            await self.keys.press("ArrowUp")
        raise AssertionError(f"no message near the end holds {testid}")

    async def to_box(self) -> None:
        await self.to("composer")
        await expect(self.page.get_by_test_id("composer")).to_have_value("")

    @property
    def results(self) -> Locator:
        return self.page.locator('#log [data-kind="result"]')

    async def newest(self) -> str:
        """The id of the newest result; "" when there is none."""
        ids: list[str] = await self.results.evaluate_all("all => all.map((each) => each.dataset.messageId)")
        return ids[-1] if ids else ""

    async def drawn_after(self, before: str) -> Locator:
        """The newest result, once it is another one than before, and nothing is being drawn any more."""
        await expect(self.page.locator("#log [data-kind=working]")).to_have_count(0, timeout=DRAWING_MS)
        await expect(self.results.last).not_to_have_attribute("data-message-id", before, timeout=DRAWING_MS)
        return self.results.last

    async def draw(self, text: str) -> Locator:
        """Say it in the message box, and wait for what comes of it."""
        before = await self.newest()
        await self.to_box()
        await self.say(text)
        return await self.drawn_after(before)

    async def pointed(self) -> Any:
        """What a pointer did; nothing, it is to be hoped."""
        return await self.page.evaluate("window.pointed")
