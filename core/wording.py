"""The words for limits, times and money, so that every platform says them the same way. No markup.

Scopes, units and windows come in as the strings of `core.quota`'s enumerations: this module stands below it, and a test
holds the tables complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.i18n import Cents, Said, counted, joined, say

NANODOLLARS_PER_CENT: Final = 10_000_000
SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US

_EVERY: Final[Mapping[str, Said]] = {
    "none": say("at a time"),
    "hour": say("an hour"),
    "day": say("a day"),
    "week": say("a week"),
    "month": say("a month"),
    "rolling_hour": say("in any 60 minutes"),
    "rolling_day": say("in any 24 hours"),
    "rolling_week": say("in any 7 days"),
    "rolling_month": say("in any 30 days"),
}

_FOR: Final[Mapping[str, Said]] = {
    "none": say("at this moment"),
    "hour": say("for this hour"),
    "day": say("for today"),
    "week": say("for this week"),
    "month": say("for this month"),
    "rolling_hour": say("for the last 60 minutes"),
    "rolling_day": say("for the last 24 hours"),
    "rolling_week": say("for the last 7 days"),
    "rolling_month": say("for the last 30 days"),
}

# Whole sentences: a language's grammar may hang on who has used what.
_USED: Final[Mapping[str, str]] = {
    "everyone": "Everyone together has used {used} of {most} {when}",
    "workspace": "This workspace has used {used} of {most} {when}",
    "channel": "This channel has used {used} of {most} {when}",
    "role": "You have used {used} of {most} {when}",
    "user": "You have used {used} of {most} {when}",
}
_RUNNING: Final[Mapping[str, str]] = {
    "everyone": "Everyone together has {used} of {most} in progress {when}",
    "workspace": "This workspace has {used} of {most} in progress {when}",
    "channel": "This channel has {used} of {most} in progress {when}",
    "role": "You have {used} of {most} in progress {when}",
    "user": "You have {used} of {most} in progress {when}",
}
_WEEKDAYS: Final = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
_MONTHS: Final = (
    say("January"),
    say("February"),
    say("March"),
    say("April"),
    say("May"),
    say("June"),
    say("July"),
    say("August"),
    say("September"),
    say("October"),
    say("November"),
    say("December"),
)


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name; UTC for an unknown one: a limit holds even where a platform misnames a zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; malformed; a directory such as "Europe"
        return UTC


def format_money(nanodollars: int, *, round_up: bool = True) -> Said:
    """`$0.06`: whole cents, rounded up unless told otherwise (what remains is rounded down). Between: `<$0.01`."""
    if nanodollars < 0:
        return joined(("-", format_money(-nanodollars, round_up=round_up)), "")
    if 0 < nanodollars < NANODOLLARS_PER_CENT:
        return joined(("<", say("${amount}", amount=Cents(1))), "")
    cents = -(-nanodollars // NANODOLLARS_PER_CENT) if round_up else nanodollars // NANODOLLARS_PER_CENT
    return say("${amount}", amount=Cents(cents))


def amount(unit: str, count: int, *, round_up: bool = True) -> Said:
    """`30 images`, `1 request`, `$5.00`: an integer of a unit, in words."""
    if unit == "money":
        return format_money(count, round_up=round_up)
    if unit == "images":
        return counted("{n} image", "{n} images", count)
    return counted("{n} request", "{n} requests", count)


def priced(label: str, nanodollars: int) -> str:
    """A button's word with what it costs about: `Finalise · ~$0.05`; the word alone for nothing."""
    return say("{label} · ~{price}", label=label, price=format_money(nanodollars)) if nanodollars else label


def limit_label(scope: str, selector: str, unit: str, window: str, cap: int) -> Said:
    """A limit in one phrase: `30 images a day for each person`, `$20.00 a month for this workspace`."""
    return say(
        "{amount} {every} {holder}", amount=amount(unit, cap), every=_EVERY[window], holder=_holder(scope, selector)
    )


def _holder(scope: str, selector: str) -> Said:
    match scope, selector:
        case "everyone", _:
            return say("for everyone together")
        case "role", "everyone" | "*":
            return say("for each person")
        case "role", _:
            return say("for each person with the role {role}", role=selector)
        case "user", "*":
            return say("for each person")
        case "user", _:
            return say("for you")
        case "channel", "*":
            return say("for each channel")
        case "channel", _:
            return say("for this channel")
        case _, "*":
            return say("for each workspace")
        case _:
            return say("for this workspace")


def used_phrase(scope: str, unit: str, window: str, used: int, cap: int) -> Said:
    """`You have used 30 of 30 images for today`: the state of one limit, as the start of a sentence."""
    most, when = amount(unit, cap), _FOR[window]
    if unit == "jobs":
        return say(_RUNNING[scope], used=used, most=most, when=when)
    return say(_USED[scope], used=format_money(used) if unit == "money" else used, most=most, when=when)


def need_phrase(unit: str, ask: int) -> Said:
    """`this request needs 4 images`: what was asked for, as the end of a sentence."""
    if unit == "money":
        return say("this request may cost up to {money}", money=format_money(ask))
    return say("this request needs {amount}", amount=amount(unit, ask)) if unit == "images" else say("this is one more")


def moment(at_us: int, now_us: int, time_zone: str) -> Said:
    """When something will be: `at 00:00 (in 5 hours)`, and with its day when that is more than 24 hours away."""
    local = datetime.fromtimestamp(at_us / SECOND_US, UTC).astimezone(zone(time_zone))
    clock = f"{local:%H:%M}"
    if at_us - now_us > DAY_US:
        return say(
            "on {weekday}, {day} {month} at {clock} ({duration})",
            weekday=_WEEKDAYS[local.weekday()],
            day=local.day,
            month=_MONTHS[local.month - 1],
            clock=clock,
            duration=duration(at_us - now_us),
        )
    return say("at {clock} ({duration})", clock=clock, duration=duration(at_us - now_us))


def past(at_us: int, now_us: int, time_zone: str) -> str:
    """When something was: `14:05`, and with its day when that is more than 24 hours ago."""
    local = datetime.fromtimestamp(at_us / SECOND_US, UTC).astimezone(zone(time_zone))
    return f"{local:%Y-%m-%d %H:%M}" if now_us - at_us > DAY_US else f"{local:%H:%M}"


def duration(span_us: int) -> Said:
    """How long to wait: `in 5 hours`, `in 1 hour 20 minutes`, `in 3 days`. Never shorter than it is."""
    if span_us < MINUTE_US:
        return say("in less than a minute")
    minutes = -(-span_us // MINUTE_US)
    if minutes < 60:
        return counted("in {n} minute", "in {n} minutes", minutes)
    hours = -(-minutes // 60)
    if minutes < 10 * 60 and minutes % 60:
        return say(
            "in {hours} {minutes}",
            hours=counted("{n} hour", "{n} hours", minutes // 60),
            minutes=counted("{n} minute", "{n} minutes", minutes % 60),
        )
    if hours <= 48:
        return counted("in {n} hour", "in {n} hours", hours)
    return counted("in {n} day", "in {n} days", -(-hours // 24))
