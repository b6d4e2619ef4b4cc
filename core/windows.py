"""Windows of time and the slots that they are counted in. Pure arithmetic on microseconds and time zones.

A calendar window is one slot, from one change of the clock's hour or date to the next; a rolling window is the sum of
its last 25 sub-slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final, assert_never

from core.wording import DAY_US, HOUR_US, MINUTE_US, SECOND_US, zone

# A rolling window is the sum of its last 25 sub-slots of a 24th each: the 24 that cover it and the one it ends in. It
# never lets more through than a true rolling window would, and may hold a charge up to one sub-slot too long.
SUB_SLOTS: Final = 24


class Window(StrEnum):
    """Over which time. Calendar windows follow the place's time zone; rolling ones look back from now."""

    NONE = "none"  # for jobs in flight
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"  # begins on Monday (ISO 8601)
    MONTH = "month"
    ROLLING_HOUR = "rolling_hour"
    ROLLING_DAY = "rolling_day"
    ROLLING_WEEK = "rolling_week"
    ROLLING_MONTH = "rolling_month"  # 30 days

    __hash__ = str.__hash__  # see `core.quota.Scope`


# How long a window's slots surely stay the same: a rolling window's sub-slot; for calendar windows a quarter of an
# hour, since every offset from UTC has been a multiple of that since 1972 (IANA tz database), and so has every change.
_QUARTER_US: Final = 15 * MINUTE_US
TICK_US: Final[Mapping[Window, int]] = {
    Window.NONE: _QUARTER_US,
    Window.HOUR: _QUARTER_US,
    Window.DAY: _QUARTER_US,
    Window.WEEK: _QUARTER_US,
    Window.MONTH: _QUARTER_US,
    Window.ROLLING_HOUR: HOUR_US // SUB_SLOTS,
    Window.ROLLING_DAY: DAY_US // SUB_SLOTS,
    Window.ROLLING_WEEK: 7 * DAY_US // SUB_SLOTS,
    Window.ROLLING_MONTH: 30 * DAY_US // SUB_SLOTS,
}
ROLLING: Final = frozenset({Window.ROLLING_HOUR, Window.ROLLING_DAY, Window.ROLLING_WEEK, Window.ROLLING_MONTH})


def slots(window: Window, time_zone: str, now_us: int) -> tuple[Sequence[int], int | None]:
    """The starts of the slots that make up the window now, and when the next slot begins."""
    match window:
        case Window.NONE:
            return (0,), None
        case Window.HOUR | Window.DAY | Window.WEEK | Window.MONTH:
            start_us, end_us = calendar_slot(window, time_zone, now_us)
            return (start_us,), end_us
        case Window.ROLLING_HOUR | Window.ROLLING_DAY | Window.ROLLING_WEEK | Window.ROLLING_MONTH:
            width_us = TICK_US[window]
            last_us = now_us - now_us % width_us
            return range(last_us - SUB_SLOTS * width_us, last_us + 1, width_us), last_us + width_us
        case _:
            assert_never(window)


def calendar_slot(window: Window, time_zone: str, now_us: int) -> tuple[int, int]:
    """Start (inclusive) and end (exclusive) of the calendar window that holds `now_us`, by the clocks of that zone.

    A day may have 23 or 25 hours. An hour that the clocks show twice is two windows.
    """
    tz = zone(time_zone)
    local = datetime.fromtimestamp(now_us // SECOND_US, tz)
    day = local.date()
    match window:
        case Window.HOUR:
            offset_us = (local.utcoffset() or timedelta()) // timedelta(microseconds=1)
            start_us = now_us - (now_us + offset_us) % HOUR_US
            return start_us, start_us + HOUR_US
        case Window.DAY:
            first, after = day, day + timedelta(days=1)
        case Window.WEEK:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case Window.MONTH:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
        case _:
            raise ValueError(f"{window} is not a calendar window")
    return _midnight_us(first, tz), _midnight_us(after, tz)


def _midnight_us(day: date, tz: tzinfo) -> int:
    """When that day begins there. PEP 495: a midnight that the clocks skip is the moment of the change itself."""
    return int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp()) * SECOND_US
