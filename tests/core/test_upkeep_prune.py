"""Platforms forget by age what they keep; whose bytes a blob are is asked of everybody else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from support_house import BOARD, MEMBER, WALL, Board, House, house

from core.ports import PlatformAdapter
from core.upkeep import Needed


class Shelf(Board):
    """A board that keeps files, and forgets one of them at each look unless somebody needs it."""

    def __init__(self, *blobs: str, fails: bool = False) -> None:
        super().__init__()
        self.blobs, self.fails, self.looks = list(blobs), fails, asyncio.Event()

    async def keeps(self, blob: str) -> bool:
        return blob in self.blobs

    async def prune(self, needed: Needed) -> int:
        self.looks.set()
        if self.fails:
            raise PermissionError
        unneeded = [blob for blob in self.blobs if not await needed(blob)]
        self.blobs = [blob for blob in self.blobs if blob not in unneeded]
        return len(unneeded)


def shelved(home: House, **shelves: Shelf) -> None:
    cast("dict[str, PlatformAdapter]", home.upkeep._adapters).update(shelves)


async def test_what_somebody_else_has_stays(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        drawn = (await home.board.finished((await home.submit("a square")).job)).images[0].blob
        one, other = Shelf("mine", "ours", drawn), Shelf("ours")
        shelved(home, one=one, other=other)
        await home.upkeep.prune()
        assert one.blobs == ["ours", drawn]
        assert other.blobs == ["ours"], "asked about it, the first one said that it has it"
        [image] = await home.studio.history(MEMBER, WALL)
        await home.studio.delete(image.id, MEMBER, WALL)
        await home.upkeep.prune()
        assert one.blobs == ["ours"]


async def test_a_file_that_cannot_be_removed_holds_nobody_up(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        broken, well = Shelf(fails=True), Shelf("mine")
        shelved(home, broken=broken, well=well)
        await home.upkeep.prune()
        assert well.blobs == []


async def test_it_happens_by_itself_and_who_keeps_nothing_is_not_asked(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        shelf = Shelf("mine")
        shelved(home, shelf=shelf)
        running = asyncio.create_task(home.upkeep.run())
        async with asyncio.timeout(5):
            await shelf.looks.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert home.board.platform == BOARD
