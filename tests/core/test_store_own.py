"""A person's own pictures, wherever in a workspace they were made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support_postgres import Engine
from support_store import SECOND_US, Bench, opened, place_of, plan_of, request_of

from core.model import ImageId, StoredImage


@pytest.fixture
async def bench(tmp_path: Path, engine: Engine) -> AsyncIterator[Bench]:
    """A fresh store."""
    async with opened(tmp_path, engine=engine) as fresh:
        yield fresh


async def drawn(
    bench: Bench, channel: str, user: str = "member", *, workspace: str = "demo", private: bool = False, count: int = 1
) -> list[StoredImage]:
    """Asked for and drawn, a second after the last one."""
    bench.clock.advance(SECOND_US)
    place = place_of(channel, workspace)
    await bench.admit(request_of(user=user, place=place, workspace=workspace), plan_of(private=private))
    return (await bench.draw(count))[1]


async def test_mine_of_every_channel_and_nobody_elses(bench: Bench) -> None:
    mine = [*await drawn(bench, "studio"), *await drawn(bench, "sketches", private=True)]
    await drawn(bench, "studio", "guest")
    await drawn(bench, "studio", workspace="elsewhere")
    gone = (await drawn(bench, "studio"))[0]
    await bench.store.delete_image(gone.id)
    found = await bench.store.newest_of("web", "demo", "member")
    assert [image.id for image in found] == [image.id for image in reversed(mine)]
    assert await bench.store.newest_of("discord", "demo", "member") == ()


async def test_paging_never_loses_one(bench: Bench) -> None:
    for channel in ("studio", "sketches", "posters"):
        await drawn(bench, channel, count=3)
    seen: list[ImageId] = []
    before_us = None
    while page := await bench.store.newest_of("web", "demo", "member", before_us, 2):
        assert len(page) == 3  # of one moment: never parted
        seen += [image.id for image in page]
        before_us = page[-1].created_at_us
    assert len(set(seen)) == len(seen) == 9
