"""All that may be said about one picture, as one message of words: no embed, so it reads the same everywhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from bots.discord import limits
from bots.discord.answers import shown
from core import wording
from core.model import Cost, Details, ImageId, Operation, Plan, StoredImage

Json = dict[str, Any]

PROMPT_CHARACTERS: Final = 600
STEP_CHARACTERS: Final = 90  # of an ancestor's words
STEPS_MAX: Final = 6  # ancestors that are told of: the first one and the latest
FACT_CHARACTERS: Final = 200
_FULL_SIZE: Final = re.compile(r"easel:full:(?P<image>[A-Za-z0-9_-]{1,64})", re.ASCII)
_MIB: Final = 1024 * 1024


def details_text(details: Details, label: str) -> str:
    """The answer to Details. `label`: how the model that drew it is called in front of people.

    What people wrote is shown as plain words: nothing in it pings, links or formats. What does not fit is left out from
    the end, line by line.
    """
    return _fitted(tuple(_lines(details, label)), limits.TEXT_CHARACTERS)


def full_size_button(image: ImageId) -> list[Json]:
    """Asks for the kept file itself: what is posted may be a copy that fits."""
    return [
        {
            "type": 1,
            "components": [{"type": 2, "style": 2, "label": "Full-size file", "custom_id": f"easel:full:{image}"}],
        }
    ]


def full_size_of(custom_id: object) -> ImageId | None:
    """The picture that this button asks for; None for every other component."""
    found = _FULL_SIZE.fullmatch(custom_id) if isinstance(custom_id, str) else None
    return ImageId(found["image"]) if found else None


def megabytes(size_bytes: int) -> str:
    """`9.4 MB`, as Discord counts them; never less than it is."""
    tenths = -(-size_bytes * 10 // _MIB)
    return f"{tenths // 10}.{tenths % 10} MB"


def _lines(details: Details, label: str) -> Iterator[str]:
    image, plan = details.image, details.plan
    yield f"**Picture** `{image.id}`"
    if image.prompt:
        yield f"> {shown(image.prompt, PROMPT_CHARACTERS)}"
    yield f"{_made(image)} by {shown(label, 100)}{_for(image)} <t:{image.created_at_us // 1_000_000}:f>"
    yield _look(image, plan)
    yield _charged(details.charged)
    yield from _line_of_descent(details)
    yield from (shown(remark, FACT_CHARACTERS) for remark in plan.remarks)
    yield from (f"{shown(name, 60)}: {shown(value, FACT_CHARACTERS)}" for name, value in details.facts.items())


def _made(image: StoredImage) -> str:
    return "Edited" if image.operation is Operation.EDIT else "Drawn"


def _for(image: StoredImage) -> str:
    """Who asked, by a mention that Discord turns into their name; no message of Easel's notifies anybody."""
    return f" for <@{image.author}>" if image.author.isascii() and image.author.isdecimal() else ""


def _look(image: StoredImage, plan: Plan) -> str:
    parts = [
        f"{image.size.width} × {image.size.height}",
        image.media_type.removeprefix("image/").upper(),
        megabytes(image.size_bytes),
        f"quality {plan.quality.value}",
        *([f"style {plan.style}"] if plan.style else []),
        *([f"seed {plan.seed + image.position - 1}"] if plan.seed is not None else []),
        *(["private"] if image.private else []),
    ]
    return " · ".join(parts)


def _charged(cost: Cost) -> str:
    """What the whole request cost, which may have drawn several pictures."""
    if not cost.images and not cost.nanodollars:
        return "It cost nothing."
    money = wording.format_money(cost.nanodollars)
    known = "measured" if cost.measured else "estimated"
    return f"Its request cost {wording.amount('images', cost.images)} and {money} ({known})."


def _line_of_descent(details: Details) -> Iterator[str]:
    """What it was made from, the first picture on top."""
    before = details.lineage[:-1]
    if not before:
        return
    yield "Made from:"
    told = before if len(before) <= STEPS_MAX else (before[0], *before[-(STEPS_MAX - 1) :])
    for number, each in enumerate(told, start=1):
        if number == 2 and len(told) < len(before):
            yield f"… {len(before) - len(told)} more steps"
        words = shown(each.prompt, STEP_CHARACTERS) or "a picture"
        yield f"- `{each.id}` {words}"


def _fitted(lines: tuple[str, ...], characters: int) -> str:
    """As many whole lines as fit; escapes are never cut in two."""
    text = "\n".join(lines)
    while len(text) > characters:
        lines = (*lines[:-2], "…") if lines[-1] == "…" else (*lines[:-1], "…")
        text = "\n".join(lines)
    return text
