"""`/readyz` says what whoever watches over Easel should look at; that is no reason to send requests elsewhere."""

from __future__ import annotations

from pathlib import Path

from support_web import house


async def test_a_note_is_said_and_easel_stays_ready(tmp_path: Path) -> None:
    async with house(tmp_path) as easel, easel.browser() as browser:
        assert (await browser.send("GET", "/readyz")).json["notes"] == []
        easel.readiness.notes = lambda: ("the books do not add up; the log says where",)
        answer = await browser.send("GET", "/readyz")
        assert (answer.status, answer.json["ready"]) == (200, True)
        assert answer.json["notes"] == ["the books do not add up; the log says where"]
