"""Accessibility of the page as axe-core sees it in a real browser: no serious finding in any of its states.

axe-core is injected by the browser's own debugger, so the page's content policy stays as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import support_page
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, expect
from support_alone import browser, easel, message, opened  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RUN = """async () => {
    const rules = { "target-size": { enabled: true } }; // WCAG 2.2, 2.5.8: not among the rules that run by default
    const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
    return violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, where: nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
}"""
WORDS = "A poster “夏日集市” beside a fox — --ar 2:3"


async def said(easel: support_page.FakeEasel) -> dict[str, Any]:  # noqa: F811
    """A channel with everything in it that a channel can hold; the picture that an edit started from."""
    easel.say(WORDS)
    origin = easel.result("a hill")
    easel.say("nice", reply_to=origin["id"], reply_preview={"author": "Easel", "text": "", "thumb": None})
    easel.result("a hill at night", parent=origin["images"][0]["id"], remarks=["Editing the picture you replied to."])
    easel.result("four hills", 4, (96, 96))
    easel.keep({"kind": "failed", "text": "I cannot draw that. Nothing was charged. Ask for something else."})
    easel.keep({"kind": "answer", "text": "**Flags**\n\n- `--ar 16:9` width to height", "only_for": "member"})
    easel.keep({"id": origin["id"], "replies": 2})
    easel.say("in the thread", thread=origin["id"])
    easel.keep({"kind": "working", "job": "0" * 32, "stage": "drawing"})
    return origin


async def everyday(page: Page, origin: dict[str, Any]) -> None:
    await expect(page.get_by_test_id("stage")).to_be_visible()


async def suggesting(page: Page, origin: dict[str, Any]) -> None:
    await page.get_by_test_id("composer").fill("/imagine a cat --colour red")
    await expect(page.get_by_test_id("foreseen-problem")).not_to_be_empty()
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("refusal")).to_be_visible()
    await page.get_by_test_id("composer").press_sequentially(" --")
    await expect(page.get_by_test_id("slash-menu")).to_be_visible()


async def editing(page: Page, origin: dict[str, Any]) -> None:
    await message(page, origin).get_by_test_id("btn-edit").click()
    await expect(page.get_by_test_id("edit-instruction")).to_be_focused()


async def thread(page: Page, origin: dict[str, Any]) -> None:
    await message(page, origin).get_by_test_id("open-thread").click()
    await expect(page.get_by_test_id("thread-panel")).to_contain_text("in the thread")


async def gallery(page: Page, origin: dict[str, Any]) -> None:
    await page.get_by_test_id("open-gallery").click()
    await expect(page.get_by_test_id("tile").first).to_be_focused()


async def viewer(page: Page, origin: dict[str, Any]) -> None:
    await message(page, origin).get_by_test_id("btn-details").click()
    await expect(page.get_by_test_id("details-prompt")).to_be_visible()


async def brush(page: Page, origin: dict[str, Any]) -> None:
    await message(page, origin).get_by_test_id("btn-edit").click()
    await page.get_by_test_id("edit-paint").click()
    await expect(page.get_by_test_id("brush-canvas")).to_be_focused()


async def palette(page: Page, origin: dict[str, Any]) -> None:
    await page.keyboard.press("Control+k")
    await expect(page.get_by_test_id("palette-field")).to_be_focused()


async def keys(page: Page, origin: dict[str, Any]) -> None:
    await page.get_by_test_id("send").press("?")
    await expect(page.get_by_test_id("keys")).to_be_visible()


async def deleting(page: Page, origin: dict[str, Any]) -> None:
    await message(page, origin).get_by_test_id("btn-delete").click()
    await expect(page.get_by_test_id("confirm")).to_be_visible()


State = Callable[[Page, dict[str, Any]], Awaitable[None]]
ALL: tuple[State, ...] = (everyday, suggesting, editing, thread, gallery, viewer, brush, palette, keys, deleting)
LIGHT: tuple[State, ...] = (everyday, suggesting, viewer, palette)  # and the empty channel, each time
DARK: tuple[State, ...] = (suggesting, gallery)
PHONE: tuple[State, ...] = (thread, brush)


@pytest.mark.parametrize(
    ("states", "width", "scheme"),
    [
        pytest.param(LIGHT, 1280, "light", id="light"),
        pytest.param(DARK, 1280, "dark", id="dark"),
        pytest.param(PHONE, 390, "light", id="phone"),
        pytest.param(ALL, 1280, "light", id="all in light", marks=pytest.mark.long),
        pytest.param(ALL, 1280, "dark", id="all in the dark", marks=pytest.mark.long),
        pytest.param(ALL, 390, "dark", id="all on a phone", marks=pytest.mark.long),
    ],
)
async def test_no_state_of_the_page_has_a_serious_finding(
    browser: Browser,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
    states: tuple[State, ...],
    width: int,
    scheme: str,
) -> None:
    async with opened(browser, easel, width=width, color_scheme=scheme) as page:
        await page.evaluate(AXE_SCRIPT)
        found = [("empty", each) for each in await page.evaluate(RUN)]
        origin = await said(easel)
        for state in states:
            await page.reload()
            await expect(page.get_by_test_id("message").first).to_be_visible()
            await page.evaluate(AXE_SCRIPT)
            await state(page, origin)
            found += [(state.__name__, each) for each in await page.evaluate(RUN)]
    serious = [(where, each) for where, each in found if each["impact"] in ("serious", "critical")]
    assert serious == []


async def test_a_screen_reader_finds_landmarks_messages_and_names(
    browser: Browser,  # noqa: F811
    easel: support_page.FakeEasel,  # noqa: F811
) -> None:
    origin = await said(easel)
    async with opened(browser, easel) as page:
        await expect(page.get_by_test_id("stage")).to_be_visible()
        await expect(page.locator("body")).to_match_aria_snapshot("""
- link "Skip to the message box"
- navigation "Channels":
  - list "Channels":
    - listitem:
      - link "studio"
    - listitem:
      - link "sketches"
  - button "Help and keys"
- main:
  - heading "studio" [level=1]
  - button "Gallery"
  - combobox "You are"
  - feed "Messages":
    - article /Guest \\d+:\\d+/:
      - paragraph: /A poster “夏日集市”/
    - article /Easel app/:
      - 'button "A drawing of: a hill"':
        - 'img "A drawing of: a hill"'
      - group "Picture":
        - button "Edit"
        - button "Delete"
      - button "2 replies"
    - article /Guest/
    - article /Easel app/
    - article /Easel app/:
      - 'group "4 pictures: choose one to work with it"':
        - 'button "Picture 1 A drawing of: four hills"'
    - article /Easel app/
    - article /Only you can see this/
    - article /Easel app/:
      - text: Drawing
      - button "Cancel"
  - button "Attach pictures"
  - textbox "Message, or / for commands"
  - button "Send"
""")
        await gallery(page, origin)
        await expect(page.get_by_test_id("gallery")).to_match_aria_snapshot("""
- heading "Pictures of studio" [level=2]
- searchbox "Search these pictures by words"
- combobox "Made by":
  - option "Everybody" [selected]
- button "Back to the messages"
- group "Pictures of studio":
  - list "Pictures of studio":
    - listitem:
      - 'button "A drawing of: four hills. By Member"'
      - button "Go to its message (G)"
""")
        await page.keyboard.press("Escape")
        await palette(page, origin)
        await page.keyboard.type("gallery")
        await expect(page.get_by_test_id("palette")).to_match_aria_snapshot("""
- combobox "Find a command, a channel or a setting" [expanded]
- listbox "Commands and places":
  - option /Gallery/ [selected]
""")
