"""A day with a key: the same page, drawn by an image API. What people see, what is asked of the API, what it costs."""

from __future__ import annotations

import asyncio
import io
import signal
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import support_easel
from emulators.image_api.faults import Fault
from emulators.image_api.server import FakeImageApi
from PIL import Image, ImageChops
from playwright.async_api import Browser, Locator, expect
from support_browser import launched
from support_visitor import DRAWING_MS, Visitor, arrive

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LIMITS = """
[[limits]]
scope = "role"
selector = "everyone"
unit = "images"
window = "day"
amount = 9

[[limits]]
scope = "workspace"
selector = "*"
unit = "money"
window = "month"
amount = "$10"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with launched(chromium_path) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def api() -> AsyncIterator[FakeImageApi]:
    server = await FakeImageApi.start()
    yield server
    await server.aclose()


def connected(api: FakeImageApi, **more: str) -> dict[str, str]:
    """What an operator sets."""
    return {
        "EASEL_OPENAI__BASE_URL": api.base_url,
        "EASEL_OPENAI__API_KEY": api.key,
        "EASEL_OPENAI__SERVER": "openai",
        **more,
    }


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{folder / 'easel.sqlite3'}?mode=ro", uri=True) as books:
        return books.execute(sql).fetchall()


async def details_of(guest: Visitor, message: Locator) -> str:
    await message.hover()
    await message.get_by_test_id("btn-details").click()
    details = guest.page.get_by_test_id("details")
    await expect(details).to_contain_text("Request")
    told = await details.inner_text()
    await guest.page.keyboard.press("Escape")
    await expect(guest.page.get_by_test_id("viewer")).to_be_hidden()
    return told


async def test_draw_edit_paint_think_and_be_declined(browser: Browser, api: FakeImageApi, tmp_path: Path) -> None:
    (tmp_path / "easel.toml").write_text(LIMITS, encoding="utf-8")
    folder = tmp_path / "data"
    async with support_easel.running(folder, **connected(api)) as easel:
        guest = await arrive(browser, easel.link)
        await draws_and_looks_at_the_details(guest)
        await replies(guest, api)
        await paints_and_nothing_else_changes(guest)
        await thinks_first(guest)
        await is_declined(guest, api)
        await loses_an_answer(guest, api)
        log = "".join(easel.said)
        assert api.key not in log
        assert "lighthouse" not in log, "no prompt in the log"
        await guest.page.context.close()
    await the_books_are_exact(folder, api)


async def draws_and_looks_at_the_details(guest: Visitor) -> None:
    await guest.send("/imagine a lighthouse at dusk --ar 3:2 --quality low")
    message = await guest.result(1)
    picture, _ = await guest.picture(message)
    assert picture.width * 2 == picture.height * 3
    told = await details_of(guest, message)
    for fact in ("GPT Image 2", "Request", "req_", "Content credentials", "$0.0"):
        assert fact in told, fact


async def replies(guest: Visitor, api: FakeImageApi) -> None:
    await guest.reply(await guest.result(1), "make it night")
    edited = await guest.result(2)
    await expect(edited).to_contain_text("Editing the picture of the message you replied to.")
    asked = api.requests[-1]
    assert asked.path.endswith("/images/edits")
    assert asked.parts is not None
    assert [part.name for part in asked.parts if part.filename] == ["image[]"]


async def paints_and_nothing_else_changes(guest: Visitor) -> None:
    edited = await guest.result(2)
    before, _ = await guest.picture(edited)
    await edited.hover()
    await edited.get_by_test_id("btn-edit").click()
    await guest.page.get_by_test_id("edit-paint").click()
    box = await guest.page.get_by_test_id("brush-canvas").bounding_box()
    assert box is not None
    await guest.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    await guest.page.mouse.down()
    await guest.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=5)
    await guest.page.mouse.up()
    await guest.page.get_by_test_id("brush-instruction").fill("a red door")
    await guest.page.get_by_test_id("brush-apply").click()
    message = await guest.result(3)
    after, _ = await guest.picture(message)
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None, "the painted place changed"
    assert changed[0] > before.width * 0.25, "and nothing outside, though the API draws the whole picture anew"
    assert changed[2] < before.width * 0.75
    told = await details_of(guest, message)
    assert "Changed outside the mask" in told
    assert "put back" in told


async def thinks_first(guest: Visitor) -> None:
    await guest.send("/imagine the harbour of Hamburg in 1900 --think --quality low")
    message = await guest.result(4)
    await expect(message).to_contain_text("Sources:")


async def is_declined(guest: Visitor, api: FakeImageApi) -> None:
    """The quota is as before: nobody pays for a refusal."""
    await expect(guest.page.get_by_test_id("quota")).to_contain_text("5 of 9 left")
    api.fault(Fault.MODERATION_INPUT)
    await guest.send("/imagine something that is declined")
    told = guest.page.locator('#log [data-testid="message"]').last
    await expect(told).to_contain_text("Nothing was charged.", timeout=DRAWING_MS)
    await expect(guest.page.get_by_test_id("quota")).to_contain_text("5 of 9 left")


async def loses_an_answer(guest: Visitor, api: FakeImageApi) -> None:
    before = api.posts
    api.fault(Fault.DROP)
    await guest.send("/imagine a boat that is lost on the way")
    told = guest.page.locator('#log [data-testid="message"]').last
    await expect(told).to_contain_text("stays reserved", timeout=DRAWING_MS)
    assert api.posts == before + 1, "asked once, and never again by itself"


async def the_books_are_exact(folder: Path, api: FakeImageApi) -> None:
    """What the API counted is what was settled, and what may be gone is presumed."""
    settled = rows(
        folder, "SELECT settled_nanodollars, measured, reserved_nanodollars FROM charge WHERE state = 'settled'"
    )
    assert len(settled) == 4
    assert all(measured for _, measured, _ in settled)
    assert all(0 < cost <= reserved for cost, _, reserved in settled)
    billed = rows(folder, "SELECT nanodollars FROM provider_spend WHERE kind = 'billed' ORDER BY 1")
    assert billed == sorted((cost,) for cost, _, _ in settled)
    assert len(rows(folder, "SELECT 1 FROM provider_spend WHERE kind = 'presumed'")) == 1
    assert rows(folder, "SELECT state FROM charge WHERE state = 'voided'") == [("voided",)]


async def test_notes_are_drawn_on_a_picture(browser: Browser, api: FakeImageApi, tmp_path: Path) -> None:
    settings = connected(api, EASEL_OPENAI__MODEL="gpt-image-2.5-sunburst")
    async with support_easel.running(tmp_path / "data", **settings) as easel:
        guest = await arrive(browser, easel.link)
        await guest.send("/imagine a boat on the sea --quality low")
        drawn = await guest.result(1)
        await drawn.hover()
        await drawn.get_by_test_id("btn-edit").click()
        await guest.page.get_by_test_id("edit-paint").click()
        await guest.page.get_by_test_id("brush-markup").check()
        box = await guest.page.get_by_test_id("brush-canvas").bounding_box()
        assert box is not None
        await guest.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
        await guest.page.mouse.down()
        await guest.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6, steps=5)
        await guest.page.mouse.up()
        await guest.page.get_by_test_id("brush-instruction").fill("move the boat along the arrow")
        await guest.page.screenshot(path=str(tmp_path / "notes.png"))
        await guest.page.get_by_test_id("brush-apply").click()
        await guest.result(2)
        await guest.page.context.close()
    sent = {part.name: part for part in api.requests[-1].parts or () if part.filename}
    assert set(sent) == {"image[]", "markup"}
    sheet = Image.open(io.BytesIO(sent["markup"].content))
    assert sheet.mode == "RGBA"
    across, down = sheet.size
    assert sheet.getpixel((across // 2, int(down * 0.44)))[3] > 200, "the line that was drawn"  # type: ignore[index]
    assert sheet.getpixel((across - 2, 2)) == (0, 0, 0, 0), "and nothing elsewhere"


async def has_a_ticket(folder: Path) -> None:
    """Return when the answer can be taken up after a crash."""
    async with asyncio.timeout(20):
        while not rows(folder, "SELECT 1 FROM job WHERE ticket <> ''"):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def test_a_thought_survives_a_crash(browser: Browser, tmp_path: Path) -> None:
    """Killed while the API thinks: after the restart the same answer is posted, and it was asked once."""
    api = await FakeImageApi.start()
    api.script = replace(api.script, polls_queued=2)  # it takes its time
    folder = tmp_path / "data"
    try:
        async with support_easel.running(folder, **connected(api)) as easel:
            guest = await arrive(browser, easel.link)
            await guest.send("/imagine the harbour of Hamburg --think --quality low")
            await has_a_ticket(folder)
            await easel.stop(signal.SIGKILL)
            await guest.page.context.close()
        async with support_easel.running(folder, **connected(api)) as easel:
            guest = await arrive(browser, easel.link)
            await guest.result(1)
            await guest.page.context.close()
        assert api.posts == 1
    finally:
        await api.aclose()


async def test_a_thought_that_nobody_wants_any_more_is_stopped(browser: Browser, tmp_path: Path) -> None:
    """The person pays nothing, the API stops working on it, and what it did until then is presumed to be billed."""
    api = await FakeImageApi.start()
    api.script = replace(api.script, polls_queued=50)
    folder = tmp_path / "data"
    try:
        async with support_easel.running(folder, **connected(api)) as easel:
            guest = await arrive(browser, easel.link)
            await guest.send("/imagine the harbour of Hamburg --think --quality low")
            await has_a_ticket(folder)
            await guest.page.get_by_test_id("cancel").click()
            told = guest.page.locator('#log [data-testid="message"]').last
            await expect(told).to_contain_text("You cancelled this. Nothing was charged.", timeout=DRAWING_MS)
            await guest.page.context.close()
        posted = [each.path.rpartition("/")[2] for each in api.requests if each.method == "POST"]
        assert posted == ["responses", "cancel"]
        assert rows(folder, "SELECT state FROM charge") == [("voided",)]
        assert [kind for (kind,) in rows(folder, "SELECT kind FROM provider_spend")] == ["presumed"]
    finally:
        await api.aclose()


async def test_without_the_api_the_illustrator_stands_in_and_says_so(
    browser: Browser, api: FakeImageApi, tmp_path: Path
) -> None:
    settings = connected(api, EASEL_OPENAI__FALL_BACK="illustrator")
    api.fault(*[Fault.OVERLOADED] * 3)
    async with support_easel.running(tmp_path / "data", **settings) as easel:
        guest = await arrive(browser, easel.link)
        await guest.send("/imagine a red boat on the sea")
        message = await guest.result(1)
        await expect(message).to_contain_text("GPT Image 2 was not available, so Easel illustrator")
        await guest.page.context.close()
