"""A small server that speaks the playground's HTTP interface, so that the page can be tested alone, on a real socket.

Everything is in memory and drawn with Pillow; the rules are the simplest that make every part of the page move. It
shares no code with the product: when both understand the interface in the same way, the page works with either.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from PIL import Image
from support_page_memory import Memory
from support_page_values import COMMANDS, FLAGS, PEOPLE, VERBS, Json

STATIC = Path(__file__).parent.parent / "bots" / "web" / "static"
TOKEN = "a-long-word-from-the-terminal"
CSP = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"


@dataclass
class FakeEasel(Memory):
    """The memory with its HTTP interface."""

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(middlewares=[_guard], client_max_size=30_000_000)
        app.router.add_get("/", _page)
        app.router.add_static("/static", STATIC)
        app.router.add_post("/api/session", self._session)
        for method, path, handler in (
            ("GET", "/api/hello", self._hello),
            ("GET", "/api/messages", self._list),
            ("POST", "/api/messages", self._post),
            ("POST", "/api/foresee", self._foresee),
            ("GET", "/api/events", self._events),
            ("POST", "/api/uploads", self._upload),
            ("POST", "/api/actions", self._action),
            ("POST", "/api/jobs/{job}/cancel", self._cancel),
            ("GET", "/api/images/{image}", self._image),
            ("GET", "/api/images/{image}/details", self._details),
            ("GET", "/api/uploads/{upload}", self._uploaded),
            ("GET", "/api/previews/{job}/{number}", self._preview),
            ("GET", "/api/quota", self._quota),
            ("GET", "/api/history", self._history),
        ):
            app.router.add_route(method, path, handler)
        return app

    async def _session(self, request: web.Request) -> web.Response:
        if (await request.json())["token"] != TOKEN:
            return _refusal(401, "token", "This link is not the one that Easel printed.")
        response = web.Response(status=204)
        response.set_cookie("easel_session", "yes", httponly=True, samesite="Strict")
        return response

    async def _hello(self, request: web.Request) -> web.Response:
        channels = [
            {"id": "studio", "name": "studio", "topic": "Draw anything, together"},
            {"id": "sketches", "name": "sketches", "topic": "Quick tries"},
        ]
        return web.json_response(
            {
                "product": {"name": "Easel", "version": "0"},
                "provider": {"label": "Easel illustrator (not an AI model)"},
                "people": PEOPLE,
                "channels": channels,
                "commands": COMMANDS,
                "flags": FLAGS,
                "verbs": [{"verb": verb, "label": verb.capitalize(), "help": f"To {verb} it."} for verb in VERBS],
                "limits": {"file_bytes": 20_000_000, "text_characters": 32_000},
                "seq": self.seq,
            }
        )

    async def _list(self, request: web.Request) -> web.Response:
        query, thread = request.query, request.query.get("thread")
        found = [m for m in self.messages.values() if m["channel"] == query["channel"] and self._visible(m, query)]
        found = [m for m in found if m["thread"] == thread or (thread and m["id"] == thread)]
        if "before" in query:
            at_us = next(m["created_at_us"] for m in found if m["seq"] == int(query["before"]))
            found = [m for m in found if m["created_at_us"] < at_us]
        limit = int(query.get("limit", 50))
        found.sort(key=lambda m: m["created_at_us"])
        return web.json_response({"messages": found[-limit:], "more": len(found) > limit, "seq": self.seq})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if not self.streams_open.is_set():
            return _refusal(503, "closed", "Not now.")
        after, channel = int(request.query["after"]), request.query["channel"]
        self.asked_after.append(after)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.streams.append(queue)
        try:
            await response.write(f": welcome\n\nevent: hello\ndata: {json.dumps({'seq': self.seq})}\n\n".encode())
            for message in sorted(self.messages.values(), key=lambda m: m["seq"]):
                if message["seq"] > after and message["channel"] == channel and self._visible(message, request.query):
                    text = f"id: {message['seq']}\nevent: message\ndata: {json.dumps(message)}\n\n"
                    await response.write(text.encode())
            while (text_or_end := await queue.get()) is not None:
                await response.write(text_or_end.encode())
        finally:
            self.streams.remove(queue)
        return response

    async def _post(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.posted.append(body)
        if any(earlier["client_key"] == body["client_key"] for earlier in self.posted[:-1]):
            return web.json_response({"message": "", "job": None}, status=202)
        text = body["text"].removeprefix("/imagine").removeprefix("/edit").strip()
        draws = body["command"] or body["image"] or body["reply_to"] or body["text"].startswith(("/imagine", "/edit"))
        if refusal := self._refused(text, bool(draws)):
            return refusal
        asked = self.say(
            body["text"],
            body["person"],
            channel=body["channel"],
            thread=body["thread"],
            reply_to=body["reply_to"],
            reply_preview=self._reply_preview(body["reply_to"]),
            attachments=[_attachment(upload) for upload in body["attachments"]],
        )
        if body["thread"]:
            self.keep({"id": body["thread"], "replies": self.messages[body["thread"]]["replies"] + 1})
        if not draws:
            return web.json_response({"message": asked["id"], "job": None}, status=202)
        count = int(body["options"].get("count", 1))
        job = self._start(
            text, body["channel"], body["thread"], count, body["image"] or self._pictured(body["reply_to"])
        )
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            return await _broken_off(request)
        return web.json_response({"message": asked["id"], "job": job}, status=202)

    async def _foresee(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.foreseen.append(body["text"])
        if "--colour" in body["text"]:
            problem = {"code": "unknown_flag", "sentence": "I do not know the flag --colour.", "remedy": "Try --ar."}
            return web.json_response({"plan": None, "problem": problem})
        wide = "16:9" in (body["text"], body["options"].get("ratio")) or "--ar 16:9" in body["text"]
        size = {"width": 1536, "height": 864} if wide else {"width": 1024, "height": 1024}
        plan = {**size, "count": int(body["options"].get("count", 1)), "about": "about $0.05", "remarks": []}
        return web.json_response({"plan": plan, "problem": None})

    async def _action(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.acted.append(body)
        drawn = self.images[body["image"]]
        if body["verb"] == "delete":
            drawn.image["deleted"] = True
            for message in [m for m in self.messages.values() if any(i["id"] == body["image"] for i in m["images"])]:
                left = [button for button in message["buttons"] if button["image"] != body["image"]]
                self.keep({"id": message["id"], "buttons": left})
            return web.Response(status=204)
        words = body.get("instruction") or drawn.prompt
        if refusal := self._refused(words, True):
            return refusal
        return web.json_response(
            {"job": self._start(words, body["channel"], body["thread"], 1, body["image"])}, status=202
        )

    async def _cancel(self, request: web.Request) -> web.Response:
        self.cancelled.add(request.match_info["job"])
        return web.json_response({"cancelled": True})

    async def _upload(self, request: web.Request) -> web.Response:
        data, key = await request.read(), uuid.uuid4().hex
        try:
            size = Image.open(io.BytesIO(data)).size
        except OSError:
            return _refusal(
                422, "unusable_image", "This file is not a picture that Easel can read. Nothing was charged."
            )
        self.uploads[key] = data
        answer = {"upload": key, "name": "picture", "url": f"/api/uploads/{key}", "width": size[0], "height": size[1]}
        return web.json_response({**answer, "remark": ""}, status=201)

    async def _image(self, request: web.Request) -> web.Response:
        return web.Response(body=self.images[request.match_info["image"]].data, content_type="image/png")

    async def _uploaded(self, request: web.Request) -> web.Response:
        return web.Response(body=self.uploads[request.match_info["upload"]], content_type="image/png")

    async def _preview(self, request: web.Request) -> web.Response:
        return web.Response(body=self.previews[request.match_info["job"]], content_type="image/png")

    async def _details(self, request: web.Request) -> web.Response:
        drawn = self.images[request.match_info["image"]]
        lineage = [drawn.image]
        while lineage[0]["parent"]:
            lineage.insert(0, self.images[lineage[0]["parent"]].image)
        return web.json_response(
            {
                "image": drawn.image,
                "prompt": drawn.prompt,
                "operation": drawn.operation,
                "provider_label": "Easel illustrator (not an AI model)",
                "size": f"{drawn.image['width']}x{drawn.image['height']}",
                "quality": "medium",
                "style": None,
                "seed": 42,
                "created_at_us": time.time_ns() // 1000,
                "by": "Member",
                "charged": {"images": 1, "money": "$0.00", "measured": True},
                "lineage": lineage,
                "family": self._family(lineage),
                "facts": {},
                "remarks": ["Editing the picture that you replied to."] if drawn.image["parent"] else [],
            }
        )

    def _family(self, lineage: list[Json]) -> list[Json]:
        family, known = list(lineage), {image["id"] for image in lineage}
        for drawn in self.images.values():  # in the order in which they were drawn
            if drawn.image["parent"] in known and drawn.image["id"] not in known:
                known.add(drawn.image["id"])
                family.append(drawn.image)
        return family

    async def _quota(self, request: web.Request) -> web.Response:
        shared = {"resets_at_us": 0, "refused": False}
        daily = {
            "label": "30 images a day",
            "unit": "images",
            "cap": 30,
            "used": 30 - self.left,
            "remaining": self.left,
        }
        flying = {"label": "3 jobs at a time", "unit": "jobs", "cap": 3, "used": 0, "remaining": 3, "resets": ""}
        return web.json_response({"allowances": [{**daily, **shared, "resets": "in 5 hours"}, {**flying, **shared}]})

    async def _history(self, request: web.Request) -> web.Response:
        return web.json_response(self.hung(request.query))

    def _refused(self, text: str, draws: bool) -> web.Response | None:
        if not draws:
            return None
        if "--colour" in text:
            return _refusal(
                422, "unknown_flag", "I do not know the flag --colour. Nothing was charged. Did you mean --count?"
            )
        if self.left <= 0:
            return _refusal(429, "quota_exceeded", "You have used your 30 images of today. They are back in 5 hours.")
        return None

    def _start(self, prompt: str, channel: str, thread: str | None, count: int, parent: str | None) -> str:
        job = uuid.uuid4().hex
        message = self.keep({"kind": "working", "job": job, "stage": "queued", "channel": channel, "thread": thread})
        task = asyncio.create_task(self._work(job, message, prompt, count, parent))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return job

    async def _work(self, job: str, message: Json, prompt: str, count: int, parent: str | None) -> None:
        size = (768, 512)
        if parent:
            size = (self.images[parent].image["width"], self.images[parent].image["height"])
        self.previews[job] = self.images[self.draw(prompt, 1, (96, 64), None)["id"]].data
        self.images.popitem()
        for stage, ahead in (("queued", 2), ("queued", 0), ("planning", 0), ("drawing", 0)):
            preview = f"/api/previews/{job}/1" if stage == "drawing" else None
            news = {"job": job, "message": message["id"], "stage": stage, "ahead": ahead, "preview": preview}
            self.tell(f"event: progress\ndata: {json.dumps(news)}\n\n")
            await (asyncio.sleep(self.pace_s) if self.steps is None else self.steps.get())
            if job in self.cancelled:
                self.keep({"id": message["id"], "kind": "failed", "text": "Cancelled. Nothing was charged."})
                return
        self.left = max(0, self.left - count)
        remarks = ["Editing the picture that you chose."] if parent else []
        self.result(prompt, count, size, id=message["id"], parent=parent, remarks=remarks)

    def _pictured(self, message: str | None) -> str | None:
        images = self.messages[message]["images"] if message else []
        return images[0]["id"] if images else None

    def _reply_preview(self, message: str | None) -> Json | None:
        if message is None:
            return None
        original = self.messages[message]
        thumb = original["images"][0]["thumb"] if original["images"] else None
        return {"author": original["author"]["name"], "text": original["text"], "thumb": thumb}

    async def stop(self) -> None:
        """Let every stream and every job end."""
        self.drop_streams()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def serve(fake: FakeEasel, port: int = 0) -> web.AppRunner:
    """Listen on the loopback; `fake.address` is where."""
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    needs_session = request.path.startswith("/api/") and request.path != "/api/session"
    if needs_session and request.cookies.get("easel_session") != "yes":
        return _refusal(401, "session", "Open the link that Easel printed.")
    if request.method != "GET" and request.headers.get("Origin") != f"http://{request.host}":
        return _refusal(403, "origin", "This request came from another page.")
    return await handler(request)


async def _page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": CSP})


def _attachment(upload: str) -> Json:
    url = f"/api/uploads/{upload}"
    return {"url": url, "thumb": url, "name": "picture", "width": 300, "height": 200, "alt": "Attached picture"}


def _refusal(status: int, code: str, sentence: str) -> web.Response:
    return web.json_response({"error": {"code": code, "sentence": sentence}}, status=status)


async def _broken_off(request: web.Request) -> web.StreamResponse:
    """The head of an answer, and then nothing: the line died on the way."""
    response = web.StreamResponse(status=202, headers={"Content-Type": "application/json", "Content-Length": "400"})
    await response.prepare(request)
    await response.write(b"{")
    if request.transport is not None:
        request.transport.abort()
    return response
