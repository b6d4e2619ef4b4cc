"""A picture's family: the line that led to it, and every branch that this person may see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_web import House, house


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def test_branches_are_there_after_the_line_and_private_ones_for_their_person_alone(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest:
        first = await member.drawn("@easel a red fox")
        night = await member.drawn("make it night", reply_to=first["id"])
        rain = await member.drawn("add a boat", reply_to=night["id"])
        snow = await guest.drawn("/edit make it snow", reply_to=first["id"])
        secret = await member.drawn("/edit make it blue --private", reply_to=first["id"])
        other = await member.drawn("@easel a boat")
        ids = [each["images"][0]["id"] for each in (first, night, rain, snow, secret)]
        theirs = (await member.get(f"/api/images/{ids[1]}/details")).json
        assert [step["id"] for step in theirs["lineage"]] == ids[:2]
        assert [step["id"] for step in theirs["family"]] == ids
        assert [step["parent"] for step in theirs["family"]] == [None, ids[0], ids[1], ids[0], ids[0]]
        seen = (await guest.get(f"/api/images/{ids[1]}/details")).json
        assert [step["id"] for step in seen["family"]] == ids[:4]
        alone = (await member.get(f"/api/images/{other['images'][0]['id']}/details")).json
        assert len(alone["family"]) == 1
