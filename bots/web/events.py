"""The stream of changes to an open page: server-sent events (WHATWG HTML, 9.2), resumed by number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

from aiohttp import web

from bots.web import limits, present
from bots.web.channel import ChannelLog
from bots.web.live import JobNews, Live, Subscriber
from bots.web.people import Roster
from bots.web.reading import language_of


class EventStream:
    """Feeds one page for as long as it listens."""

    def __init__(self, log: ChannelLog, live: Live, roster: Roster) -> None:
        self._log = log
        self._live = live
        self._roster = roster

    async def serve(self, request: web.Request, channel: str, person: str, after: int) -> web.StreamResponse:
        """Everything above number `after` that this person may see in the channel, and then what happens.

        Ends when the page goes away, takes nothing for `SUBSCRIBER_WRITE_SECONDS`, or the server stops.
        """
        with self._live.subscribed(channel, person) as subscriber:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
            try:
                await response.prepare(request)
                await self._feed(response, subscriber, after, language_of(request))
            except (ConnectionResetError, TimeoutError):
                if request.transport is not None:
                    request.transport.abort()  # the page resumes by itself, above the last number that it read
            return response

    async def _feed(self, response: web.StreamResponse, subscriber: Subscriber, after: int, language: str) -> None:
        newest = await self._log.seq()
        seen = min(after, newest)  # a page that is ahead of us has met an older database
        await _send(response, "hello", {"seq": newest})
        for news in self._live.news_in(subscriber.channel, subscriber.person):
            await _send(response, "progress", progress_json(news, subscriber.person))
        while not subscriber.closed:
            seen = await self._changes(response, subscriber, seen, language)
            for job in sorted(subscriber.take_jobs()):
                latest = self._live.news(job)
                if latest is not None and not latest.finished:
                    await _send(response, "progress", progress_json(latest, subscriber.person))
            if not await subscriber.wait(limits.KEEP_ALIVE_SECONDS):
                await _write(response, b": keep-alive\n\n")

    async def _changes(self, response: web.StreamResponse, subscriber: Subscriber, seen: int, language: str) -> int:
        """Send what changed since; the new highest number."""
        while True:
            changed = await self._log.since(subscriber.channel, subscriber.person, seen, limits.EVENTS_PER_READ)
            replied = await self._log.messages([m.reply_to for m in changed if m.reply_to], subscriber.person)
            for message in changed:
                shown = present.message(message, subscriber.person, self._roster, replied, self._live, language)
                await _send(response, "message", shown, number=message.seq)
                seen = message.seq
            if len(changed) < limits.EVENTS_PER_READ:
                return seen


def progress_json(news: JobNews, person: str) -> dict[str, object]:
    """A job's news as the page reads it."""
    return {
        "job": news.job,
        "message": news.message,
        "stage": news.stage.value,
        "ahead": news.ahead,
        "preview": present.preview_url(news.job, news.previews_seen, person) if news.previews else None,
        "veiled": news.veiled,
    }


async def _send(
    response: web.StreamResponse, event: str, data: Mapping[str, object], *, number: int | None = None
) -> None:
    identity = "" if number is None else f"id: {number}\n"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))  # escapes line ends, so one data line is enough
    await _write(response, f"{identity}event: {event}\ndata: {text}\n\n".encode())


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(limits.SUBSCRIBER_WRITE_SECONDS):
        await response.write(data)
