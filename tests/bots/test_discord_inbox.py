"""What could not be posted on Discord, however it was tried, is told at the person's next command, and once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from support_discord_adapter import SENTENCE, Bed, bed

from core.delivery import Inbox
from core.errors import DeliveryError, Gone, Later
from core.model import Destination


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Bed]:
    async with bed(tmp_path) as on:
        yield on


async def test_a_picture_that_discord_was_too_busy_for_to_the_end_is_told_of_later(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, _ = await on.finished(spot)
    assert isinstance(on.adapter, Inbox)
    await on.adapter.leave(to, outcome, Later("Discord has trouble.", "It will be tried again."))
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert f"<#{on.channel.id}> could not be posted. I tried for hours. The picture is kept." in letter
    assert "tried again" not in letter
    assert letter.endswith("Look into /history.")


async def test_why_there_is_no_picture_is_told_later_too(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, _ = on.unfinished(spot)
    await on.adapter.leave(to, outcome, DeliveryError("Whatever."))
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert SENTENCE in letter


async def test_what_the_delivery_knew_better_stays(on: Bed) -> None:
    spot, _, _ = await on.wrote()
    await on.discord.close_channel(on.channel)
    given = await on.finished(spot)
    with pytest.raises(Gone) as caught:
        await on.adapter.deliver(*given)
    await on.adapter.leave(given[0], given[1], caught.value)
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert "no more" in letter


async def test_a_copy_that_cannot_be_made_small_enough_is_told_of(on: Bed) -> None:
    """The core notices that before Discord is asked."""
    spot, _ = await on.asked()
    to, outcome, _ = await on.finished(spot)
    await on.adapter.leave(to, outcome, DeliveryError("The picture cannot be made small enough."))
    [letter] = await on.records.take_from_inbox(on.member.id)
    assert "small enough" in letter


async def test_where_nobody_is_known_nobody_is_told(on: Bed) -> None:
    spot, _ = await on.asked()
    to, outcome, _ = await on.finished(spot)
    await on.adapter.leave(replace(to, token="d1:nonsense"), outcome, Gone("No such place."))
    await on.adapter.leave(Destination("board", "wall"), outcome, Gone("No such place."))
    assert await on.records.take_from_inbox(on.member.id) == ()
