"""The memory of the page's small server: messages, pictures and live lines, and the levers that a test pulls."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support_page_values import PEOPLE, VERBS, Json, blank_message, landscape


@dataclass
class Drawn:
    """A picture of the fake's, and how it came about."""

    data: bytes
    prompt: str
    image: Json
    operation: str


@dataclass
class Memory:
    """What the server knows, and the levers that a test pulls."""

    pace_s: float = 0.02
    seq: int = 0
    left: int = 30
    messages: dict[str, Json] = field(default_factory=dict)
    images: dict[str, Drawn] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    previews: dict[str, bytes] = field(default_factory=dict)
    posted: list[Json] = field(default_factory=list)  # every body that was posted to /api/messages
    foreseen: list[str] = field(default_factory=list)  # every text that was asked about while it was typed
    acted: list[Json] = field(default_factory=list)
    asked_after: list[int] = field(default_factory=list)  # where each stream was resumed from
    streams_open: asyncio.Event = field(default_factory=asyncio.Event)
    steps: asyncio.Queue[None] | None = None  # when set, a job goes one stage further for each item
    answers_to_lose: int = 0  # so many accepted messages are answered with a broken connection
    address: str = ""
    streams: list[asyncio.Queue[str | None]] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.streams_open.set()

    def drop_streams(self) -> None:
        """Cut every live line, as a dying connection would, and refuse new ones until `streams_open` is set."""
        self.streams_open.clear()
        for queue in self.streams:
            queue.put_nowait(None)

    def say(self, text: str, author: str = "guest", **more: Any) -> Json:
        """Somebody else says something."""
        person = next(one for one in PEOPLE if one["id"] == author)
        return self.keep({"text": text, "author": {"id": author, "name": person["name"], "kind": "person"}, **more})

    def keep(self, message: Json) -> Json:
        """Write a new message or a change of one, and tell the streams."""
        self.seq += 1
        before = self.messages.get(message.get("id", ""), {})
        whole = {**blank_message(), **before, **message, "seq": self.seq}
        self.messages[whole["id"]] = whole
        self.tell(f"id: {self.seq}\nevent: message\ndata: {json.dumps(whole)}\n\n")
        return whole

    def repeat(self, message: Json) -> None:
        """Send a state of a message again as it is, however old: what a doubled event does."""
        self.tell(f"event: message\ndata: {json.dumps(message)}\n\n")

    def result(self, prompt: str, count: int = 1, size: tuple[int, int] = (768, 512), **more: Any) -> Json:
        """Pictures, posted."""
        parent = more.pop("parent", None)
        images = [self.draw(prompt, number, size, parent) for number in range(1, count + 1)]
        verbs = (*VERBS, "undo") if parent else VERBS
        buttons = [{"verb": v, "label": v.capitalize(), "image": image["id"]} for image in images for v in verbs]
        footer = f"{size[0]} × {size[1]} · Easel illustrator (not an AI model) · {self.left} left today"
        return self.keep({"kind": "result", "images": images, "buttons": buttons, "footer": footer, "text": "", **more})

    def draw(self, prompt: str, number: int, size: tuple[int, int], parent: str | None) -> Json:
        """One picture: a sky, a hill and a sun, different for each number."""
        data = landscape(prompt, number, size)
        key = uuid.uuid4().hex
        image: Json = {
            "id": key,
            "number": number,
            "url": f"/api/images/{key}",
            "thumb": f"/api/images/{key}?size=thumb",
            "width": size[0],
            "height": size[1],
            "alt": f"A drawing of: {prompt}",
            "media_type": "image/png",
            "deleted": False,
            "parent": parent,
        }
        self.images[key] = Drawn(data, prompt, image, "edit" if parent else "generate")
        return image

    def tell(self, text: str) -> None:
        """Put this on every live line."""
        for queue in self.streams:
            queue.put_nowait(text)

    def hung(self, query: Mapping[str, str]) -> Json:
        """What the gallery is answered: a page of the pictures that this person may see, the newest first."""
        words, author = query.get("q", "").lower(), query.get("author", "")
        shown = {image["id"]: m for m in self.messages.values() for image in m["images"] if self._visible(m, query)}
        found = [
            {
                **drawn.image,
                "prompt": drawn.prompt,
                "created_at_us": number,
                "by": "Member",
                "private": shown[drawn.image["id"]]["only_for"] is not None,
                "message": shown[drawn.image["id"]]["id"],
                "thread": shown[drawn.image["id"]]["thread"],
            }
            for number, drawn in enumerate(self.images.values(), start=1)
            if words in drawn.prompt.lower() and drawn.image["id"] in shown and author in ("", "member")
        ]
        found = [each for each in found if each["created_at_us"] < int(query.get("before_us", 10**9))][::-1]
        return {"images": found[:12], "more": len(found) > 12}

    def _visible(self, message: Json, query: Mapping[str, str]) -> bool:
        return message["only_for"] in (None, query["person"])
