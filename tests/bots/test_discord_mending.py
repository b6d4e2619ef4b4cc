"""Easel ends between "One moment …" and the request: the person hears of it, and nothing says so for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from emulators.discord_api.server import FakeDiscord
from emulators.discord_api.values import Permission
from emulators.discord_api.world import Message
from support_discord_api import discord_api  # noqa: F401
from support_discord_easel import Easel, easel
from support_discord_talk import QUIET_SECONDS, answers, at_work
from support_house import until

from bots.discord import gateway, mending
from bots.discord.mending import RESTARTED
from core.model import ImageRequest
from core.store.sqlite import SqliteDatabase

NOT_NOTED = "UPDATE discord_working SET reply = NULL"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "DRAIN_SECONDS", 0.05)
    monkeypatch.setattr(mending, "AGAIN_SECONDS", 0.05)


async def crashed(fake: FakeDiscord, folder: Path, *then: str, seconds_ago: int = 3600) -> Message:
    """Somebody asked that long ago, and Easel came no further than its reply. `then`: what became of its tables."""

    async def hang(request: ImageRequest) -> None:
        await asyncio.Event().wait()

    async with easel(fake, folder) as one:
        one.studio.submit = hang  # type: ignore[method-assign,assignment]  # it never gets so far
        said = await one.member.say(one.art, "a boat", mention=True)
        await fake.until(lambda: answers(said) or None)
        await one.quiet()
        assert [each.content for each in answers(said)] == ["One moment …"]
    await tables(folder, f"UPDATE discord_working SET at_us = at_us - {seconds_ago * 1_000_000}", *then)
    return said


async def tables(folder: Path, *statements: str) -> None:
    """While no Easel is there."""
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    for statement in statements:
        await database.write(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]  # bound now
    await database.close()


async def unsettled(it: Easel) -> int:
    row = await it.database.fetch_one("SELECT COUNT(*) FROM discord_working WHERE settled = 0")
    assert row is not None
    return int(row[0] or 0)


async def all_settled(it: Easel) -> None:
    """Wait for it."""

    async def so() -> bool:
        return await unsettled(it) == 0

    await until(so)


async def told(to: Message) -> list[str]:
    """What stands below a message once nothing says "One moment …" any more."""
    await to.world.bell.until(
        lambda: bool(answers(to)) and not any(at_work(each) for each in answers(to)), lambda: f"{answers(to)}", 5.0
    )
    return [each.content for each in answers(to)]


async def test_the_reply_that_says_that_we_are_at_work_tells_of_the_restart(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    said = await crashed(discord_api, tmp_path)
    async with easel(discord_api, tmp_path) as it:
        assert await told(said) == [RESTARTED]
        await all_settled(it)
        assert not it.hand.orders


async def test_a_reply_that_was_not_written_down_is_found_by_what_it_answers(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    said = await crashed(discord_api, tmp_path, NOT_NOTED)
    discord_api.advance(3600)  # no nonce is remembered so long
    async with easel(discord_api, tmp_path):
        assert await told(said) == [RESTARTED]


async def test_without_the_history_the_nonce_finds_it(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    said = await crashed(discord_api, tmp_path, NOT_NOTED)
    discord_api.overwrite(said.channel, discord_api.app, deny=Permission.READ_MESSAGE_HISTORY)
    async with easel(discord_api, tmp_path) as it:
        await said.world.bell.until(
            lambda: any(each.content == RESTARTED for each in it.art.history.values()), lambda: "nothing", 5.0
        )
        await it.quiet()
        shown = [each.content for each in it.art.messages() if each.author.is_app]
        assert shown == [RESTARTED]


async def test_where_not_even_the_reply_was_posted_one_is(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    said = await crashed(discord_api, tmp_path, NOT_NOTED)
    await discord_api.remove(answers(said)[0])
    discord_api.advance(3600)
    async with easel(discord_api, tmp_path):
        assert await told(said) == [RESTARTED]


async def test_what_became_a_job_is_the_jobs(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    """Easel ended after the request was made: its picture comes, whoever asked is not told to ask again."""
    async with easel(discord_api, tmp_path) as one:
        said = await one.member.say(one.art, "a boat", mention=True)
        await discord_api.until(lambda: [each for each in answers(said) if each.files] or None)
        await one.quiet()
    await tables(tmp_path, "UPDATE discord_working SET settled = 0, at_us = at_us - 3600000000")
    async with easel(discord_api, tmp_path) as it:
        await all_settled(it)
        assert [bool(each.files) for each in answers(said)] == [True]
        assert RESTARTED not in answers(said)[0].content


async def test_who_may_still_be_at_it_is_left_alone(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    said = await crashed(discord_api, tmp_path, seconds_ago=30)
    async with easel(discord_api, tmp_path) as it:
        await asyncio.sleep(QUIET_SECONDS)
        assert [each.content for each in answers(said)] == ["One moment …"]
        assert await unsettled(it) == 1


async def test_a_discord_that_is_away_is_asked_again_and_a_channel_that_is_gone_is_not(
    discord_api: FakeDiscord,  # noqa: F811
    tmp_path: Path,
) -> None:
    said = await crashed(discord_api, tmp_path)
    path = f"/channels/{said.channel.id}/messages/*"
    discord_api.fault("PATCH", path, status=503)
    async with easel(discord_api, tmp_path) as it:
        assert await told(said) == [RESTARTED]
        await all_settled(it)
        await it.fake.close_channel(it.art)
        asked = len(it.fake.calls.of("PATCH", path))
        await it.database.write(lambda tx: tx.execute("UPDATE discord_working SET settled = 0"))
        await all_settled(it)
        await asyncio.sleep(QUIET_SECONDS)
        assert len(it.fake.calls.of("PATCH", path)) == asked + 1


async def test_every_answer_is_settled(discord_api: FakeDiscord, tmp_path: Path) -> None:  # noqa: F811
    async with easel(discord_api, tmp_path) as it:
        for words in ("a boat", "a boat --ar nonsense"):
            said = await it.member.say(it.art, words, mention=True)
            await told(said)
        it.hand.name = "nobody whose prices are known"
        await told(await it.member.say(it.art, "a boat", mention=True))
        await all_settled(it)
