"""The words for limits, times and money, so that every platform says them the same way. Plain English, no markup.

Scopes, units and windows come in as the strings of `core.quota`'s enumerations: this module stands below it, and a test
holds the tables complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NANODOLLARS_PER_CENT: Final = 10_000_000
SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US

_UNITS: Final[Mapping[str, tuple[str, str]]] = {"images": ("image", "images"), "jobs": ("request", "requests")}

_EVERY: Final[Mapping[str, str]] = {
    "none": "at a time",
    "hour": "an hour",
    "day": "a day",
    "week": "a week",
    "month": "a month",
    "rolling_hour": "in any 60 minutes",
    "rolling_day": "in any 24 hours",
    "rolling_week": "in any 7 days",
    "rolling_month": "in any 30 days",
}

_FOR: Final[Mapping[str, str]] = {
    "none": "at this moment",
    "hour": "for this hour",
    "day": "for today",
    "week": "for this week",
    "month": "for this month",
    "rolling_hour": "for the last 60 minutes",
    "rolling_day": "for the last 24 hours",
    "rolling_week": "for the last 7 days",
    "rolling_month": "for the last 30 days",
}

_HAS: Final[Mapping[str, str]] = {
    "everyone": "Everyone together has",
    "workspace": "This workspace has",
    "channel": "This channel has",
    "role": "You have",
    "user": "You have",
}


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name; UTC for an unknown one: a limit holds even where a platform misnames a zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; malformed; a directory such as "Europe"
        return UTC


def format_money(nanodollars: int, *, round_up: bool = True) -> str:
    """`$0.06`: whole cents, rounded up unless told otherwise (what remains is rounded down). Between: `<$0.01`."""
    if nanodollars < 0:
        return f"-{format_money(-nanodollars, round_up=round_up)}"
    if 0 < nanodollars < NANODOLLARS_PER_CENT:
        return "<$0.01"
    cents = -(-nanodollars // NANODOLLARS_PER_CENT) if round_up else nanodollars // NANODOLLARS_PER_CENT
    return f"${cents // 100:,}.{cents % 100:02}"


def amount(unit: str, count: int, *, round_up: bool = True) -> str:
    """`30 images`, `1 request`, `$5.00`: an integer of a unit, in words."""
    if unit == "money":
        return format_money(count, round_up=round_up)
    one, many = _UNITS[unit]
    return f"{count:,} {one if count == 1 else many}"


def priced(label: str, nanodollars: int) -> str:
    """A button's word with what it costs about: `Finalise · ~$0.05`; the word alone for nothing."""
    return f"{label} · ~{format_money(nanodollars)}" if nanodollars else label


def limit_label(scope: str, selector: str, unit: str, window: str, cap: int) -> str:
    """A limit in one phrase: `30 images a day for each person`, `$20.00 a month for this workspace`."""
    return f"{amount(unit, cap)} {_EVERY[window]} {_holder(scope, selector)}"


def _holder(scope: str, selector: str) -> str:
    match scope, selector:
        case "everyone", _:
            return "for everyone together"
        case "role", "everyone" | "*":
            return "for each person"
        case "role", _:
            return f"for each person with the role {selector}"
        case "user", "*":
            return "for each person"
        case "user", _:
            return "for you"
        case _, "*":
            return f"for each {scope}"
        case _:
            return f"for this {scope}"


def used_phrase(scope: str, unit: str, window: str, used: int, cap: int) -> str:
    """`You have used 30 of 30 images for today`: the state of one limit, as the start of a sentence."""
    if unit == "jobs":
        return f"{_HAS[scope]} {used:,} of {amount(unit, cap)} in progress {_FOR[window]}"
    first = format_money(used) if unit == "money" else f"{used:,}"
    return f"{_HAS[scope]} used {first} of {amount(unit, cap)} {_FOR[window]}"


def need_phrase(unit: str, ask: int) -> str:
    """`this request needs 4 images`: what was asked for, as the end of a sentence."""
    if unit == "money":
        return f"this request may cost up to {format_money(ask)}"
    return f"this request needs {amount(unit, ask)}" if unit == "images" else "this is one more"


def moment(at_us: int, now_us: int, time_zone: str) -> str:
    """When something will be: `at 00:00 (in 5 hours)`, and with its day when that is more than 24 hours away."""
    local = datetime.fromtimestamp(at_us / SECOND_US, UTC).astimezone(zone(time_zone))
    clock = f"{local:%H:%M}"
    if at_us - now_us > DAY_US:
        return f"on {local:%A}, {local.day} {local:%B} at {clock} ({duration(at_us - now_us)})"
    return f"at {clock} ({duration(at_us - now_us)})"


def past(at_us: int, now_us: int, time_zone: str) -> str:
    """When something was: `14:05`, and with its day when that is more than 24 hours ago."""
    local = datetime.fromtimestamp(at_us / SECOND_US, UTC).astimezone(zone(time_zone))
    return f"{local:%Y-%m-%d %H:%M}" if now_us - at_us > DAY_US else f"{local:%H:%M}"


def duration(span_us: int) -> str:
    """How long to wait: `in 5 hours`, `in 1 hour 20 minutes`, `in 3 days`. Never shorter than it is."""
    if span_us < MINUTE_US:
        return "in less than a minute"
    minutes = -(-span_us // MINUTE_US)
    if minutes < 60:
        return f"in {_count(minutes, 'minute')}"
    hours = -(-minutes // 60)
    if minutes < 10 * 60:
        rest = minutes % 60
        return f"in {_count(minutes // 60, 'hour')}" + (f" {_count(rest, 'minute')}" if rest else "")
    if hours <= 48:
        return f"in {_count(hours, 'hour')}"
    return f"in {_count(-(-hours // 24), 'day')}"


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
