"""Jobs of a workspace that has a key of its own: restarts, lost answers, lost keys, and never a different one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from support_house import MEMBER, WALL, House, Order, became, house, until
from support_painter import Painter, read, spending

from core.errors import NotAllowed, OutcomeUnknown
from core.model import JobId
from core.quota import Limit, Scope, Unit, Window

BOSS = replace(MEMBER, user="moderator", name="Moderator", is_admin=True)
KEY = SecretStr("sk-proj-0123456789abcdefghijklmnopWXYZ")
OWN = "illustrator (own key)"  # as a painter is called
CAP = (Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.MONTH, 10**6),)


async def nobody(order: Order) -> None:
    raise AssertionError("the operator's key was used")


def operator() -> Painter:
    return Painter(meanwhile=nobody)


async def give(home: House) -> None:
    await home.studio.administration.give_key(BOSS, "give", KEY)


async def take(home: House) -> None:
    await home.studio.administration.order(BOSS, WALL, "key off", "take")


async def interrupted(folder: Path) -> JobId:
    """Its process ended after the ticket was kept."""
    kept, for_ever = asyncio.Event(), asyncio.Event()

    async def wait(order: Order) -> None:
        kept.set()
        await for_ever.wait()

    async with house(folder, hand=operator(), own_hand=Painter(ticket="resp_1", meanwhile=wait)) as home:
        await give(home)
        job = (await home.submit("a square")).job
        async with asyncio.timeout(5):
            await kept.wait()
    assert await read(folder, "SELECT ticket FROM job") == [("resp_1",)]
    return job


async def test_its_account_pays_and_the_ledger_knows(tmp_path: Path) -> None:
    async with house(tmp_path, hand=operator(), own_hand=Painter(nanodollars=7)) as home:
        await give(home)
        assert len((await home.board.finished((await home.submit("a square")).job)).images) == 1
    assert await spending(tmp_path) == [("billed", OWN, 7)]


async def test_an_answer_is_taken_up_with_the_same_account_after_a_restart(tmp_path: Path) -> None:
    job = await interrupted(tmp_path)
    again = Painter(nanodollars=7)
    async with house(tmp_path, hand=operator(), own_hand=again) as home:
        assert len((await home.board.finished(job)).images) == 1
    assert [order.ticket for order in again.orders] == ["resp_1"]
    assert await spending(tmp_path) == [("billed", OWN, 7)]


async def test_a_key_that_is_gone_when_the_answer_could_be_had(tmp_path: Path) -> None:
    job = await interrupted(tmp_path)
    again = Painter()
    with structlog.testing.capture_logs() as lines:
        async with house(tmp_path, hand=operator(), own_hand=again, working=False) as home:
            await take(home)
        async with house(tmp_path, hand=operator(), own_hand=again) as home:
            told = await home.board.unfinished(job)
    assert "was taken away meanwhile" in told.sentence
    assert again.orders == []
    assert [row[:2] for row in await spending(tmp_path)] == [("presumed", OWN)]
    assert "sk-proj" not in str(lines)


@pytest.mark.parametrize("lost", ["the key", "the image API"])
async def test_what_waited_while_that_was_lost_is_drawn_with_no_other(tmp_path: Path, lost: str) -> None:
    with structlog.testing.capture_logs():
        async with house(tmp_path, hand=operator(), own_hand=Painter(), working=False) as home:
            await give(home)
            job = (await home.submit("a square")).job
            if lost == "the key":
                await take(home)
        async with house(tmp_path, hand=operator(), own_hand=Painter() if lost == "the key" else None) as home:
            told = await home.board.unfinished(job)
        assert ("was taken away meanwhile" if lost == "the key" else "not connected any more") in told.sentence
        assert "Nothing was charged." in told.sentence
    assert await spending(tmp_path) == []


@pytest.mark.parametrize("billed", [True, False])
async def test_an_answer_that_was_lost_is_resolved_like_any_other(tmp_path: Path, billed: bool) -> None:
    async def lose(order: Order) -> None:
        raise OutcomeUnknown("The connection broke.", note="read timeout req_5")

    with structlog.testing.capture_logs():
        async with house(tmp_path, hand=operator(), own_hand=Painter(meanwhile=lose)) as home:
            await give(home)
            job = (await home.submit("a square")).job
            await became(home, job, "uncertain")
            assert [row[:2] for row in await spending(tmp_path)] == [("presumed", OWN)]
            await home.store.resolve(job, billed=billed)

            async def settled() -> bool:
                return not await home.store.unresolved()

            await until(settled)
    assert [row[:2] for row in await spending(tmp_path)] == [("presumed", OWN)]


async def test_limits_in_money_hold_for_it_too(tmp_path: Path) -> None:
    async with house(tmp_path, hand=operator(), own_hand=Painter(nanodollars=10**6), limits=CAP) as home:
        await give(home)
        first = await home.studio.allowances(MEMBER, WALL)
        await home.board.finished((await home.submit("a square")).job)
        (after,) = await home.studio.allowances(MEMBER, WALL)
        assert (first[0].used, after.used) == (0, 10**6)


async def test_who_is_no_administrator_gives_none(tmp_path: Path) -> None:
    async with house(tmp_path, own_hand=Painter()) as home:
        with pytest.raises(NotAllowed):
            await home.studio.administration.give_key(MEMBER, "give", KEY)
