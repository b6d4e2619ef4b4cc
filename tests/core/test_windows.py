"""When a window begins and ends: the local clock's calendar, and rolling windows to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Actor, Cost, Place
from core.quota import Bucket, Counted, Limit, Scope, Unit, Window, applicable, decide
from core.windows import TICK_US, calendar_slot

HOUR_US = 3_600_000_000
ROLLING_US = {
    Window.ROLLING_HOUR: HOUR_US,
    Window.ROLLING_DAY: 24 * HOUR_US,
    Window.ROLLING_WEEK: 7 * 24 * HOUR_US,
    Window.ROLLING_MONTH: 30 * 24 * HOUR_US,
}


def us(text: str) -> int:
    """Microseconds of an ISO time with its offset."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


NOON = us("2026-11-23T12:00:00+00:00")
MEMBER = Actor("web", "demo", "u1", "Member")
GENERAL = Place("web", "demo", "general")


def images(scope: Scope, selector: str, amount: int, window: Window) -> Limit:
    return Limit(scope, selector, Unit.IMAGES, window, amount)


@pytest.mark.parametrize(
    ("window", "zone", "now", "start", "end"),
    [
        # 29 March 2026 has 23 hours in Berlin, 25 October has 25.
        (Window.DAY, "Europe/Berlin", "2026-03-29T12:00+02:00", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),
        (Window.DAY, "Europe/Berlin", "2026-10-25T23:59+01:00", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
        (Window.DAY, "America/New_York", "2026-03-08T03:00-04:00", "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00"),
        (Window.DAY, "America/New_York", "2026-11-01T01:30-05:00", "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        # The clock shows 02:30 twice in Berlin: these are two hours.
        (Window.HOUR, "Europe/Berlin", "2026-10-25T02:30+02:00", "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"),
        (Window.HOUR, "Europe/Berlin", "2026-10-25T02:30+01:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00"),
        (Window.HOUR, "Asia/Kolkata", "2026-11-23T10:15+05:30", "2026-11-23T10:00+05:30", "2026-11-23T11:00+05:30"),
        (Window.HOUR, "Asia/Kathmandu", "2026-11-23T10:15+05:45", "2026-11-23T10:00+05:45", "2026-11-23T11:00+05:45"),
        (Window.DAY, "Asia/Kolkata", "2026-11-23T00:00+05:30", "2026-11-23T00:00+05:30", "2026-11-24T00:00+05:30"),
        # Where the clocks skip midnight itself, the day begins at 01:00.
        (Window.DAY, "Africa/Cairo", "2026-04-24T12:00+03:00", "2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00"),
        # Monday to Sunday, over the end of a year and over a change of the clocks.
        (Window.WEEK, "UTC", "2027-01-03T23:59+00:00", "2026-12-28T00:00+00:00", "2027-01-04T00:00+00:00"),
        (Window.WEEK, "UTC", "2026-11-23T00:00+00:00", "2026-11-23T00:00+00:00", "2026-11-30T00:00+00:00"),
        (Window.WEEK, "Europe/Berlin", "2026-10-25T12:00+01:00", "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
        # Months of every length, leap days, the turn of the year.
        (Window.MONTH, "UTC", "2026-02-28T23:00+00:00", "2026-02-01T00:00+00:00", "2026-03-01T00:00+00:00"),
        (Window.MONTH, "UTC", "2028-02-29T23:00+00:00", "2028-02-01T00:00+00:00", "2028-03-01T00:00+00:00"),
        (Window.MONTH, "UTC", "2026-01-31T12:00+00:00", "2026-01-01T00:00+00:00", "2026-02-01T00:00+00:00"),
        (Window.MONTH, "Asia/Kolkata", "2026-12-31T20:00+00:00", "2027-01-01T00:00+05:30", "2027-02-01T00:00+05:30"),
        (Window.MONTH, "Europe/Berlin", "2026-03-31T23:59+02:00", "2026-03-01T00:00+01:00", "2026-04-01T00:00+02:00"),
        (Window.DAY, "Not/A_Zone", "2026-11-23T23:00+00:00", "2026-11-23T00:00+00:00", "2026-11-24T00:00+00:00"),
    ],
)
def test_a_calendar_window_follows_the_local_clock(window: Window, zone: str, now: str, start: str, end: str) -> None:
    place = Place("web", "demo", "general", time_zone=zone)
    limit = images(Scope.USER, "*", 1, window)
    for moment in (us(now), us(start), us(end) - 1):
        (applied,) = applicable([limit], MEMBER, place, moment)
        assert [bucket.slot_us for bucket in applied.buckets] == [us(start)]
        assert applied.resets_at_us == us(end)
    (before,) = applicable([limit], MEMBER, place, us(start) - 1)
    (after,) = applicable([limit], MEMBER, place, us(end))
    assert before.buckets[-1].slot_us < us(start)
    assert after.buckets[-1].slot_us == us(end)


@given(
    zone=st.sampled_from(sorted(available_timezones())),
    window=st.sampled_from([Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH]),
    now_s=st.integers(us("2026-01-01T00:00+00:00"), us("2036-12-31T00:00+00:00")).map(lambda at: at // 1_000_000),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_calendar_windows_follow_each_other_without_a_gap(zone: str, window: Window, now_s: int) -> None:
    now_us = now_s * 1_000_000
    start_us, end_us = calendar_slot(window, zone, now_us)
    assert start_us <= now_us < end_us
    assert calendar_slot(window, zone, end_us)[0] == end_us
    if window is not Window.HOUR:  # where a clock changes by half an hour, one hour is cut short
        assert calendar_slot(window, zone, end_us - 1) == (start_us, end_us)


def test_every_offset_from_utc_is_a_multiple_of_a_quarter_hour() -> None:
    """What lets a window's slots be remembered for a quarter of an hour."""
    for name in available_timezones():
        for month in range(1, 121, 3):
            local = datetime(2026 + month // 12, 1 + month % 12, 1, tzinfo=ZoneInfo(name))
            offset = local.utcoffset()
            assert offset is not None
            assert offset % timedelta(minutes=15) == timedelta(0), (name, local)


@pytest.mark.parametrize("window", ROLLING_US)
def test_a_rolling_window_never_forgets_early_and_never_holds_on_for_long(window: Window) -> None:
    """Every edge to the microsecond: counted while the true window holds it, gone a 24th of it later at most."""
    whole_us = ROLLING_US[window]
    width_us = whole_us // 24
    edge_us = NOON - NOON % width_us
    limit = images(Scope.USER, "*", 1, window)
    for charged_at in (edge_us - 1, edge_us, edge_us + 1, edge_us + width_us // 2, edge_us + width_us - 1):
        (at_charge,) = applicable([limit], MEMBER, GENERAL, charged_at)
        taken = {at_charge.buckets[-1]: Counted(1, 0)}
        leaves_at = charged_at - charged_at % width_us + 25 * width_us
        assert charged_at + whole_us < leaves_at <= charged_at + whole_us + width_us
        for now in (charged_at, charged_at + whole_us, leaves_at - 1, leaves_at, leaves_at + 1):
            applied = applicable([limit], MEMBER, GENERAL, now)
            decision = decide(applied, taken, Cost(1, 0))
            assert decision.allowed == (now >= leaves_at), (charged_at, now)
            if not decision.allowed:
                assert decision.allowances[0].resets_at_us == leaves_at


def test_a_rolling_limit_says_when_enough_is_free_not_when_something_is() -> None:
    limit = images(Scope.USER, "*", 10, Window.ROLLING_DAY)
    counted: dict[Bucket, Counted] = {}
    for hours_ago, amount in ((20, 2), (10, 3), (1, 5)):
        (applied,) = applicable([limit], MEMBER, GENERAL, NOON - hours_ago * HOUR_US)
        counted[applied.buckets[-1]] = Counted(0, amount)
    applied_now = applicable([limit], MEMBER, GENERAL, NOON)

    def resets_in_hours(wanted: int) -> int:
        at_us = decide(applied_now, counted, Cost(wanted, 0)).allowances[0].resets_at_us
        assert at_us is not None
        return (at_us - NOON) // HOUR_US

    assert [resets_in_hours(wanted) for wanted in (1, 2, 3, 5, 6, 10)] == [5, 5, 15, 15, 24, 24]
    assert decide(applied_now, {}, Cost(1, 0)).allowances[0].resets_at_us is None


def test_windows_have_a_tick_that_their_slots_survive() -> None:
    assert set(TICK_US) == set(Window)
    assert all(ROLLING_US[window] == 24 * TICK_US[window] for window in ROLLING_US)
