"""Fixtures for stories of the page alone: a browser for the file, for each story a small server and the page, open.

A file imports them by name: `from support_alone import browser, easel, page`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest_asyncio
import support_page
from playwright.async_api import Browser, Locator, Page, expect
from support_browser import launched


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
    async with opened(browser, easel) as shown:
        yield shown


@asynccontextmanager
async def opened(
    browser: Browser, easel: support_page.FakeEasel, *, width: int = 1280, height: int = 800, **more: Any
) -> AsyncIterator[Page]:
    """The page, signed in. A script's error or a breach of the content policy fails the test."""
    context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **more)
    shown = await context.new_page()
    shown.set_default_timeout(5000)
    faults: list[str] = []
    shown.on("pageerror", lambda error: faults.append(str(error)))
    shown.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    await shown.goto(f"{easel.address}/#token={support_page.TOKEN}")
    await expect(shown.get_by_test_id("composer")).to_be_focused()
    yield shown
    await context.close()
    assert faults == []


def message(page: Page, kept: dict[str, Any]) -> Locator:
    """A message in the channel, by what the server keeps of it."""
    return page.locator(f'#log [data-message-id="{kept["id"]}"]')
