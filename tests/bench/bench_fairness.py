"""How long people wait beside somebody who floods the queue, in virtual time: the arithmetic, not the machine.

Eight workers, a provider that starts 15 pictures a minute, 40 seconds for each. The baseline is first come, first
served, of the same arrivals. Twice: by `core.fairness` alone, and by the store's rows and SQL.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from row import Row
from support_store import opened
from support_turns import (
    JOB_SECONDS,
    Arrival,
    Fifo,
    Pure,
    Stored,
    dump,
    farm,
    is_light,
    is_of,
    light,
    mean,
    p95,
    waits_of,
)

FIFO = "first come, first served"
UNDER_A_JOB = f"under one job, {JOB_SECONDS:g} s"


async def run() -> list[Row]:
    """The table's lines. A few seconds."""
    flood = dump("a", "flooder", 200) + light("a", 20)
    sybil = farm("farm", 20, 400) + light("b", 20)
    rows = [
        *await _light("one person dumps 200 jobs", flood),
        *await _light("20 accounts of another workspace dump 400", sybil),
    ]
    busy = dump("b", "busy", 100)
    one = await waits_of(dump("farm", "account", 200) + busy, Pure())
    twenty = await waits_of(farm("farm", 20, 200) + busy, Pure())
    for workspace, who in (("farm", "the 20 accounts"), ("b", "the other workspace")):
        ours, alone = mean(twenty, is_of(workspace)), mean(one, is_of(workspace))
        same = abs(ours - alone) <= 0.01 * alone
        rows.append(Row(f"mean wait of {who}", ours, "s", "1 account instead of 20", alone, "the same, to 1 %", same))
    return rows


async def _light(what: str, arrivals: Sequence[Arrival]) -> list[Row]:
    waited = p95(await waits_of(arrivals, Fifo()), is_light)
    pure = p95(await waits_of(arrivals, Pure()), is_light)
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as name:
        async with opened(Path(name), ()) as bench:
            stored = p95(await waits_of(arrivals, Stored(bench)), is_light)
    return [
        Row(f"{what}: others' p95 wait{by}", ours, "s", FIFO, waited, UNDER_A_JOB, ours < JOB_SECONDS)
        for by, ours in (("", pure), (" (stored)", stored))
    ]
