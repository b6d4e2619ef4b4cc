"""A channel in which much was said: thousands of messages in the playground's own tables, pictures among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from support_page_values import landscape
from support_web import House

from bots.web.channel import ChannelLog
from bots.web.messages import Body, Button, Kind, Message, Picture
from bots.web.people import EASEL
from core.model import ImageId, Size, StoredImage, Verb, new_id
from core.ports import Transaction
from core.store import lineage

SUBJECTS = ("a fox on a hill", "boats in the harbour", "a lighthouse at night", "a red bicycle", "paper lanterns")
TALK = "We could hang this one in the hall, and the other one where the morning light comes in."
SIZES = ((768, 512), (512, 768), (640, 640), (960, 320))
AT_ONCE = 500
SECOND_US = 1_000_000


async def fill(house: House, messages: int, *, channel: str = "sketches", every: int = 5) -> tuple[str, ...]:
    """Write so many messages, the `every`-th one a result with a picture; their ids, the oldest first."""
    async with house.browser(channel="posters") as member:
        first = (await member.drawn("/imagine one picture to begin with"))["images"][0]["id"]
    model = await house.store.image(ImageId(first))
    assert model is not None
    pictures = [await _kept(house, model, channel, number) for number in range(len(SUBJECTS) * len(SIZES))]
    written = list(_said(messages, pictures, channel, every, model.created_at_us - messages * 90 * SECOND_US))
    images = [image for _, image in written if image is not None]

    async def work(tx: Transaction) -> None:
        await lineage.insert(tx, images)

    await house.database.write(work)
    log = ChannelLog(house.database)
    for at in range(0, messages, AT_ONCE):
        await log.post([message for message, _ in written[at : at + AT_ONCE]])
    return tuple(message.id for message, _ in written)


async def _kept(house: House, model: StoredImage, channel: str, number: int) -> StoredImage:
    size, subject = SIZES[number % len(SIZES)], SUBJECTS[number % len(SUBJECTS)]
    blob = await house.blobs.put(landscape(subject, number % 7 + 1, size))
    return replace(
        model,
        blob=blob.key,
        size_bytes=blob.size_bytes,
        size=Size(*size),
        alt=f"An illustration of {subject}.",
        prompt=subject,
        place=replace(model.place, channel=channel),
    )


def _said(
    messages: int, pictures: list[StoredImage], channel: str, every: int, at_us: int
) -> Iterator[tuple[Message, StoredImage | None]]:
    for number in range(messages):
        at_us += 90 * SECOND_US
        if number % every:
            author = ("member", "designer", "guest")[number // 3 % 3]
            text = f"{number}. {TALK[: 20 + number * 7 % 70]}"
            yield Message(new_id(), channel, None, author, Kind.SAID, at_us, Body(text=text)), None
            continue
        source = pictures[number // every % len(pictures)]
        image = replace(
            source,
            id=ImageId(new_id()),
            position=number + 2,
            created_at_us=at_us,
            author=("member", "guest")[number % 2],
        )
        yield Message(new_id(), channel, None, EASEL, Kind.RESULT, at_us, _shown(image)), image


def _shown(image: StoredImage) -> Body:
    picture = Picture(
        image=image.id,
        number=1,
        width=image.size.width,
        height=image.size.height,
        alt=image.alt,
        media_type=image.media_type,
    )
    verbs = (Verb.EDIT, Verb.REDO, Verb.VARY, Verb.FINALISE, Verb.DETAILS, Verb.DELETE)
    return Body(
        pictures=(picture,),
        buttons=tuple(Button(verb, image.id) for verb in verbs),
        footer=f"{image.size.width} × {image.size.height} · Painter",
    )
