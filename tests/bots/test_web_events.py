"""The stream of changes: nothing is lost, nothing is shown to the wrong person, and nobody waits for a slow page."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from support_web import SHUTDOWN_SECONDS, Browser, House, Stream, house

from bots.web import events, limits
from bots.web.destination import WebDestination
from bots.web.live import JobNews, Live
from core.clock import SystemClock
from core.errors import QueueFull
from core.model import JobId, Progress, StageName

JOB = JobId("0" * 32)


@pytest.fixture
async def easel(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


async def test_a_page_sees_a_job_from_the_words_to_the_picture(easel: House) -> None:
    async with easel.browser() as member, member.listening(0) as stream:
        assert (await stream.next()).kind == "hello"
        answer = (await member.say("/imagine slowly a fox")).json
        said = await stream.until("message", kind="said")
        working = await stream.until("message", kind="working")
        assert (said.data["id"], working.data["job"]) == (answer["message"], answer["job"])
        drawing = await stream.until("progress", stage="drawing")
        while drawing.data["preview"] is None:
            drawing = await stream.until("progress", stage="drawing")
        assert drawing.number is None
        preview = await member.send("GET", drawing.data["preview"])
        assert (preview.status, preview.body[:4]) == (200, b"\x89PNG")
        easel.painter.go.set()
        result = await stream.until("message", kind="result")
        assert (result.data["id"], result.number) == (working.data["id"], result.data["seq"])
        assert working.number is not None
        assert result.number is not None
        assert result.number > working.number


async def test_a_page_that_comes_later_sees_how_far_the_job_is(easel: House) -> None:
    async with easel.browser() as member:
        await member.say("/imagine slowly a fox")
        async with member.listening(0) as first:
            await first.until("progress", stage="drawing")
        async with member.listening(10**9) as second:
            assert (await second.next()).kind == "hello"
            assert (await second.next()).data["stage"] == "drawing"


async def test_nothing_is_lost_however_often_the_stream_breaks(easel: House) -> None:
    """Every change of every message, or a later one of it, arrives; numbers only rise."""
    async with easel.browser() as member, easel.browser("designer") as designer:
        seen: dict[str, int] = {}
        after = 0

        async def talk() -> None:
            for number in range(30):
                await designer.say(f"message {number}")
                if number % 10 == 0:
                    await designer.drawn("/imagine a boat")

        talking = asyncio.create_task(talk())
        while not talking.done() or after < await newest(member.house):
            async with member.listening(after) as stream:
                await stream.next()
                for _ in range(3):  # then the connection breaks in the middle
                    event = await read_or_none(stream)
                    if event is None:
                        break
                    assert event[0] > after
                    after = event[0]
                    seen[event[1]] = event[0]
        await talking
        assert seen == {message["id"]: message["seq"] for message in await member.messages(limit=200)}
        assert len(seen) == 30 + 3 * 2


async def read_or_none(stream: Stream) -> tuple[int, str] | None:
    """A change's number and its message, if one comes soon."""
    try:
        while True:
            event = await stream.next(0.05)
            if event.number is not None:
                return event.number, event.data["id"]
    except TimeoutError:
        return None


async def newest(running: House) -> int:
    """The highest number that this person can see."""
    rows = await running.database.fetch(
        "SELECT MAX(seq) FROM web_message WHERE only_for IS NULL OR only_for = 'member'"
    )
    return int(rows[0][0] or 0)


async def test_after_a_restart_a_page_resumes_by_its_number(tmp_path: Path) -> None:
    async with house(tmp_path) as before, before.browser() as member:
        await member.say("one")
        async with member.listening(0) as stream:
            one = await stream.until("message", text="one")
        await member.say("two")
    async with house(tmp_path) as after, after.browser() as member, member.listening(one.number or 0) as stream:
        texts = [(await stream.until("message")).data["text"] for _ in range(2)]
        assert "one" not in texts
        assert "two" in texts


async def test_a_page_from_an_older_database_is_not_left_waiting(easel: House) -> None:
    async with easel.browser() as member, member.listening(999_999) as stream:
        assert (await stream.next()).data == {"seq": 0}
        await member.say("hello")
        assert (await stream.next()).data["text"] == "hello"


async def test_one_persons_own_is_streamed_to_them_alone(easel: House) -> None:
    async with (
        easel.browser("member") as member,
        easel.browser("designer") as designer,
        member.listening(0) as own,
        designer.listening(0) as other,
    ):
        answer = (await member.say("/imagine slowly a secret fox --private")).json
        await own.until("progress", stage="drawing")
        async with designer.listening(0) as late:
            assert (await late.next()).kind == "hello"
            with pytest.raises(TimeoutError):
                await late.next(0.1)
        easel.painter.go.set()
        await own.until("message", kind="result")
        await designer.say("the end")
        await other.next()
        event = await other.next()
        assert (event.kind, event.data["text"]) == ("message", "the end")
        assert (await designer.get(f"/api/previews/{answer['job']}/1")).status == 404
        assert (await member.get(f"/api/previews/{answer['job']}/1")).status == 200


async def test_other_channels_do_not_disturb(easel: House) -> None:
    async with easel.browser() as member, member.listening(0, channel="posters") as stream:
        await stream.next()
        await member.say("in the studio")
        await member.say("among the posters", channel="posters")
        assert (await stream.next()).data["text"] == "among the posters"


async def test_a_deleted_picture_and_a_cancelled_job_are_told(easel: House) -> None:
    async with easel.browser() as member, easel.browser("guest") as guest, member.listening(0) as stream:
        drawn = await member.drawn("/imagine a fox")
        await member.press("delete", drawn["images"][0]["id"])
        assert (await stream.until("message", deleted=True)).data["id"] == drawn["id"]
        job = (await member.say("/imagine slowly a boat")).json["job"]
        await stream.until("progress", stage="drawing")
        assert (await guest.post(f"/api/jobs/{job}/cancel", {"person": "guest"})).status == 403
        cancelled = await member.post(f"/api/jobs/{job}/cancel", {"person": "member"})
        assert cancelled.json == {"cancelled": True}
        ended = await stream.until("message", kind="failed", job=job)
        assert "ancelled" in ended.data["text"]
        again = await member.post(f"/api/jobs/{job}/cancel", {"person": "member"})
        assert again.json == {"cancelled": False}


async def test_a_page_that_takes_nothing_holds_up_nobody(easel: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SUBSCRIBER_WRITE_SECONDS", 0.3)
    monkeypatch.setattr(limits, "KEEP_ALIVE_SECONDS", 0.2)
    async with easel.browser() as member, easel.browser("designer") as designer:
        cookie = "; ".join(f"{each.key}={each.value}" for each in member.session.cookie_jar)
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            await asyncio.get_running_loop().sock_connect(deaf, ("127.0.0.1", easel.port))
            asked = f"GET /api/events?channel=studio&person=member&after=0 HTTP/1.1\r\nHost: 127.0.0.1:{easel.port}\r\n"
            await asyncio.get_running_loop().sock_sendall(deaf, f"{asked}Cookie: {cookie}\r\n\r\n".encode())
            async with designer.listening(0) as stream:
                await stream.next()
                assert easel.playground.pages == 2
                for number in range(60):  # together more than a kernel keeps for a socket (tcp_wmem: 4 MB)
                    await designer.say(f"{number} " + "字" * 31_000)
                    await stream.until("message", author={"id": "designer", "name": "Designer", "kind": "person"})
                for _ in range(100):
                    if easel.playground.pages == 1:
                        break
                    await asyncio.sleep(0.05)
                assert easel.playground.pages == 1
            with contextlib.suppress(ConnectionResetError):  # it is hung up on, not only forgotten
                async with asyncio.timeout(3):
                    while await asyncio.get_running_loop().sock_recv(deaf, 1_000_000):
                        pass


async def test_stopping_does_not_wait_for_open_pages(tmp_path: Path) -> None:
    async with AsyncExitStack() as pages:
        async with house(tmp_path) as running:
            member = await pages.enter_async_context(running.browser())
            stream = await pages.enter_async_context(member.listening(0))
            await stream.next()
            began = time.monotonic()
        assert time.monotonic() - began < SHUTDOWN_SECONDS / 2
        with pytest.raises(EOFError):
            await stream.next()


async def test_a_page_that_opens_while_stopping_is_sent_away(easel: House) -> None:
    async with easel.browser() as member:
        easel.playground.send_away()
        async with member.session.get(f"{easel.url}/api/events?channel=studio&person=member&after=0") as refused:
            assert refused.status == 429


# --- what is kept in memory --------------------------------------------------------------------------------------


async def test_news_are_told_at_the_playgrounds_pace_and_the_last_is_never_swallowed() -> None:
    live = Live(SystemClock())
    live.watch(JobNews(JOB, "m", "studio", None))
    wakes = 0
    with live.subscribed("studio", "member") as page:
        for ahead in range(100, 0, -1):
            live.progressed(Progress(JOB, StageName.QUEUED, ahead=ahead))
        while await page.wait(0.5):
            wakes += 1
            assert page.take_jobs() == {JOB}
        news = live.news(JOB)
        assert news is not None
        assert (wakes, news.ahead) == (2, 1)


async def test_memory_is_bounded_whatever_is_drawn() -> None:
    live = Live(SystemClock())
    for number in range(limits.JOBS_WATCHED + 50):
        job = JobId(f"{number:032x}")
        live.watch(JobNews(job, "m", "studio", None))
        for _ in range(limits.PREVIEWS_PER_JOB + 5):
            live.progressed(Progress(job, StageName.DRAWING, preview=b"x"))
        live.progressed(Progress(job, StageName.DRAWING, preview=bytes(limits.PREVIEW_BYTES + 1)))
    assert len(live.news_in("studio", "member")) == limits.JOBS_WATCHED
    newest_news = live.news(JobId(f"{limits.JOBS_WATCHED + 49:032x}"))
    assert newest_news is not None
    assert [number for number, _, _ in newest_news.previews] == [6, 7, 8]
    live.close()


async def test_there_are_only_so_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SUBSCRIBERS_MAX", 1)
    live = Live(SystemClock())
    with live.subscribed("studio", "member"), pytest.raises(QueueFull), live.subscribed("studio", "member"):
        pass


async def test_a_finished_job_says_nothing_more() -> None:
    live = Live(SystemClock())
    live.watch(JobNews(JOB, "m", "studio", None))
    with live.subscribed("studio", "member") as page:
        live.finished(JOB)
        live.progressed(Progress(JOB, StageName.DRAWING))
        assert not await page.wait(0.05)
        assert live.news_in("studio", "member") == ()


async def test_a_quiet_stream_is_kept_alive(easel: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events.limits, "KEEP_ALIVE_SECONDS", 0.05)
    async with easel.browser() as member, member.listening(0) as stream:
        await stream.next()
        assert (await stream.response.content.readline()) == b": keep-alive\n"


async def test_a_job_that_is_done_is_not_shown_at_work_again(tmp_path: Path) -> None:
    """Neither to a page that comes later, nor when the words are sent again, nor by news that were on their way."""
    key = str(uuid.uuid4())
    async with house(tmp_path) as before, before.browser() as member:
        answer = await member.say("/imagine a fox", client_key=key)
        result = await member.outcome(answer.json["job"])
        await nothing_but_hello(member)
    async with house(tmp_path) as after, after.browser() as member:
        assert (await member.say("/imagine a fox", client_key=key)).json == answer.json
        await nothing_but_hello(member)
        to = WebDestination("studio", None, result["id"], None, "member", 0).stored()
        await after.playground.adapter.progress(to, Progress(JobId(result["job"]), StageName.DRAWING))
        await nothing_but_hello(member)


async def nothing_but_hello(member: Browser) -> None:
    """A page that knows every message learns nothing new."""
    async with member.listening(10**9) as stream:
        assert (await stream.next()).kind == "hello"
        with pytest.raises(TimeoutError):
            await stream.next(0.1)
