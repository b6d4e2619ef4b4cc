"""A person at the playground's page, in a real browser: what they do, and what they see."""

from __future__ import annotations

import io

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

DRAWING_MS = 30_000  # a cold render pool on a busy machine


class Visitor:
    """A person at the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def results(self) -> Locator:
        return self.page.locator('#log [data-testid="message"][data-kind="result"]')

    async def send(self, text: str) -> None:
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("send").click()

    async def result(self, number: int) -> Locator:
        """The number-th result of the channel, from 1, once it is there, with its picture loaded."""
        message = self.results.nth(number - 1)
        await expect(message).to_be_visible(timeout=DRAWING_MS)
        picture = (
            message.get_by_test_id("picture").first.locator("img").or_(message.locator('img[data-testid="picture"]'))
        )
        await expect(picture.first).to_be_visible(timeout=DRAWING_MS)
        return message

    async def reply(self, message: Locator, text: str) -> None:
        await message.hover()
        await message.get_by_test_id("reply").click()
        await self.send(text)

    async def picture(self, message: Locator) -> tuple[Image.Image, str]:
        """The full picture of a message and its alt text, fetched as the page would."""
        shown = message.locator("img[alt]:not([alt=''])").last
        source = await shown.get_attribute("src") or ""
        body = await self.page.request.get(self.page.url.split("/#")[0].rstrip("/") + source.replace("&size=thumb", ""))
        return Image.open(io.BytesIO(await body.body())).convert("RGB"), await shown.get_attribute("alt") or ""


async def arrive(browser: Browser, link: str) -> Visitor:
    # Tall enough for a day's messages: what is far from the view is not in the document, and could not be counted.
    context = await browser.new_context(viewport={"width": 1280, "height": 5000}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(10_000)
    await page.goto(link)
    await expect(page.get_by_test_id("composer")).to_be_visible()
    return Visitor(page)


def brightness(picture: Image.Image) -> float:
    grey = picture.convert("L").resize((64, 64))
    return sum(grey.tobytes()) / 4096
