"""Easel ends between "One moment …" and the request: the person hears of it, and nothing says so for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from emulators.slack_api.server import FakeSlack
from emulators.slack_api.world import Message
from support_house import until
from support_slack_api import no_proxies, slack_api  # noqa: F401
from support_slack_easel import Easel, easel

from bots.slack import app, mending
from bots.slack.mending import RESTARTED
from bots.slack.replies import WORKING
from core.model import Click, ImageRequest
from core.quota import Limit, Scope, Unit, Window
from core.store.sqlite import SqliteDatabase

UNKNOWN = "UPDATE slack_working SET spot = replace(spot, '\"w\":', '\"?\":')"


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DRAIN_SECONDS", 0.05)
    monkeypatch.setattr(mending, "AGAIN_SECONDS", 0.05)


async def _hang(request: ImageRequest | Click) -> None:
    await asyncio.Event().wait()


def _never_admits(one: Easel) -> None:
    one.studio.submit = _hang  # type: ignore[method-assign,assignment]  # it never gets so far
    one.studio.act = _hang  # type: ignore[method-assign,assignment]


async def tables(folder: Path, *statements: str) -> None:
    """While no Easel is there."""
    database = await SqliteDatabase.open(folder / "easel.sqlite3")
    for statement in statements:
        await database.write(lambda tx, statement=statement: tx.execute(statement))  # type: ignore[misc]  # bound now
    await database.close()


async def aged(fake: FakeSlack, folder: Path, *then: str, seconds: int = 3600) -> None:
    """That was so long ago. `then`: what became of the tables."""
    await tables(folder, f"UPDATE slack_working SET at_us = at_us - {seconds * 1_000_000}", *then)


async def all_settled(it: Easel) -> None:
    async def so() -> bool:
        return await it.database.fetch_one("SELECT COUNT(*) FROM slack_working WHERE settled = 0") == (0,)

    await until(so)


def ours(it: Easel, root: str) -> list[Message]:
    return [each for each in it.fake.messages(it.art, root) if each.user is it.team.bot]


@pytest.mark.parametrize("then", [(), (UNKNOWN,)], ids=["known", "not written down"])
async def test_the_message_that_says_one_moment_tells_of_the_restart(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    then: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with easel(slack_api, tmp_path) as one:
        _never_admits(one)
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(lambda: [each.text for each in ours(one, said.ts)] == [WORKING], "one moment")
    monkeypatch.setattr(mending, "OLD_SECONDS", 0.1)
    await asyncio.sleep(0.2)
    await aged(slack_api, tmp_path, *then)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert [(each.text, each.blocks) for each in ours(one, said.ts)] == [(RESTARTED, [])]
        assert slack_api.statuses == {}
        assert not one.hand.orders


async def test_who_saw_nothing_yet_is_told_alone(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        slack_api.slow("chat.postMessage", 30)
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(lambda: slack_api.deliveries and all(each.acknowledged for each in slack_api.deliveries))

        async def begun() -> bool:
            return await one.database.fetch_one("SELECT COUNT(*) FROM slack_working") == (1,)

        await until(begun)
    slack_api.slow("chat.postMessage", 0)
    await aged(slack_api, tmp_path)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert ours(one, said.ts) == []
        assert [each.text for each in slack_api.ephemerals(one.member, one.art)] == [RESTARTED]


async def test_who_used_a_command_is_told_of_the_restart_alone(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    """Nothing was shown of it yet."""
    async with easel(slack_api, tmp_path) as one:
        slack_api.slow("conversations.info", 30)
        await slack_api.command(one.member, one.art, "/imagine", "a boat")

        async def begun() -> bool:
            return await one.database.fetch_one("SELECT COUNT(*) FROM slack_working") == (1,)

        await until(begun)
    slack_api.slow("conversations.info", 0)
    await aged(slack_api, tmp_path, seconds=120)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert [each.text for each in slack_api.ephemerals(one.member, one.art)] == [RESTARTED]


@pytest.mark.parametrize("then", [(), (UNKNOWN,)], ids=["known", "not written down"])
async def test_what_said_that_a_command_is_at_work_goes(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
    then: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with easel(slack_api, tmp_path) as one:
        _never_admits(one)
        await slack_api.command(one.member, one.art, "/imagine", "a boat")
        await slack_api.until(lambda: slack_api.messages(one.art), "one moment")
        assert [each.text for each in slack_api.messages(one.art)] == [f"For *Member*: a boat\n{WORKING}"]
    monkeypatch.setattr(mending, "OLD_SECONDS", 0.1)
    await asyncio.sleep(0.2)
    await aged(slack_api, tmp_path, *then)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert slack_api.messages(one.art) == []
        assert [each.text for each in slack_api.ephemerals(one.member, one.art)] == [RESTARTED]


async def test_where_a_private_picture_would_come_it_is_told(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        _never_admits(one)
        await slack_api.command(one.member, one.art, "/imagine", "a boat --private")
        await slack_api.until(lambda: slack_api.direct(one.member), "one moment")
    await aged(slack_api, tmp_path)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert [each.text for each in slack_api.direct(one.member)] == [RESTARTED]
        assert slack_api.messages(one.art) == slack_api.ephemerals(one.member, one.art) == []


async def test_a_button_tells_of_the_restart_under_its_picture(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        controls = await one.drawn()
        _never_admits(one)
        await slack_api.press(one.member, controls, "easel:redo")
        await slack_api.until(lambda: ours(one, controls.root)[-1].text == WORKING, "one moment")
    await aged(slack_api, tmp_path)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert ours(one, controls.root)[-1].text == RESTARTED


async def test_what_became_a_job_or_was_answered_is_left_alone(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        controls = await one.drawn()
        await slack_api.command(one.member, one.art, "/imagine", "")
        await one.quiet()
        await all_settled(one)
    await aged(slack_api, tmp_path, "UPDATE slack_working SET settled = 0 WHERE asked LIKE '%:m:%'")
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert len(one.controls()) == 1
        everything = [*ours(one, controls.root), *slack_api.ephemerals(one.member, one.art)]
        assert all(each.text != RESTARTED for each in everything)


async def test_a_thread_goes_on_when_easel_ended_right_after_its_request_became_a_job(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with easel(slack_api, tmp_path) as one:
        really = one.studio.submit

        async def then_hang(request: ImageRequest) -> None:
            await really(request)
            await _hang(request)

        one.studio.submit = then_hang  # type: ignore[method-assign,assignment]  # all that came after it is lost
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(one.controls, "the picture")
    async with easel(slack_api, tmp_path) as one:
        await slack_api.say(one.member, one.art, "make it night", thread=said.ts)
        await slack_api.until(lambda: len(one.controls()) == 2, "the next step")


async def test_what_is_at_work_at_this_moment_is_left_alone(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    async with easel(slack_api, tmp_path) as one:
        _never_admits(one)
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(lambda: ours(one, said.ts), "one moment")
        await asyncio.sleep(0.2)
        assert [each.text for each in ours(one, said.ts)] == [WORKING]


async def test_while_slack_is_away_it_waits(
    slack_api: FakeSlack,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with easel(slack_api, tmp_path) as one:
        _never_admits(one)
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(lambda: [each.text for each in ours(one, said.ts)] == [WORKING], "one moment")
    await aged(slack_api, tmp_path)
    slack_api.fault("chat.update", retry_after=30, times=2)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert [each.text for each in ours(one, said.ts)] == [RESTARTED]


async def test_what_could_not_be_taken_back_tells_later(slack_api: FakeSlack, tmp_path: Path) -> None:  # noqa: F811
    """A refusal whose "One moment …" stayed, because Slack was busy."""
    once = Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 1)
    async with easel(slack_api, tmp_path, limits=[once]) as one:
        await one.drawn()
        await one.quiet()
        slack_api.fault("chat.delete", retry_after=60, times=1)
        said = await slack_api.say(one.member, one.art, "a boat", mention=True)
        await slack_api.until(lambda: slack_api.ephemerals(one.member, one.art), "refused")
        assert [each.text for each in ours(one, said.ts)] == [WORKING]
    await aged(slack_api, tmp_path)
    async with easel(slack_api, tmp_path) as one:
        await all_settled(one)
        assert [each.text for each in ours(one, said.ts)] == [RESTARTED]
