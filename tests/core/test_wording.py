"""Sentences about limits, times and money."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.quota import Scope, Unit, Window
from core.wording import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    amount,
    duration,
    format_money,
    limit_label,
    moment,
    need_phrase,
    used_phrase,
    zone,
)


@pytest.mark.parametrize(
    ("nanodollars", "up", "down"),
    [
        (0, "$0.00", "$0.00"),
        (1, "<$0.01", "<$0.01"),
        (9_999_999, "<$0.01", "<$0.01"),
        (10_000_000, "$0.01", "$0.01"),
        (10_000_001, "$0.02", "$0.01"),
        (52_680_000, "$0.06", "$0.05"),
        (5_000_000_000, "$5.00", "$5.00"),
        (1_234_500_000_000, "$1,234.50", "$1,234.50"),
        (-52_680_000, "-$0.06", "-$0.05"),
    ],
)
def test_money_is_shown_in_cents_and_never_too_low(nanodollars: int, up: str, down: str) -> None:
    assert format_money(nanodollars) == up
    assert format_money(nanodollars, round_up=False) == down


@pytest.mark.parametrize(
    ("limit", "label"),
    [
        (("user", "*", "images", "day", 30), "30 images a day for each person"),
        (("role", "everyone", "images", "day", 5), "5 images a day for each person"),
        (("role", "designer", "images", "week", 1), "1 image a week for each person with the role designer"),
        (("workspace", "demo", "money", "month", 20 * 10**9), "$20.00 a month for this workspace"),
        (("workspace", "*", "money", "hour", 10**9), "$1.00 an hour for each workspace"),
        (("channel", "*", "images", "rolling_day", 1000), "1,000 images in any 24 hours for each channel"),
        (("everyone", "*", "money", "rolling_month", 10**9), "$1.00 in any 30 days for everyone together"),
        (("user", "u1", "jobs", "none", 3), "3 requests at a time for you"),
    ],
)
def test_a_limit_has_a_label(limit: tuple[str, str, str, str, int], label: str) -> None:
    assert limit_label(*limit) == label


def test_every_scope_unit_and_window_has_words() -> None:
    for scope, unit, window in itertools.product(Scope, Unit, Window):
        for phrase in (
            limit_label(scope, "*", unit, window, 3),
            limit_label(scope, "somebody", unit, window, 3),
            used_phrase(scope, unit, window, 1, 3),
            need_phrase(unit, 2),
        ):
            assert re.fullmatch(r"[\w$., <]+", phrase)
            assert "_" not in phrase
            assert "  " not in phrase


def test_amounts_count_in_singular_and_plural() -> None:
    assert [amount("images", count) for count in (0, 1, 2)] == ["0 images", "1 image", "2 images"]
    assert amount("jobs", 1) == "1 request"
    assert amount("money", 15_000_000, round_up=False) == "$0.01"


@pytest.mark.parametrize(
    ("span_us", "words"),
    [
        (0, "in less than a minute"),
        (MINUTE_US - 1, "in less than a minute"),
        (MINUTE_US, "in 1 minute"),
        (MINUTE_US + 1, "in 2 minutes"),
        (59 * MINUTE_US + 1, "in 1 hour"),
        (80 * MINUTE_US, "in 1 hour 20 minutes"),
        (5 * HOUR_US, "in 5 hours"),
        (5 * HOUR_US + 61 * SECOND_US, "in 5 hours 2 minutes"),
        (10 * HOUR_US + 1, "in 11 hours"),
        (48 * HOUR_US, "in 48 hours"),
        (48 * HOUR_US + 1, "in 3 days"),
        (30 * DAY_US, "in 30 days"),
    ],
)
def test_a_wait_is_said_in_the_units_that_matter(span_us: int, words: str) -> None:
    assert duration(span_us) == words


@given(span_us=st.integers(0, 60 * DAY_US))
@settings(derandomize=True, deadline=None)
def test_a_wait_is_never_said_shorter_than_it_is(span_us: int) -> None:
    units = {"minute": MINUTE_US, "hour": HOUR_US, "day": DAY_US}
    parts = re.findall(r"(\d+) (minute|hour|day)s?", duration(span_us))
    said_us = sum(int(number) * units[unit] for number, unit in parts)
    if parts:
        assert span_us <= said_us < span_us + max(units[unit] for _, unit in parts[-1:])
    else:
        assert span_us < MINUTE_US


def test_a_moment_is_said_by_the_local_clock() -> None:
    now_us = int(datetime(2026, 11, 23, 18, 0, tzinfo=UTC).timestamp()) * SECOND_US
    assert moment(now_us + 5 * HOUR_US, now_us, "Europe/Berlin") == "at 00:00 (in 5 hours)"
    assert moment(now_us + 30 * MINUTE_US, now_us, "Asia/Kolkata") == "at 00:00 (in 30 minutes)"
    assert moment(now_us + DAY_US, now_us, "UTC") == "at 18:00 (in 24 hours)"
    assert moment(now_us + DAY_US + MINUTE_US, now_us, "UTC") == "on Tuesday, 24 November at 18:01 (in 25 hours)"
    assert moment(now_us + 7 * DAY_US, now_us, "America/New_York") == "on Monday, 30 November at 13:00 (in 7 days)"


@pytest.mark.parametrize("name", ["", "Not/A_Zone", "../../etc/passwd", "Europe", "/etc/localtime", "UTC\0"])
def test_an_unknown_zone_is_utc(name: str) -> None:
    assert zone(name).utcoffset(datetime(2026, 7, 1)) == zone("UTC").utcoffset(datetime(2026, 7, 1))  # noqa: DTZ001
