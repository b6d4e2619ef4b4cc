"""Every story of the page by keyboard alone, once each, in a real browser, with the real playground behind it.

The list cannot rot: the page's own map of keys, the verbs that there are and the stories that are written are held
against it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from inspect import iscoroutinefunction

import pytest
import pytest_asyncio
import support_keyboard as stories
from playwright.async_api import Browser, Page, expect
from support_alone import browser  # noqa: F401 - a fixture
from support_hands import NO_POINTER, Hands
from support_web import TOKEN, House, house

from core.model import Verb

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def easel(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("keyboard"), provider="openai") as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, easel: House) -> AsyncIterator[Page]:  # noqa: F811
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    shown = await context.new_page()
    shown.set_default_timeout(5000)
    await shown.add_init_script(NO_POINTER)
    await shown.goto(f"{easel.url}/#token={TOKEN}")
    await expect(shown.get_by_test_id("composer")).to_be_focused()
    yield shown
    await context.close()


@dataclass(frozen=True)
class Story:
    """What is done, and which rows of the page's own map of keys it uses."""

    tell: Callable[[Hands, House], Awaitable[None]]
    keys: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return self.tell.__name__


STORIES = (
    Story(stories.draw, frozenset({"suggest", "line", "send"})),
    Story(stories.reply, frozenset({"reply", "to-messages"})),
    Story(stories.edit, frozenset({"edit"})),
    Story(stories.choose, frozenset({"buttons"})),
    Story(stories.thread, frozenset({"thread"})),
    Story(stories.viewer, frozenset({"neighbours", "zoom", "compare"})),
    Story(stories.brush, frozenset({"cells", "cell", "undo"})),
    Story(stories.gallery, frozenset({"gallery", "tiles", "tile-open", "tile-go"})),
    Story(stories.palette, frozenset({"palette", "slash"})),
    Story(stories.switch_channel),
    Story(stories.quota),
    Story(stories.help_and_keys, frozenset({"keys", "close"})),
    Story(stories.upload),
    Story(stories.cancel),
    Story(stories.undo),
    Story(stories.delete),
    Story(stories.private),
    Story(stories.approve),
    Story(stories.far, frozenset({"messages", "far"})),
    Story(stories.privacy),  # the last one: it deletes what the others left
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_by_keyboard_alone(story: Story, page: Page, easel: House) -> None:
    hands = Hands(page)
    await hands.start(f"{easel.url}/#posters")
    await story.tell(hands, easel)
    assert await hands.pointed() == [], "no pointer was used"


async def test_every_key_that_the_page_lists_is_used_in_a_story(page: Page, easel: House) -> None:
    listed = await page.evaluate(
        """async () => {
            const { KEYMAP } = await import("/static/js/keymap.js");
            return KEYMAP.flatMap(({ rows }) => rows.map(({ id }) => id));
        }"""
    )
    used = [key for story in STORIES for key in story.keys]
    assert sorted(listed) == sorted(used)


async def test_every_button_of_a_picture_is_pressed_by_key_in_a_story() -> None:
    """Redo, vary and finalise do the same with another word: one of them is enough."""
    alike = {Verb.REDO, Verb.VARY, Verb.FINALISE}
    told = {story.name for story in STORIES}
    assert told == {name for name, one in vars(stories).items() if iscoroutinefunction(one)}, "all that are written"
    of_verb = {Verb.EDIT: "edit", Verb.UNDO: "undo", Verb.DELETE: "delete"}
    of_verb |= {Verb.DETAILS: "viewer", Verb.SHARE: "private"}
    assert set(Verb) == alike | set(of_verb)
    assert {*of_verb.values(), "choose"} <= told
