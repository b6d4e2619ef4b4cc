"""Discord: how soon a command is acknowledged when very many come, and what a picture's way there costs.

The fake Discord and the fake image API are one process (`discord_fakes.py`), `easel run` is another: all of it, with
its store on the disk and its worker at work.

- Acknowledgements: the image API takes longer than the bench, so both of the worker's slots draw all the time and
  everything else waits in the queue: nobody's picture takes the processor, and everybody is told the own place in the
  queue. 300 commands a second for ten seconds, and then a thousand as fast as the fake can send them. From the
  command's event, as it is written to the gateway, to the acknowledgement, as it has been read and taken.
- The way of a picture: from a command to the post with its picture, less what the image API took from the request to
  its finished answer. Beside a minimal bot (`discord_plain.py`) that keeps nothing. Both are shards of one application
  and take turns.

Easel asks for no previews here, so that both are sent the very same answer.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import statistics
import tempfile
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import support_easel
from api_child import KEY, MODEL
from bench_api import Child
from beside import p95, process
from row import Row

FIRST, STEADY, BURST = 30, 3000, 1000
RATE, LEAST = 300, 0.9  # on a busy machine the fake itself falls behind a little; the table says how far
FOR_EVER_SECONDS, THINK_SECONDS = 600.0, 0.2
WARMING, ROUNDS = 5, 40
DISCORD_WAITS_MS = 3000
STEADY_P99_MS = DISCORD_WAITS_MS // 2  # the other half is for the way to Discord and back
MORE_MS_P50, MORE_MS_P95 = 50, 100  # for all that is written down, which nobody should notice
KEPT_SECONDS = 10.0  # without one more of them
PLAIN = "discord.py and the openai SDK"


async def run() -> list[Row]:
    """The lines of the table. Under a minute."""
    return [*await _acknowledgements(), *await _on_the_way()]


# --- acknowledgements ------------------------------------------------------------------------------------------------


async def _acknowledgements() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        data = Path(folder) / "data"
        async with (
            _fakes(FOR_EVER_SECONDS) as (fakes, where),
            _easel(data, where, EASEL_QUEUE__WAITING="10000") as easel,
        ):
            await fakes.say("connected", 1)
            await fakes.say("steadily", FIRST)
            steady = await fakes.say("steadily", STEADY)
            await asyncio.sleep(2)
            burst = await fakes.say("at-once", BURST)
            await _kept(data / "easel.sqlite3", fakes, easel.said)
    sent = steady["commands"] / steady["seconds"]
    if sent < RATE * LEAST:
        raise RuntimeError(f"the fake sent {sent:.0f} commands a second only: this machine is too busy to measure")
    what = f"{RATE} commands a second"
    return [
        Row(f"{what}: really sent", sent, "1/s"),
        *_rows(what, steady, STEADY_P99_MS),
        *_rows(f"{BURST:,} commands at once", burst, DISCORD_WAITS_MS),
    ]


def _rows(what: str, answered: Mapping[str, Any], under_ms: int) -> list[Row]:
    late = answered["late"]
    p99 = statistics.quantiles(answered["ways_ms"], n=100)[98]
    return [
        Row(f"{what}: acknowledged, p50", statistics.median(answered["ways_ms"]), "ms"),
        Row(f"{what}: acknowledged, p99", p99, "ms", target=f"under {under_ms:,} ms", met=p99 < under_ms),
        Row(f"{what}: later than 3 s", late, "commands", target="none", met=late == 0),
    ]


async def _kept(database: Path, fakes: Child, said: Sequence[str]) -> None:
    """Every command has become a job, on the disk.

    Raises `RuntimeError` when that does not go on: which are missing, and what each side knows of them.
    """
    loop = asyncio.get_running_loop()
    jobs, grew_at = await asyncio.to_thread(_jobs, database), loop.time()
    while len(jobs) < FIRST + STEADY + BURST:
        if loop.time() - grew_at > KEPT_SECONDS:
            raise RuntimeError(why_missing(await fakes.say("story"), jobs, said))
        await asyncio.sleep(0.2)
        now = await asyncio.to_thread(_jobs, database)
        grew_at = loop.time() if len(now) > len(jobs) else grew_at
        jobs = now


def _jobs(database: Path) -> set[str]:
    """The events that became jobs."""
    with closing(sqlite3.connect(database)) as connection:
        return {str(key) for (key,) in connection.execute("SELECT event_key FROM job")}


def why_missing(story: Mapping[str, Any], jobs: Collection[str], said: Sequence[str]) -> str:
    """What the fake and Easel's log know of the commands that became no job: in groups, with an example of each."""
    commands = [(identity, ack, words) for identity, ack, words in story["commands"]]
    missing = [each for each in commands if f"discord:i:{each[0]}" not in jobs]
    groups: dict[str, list[str]] = {}
    for identity, ack, words in missing:
        logged = " ".join(line.strip() for line in said if identity in line)
        why = f"{ack}; answered: {words or 'nothing'}; logged: {re.sub('[0-9]{15,}', '…', logged) or 'nothing'}"
        groups.setdefault(why, []).append(identity)
    connection = f"identified {story['identified']} times, resumed {story['resumed']} times, {story['connected']} open"
    lines = [f"{len(commands) - len(missing)} of {len(commands)} commands have become jobs; gateway: {connection}"]
    lines += [f"  {len(ids)} missing, such as {ids[0]}: {why}" for why, ids in groups.items()]
    return "\n".join([*lines, "Easel's last words:", *(line.rstrip() for line in said[-10:])])


# --- the way of a picture --------------------------------------------------------------------------------------------


async def _on_the_way() -> list[Row]:
    """Ours and the plain one take turns."""
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        sharded = {"EASEL_DISCORD__SHARD_IDS": "0", "EASEL_DISCORD__SHARD_COUNT": "2"}
        async with (
            _fakes(THINK_SECONDS) as (fakes, where),
            _easel(Path(folder) / "data", where, **sharded),
            process("discord_plain.py", json.dumps(where)),
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
    what = f"from command to posted picture, beyond the API's time, {name}"
    target = f"at most {more_ms} ms more"
    return Row(what, ours, "ms", PLAIN, plain, target, ours - plain <= more_ms)


# --- the processes ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _fakes(think_seconds: float) -> AsyncIterator[tuple[Child, dict[str, str]]]:
    async with process("discord_fakes.py", str(think_seconds)) as made:
        child = Child(made)
        where: dict[str, str] = json.loads(await child.line())
        await child.line()
        yield child, where


@asynccontextmanager
async def _easel(data: Path, where: Mapping[str, str], **more: str) -> AsyncIterator[support_easel.RunningEasel]:
    settings = {
        "EASEL_DISCORD__TOKEN": where["token"],
        "EASEL_DISCORD__API_BASE": where["api_base"],
        "EASEL_DISCORD__GATEWAY_URL": where["gateway_url"],
        "EASEL_DISCORD__FILE_HOSTS": where["file_host"],
        "EASEL_OPENAI__API_KEY": KEY,
        "EASEL_OPENAI__BASE_URL": where["image_api"],
        "EASEL_OPENAI__SERVER": "openai",
        "EASEL_OPENAI__MODEL": MODEL,
        "EASEL_OPENAI__PREVIEWS": "0",
        "NO_PROXY": "127.0.0.1",
    }
    async with support_easel.running(data, **settings, **more) as easel:
        yield easel
        easel.process.kill()  # told to stop, it would wait for what it draws
