"""Charts, drawn in the test's own process: the same drawing, without the pool of workers."""

from __future__ import annotations

from core.administration.chart import Chart
from core.providers.illustrator import charts


async def drawn(chart: Chart) -> bytes:
    """As the illustrator does."""
    return charts.draw(chart)
