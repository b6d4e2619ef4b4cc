"""What the page's small server says and shows: its people, its commands, its messages' shape and its pictures."""

from __future__ import annotations

import io
import time
import uuid
from typing import Any

from PIL import Image, ImageDraw

Json = dict[str, Any]

PEOPLE = [
    {"id": "guest", "name": "Guest", "roles": [], "is_admin": False},
    {"id": "member", "name": "Member", "roles": ["member"], "is_admin": False},
    {"id": "moderator", "name": "Moderator", "roles": ["moderator"], "is_admin": True},
]
EASEL = {"id": "easel", "name": "Easel", "kind": "easel"}
VERBS = ("edit", "redo", "vary", "finalise", "details", "delete")


def option(name: str, kind: str, **more: Any) -> Json:
    blank: Json = {"summary": f"The {name}.", "required": False, "choices": [], "minimum": None, "maximum": None}
    return {"name": name, "kind": kind, **blank, **more}


def choices(*values: str) -> list[Json]:
    return [{"value": value, "label": value} for value in values]


COMMANDS = [
    {
        "name": "imagine",
        "summary": "Draw a picture from words.",
        "does": "generate",
        "options": [
            option("prompt", "text", required=True),
            option("ratio", "choice", choices=choices("1:1", "2:3", "3:2", "16:9", "3:1")),
            option("quality", "choice", choices=choices("low", "medium", "high")),
            option("count", "integer", minimum=1, maximum=10),
            option("style", "choice", choices=choices("poster", "flat", "paper cut")),
            option("references", "images"),
            option("private", "flag"),
        ],
    },
    {
        "name": "edit",
        "summary": "Change a picture.",
        "does": "edit",
        "options": [option("instruction", "text", required=True), option("image", "image")],
    },
    {"name": "quota", "summary": "What you may still do, and when it resets.", "does": "quota", "options": []},
    {"name": "help", "summary": "How to use Easel.", "does": "help", "options": [option("topic", "text")]},
]


FLAGS = [
    {
        "name": "ar",
        "aliases": ["ratio", "aspect"],
        "help": "width to height",
        "example": "--ar 16:9",
        "takes": "one",
        "accepts": "a ratio such as 3:2",
        "values": [{"value": "1:1", "label": "1:1 square"}, {"value": "16:9", "label": "16:9 wide"}],
    },
    {
        "name": "style",
        "aliases": [],
        "help": "a look by name",
        "example": "--style poster",
        "takes": "one",
        "accepts": "poster or flat",
        "values": [{"value": "poster", "label": "Poster"}, {"value": "flat", "label": "Flat"}],
    },
    {
        "name": "private",
        "aliases": [],
        "help": "show the result to me alone",
        "example": "--private",
        "takes": "nothing",
        "accepts": "yes or no",
        "values": [],
    },
]


def blank_message() -> Json:
    """A message of Easel's in the studio, with nothing in it yet."""
    return {
        "id": uuid.uuid4().hex,
        "channel": "studio",
        "thread": None,
        "author": EASEL,
        "kind": "said",
        "text": "",
        "reply_to": None,
        "reply_preview": None,
        "attachments": [],
        "images": [],
        "remarks": [],
        "footer": "",
        "buttons": [],
        "choices": [],
        "job": None,
        "stage": None,
        "created_at_us": time.time_ns() // 1000,
        "edited": False,
        "deleted": False,
        "only_for": None,
        "replies": 0,
    }


def landscape(prompt: str, number: int, size: tuple[int, int]) -> bytes:
    """A PNG: a sky, hills and a sun, which stands elsewhere for each number."""
    picture = Image.new("RGB", size, (28, 40, 84) if "night" in prompt else (148, 205, 232))
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.ellipse(
        [width * 0.1 * number, height * 0.12, width * 0.1 * number + height * 0.3, height * 0.42], (250, 206, 90)
    )
    pen.ellipse([-width * 0.2, height * 0.6, width * 0.8, height * 1.6], (92, 150, 92))
    pen.ellipse([width * 0.3, height * 0.7, width * 1.4, height * 1.7], (60, 120, 84))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()
