"""A report as people read it: light Markdown for a chat, and rows for a table. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from core.administration.usage import By, Sum, Usage, day_of
from core.wording import amount, format_money

ROWS_SHOWN: Final = 5
COLUMNS: Final = (
    *("by", "key", "name", "images", "dollars", "of it estimated"),
    *("requests drawn", "failed", "declined", "refused"),
)
_HEADINGS: Final[Mapping[By, str]] = {
    By.PERSON: "People",
    By.CHANNEL: "Channels",
    By.MODEL: "Models",
    By.DAY: "Days",
}


def report_text(report: Usage, *, days: bool = False) -> str:
    """The totals, and who and what comes first. People and channels are named as `user:1` and `channel:2`."""
    first, last = day_of(report.since_us, report.time_zone), day_of(report.until_us - 1, report.time_zone)
    when = first if first == last else f"{first} to {last}"
    return "\n".join((f"**{when}**", *_totals(report), *_parts(report, days=days)))


def _totals(report: Usage) -> Iterator[str]:
    total = report.total
    if not (total.drawn or total.failed or total.declined or total.refused):
        yield "Nothing was asked for."
        return
    yield f"{amount('images', total.images)}, {_money(total)}"
    yield (
        f"{amount('jobs', total.drawn)} drawn, {total.failed:,} failed, {total.declined:,} declined by a safety check, "
        + (f"{total.refused:,} refused")
    )
    if report.saved_nanodollars:
        yield f"Drafts saved {format_money(report.saved_nanodollars, round_up=False)}, held against high quality."


def _money(one: Sum) -> str:
    if not one.nanodollars:
        return "no money"
    if not one.estimated_nanodollars:
        return f"{format_money(one.nanodollars)}, measured"
    if one.estimated_nanodollars == one.nanodollars:
        return f"{format_money(one.nanodollars)}, estimated"
    return f"{format_money(one.nanodollars)}, {format_money(one.estimated_nanodollars)} of it estimated"


def _parts(report: Usage, *, days: bool) -> Iterator[str]:
    for by in By:
        rows = report.broken_down[by]
        if not rows or (by is By.DAY and not days):
            continue
        yield f"**{_HEADINGS[by]}**"
        shown = rows if by is By.DAY else rows[:ROWS_SHOWN]
        yield from (
            f"- {_name(by, row.key)}: {amount('images', row.images)}, {_money(row)}{_turned(row)}" for row in shown
        )
        if len(rows) > len(shown):
            yield f"- and {len(rows) - len(shown):,} more"


def _turned(row: Sum) -> str:
    said = [f"{row.failed:,} failed"] * bool(row.failed) + [f"{row.refused:,} refused"] * bool(row.refused)
    return f" ({', '.join(said)})" if said else ""


def _name(by: By, key: str) -> str:
    return f"user:{key}" if by is By.PERSON else f"channel:{key}" if by is By.CHANNEL else key


def report_csv(report: Usage, names: Mapping[str, str]) -> str:
    """All of it as a table, for a spreadsheet. What people are called is quoted so that no cell becomes a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    rows: Sequence[tuple[str, Sum]] = [("all", report.total)]
    rows = [*rows, *((by.value, row) for by in By for row in report.broken_down[by])]
    for by, row in rows:
        name = names.get(row.key, "") if by == By.PERSON.value else ""
        writer.writerow(
            [
                *(by, _plain(row.key), _plain(name), row.images, _dollars(row.nanodollars)),
                *(_dollars(row.estimated_nanodollars), row.drawn, row.failed, row.declined, row.refused),
            ]
        )
    return written.getvalue()


def _dollars(nanodollars: int) -> str:
    """Exact, without a sign of currency."""
    return f"{nanodollars // 1_000_000_000}.{nanodollars % 1_000_000_000:09d}"


def _plain(said: str) -> str:
    """Text that a spreadsheet takes for text (OWASP, "CSV Injection")."""
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said
