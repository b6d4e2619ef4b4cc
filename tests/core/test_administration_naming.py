"""The names of workspaces and channels: asked of the platforms, kept for a while, and never waited for at length."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from structlog.testing import capture_logs
from support_admin import GUILD
from support_postgres import Engine
from support_store import HOUR_US, HandClock, actor_of, opened, request_of

from core.administration import naming
from core.administration.homes import Home
from core.administration.naming import Naming
from core.administration.reports import NAMES_MAX, Refusals, Reports
from core.errors import Gone, Later
from core.ports import PlatformAdapter, Row, Value

HOME = Home.read(GUILD)


class Board:
    """A platform that calls its channels by name, as far as it is told to."""

    def __init__(self, names: Mapping[str, str | Exception | None]) -> None:
        self.names = dict(names)
        self.asked: Counter[str] = Counter()
        self.at_once = self.at_once_max = 0

    async def name_of(self, workspace: str, channel: str = "") -> str:
        self.asked[channel] += 1
        self.at_once += 1
        self.at_once_max = max(self.at_once_max, self.at_once)
        try:
            await asyncio.sleep(0)
            match self.names.get(channel, Gone("There is no such channel.")):
                case None:
                    await asyncio.Event().wait()
                    raise AssertionError("nobody sets it")
                case str(name):
                    return name
                case Exception() as error:
                    raise error
        finally:
            self.at_once -= 1


def named(board: object, clock: HandClock | None = None) -> Naming:
    return Naming(cast("dict[str, PlatformAdapter]", {"discord": board}), clock or HandClock())


async def test_names_are_asked_for_once_an_hour() -> None:
    board, clock = Board({"": "Art \n club", "1": "posters" * 40}), HandClock()
    names = named(board, clock)
    for _ in range(2):
        assert await names.workspaces([HOME, HOME]) == {HOME: "Art club"}
        assert await names.channels(HOME, ["1", "2", ""]) == {"1": ("posters" * 40)[:80]}
    assert board.asked == {"": 1, "1": 1, "2": 1}, "what has no name is not asked for again and again"
    board.names["1"] = "placards"
    clock.advance(HOUR_US)
    assert await names.channels(HOME, ["1"]) == {"1": "placards"}


async def test_a_platform_that_is_not_there_yet_is_asked_again() -> None:
    board = Board({"1": Later("Discord is not connected.")})
    names = named(board)
    assert await names.channels(HOME, ["1"]) == {}
    board.names["1"] = "posters"
    assert await names.channels(HOME, ["1"]) == {"1": "posters"}


async def test_what_hangs_or_breaks_takes_no_other_name_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "SECONDS_MAX", 0.2)
    board = Board({"1": "posters", "2": None, "3": ZeroDivisionError()})
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            assert await named(board).channels(HOME, ["2", "3", "1"]) == {"1": "posters"}
    assert [each["error"] for each in logs] == ["ZeroDivisionError"]
    assert board.at_once == 0, "nobody is left behind"


async def test_a_thousand_channels_are_asked_for_by_and_by() -> None:
    channels = [str(number) for number in range(1, 151)]
    board = Board({channel: f"c{channel}" for channel in channels})
    names = named(board)
    assert len(await names.channels(HOME, channels)) == naming.ASKED_MAX
    assert board.at_once_max <= 8
    assert len(await names.channels(HOME, channels)) == 150
    assert set(board.asked.values()) == {1}


async def test_a_platform_without_names_has_none() -> None:
    assert await named(object()).workspaces([HOME, Home("shell", "here")]) == {}


async def test_people_are_named_together_by_what_they_said_last(tmp_path: Path, engine: Engine) -> None:
    async with opened(tmp_path, (), engine) as bench:
        people = [f"p{number:03}" for number in range(NAMES_MAX + 1)]
        for person in people:
            await bench.admit(request_of(user=person))
        await bench.admit(request_of(user="p000", workspace="another"))
        fetched = 0
        fetch = bench.db.fetch

        async def counted(sql: str, *values: Value) -> list[Row]:
            nonlocal fetched
            fetched += 1
            return list(await fetch(sql, *values))

        bench.db.fetch = counted  # type: ignore[method-assign]  # counted on the way
        found = await Reports(bench.db, Refusals(bench.db, bench.clock)).names("web", "demo", ["nobody", *people])
        bench.db.fetch = fetch  # type: ignore[method-assign]
    assert dict(found) == {person: actor_of(person).name for person in people[: NAMES_MAX - 1]}
    assert fetched < NAMES_MAX / 10
