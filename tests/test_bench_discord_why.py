"""When commands are missing in the end, the bench says which, and what each side knows of them."""

from __future__ import annotations

import importlib.util
import sqlite3
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).parent / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    spec = importlib.util.spec_from_file_location("bench_discord_for_a_test", BENCH / "bench_discord.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_what_is_missing_is_named_in_groups_with_its_reason(bench: ModuleType) -> None:
    ids = [f"{number:018d}" for number in range(5)]
    story = {
        "identified": 1,
        "resumed": 2,
        "connected": 1,
        "commands": [
            (ids[0], "acknowledged (DEFERRED_MESSAGE)", ""),
            (ids[1], "never acknowledged", ""),
            (ids[2], "never acknowledged", ""),
            (ids[3], "acknowledged (DEFERRED_MESSAGE)", "The queue is full."),
            (ids[4], "acknowledged too late", ""),
        ],
    }
    said = ["Easel is ready\n", f"discord_handler_failed error=StorageFull event_id={ids[4]}\n"]
    told = bench.why_missing(story, {f"discord:i:{ids[0]}"}, said).splitlines()
    assert told[0] == "1 of 5 commands have become jobs; gateway: identified 1 times, resumed 2 times, 1 open"
    assert told[1:4] == [
        f"  2 missing, such as {ids[1]}: never acknowledged; answered: nothing; logged: nothing",
        f"  1 missing, such as {ids[3]}: acknowledged (DEFERRED_MESSAGE); answered: The queue is full.;"
        " logged: nothing",
        f"  1 missing, such as {ids[4]}: acknowledged too late; answered: nothing;"
        " logged: discord_handler_failed error=StorageFull event_id=…",
    ]


class Told:
    """The process of the fakes, which knows of one command only."""

    async def say(self, command: str, number: int = 0) -> Any:
        assert command == "story"
        return {"identified": 1, "resumed": 0, "connected": 1, "commands": [("1", "never acknowledged", "")]}


async def test_it_does_not_wait_for_what_does_not_come(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "KEPT_SECONDS", 0.3)
    with sqlite3.connect(tmp_path / "easel.sqlite3") as database:
        database.execute("CREATE TABLE job (event_key TEXT)")
    database.close()
    with pytest.raises(RuntimeError, match=r"0 of 1 commands have become jobs(.|\n)*never acknowledged"):
        await bench._kept(tmp_path / "easel.sqlite3", Told(), [])
