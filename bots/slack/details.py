"""All that may be said about one picture, as blocks of a view that one person sees. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bots.slack import blocks
from bots.slack.blocks import Payload
from bots.slack.components import FullSize, Press, press
from bots.slack.result_blocks import delete_question
from bots.slack.text import escaped, moment, shown
from core import wording
from core.model import Cost, Details, Operation, Plan, StoredImage, Verb

PROMPT_CHARACTERS: Final = 1200
STEP_CHARACTERS: Final = 90  # of an ancestor's words
STEPS_MAX: Final = 6  # ancestors that are told of: the first one and the latest
FACT_CHARACTERS: Final = 200
FACTS_MAX: Final = 20
REMARKS_MAX: Final = 10
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
_MIB: Final = 1024 * 1024


def details_blocks(details: Details, label: str, *, file: str = "") -> list[Payload]:
    """The answer to Details. `label`: how the model that drew it is called in front of people; `file`: Slack's file.

    What people wrote is shown as plain words: nothing in it calls anybody, links or formats.
    """
    image, plan = details.image, details.plan
    words = shown(image.prompt, PROMPT_CHARACTERS)
    accessory = blocks.picture(file, image.alt) if file else None
    content = [
        blocks.section(f">{words}" if words else "_Without words_", accessory=accessory),
        blocks.context(f"{_made(image)} by {shown(label, 100)}{_for(image)} · {moment(image.created_at_us, 'then')}"),
        blocks.columns((*_looks(image, plan), f"*Cost of its request*\n{_charged(details.charged)}")),
    ]
    descent = "\n".join(_line_of_descent(details))
    if descent:
        content.append(blocks.section(f"*Made from*\n{descent}"))
    noted = "\n".join(_noted(details))
    if noted:
        content.append(blocks.section(noted))
    content.append(blocks.context(f"Picture `{escaped(image.id)}`"))
    content.append(blocks.actions([press("Full-size file", FullSize(image.id)), _delete(image)]))
    return content


def megabytes(size_bytes: int) -> str:
    """`9.4 MB`, in steps of 1,048,576 bytes; never less than it is."""
    tenths = -(-size_bytes * 10 // _MIB)
    return f"{tenths // 10}.{tenths % 10} MB"


def _delete(image: StoredImage) -> Payload:
    return press("Delete", Press(Verb.DELETE, image.id), style="danger", confirm=delete_question())


def _made(image: StoredImage) -> str:
    return "Edited" if image.operation is Operation.EDIT else "Drawn"


def _for(image: StoredImage) -> str:
    """Who asked, by an id that Slack turns into their name. A view calls nobody."""
    return f" for <@{image.author}>" if _PERSON.fullmatch(image.author) else ""


def _looks(image: StoredImage, plan: Plan) -> Iterator[str]:
    yield f"*Size*\n{image.size.width} × {image.size.height}"
    yield f"*File*\n{escaped(image.media_type.removeprefix('image/').upper())}, {megabytes(image.size_bytes)}"
    yield f"*Quality*\n{plan.quality.value.capitalize()}"
    if plan.style:
        yield f"*Style*\n{shown(plan.style, 60)}"
    if plan.seed is not None:
        yield f"*Seed*\n{plan.seed + image.position - 1}"
    yield f"*Who sees it*\n{'You alone' if image.private else 'Everyone in its channel'}"


def _charged(cost: Cost) -> str:
    """What the whole request cost, which may have drawn several pictures."""
    if not cost.images and not cost.nanodollars:
        return "Nothing"
    known = "measured" if cost.measured else "estimated"
    money = escaped(wording.format_money(cost.nanodollars))
    return f"{wording.amount('images', cost.images)}, {money} {known}"


def _line_of_descent(details: Details) -> Iterator[str]:
    """What it was made from, the first picture on top."""
    before = details.lineage[:-1]
    told = before if len(before) <= STEPS_MAX else (before[0], *before[-(STEPS_MAX - 1) :])
    for number, each in enumerate(told, start=1):
        if number == 2 and len(told) < len(before):
            yield f"… {len(before) - len(told)} more steps"
        yield f"• {shown(each.prompt, STEP_CHARACTERS) or 'a picture'} · `{escaped(each.id)}`"


def _noted(details: Details) -> Iterator[str]:
    yield from (shown(remark, FACT_CHARACTERS) for remark in details.plan.remarks[:REMARKS_MAX])
    for name, value in list(details.facts.items())[:FACTS_MAX]:
        yield f"{shown(name, 60)}: {shown(value, FACT_CHARACTERS)}"
