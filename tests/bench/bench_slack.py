"""Slack: how soon events are acknowledged when very many come, and what a picture's way there costs.

The fake Slack is one process (`slack_fakes.py`), the image API another, and `easel run` a third: all of it, with its
store on the disk and its worker at work.

- Acknowledgements: mentions, each of which is two events, and commands among them. 300 events a second for ten seconds,
  and then a thousand as fast as the fake can send them, over Socket Mode and over signed HTTP. All the time both of the
  worker's slots draw PNGs of 2048 x 2048 and upload them; what cannot be drawn yet waits. From the event, before it is
  written, to the acknowledgement, as it has been read. Whatever Easel posts comes back to it as further events: with
  them, too, nobody may wait for longer than Slack does. Beside an app that does nothing but acknowledge
  (`slack_silent.py`): that is what the fake takes by itself.
- The way of a picture: from a mention to the message with its picture, less what the image API took from the request to
  its finished answer. Beside a minimal bot (`slack_plain.py`) that keeps nothing. Both take turns.

Easel asks for no previews here, so that both are sent the very same answer.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import support_easel
from api_child import KEY, MODEL
from bench_api import Child
from beside import p95, p99, process
from row import Row

FIRST, STEADY, BURST = 30, 3000, 1000
RATE, LEAST = 300, 0.9  # on a busy machine the fake itself falls behind a little; the table says how far
DRAWING_SECONDS, THINK_SECONDS = 1.0, 0.2
PICTURE_BYTES = 6_800_000  # a photograph of 2048 x 2048 as PNG (bench_api)
WARMING, ROUNDS = 5, 30
SLACK_WAITS_MS = 3000
STEADY_P99_MS = SLACK_WAITS_MS // 2  # the other half is for the way to Slack and back
MORE_MS_P50, MORE_MS_P95 = 50, 100  # for all that is written down, which nobody should notice
KEPT_SECONDS = 15.0  # without one more of them
SILENT, PLAIN = "by an app that does nothing else", "slack-bolt and the openai SDK"


async def run() -> list[Row]:
    """The lines of the table. A few minutes."""
    return [*await _acknowledgements("Socket Mode"), *await _acknowledgements("HTTP"), *await _on_the_way()]


# --- acknowledgements ------------------------------------------------------------------------------------------------


async def _acknowledgements(how: str) -> list[Row]:
    alone = await _silent(how)
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        data = Path(folder) / "data"
        async with (
            _fakes() as (fakes, where),
            _images() as images,
            _easel(data, where, how, EASEL_QUEUE__WAITING="10000", EASEL_OPENAI__BASE_URL=images) as easel,
        ):
            await _introduced(easel.said)
            await _connected(fakes, how, urlsplit(easel.address).port or 0)
            await _taken_up(data, fakes, easel.said, "steadily", FIRST)
            steady = await _taken_up(data, fakes, easel.said, "steadily", STEADY)
            burst = await _taken_up(data, fakes, easel.said, "at-once", BURST)
    _really(steady)
    what = f"Slack, {how}, {RATE} events a second"
    return [
        Row(f"{what}: really sent", steady["events"] / steady["seconds"], "1/s"),
        *_rows(what, steady, STEADY_P99_MS, alone["steadily"]),
        *_rows(f"Slack, {how}, {BURST:,} events at once", burst, SLACK_WAITS_MS, alone["at-once"]),
    ]


async def _silent(how: str) -> dict[str, Any]:
    """What the fake takes by itself."""
    async with _fakes() as (fakes, where), process("slack_silent.py", json.dumps(where)) as app:
        await _connected(fakes, how, int(await Child(app).line()))
        await fakes.say("steadily", FIRST)
        found = {"steadily": await fakes.say("steadily", STEADY), "at-once": await fakes.say("at-once", BURST)}
    _really(found["steadily"])
    return found


async def _introduced(said: Sequence[str]) -> None:
    """Until Easel knows who it is there: before that it asks Slack to come again."""
    async with asyncio.timeout(30):
        while not any("slack_introduced" in line for line in said):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def _connected(fakes: Child, how: str, port: int) -> None:
    if how == "HTTP":
        await fakes.say("over-http", port)
    else:
        await fakes.say("connected", 1)


async def _taken_up(data: Path, fakes: Child, said: Sequence[str], how: str, events: int) -> dict[str, Any]:
    """Have people ask, and wait until every request has become a job; with what else happened meanwhile."""
    loop = asyncio.get_running_loop()
    answered: dict[str, Any] = await fakes.say(how, events)
    began = loop.time()
    await _kept(data / "easel.sqlite3", fakes, said)
    return answered | {"after_seconds": loop.time() - began} | {"since": await fakes.say("since")}


def _really(steady: Mapping[str, Any]) -> None:
    sent = steady["events"] / steady["seconds"]
    if sent < RATE * LEAST:
        raise RuntimeError(f"the fake sent {sent:.0f} events a second only: this machine is too busy to measure")


def _rows(what: str, answered: Mapping[str, Any], under_ms: int, alone: Mapping[str, Any]) -> list[Row]:
    ways, by_itself, since = answered["ways_ms"], alone["ways_ms"], answered["since"]
    late, slow = since["late"], p99(ways)
    return [
        Row(f"{what}: {SILENT}, p99", p99(by_itself), "ms"),
        Row(f"{what}: acknowledged, p50", statistics.median(ways), "ms"),
        Row(f"{what}: acknowledged, p99", slow, "ms", target=f"under {under_ms:,} ms", met=slow < under_ms),
        Row(f"{what}: later than 3 s, of {since['events']:,} with its own posts'", late, "events",
            target="none", met=late == 0),
        Row(f"{what}: all are jobs after", answered["after_seconds"], "s"),
        Row(f"{what}: pictures posted meanwhile", since["pictures"], "pictures"),
    ]  # fmt: skip


async def _kept(database: Path, fakes: Child, said: Sequence[str]) -> None:
    """Every request has become a job, on the disk. Raises `RuntimeError` when that does not go on."""
    loop = asyncio.get_running_loop()
    keys = await fakes.say("keys")
    missing, fewer_at = set(keys) - await asyncio.to_thread(_jobs, database), loop.time()
    while missing:
        if loop.time() - fewer_at > KEPT_SECONDS:
            words = "\n".join(line.rstrip() for line in said[-10:])
            few = ", ".join(sorted(missing)[:3])
            raise RuntimeError(f"{len(missing)} of {len(keys)} requests became no job: {few}\n"
                               f"people were told: {await fakes.say('story')}\n{words}")  # fmt: skip
        await asyncio.sleep(0.2)
        now = missing - await asyncio.to_thread(_jobs, database)
        fewer_at = loop.time() if len(now) < len(missing) else fewer_at
        missing = now


def _jobs(database: Path) -> set[str]:
    """The events that became jobs."""
    with closing(sqlite3.connect(database)) as connection:
        return {str(key) for (key,) in connection.execute("SELECT event_key FROM job")}


# --- the way of a picture --------------------------------------------------------------------------------------------


async def _on_the_way() -> list[Row]:
    """Ours and the plain one take turns."""
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with (
            _fakes() as (fakes, where),
            _easel(Path(folder) / "data", where, "Socket Mode", EASEL_OPENAI__BASE_URL=where["image_api"]),
            process("slack_plain.py", json.dumps(where)),
        ):
            await fakes.say("connected", 2)
            for number in range(WARMING + ROUNDS):
                for name, ways in (("ours", ours), ("plain", plain)):
                    way_ms = await fakes.say(name)
                    if number >= WARMING:
                        ways.append(way_ms)
    return [
        _way("p50", statistics.median(ours), statistics.median(plain), MORE_MS_P50),
        _way("p95", p95(ours), p95(plain), MORE_MS_P95),
    ]


def _way(name: str, ours: float, plain: float, more_ms: int) -> Row:
    what = f"Slack, from mention to shared picture, beyond the API's time, {name}"
    target = f"at most {more_ms} ms more"
    return Row(what, ours, "ms", PLAIN, plain, target, ours - plain <= more_ms)


# --- the processes ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _fakes() -> AsyncIterator[tuple[Child, dict[str, Any]]]:
    async with process("slack_fakes.py", str(THINK_SECONDS)) as made:
        child = Child(made)
        where: dict[str, Any] = json.loads(await child.line())
        await child.line()
        yield child, where


@asynccontextmanager
async def _images() -> AsyncIterator[str]:
    """An image API of its own, so that its heavy pictures do not keep the fake Slack from its clock: its address."""
    arguments = ("--port", "0", "--key", KEY, "--delay", str(DRAWING_SECONDS), "--file-bytes", str(PICTURE_BYTES))
    async with process("-m", "emulators.image_api", *arguments) as made:
        child = Child(made)
        while not (line := (await child.line()).decode()).startswith("EASEL_OPENAI__BASE_URL="):
            pass
        yield line.strip().partition("=")[2]


@asynccontextmanager
async def _easel(
    data: Path, where: Mapping[str, Any], how: str, **more: str
) -> AsyncIterator[support_easel.RunningEasel]:
    slack: Mapping[str, str] = where["ours"]
    settings = {
        "EASEL_SLACK__BOT_TOKEN": slack["bot_token"],
        "EASEL_SLACK__API_BASE": slack["api_base"],
        "EASEL_SLACK__FILE_HOSTS": slack["file_host"],
        "EASEL_OPENAI__API_KEY": KEY,
        "EASEL_OPENAI__SERVER": "openai",
        "EASEL_OPENAI__MODEL": MODEL,
        "EASEL_OPENAI__PREVIEWS": "0",
        "NO_PROXY": "127.0.0.1",
    }
    if how == "HTTP":
        settings |= {
            "EASEL_SLACK__SIGNING_SECRET": slack["signing_secret"],
            "EASEL_SLACK__PUBLIC_URL": "https://easel.example.org",
        }
    else:
        settings |= {"EASEL_SLACK__APP_TOKEN": slack["app_token"]}
    async with support_easel.running(data, **settings, **more) as easel:
        yield easel
        easel.process.kill()  # told to stop, it would wait for what it draws
