"""The chart of a report: every day has its bar, the scale holds all of them, and what is drawn can be read."""

from __future__ import annotations

import io
import itertools

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.administration.chart import Bar, Chart, chart_of, scale
from core.administration.usage import Usage, Work, usage
from core.providers.illustrator import charts
from core.providers.illustrator.palette import contrast
from core.quota import Unit
from core.wording import DAY_US

FIRST_US = 1_793_491_200_000_000  # 2026-11-01 00:00 UTC
CENT = 10_000_000


def work(day: int = 0, **fields: object) -> Work:
    usual: dict[str, object] = {
        "person": "U1",
        "channel": "C1",
        "model": "gpt-image-2",
        "quality": "high",
        "at_us": FIRST_US + day * DAY_US,
        "state": "delivered",
        "code": "",
        "images": 1,
        "nanodollars": 4 * CENT,
        "measured": True,
    }
    return Work(**(usual | fields))  # type: ignore[arg-type] # the fields above


def report(*rows: Work, days: int = 30, zone: str = "UTC") -> Usage:
    return usage(rows, (), FIRST_US, FIRST_US + days * DAY_US, zone)


def test_every_day_has_a_bar_and_estimates_stand_on_top() -> None:
    chart = chart_of(report(work(1), work(1, measured=False, nanodollars=CENT), work(4), days=5))
    assert [(bar.day.day, bar.measured // CENT, bar.estimated // CENT) for bar in chart.bars] == [
        *((1, 0, 0), (2, 4, 1), (3, 0, 0), (4, 0, 0), (5, 4, 0)),
    ]
    assert (chart.title, chart.unit) == ("Money by day", Unit.MONEY)
    assert chart.subtitle == "1 to 5 November 2026 · 3 images, $0.09"
    assert chart.alt.endswith("The most was $0.05 on 2 November 2026.")


def test_where_nothing_cost_money_pictures_are_counted() -> None:
    chart = chart_of(report(work(2, nanodollars=0, images=3), days=3))
    assert (chart.title, [bar.amount for bar in chart.bars]) == ("Pictures by day", [0, 0, 3])
    assert chart.subtitle.endswith("3 images, no money")
    assert chart_of(report(days=1)).bars == (Bar(chart.bars[0].day, 0),), "an empty day is a chart, too"


def test_the_days_are_those_of_the_place() -> None:
    chart = chart_of(usage([work()], (), FIRST_US, FIRST_US + DAY_US, "America/New_York"))
    assert [(bar.day.isoformat(), bar.amount) for bar in chart.bars] == [("2026-10-31", 4 * CENT), ("2026-11-01", 0)]


@given(st.integers(0, 10**13), st.sampled_from([Unit.MONEY, Unit.IMAGES]))
def test_a_scale_is_round_short_and_high_enough(highest: int, unit: Unit) -> None:
    ticks = scale(highest, unit)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert 2 <= len(ticks) <= 5
    assert len({b - a for a, b in itertools.pairwise(ticks)}) == 1
    assert ticks[-1] - ticks[1] < max(highest, 1), "no step more than is needed"


def test_money_on_the_scale_is_said_in_one_way() -> None:
    cents = Chart("", "", Unit.MONEY, (), (0, 50 * CENT, 100 * CENT), "")
    dollars = Chart("", "", Unit.MONEY, (), (0, 100 * CENT, 200_000 * CENT), "")
    assert [cents.says(tick) for tick in cents.ticks] == ["$0.00", "$0.50", "$1.00"]
    assert [dollars.says(tick) for tick in dollars.ticks] == ["$0", "$1", "$2,000"]


def test_what_is_drawn_has_the_bars_where_they_belong_and_can_be_read() -> None:
    chart = chart_of(report(work(0, nanodollars=100 * CENT), work(2, measured=False, nanodollars=50 * CENT), days=3))
    with Image.open(io.BytesIO(charts.draw(chart))) as opened:
        picture = opened.convert("RGB")
    assert picture.size == (1200, 760)
    bars = dict.fromkeys((charts.MEASURED, charts.ESTIMATED), 0)
    for column in (150 + 1000 * (at + 0.5) / 3 for at in range(3)):
        for y in range(230, 645):
            shade = "#{:02x}{:02x}{:02x}".format(*picture.getpixel((int(column), y)))  # type: ignore[misc] # RGB
            bars[shade] = bars.get(shade, 0) + 1
    assert 400 <= bars[charts.MEASURED] <= 420, "all of the height"
    assert 120 <= bars[charts.ESTIMATED] <= 210, "half of it, hatched"
    for colour in (charts.INK, charts.SOFT, charts.MEASURED, charts.ESTIMATED):
        assert contrast(colour, charts.PAPER) >= 4.5
