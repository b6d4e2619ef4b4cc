"""Who is looking, and what is being drawn right now: all of it in memory, none of it needed after a restart.

A page is never sent a message from here, only woken: it reads what changed from the database, above the number that it
has. So a slow page holds up nobody and needs no buffer that could overflow: a job's news replaces its older news.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bots.web import limits
from core.errors import QueueFull
from core.model import JobId, Progress, StageName
from core.ports import Clock


@dataclass(slots=True)
class JobNews:
    """A job's latest, and who may know it."""

    job: JobId
    message: str
    channel: str
    only_for: str | None
    stage: StageName = StageName.QUEUED
    ahead: int = 0
    previews_seen: int = 0
    previews: deque[tuple[int, bytes, str]] = field(default_factory=lambda: deque(maxlen=limits.PREVIEWS_PER_JOB))
    veiled: bool = False  # the previews are, as the picture will be
    told_at_us: int = 0
    pending: bool = False  # a telling is under way, and will tell whatever is newest then
    finished: bool = False

    def seen_by(self, person: str) -> bool:
        """Whether this person may know of the job."""
        return self.only_for is None or self.only_for == person


class Subscriber:
    """One open page: what it has to be woken for."""

    def __init__(self, channel: str, person: str) -> None:
        self.channel = channel
        self.person = person
        self.closed = False
        self._wake = asyncio.Event()
        self._jobs: set[JobId] = set()

    def wake(self, job: JobId | None = None) -> None:
        """There is something new: in the channel, or of this job."""
        if job is not None:
            self._jobs.add(job)
        self._wake.set()

    def close(self) -> None:
        """The page is to come back later."""
        self.closed = True
        self._wake.set()

    def take_jobs(self) -> frozenset[JobId]:
        """The jobs with news since this was last asked."""
        jobs, self._jobs = frozenset(self._jobs), set()
        return jobs

    async def wait(self, seconds: float) -> bool:
        """Until there is something new (True) or the time is up (False)."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        self._wake.clear()
        return True


class Live:
    """The open pages of the playground, and the jobs that they watch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._subscribers: set[Subscriber] = set()
        self._jobs: OrderedDict[JobId, JobNews] = OrderedDict()
        self._timers: dict[JobId, asyncio.TimerHandle] = {}
        self._closed = False

    @property
    def pages(self) -> int:
        """How many pages are open now."""
        return len(self._subscribers)

    @contextmanager
    def subscribed(self, channel: str, person: str) -> Iterator[Subscriber]:
        """A page's place among those that are woken. Raises `QueueFull` when there are too many, or when closing."""
        if self._closed or len(self._subscribers) >= limits.SUBSCRIBERS_MAX:
            raise QueueFull("Too many pages are open at once.", "Close some of them.")
        subscriber = Subscriber(channel, person)
        self._subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self._subscribers.discard(subscriber)

    def changed(self, *channels: str) -> None:
        """Messages were written or changed there."""
        for subscriber in self._subscribers:
            if subscriber.channel in channels:
                subscriber.wake()

    def watch(self, news: JobNews) -> None:
        """From now on this job's news may be told; a job that is watched already stays as it is."""
        if news.job not in self._jobs:
            self._jobs[news.job] = news
            if len(self._jobs) > limits.JOBS_WATCHED:
                oldest, _ = self._jobs.popitem(last=False)
                self._forget_timer(oldest)

    def news(self, job: JobId) -> JobNews | None:
        """What is known of a job."""
        return self._jobs.get(job)

    def news_in(self, channel: str, person: str) -> tuple[JobNews, ...]:
        """The unfinished jobs of a channel that this person may know of."""
        return tuple(
            news
            for news in self._jobs.values()
            if news.channel == channel and not news.finished and news.seen_by(person)
        )

    def progressed(self, update: Progress) -> None:
        """Keep the newest state of a watched job, and tell it no faster than the playground's pace."""
        news = self._jobs.get(update.job)
        if news is None or news.finished:
            return
        news.stage, news.ahead = update.stage, update.ahead
        if update.preview is not None and len(update.preview) <= limits.PREVIEW_BYTES:
            news.veiled = update.veiled
            news.previews_seen += 1
            news.previews.append((news.previews_seen, update.preview, update.preview_media_type))
        if news.pending:
            return
        wait_us = news.told_at_us + limits.CAPABILITIES.progress_interval_us - self._clock.now_us()
        if wait_us <= 0:
            self._tell(update.job)
        else:
            news.pending = True
            later = asyncio.get_running_loop().call_later(wait_us / 1_000_000, self._tell, update.job)
            self._timers[update.job] = later

    def finished(self, job: JobId) -> None:
        """Nothing more will be told. Its last previews stay for a while, for pages that are still fetching them."""
        if job in self._jobs:
            self._jobs[job].finished = True
        self._forget_timer(job)

    def close(self) -> None:
        """Send every page away; they come back to the next process."""
        self._closed = True
        for subscriber in self._subscribers:
            subscriber.close()
        for job in tuple(self._timers):
            self._forget_timer(job)

    def _tell(self, job: JobId) -> None:
        self._timers.pop(job, None)
        news = self._jobs.get(job)
        if news is None or news.finished:
            return
        news.pending = False
        news.told_at_us = self._clock.now_us()
        for subscriber in self._subscribers:
            if subscriber.channel == news.channel and news.seen_by(subscriber.person):
                subscriber.wake(job)

    def _forget_timer(self, job: JobId) -> None:
        timer = self._timers.pop(job, None)
        if timer is not None:
            timer.cancel()
