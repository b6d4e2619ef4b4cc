"""The administrators' page in a real browser, on a phone and on a desk: read first, order second."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import support_easel
from playwright.async_api import Browser, Page, expect
from support_admin import GUILD, HOSTILE, SERVER, Admin, Names, administered, drawn, failed, wish
from support_browser import launched

from core.administration.homes import Home

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE, DESK = (390, 844), (1280, 860)
VIEWS = ("limits", "usage", "requests", "providers", "audit", "all")
# Text that is wider than its place, and text whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3), by its own background.
MEASURE = """() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
    const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const found = rgb(getComputedStyle(at).backgroundColor);
            if (found.length === 3 || found[3] > 0) return found;
        }
        return [255, 255, 255];
    };
    const wrong = [];
    for (const node of document.querySelectorAll("#app *")) {
        const texts = [...node.childNodes].filter((each) => each.nodeType === 3);
        const said = texts.map((each) => each.data.trim()).join(" ");
        if (!said || !node.checkVisibility()) continue;
        if (node.closest(".visually-hidden, .tab-rest, .brand-part, option")) continue;
        const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) wrong.push(`contrast: ${said}`);
        const right = node.getBoundingClientRect().right;
        if (right > innerWidth + 1 && !node.closest(".table-frame, .admin-nav")) wrong.push(`too wide: ${said}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
    return wrong;
}"""
NAMELESS = """() => [...document.querySelectorAll(
        "#app :is(button, a, input, select, [role=meter], [role=region])")]
    .filter((each) => each.checkVisibility())
    .filter((each) => !(each.getAttribute("aria-label") || each.textContent.trim() || each.labels?.length))
    .map((each) => each.outerHTML.slice(0, 120))"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with launched(chromium_path) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def three_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a past, to be copied."""
    folder = tmp_path_factory.mktemp("three-weeks")
    async with administered(folder):
        return folder


@pytest_asyncio.fixture(loop_scope="module")
async def admin(three_weeks: Path, tmp_path: Path) -> AsyncIterator[Admin]:
    folder = tmp_path / "data"
    shutil.copytree(three_weeks, folder)
    async with administered(folder, busy=False) as running:
        yield running


class Opened:
    """A browser at the page; a script's error, or a breach of the content policy, fails the test."""

    def __init__(self, browser: Browser, link: str, size: tuple[int, int] = DESK, scheme: str = "light") -> None:
        self.browser, self.link, self.size, self.scheme = browser, link, size, scheme
        self.faults: list[str] = []

    async def __aenter__(self) -> Page:
        width, height = self.size
        self.context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=self.scheme,  # type: ignore[arg-type] # light or dark
            reduced_motion="reduce",
        )
        page = await self.context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.on("request", lambda asked: self.faults.append(asked.url) if "127.0.0.1" not in asked.url else None)
        await page.goto(self.link)
        return page

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        await self.context.close()
        assert kind is not None or self.faults == []


async def turn(page: Page, view: str) -> None:
    await page.get_by_test_id(f"tab-{view}").click()
    await expect(page.get_by_test_id(f"tab-{view}")).to_have_attribute("aria-current", "page")
    title = {"all": "All"}.get(view, view.capitalize())
    await expect(page.locator("#view h1")).to_have_text(title)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_every_view_fits_and_can_be_read(
    browser: Browser, admin: Admin, size: tuple[int, int], scheme: str
) -> None:
    async with Opened(browser, admin.link, size, scheme) as page:
        await expect(page.get_by_test_id("order")).to_be_visible()
        for view in VIEWS:
            await turn(page, view)
            assert await page.evaluate(MEASURE) == [], view
            assert await page.evaluate(NAMELESS) == [], view


async def test_the_token_leaves_the_address_and_a_stranger_is_told_where_the_link_is(
    browser: Browser, admin: Admin
) -> None:
    async with Opened(browser, admin.link) as page:
        await expect(page.get_by_test_id("order")).to_be_visible()
        assert "token" not in page.url
        await page.reload()
        await expect(page.get_by_test_id("order")).to_be_visible()
    async with Opened(browser, f"{admin.url}/admin#token=wrong") as page:
        await expect(page.get_by_test_id("gate")).to_contain_text("open the link “For administrators”")
        assert "wrong" not in page.url
        await expect(page.locator("#app")).to_be_hidden()


async def test_limits_are_bars_with_names_and_an_order_moves_them(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link, PHONE) as page:
        meter = page.get_by_role("meter", name="$12.00 a month for each workspace")
        await expect(meter).to_have_attribute("aria-valuetext", "$6.87 of $12.00 used")
        await expect(page.get_by_role("meter", name="Designer: 30 images a day")).to_have_attribute(
            "aria-valuenow", "2"
        )

        await page.get_by_test_id("order").fill("limit 4 images a day for everyone")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("answer")).to_have_text("From now on: 4 images a day for each person.")
        await expect(page.get_by_test_id("answer")).to_have_role("status")
        await expect(page.get_by_role("meter", name="Guest: 4 images a day")).to_be_visible()
        await expect(page.get_by_test_id("order")).to_be_focused()

        await page.get_by_test_id("order").fill("limit 4 bananas a day for everyone")
        await page.get_by_test_id("order-send").click()
        await expect(page.get_by_test_id("answer")).to_contain_text("is not an amount that I can read")
        await expect(page.get_by_test_id("answer")).to_have_role("alert")
        await expect(page.get_by_test_id("order")).to_have_value("limit 4 bananas a day for everyone")

        await page.get_by_role("button", name="Give Guest more").click()
        await page.get_by_test_id("extra-amount").fill("6")
        await page.get_by_test_id("extra-send").click()
        await expect(page.get_by_test_id("answer")).to_contain_text("Guest (user:100000000000000003) has 6 images more")
        await expect(page.get_by_role("meter", name="Guest: 10 images a day")).to_be_visible()
    orders = [each.entry.said for each in await admin.overseeing.decisions()]
    assert orders == ["grant 6 images to user:100000000000000003", "limit 4 images a day for everyone"]


async def test_a_key_of_a_workspaces_own_is_typed_unseen_and_leaves_the_page(browser: Browser, admin: Admin) -> None:
    key = "sk-proj-0123456789abcdefghijklmnopWXYZ"
    async with Opened(browser, admin.link, PHONE) as page:
        field = page.get_by_test_id("own-key")
        await expect(field).to_have_attribute("type", "password")
        await field.fill(key)
        await page.get_by_test_id("own-key-send").click()
        await expect(page.get_by_test_id("answer")).to_contain_text("which ends in WXYZ, and billed to it")
        await expect(field).to_have_value("")
        assert key not in await page.content()
        await field.fill("two words in it")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("answer")).to_contain_text("cannot be a key")
    assert (await admin.office.keys.secret(*GUILD.split(":"))).get_secret_value() == key


async def test_pausing_and_resuming(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link) as page:
        await page.get_by_label("Reason, if people should read one").fill("for the exam")
        await page.get_by_test_id("pause").click()
        await expect(page.get_by_role("heading", name="Drawing is paused")).to_be_visible()
        await expect(page.get_by_test_id("view")).to_contain_text("The reason given: for the exam")
        assert (await admin.office.policies.of(*GUILD.split(":"))).policy.paused
        await page.get_by_test_id("resume").click()
        await expect(page.get_by_test_id("pause")).to_be_visible()
        assert not (await admin.office.policies.of(*GUILD.split(":"))).policy.paused


async def test_a_month_in_numbers_a_chart_and_a_table_to_take_along(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link, PHONE) as page:
        await turn(page, "usage")
        sums = page.get_by_test_id("sums")
        await expect(sums).to_contain_text("$6.61")
        await expect(sums).to_contain_text("$1.32 of it estimated")
        await expect(sums).to_contain_text("Saved by drafts")
        chart = page.get_by_test_id("chart")
        assert (await chart.get_attribute("aria-label") or "").startswith("Money by day. The most was $0.")
        assert await chart.locator(".chart-day").count() == 23
        tallest = await chart.locator(".chart-day").evaluate_all(
            "all => Math.max(...all.map((day) => [...day.querySelectorAll('.chart-bar')]"
            ".reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0)))"
        )
        assert 150 < tallest <= 220
        await page.get_by_role("button", name="Images", exact=True).click()
        await expect(chart).to_have_attribute("aria-label", "Images by day. The most was 6 on 2026-11-06.")
        async with page.expect_download() as download:
            await page.get_by_test_id("csv").click()
        file = await (await download.value).path()
        assert file.read_text(encoding="utf-8").startswith("by,key,name,images,dollars")

        await page.get_by_test_id("month").select_option("2026-10")
        await expect(page.get_by_test_id("nothing")).to_have_text("Nothing was asked for in this month.")


async def test_requests_hide_their_words_until_they_are_shown_which_is_written_down(
    browser: Browser, admin: Admin
) -> None:
    async with Opened(browser, admin.link, PHONE) as page:
        await turn(page, "requests")
        await expect(page.get_by_test_id("request").nth(1)).to_contain_text("waits")
        await expect(page.get_by_test_id("view")).not_to_contain_text("a whale over the town")
        await page.get_by_test_id("show-words").click()
        await expect(page.get_by_test_id("view")).to_contain_text("a whale over the town")
        await page.get_by_test_id("older").click()
        await expect(page.locator(".request-words")).to_have_count(
            await page.locator(".requests [data-job]").count() - 1
        )
        await page.get_by_test_id("show-words").click()
        await expect(page.get_by_test_id("view")).not_to_contain_text("a whale over the town")
        await page.get_by_role("button", name="Failed").click()
        await expect(page.locator(".state-failed").first).to_be_visible()
        await expect(page.locator(".state-delivered")).to_have_count(0)
        await turn(page, "audit")
        await expect(page.get_by_test_id("decision").first).to_contain_text("administrators' page")
        await expect(page.get_by_test_id("decision").last).to_contain_text("The words of 50 requests were shown.")


async def test_a_lost_answer_is_settled_after_a_question(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link) as page:
        await turn(page, "requests")
        lost = page.get_by_test_id("uncertain")
        await lost.get_by_test_id("not-billed").click()
        await page.keyboard.press("Escape")
        assert len(await admin.overseeing.uncertain(Home.read(GUILD))) == 1
        await lost.get_by_test_id("billed").click()
        await expect(page.get_by_test_id("confirm")).to_contain_text("1 image of Member, up to $0.17")
        await page.get_by_test_id("confirm-yes").click()
        await expect(page.get_by_test_id("toast")).to_contain_text("It was billed")
        await expect(lost).to_have_count(0)
    assert await admin.overseeing.uncertain(Home.read(GUILD)) == []


async def test_providers_and_workspaces(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link) as page:
        await turn(page, "providers")
        trouble = page.get_by_test_id("provider").nth(1)
        await expect(trouble).to_contain_text("not asked for a while")
        await expect(trouble).to_contain_text("status 503")
        await expect(page.get_by_role("row", name="openai billed")).to_contain_text("$6.61")
        await turn(page, "all")
        await page.get_by_role("button", name="Playground").click()
        await expect(page.get_by_test_id("workspace")).to_have_value("web:playground")
        await expect(page.get_by_test_id("tab-limits")).to_have_attribute("aria-current", "page")
        await page.reload()
        await expect(page.get_by_test_id("workspace")).to_have_value("web:playground")


async def test_servers_and_channels_are_shown_by_their_names(browser: Browser, tmp_path: Path) -> None:
    async with administered(tmp_path, named=Names("the {}")) as admin, Opened(browser, admin.link) as page:
        await expect(page.get_by_test_id("workspace")).to_contain_text(f"Discord the {SERVER}")
        await expect(page.get_by_test_id("view").get_by_text("the posters").first).to_be_visible()
        await turn(page, "usage")
        await expect(page.get_by_role("row", name="the sketches")).to_contain_text("sketches")
        await turn(page, "requests")
        await expect(page.get_by_test_id("request").first).to_contain_text("in the posters")


async def test_all_of_it_by_keyboard(browser: Browser, admin: Admin) -> None:
    async with Opened(browser, admin.link) as page:
        await expect(page.get_by_test_id("order")).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(page.get_by_text("Skip to the content")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("view")).to_be_focused()
        assert page.url.endswith("/admin")
        for _ in range(3):
            await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("tab-providers")).to_have_attribute("aria-current", "page")
        await expect(page.get_by_test_id("view")).to_be_focused()


async def test_names_words_and_reasons_from_people_are_only_text(browser: Browser, tmp_path: Path) -> None:
    async with administered(tmp_path, busy=False, named=Names(HOSTILE.replace("{", "{{"))) as admin:
        hostile = wish("77", HOSTILE, channel=HOSTILE, name=HOSTILE)
        await drawn(admin.bench, hostile)
        await failed(admin.bench, wish("77", HOSTILE, name=HOSTILE), HOSTILE)
        await admin.overseeing.order(Home.read(GUILD), f"pause {HOSTILE}", "one")
        await drawn(admin.bench, wish("88", "a boat", home=f"discord:{HOSTILE}", name="A"))
        async with Opened(browser, admin.link, PHONE) as page:
            await expect(page.get_by_test_id("view")).to_contain_text(f"The reason given: {HOSTILE[:40]}")
            for view in VIEWS:
                await turn(page, view)
                if view == "requests":
                    await page.get_by_test_id("show-words").click()
                    await expect(page.locator(".request-words").first).to_have_text(HOSTILE)
                await expect(
                    page.get_by_test_id("view") if view != "providers" else page.locator("#app")
                ).to_contain_text("<img src=x")
                assert await page.evaluate(MEASURE) == [], view
            assert await page.locator("#app img, #app script, [onerror]").count() == 0
            assert "broken" not in await page.title()


async def test_before_anybody_came_every_view_says_so(browser: Browser, tmp_path: Path) -> None:
    async with administered(tmp_path, busy=False) as admin, Opened(browser, admin.link, PHONE) as page:
        for view in VIEWS:
            await page.get_by_test_id(f"tab-{view}").click()
            await expect(page.get_by_test_id(f"tab-{view}")).to_have_attribute("aria-current", "page")
            await expect(page.get_by_test_id("nothing").first).to_be_visible()
        await expect(page.get_by_test_id("workspace")).to_be_hidden()


async def test_the_real_easel_prints_the_link_and_keeps_its_secret(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with support_easel.running(folder) as easel:
        link = await easel.admin_link()
        token = link.partition("#token=")[2]
        kept = folder / "admin-token"
        assert kept.read_text(encoding="ascii") == token
        assert kept.stat().st_mode & 0o777 == 0o600
        assert token not in easel.link
        async with Opened(browser, link, PHONE) as page:
            await turn(page, "providers")
            await expect(page.get_by_test_id("provider")).to_contain_text("Easel illustrator (not an AI model)")
    async with support_easel.running(folder) as easel:
        assert (await easel.admin_link()).endswith(token)
