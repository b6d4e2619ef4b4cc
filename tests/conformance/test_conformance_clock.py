"""What every clock promises: microseconds of today that never run backwards, and a sleep that passes time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from support_store import NOON_US, HandClock

from core.clock import SystemClock
from core.ports import Clock

CLOCKS: dict[str, Callable[[], Clock]] = {"system": SystemClock, "by hand": lambda: HandClock(time.time_ns() // 1000)}


@pytest.fixture(params=CLOCKS)
def clock(request: pytest.FixtureRequest) -> Clock:
    return CLOCKS[request.param]()


def test_it_tells_microseconds_of_today(clock: Clock) -> None:
    assert abs(clock.now_us() - time.time_ns() // 1000) < 60_000_000


def test_it_never_runs_backwards(clock: Clock) -> None:
    moments = [clock.now_us() for _ in range(1000)]
    assert moments == sorted(moments)


async def test_a_sleep_passes_its_time(clock: Clock) -> None:
    before_us = clock.now_us()
    await clock.sleep(0.02)
    assert clock.now_us() - before_us >= 20_000


def test_a_system_clock_set_back_keeps_the_latest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    latest_us = clock.now_us()
    monkeypatch.setattr(time, "time_ns", lambda: (latest_us - 3_600_000_000) * 1000)
    assert clock.now_us() == latest_us


def test_a_system_clock_begins_no_earlier_than_the_ledger_ended() -> None:
    assert SystemClock(2 * NOON_US).now_us() == 2 * NOON_US
