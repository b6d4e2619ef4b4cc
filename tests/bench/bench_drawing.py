"""What drawing costs: seconds a picture, and what it does to everybody else on the event loop."""

from __future__ import annotations

import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from row import Row

from core.blobs.files import FileBlobs
from core.model import Background, JobId, Mode, OutputFormat, Quality, Size, new_id
from core.ports import Drawn, GenerateOrder
from core.providers.illustrator import work
from core.providers.illustrator.planning import scene_of
from core.providers.illustrator.pool import DrawingPool
from core.providers.illustrator.provider import Illustrator
from core.providers.illustrator.reading import read
from core.providers.illustrator.render import svg_to_png
from core.providers.illustrator.scene import Scene

PROMPT = 'a poster "Summer Fair" with a fox and two balloons on the hills at sunset'
BEAT_SECONDS = 0.001
FLOOR = "resvg and Pillow alone: a gradient as PNG"
MOST_SECONDS = {1024: 0.3, 2048: 1.3}  # by the edge
ROUNDS = 5


async def run() -> list[Row]:
    """Seconds a picture at two sizes, and the loop's lag beside four pictures: ours, and drawn in threads."""
    with tempfile.TemporaryDirectory() as folder:
        blobs, illustrator = FileBlobs(Path(folder)), Illustrator()
        try:
            await _draw(illustrator, blobs, Size(256, 256))  # starts the pool and loads the fonts
            await asyncio.gather(*(_draw(illustrator, blobs, Size(256, 256)) for _ in range(4)))
            return [
                *await _rendered(),
                *await _seconds(illustrator, blobs),
                *await _parallel(illustrator, blobs),
                *await _lag(illustrator, blobs),
            ]
        finally:
            await illustrator.aclose()


async def _draw(illustrator: Illustrator, blobs: FileBlobs, size: Size) -> None:
    drawn = [event async for event in illustrator.generate(_order(size), blobs) if isinstance(event, Drawn)]
    assert [each.size for each in drawn] == [size]


def _order(size: Size) -> GenerateOrder:
    return GenerateOrder(
        job=JobId(new_id()), model="illustrator", text=PROMPT, quoted=("Summer Fair",), size=size,
        quality=Quality.AUTO, count=1, style=None, format=OutputFormat.PNG, background=Background.AUTO,
        mode=Mode.INSTANT, without=(), seed=7, safety_identifier="",
    )  # fmt: skip


async def _rendered() -> list[Row]:
    """The drawing alone, in a warm pool: no previews, no disk; and what a second worker brings."""
    pool = DrawingPool(2)
    try:
        await asyncio.gather(*(pool.run(work.draw, _scene(at), Size(256, 256), OutputFormat.PNG) for at in range(4)))
        rows = []
        for edge, most in MOST_SECONDS.items():
            times = []
            for at in range(ROUNDS):
                began = time.perf_counter()
                await pool.run(work.draw, _scene(at), Size(edge, edge), OutputFormat.PNG)
                times.append(time.perf_counter() - began)
            seconds, floor = statistics.median(times), await asyncio.to_thread(_floor, edge)
            name = f"drawing alone, {edge} x {edge}, warm pool"
            rows.append(Row(name, seconds, "s", FLOOR, floor, f"under {most} s", seconds < most))
        return [*rows, await _side_by_side(pool)]
    finally:
        await pool.aclose()


async def _side_by_side(pool: DrawingPool) -> Row:
    """Two drawings in two workers, to the same two one after the other."""
    size, alone, together = Size(1536, 1536), [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for at in (0, 0):
            await pool.run(work.draw, _scene(at), size, OutputFormat.PNG)
        alone.append(time.perf_counter() - began)
        began = time.perf_counter()
        await asyncio.gather(*(pool.run(work.draw, _scene(at), size, OutputFormat.PNG) for at in (0, 0)))
        together.append(time.perf_counter() - began)
    gained = min(alone) / min(together)
    name = "two drawings at once on two cores, the best of five"
    return Row(name, min(together), "s", "one after the other", min(alone), "1.8 times as fast", gained >= 1.8)


def _scene(seed: int) -> Scene:
    return scene_of(read(PROMPT, ("Summer Fair",)), ("Summer Fair",), None, seed)


async def _seconds(illustrator: Illustrator, blobs: FileBlobs) -> list[Row]:
    rows = []
    for edge in (1024, 2048):
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await _draw(illustrator, blobs, Size(edge, edge))
            times.append(time.perf_counter() - began)
        seconds = statistics.median(times)
        floor = await asyncio.to_thread(_floor, edge)
        rows.append(
            Row(
                f"illustrator, {edge} x {edge}, two previews included",
                seconds,
                "s",
                FLOOR,
                floor,
            )
        )
    return rows


def _floor(edge: int) -> float:
    """What the two libraries take for the simplest picture of this size: nothing that draws with them can be faster."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{edge}" height="{edge}"><defs><linearGradient id="g" y2="1">'
        '<stop stop-color="#fc8"/><stop offset="1" stop-color="#48c"/></linearGradient></defs>'
        f'<rect width="{edge}" height="{edge}" fill="url(#g)"/></svg>'
    )
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        Image.open(io.BytesIO(svg_to_png(svg, edge, edge))).convert("RGB").save(io.BytesIO(), "PNG")
        times.append(time.perf_counter() - began)
    return statistics.median(times)


async def _parallel(illustrator: Illustrator, blobs: FileBlobs) -> list[Row]:
    size = Size(1024, 1024)
    one_by_one, together = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await _draw(illustrator, blobs, size)
        await _draw(illustrator, blobs, size)
        one_by_one.append(time.perf_counter() - began)
        began = time.perf_counter()
        await asyncio.gather(_draw(illustrator, blobs, size), _draw(illustrator, blobs, size))
        together.append(time.perf_counter() - began)
    return [
        Row(
            "two pictures at once",
            statistics.median(together),
            "s",
            "one after the other",
            statistics.median(one_by_one),
        )
    ]


async def _lag(illustrator: Illustrator, blobs: FileBlobs) -> list[Row]:
    """A heart that beats every millisecond: how late does it beat?"""
    size = Size(1024, 1024)
    ours = await _beating(lambda: asyncio.gather(*(_draw(illustrator, blobs, size) for _ in range(4))))
    threads = await _beating(lambda: asyncio.gather(*(asyncio.to_thread(_in_this_process, 1024) for _ in range(4))))
    idle = await _beating(lambda: asyncio.sleep(1.0))
    return [
        Row(
            "event loop lag while 4 pictures are drawn, p99",
            _p99(ours),
            "ms",
            "rendered in threads of this process",
            _p99(threads),
            "under 10 ms",
            _p99(ours) < 10,
        ),
        Row("the same, longest", max(ours), "ms", "rendered in threads of this process", max(threads)),
        Row("for comparison: lag with nothing to do, p99", _p99(idle), "ms"),
    ]


def _in_this_process(edge: int) -> None:
    """The plain way: the same drawing, in a thread beside the loop; resvg keeps the interpreter's lock."""
    order = _order(Size(edge, edge))
    work.draw(work.plan_order(order).scenes[0], order.size, order.format)


async def _beating(load: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds by which the heart was late, while `load` runs."""
    late: list[float] = []

    async def beat() -> None:
        while True:
            due = time.perf_counter() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            late.append((time.perf_counter() - due) * 1000)

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0.05)
    await load()
    heart.cancel()
    return late


def _p99(late: list[float]) -> float:
    return statistics.quantiles(late, n=100)[98]
