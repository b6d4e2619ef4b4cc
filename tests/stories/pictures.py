"""`make pictures`: the README's screenshots, taken of the real pages in a real browser.

The page's own text uses the system's fonts: for every script to show, install Noto (on Debian fonts-noto-core and
fonts-noto-cjk).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import support_easel
from playwright.async_api import Browser, Page
from support_admin import administered
from support_browser import launched

DOCS = Path(__file__).parents[2] / "docs"
FIRST = '/imagine a poster "ग्रीष्म मेला" “夏日集市” with a fox and a balloon at sunset --ar 2:3'


async def main() -> None:
    """Draw, edit by reply, and take the picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium on this machine; install it with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        async with support_easel.running(Path(folder) / "data") as easel, launched(Path(chromium)) as browser:
            page = await browser.new_page(viewport={"width": 1200, "height": 1170}, reduced_motion="reduce")
            await page.goto(easel.link)
            await say(page, FIRST, 1)
            await reply(page, "make it night --ar 3:1", 2)
            await page.mouse.move(700, 20)
            await page.evaluate("document.activeElement.blur()")
            await page.screenshot(path=str(DOCS / "playground.png"))
            await administration(browser, Path(folder) / "administered")


async def administration(browser: Browser, folder: Path) -> None:
    """The administrators' page, over three weeks of a server."""
    async with administered(folder) as admin:
        page = await browser.new_page(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
        await page.goto(admin.link)
        await page.get_by_test_id("tab-usage").click()
        await page.get_by_test_id("chart").wait_for()
        await page.evaluate("document.activeElement.blur()")
        await page.screenshot(path=str(DOCS / "administration.png"))


async def say(page: Page, text: str, results: int) -> None:
    """Send a message and wait until so many results are there, their pictures loaded."""
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("send").click()
    result = page.locator('#log [data-kind="result"]').nth(results - 1)
    await result.get_by_test_id("picture").first.wait_for(timeout=30_000)
    await page.wait_for_timeout(1000)


async def reply(page: Page, text: str, results: int) -> None:
    """Reply to the last result."""
    last = page.locator('#log [data-kind="result"]').last
    await last.hover()
    await last.get_by_test_id("reply").click()
    await say(page, text, results)


if __name__ == "__main__":
    asyncio.run(main())
