"""What a workspace drew and spent, by person, channel, model and day. Pure: rows in, sums out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from core.model import Quality
from core.wording import SECOND_US, zone


class Work(NamedTuple):
    """One job, as far as a report is concerned. `dear_nanodollars`: what it would have cost in high quality."""

    person: str
    channel: str
    model: str
    quality: str
    at_us: int
    state: str
    code: str
    images: int
    nanodollars: int
    measured: bool
    dear_nanodollars: int = 0


class Turned(NamedTuple):
    """How often a person was turned down on a day, and why."""

    person: str
    code: str
    day_us: int
    number: int


class By(StrEnum):
    """What a report can be broken down by."""

    PERSON = "person"
    CHANNEL = "channel"
    MODEL = "model"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Sum:
    """What comes together under one heading."""

    key: str = ""
    images: int = 0
    nanodollars: int = 0
    estimated_nanodollars: int = 0  # the part of it that no provider has measured
    drawn: int = 0  # requests that ended in pictures
    failed: int = 0
    declined: int = 0  # by a safety check, at the provider or here
    refused: int = 0  # before there was a job: limits, permissions, words


_DRAWN = frozenset({"generated", "delivered", "undelivered"})
_FAILED = frozenset({"failed", "uncertain"})


@dataclass(frozen=True, slots=True)
class Usage:
    """A report: `[since_us, until_us)`, in the days of `time_zone`."""

    since_us: int
    until_us: int
    time_zone: str
    total: Sum
    broken_down: dict[By, tuple[Sum, ...]]  # people, channels and models by money, then images; days in their order
    saved_nanodollars: int  # by drafts: what low quality was cheaper than high, of jobs that came


def usage(work: Iterable[Work], turned: Iterable[Turned], since_us: int, until_us: int, time_zone: str) -> Usage:
    """Add it all up."""
    jobs, refusals = list(work), list(turned)
    drafts = (job for job in jobs if job.quality == Quality.LOW and job.state in _DRAWN)
    return Usage(
        since_us,
        until_us,
        time_zone,
        _sum("", jobs, refusals),
        {by: _broken_down(by, jobs, refusals, time_zone) for by in By},
        sum(max(0, job.dear_nanodollars - job.nanodollars) for job in drafts),
    )


def day_of(at_us: int, time_zone: str) -> str:
    """The date there: `2026-11-23`."""
    return f"{datetime.fromtimestamp(at_us / SECOND_US, UTC).astimezone(zone(time_zone)):%Y-%m-%d}"


def _broken_down(by: By, jobs: Sequence[Work], refusals: Sequence[Turned], time_zone: str) -> tuple[Sum, ...]:
    key = _key(by, time_zone)
    work: dict[str, list[Work]] = {}
    turned: dict[str, list[Turned]] = {}
    for job in jobs:
        work.setdefault(key(job), []).append(job)
    if by in (By.PERSON, By.DAY):  # a refusal has no model, and its channel is not kept
        for each in refusals:
            name = each.person if by is By.PERSON else day_of(each.day_us, time_zone)
            turned.setdefault(name, []).append(each)
    sums = {name: _sum(name, work.get(name, ()), turned.get(name, ())) for name in (*work, *turned)}
    if by is By.DAY:
        return tuple(sums[name] for name in sorted(sums))
    return tuple(sorted(sums.values(), key=lambda each: (-each.nanodollars, -each.images, each.key)))


def _sum(key: str, jobs: Iterable[Work], refusals: Iterable[Turned]) -> Sum:
    """All of it under one heading: plain numbers while it adds up, since a busy month has tens of thousands of jobs."""
    images = nanodollars = estimated = drawn = failed = declined = 0
    for job in jobs:
        ended, was_declined = job.state in _DRAWN, job.code == "moderated"
        images += job.images
        nanodollars += job.nanodollars
        estimated += 0 if job.measured else job.nanodollars
        drawn += ended
        declined += was_declined
        failed += not ended and not was_declined and job.state in _FAILED
    refused = sum(each.number for each in refusals)
    return Sum(key, images, nanodollars, estimated, drawn, failed, declined, refused)


def _key(by: By, time_zone: str) -> Callable[[Work], str]:
    keys: dict[By, Callable[[Work], str]] = {
        By.PERSON: lambda job: job.person,
        By.CHANNEL: lambda job: job.channel,
        By.MODEL: lambda job: job.model,
        By.DAY: lambda job: day_of(job.at_us, time_zone),
    }
    return keys[by]
