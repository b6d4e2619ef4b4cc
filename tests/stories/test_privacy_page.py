"""/privacy in the playground: explained, fetched as one file, and deleted so that no byte of it is left."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import support_easel
from playwright.async_api import Browser as PageBrowser
from playwright.async_api import expect
from support_browser import launched
from support_privacy import everything_in, log_lines, unzipped
from support_visitor import arrive
from support_web import Browser, House, house, png

WORDS = {"prompt": b"CANARYPROMPT", "file name": b"CANARYFILE", "character": b"canaryhero", "talk": b"CANARYTALK"}


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def last(person: Browser) -> dict[str, object]:
    return (await person.messages())[-1]


async def used(person: Browser) -> bytes:
    """Everything that leaves something behind; the bytes of the first picture."""
    first = await person.drawn("/imagine a CANARYPROMPT")
    upload = (await person.upload(png(80, 60, "gold"), "CANARYFILE.png")).json["upload"]
    await person.drawn("/edit CANARYPROMPT at night", attachments=[upload])
    await person.say("/character canaryhero", attachments=[upload])
    await person.drawn("/imagine a CANARYPROMPT for me --private")
    await person.say("CANARYTALK between people")
    return (await person.get(first["images"][0]["url"])).body


async def settled(easel: House) -> None:
    while await easel.database.fetch("SELECT id FROM job WHERE outbox = 1"):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def test_it_says_what_is_kept_and_what_can_be_done_about_it(easel: House) -> None:
    async with easel.browser() as member:
        await member.say("/privacy")
        said = str((await last(member))["text"])
        for words in ("until you delete them", "/privacy export", "/privacy delete", "drawn on the machine"):
            assert words in said
        await member.say("", command="privacy", options={"do": "export"})
        assert (await last(member))["own_data"] == "export"


async def test_the_export_is_one_file_for_whoever_asks(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        pixels = await used(member)
        await guest.drawn("/imagine SOMEBODYELSE")
        await settled(easel)
        sent = await member.get("/api/own-data")
        assert sent.headers["Content-Disposition"].startswith('attachment; filename="easel-data-')
        files = unzipped(sent.body)
        data = json.loads(files["data.json"])
        assert len(data["workspaces"][0]["requests"]) == 3
        assert data["workspaces"][0]["characters"][0]["name"] == "canaryhero"
        assert pixels in files.values()
        assert any(name.endswith("CANARYFILE.png") for name in files)
        assert "CANARYTALK between people" in str(data["web"]["messages"])
        assert b"SOMEBODYELSE" not in b"".join(files.values())
        assert b"web1:" not in files["data.json"]


async def test_after_a_deletion_no_byte_of_it_is_left_anywhere(easel: House, tmp_path: Path) -> None:
    with log_lines() as logged:
        async with easel.browser() as member, easel.browser("guest") as guest:
            pixels = await used(member)
            theirs = await guest.drawn("/imagine a house")
            await settled(easel)
            canaries = {**WORDS, "picture": pixels}
            assert len({line.split(" in ")[0] for line in await everything_in(tmp_path, canaries)}) == len(canaries)

            await member.say("/privacy delete")
            assert (await last(member))["own_data"] == "delete"
            answer = await member.post("/api/own-data/delete", {"person": "member", "channel": "studio"})
            assert answer.status == 204, answer.body

            assert await everything_in(tmp_path, canaries) == []
            told = await last(member)
            assert str(told["text"]).startswith("Everything is deleted: 3 requests and 3 pictures.")
            shown = {each["id"]: each for each in await guest.messages()}
            assert shown[theirs["id"]]["images"], "what others drew stays"
            assert sum(each["text"] == "This message was deleted." for each in shown.values()) >= 4
            assert {each["author"]["name"] for each in shown.values()} == {"Easel", "Guest", "Somebody"}
            assert (await member.drawn("/imagine a boat"))["images"], "and they may go on"
    assert [name for name, canary in WORDS.items() if canary.decode() in logged.getvalue()] == []
    assert await easel.store.verify() == ()


async def test_while_something_is_drawn_nothing_is_deleted(easel: House) -> None:
    async with easel.browser() as member:
        heard = await member.say("/imagine CANARYPROMPT slowly")
        answer = await member.post("/api/own-data/delete", {"person": "member", "channel": "studio"})
        assert answer.status == 422
        assert "nothing was deleted yet" in answer.sentence
        easel.painter.go.set()
        assert (await member.outcome(heard.json["job"]))["images"]


async def test_a_message_that_was_blanked_is_told_to_open_pages(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        await member.drawn("/imagine CANARYPROMPT")
        await settled(easel)
        seq = (await guest.get("/api/hello")).json["seq"]
        await member.post("/api/own-data/delete", {"person": "member", "channel": "studio"})
        changed = await easel.database.fetch("SELECT body FROM web_message WHERE seq > $1 AND only_for IS NULL", seq)
        assert len(changed) == 2


# --- the page itself -----------------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def browser(chromium_path: Path) -> AsyncIterator[PageBrowser]:
    async with launched(chromium_path) as started:
        yield started


@pytest.mark.browser
async def test_the_page_fetches_the_file_and_deletes_after_one_question(browser: PageBrowser, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with support_easel.running(folder) as real:
        guest = await arrive(browser, real.link)
        await guest.send("/imagine a CANARYPROMPT at sunset")
        await guest.result(1)
        await guest.send("/privacy export")
        async with guest.page.expect_download() as coming:
            await guest.page.get_by_test_id("own-data-export").last.click()
        file = await (await coming.value).path()
        words = await asyncio.to_thread(lambda: unzipped(file.read_bytes())["data.json"])
        assert b"a CANARYPROMPT at sunset" in words
        await guest.send("/privacy delete")
        await guest.page.get_by_test_id("own-data-delete").last.click()
        await guest.page.get_by_test_id("confirm-yes").click()
        await expect(guest.page.get_by_text("Everything is deleted: 1 request and 1 picture.")).to_be_visible()
        await expect(guest.page.get_by_text("CANARYPROMPT")).to_have_count(0)
        assert await everything_in(folder, {"prompt": b"CANARYPROMPT"}) == []
