"""An administrator connects Discord and Slack from the page: tried on the spot, and at work after one restart."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import support_easel
from emulators.discord_api.server import FakeDiscord
from emulators.image_api.server import FakeImageApi
from emulators.slack_api.server import FakeSlack
from playwright.async_api import Browser, Page, expect
from support_browser import launched
from support_discord_api import discord_api, seams  # noqa: F401
from support_easel import RunningEasel
from support_image_api import image_api  # noqa: F401
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_whole import place_of

pytestmark = pytest.mark.browser

WRONG = "MTA5NTExMDAwMDAwMDAwMDAwMA.Gabcde.abcdefghijklmnopqrstuvwxyz0123"
PHONE, DESK = (390, 844), (1280, 900)


@dataclass
class Stage:
    """Easel without any connection, beside three services; its page in a browser."""

    easel: RunningEasel
    page: Page
    folder: Path
    discord: FakeDiscord
    slack: FakeSlack
    api: FakeImageApi

    async def tries(self, part: str, *secrets: str) -> list[str]:
        """Fill in, press the button; the lines that come."""
        for at, secret in enumerate(secrets):
            await self.page.get_by_test_id(f"secret-{part}-{at}").fill(secret)
        await self.page.get_by_test_id(f"try-{part}").click()
        said = self.page.get_by_test_id(f"said-{part}")
        await expect(said.get_by_text("Asking …")).to_have_count(0, timeout=30_000)
        await expect(said.get_by_test_id("look").first).to_be_visible()
        return [await each.inner_text() for each in await said.get_by_test_id("look").all()]

    @property
    def kept(self) -> dict[str, str]:
        """What the data folder keeps of it."""
        file = self.folder / "connections.json"
        return json.loads(file.read_text()) if file.exists() else {}  # type: ignore[no-any-return]  # as written


@pytest.fixture
async def stage(
    discord_api: FakeDiscord,  # noqa: F811
    slack_api: FakeSlack,  # noqa: F811
    image_api: FakeImageApi,  # noqa: F811
    tmp_path: Path,
    chromium_path: Path,
    unused_tcp_port: int,
) -> AsyncIterator[Stage]:
    folder = tmp_path / "data"
    environment = {
        "EASEL_WEB__PORT": str(unused_tcp_port),
        "EASEL_DISCORD__API_BASE": discord_api.api_base,
        "EASEL_DISCORD__GATEWAY_URL": discord_api.gateway_url,
        "EASEL_SLACK__API_BASE": slack_api.api_base,
        "EASEL_OPENAI__SERVER": "openai",
    }
    async with support_easel.running(folder, **environment) as easel, launched(chromium_path) as browser:
        page = await _opened(browser, await easel.admin_link())
        yield Stage(easel, page, folder, discord_api, slack_api, image_api)


async def _opened(browser: Browser, link: str, size: tuple[int, int] = DESK) -> Page:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"{link.partition('#')[0]}{link[link.index('#') :]}")
    await page.get_by_test_id("tab-settings").click()
    await expect(page.locator("#view h1")).to_have_text("Settings")
    return page


async def test_discord_and_slack_are_connected_from_the_page(stage: Stage) -> None:
    page = stage.page
    await expect(page.get_by_test_id("checks").get_by_test_id("look")).to_have_count(5, timeout=60_000)
    assert await page.get_by_test_id("checks").locator("[data-tone=bad]").count() == 0

    refused = await stage.tries("discord", WRONG)
    assert "Discord does not take this token." in refused[0]
    assert "Nothing was kept." in refused[0]
    assert stage.kept == {}

    stage.discord.message_content = False
    said = await stage.tries("discord", stage.discord.token)
    assert "Discord knows it as the bot of" in said[0]
    assert "switch on “Message Content Intent”" in said[1]
    assert "It is in no server yet" in said[2]
    invitation = page.get_by_test_id("said-discord").get_by_role("link", name="Let it into a server")
    assert str(stage.discord.app.id) in (await invitation.get_attribute("href") or "")
    assert stage.kept == {"discord.token": stage.discord.token}
    assert stat.S_IMODE((stage.folder / "connections.json").stat().st_mode) == 0o600

    team, *_ = place_of(stage.slack)
    refused = await stage.tries("slack", team.bot_token, "xapp-1-wrong-0123456789")
    assert "Slack does not take the app-level token" in refused[0]
    said = await stage.tries("slack", team.bot_token, stage.slack.app_token)
    assert [line.split("\n")[0] for line in said] == ["well"] * 3

    stage.discord.message_content = True
    await page.get_by_test_id("restart").click()
    await expect(page.get_by_test_id("restart")).to_have_count(0, timeout=60_000)
    await stage.discord.connected()
    await stage.slack.connected(1, 30)
    await expect(page.get_by_test_id("part-discord").locator(".standing .pill")).to_have_text("set")
    everything = "".join(stage.easel.said) + await page.content()
    for secret in (stage.discord.token, team.bot_token, stage.slack.app_token):
        assert secret not in everything, "a secret is never shown and never logged"

    await page.get_by_test_id("forget-discord").click()
    standing = page.get_by_test_id("part-discord").locator(".standing .pill")
    await expect(standing).to_have_text("ends with the next restart")
    assert "discord.token" not in stage.kept
    assert "slack.bot_token" in stage.kept


async def test_what_the_token_may_not_do_is_named(stage: Stage) -> None:
    team, *_ = place_of(stage.slack)
    installation = next(each for each in stage.slack.installations if each.team is team)
    installation.scopes.discard("files:write")
    said = await stage.tries("slack", team.bot_token, stage.slack.app_token)
    assert "lacks files:write" in said[2]


async def test_on_a_phone_the_manifest_is_at_hand_and_the_page_fits(
    stage: Stage,
    chromium_path: Path,
) -> None:
    async with launched(chromium_path) as browser:
        page = await _opened(browser, await stage.easel.admin_link(), PHONE)
        await page.get_by_text("Show it").click()
        manifest = json.loads(await page.locator("#manifest").input_value())
        assert manifest["settings"]["socket_mode_enabled"] is True
        await page.get_by_text("All settings, and where each comes from").click()
        row = page.get_by_role("row").filter(has_text=re.compile("discord.api_base"))
        await expect(row).to_contain_text("EASEL_DISCORD__API_BASE")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
