"""What administrators are told in a chat, whichever chat it is: the answer to `/easel` and `/usage`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from core.administration.administration import Administration
from core.administration.chart import Chart, chart_of
from core.administration.report_text import report_csv, report_text
from core.administration.reports import Reports
from core.administration.usage import By, day_of
from core.commands import Does
from core.errors import BadFlagValue, NotAllowed
from core.model import Actor, Place
from core.ports import Clock
from core.pricing import PriceTable
from core.windows import Window, slots
from core.wording import DAY_US


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file beside an answer: a table, or a picture. `alt` is for who does not see a picture."""

    name: str
    media_type: str
    data: bytes
    alt: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether it is to be looked at, not to be read."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Told:
    """For the person who asked alone. Light Markdown; people and places stand in it as `user:1`, `role:2`, `channel:3`:
    the platform's adapter says them its own way."""

    text: str
    sheet: Sheet | None = None


Draws = Callable[[Chart], Awaitable[bytes]]  # a chart as a PNG


class Front:
    """Answers. `prices`: as they are now. `draws`: who draws charts; without it they are told in words."""

    def __init__(
        self,
        administration: Administration,
        reports: Reports,
        prices: Callable[[], PriceTable],
        clock: Clock,
        draws: Draws | None = None,
    ) -> None:
        self._administration = administration
        self._reports = reports
        self._prices = prices
        self._clock = clock
        self._draws = draws

    async def told(self, does: Does, actor: Actor, place: Place, words: str, event_key: str) -> Told:
        """Do it and say so. The same event is done once. Raises a `Refused`."""
        match does:
            case Does.ADMINISTER:
                return Told(await self._administration.order(actor, place, words, event_key))
            case Does.USAGE:
                return await self._usage(actor, place, words)
            case (
                Does.IMAGINE
                | Does.EDIT
                | Does.STORYBOARD
                | Does.HISTORY
                | Does.IMAGE
                | Does.CHARACTER
                | Does.QUOTA
                | Does.HELP
                | Does.PRIVACY
            ):
                raise ValueError(f"{does} is not for the front")
            case _:
                assert_never(does)

    async def _usage(self, actor: Actor, place: Place, words: str) -> Told:
        if not actor.is_admin:
            raise NotAllowed("Only administrators read what a workspace used.", "/quota says what you may still draw.")
        rules = await self._administration.rules_of(actor.platform, actor.workspace)
        zone, now_us = rules.policy.time_zone or place.time_zone, self._clock.now_us()
        since_us, until_us = period(words, zone, now_us)
        found = await self._reports.usage(actor.platform, actor.workspace, since_us, until_us, zone, self._prices())
        form = next((word for word in words.casefold().split() if word in _FORMS), "words")
        name = f"easel-usage-{day_of(since_us, zone)}-to-{day_of(until_us - 1, zone)}"
        if form == "chart" and self._draws is not None:
            chart = chart_of(found)
            sheet = Sheet(f"{name}.png", "image/png", await self._draws(chart), chart.alt)
            return Told(report_text(found), sheet)
        text = report_text(found, days="today" not in words)
        if form not in ("table", "csv"):
            return Told(text)
        people = [each.key for each in found.broken_down[By.PERSON]]
        names = await self._reports.names(actor.platform, actor.workspace, people)
        return Told(text, Sheet(f"{name}.csv", "text/csv", report_csv(found, names).encode()))


_FORMS = ("words", "chart", "table", "csv")


def period(words: str, time_zone: str, now_us: int) -> tuple[int, int]:
    """From when to when, in the days of the place. Raises `BadFlagValue`."""
    said = " ".join(word for word in words.casefold().split() if word not in _FORMS)
    (month_us,), _ = slots(Window.MONTH, time_zone, now_us)
    match said:
        case "" | "month" | "this month":
            return month_us, now_us + 1
        case "today":
            (day_us,), _ = slots(Window.DAY, time_zone, now_us)
            return day_us, now_us + 1
        case "week" | "7 days":
            return now_us + 1 - 7 * DAY_US, now_us + 1
        case "last-month" | "last month":
            (before_us,), _ = slots(Window.MONTH, time_zone, month_us - 1)
            return before_us, month_us
        case _:
            known = "It is today, week, month or last-month, and chart or table for another form."
            raise BadFlagValue(f"“{said[:40]}” is no time that I can report on.", known)
