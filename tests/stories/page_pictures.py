"""`make pictures`: the playground's states at three widths, in light and in dark, taken of the real page.

Every state becomes one sheet in docs/playground/: a phone, a small window and a wide screen, light above dark. With a
folder as its argument the single pictures are kept there instead, in full size, for whoever works on the page's looks;
further arguments name the states (`- four drawing`: only these sheets).
"""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import support_easel
from PIL import Image
from playwright.async_api import Browser, Locator, Page
from support_admin import administered
from support_browser import launched
from support_visitor import arrive

DOCS = Path(__file__).parents[2] / "docs" / "playground"
SIZES = ((390, 844), (900, 860), (1600, 960))
SCHEMES = ("light", "dark")
SHEET_SCALE = 0.42
LIMITS = """
[[limits]]
scope = "role"
selector = "everyone"
unit = "images"
window = "day"
amount = 9

[[limits]]
scope = "role"
selector = "designer"
unit = "images"
window = "day"
amount = 40
"""
POSTER = '/imagine a poster "ग्रीष्म मेला" “夏日集市” with a fox and a balloon at sunset --ar 2:3'
ARABIC = '/imagine a poster "مرحبا بكم" with a camel and the moon --ar 3:2'
# An unfinished picture does not stay unfinished for a camera: the page is given one that does.
HELD = """
(held) => {
    const real = window.fetch;
    window.fetch = (address, request) => {
        const path = String(address);
        if (window.easelHeld === false || !path.includes("channel=sketches")) return real(address, request);
        if (path.startsWith("/api/messages"))
            return Promise.resolve(new Response(JSON.stringify(held.page), { status: 200 }));
        if (!path.startsWith("/api/events")) return real(address, request);
        const body = new ReadableStream({ start: (line) => line.enqueue(new TextEncoder().encode(held.events)) });
        return Promise.resolve(new Response(body, { status: 200, headers: { "Content-Type": "text/event-stream" } }));
    };
}
"""

State = Callable[[Page], Awaitable[None]]


async def main() -> None:
    """Draw once, then photograph every state."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium on this machine; install it with: apt-get install chromium")
    full_size = Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] != "-" else None
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "easel.toml").write_text(LIMITS, encoding="utf-8")
        async with support_easel.running(Path(folder) / "data") as easel, launched(Path(chromium)) as browser:
            held = await prepared(browser, easel.link)
            for name, state in STATES.items():
                if not wanted or name in wanted:
                    await photographed(browser, easel.link, name, state, held, full_size)
            if not wanted or "admin" in wanted:
                async with administered(Path(folder) / "administered") as admin:
                    await photographed(browser, admin.link, "admin", administration, held, full_size)


async def photographed(
    browser: Browser, link: str, name: str, state: State, held: dict[str, Any], full_size: Path | None
) -> None:
    """One state, six times, as one sheet."""
    shots: dict[tuple[str, int], Image.Image] = {}
    for scheme in SCHEMES:
        for width, height in SIZES:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                has_touch=width < 500,
            )
            page = await context.new_page()
            page.set_default_timeout(15_000)
            await page.add_init_script(f"({HELD})({json.dumps(held)})")
            await page.goto(link)
            await state(page)
            await settled(page)
            shots[scheme, width] = Image.open(io.BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
            await context.close()
    if full_size is not None:
        full_size.mkdir(parents=True, exist_ok=True)
        for (scheme, width), shot in shots.items():
            shot.save(full_size / f"{name}-{width}-{scheme}.png")
    else:
        DOCS.mkdir(parents=True, exist_ok=True)
        sheet(shots).save(DOCS / f"{name}.webp", quality=72, method=6)


def sheet(shots: dict[tuple[str, int], Image.Image]) -> Image.Image:
    """The three widths beside each other, light above dark."""
    gap = 14
    small = {key: shot.resize([round(side * SHEET_SCALE) for side in shot.size]) for key, shot in shots.items()}
    tallest = max(shot.height for shot in small.values())
    width = sum(small["light", each].width for each, _ in SIZES) + gap * (len(SIZES) + 1)
    whole = Image.new("RGB", (width, 2 * tallest + 3 * gap), (128, 128, 128))
    for row, scheme in enumerate(SCHEMES):
        left = gap
        for each, _ in SIZES:
            whole.paste(small[scheme, each], (left, gap + row * (tallest + gap)))
            left += small[scheme, each].width + gap
    return whole


async def settled(page: Page) -> None:
    """Every picture in view is there, and no animation runs."""
    await page.evaluate(
        "Promise.allSettled([...document.images].filter((one) => one.src && one.loading !== 'lazy')"
        ".map((one) => one.decode()))"
    )
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


# --- what is in the channel ------------------------------------------------------------------------------------------


async def prepared(browser: Browser, link: str) -> dict[str, Any]:
    """The designer's morning in two channels, and the picture that is being drawn in the third."""
    guest = await arrive(browser, link)
    await become(guest.page, "designer")
    await guest.send(POSTER)
    await guest.reply(await guest.result(1), "make it night --ar 1:1")
    night = await guest.result(2)
    await guest.reply(await guest.result(1), "make it black and white")
    await guest.result(3)
    await guest.reply(night, 'add the text "19:00"')
    last = await guest.result(4)
    await last.hover()
    await last.get_by_test_id("thread").click()
    await guest.page.get_by_test_id("thread-composer").fill("make it warmer")
    await guest.page.get_by_test_id("thread-send").click()
    await guest.page.locator('.panel [data-kind="result"]').nth(1).wait_for(timeout=30_000)
    await guest.page.get_by_test_id("panel-close").click()
    await guest.page.get_by_test_id("channel-posters").click()
    await guest.send(ARABIC)
    await guest.result(1)
    await guest.send("/imagine a lighthouse by the sea with a sailboat --n 4 --ar 3:2")
    four = await guest.result(2)
    answer = await guest.page.request.get(f"{link.split('/#')[0]}/api/messages?channel=posters&person=designer")
    page = json.loads(await answer.text())
    await four.page.context.close()
    return held_from(page["messages"])


def held_from(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """A channel in which a picture is being drawn, made from the messages of another."""
    asked, drawn = messages[0], messages[-1]
    words = "/imagine a lighthouse by the sea with a sailboat --ar 3:2"
    said = {**asked, "channel": "sketches", "text": words}
    nothing = {"text": "", "images": [], "footer": "", "buttons": [], "remarks": [], "reply_preview": None}
    working = drawn | nothing | {"id": "0" * 32, "channel": "sketches", "kind": "working", "reply_to": asked["id"]}
    working |= {"job": "1" * 32, "stage": "drawing"}
    news = {
        "job": working["job"],
        "message": working["id"],
        "stage": "drawing",
        "ahead": 0,
        "preview": drawn["images"][0]["thumb"],
    }
    events = f"event: hello\ndata: {json.dumps({'seq': 10**6})}\n\nevent: progress\ndata: {json.dumps(news)}\n\n"
    return {"page": {"messages": [said, working], "more": False, "seq": 10**6}, "events": events}


async def become(page: Page, person: str) -> None:
    await page.get_by_test_id("composer").wait_for()
    await page.get_by_test_id("person").select_option(person)


def results(page: Page) -> Locator:
    return page.locator('#log [data-kind="result"]')


# --- the states ------------------------------------------------------------------------------------------------------


async def empty(page: Page) -> None:
    """A channel in which nothing was said yet."""
    await page.add_init_script("window.easelHeld = false")
    await page.reload()
    await go(page, "sketches")


async def go(page: Page, channel: str) -> None:
    await become(page, "designer")
    await page.evaluate(f"location.hash = {channel!r}")
    await page.locator("#log .message, #log .empty:not([hidden])").first.wait_for()


async def conversation(page: Page) -> None:
    """Words, pictures, a reply and its remark."""
    await go(page, "studio")
    await results(page).last.wait_for()
    await settled(page)
    await page.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
    await settled(page)


async def drawing(page: Page) -> None:
    """A picture on its way."""
    await go(page, "sketches")
    await page.get_by_test_id("preview").wait_for()


async def four(page: Page) -> None:
    """Four pictures in one message, one of them chosen."""
    await go(page, "posters")
    await results(page).last.wait_for()
    await results(page).last.get_by_test_id("picture").nth(1).click()


async def refusal(page: Page) -> None:
    """A button that was pressed over the limit."""
    await page.route("**/api/actions", refused)
    await go(page, "studio")
    await results(page).last.get_by_test_id("btn-redo").click()
    await page.get_by_test_id("toast").wait_for()


async def refused(route: Any) -> None:
    allowance = {"label": "9 images a day for everyone", "unit": "images", "cap": 9, "used": 9, "remaining": 0}
    sentence = (
        "This would go over 9 of 9 images a day for everyone. Nothing was charged. "
        "Try again when it resets, in 5 hours, or ask for more."
    )
    error = {
        "code": "quota_exceeded",
        "sentence": sentence,
        "allowances": [{**allowance, "resets": "in 5 hours", "resets_at_us": 0, "refused": True}],
        "offer": {"label": "Ask for more", "act": "more", "subject": "x"},
    }
    await route.fulfill(status=429, content_type="application/json", body=json.dumps({"error": error}))


async def viewer(page: Page) -> None:
    """A picture, large."""
    await go(page, "studio")
    await results(page).last.get_by_test_id("picture").click()
    await page.get_by_test_id("details-prompt").wait_for()


async def comparing(page: Page) -> None:
    """Two steps of a picture, one over the other."""
    await viewer(page)
    await page.get_by_test_id("viewer-compare").click()


async def brush(page: Page) -> None:
    """What is to change is painted."""
    await go(page, "studio")
    await results(page).last.get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-paint").click()
    canvas = page.get_by_test_id("brush-canvas")
    box = await canvas.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.4)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=8)
    await page.mouse.up()


async def grid(page: Page) -> None:
    """The same by the keys: cells of a lettered grid."""
    await go(page, "studio")
    await results(page).last.get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-paint").press("Enter")
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowDown"):
        await page.get_by_test_id("brush-canvas").press(key)


async def thread(page: Page) -> None:
    """A conversation beside the channel."""
    await go(page, "studio")
    await page.get_by_test_id("open-thread").click()
    await page.locator('.panel [data-kind="result"]').nth(1).wait_for()


async def quota(page: Page) -> None:
    """What is left."""
    await go(page, "studio")
    await results(page).last.wait_for()
    await page.get_by_test_id("quota").click()


async def help_(page: Page) -> None:
    """The help."""
    await go(page, "studio")
    await results(page).last.wait_for()
    await page.evaluate("document.getElementById('open-help').click()")  # on a phone it lies in the drawer
    await page.get_by_test_id("help").wait_for()
    await page.evaluate("document.activeElement.blur()")


async def gallery(page: Page) -> None:
    """The channel's pictures."""
    await go(page, "studio")
    await page.get_by_test_id("open-gallery").click()
    await page.get_by_test_id("tile").first.wait_for()


async def administration(page: Page) -> None:
    """The administrators' page."""
    await page.get_by_test_id("tab-usage").click()
    await page.get_by_test_id("chart").wait_for()


STATES: dict[str, State] = {
    "empty": empty,
    "conversation": conversation,
    "drawing": drawing,
    "four": four,
    "refusal": refusal,
    "viewer": viewer,
    "comparing": comparing,
    "brush": brush,
    "grid": grid,
    "thread": thread,
    "quota": quota,
    "help": help_,
    "gallery": gallery,
}

if __name__ == "__main__":
    asyncio.run(main())
