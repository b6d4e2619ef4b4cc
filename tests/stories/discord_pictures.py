"""`make pictures`: what Easel looks like in Discord, taken of real messages and forms in SimCord's preview.

The preview is SimCord's drawing of Discord in a real browser: near enough to judge by, and not Discord itself. It needs
what `simcord[screenshot]` names. With a folder as argument, all pictures are put there; without, the README's two.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
from simcord.preview import Preview
from support_browser import launched
from support_simcord import SimEasel, simcord_easel
from support_simcord_talk import SlowHand, mention

from core.providers.illustrator.provider import Illustrator
from core.quota import Limit, Scope, Unit, Window
from core.worker import Pace

DOCS = Path(__file__).parents[2] / "docs"
POSTER = 'a poster that says "Grand Opening" with a fox and balloons at sunset'
LABEL = "Easel illustrator (not an AI model)"
DAILY = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 2),)


async def main(folder: Path | None) -> None:
    """Take them."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No Chromium on this machine; install it with: apt-get install chromium")
    with tempfile.TemporaryDirectory() as temporary:
        async with launched(Path(chromium)) as browser:
            await _drawing(browser, Path(temporary) / "drawing", folder or DOCS, everything=folder is not None)
            if folder is not None:
                await _waiting(browser, Path(temporary) / "waiting", folder)


async def _drawing(browser: Browser, data: Path, folder: Path, *, everything: bool) -> None:
    """A poster, its edit by reply, and the form; then what is said when the quota is used up, and the other answers."""
    illustrator = Illustrator()
    who = {"member": "Designer", "label_of": lambda *_: LABEL, "limits": DAILY}
    try:
        async with simcord_easel(data, provider=illustrator, model=illustrator.name, **who) as it:  # type: ignore[arg-type] # names and their values
            seen = await it.imagine(POSTER, ratio="2:1")
            changed = await it.replied(await it.member.send(it.art, "make it night", reply_to=seen))
            form = await it.member.click(changed, label="Edit")
            async with _shown(it, browser) as preview:
                how = {"mode": "viewport", "layout": "channel"}
                await _take(preview, folder / "discord.png", viewport=(760, 1180), target=changed, **how)
                await _take(preview, folder / "discord-edit.png", viewport=(560, 900), target=form)
                if everything:
                    await _take(preview, folder / "discord-result.png", target=seen)
                    await _take(
                        preview, folder / "discord-details.png", target=await it.member.click(seen, label="Details")
                    )
                    refused = await it.member.slash(it.art, "imagine", prompt="one more")
                    await _take(preview, folder / "discord-refusal.png", target=refused.followups[0])
                    for name in ("quota", "history", "help"):
                        told = await it.member.slash(it.art, name)
                        await _take(preview, folder / f"discord-{name}.png", target=told)
    finally:
        await illustrator.aclose()


async def _waiting(browser: Browser, data: Path, folder: Path) -> None:
    """Somebody else's picture is being drawn, and ours waits."""
    hand = SlowHand()
    async with simcord_easel(data, hand=hand, pace=Pace(concurrency=1, lease_seconds=3600)) as it:
        guest = it.joins("Guest")
        first = await guest.slash(it.art, "imagine", prompt="a boat")
        await hand.begun.wait()
        for prompt in ("a cat", "a lighthouse"):
            await it.member.slash(it.art, "imagine", prompt=prompt)
        said = await it.member.send(it.art, mention(it, "a balloon"))
        await it.until(lambda: True if first.response and first.response.content == "Drawing …" else None)
        await it.until(lambda: True if it.answers(said)[0].content.startswith("Waiting") else None)
        async with _shown(it, browser) as preview:
            await _take(preview, folder / "discord-waiting.png", mode="viewport", viewport=(860, 640), layout="channel")
        hand.go.set()
        await it.rest()


@asynccontextmanager
async def _shown(it: SimEasel, browser: Browser) -> AsyncIterator[Preview]:
    async with it.env.preview(it.art, viewers=[it.member], width=860, height=900) as preview:
        # SimCord would start the browser that Playwright downloads; this is the machine's own.
        preview._capture_manager._browser = _Borrowed(browser)
        yield preview


class _Borrowed:
    """A browser that outlives who closes it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

    async def close(self) -> None:
        return None


async def _take(preview: Preview, path: Path, **how: Any) -> None:
    taken = await preview.screenshot(path, allow_incomplete=True, **how)
    print(path, f"{path.stat().st_size // 1024} KB", [dict(each) for each in taken.diagnostics][:3])  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
