"""The edges of every window, one microsecond and one second to each side, in the real store: chance does not find them.

Somebody takes all of a limit at one moment and asks for more at another. Whoever does is somebody else each time, so
that one store serves all of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from support_books import HOUR_US, ROLLING_US, SECOND_US, page_begins_us
from support_postgres import SQLITE, Engine
from support_store import Bench, opened, plan_of, request_of

from core.errors import QuotaExceeded
from core.model import Actor, Place
from core.quota import Limit, Scope, Unit, Window
from core.windows import SUB_SLOTS

CALENDAR = (Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH)
# Local moments at which something happens: midnight, a Monday, the first of a month and of a year, a leap day, clocks
# that go forward and back (at midnight, too, and by half an hour), and zones that are not on the hour.
TURNS = (
    ("UTC", "2026-11-24T00:00"),
    ("UTC", "2026-11-30T00:00"),
    ("UTC", "2027-01-01T00:00"),
    ("UTC", "2028-02-29T00:00"),
    ("UTC", "2028-03-01T00:00"),
    ("Europe/Berlin", "2026-03-29T03:00"),
    ("Europe/Berlin", "2026-03-30T00:00"),
    ("Europe/Berlin", "2026-10-25T02:00"),
    ("Europe/Berlin", "2026-10-25T03:00"),
    ("Europe/Berlin", "2026-10-26T00:00"),
    ("America/New_York", "2026-03-08T03:00"),
    ("America/New_York", "2026-11-01T00:00"),
    ("America/New_York", "2026-11-01T01:00"),
    ("America/New_York", "2026-11-02T00:00"),
    ("Asia/Kolkata", "2026-12-01T00:00"),
    ("Asia/Kathmandu", "2026-11-30T00:00"),
    ("Africa/Cairo", "2026-04-24T01:00"),
    ("Pacific/Auckland", "2026-09-27T03:00"),
    ("Australia/Lord_Howe", "2026-10-05T00:00"),
    ("Pacific/Apia", "2026-11-01T00:00"),
)
SIDES_US = (-SECOND_US, -1, 0, 1, SECOND_US)


def us(zone: str, local: str) -> int:
    from zoneinfo import ZoneInfo

    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


async def lets_through(bench: Bench, person: str, zone: str, taken_at_us: int, asked_at_us: int) -> bool:
    """Whether somebody who took all that there is at one moment gets one more at the other."""
    place = Place("web", "demo", "studio", time_zone=zone)
    for images, at_us in ((2, taken_at_us), (1, asked_at_us)):
        bench.clock.now_us = lambda at_us=at_us: at_us  # type: ignore[misc,method-assign]
        request = replace(request_of(), actor=Actor("web", "demo", person, person), place=place)
        try:
            await bench.admit(request, plan_of(images, 0), waiting_max=10**9)
        except QuotaExceeded as refused:
            assert images == 1, "the first one has all of it"
            (allowance,) = refused.allowances
            assert allowance.resets_at_us is not None
            assert asked_at_us < allowance.resets_at_us
            return False
    return True


@pytest.mark.parametrize("window", CALENDAR)
async def test_a_calendar_window_ends_when_its_page_is_turned(tmp_path: Path, window: Window) -> None:
    """Exactly those requests are refused that are on the same page, by a calendar that is not the store's."""
    await calendar_edges(tmp_path, SQLITE, window, TURNS)


@pytest.mark.parametrize("window", CALENDAR)
async def test_on_postgres_it_is_the_same_page(tmp_path: Path, engine: Engine, window: Window) -> None:
    if engine is not SQLITE:
        await calendar_edges(tmp_path, engine, window, TURNS[5:8])


async def calendar_edges(folder: Path, engine: Engine, window: Window, turns: tuple[tuple[str, str], ...]) -> None:
    limit = Limit(Scope.USER, "*", Unit.IMAGES, window, 2)
    async with opened(folder, (limit,), engine) as bench:
        for number, ((zone, local), one, other) in enumerate(product(turns, SIDES_US, SIDES_US)):
            if one > other:
                continue
            taken_at_us, asked_at_us = us(zone, local) + one, us(zone, local) + other
            same_page = page_begins_us(window, zone, taken_at_us) == page_begins_us(window, zone, asked_at_us)
            free = await lets_through(bench, f"u{number}", zone, taken_at_us, asked_at_us)
            assert free is not same_page, (zone, local, one, other)


@pytest.mark.parametrize("window", ROLLING_US)
async def test_a_rolling_window_lets_go_within_a_24th(tmp_path: Path, engine: Engine, window: Window) -> None:
    """Never while the true window holds it, always a 24th of it later, and exactly at the end of its sub-slot."""
    whole_us = ROLLING_US[window]
    width_us = whole_us // SUB_SLOTS
    edge_us = us("UTC", "2026-11-23T12:00") // width_us * width_us
    limit = Limit(Scope.USER, "*", Unit.IMAGES, window, 2)
    inside = (-SECOND_US, -1, 0, 1, SECOND_US, width_us // 2, width_us - 1)
    async with opened(tmp_path, (limit,), engine) as bench:
        for place, offset_us in enumerate(inside):
            taken_at_us = edge_us + offset_us
            leaves_at_us = taken_at_us // width_us * width_us + (SUB_SLOTS + 1) * width_us
            assert taken_at_us + whole_us < leaves_at_us <= taken_at_us + whole_us + width_us
            moments = {
                *(taken_at_us, taken_at_us + 1, taken_at_us + whole_us - 1, taken_at_us + whole_us),
                *(leaves_at_us + side for side in SIDES_US),
            }
            for number, asked_at_us in enumerate(sorted(moments)):
                free = await lets_through(bench, f"u{place}-{number}", "UTC", taken_at_us, asked_at_us)
                assert free is (asked_at_us >= leaves_at_us), (offset_us, asked_at_us - leaves_at_us)


async def test_settling_on_the_other_side_of_midnight_changes_neither_day(tmp_path: Path, engine: Engine) -> None:
    """Less than was held, as much, and more: in the day that held it, whatever the clock says."""
    limit = Limit(Scope.WORKSPACE, "*", Unit.MONEY, Window.DAY, 100)
    midnight_us = us("Europe/Berlin", "2026-10-26T00:00")
    async with opened(tmp_path, (limit,), engine) as bench:
        for measured in (0, 40, 60, 75):
            workspace = f"w{measured}"
            place = Place("web", workspace, "studio", time_zone="Europe/Berlin")
            actor = Actor("web", workspace, "member", "Member")
            bench.clock.at_us = midnight_us - SECOND_US
            request = replace(request_of(), actor=actor, place=place)
            admitted = await bench.admit(request, plan_of(1, 60))
            bench.clock.at_us = midnight_us + SECOND_US
            job, _ = await bench.draw(nanodollars=measured)
            await bench.post(job.id, [])
            assert job.id == admitted.job
            (today,) = await bench.store.allowances(actor, place, (limit,))
            bench.clock.at_us = midnight_us - HOUR_US
            (yesterday,) = await bench.store.allowances(actor, place, (limit,))
            assert (today.used, yesterday.used) == (0, measured)
