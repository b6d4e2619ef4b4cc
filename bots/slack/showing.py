"""A picture in a view: in a few words, and with all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bots.slack import blocks, interactions, modals, views
from bots.slack.blocks import Payload
from bots.slack.details import details_blocks
from bots.slack.event import Event
from bots.slack.forms import About
from bots.slack.text import shown
from core.model import ImageId, StoredImage

if TYPE_CHECKING:
    from bots.slack.desk import Desk

_TITLE_CHARACTERS: Final = 140


async def details_view(desk: Desk, event: Event, about: About, note: str = "") -> Payload:
    """All that is known of it; `note` stands above."""
    asked = await interactions.asked(desk, event, about)
    details = await desk.studio.details(ImageId(about.id), asked.actor, asked.place)
    label = desk.adapter.label_of(details.image.provider, details.image.model)
    content = details_blocks(details, label, file=await views.file_of(desk, event, details.image.id))
    return modals.shown(about, [*([blocks.section(note)] if note else []), *content])


def pictured(image: StoredImage, file: str) -> Payload:
    """One picture in a few words. `file`: a file of Slack's that shows it, if there is one."""
    words = shown(image.prompt or image.alt, _TITLE_CHARACTERS) or "Without words"
    size = f"{image.size.width} × {image.size.height}"
    return blocks.section(f"*{words}*\n{size}", accessory=blocks.picture(file, image.alt) if file else None)
