"""Who is served first when very many people ask at once."""

from __future__ import annotations

import asyncio

from bots.discord.precedence import AT_ONCE, CALM, Precedence


async def test_whoever_is_alone_goes_on_at_once():
    precedence = Precedence()
    precedence.heard(1)
    async with precedence.acknowledging(1):
        pass
    async with asyncio.timeout(0.5):
        await precedence.others_first()


async def test_what_follows_waits_until_few_wait_for_their_acknowledgement_and_keeps_its_order():
    precedence, went_on = Precedence(patience_seconds=30), []

    async def follow(number: int) -> None:
        await precedence.others_first()
        went_on.append(number)

    for interaction in range(CALM):
        precedence.heard(interaction)
    following = [asyncio.create_task(follow(number)) for number in range(3)]
    await asyncio.sleep(0.05)
    assert went_on == []
    precedence.answered(0)
    async with asyncio.timeout(5):
        await asyncio.gather(*following)
    assert went_on == [0, 1, 2]


async def test_who_is_heard_while_others_go_on_comes_between():
    precedence, went_on = Precedence(calm=1, patience_seconds=30), []

    async def follow(number: int) -> None:
        await precedence.others_first()
        went_on.append(number)
        precedence.heard(number)  # somebody else asks

    following = [asyncio.create_task(follow(number)) for number in range(2)]
    await asyncio.sleep(0.05)
    assert went_on == [0]
    precedence.answered(0)
    async with asyncio.timeout(5):
        await asyncio.gather(*following)


async def test_nobody_waits_for_ever_where_acknowledging_is_slow():
    precedence = Precedence(calm=1, patience_seconds=0.05)
    precedence.heard(1)
    async with asyncio.timeout(5):
        await asyncio.gather(*(precedence.others_first() for _ in range(50)))


async def test_somebody_who_gave_up_waiting_holds_nobody_up():
    precedence = Precedence(calm=1, patience_seconds=30)
    precedence.heard(1)
    gone = asyncio.create_task(precedence.others_first())
    waits = asyncio.create_task(precedence.others_first())
    await asyncio.sleep(0.01)
    gone.cancel()
    precedence.answered(1)
    async with asyncio.timeout(5):
        await waits


async def test_only_so_many_acknowledgements_are_under_way_at_once_and_a_failed_one_lets_go():
    precedence, under_way, most = Precedence(), 0, 0

    async def acknowledge(interaction: int) -> None:
        nonlocal under_way, most
        precedence.heard(interaction)
        async with precedence.acknowledging(interaction):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1
            raise ConnectionError

    ended = await asyncio.gather(*(acknowledge(number) for number in range(3 * AT_ONCE)), return_exceptions=True)
    assert {type(each) for each in ended} == {ConnectionError}
    assert most == AT_ONCE
    async with asyncio.timeout(5):
        await precedence.others_first()
