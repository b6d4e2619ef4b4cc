"""`make bench`: every measurement, in one table. Exits 1 when a promise is not kept.

python tests/bench/run.py [admissions] [postgres] [drawing] [start] [api] [discord] [slack] [fairness] [page]
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence

import bench_admissions
import bench_api
import bench_discord
import bench_drawing
import bench_fairness
import bench_page
import bench_postgres
import bench_slack
import bench_start
from rich.console import Console
from rich.table import Table
from row import Row

BENCHES: dict[str, Callable[[], Awaitable[Sequence[Row]]]] = {
    "admissions": bench_admissions.run,
    "postgres": bench_postgres.run,
    "drawing": bench_drawing.run,
    "start": bench_start.run,
    "api": bench_api.run,
    "discord": bench_discord.run,
    "slack": bench_slack.run,
    "fairness": bench_fairness.run,
    "page": bench_page.run,
}


def main(names: Sequence[str]) -> int:
    """Run these benches, or all; 1 when a target was missed."""
    rows: list[Row] = []
    for name in names or BENCHES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += asyncio.run(BENCHES[name]())  # type: ignore[arg-type] # each is a coroutine function
    Console(width=140).print(table(rows))
    return int(any(row.met is False for row in rows))


def table(rows: Sequence[Row]) -> Table:
    """As a person reads it."""
    shown = Table(title="Easel, measured beside a baseline in the same run")
    for column in ("what", "ours", "unit", "baseline", "", "ratio", "target", "met"):
        shown.add_column(column, justify="right" if column in ("ours", "baseline", "ratio") else "left")
    for row in rows:
        met = {True: "[green]yes[/]", False: "[red]NO[/]", None: ""}[row.met]
        baseline = "" if row.baseline is None else number(row.baseline)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        shown.add_row(row.name, number(row.ours), row.unit, baseline, row.baseline_name, ratio, row.target, met)
    return shown


def number(value: float) -> str:
    """Three digits that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
