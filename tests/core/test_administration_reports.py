"""Reports: what they add up to, what they say, and that they say what the books say."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_house import BOARD, GUEST, MEMBER, WALL, Hand, house

from core.administration.report_text import COLUMNS, report_csv, report_text
from core.administration.reports import Refusals, Reports
from core.administration.usage import By, Turned, Usage, Work, usage
from core.clock import SystemClock
from core.errors import QuotaExceeded
from core.pricing import catalog
from core.quota import Limit, Scope, Unit, Window
from core.store.sqlite import SqliteDatabase
from core.wording import DAY_US

MONDAY_US = 1_795_392_000_000_000  # 2026-11-23 00:00 UTC
WEEK_US = 7 * DAY_US
CENT = 10_000_000


def work(person: str = "U1", **fields: object) -> Work:
    usual: dict[str, object] = {
        "channel": "C1",
        "model": "gpt-image-2",
        "quality": "high",
        "at_us": MONDAY_US,
        "state": "delivered",
        "code": "",
        "images": 1,
        "nanodollars": 4 * CENT,
        "measured": True,
    }
    return Work(person, **(usual | fields))  # type: ignore[arg-type] # the fields above


def report(*rows: Work, turned: tuple[Turned, ...] = ()) -> Usage:
    return usage(rows, turned, MONDAY_US, MONDAY_US + WEEK_US, "UTC")


WORKS = st.lists(
    st.builds(
        work,
        st.sampled_from(["U1", "U2", "U3"]),
        channel=st.sampled_from(["C1", "C2"]),
        model=st.sampled_from(["a", "b"]),
        at_us=st.integers(MONDAY_US, MONDAY_US + WEEK_US - 1),
        state=st.sampled_from(["delivered", "failed", "cancelled", "uncertain", "queued"]),
        images=st.integers(0, 10),
        nanodollars=st.integers(0, 10**9),
        measured=st.booleans(),
    ),
    max_size=30,
)


@given(WORKS)
def test_however_it_is_broken_down_it_adds_up_to_the_same(rows: list[Work]) -> None:
    found = report(*rows)
    for by in By:
        parts = found.broken_down[by]
        for name in ("images", "nanodollars", "estimated_nanodollars", "drawn", "failed", "declined"):
            assert sum(getattr(part, name) for part in parts) == getattr(found.total, name), (by, name)
    assert found.total.estimated_nanodollars <= found.total.nanodollars == sum(row.nanodollars for row in rows)


@given(WORKS)
def test_a_table_has_every_row_and_exact_dollars(rows: list[Work]) -> None:
    found = report(*rows)
    table = list(csv.DictReader(io.StringIO(report_csv(found, {"U1": "Member"}))))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == 1 + sum(len(parts) for parts in found.broken_down.values())
    whole, _, fraction = table[0]["dollars"].partition(".")
    assert int(whole) * 10**9 + int(fraction) == found.total.nanodollars


def test_a_day_is_the_day_of_the_place() -> None:
    late = usage([work(at_us=MONDAY_US + DAY_US - 1)], (), MONDAY_US, MONDAY_US + WEEK_US, "Asia/Tokyo")
    assert [each.key for each in late.broken_down[By.DAY]] == ["2026-11-24"]


def test_what_a_report_says() -> None:
    found = report(
        work(images=2, nanodollars=8 * CENT),
        work("U2", channel="C2", measured=False, quality="low", nanodollars=CENT, dear_nanodollars=5 * CENT),
        work("U2", state="failed", images=0, nanodollars=0, code="moderated"),
        work("U2", state="failed", images=0, nanodollars=0, code="drawing_failed"),
        turned=(Turned("U3", "quota_exceeded", MONDAY_US, 4),),
    )
    assert report_text(found, days=True).splitlines() == [
        "**2026-11-23 to 2026-11-29**",
        "3 images, $0.09, $0.01 of it estimated",
        "2 requests drawn, 1 failed, 1 declined by a safety check, 4 refused",
        "Drafts saved $0.04, held against high quality.",
        "**People**",
        "- user:U1: 2 images, $0.08, measured",
        "- user:U2: 1 image, $0.01, estimated (1 failed)",
        "- user:U3: 0 images, no money (4 refused)",
        "**Channels**",
        "- channel:C1: 2 images, $0.08, measured (1 failed)",
        "- channel:C2: 1 image, $0.01, estimated",
        "**Models**",
        "- gpt-image-2: 3 images, $0.09, $0.01 of it estimated (1 failed)",
        "**Days**",
        "- 2026-11-23: 3 images, $0.09, $0.01 of it estimated (1 failed, 4 refused)",
    ]


def test_a_week_without_anything_says_so() -> None:
    assert report_text(report()) == "**2026-11-23 to 2026-11-29**\nNothing was asked for."


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(report_csv(report(work()), {"U1": name}))))
    assert [row["name"] for row in rows if row["by"] == "person"] == [f"'{name}"]


async def test_the_report_says_what_the_books_say(tmp_path: Path) -> None:
    limits = (Limit(Scope.USER, "*", Unit.IMAGES, Window.DAY, 3),)
    async with house(tmp_path, hand=Hand(name="openai", nanodollars=CENT), limits=limits) as home:
        done = [
            await home.submit("two squares --n 2 --quality low"),
            await home.submit("a square", actor=GUEST),
        ]
        finished = [await home.board.finished(each.job) for each in done]
        with pytest.raises(QuotaExceeded):
            await home.submit("four squares --n 4")
        clock = SystemClock()
        database = await SqliteDatabase.open(tmp_path / "easel.sqlite3")
        refusals = Refusals(database, clock)
        refusals.note(MEMBER, "quota_exceeded")
        reports = Reports(database, refusals)
        now_us = clock.now_us()
        found = await reports.usage(BOARD, WALL.workspace, now_us - DAY_US, now_us + 1, "UTC", catalog())
        names = await reports.names(BOARD, WALL.workspace, [each.key for each in found.broken_down[By.PERSON]])
        elsewhere = await reports.usage(BOARD, "another", now_us - DAY_US, now_us + 1, "UTC", catalog())
        await database.close()
    assert found.total.images == 3
    assert found.total.nanodollars == sum(each.charged.nanodollars for each in finished) > 0
    assert found.total.refused == 1
    assert found.saved_nanodollars > 0
    assert dict(names) == {"member": "Member", "guest": "Guest"}
    assert elsewhere.total.images == 0
