"""A report as a chart by day: what stands in it, before anybody draws it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.administration.usage import By, Usage, day_of
from core.quota import Unit
from core.wording import NANODOLLARS_PER_CENT, amount, format_money

DAYS_MAX: Final = 62
_STEPS: Final = (1, 2, 5)  # of a scale, times a power of ten
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One day. Amounts in the chart's unit; together they are the height of the bar."""

    day: date
    measured: int
    estimated: int = 0

    @property
    def amount(self) -> int:
        """Both."""
        return self.measured + self.estimated


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, one a day without a gap, and the words around them. `ticks`: the scale, from zero to above every bar."""

    title: str
    subtitle: str
    unit: Unit
    bars: tuple[Bar, ...]
    ticks: tuple[int, ...]
    alt: str

    def says(self, tick: int) -> str:
        """A tick of the scale in words."""
        if self.unit is not Unit.MONEY:
            return f"{tick:,}"
        dollar = 100 * NANODOLLARS_PER_CENT
        whole = not any(each % dollar for each in self.ticks)
        return f"${tick // dollar:,}" if whole else format_money(tick)


def chart_of(report: Usage) -> Chart:
    """Money by day, or pictures where nothing cost money."""
    total = report.total
    unit = Unit.MONEY if total.nanodollars else Unit.IMAGES
    bars = tuple(_bars(report, unit))
    first, last = bars[0].day, bars[-1].day
    highest = max(bars, key=lambda bar: bar.amount)
    when = _when(first, last)
    sums = f"{amount('images', total.images)}, {format_money(total.nanodollars) if total.nanodollars else 'no money'}"
    what = "Money" if unit is Unit.MONEY else "Pictures"
    most = f"The most was {amount(unit, highest.amount)} on {_spoken(highest.day)}." if highest.amount else ""
    alt = f"{what} by day, {when}: {sums}. {most}".strip()
    return Chart(f"{what} by day", f"{when} · {sums}", unit, bars, scale(highest.amount, unit), alt)


def scale(highest: int, unit: Unit) -> tuple[int, ...]:
    """From zero to at least `highest` in few round steps: 1, 2 or 5 pictures, or cents, times a power of ten."""
    least = NANODOLLARS_PER_CENT if unit is Unit.MONEY else 1
    power = least
    while True:
        for step in (power * each for each in _STEPS):
            if step * _TICKS >= highest:
                return tuple(range(0, max(step, -(-highest // step) * step) + 1, step))
        power *= 10


def _bars(report: Usage, unit: Unit) -> list[Bar]:
    """Every day of the time, those on which nothing was drawn, too; the last ones of a time that is too long."""
    sums = {each.key: each for each in report.broken_down[By.DAY]}
    first, last = (
        date.fromisoformat(day_of(at_us, report.time_zone)) for at_us in (report.since_us, report.until_us - 1)
    )
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)][-DAYS_MAX:]
    found = []
    for day in days:
        each = sums.get(day.isoformat())
        if each is None:
            found.append(Bar(day, 0))
        elif unit is Unit.MONEY:
            found.append(Bar(day, each.nanodollars - each.estimated_nanodollars, each.estimated_nanodollars))
        else:
            found.append(Bar(day, each.images))
    return found


def _when(first: date, last: date) -> str:
    if first == last:
        return _spoken(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_spoken(last)}"
    return f"{_spoken(first)} to {_spoken(last)}"


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
