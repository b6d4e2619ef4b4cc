"""What a window is, number by number: the smallest changes of its arithmetic have to show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.windows import ROLLING, SUB_SLOTS, TICK_US, Window, calendar_slot, slots


def us(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize("window", sorted(ROLLING))
@pytest.mark.parametrize("into_us", [0, 1, 7])
def test_a_rolling_window_is_25_sub_slots_the_last_of_which_is_the_present(window: Window, into_us: int) -> None:
    width_us = TICK_US[window]
    edge_us = us("2026-11-23T12:00+00:00") // width_us * width_us
    starts_us, next_us = slots(window, "UTC", edge_us + into_us)
    assert list(starts_us) == [edge_us - back * width_us for back in range(SUB_SLOTS, -1, -1)]
    assert next_us == edge_us + width_us


def test_jobs_in_flight_have_one_slot_for_ever() -> None:
    assert slots(Window.NONE, "Asia/Tokyo", us("2026-11-23T12:00+00:00")) == ((0,), None)


def test_a_window_without_a_calendar_has_no_page() -> None:
    with pytest.raises(ValueError, match="rolling_day is not a calendar window"):
        calendar_slot(Window.ROLLING_DAY, "UTC", 0)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
@pytest.mark.parametrize("window", [Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH])
def test_moments_are_whole_numbers(zone: str, window: Window) -> None:
    """A database's integer holds them; a fraction would not be the same slot."""
    assert [type(moment) for moment in calendar_slot(window, zone, us("2026-11-23T12:34:56.789+00:00"))] == [int, int]
